"""Corrections and new facts of one record: made at once where nobody has seen it, proposed where it was public."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.forms.models import modelform_factory
from django.utils.translation import gettext as _

from pardons.desk.forms import form_field
from pardons.models import Announcement, ProposedChange, ReportedFigure, Statement
from registry.changes import version_of
from registry.dates import PartialDate
from registry.editing import PUBLIC_ONCE, settle
from registry.forms import WhyForm
from registry.history import changeset

CORRECTABLE: dict[Any, tuple[str, ...]] = {
    Announcement: (
        "kind", "country", "act_on", "announced_on", "authority", "frees", "frees_number", "rest", "political_number",
        "political_by", "not_political_number", "names_given",
    ),
    Statement: ("total", "qualifier", "women", "men", "minors", "words", "as_of", "act_on"),
    ReportedFigure: (
        "metric", "unit", "measure", "country", "value", "value_high", "women", "men", "qualifier", "on_date",
        "period_from", "period_to", "said_on", "definition", "scope", "who_says", "quote",
    ),
}  # fmt: skip


class Why(WhyForm):
    """Why, always: a change of one record is a correction or a new fact."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True


def form_class(model: Any) -> type[forms.ModelForm]:
    return modelform_factory(model, fields=CORRECTABLE[model], formfield_callback=form_field)


def change(record: Any, form: Any, *, by: Any, why: str, nature: str, seen: int) -> ProposedChange | None:
    """Save what a valid form changed; of a record that was public propose it instead, and return the proposal.

    Raises ValidationError if nothing was changed, or if the record has changed since changeset `seen`.
    """
    if not form.changed_data:
        raise ValidationError(_("Nothing was changed."), code="nothing")
    with changeset(by=by, note=why, nature=nature):
        refuse_stale(record, seen)
        if record.publication not in PUBLIC_ONCE:
            form.save()
            settle()
            return None
        values = {name: plain(form.cleaned_data[name]) for name in form.changed_data}
        return ProposedChange.objects.create(record=record, values=values, nature=nature, why=why, seen=seen, by=by)


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
        refuse_stale(record, proposed.seen)
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


def differences(proposed: ProposedChange) -> list[tuple[str, Any, Any]]:
    """Field, value as it is now, value proposed."""
    record: Any = proposed.record
    return [
        (str(record._meta.get_field(name).verbose_name), plain(getattr(record, name)), value)
        for name, value in proposed.values.items()
    ]
