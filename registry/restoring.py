"""Records made again from the tables of a data package, with the identifiers they had."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from registry.history import changeset
from registry.models import Citation, Source
from registry.packages import PROVENANCE
from registry.publishing import Publication
from registry.tables import RESTRICTED, SOURCES, Table

BATCH = 2_000
HASHED_AT_ONCE = 1024 * 1024

Row = dict[str, str]
NumberedRow = tuple[int, Row]


class PackageError(Exception):
    """A package that can't be taken in: which file or row, why, and what to do."""


def restore(file: BinaryIO, tables: Sequence[Table], complete: Callable[[], None]) -> Counter[str]:
    """Make the records of a package in an empty registry, all or nothing; says how many of each table.

    `complete` adds what the tables can't hold. Raises PackageError for a registry that holds records, a file that is
    not what its package says, or a row that the database refuses.
    """
    refuse_a_registry_with_records(tables)
    package = Package(file)
    note = _("From the data package “%(title)s”, changeset %(number)s") % {
        "title": package.described.get("title", ""), "number": package.described.get("changeset", ""),
    }  # fmt: skip
    with changeset(by=None, note=note):
        made = Restoring(package, tables).all()
        complete()
        return made


def refuse_a_registry_with_records(tables: Sequence[Table]) -> None:
    held = [of.name for of in tables if of.model._base_manager.exists()]
    if held:
        text = _("This registry holds records already (%(tables)s): a package goes into an empty one.")
        raise PackageError(text % {"tables": ", ".join(held)})


class Package:
    """The files of a package, each what `datapackage.json` says it is."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self.archive = ZipFile(file)
            self.described: dict[str, Any] = json.loads(self.archive.read("datapackage.json"))
            self.hashes = {each["path"]: each["hash"] for each in self.described["resources"]}
        except (BadZipFile, KeyError, TypeError, ValueError) as problem:
            text = _("This is no package of a registry: a zip with a datapackage.json that names its files.")
            raise PackageError(text) from problem

    def rows(self, name: str) -> Iterator[NumberedRow]:
        """The rows of a table with their numbers, which begin at 1. Raises PackageError for a file that was changed."""
        path = f"{name}.csv"
        if path not in self.hashes or path not in self.archive.namelist():
            raise PackageError(_("The package has no %(path)s.") % {"path": path})
        if self.hash_of(path) != self.hashes[path]:
            text = _("%(path)s is not the file that the package was made with: its SHA-256 is another.")
            raise PackageError(text % {"path": path})
        with self.archive.open(path) as member, io.TextIOWrapper(member, encoding="utf-8", newline="") as text_file:
            yield from enumerate(csv.DictReader(text_file), start=1)

    def hash_of(self, path: str) -> str:
        digest = hashlib.sha256()
        with self.archive.open(path) as member:
            while piece := member.read(HASHED_AT_ONCE):
                digest.update(piece)
        return f"sha256:{digest.hexdigest()}"


class Restoring:
    """One package on its way into the database."""

    def __init__(self, package: Package, tables: Sequence[Table]) -> None:
        self.package, self.tables = package, tables
        self.keys: dict[Any, dict[str, int]] = {}
        self.made: Counter[str] = Counter()
        self.stand_ins: dict[str, list[Source]] = {Publication.PUBLISHED: [], Publication.DRAFT: []}

    def all(self) -> Counter[str]:
        for of in self.tables:
            try:
                self.table(of)
            except IntegrityError as problem:
                text = _("%(table)s: the database refuses a row. %(problem)s")
                raise PackageError(text % {"table": of.name, "problem": str(problem).splitlines()[0]}) from problem
        self.citations()
        return self.made

    def table(self, of: Table) -> None:
        self.keys.setdefault(of.model, {})
        numbered = self.package.rows(of.name)
        waiting: list[NumberedRow] = []
        while batch := list(islice(numbered, BATCH)):
            waiting = self.make_those_that_can_be(of, [*waiting, *batch])
        while waiting:
            before, waiting = waiting, self.make_those_that_can_be(of, waiting)
            if len(waiting) == len(before):
                told = {"table": of.name, "number": waiting[0][0]}
                raise PackageError(_("%(table)s, row %(number)d names a row that is not there.") % told)

    def make_those_that_can_be(self, of: Table, numbered: list[NumberedRow]) -> list[NumberedRow]:
        """Make rows; those that name a row of their own table which is not made yet are given back."""
        keys, own = self.keys[of.model], own_relations(of)
        ready: list[NumberedRow] = []
        waiting: list[NumberedRow] = []
        for number, row in numbered:
            is_ready = all(row[each.name] in keys for each in own if row.get(each.name))
            (ready if is_ready else waiting).append((number, row))
        made = of.model._base_manager.bulk_create([self.record(of, number, row) for number, row in ready])
        keys.update((row["id"], record.pk) for record, (_number, row) in zip(made, ready, strict=True))
        self.link_many(of, [(record.pk, row) for record, (_number, row) in zip(made, ready, strict=True)])
        self.made[of.name] += len(made)
        return waiting

    def record(self, of: Table, number: int, row: Row) -> Any:
        values: dict[str, Any] = {}
        for each in of.fields():
            if isinstance(each, models.ManyToManyField):
                continue
            try:
                values[each.attname] = self.value(each, row[each.name])
            except (KeyError, ValueError, TypeError) as problem:
                text = _("%(table)s, row %(number)d, %(name)s: “%(given)s” can’t be read or names nothing here.")
                told = {"table": of.name, "number": number, "name": each.name, "given": row.get(each.name, "")[:80]}
                raise PackageError(text % told) from problem
        if of.is_of_records:
            values |= {"public_id": row["id"], "publication": Publication.PUBLISHED}
        return of.model(**values)

    def value(self, each: Any, cell: str) -> Any:
        if isinstance(each, models.ForeignKey):
            return self.related(each, cell)
        if not cell:
            return None if each.null else each.get_default()
        for kind, read in READ.items():
            if isinstance(each, kind):
                return read(cell)
        return cell

    def related(self, each: models.ForeignKey[Any, Any], cell: str) -> int | None:
        """The key of the row that a cell names. A source that did not leave has a stand-in that nobody sees."""
        if each.related_model is Source and (cell == RESTRICTED or not (cell or each.null)):
            return self.stand_in(Publication.PUBLISHED if cell else Publication.DRAFT, 0).pk
        return self.keys[each.related_model][cell] if cell else None

    def stand_in(self, publication: str, number: int) -> Source:
        """A restricted source without particulars; the `number`th, where one record cites several."""
        known = self.stand_ins[publication]
        while len(known) <= number:
            title, access = _("Not in the package"), Source.Access.RESTRICTED
            known.append(Source.objects.create(title=title, access=access, publication=publication))
        return known[number]

    def link_many(self, of: Table, made: list[tuple[int, Row]]) -> None:
        for each in of.fields():
            if isinstance(each, models.ManyToManyField):
                through: Any = each.remote_field.through
                own, other = f"{each.m2m_field_name()}_id", f"{each.m2m_reverse_field_name()}_id"
                keys = self.keys[each.related_model]
                pairs = [(pk, keys[key]) for pk, row in made for key in json.loads(row[each.name])]
                through.objects.bulk_create([through(**{own: pk, other: linked}) for pk, linked in pairs])

    def citations(self) -> None:
        by_name = {of.name: of for of in self.tables}
        restricted: Counter[tuple[str, str, str]] = Counter()
        numbered = self.package.rows(PROVENANCE)
        while batch := list(islice(numbered, BATCH)):
            Citation.objects.bulk_create([self.citation(by_name, row, restricted) for _number, row in batch])
            self.made[PROVENANCE] += len(batch)

    def citation(self, by_name: dict[str, Table], row: Row, restricted: Counter[tuple[str, str, str]]) -> Citation:
        model = by_name[row["table"]].model
        cited = (row["table"], row["record"], row["field"])
        if row["source"] == RESTRICTED:
            source_key = self.stand_in(Publication.PUBLISHED, restricted[cited]).pk
            restricted[cited] += 1
        else:
            source_key = self.keys[SOURCES.model][row["source"]]
        return Citation(
            content_type=ContentType.objects.get_for_model(model), object_id=self.keys[model][row["record"]],
            source_id=source_key, field=row["field"], locator=row["locator"], quote=row["quote"],
        )  # fmt: skip


def own_relations(of: Table) -> list[models.Field[Any, Any]]:
    """Relations from a table to itself: the other row may come later."""
    return [each for each in of.fields() if isinstance(each, models.ForeignKey) and each.related_model is of.model]


READ: dict[Any, Callable[[str], Any]] = {
    ArrayField: json.loads,
    models.JSONField: json.loads,
    models.BooleanField: {"true": True, "false": False}.__getitem__,
    models.IntegerField: int,
    models.DateField: date.fromisoformat,
}
