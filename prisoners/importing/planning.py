"""What applying an import would do, row by row: created, matched, changed or refused, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prisoners.importing.cells import ListFileError
from prisoners.importing.changing import Life, Told, changes, is_past_death, life_for, not_taken
from prisoners.importing.mapping import OWN_EXPORT, Bound, bind
from prisoners.importing.matching import (
    LONGEST_LOOKED_UP,
    Matched,
    earlier_edition,
    is_still_named_so,
    look_up,
    look_up_many,
    match_by_identifiers,
)
from prisoners.importing.reporting import label_of
from prisoners.importing.rows import SHOWN, read_row
from prisoners.importing.staging import count_outcomes, mapping_in, said_of, write_back
from prisoners.models import ImportRow, ListEdition, ListEntry, ListImport, Merge, Prisoner
from prisoners.names.many import ManyNames
from registry.dates import PartialDate
from registry.publishing import Publication

BATCH, AT_ONCE = 500, 20
CHANGED = ("outcome", "person", "reasons", "alike", "changes", "problems")
# While people are looked for, the counts of an import say how far that has come; the outcomes are counted after it.
COMPARED_TO = "compared_to"
NEW, SKIP, PERSON = "new", "skip", "person:"


def plan(list_import: ListImport, progress: Callable[[int], None] = lambda rows: None) -> None:
    """Work out every row anew, with an editor's choices. Nothing outside the staging tables changes."""
    with transaction.atomic():
        begin_plan(list_import)
        compare(list_import, progress=progress)
        finish_plan(list_import)


def begin_plan(list_import: ListImport) -> None:
    """Whom identifiers lead to; what takes long, the comparison by name, follows in `compare`."""
    with transaction.atomic():
        forget_plan(list_import)
        is_own = list_import.mapping.get("title") == OWN_EXPORT
        match_by_identifiers(list_import, said_of(list_import).list_name, is_own_export=is_own)
        check_matched(list_import)
        list_import.state, list_import.counts = ListImport.State.READ, {COMPARED_TO: 0}
        list_import.version += 1
        list_import.save(update_fields=["state", "counts", "version"])


def finish_plan(list_import: ListImport) -> None:
    """What an editor chose, and what would change of the people found."""
    with transaction.atomic():
        apply_choices(list_import, list_import.rows.exclude(choice=""))
        find_changes(list_import, list_import.rows.all())
        count_outcomes(list_import)
        list_import.state = ListImport.State.PLANNED
        list_import.save(update_fields=["state", "counts", "total"])


def plan_again(list_import: ListImport, numbers: Iterable[int]) -> None:
    """Work out rows of which an editor has chosen something else."""
    rows = list_import.rows.filter(number__in=numbers)
    with transaction.atomic():
        for row in rows.exclude(outcome=ImportRow.Outcome.REFUSED).filter(choice=""):
            row.outcome, row.person, row.changes = ImportRow.Outcome.CREATE, "", []
            row.save(update_fields=["outcome", "person", "changes"])
        apply_choices(list_import, rows.exclude(choice=""))
        find_changes(list_import, rows)
        count_outcomes(list_import)
        list_import.version += 1
        list_import.save(update_fields=["counts", "total", "version"])


def forget_plan(list_import: ListImport) -> None:
    rows = list_import.rows.exclude(outcome=ImportRow.Outcome.REFUSED)
    rows.update(outcome=ImportRow.Outcome.CREATE, person="", reasons=[], alike=[], changes=[])


def has_anybody() -> bool:
    """Whether there is anybody to compare with by name."""
    return Prisoner.objects.exclude(publication=Publication.RETRACTED).exists()


def batches(rows: Any, size: int = BATCH) -> Iterator[list[ImportRow]]:
    remaining = iter(rows.order_by("number").iterator(chunk_size=size))
    while batch := list(islice(remaining, size)):
        yield batch


def save_rows(rows: Sequence[ImportRow]) -> None:
    write_back(rows, CHANGED)


# --- Who ---


def check_matched(list_import: ListImport) -> None:
    """Of running numbers the list may have made another person's: then the row is about somebody else."""
    for rows in batches(list_import.rows.filter(outcome=ImportRow.Outcome.MATCH)):
        people = people_of(rows)
        moved = [row for row in rows if not is_still_named_so(row, people[row.person])]
        for row in moved:
            row.reasons = [
                _("%(id)s was %(person)s in an earlier edition, of another name: taken for somebody else")
                % {"id": row.external_id, "person": row.person}
            ]
            row.outcome, row.person = ImportRow.Outcome.CREATE, ""
        save_rows(moved)


def compare(
    list_import: ListImport, *, seconds: float | None = None, progress: Callable[[int], None] = lambda rows: None
) -> bool:
    """Look for people by name, for so many seconds at most (None: to the end); whether all rows were looked at."""
    if not has_anybody():
        return True
    started = monotonic()
    is_long, index = list_import.total > LONGEST_LOOKED_UP, ManyNames()
    left = list_import.rows.filter(outcome=ImportRow.Outcome.CREATE, number__gt=list_import.counts[COMPARED_TO])
    for rows in batches(left, BATCH if is_long else AT_ONCE):
        found = look_up_many(list_import, rows, index) if is_long else look_up(list_import, rows)
        for row, matched in zip(rows, found, strict=True):
            give(row, matched)
        save_rows(rows)
        list_import.counts = {COMPARED_TO: rows[-1].number}
        list_import.save(update_fields=["counts"])
        progress(len(rows))
        if seconds is not None and monotonic() - started > seconds:
            return False
    return True


def give(row: ImportRow, found: Matched) -> None:
    row.reasons, row.alike = [*row.reasons, *found.reasons], found.alike
    if found.person:
        row.person, row.outcome = found.person, ImportRow.Outcome.MATCH


def apply_choices(list_import: ListImport, rows: Any) -> None:
    """What an editor has said of a row stands, whatever was found."""
    chosen = list(rows.exclude(outcome=ImportRow.Outcome.REFUSED))
    for row in chosen:
        if row.choice == SKIP:
            row.outcome, row.person = ImportRow.Outcome.SKIPPED, ""
        elif row.choice == NEW:
            row.outcome, row.person = ImportRow.Outcome.CREATE, ""
        else:
            row.outcome, row.person = ImportRow.Outcome.MATCH, row.choice.removeprefix(PERSON)
            row.reasons = list(dict.fromkeys([*row.reasons, _("chosen by an editor")]))
    save_rows(chosen)


def people_of(rows: Sequence[ImportRow]) -> dict[str, Prisoner]:
    """The people of rows with everything that a row can speak of; a merged record leads to the one that was kept."""
    named = {row.person for row in rows}
    merged = set(Merge.objects.filter(merged_public_id__in=named).values_list("merged_public_id", flat=True))
    for row in rows:
        if row.person in merged:
            row.person = Merge.objects.leads_to(row.person)
    sought = {row.person for row in rows if row.person}
    people = Prisoner.objects.filter(public_id__in=sought).select_related("home_region").prefetch_related(
        "names", "occupations", "detentions__stays__place", "detentions__release", "cases__detentions",
        "cases__charges__article", "cases__convictions__court", "recognitions__by_links",
    )  # fmt: skip
    return {person.public_id: person for person in people}


# --- What ---


class Earlier:
    """The rows of the edition before, understood as they were when they came: what was entered then."""

    def __init__(self, list_import: ListImport, edition: ListEdition | None) -> None:
        # Of an edition that came with a package nobody knows how it was mapped.
        imported = edition.imports.order_by("pk").last() if edition else None
        self.edition, self.mapping = edition, mapping_in(imported or list_import)

    def told(self, rows: Sequence[ImportRow]) -> dict[str, dict[str, Any]]:
        """By identifier what the edition before said; nothing where it held other columns."""
        if self.edition is None:
            return {}
        entries = ListEntry.objects.filter(edition=self.edition, external_id__in=[row.external_id for row in rows])
        found = {}
        for entry in entries.select_related("private"):
            cells = getattr(entry, "private", None)
            bound = self.bound(list(cells.cells)) if cells else None
            if cells is not None and bound is not None:
                found[entry.external_id] = read_row(bound, 0, list(cells.cells.values())).told
        return found

    def bound(self, header: list[str]) -> Bound | None:
        try:
            dated = self.edition.dated_on if self.edition else None
            return replace(bind(self.mapping, header, ""), latest=dated.latest if dated else None)
        except ListFileError:
            return None


def find_changes(list_import: ListImport, known: Any) -> None:
    """What rows of people who are known would change; what an editor has taken or left stays so."""
    said = said_of(list_import)
    earlier = Earlier(list_import, earlier_edition(said.list_name))
    dated = PartialDate.parse(said.published) if said.published else None
    for rows in batches(known.filter(outcome__in=(ImportRow.Outcome.MATCH, ImportRow.Outcome.CHANGE))):
        people, told = people_of(rows), earlier.told(rows)
        for row in rows:
            person = people.get(row.person)
            if person is None:
                row.outcome, row.problems = ImportRow.Outcome.REFUSED, [_("The person chosen is not in the registry.")]
                continue
            before = {change["field"] + change["after"]: change["take"] for change in row.changes}
            is_late = is_past_death(row.told, person, dated)
            before_it, life = told.get(row.external_id), life_for(person, row.told)
            row.changes = changes(row.told, before_it, life, is_past_death=is_late)
            told_too = [death_in_words(person)] if is_late else []
            told_too += emptied_in_words(row.told, before_it, life)
            told_too += [not_taken_in_words(*each) for each in not_taken(row.told, before_it, life)]
            row.reasons = list(dict.fromkeys([*row.reasons, *told_too]))
            for change in row.changes:
                change["take"] = before.get(change["field"] + change["after"], change["take"])
            row.outcome = ImportRow.Outcome.CHANGE if row.changes else ImportRow.Outcome.MATCH
        save_rows(rows)


def not_taken_in_words(name: str, now: str, after: str) -> str:
    shown = [each if len(each) <= SHOWN else f"{each[:SHOWN]}…" for each in (now or "–", after)]
    return _("%(cell)s: %(now)s → %(after)s: a list does not change it of somebody known; edit the person.") % {
        "cell": label_of(name), "now": shown[0], "after": shown[1],
    }  # fmt: skip


def death_in_words(person: Prisoner) -> str:
    day = person.died_on.display() if person.died_on else _("on a day that is not known")
    return _("%(id)s is recorded as dead: %(day)s. The list has them as held or taken after that.") % {
        "id": person.public_id, "day": day,
    }  # fmt: skip


def emptied_in_words(told: Told, before: Told | None, life: Life) -> list[str]:
    """An empty cell says nothing; but where it held the end of a detention, a person is told."""
    day = str((before or {}).get("released_on", ""))
    if not day or told.get("released_on") or life.detention is None or not life.detention.ended_how:
        return []
    return [
        _("The edition before gave %(day)s as the day of the release, this one gives none: what is recorded stays.")
        % {"day": day}
    ]
