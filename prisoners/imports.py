"""Lists from files: people, their names and the list's entries, all or nothing. For now the bare list of names."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from prisoners.models import ListEdition, ListEntry, ListEntryPrivate, Name, Prisoner
from prisoners.names import index
from registry.countries import is_country
from registry.history import changeset
from registry.models import Source
from registry.publishing import Publication

COLUMNS = ("external_id", "name", "country")
LONGEST = {"external_id": 200, "name": 200}
MOST_PROBLEMS = 20
BATCH = 2_000


class ListFileError(Exception):
    """The file can't be imported; each line of the text names a file, row and column and says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a bare list. The country is empty where the list doesn't know it."""

    number: int
    external_id: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    people: int = 0
    names: int = 0
    entries: int = 0


@dataclass(frozen=True)
class ListFile:
    """A file that was read and found good."""

    name: str
    sha256: str
    rows: list[Row]


def read_list(path: Path) -> ListFile:
    """The rows of a bare CSV list (external_id, name, country). Raises ListFileError with every problem found."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ListFileError(f"{path}: the file can't be read: {error.strerror}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ListFileError(f"{path.name}, line {line}: not UTF-8 text; save the file as “CSV UTF-8”.") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ListFileError(f"{path.name}, line {line}: a NUL character; save the table as “CSV UTF-8” again.")
    return ListFile(path.name, hashlib.sha256(content).hexdigest(), checked_rows(path.name, text))


def checked_rows(file: str, text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[str] = []
    rows: list[Row] = []
    try:
        check_header(file, next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows += read_row(file, reader.line_num, cells, problems)
    except csv.Error as error:
        problems.append(f"{file}, row {reader.line_num}: not a CSV row ({error}); close the quotation marks.")
    problems += repeated_identifiers(file, rows)
    if problems:
        raise ListFileError("\n".join([*problems[:MOST_PROBLEMS], *more_than_shown(problems)]))
    if not rows:
        raise ListFileError(f"{file}: no rows below the header.")
    return rows


def more_than_shown(problems: list[str]) -> list[str]:
    left = len(problems) - MOST_PROBLEMS
    return [f"... and {left:,} more."] if left > 0 else []


def check_header(file: str, header: list[str]) -> None:
    if tuple(cell.strip().lower() for cell in header) != COLUMNS:
        found = ", ".join(header) or "nothing"
        raise ListFileError(f"{file}, row 1: the columns must be {', '.join(COLUMNS)}; found {found}.")


def read_row(file: str, number: int, cells: list[str], problems: list[str]) -> list[Row]:
    """The row in a list, or an empty list with its problems noted."""
    if len(cells) != len(COLUMNS):
        problems.append(
            f"{file}, row {number}: {len(cells)} cells where {len(COLUMNS)} are needed; put quotation marks around a "
            "cell that holds a comma."
        )
        return []
    row = Row(number, cells[0].strip(), cells[1].strip(), cells[2].strip().upper())
    found = list(wrong_cells(row))
    problems += [f"{file}, row {number}, column {column}: {what}" for column, what in found]
    return [] if found else [row]


def wrong_cells(row: Row) -> Iterator[tuple[str, str]]:
    for column, longest in LONGEST.items():
        value = getattr(row, column)
        if not value:
            yield column, "is empty; give it a value or take the row out."
        if len(value) > longest:
            yield column, f"has {len(value)} characters; at most {longest} fit."
    if row.name and not index.has_words(row.name):
        yield "name", f"“{row.name}” has no letters; write the name as the list does."
    if row.country and not is_country(row.country):
        yield "country", f"“{row.country}” is no country; use two letters such as BY, or leave it empty if unknown."


def repeated_identifiers(file: str, rows: Iterable[Row]) -> list[str]:
    first: dict[str, int] = {}
    return [
        f"{file}, row {row.number}, column external_id: “{row.external_id}” stands in row {first[row.external_id]} "
        "already; each identifier may stand once."
        for row in rows
        if first.setdefault(row.external_id, row.number) != row.number
    ]


def import_list(
    file: ListFile, *, is_public: bool = False, progress: Callable[[int], None] = lambda done: None
) -> Imported:
    """Enter a list, in one changeset. A file that was imported before changes nothing.

    A person whose identifier stood in an earlier edition of the list (a file of the same name) is that person; a new
    spelling becomes another name.
    """
    if ListEdition.objects.filter(list_name=file.name, file_sha256=file.sha256).exists():
        return Imported()
    publication = Publication.PUBLISHED if is_public else Publication.DRAFT
    with changeset(by=None, note=f"Import of {file.name}"):
        source = Source.objects.create(
            kind=Source.Kind.NGO_STATEMENT, title=file.name, sha256=file.sha256, publication=publication
        )
        known = people_of_earlier_editions(file.name)
        edition = ListEdition.objects.create(
            list_name=file.name, file_sha256=file.sha256, source=source, publication=publication
        )
        done = Imported()
        for rows in batches(file.rows):
            done = added(done, import_batch(rows, edition, known, publication))
            progress(len(rows))
        index.refresh()
    return done


def added(one: Imported, other: Imported) -> Imported:
    return Imported(one.people + other.people, one.names + other.names, one.entries + other.entries)


def batches(rows: list[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def people_of_earlier_editions(list_name: str) -> dict[str, int]:
    """For each identifier of a list the person it is about, by the newest edition that says so."""
    entries = ListEntry.objects.filter(edition__list_name=list_name).exclude(prisoner=None).order_by("edition_id")
    return dict(entries.values_list("external_id", "prisoner_id"))


def import_batch(rows: list[Row], edition: ListEdition, known: dict[str, int], publication: str) -> Imported:
    fresh = [row for row in rows if row.external_id not in known]
    people = Prisoner.objects.bulk_create(Prisoner(country=row.country, publication=publication) for row in fresh)
    person = {row.external_id: known[row.external_id] for row in rows if row.external_id in known}
    person |= {row.external_id: prisoner.pk for row, prisoner in zip(fresh, people, strict=True)}
    names = Name.objects.bulk_create(
        [named(row, person, Name.Kind.MAIN, publication) for row in fresh]
        + [named(row, person, Name.Kind.TRANSLITERATION, publication) for row in respelt(rows, known)]
    )
    entries = ListEntry.objects.bulk_create(
        ListEntry(edition=edition, external_id=row.external_id, prisoner_id=person[row.external_id]) for row in rows
    )
    ListEntryPrivate.objects.bulk_create(
        ListEntryPrivate(entry=entry, cells={column: getattr(row, column) for column in COLUMNS})
        for row, entry in zip(rows, entries, strict=True)
    )
    return Imported(len(people), len(names), len(entries))


def named(row: Row, person: dict[str, int], kind: str, publication: str) -> Name:
    return Name(prisoner_id=person[row.external_id], text=row.name, kind=kind, publication=publication)


def respelt(rows: list[Row], known: dict[str, int]) -> list[Row]:
    """Rows about people known by other spellings than the row's."""
    earlier = [row for row in rows if row.external_id in known]
    spelt = set(
        Name.objects.filter(prisoner__in=[known[row.external_id] for row in earlier]).values_list("prisoner_id", "text")
    )
    return [row for row in earlier if (known[row.external_id], row.name) not in spelt]
