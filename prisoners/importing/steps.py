"""The steps of an import at the desk: uploaded, mapped, chosen, sent for review, applied, undone; four eyes."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from prisoners.importing.applying import apply, refuse_second_time, refuse_unmended_report
from prisoners.importing.cells import ListFileError
from prisoners.importing.files import Table, open_table
from prisoners.importing.mapping import NAMES, ListMapping, own_headings, profile, recognised_profile
from prisoners.importing.planning import NEW, PERSON, SKIP, begin_plan, compare, finish_plan, plan_again
from prisoners.importing.proposing import proposed
from prisoners.importing.staging import Said, mapping_in, said_of, stage
from prisoners.importing.undoing import undo
from prisoners.models import ImportRow, ListImport, Prisoner
from registry.accounts import may_publish
from registry.editing import PUBLIC_ONCE
from registry.publishing import Publication

# From so many rows on a second person applies; a longer list than the other is left to the command.
MANY_ROWS = 50
MOST_ROWS = 5_000
SECONDS_OF_A_PAGE = 5.0
# So many editions of a list are asked for a mapping.
LOOKED_BACK = 10
Outcome = ImportRow.Outcome
State = ListImport.State


def upload(file: Any, said: Said, *, by: Any) -> ListImport:
    """Stage a file that was sent, by the profile it belongs to or by proposals for its columns.

    Raises ListFileError; AlreadyImportedError where it is an edition of the list already.
    """
    with tempfile.NamedTemporaryFile(suffix=".list") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        table = open_table(Path(kept.name), Path(file.name).name[:200])
        mapping = mapping_before(said.list_name, table.header) or mapping_proposed(table)
        if not any(ours in mapping.columns for ours in NAMES):
            # Nothing is read before an editor says which column it is.
            mapping = replace(mapping, columns=mapping.columns | {"name": (table.header[0],)})
        refuse_second_time(said.completed(mapping, table.name).list_name, table.sha256)
        with transaction.atomic():
            list_import = stage(table, mapping, said, by=by)
            refuse_unmended_report(list_import)
            if list_import.total > MOST_ROWS:
                raise ListFileError(
                    f"{table.name}: {list_import.total:,} rows; at most {MOST_ROWS:,} are taken here. The command "
                    "import_prisoners takes longer lists."
                )
    return list_import


def mapping_before(list_name: str, header: list[str]) -> ListMapping | None:
    """What the same headings meant in the latest edition of a list that had them; not what was said of that edition."""
    entered = ListImport.objects.filter(state__in=(State.APPLIED, State.UNDONE), given__list_name=list_name)
    for found in entered.order_by("-pk")[:LOOKED_BACK]:
        if own_headings(found.header) == own_headings(header):
            return replace(mapping_in(found), published="", source_title="")
    return None


def mapping_proposed(table: Table) -> ListMapping:
    name = recognised_profile(table.header)
    return profile(name) if name else proposed(table)


def go_on(list_import: ListImport) -> bool:
    """Begin or go on with the plan for some seconds; whether it is finished."""
    if list_import.state != State.READ:
        return True
    if "compared_to" not in list_import.counts:
        begin_plan(list_import)
    if not compare(list_import, seconds=SECONDS_OF_A_PAGE):
        return False
    finish_plan(list_import)
    return True


def compared(list_import: ListImport) -> int:
    """How many rows were compared with the people known so far."""
    return list_import.rows.filter(number__lte=list_import.counts.get("compared_to", 0)).count()


# --- Choices ---


def choose(list_import: ListImport, choices: dict[int, str], takes: dict[int, set[str]], *, by: Any) -> None:
    """Keep what an editor chose of rows: whom each is about, and which changed cells are taken."""
    with transaction.atomic():
        found = opened(list_import, State.PLANNED)
        changed = []
        for row in found.rows.filter(number__in=choices.keys() | takes.keys()).exclude(outcome=Outcome.REFUSED):
            wanted = choices.get(row.number, row.choice)
            if wanted != row.choice and is_choice(wanted):
                row.choice = wanted
                changed.append(row.number)
            for change in row.changes if row.number in takes else []:
                change["take"] = change["field"] in takes[row.number]
            row.save(update_fields=["choice", "changes"])
        if by.pk not in found.hands:
            found.hands = [*found.hands, by.pk]
            found.save(update_fields=["hands"])
        plan_again(found, changed)


def is_choice(wanted: str) -> bool:
    if wanted in ("", NEW, SKIP):
        return True
    public_id = wanted.removeprefix(PERSON)
    return wanted.startswith(PERSON) and Prisoner.objects.filter(public_id=public_id).exists()


def opened(list_import: ListImport, *states: str) -> ListImport:
    found = ListImport.objects.select_for_update(of=("self",)).get(pk=list_import.pk)
    if found.state not in states:
        raise ValidationError(
            _("This import is %(state)s now: look again.") % {"state": found.get_state_display()}, code="state"
        )
    return found


# --- Four eyes ---


def needs_second(list_import: ListImport) -> bool:
    """Whether a second person has to apply it: many rows, or a change to somebody who is or was public."""
    rows = list_import.rows.exclude(outcome__in=(Outcome.REFUSED, Outcome.SKIPPED))
    if rows.count() >= MANY_ROWS:
        return True
    known = rows.filter(outcome__in=(Outcome.CHANGE, Outcome.MATCH)).values_list("person", flat=True)
    return Prisoner.objects.filter(public_id__in=known, publication__in=PUBLIC_ONCE).exists()


def send(list_import: ListImport, *, by: Any) -> None:
    """Hand a planned import to the second person."""
    with transaction.atomic():
        found = opened(list_import, State.PLANNED)
        found.state, found.hands = State.IN_REVIEW, list(dict.fromkeys([*found.hands, by.pk]))
        found.save(update_fields=["state", "hands"])


def take_back(list_import: ListImport, *, by: Any, note: str = "") -> None:
    """Back to its editor: by themselves, or by the second person with a note."""
    with transaction.atomic():
        found = opened(list_import, State.IN_REVIEW)
        if by.pk not in found.hands and not note.strip():
            raise ValidationError(_("Say what is to be changed: its editor reads it."), code="reason_missing")
        found.state, found.note = State.PLANNED, note.strip()
        found.save(update_fields=["state", "note"])


def apply_by(list_import: ListImport, *, by: Any) -> ListImport:
    """Apply an import as the house's rule of four eyes has it.

    A small one is entered by its editor, in review like all else; a large one, or one that touches what is public, is
    applied by a second person, and made public if that was asked for.
    """
    found = ListImport.objects.get(pk=list_import.pk)
    publication: str = Publication.IN_REVIEW
    if needs_second(found):
        if found.state not in (State.IN_REVIEW, State.APPLYING):
            raise ValidationError(_("A second person applies this: send it for review."), code="second")
        if not may_publish(by) or by.pk in found.hands:
            raise ValidationError(
                _("You had a hand in this, or may not publish: a second person applies it."), code="own_work"
            )
        publication = Publication.PUBLISHED if said_of(found).is_public else Publication.IN_REVIEW
    done = apply(found, by=by, publication=publication)
    ListImport.objects.filter(pk=done.pk).update(reviewer=by)
    return done


def undo_by(list_import: ListImport, *, by: Any, note: str) -> ListImport:
    """Undo an import: what is or was public of it is up to those who may publish."""
    touched = list_import.edition is not None and list_import.edition.publication in PUBLIC_ONCE
    if (touched or needs_second(list_import)) and not may_publish(by):
        raise ValidationError(
            _("Something of it is public, or it is large: undoing it is up to a reviewer."), code="public"
        )
    return undo(list_import, by=by, note=note)


def discard(list_import: ListImport) -> None:
    """Give an import up that was not applied; its rows are deleted."""
    with transaction.atomic():
        found = opened(list_import, State.READ, State.PLANNED, State.IN_REVIEW)
        found.rows.all().delete()
        found.delete()
