"""Applying a planned import: a list of up to 5,000 rows in one transaction, a longer one in batches that resume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from prisoners.importing.changing import life_for
from prisoners.importing.mapping import BARE, OF_A_REPORT
from prisoners.importing.matching import earlier_edition
from prisoners.importing.planning import people_of
from prisoners.importing.recording import List, record_new
from prisoners.importing.references import References
from prisoners.importing.reporting import written_rows
from prisoners.importing.staging import count_outcomes, mapping_in, said_of, write_back
from prisoners.importing.updating import update_known
from prisoners.models import ImportRow, ListEdition, ListImport
from prisoners.names import index
from prisoners.names.forgetting import forget_words
from registry.dates import PartialDate
from registry.editing import refusal, settle
from registry.history import Reason, changeset
from registry.models import Source
from registry.publishing import Publication

IN_ONE_TRANSACTION = 5_000
BATCH = 2_000
Outcome = ImportRow.Outcome
APPLICABLE = (Outcome.CREATE, Outcome.MATCH, Outcome.CHANGE)


class AlreadyImportedError(Exception):
    """This very file is an edition of this list already."""


def apply(
    list_import: ListImport,
    *,
    by: Any = None,
    note: str = "",
    publication: str = "",
    progress: Callable[[int], None] = lambda rows: None,
) -> ListImport:
    """Enter a planned import, or go on with one that was killed. Each batch is one changeset, whole or not at all.

    Raises AlreadyImportedError, or ValidationError where it was applied or given up meanwhile.
    """
    refuse_second_time(said_of(list_import).list_name, list_import.file_sha256, list_import.edition_id)
    size = list_import.total if list_import.total <= IN_ONE_TRANSACTION else BATCH
    state = publication or (Publication.PUBLISHED if said_of(list_import).is_public else Publication.DRAFT)
    said = note or _("Import of %(file)s") % {"file": list_import.file_name}
    while list_import.state != ListImport.State.APPLIED:
        with changeset(by=by, note=said, reason=Reason.LIST):
            list_import = opened(list_import)
            entered = list_of(list_import, state)
            rows = next_rows(list_import, size)
            apply_rows(rows, entered)
            close(list_import, rows, entered)
        # With each batch, so that neither the memory nor somebody's search meets the words of the whole list.
        index.take_in()
        forget_words()
        progress(len(rows))
    if list_import.total >= index.IMPORT:
        index.count_again(list_import.total)
    return list_import


def refuse_second_time(list_name: str, sha256: str, own: int | None = None) -> None:
    """Raises AlreadyImportedError where a file is an edition of a list already, other than the import's own."""
    same = ListEdition.objects.filter(list_name=list_name, file_sha256=sha256).exclude(pk=own or 0)
    if same.exclude(publication=Publication.RETRACTED).exists():
        raise AlreadyImportedError


def refuse_unmended_report(list_import: ListImport) -> None:
    """Raises AlreadyImportedError where a file is the report of an applied import with every row as it was."""
    if not any(heading.startswith(OF_A_REPORT) for heading in list_import.header):
        return
    applied = ListImport.objects.filter(state=ListImport.State.APPLIED, total=list_import.total)
    for other in applied.exclude(edition__publication=Publication.RETRACTED):
        if all(one == same for one, same in zip_longest(written_rows(list_import), written_rows(other))):
            raise AlreadyImportedError


def opened(list_import: ListImport) -> ListImport:
    """The import as it is now, all to oneself: two who apply it at once take turns."""
    found = ListImport.objects.select_for_update(of=("self",)).get(pk=list_import.pk)
    if found.state not in (ListImport.State.PLANNED, ListImport.State.IN_REVIEW, ListImport.State.APPLYING):
        raise ValidationError(
            _("This import is %(state)s: it can't be applied.") % {"state": found.get_state_display()}, code="state"
        )
    return found


def list_of(list_import: ListImport, state: str) -> List:
    """The list that rows are entered into; its source and edition are made with the first batch.

    The edition of a list that takes several batches is a draft until the last of them.
    """
    said, mapping = said_of(list_import), mapping_in(list_import)
    earlier = earlier_edition(said.list_name) if list_import.edition_id is None else earlier_of(list_import)
    edition = list_import.edition or make_edition(list_import, state)
    return List(
        edition=edition, source=Source.objects.get(editions=edition), said=said, mapping=mapping, publication=state,
        references=References(state), header=list_import.header, earlier=earlier, is_bare=mapping.title == BARE,
    )  # fmt: skip


def earlier_of(list_import: ListImport) -> ListEdition | None:
    kept = ListEdition.objects.filter(list_name=said_of(list_import).list_name, pk__lt=list_import.edition_id or 0)
    return kept.exclude(publication=Publication.RETRACTED).order_by("pk").last()


def make_edition(list_import: ListImport, state: str) -> ListEdition:
    said = said_of(list_import)
    dated = PartialDate.parse(said.published) if said.published else None
    source = Source.objects.create(
        kind=Source.Kind.NGO_STATEMENT, title=said.source_title[:500], publisher=said.publisher[:200],
        url=said.source_url, published_on=dated, sha256=list_import.file_sha256, publication=state,
    )  # fmt: skip
    edition = ListEdition.objects.create(
        list_name=said.list_name, publisher=said.publisher[:200], dated_on=dated, licence=said.licence[:300],
        file_sha256=list_import.file_sha256, source=source,
        publication=state if list_import.total <= IN_ONE_TRANSACTION else Publication.DRAFT,
    )  # fmt: skip
    list_import.edition = edition
    return edition


def next_rows(list_import: ListImport, size: int) -> list[ImportRow]:
    rows = list_import.rows.filter(number__gt=list_import.applied_to).order_by("number")
    return list(rows[:size])


def close(list_import: ListImport, rows: Sequence[ImportRow], entered: List) -> None:
    """Note how far it came, in the transaction that came so far; after the last row the list is whole."""
    list_import.applied_to = rows[-1].number if rows else list_import.applied_to
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_changeset_number()")
        list_import.changesets = [*list_import.changesets, cursor.fetchone()[0]]
    is_last = not list_import.rows.filter(number__gt=list_import.applied_to).exists()
    list_import.state = ListImport.State.APPLIED if is_last else ListImport.State.APPLYING
    if is_last:
        ListEdition.objects.filter(pk=entered.edition.pk).update(publication=entered.publication)
        count_outcomes(list_import)
    list_import.save()
    if is_last:
        ListImport.objects.filter(pk=list_import.pk).update(applied_at=Now())


# --- Rows ---


def apply_rows(rows: Sequence[ImportRow], entered: List) -> None:
    """All rows together; where the database refuses, one by one, and each that it refuses with its reason."""
    sought = [row for row in rows if row.outcome in APPLICABLE]
    try:
        with transaction.atomic():
            enter_rows(sought, entered)
            settle()
    except IntegrityError:
        entered.references.forget()
        for row in sought:
            apply_row(row, entered)
    write_back(sought, ["person", "outcome", "problems"])


def enter_rows(rows: Sequence[ImportRow], entered: List) -> None:
    fresh = [row for row in rows if row.outcome == Outcome.CREATE]
    known = [row for row in rows if row.outcome != Outcome.CREATE]
    if fresh:
        record_new(fresh, entered)
    people = people_of(known)
    for row in known:
        if row.person not in people:
            row.outcome, row.problems = Outcome.REFUSED, [_("The person is no longer in the registry.")]
        else:
            update_known(row, life_for(people[row.person], row.told), entered)


def apply_row(row: ImportRow, entered: List) -> None:
    was_new = row.outcome == Outcome.CREATE
    try:
        with transaction.atomic():
            enter_rows([row], entered)
            settle()
    except IntegrityError as error:
        entered.references.forget()
        row.outcome, row.problems = Outcome.REFUSED, [refusal(error)]
        row.person = "" if was_new else row.person
