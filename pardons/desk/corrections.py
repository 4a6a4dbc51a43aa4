"""Corrections and new facts of one record: made at once where nobody has seen it, proposed where it was public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.forms.models import modelform_factory
from django.utils.translation import gettext as _

from pardons.desk.forms import form_field
from pardons.editing import let_count
from pardons.models import Announcement, ProposedChange, ReportedFigure, Statement
from registry.changes import version_of
from registry.dates import PartialDate
from registry.editing import PUBLIC_ONCE, settle
from registry.forms import WhyForm
from registry.history import Nature, changeset
from registry.models import Changeset
from registry.publishing import Publication, show_again

CHOICE, STATE = "is_chosen", "publication"
CORRECTABLE: dict[Any, tuple[str, ...]] = {
    Announcement: (
        "kind", "country", "act_on", "announced_on", "authority", "frees", "frees_number", "rest", "conditions",
        "political_number", "political_by", "not_political_number", "names_given",
    ),
    Statement: ("total", "qualifier", "women", "men", "minors", "words", "as_of", "act_on", "is_chosen"),
    ReportedFigure: (
        "metric", "unit", "measure", "country", "value", "value_high", "women", "men", "qualifier", "on_date",
        "period_from", "period_to", "said_on", "definition", "scope", "who_says", "quote",
    ),
}  # fmt: skip


class Why(WhyForm):
    """Why, always: a change of one record is a correction or a new fact."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A proposal says why to the second person alone.
        del self.fields["reason"], self.fields["told"]
        for field in self.fields.values():
            field.required = True


class StatementForm(forms.ModelForm):
    """A statement; that another one counts now is no mistake, since the choice moves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_chosen:
            del self.fields["is_chosen"]
        else:
            self.fields["is_chosen"].label = _("These numbers count from now on")
            self.fields["is_chosen"].help_text = _(
                "The others stay beside them. Say below why these are the better ones."
            )

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "is_chosen"}  # type: ignore[misc]


def form_class(model: Any) -> type[forms.ModelForm]:
    base = StatementForm if model is Statement else forms.ModelForm
    return modelform_factory(model, form=base, fields=CORRECTABLE[model], formfield_callback=form_field)


def change(record: Any, form: Any, *, by: Any, why: str, nature: str, seen: int) -> ProposedChange | None:
    """Save what a valid form changed; of a record that was public propose it instead, and return the proposal.

    Raises ValidationError if nothing was changed, or if the record has changed since changeset `seen`.
    """
    if not form.changed_data:
        raise ValidationError(_("Nothing was changed."), code="nothing")
    with changeset(by=by, note=why, nature=nature):
        refuse_stale(record, seen)
        values = {name: plain(form.cleaned_data[name]) for name in form.changed_data}
        if stands(record, values):
            return ProposedChange.objects.create(record=record, values=values, nature=nature, why=why, seen=seen, by=by)
        make_room(record, values, why)
        form.save()
        settle()
        return None


def stands(record: Any, values: Mapping[str, Any]) -> bool:
    """Whether readers have seen what would be changed: whose numbers count is seen on the announcement."""
    seen = record.announcement if CHOICE in values else record
    return {record.publication, seen.publication} & set(PUBLIC_ONCE) != set()


def make_room(record: Any, values: Mapping[str, Any], why: str) -> None:
    """One statement of an announcement counts: the one that did steps back first."""
    if values.get(CHOICE):
        let_count(record, why)
        record.is_chosen = True


def propose_choice(statement: Statement, *, by: Any, why: str) -> ProposedChange:
    """Pass on that the numbers of a statement should count: the reviewer who publishes it decides."""
    return ProposedChange.objects.create(
        record=statement,
        values={CHOICE: True},
        nature=Nature.CORRECTION,
        why=why,
        seen=Changeset.latest_number(),
        by=by,
    )


def propose_to_show_again(record: Any, *, by: Any, why: str) -> ProposedChange:
    """Propose that a withheld record is published again: another reviewer decides."""
    with changeset(by=by, note=why, nature=Nature.CORRECTION):
        if record.publication != Publication.WITHHELD:
            raise ValidationError(_("It is not withheld: look again."), code="wrong_state")
        return ProposedChange.objects.create(
            record=record,
            values={STATE: Publication.PUBLISHED},
            nature=Nature.CORRECTION,
            why=why,
            seen=version_of(record),
            by=by,
        )


def choices_proposed(statements: Iterable[Statement]) -> dict[int, ProposedChange]:
    """By statement: the open proposal that its numbers count."""
    found = ProposedChange.objects.filter(
        content_type=ContentType.objects.get_for_model(Statement),
        object_id__in=[statement.pk for statement in statements],
        state=ProposedChange.State.OPEN,
        values__has_key=CHOICE,
    )
    return {each.object_id: each for each in found.order_by("pk")}


def refuse_stale(record: Any, seen: int) -> None:
    if version_of(record) != seen:
        raise ValidationError(
            _("This record was changed while you had it open. Look at its history, then save again."), code="stale"
        )


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.text if isinstance(value, PartialDate) else value


def accept(proposed: ProposedChange, *, by: Any) -> None:
    """Make a proposed change. Raises ValidationError if it is the accepter's own, decided, or outdated."""
    note = _("%(why)s (proposed by %(who)s)") % {
        "why": proposed.why,
        "who": proposed.by or _("an account that is gone"),
    }
    with changeset(by=by, note=note, nature=proposed.nature):
        decide(proposed, ProposedChange.State.ACCEPTED, by=by)
        record: Any = proposed.record
        if set(proposed.values) == {STATE}:
            show_again(record, by=by, proposed_by=proposed.by, note=note)
            return
        if set(proposed.values) != {CHOICE}:
            # A choice may wait while its statement is published: that is no change of what it says.
            refuse_stale(record, proposed.seen)
        if proposed.values.get(CHOICE) and record.publication != Publication.PUBLISHED:
            raise ValidationError(_("This statement is not public: publish it first."), code="wrong_state")
        make_room(record, proposed.values, proposed.why)
        for name, value in proposed.values.items():
            setattr(record, name, record._meta.get_field(name).to_python(value))
        record.full_clean()
        record.save()
        settle()


def decline(proposed: ProposedChange, *, by: Any, answer: str) -> None:
    """Leave the record as it is, and say why."""
    if not answer.strip():
        raise ValidationError(_("Say why not: its editor reads it."), code="reason_missing")
    with changeset(by=by, note=answer):
        decide(proposed, ProposedChange.State.DECLINED, by=by, answer=answer.strip())


def decide(proposed: ProposedChange, state: str, *, by: Any, answer: str = "") -> None:
    """One conditional UPDATE: nobody decides on their own proposal, and nobody twice."""
    open_ones = ProposedChange.objects.filter(pk=proposed.pk, state=ProposedChange.State.OPEN)
    if not open_ones.exclude(by=by).update(state=state, decided_by=by, decided_at=Now(), answer=answer):
        raise ValidationError(
            _("A second person has to decide on a proposal, and once: this is your own, or it is decided already."),
            code="own_or_decided",
        )


def decide_choice(proposed: ProposedChange, *, accepted: bool, by: Any) -> None:
    """A proposed choice is decided with the review of its statement."""
    state = ProposedChange.State.ACCEPTED if accepted else ProposedChange.State.DECLINED
    decide(proposed, state, by=by, answer="" if accepted else _("Other numbers count."))


def differences(proposed: ProposedChange) -> list[tuple[str, Any, Any]]:
    """Field, value as it is now, value proposed."""
    record: Any = proposed.record
    return [
        (str(record._meta.get_field(name).verbose_name), plain(getattr(record, name)), value)
        for name, value in proposed.values.items()
    ]
