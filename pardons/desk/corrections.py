"""Corrections and new facts of one record: made at once where nobody has seen it, proposed where it was public."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.forms.models import modelform_factory
from django.utils.translation import gettext as _

from pardons.desk.forms import form_field
from pardons.editing import let_count
from pardons.models import Announcement, ReportedFigure, Statement
from registry.changes import version_of
from registry.editing import PUBLIC_ONCE, settle
from registry.forms import WhyForm
from registry.history import Nature, changeset
from registry.models import ProposedChange
from registry.proposals import as_typed, decide, propose, rows_of
from registry.publishing import Publication
from registry.trying import tried

CHOICE = "is_chosen"
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


def change(
    record: Any, form: Any, *, by: Any, why: str, nature: str, seen: int, address: str = ""
) -> ProposedChange | None:
    """Save what a valid form changed; of a record that was public propose it instead, and return the proposal.

    Raises ValidationError if nothing was changed, or if the record has changed since changeset `seen`.
    """
    if not form.changed_data:
        raise ValidationError(_("Nothing was changed."), code="nothing")
    with changeset(by=by, note=why, nature=nature):
        refuse_stale(record, seen)
        chooses = CHOICE in form.changed_data
        if not stands(record, chooses=chooses):
            save(record, form, why, chooses=chooses)
            return None
        written = tried(lambda: save(record, form, why, chooses=chooses))
        typed = as_typed(form.data)
        return propose(record, written, by=by, why=why, nature=nature, address=address, typed=typed)


def stands(record: Any, *, chooses: bool) -> bool:
    """Whether readers have seen what would be changed: whose numbers count is seen on the announcement."""
    seen = record.announcement if chooses else record
    return {record.publication, seen.publication} & set(PUBLIC_ONCE) != set()


def save(record: Any, form: Any, why: str, *, chooses: bool) -> None:
    """One statement of an announcement counts: the one that did steps back first."""
    if chooses:
        let_count(record, why)
    form.save()
    settle()


def propose_choice(statement: Statement, *, by: Any, why: str) -> ProposedChange:
    """Propose that the numbers of a statement count: another person decides. Refused without a reason."""
    if not why.strip():
        raise ValidationError(_("Say why these numbers are the better ones."), code="reason_missing")

    def count_from_now_on() -> None:
        let_count(statement, why)
        Statement.objects.filter(pk=statement.pk).update(is_chosen=True)

    return propose(statement, tried(count_from_now_on), by=by, why=why, nature=Nature.CORRECTION)


def propose_to_show_again(record: Any, *, by: Any, why: str) -> ProposedChange:
    """Propose that a withheld record is published again: another reviewer decides."""
    with changeset(by=by, note=why, nature=Nature.CORRECTION):
        if record.publication != Publication.WITHHELD:
            raise ValidationError(_("It is not withheld: look again."), code="wrong_state")
        own = type(record)._base_manager.filter(pk=record.pk)
        written = tried(lambda: own.update(publication=Publication.PUBLISHED))
        return propose(record, written, by=by, why=why, nature=Nature.CORRECTION)


def choices_proposed(statements: Iterable[Statement]) -> dict[int, ProposedChange]:
    """By statement: the open proposal that its numbers count."""
    keys = {statement.pk for statement in statements}
    of_statements = ContentType.objects.get_for_model(Statement)
    found = ProposedChange.objects.open().filter(content_type=of_statements, object_id__in=keys)
    return {each.object_id: each for each in found if chooses_it(each)}


def chooses_it(proposed: ProposedChange) -> bool:
    own = [each for each in rows_of(proposed) if each.model is Statement and each.key == proposed.object_id]
    return any(each.after.get(CHOICE) for each in own)


def refuse_stale(record: Any, seen: int) -> None:
    if version_of(record) != seen:
        raise ValidationError(
            _("This record was changed while you had it open. Look at its history, then save again."), code="stale"
        )


def decide_choice(proposed: ProposedChange, *, accepted: bool, by: Any) -> None:
    """A proposed choice is decided with the review of its statement."""
    state = ProposedChange.State.ACCEPTED if accepted else ProposedChange.State.DECLINED
    decide(proposed, state, by=by, answer="" if accepted else _("Other numbers count."))
