"""What changed: rows of history read as steps, each a changeset with its fields before and after. For editors only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from registry.dates import PartialDate
from registry.models import Changeset

MOST_ROWS_OF_A_CHANGESET = 200
# Bookkeeping that says nothing to an editor.
UNTOLD = {"id", "public_id", "entered_at", "published_at"}


@dataclass(frozen=True)
class FieldChange:
    """One field in words; empty text where there was or is nothing."""

    name: str
    verbose_name: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """One row inserted, updated or deleted (`event`)."""

    event: str
    noun: str
    title: str
    changeset: int
    fields: list[FieldChange]

    @property
    def verb(self) -> str:
        return {"insert": _("added"), "update": _("changed"), "delete": _("deleted")}[self.event]


@dataclass(frozen=True)
class Step:
    """One changeset, as far as a page tells of it. `by` is empty for the command line."""

    number: int
    made_at: datetime | None
    by: str
    why: str
    nature: str
    rows: list[RowChange] = field(default_factory=list)


def is_tracked(model: type[models.Model]) -> bool:
    return bool(getattr(model, "pgh_event_models", None))


def tracked_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if is_tracked(model)]


def history_of(model: Any, **conditions: Any) -> models.QuerySet[Any]:
    """Rows of a model's history, oldest first."""
    return model.pgh_event_model.objects.filter(**conditions).order_by("pgh_id")


def told_fields(model: type[models.Model], leave_out: Iterable[str] = ()) -> list[models.Field[Any, Any]]:
    """What a step tells of: not what the database derives, nor bookkeeping, nor the fields in `leave_out`."""
    untold = UNTOLD | set(leave_out)
    return [each for each in model._meta.concrete_fields if not each.generated and each.name not in untold]


class Words:
    """Values of fields in words; a related record is looked up once."""

    def __init__(self) -> None:
        self._titles: dict[tuple[type[models.Model], Any], str] = {}

    def know(self, model: Any, key: Any, title: str) -> None:
        """What to call a record that is not there yet."""
        self._titles[model, key] = title

    def __call__(self, field: models.Field[Any, Any], value: Any) -> str:
        if value is None or value == "" or value == [] or value == {}:
            return ""
        if isinstance(field, models.ForeignKey):
            return self._title(field.related_model, value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, PartialDate):
            return value.text
        if isinstance(value, list):
            return ", ".join(str(each) for each in value)
        if isinstance(value, dict):
            return ", ".join(f"{name}: {each}" for name, each in value.items())
        return str(dict(field.flatchoices).get(value, value))

    def _title(self, model: Any, key: Any) -> str:
        if (model, key) not in self._titles:
            found = model._base_manager.filter(pk=key).first()
            self._titles[model, key] = str(found) if found else _("deleted (%(key)s)") % {"key": key}
        return self._titles[model, key]


def row_changes(model: Any, rows: Iterable[Any], words: Words, leave_out: Iterable[str] = ()) -> Iterator[RowChange]:
    """Rows of one model's history as changes; each is compared with the one before it of the same object."""
    fields = told_fields(model, leave_out)
    last: dict[int, Any] = {}
    for row in rows:
        before = last.get(row.id) if row.pgh_label == "update" else None
        last[row.id] = row
        told = list(field_changes(fields, before, row, words))
        if told or row.pgh_label != "update":
            yield RowChange(row.pgh_label, str(model._meta.verbose_name), title(model, row), row.pgh_changeset, told)


def field_changes(fields: list[Any], before: Any, row: Any, words: Words) -> Iterator[FieldChange]:
    """What differs; for an added row what it held, for a deleted one what was lost."""
    for each in fields:
        value = getattr(row, each.attname)
        earlier = getattr(before, each.attname) if before is not None else None
        if before is not None and value == earlier:
            continue
        now, then = words(each, value), words(each, earlier)
        if row.pgh_label == "delete":
            now, then = "", now
        if now != then:
            yield FieldChange(each.name, str(each.verbose_name), then, now)


def title(model: Any, row: Any) -> str:
    """A row of history in the words of its record, as far as its own values go; the identifier else."""
    for name in ("text", "title", "name", "public_id"):
        if value := getattr(row, name, None):
            return str(value)
    return str(row.id)


def steps(changes: Iterable[RowChange]) -> list[Step]:
    """Changes gathered by changeset, newest first."""
    gathered: dict[int, list[RowChange]] = {}
    for change in changes:
        gathered.setdefault(change.changeset, []).append(change)
    known = Changeset.objects.select_related("by").in_bulk(gathered)
    return [step(number, known.get(number), gathered[number]) for number in sorted(gathered, reverse=True)]


def step(number: int, made: Changeset | None, rows: list[RowChange]) -> Step:
    if made is None:
        return Step(number, None, "", "", "", rows)
    # What everybody is told stands beside what editors are.
    why = " ".join(filter(None, (made.note, made.told and f"“{made.told}”")))
    nature = " · ".join(filter(None, (made.get_nature_display(), made.get_reason_display())))
    return Step(number, made.made_at, author(made), why, nature, rows)


def author(made: Changeset) -> str:
    """The name an editor signs in with; says so where the account is gone or there was none."""
    if made.by_id is None:
        return _("command line")
    # Fetched with select_related: a missing account is None here.
    return made.by.get_username() if made.by else _("account %(key)s, deleted") % {"key": made.by_id}


def changes_in(number: int, seen: Iterable[type[models.Model]]) -> Iterator[RowChange]:
    """What one changeset did to the models in `seen`, at most MOST_ROWS_OF_A_CHANGESET rows of each."""
    words = Words()
    for model in seen:
        rows = list(history_of(model, pgh_changeset=number)[:MOST_ROWS_OF_A_CHANGESET])
        with_earlier = [*earlier_rows(model, rows), *rows]
        for change in row_changes(model, with_earlier, words):
            if change.changeset == number:
                yield change


def earlier_rows(model: Any, rows: list[Any]) -> list[Any]:
    """The last row of history before each of `rows`, for comparison."""
    if not rows:
        return []
    keys = {row.id for row in rows}
    first = min(row.pgh_id for row in rows)
    found = model.pgh_event_model.objects.filter(pgh_obj_id__in=keys, pgh_id__lt=first)
    return list(found.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id"))


def version_of(record: models.Model, parts: Iterable[tuple[type[models.Model], dict[str, Any]]] = ()) -> int:
    """The newest changeset that touched a record, or the rows of its `parts` (model and condition); 0 if none did."""
    sought = [(type(record), {"pgh_obj_id": record.pk}), *parts]
    newest = (
        history_of(model, **conditions).aggregate(number=models.Max("pgh_changeset"))["number"]
        for model, conditions in sought
        if is_tracked(model)
    )
    return max((number for number in newest if number is not None), default=0)
