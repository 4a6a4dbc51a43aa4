"""An import from the command line, from the file to the last row, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from prisoners.importing.applying import AlreadyImportedError, apply, refuse_second_time, refuse_unmended_report
from prisoners.importing.cells import MOST_PROBLEMS, ListFileError
from prisoners.importing.files import Table, open_table, sha256_of
from prisoners.importing.mapping import (
    ListMapping,
    mapping_file,
    profile,
    profile_names,
    recognised_profile,
)
from prisoners.importing.planning import plan
from prisoners.importing.proposing import as_toml, proposed
from prisoners.importing.reporting import in_words, outcome_in_words, write_report
from prisoners.importing.staging import Said, said_of, stage
from prisoners.importing.undoing import undo
from prisoners.models import ImportRow, ListImport
from prisoners.progress import Progress
from registry.countries import is_country
from registry.dates import PartialDate, PartialDateError
from registry.models import web_address

MOST_SHOWN = 200
# What a change that is made holds: a row without one changes nothing.
TAKEN = {"take": True}
Outcome = ImportRow.Outcome


@dataclass(frozen=True)
class Asked:
    """What the command line says."""

    file: Path
    profile: str = ""
    mapping: Path | None = None
    list_name: str = ""
    source_url: str = ""
    source_title: str = ""
    publisher: str = ""
    published: str = ""
    licence: str = ""
    recognised_by: tuple[str, ...] = ()
    country: str = ""
    is_public: bool = False
    is_trial: bool = False
    report: Path | None = None

    def said(self) -> Said:
        return Said(
            list_name=self.list_name, publisher=self.publisher, source_title=self.source_title,
            source_url=self.source_url, published=self.published, licence=self.licence, country=self.country,
            recognised_by=self.recognised_by, is_public=self.is_public,
        )  # fmt: skip


@dataclass
class Done:
    """What was done, for people."""

    lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class TriedOut(Exception):  # noqa: N818
    """Thrown to take back what was only tried."""


def carry_out(asked: Asked) -> Done:
    """Import a file, or try it out. Raises ListFileError or ValidationError in words."""
    refuse_wrong(asked)
    if asked.is_trial:
        return tried(asked)
    if begun := left_from_before(asked):
        return finished(begun, asked)
    try:
        return finished(prepared(asked), asked)
    except AlreadyImportedError:
        return already(asked, "nothing was changed")


def already(asked: Asked, what: str) -> Done:
    """Of a file that is an edition of its list already; no row of it is looked at."""
    no_report = f" {asked.report} was not written: there is nothing to report." if asked.report else ""
    return Done([f"{asked.file.name} was imported already: {what}.{no_report}"])


def refuse_wrong(asked: Asked) -> None:
    if asked.profile and asked.mapping:
        raise ListFileError("Give a profile or a mapping file, not both.")
    if asked.country and not is_country(asked.country):
        raise ListFileError(f"“{asked.country}” is no country; use two letters such as BY.")
    try:
        if asked.published:
            PartialDate.parse(asked.published)
    except PartialDateError as error:
        raise ListFileError(f"--source-published: {error}") from error
    if asked.source_url:
        web_address(asked.source_url)


def mapping_for(asked: Asked, table: Table) -> ListMapping:
    """The mapping that was asked for; else the profile that the header belongs to."""
    if asked.mapping:
        return mapping_file(asked.mapping)
    name = asked.profile or recognised_profile(table.header)
    if name:
        return profile(name)
    raise ListFileError(
        f"{table.name}, row 1: the columns must be external_id, name, country; found {', '.join(table.header)}. Is it "
        f"another list, give a profile ({', '.join(profile_names())}) or a mapping file: --propose-mapping writes one."
    )


def prepared(asked: Asked) -> ListImport:
    """The file staged and planned. A bare list is refused whole where one of its rows is.

    Raises AlreadyImportedError before it is read further than its header.
    """
    table = open_table(asked.file)
    mapping = mapping_for(asked, table)
    refuse_second_time(asked.said().completed(mapping, table.name).list_name, table.sha256)
    with transaction.atomic():
        list_import = stage(table, mapping, asked.said(), progress=Progress(0, "rows read"))
        refuse_unmended_report(list_import)
        if mapping.all_or_none and list_import.counts.get(Outcome.REFUSED):
            raise ListFileError("\n".join(refused_lines(list_import)))
        if list_import.counts.get(Outcome.REFUSED) == list_import.total:
            raise ListFileError("\n".join(["No row can be taken.", *refused_lines(list_import)]))
        plan(list_import, Progress(list_import.total, "rows compared"))
    return list_import


def left_from_before(asked: Asked) -> ListImport | None:
    """An import of the same file that was interrupted, if there is one. What was only prepared is forgotten."""
    try:
        digest = sha256_of(asked.file)
    except OSError as error:
        raise ListFileError(f"{asked.file}: the file can't be read: {error.strerror}.") from error
    same = ListImport.objects.filter(file_sha256=digest, editor=None)
    waiting = (ListImport.State.READ, ListImport.State.PLANNED)
    same.filter(state__in=waiting, hands=[]).delete()
    begun = [each for each in same.begun() if said_of(each).list_name in (asked.list_name, each.given["list_name"])]
    return begun[0] if begun else None


def finished(list_import: ListImport, asked: Asked) -> Done:
    resumed_at = list_import.applied_to
    left = list_import.rows.filter(number__gt=resumed_at).count()
    list_import = apply(list_import, progress=Progress(left, "rows"))
    if asked.report:
        write_report(list_import, asked.report)
    done = told(list_import)
    if resumed_at:
        done.lines.insert(0, f"Went on after row {resumed_at:,}, where it was interrupted.")
    done.lines.append(f"To take it back: import_prisoners --undo {list_import.token}")
    return done


def tried(asked: Asked) -> Done:
    """What would be done, row by row; nothing stays in the database."""
    done = Done()
    try:
        with transaction.atomic():
            list_import = prepared(asked)
            if asked.report:
                write_report(list_import, asked.report)
            done.lines += [f"Nothing was changed. {each}" for each in told(list_import).lines[:1]]
            done.lines += row_lines(list_import)
            raise TriedOut
    except TriedOut:
        return done
    except AlreadyImportedError:
        return already(asked, "nothing would be changed")


def told(list_import: ListImport) -> Done:
    counts = list_import.counts
    people = counts.get(Outcome.CREATE, 0)
    entries = sum(counts.get(each, 0) for each in (Outcome.CREATE, Outcome.MATCH, Outcome.CHANGE))
    left = list_import.rows.filter(outcome=Outcome.CHANGE).exclude(changes__contains=[TAKEN]).count()
    outcomes = (
        f"{people:,} new people", f"{counts.get(Outcome.CHANGE, 0) - left:,} known with changes",
        *([f"{left:,} known with conflicts alone, left as they are"] if left else []),
        f"{counts.get(Outcome.MATCH, 0):,} known without", f"{counts.get(Outcome.REFUSED, 0):,} refused",
    )  # fmt: skip
    odd = list_import.rows.exclude(odd=[]).count()
    what_is_odd = f" {odd:,} hold something odd: --report tells." if odd else ""
    read_as = f" Read as {list_import.read_as}." if list_import.read_as else ""
    done = Done([f"{entries:,} of {list_import.total:,} rows: {', '.join(outcomes)}.{what_is_odd}{read_as}"])
    if counts.get(Outcome.REFUSED):
        done.warnings += refused_lines(list_import)
    return done


def refused_lines(list_import: ListImport) -> list[str]:
    rows = list_import.rows.filter(outcome=Outcome.REFUSED).order_by("number").iterator(chunk_size=MOST_PROBLEMS)
    lines: list[str] = []
    left = 0
    for row in rows:
        for problem in row.problems:
            if len(lines) < MOST_PROBLEMS:
                lines.append(with_place(list_import, row, problem))
            else:
                left += 1
    return [*lines, *([f"... and {left:,} more."] if left else [])]


def with_place(list_import: ListImport, row: ImportRow, problem: str) -> str:
    separator = ", " if problem.startswith("column ") else ": "
    return f"{list_import.file_name}, row {row.number}{separator}{problem}"


def row_lines(list_import: ListImport) -> Iterator[str]:
    """The plan, a line for each row, as many as can be read; the report has all of them."""
    rows = list_import.rows.order_by("number")
    for row in islice(rows.iterator(chunk_size=MOST_SHOWN), MOST_SHOWN):
        name = row.told["names"][0][0] if row.told.get("names") else "–"
        about = [*row.problems, *row.reasons, *row.odd, *(marked(each) for each in row.changes)]
        person = f" {row.person}" if row.person else ""
        yield f"row {row.number}: {outcome_in_words(row)}{person}: {name}{'; ' if about else ''}{'; '.join(about)}"
    if list_import.total > MOST_SHOWN:
        yield f"... and {list_import.total - MOST_SHOWN:,} more rows: --report FILE.csv has all of them."


def marked(change: dict[str, Any]) -> str:
    """A changed cell; a conflict by that word, with what becomes of it."""
    if not change["is_conflict"]:
        return in_words(change)
    return f"conflict, {'taken' if change['take'] else 'left as it is'}: {in_words(change)}"


def proposed_mapping(file: Path) -> str:
    table = open_table(file)
    return f"# Read as {table.read_as}.\n{as_toml(proposed(table))}"


def take_back(token: str) -> str:
    """Undo an import; what is told of it. Raises ValidationError."""
    list_import = ListImport.objects.filter(token=token).first()
    if list_import is None:
        raise ValidationError(f"There is no import {token}.")
    undone = undo(list_import, by=None, note="Undone by the operator")
    lines = [f"{list_import.file_name} is taken back.", *undone.kept]
    return "\n".join(lines)
