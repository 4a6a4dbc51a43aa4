"""From a table of the demo to records: fields by their names, parts inside their wholes, relations by their keys.

The key `p07` of a table for ZZ becomes the public identifier `demo-zz-p07`, its second detention `demo-zz-p07-d2`.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.db import models

from pardons.models import (
    Announcement,
    AnnouncementPrivate,
    Identification,
    Pardon,
    Relation,
    ReportedFigure,
    Statement,
)
from prisoners.models import (
    Appeal,
    Article,
    Case,
    Charge,
    Conviction,
    Court,
    Detention,
    Name,
    Occupation,
    Organisation,
    Place,
    Prisoner,
    PrisonerPrivate,
    Recognition,
    Region,
    Release,
    Stay,
)
from registry.models import Citation, Source, SourcePrivate
from registry.publishing import Publication, Record

Table = dict[str, Any]

PREFIX = "demo-"
LONGEST_IDENTIFIER = 24

# In this order, so that whatever a record names is there before it.
SECTIONS: dict[str, type[models.Model]] = {
    "source": Source,
    "organisation": Organisation,
    "region": Region,
    "place": Place,
    "court": Court,
    "occupation": Occupation,
    "article": Article,
    "prisoner": Prisoner,
    "announcement": Announcement,
    "relation": Relation,
    "figure": ReportedFigure,
}

# The parts of a whole: the word in the table, the model, the letter in the identifier.
PARTS: dict[type[models.Model], list[tuple[str, type[models.Model], str]]] = {
    Source: [("private", SourcePrivate, "")],
    Prisoner: [
        ("names", Name, "n"),
        ("detentions", Detention, "d"),
        ("cases", Case, "c"),
        ("recognitions", Recognition, "g"),
        ("pardons", Pardon, "k"),
        ("private", PrisonerPrivate, ""),
    ],
    Detention: [("stays", Stay, "s"), ("release", Release, "r")],
    Case: [("charges", Charge, "h"), ("convictions", Conviction, "v")],
    Conviction: [("appeals", Appeal, "a")],
    Announcement: [
        ("statements", Statement, "s"),
        ("identifications", Identification, "i"),
        ("private", AnnouncementPrivate, ""),
    ],
}

# Entered once for the whole registry, so an operator's own entry serves as well; found by this field.
SHARED: dict[type[models.Model], str] = {Organisation: "slug", Occupation: "slug"}


class Records:
    """The records of one table of the demo, made but not saved."""

    def __init__(self, path: Path) -> None:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        self.country: str = tables.pop("country")
        self.found: dict[tuple[type[models.Model], str], models.Model] = {}
        self.waves: dict[tuple[type[models.Model], bool], list[models.Model]] = defaultdict(list)
        self.citations: list[tuple[models.Model, Table]] = []
        for section, model in SECTIONS.items():
            for key, table in tables.pop(section, {}).items():
                self.add(model, key, table)
        if tables:
            raise ValueError(f"{path.name} has sections that the demo does not know: {', '.join(tables)}")

    def add(self, model: type[models.Model], key: str, table: Table, **given: Any) -> None:
        """One record with its parts. `given` holds its whole and the state it takes from it."""
        if self.take_shared(model, key, table):
            return
        parts = [(word, part, letter) for word, part, letter in PARTS.get(model, []) if word in table]
        fields = {name: value for name, value in table.items() if name not in {word for word, *_ in parts}}
        citations = fields.pop("cite", [])
        several = {name: fields.pop(name) for name in list(fields) if is_many_to_many(model, name)}
        record = self.made(model, key, self.completed(model, key, fields | given, fields))
        self.citations += [(record, citation) for citation in citations]
        for word, part, letter in parts:
            self.add_parts(record, key, part, letter, table[word])
        for name, keys in several.items():
            self.add_links(record, name, keys)

    def take_shared(self, model: type[models.Model], key: str, table: Table) -> bool:
        """Use the operator's own entry where there is one already."""
        field = SHARED.get(model)
        own = model._default_manager.filter(**{field: table.get(field, key)}).first() if field else None
        if own is not None:
            self.found[model, key] = own
        return own is not None

    def completed(self, model: type[models.Model], key: str, fields: Table, written: Table) -> Table:
        """The fields with what the table leaves to be understood: identifier, state, country, slug."""
        known = {field.name: field for field in model._meta.get_fields()}
        if issubclass(model, Record):
            fields = {"publication": str(Publication.PUBLISHED)} | fields | picked(written, "publication")
            fields["public_id"] = self.identifier(key)
        if "country" in known:
            fields = {"country": self.country} | fields
        if "slug" in known:
            fields = {"slug": key} | fields
        return {name: self.resolved(known[name], value) for name, value in fields.items()}

    def resolved(self, field: Any, value: Any) -> Any:
        """A key where the field wants a record becomes that record."""
        is_key = field.many_to_one and isinstance(value, str)
        return self.found[field.related_model, value] if is_key else value

    def identifier(self, key: str) -> str:
        identifier = f"{PREFIX}{self.country.lower()}-{key}"
        if len(identifier) > LONGEST_IDENTIFIER:
            raise ValueError(f"{identifier} is longer than {LONGEST_IDENTIFIER} characters: choose a shorter key.")
        return identifier

    def made(self, model: type[models.Model], key: str, fields: Table) -> models.Model:
        record = model(**fields)
        self.found[model, key] = record
        # What refers to its own kind is saved after its kind.
        refers_to_own_kind = any(isinstance(value, model) for value in fields.values())
        self.waves[model, refers_to_own_kind].append(record)
        return record

    def add_parts(self, whole: models.Model, key: str, part: type[models.Model], letter: str, tables: Any) -> None:
        given: Table = {str(whole._meta.model_name): whole}
        if issubclass(part, Record):
            # A withheld person's events are published: they count.
            state = getattr(whole, "publication", Publication.PUBLISHED)
            given["publication"] = Publication.PUBLISHED if state == Publication.WITHHELD else state
        if isinstance(tables, dict):
            self.add(part, f"{key}-{letter}", tables, **given)
            return
        for number, table in enumerate(tables, start=1):
            self.add(part, f"{key}-{letter}{number}", table, **given)

    def add_links(self, record: models.Model, name: str, keys: list[str]) -> None:
        field: Any = record._meta.get_field(name)
        through = field.remote_field.through
        for key in keys:
            other = self.found[field.related_model, key]
            link = {field.m2m_field_name(): record, field.m2m_reverse_field_name(): other}
            self.waves[through, False].append(through(**link))

    def save(self) -> None:
        """Everything, kind by kind; needs a transaction, because parts and wholes are checked at its end."""
        for model in dict.fromkeys(model for model, _ in self.waves):
            for refers_to_own_kind in (False, True):
                model._default_manager.bulk_create(self.waves.get((model, refers_to_own_kind), []))
        Citation.objects.bulk_create(self.citation(record, table) for record, table in self.citations)

    def citation(self, record: models.Model, table: Table) -> Citation:
        return Citation(record=record, **table | {"source": self.found[Source, table["source"]]})


def is_many_to_many(model: type[models.Model], name: str) -> bool:
    return bool(model._meta.get_field(name).many_to_many)


def picked(table: Table, name: str) -> Table:
    return {name: table[name]} if name in table else {}
