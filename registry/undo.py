"""Undo of an editor's last step: its changeset taken back, as long as nothing of it was public and nothing rests on it.

What was public is not undone but withheld, retracted or corrected, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from registry.changes import history_of, tracked_models
from registry.editing import PUBLIC_ONCE, settle
from registry.history import Nature, Reason, changeset
from registry.models import Changeset
from registry.publishing import Publication, Record

# Of one kind; a list that was imported is not a step of the desk.
MOST_ROWS = 1000


@dataclass
class Step:
    """What one changeset did, as rows of history by model."""

    number: int
    added: dict[Any, set[int]] = field(default_factory=dict)
    changed: dict[Any, list[Any]] = field(default_factory=dict)


def last_step_of(user: Any) -> Changeset | None:
    """The newest changeset of a user; None if they made none."""
    return Changeset.objects.filter(by=user).order_by("-number").first()


def why_not(made: Changeset, user: Any) -> str:
    """Why a changeset can't be undone by this user; empty if it can."""
    last = last_step_of(user)
    if last is None or last.number != made.number:
        return _("Only your own last step can be undone.")
    try:
        read_step(made.number)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def undo(number: int, *, by: Any) -> None:
    """Take back the last changeset of `by`, as a changeset of its own. Raises ValidationError where it can't be."""
    note = _("Undone: step %(number)d.") % {"number": number}
    with changeset(by=by, note=note, nature=Nature.CORRECTION, reason=Reason.UNDONE):
        made = Changeset.objects.filter(number=number).first()
        reason = why_not(made, by) if made else _("There is no such step.")
        if reason:
            raise ValidationError(reason, code="not_undoable")
        step = read_step(number)
        for model, rows in step.changed.items():
            for row in rows:
                restore(model, row)
        delete_all(step.added)
        settle()


# --- What a changeset did ---


def read_step(number: int) -> Step:
    """Raises ValidationError for what can't be taken back: deletions, what was public, what was changed since."""
    step = Step(number)
    for model in tracked_models():
        rows = list(history_of(model, pgh_changeset=number)[: MOST_ROWS + 1])
        if len(rows) > MOST_ROWS:
            raise ValidationError(_("It is too large to be undone here: ask the operator."), code="too_large")
        if rows:
            refuse_deletions(rows)
            refuse_later_changes(model, rows, number)
            refuse_public(model, rows)
            sort_into(step, model, rows)
    if not step.added and not step.changed:
        raise ValidationError(_("Nothing is left of it to undo."), code="nothing")
    return step


def sort_into(step: Step, model: Any, rows: list[Any]) -> None:
    added = {row.pgh_obj_id for row in rows if row.pgh_label == "insert"}
    first = {row.pgh_obj_id: row for row in reversed(rows)}
    if added:
        step.added[model] = added
    if changed := [row for key, row in first.items() if key not in added]:
        step.changed[model] = changed


def refuse_deletions(rows: Iterable[Any]) -> None:
    if any(row.pgh_label == "delete" for row in rows):
        raise ValidationError(_("It deleted something: enter that again."), code="deleted")


def refuse_later_changes(model: Any, rows: list[Any], number: int) -> None:
    keys = {row.pgh_obj_id for row in rows}
    if history_of(model, pgh_obj_id__in=keys, pgh_changeset__gt=number).exists():
        raise ValidationError(_("Something of it was changed since: undo would lose that."), code="changed_since")


def refuse_public(model: Any, rows: Iterable[Any]) -> None:
    """What is or was public is taken back with a reason, in the open."""
    if any(was_public(model, row) for row in rows):
        raise ValidationError(
            _("It made or changed what is public: withhold, retract or correct that, with a reason."), code="public"
        )


def was_public(model: Any, row: Any) -> bool:
    if issubclass(model, Record):
        return row.publication in PUBLIC_ONCE or row.published_at is not None
    return bool(getattr(model, "public_fields", ())) and names_only_public(model, row)


def names_only_public(model: Any, row: Any) -> bool:
    """A row without a state of its own is public once every record that it names is."""
    named = [named_by(each, row) for each in model._meta.concrete_fields if is_record(each.related_model)]
    return bool(named) and all(record is None or record.publication == Publication.PUBLISHED for record in named)


def is_record(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Record)


def named_by(foreign_key: Any, row: Any) -> Any:
    return foreign_key.related_model._base_manager.filter(pk=getattr(row, foreign_key.attname)).first()


# --- Taking it back ---


def restore(model: Any, row: Any) -> None:
    """Give a record the values it had before the changeset that wrote this row of its history."""
    before = history_of(model, pgh_obj_id=row.pgh_obj_id, pgh_id__lt=row.pgh_id).last()
    if before is None:
        raise ValidationError(_("What it was before is not known."), code="unknown_before")
    kept = [each for each in model._meta.concrete_fields if not each.generated and not each.primary_key]
    values = {each.attname: getattr(before, each.attname) for each in kept}
    model._base_manager.filter(pk=row.pgh_obj_id).update(**values)


def delete_all(added: dict[Any, set[int]]) -> None:
    """Delete what was added, what names others first. Raises ValidationError where something else rests on it."""
    left = dict(added)
    while left:
        deleted = [model for model, keys in left.items() if was_deleted(model, keys, added)]
        if not deleted:
            raise ValidationError(_("Something else rests on it: undo that first."), code="rests_on_it")
        for model in deleted:
            del left[model]


def was_deleted(model: Any, keys: set[int], added: dict[Any, set[int]]) -> bool:
    """Delete these if nothing protects them; False if something does."""
    rows = model._base_manager.filter(pk__in=keys)
    try:
        with transaction.atomic():
            if any(pk not in added.get(type_of(found), ()) for found, pk in goes_with(rows)):
                raise ValidationError(_("Something else rests on it: undo that first."), code="rests_on_it")
            rows.delete()
    except ProtectedError:
        return False
    return True


def type_of(model: Any) -> Any:
    return model._meta.concrete_model


def goes_with(rows: models.QuerySet[Any]) -> Iterator[tuple[Any, int]]:
    """Everything that deleting these would delete, as model and key. Raises ProtectedError."""
    collector = Collector(using=router.db_for_write(rows.model))
    collector.collect(list(rows))
    for model, instances in collector.data.items():
        yield from ((model, instance.pk) for instance in instances)
    for fast in collector.fast_deletes:
        yield from ((fast.model, key) for key in fast.values_list("pk", flat=True))
