"""The history of a record as everybody may read it: what changed in public, when, and why; never who.

A version is told as far as readers could see it then and may see it today: published, with all that it belongs to, and
withheld today nowhere. Words of somebody's own are named and not repeated: a name may have been taken out of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from registry.changes import UNTOLD, FieldChange, Words, history_of, is_tracked
from registry.editing import path_target
from registry.known_views import hiding_states
from registry.models import Changeset, Source
from registry.publishing import Publication, Record, disclosure, prose

ADDED, CHANGED, TAKEN_BACK = "added", "changed", "taken back"


@dataclass(frozen=True)
class Told:
    """One public change of a record or of a part of it."""

    changeset: int
    kind: str
    noun: str
    identifier: str
    fields: list[FieldChange]

    @property
    def verb(self) -> str:
        return {ADDED: _("added"), CHANGED: _("changed"), TAKEN_BACK: _("taken back")}[self.kind]


@dataclass(frozen=True)
class PublicStep:
    """One changeset, as far as everybody may know of it."""

    number: int
    made_at: datetime
    nature: str
    reason: str
    told: str
    changes: list[Told] = field(default_factory=list)


class PublicWords(Words):
    """Values in words. A related record is named only if it is public today: of another, nothing is told."""

    def _title(self, model: Any, key: Any) -> str:
        manager = getattr(model, "public", None) or model._base_manager
        found = manager.filter(pk=key).first()
        if found is None or not getattr(model, "public_fields", ()):
            return ""
        return _("restricted source") if isinstance(found, Source) and found.is_restricted else str(found)


# --- The versions that were public ---


def state_of(row: Any) -> str:
    """The publication state of a record or a version of it; a name that is private is as good as withheld."""
    return Publication.WITHHELD if getattr(row, "is_private", False) else row.publication


class Versions:
    """Every version of one record of one kind, and which of them everybody could see."""

    def __init__(self, rows: list[Any], *, hidden: bool) -> None:
        self.rows, self.hidden = rows, hidden
        self.numbers = [row.pgh_changeset for row in rows]

    def at(self, changeset: int) -> Any | None:
        """The version after a changeset; None where there was none, or nobody could see it."""
        place = bisect_right(self.numbers, changeset)
        row = self.rows[place - 1] if place else None
        if row is None or self.hidden or row.pgh_label == "delete":
            return None
        return row if state_of(row) == Publication.PUBLISHED else None


class PublicHistory:
    """All public changes of a record and of what belongs to it. The record itself is public."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.words = PublicWords()
        self.kept: dict[Any, dict[int, Versions]] = {}
        self.parents: dict[Any, list[tuple[str, Any]]] = {}
        self.known: dict[tuple[Any, Any], bool] = {}
        self.take_in(type(record), {"pgh_obj_id": record.pk})
        for model in kinds_below(type(record)):
            self.take_in(model, self.condition(model))

    def take_in(self, model: Any, condition: dict[str, Any]) -> None:
        keys = set(history_of(model, **condition).values_list("pgh_obj_id", flat=True))
        by_key: dict[int, list[Any]] = defaultdict(list)
        for row in history_of(model, pgh_obj_id__in=keys).defer("pgh_context", "pgh_salt"):
            by_key[row.pgh_obj_id].append(row)
        today = {each.pk: state_of(each) for each in model._base_manager.filter(pk__in=keys)}
        # As in the views of earlier states: what is deleted counts as retracted.
        self.kept[model] = {
            key: Versions(rows, hidden=today.get(key, Publication.RETRACTED) in hiding_states(model))
            for key, rows in by_key.items()
        }
        self.parents[model] = nearest_parents(model)

    def condition(self, model: Any) -> dict[str, Any]:
        """What finds the rows of a kind that belong to the record, by the nearest of the kinds that are known."""
        for name, parent in nearest_parents(model):
            if parent in self.kept:
                return {f"{model._meta.get_field(name).attname}__in": list(self.kept[parent])}
        return {"pk__in": []}

    def version(self, model: Any, key: int, changeset: int) -> Any | None:
        """The public version of one record after a changeset, if all that it belonged to was public too."""
        versions = self.kept[model].get(key)
        row = versions.at(changeset) if versions else None
        if row is None:
            return None
        for name, parent in self.parents[model]:
            above = getattr(row, model._meta.get_field(name).attname)
            if parent in self.kept and self.version(parent, above, changeset) is None:
                return None
            if parent not in self.kept and not self.is_public_today(parent, above):
                return None
        return row

    def is_public_today(self, model: Any, key: Any) -> bool:
        if (model, key) not in self.known:
            self.known[model, key] = model.public.filter(pk=key).exists()
        return self.known[model, key]

    def between(self, since: int, until: int) -> list[Told]:
        """The net difference of two states."""
        return [
            told
            for model, records in self.kept.items()
            for key in records
            if (told := self.difference(model, key, since, until)) is not None
        ]

    def difference(self, model: Any, key: int, since: int, until: int) -> Told | None:
        before, after = self.version(model, key, since), self.version(model, key, until)
        if before is None and after is None:
            return None
        kind = ADDED if before is None else TAKEN_BACK if after is None else CHANGED
        fields = [] if after is None else list(self.fields(model, before, after))
        if kind == CHANGED and not fields:
            return None
        row = after or before
        return Told(until, kind, str(model._meta.verbose_name), getattr(row, "public_id", ""), fields)

    def fields(self, model: Any, before: Any, after: Any) -> Iterator[FieldChange]:
        unrepeated = {*prose(model), *getattr(model, "shown_as_of_today", ())}
        for each in told_fields(model):
            now, then = getattr(after, each.attname), getattr(before, each.attname) if before is not None else None
            if before is not None and now == then:
                continue
            if each.name in unrepeated:
                words = ("", _("words not repeated here") if now else "")
            else:
                words = (self.words(each, then), self.words(each, now))
            if is_told(each, before, now, words):
                yield FieldChange(each.name, str(each.verbose_name), *words)

    @property
    def numbers(self) -> list[int]:
        """The changesets that touched anything of it, newest first."""
        versions = (each for records in self.kept.values() for each in records.values())
        return sorted({number for each in versions for number in each.numbers}, reverse=True)

    def steps(self, most: int) -> list[PublicStep]:
        """The newest changes; what nobody could see is in none."""
        told: dict[int, list[Told]] = {}
        for number in self.numbers:
            if len(told) < most and (changes := self.between(number - 1, number)):
                told[number] = changes
        made = Changeset.objects.defer("by", "note", "made_in").in_bulk(told)
        return [public_step(made[number], changes) for number, changes in told.items() if number in made]


def public_step(made: Changeset, changes: list[Told]) -> PublicStep:
    return PublicStep(
        made.number, made.made_at, made.get_nature_display(), made.get_reason_display(), made.told, changes
    )  # fmt: skip


def is_told(field: Any, before: Any, now: Any, words: tuple[str, str]) -> bool:
    """Whether a change says anything: not boxes of a new record that nobody ticked, nor links to what is not public."""
    if before is None:
        return bool(words[1]) and now is not False
    return not isinstance(field, models.ForeignKey) or words[0] != words[1]


def told_fields(model: Any) -> list[Any]:
    """Public fields that an editor enters; not what the database derives, nor the state, which the change says."""
    public = {name for name, is_public in disclosure(model).items() if is_public}
    untold = UNTOLD | {"publication"}
    return [
        each
        for each in model._meta.concrete_fields
        if each.name in public and each.name not in untold and not each.generated
    ]


def kinds_below(top: Any) -> Iterable[Any]:
    """The kinds of records that belong to one of this kind, nearest first."""
    records = [model for model in apps.get_models() if issubclass(model, Record) and is_tracked(model)]
    return sorted((model for model in records if leads_to(model, top)), key=lambda model: leads_to(model, top))


def leads_to(model: Any, top: Any) -> int:
    """How many steps up from a kind to another; 0 where it does not belong to it."""
    return min((path.count("__") + 1 for path in model.parents if path_target(model, path) is top), default=0)


def nearest_parents(model: Any) -> list[tuple[str, Any]]:
    return [(path, path_target(model, path)) for path in model.parents if "__" not in path]
