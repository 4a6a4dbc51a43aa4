"""What changed in public since an earlier state: added, changed, withdrawn, merged; each a new fact or a correction.

Only identifiers leave of what is not public any more, so that who holds a copy can take it out too; neither when it was
withdrawn nor why is told.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.downloads import json_rows
from registry.history import Nature
from registry.known import as_known
from registry.models import Changeset
from registry.tables import Table

ADDED, CHANGED, WITHDRAWN, MERGED = "added", "changed", "withdrawn", "merged"
KIND_LABELS = {ADDED: _("added"), CHANGED: _("changed"), WITHDRAWN: _("withdrawn"), MERGED: _("merged")}
KINDS = tuple(KIND_LABELS)
CHUNK = 500

# Of identifiers that are gone: the identifiers of the public records that took them in.
MergedInto = Callable[[Iterable[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Change:
    """One record that is not as it was. `changeset` is the newest that touched it; None of what was withdrawn."""

    table: str
    identifier: str
    kind: str
    nature: str
    changeset: int | None
    into: str = ""

    def as_row(self) -> dict[str, Any]:
        return {
            "table": self.table, "id": self.identifier, "change": self.kind, "nature": self.nature,
            "changeset": self.changeset, "into": self.into or None,
        }  # fmt: skip


def changes_since(
    number: int,
    tables: Sequence[Table],
    merged_into: MergedInto,
    after: tuple[str, str] = ("", ""),
    newest: int | None = None,
) -> Iterator[Change]:
    """Changes by table and identifier, beginning after a table and an identifier.

    `newest` asks for those alone that this changeset touched last; what was withdrawn is in none of them.
    """
    records = [of for of in tables if of.is_of_records]
    names = [of.name for of in records]
    begin = names.index(after[0]) if after[0] in names else 0
    for of in records[begin:]:
        touched = touched_since(of, number)
        identifiers = sorted(each for each in touched if newest in (None, max(touched[each])))
        if of.name == after[0]:
            identifiers = [each for each in identifiers if each > after[1]]
        for start in range(0, len(identifiers), CHUNK):
            chunk = {each: touched[each] for each in identifiers[start : start + CHUNK]}
            found = changes_of(of, number, chunk, merged_into)
            yield from (change for change in found if newest in (None, change.changeset))


def touched_since(of: Table, number: int) -> dict[str, set[int]]:
    """The identifiers of records that changesets touched, or touched what they belong to; with those changesets."""
    numbers: dict[int, set[int]] = defaultdict(set)
    for model, path in reaching(of.model):
        rows = history_since(model, number).order_by()
        changesets: dict[Any, set[int]] = defaultdict(set)
        for key, changeset in rows.values_list(path or "pgh_obj_id", "pgh_changeset").distinct():
            changesets[key].add(changeset)
        for key, found in changesets.items():
            numbers[key] |= found
    for parent in of.model.parents:
        add_children(of.model, parent, number, numbers)
    known = of.model.pgh_event_model.objects.filter(pgh_obj_id__in=numbers).order_by()
    return {public_id: numbers[key] for key, public_id in known.values_list("pgh_obj_id", "public_id").distinct()}


def reaching(model: Any) -> Iterator[tuple[Any, str]]:
    """The model itself, and the tables that link it with others: a change of a link changes the record."""
    yield model, ""
    for each in model._meta.many_to_many:
        yield each.remote_field.through, f"{each.m2m_field_name()}_id"


def history_since(model: Any, number: int) -> models.QuerySet[Any]:
    return model.pgh_event_model.objects.filter(pgh_changeset__gt=number)


def add_children(model: Any, parent: str, number: int, numbers: dict[int, set[int]]) -> None:
    """Rows of a record that was published or hidden since: they come and go with it."""
    above: Any = model
    for name in parent.split("__"):
        above = above._meta.get_field(name).related_model
    moved = history_since(above, number).order_by().values_list("pgh_obj_id", "pgh_changeset").distinct()
    changesets: dict[int, set[int]] = defaultdict(set)
    for key, changeset in moved:
        changesets[key].add(changeset)
    children = model._base_manager.filter(**{f"{parent}__in": list(changesets)})
    for child, key in children.order_by().values_list("pk", f"{parent}__pk"):
        numbers[child] |= changesets[key]


def changes_of(of: Table, number: int, touched: dict[str, set[int]], merged_into: MergedInto) -> Iterator[Change]:
    with as_known(number):
        then = sums_of(of, touched)
    now = sums_of(of, touched)
    gone = merged_into(each for each in then if each not in now)
    corrections = corrections_among(touched)
    for identifier in sorted(then.keys() | now.keys()):
        if then.get(identifier) == now.get(identifier):
            continue
        if identifier not in now:
            kind = MERGED if identifier in gone else WITHDRAWN
            yield Change(of.name, identifier, kind, Nature.CORRECTION.value, None, gone.get(identifier, ""))
            continue
        is_correction = identifier in then and not touched[identifier].isdisjoint(corrections)
        nature = Nature.CORRECTION if is_correction else Nature.NEW_FACT
        kind = CHANGED if identifier in then else ADDED
        yield Change(of.name, identifier, kind, nature.value, max(touched[identifier]))


def sums_of(of: Table, identifiers: Iterable[str]) -> dict[str, str]:
    """A sum of what each record says in public, for those that are public."""
    rows = json_rows(of.columns(), of.rows().filter(public_id__in=list(identifiers)).order_by())
    return {row["id"]: hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest() for row in rows}


def corrections_among(touched: dict[str, set[int]]) -> set[int]:
    numbers = set().union(*touched.values()) if touched else set()
    return set(Changeset.objects.filter(pk__in=numbers, nature=Nature.CORRECTION).values_list("pk", flat=True))
