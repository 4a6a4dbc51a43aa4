"""Random lives and announcements as plain data: what a count can meet, in a few records that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

FREEING_KINDS = ("pardon", "amnesty", "release", "exchange", "expulsion", "early_release")


@dataclass(frozen=True)
class When:
    """A partial date as it is written, with the first and the last day that it can mean."""

    text: str
    earliest: date | None
    latest: date | None

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Person:
    key: str
    country: str = "BY"
    sex: str = "unknown"
    publication: str = "published"
    died: When | None = None
    death: str = ""
    born: When | None = None
    region: str = ""
    occupations: tuple[str, ...] = ()
    # The articles of one published case.
    charges: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stay:
    form: str
    since: When | None = None
    publication: str = "published"


@dataclass(frozen=True)
class Detention:
    """One detention; `release` is the kind of its release, with the word on whether announcements were checked."""

    key: str
    person: str
    country: str = "BY"
    taken: When | None = None
    out: When | None = None
    ended: str = ""
    release: str | None = None
    checked: bool = False
    proceeding: str = "criminal"
    confirmed: When | None = None
    stays: tuple[Stay, ...] = ()
    publication: str = "published"
    release_publication: str = "published"


@dataclass(frozen=True)
class Pardon:
    key: str
    person: str
    act: When | None = None
    effect: str = "unknown"
    outcome: str = "unknown"
    checked: bool = False
    publication: str = "published"


@dataclass(frozen=True)
class Conviction:
    """A verdict; `end` is the stated end of the sentence, served in the detention that the case explains."""

    key: str
    person: str
    decided: When | None = None
    sentence: str = "imprisonment"
    end: When | None = None
    detention: str | None = None
    articles: tuple[str, ...] = ()
    publication: str = "published"
    case_publication: str = "published"


@dataclass(frozen=True)
class Recognition:
    key: str
    person: str
    act: str = "recognised"
    acted: When | None = None
    by: tuple[str, ...] = ("Example Rights Watch",)
    withdraws: str | None = None
    publication: str = "published"


@dataclass(frozen=True)
class Announcement:
    key: str
    kind: str = "pardon"
    country: str = "BY"
    act: When | None = None
    announced: When | None = None
    total: int | None = None
    women: int | None = None
    men: int | None = None
    frees: str = "all"
    number: int | None = None
    political: int | None = None
    publication: str = "published"
    statement_publication: str = "published"


@dataclass(frozen=True)
class Relation:
    first: str
    second: str
    kind: str


@dataclass(frozen=True)
class Identification:
    """A person in an announcement; `shown_by` is the key of the pardon, detention ... or “death”."""

    announcement: str
    person: str
    shown_by: str
    as_release: bool = False
    not_freed: bool = False
    publication: str = "published"


@dataclass(frozen=True)
class History:
    """Everything that is recorded, in the order in which it was entered."""

    seed: int = 0
    people: tuple[Person, ...] = ()
    detentions: tuple[Detention, ...] = ()
    pardons: tuple[Pardon, ...] = ()
    convictions: tuple[Conviction, ...] = ()
    recognitions: tuple[Recognition, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    relations: tuple[Relation, ...] = ()
    identifications: tuple[Identification, ...] = ()

    def __str__(self) -> str:
        lines = [in_words(record) for kind in RECORD_KINDS for record in getattr(self, kind)]
        return "\n".join([f"History {self.seed}:", *lines])

    def person(self, key: str) -> Person:
        return next(person for person in self.people if person.key == key)

    def smaller(self) -> Iterator[History]:
        """The same history without one record, and without what rests on that record."""
        for kind in RECORD_KINDS:
            for record in getattr(self, kind):
                rest = tuple(other for other in getattr(self, kind) if other is not record)
                yield without_orphans(with_records(self, {kind: rest}))


RECORD_KINDS = tuple(part.name for part in fields(History) if part.name != "seed")


def with_records(history: History, records: dict[str, Any]) -> History:
    return replace(history, **records)


def in_words(record: Any) -> str:
    """What differs from the ordinary: `Detention d1: person=p1, taken=2024-07`."""
    said = {part.name: getattr(record, part.name) for part in fields(record)}
    ordinary = {part.name: part.default for part in fields(record)}
    shown = ", ".join(f"{name}={value}" for name, value in said.items() if name != "key" and value != ordinary[name])
    return f"  {type(record).__name__} {said.get('key', '')}: {shown}"


def without_orphans(history: History) -> History:
    """Without records that name a record that is gone."""
    while True:
        keys = {record.key for kind in RECORD_KINDS for record in getattr(history, kind) if hasattr(record, "key")}
        kept = {
            kind: tuple(record for record in getattr(history, kind) if references(record) <= keys)
            for kind in RECORD_KINDS
        }
        if all(len(kept[kind]) == len(getattr(history, kind)) for kind in RECORD_KINDS):
            return history
        history = with_records(history, kept)


def references(record: Any) -> set[str]:
    names = ("person", "detention", "withdraws", "first", "second", "announcement", "shown_by")
    found = {getattr(record, name, None) for name in names}
    return {key for key in found if key is not None and key != "death"}
