"""From a file to staged rows: read once, understood as they are read, and copied into the database with flat memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, transaction

from prisoners.importing.cells import Cells, ListFileError
from prisoners.importing.files import Table
from prisoners.importing.mapping import Bound, ListMapping, bind, mapping_of
from prisoners.importing.rows import ReadRow, read_row
from prisoners.models import ImportRow, ListImport
from prisoners.names.forgetting import forget_words
from registry.dates import PartialDate

BATCH = 2_000
COLUMNS = (
    "list_import_id", "number", "cells", "external_id", "told", "odd", "problems", "outcome", "person", "reasons",
    "alike", "changes", "choice",
)  # fmt: skip
EMPTY_LIST = "[]"

# A second row with an identifier of the list's own is refused; where the list has none, namesakes are numbered.
REFUSE_REPEATED = """
    UPDATE prisoners_importrow AS row SET outcome = 'refused', problems = row.problems || jsonb_build_array(format(
        'column %%s: “%%s” stands in row %%s already; each identifier may stand once.', %(column)s::text,
        row.external_id, repeated.first))
    FROM (
        SELECT id, min(number) OVER same AS first, row_number() OVER same AS place FROM prisoners_importrow
        WHERE list_import_id = %(key)s AND external_id <> ''
        WINDOW same AS (PARTITION BY external_id ORDER BY number)
    ) AS repeated
    WHERE repeated.id = row.id AND repeated.place > 1
"""
NUMBER_NAMESAKES = """
    UPDATE prisoners_importrow AS row SET external_id = row.external_id || '-' || namesakes.place
    FROM (
        SELECT id, row_number() OVER (PARTITION BY external_id ORDER BY number) AS place FROM prisoners_importrow
        WHERE list_import_id = %(key)s AND external_id <> ''
    ) AS namesakes
    WHERE namesakes.id = row.id AND namesakes.place > 1
"""
# Nobody has counted the rows that were staged just now: a planner that takes them for a few would go through all of
# them for each of them.
NO_LOOPS = "SET LOCAL enable_nestloop = off"
LOOPS = "SET LOCAL enable_nestloop = on"
COUNT_OUTCOMES = """
    SELECT outcome, count(*) FROM prisoners_importrow WHERE list_import_id = %s GROUP BY outcome
"""


@dataclass(frozen=True)
class Said:
    """What is said of the list as a whole. What is empty is taken from the mapping, then from the file's name."""

    list_name: str = ""
    publisher: str = ""
    source_title: str = ""
    source_url: str = ""
    published: str = ""
    licence: str = ""
    country: str = ""
    recognised_by: tuple[str, ...] = field(default_factory=tuple)
    is_public: bool = False

    def completed(self, mapping: ListMapping, file_name: str) -> Said:
        own = asdict(self)
        for name in ("list_name", "publisher", "source_title", "published", "licence", "country"):
            own[name] = own[name] or getattr(mapping, name)
        own["list_name"] = (own["list_name"] or file_name)[:200]
        own["source_title"] = own["source_title"] or own["list_name"]
        return Said(**own)


def said_of(list_import: ListImport) -> Said:
    given = dict(list_import.given)
    return Said(**{**given, "recognised_by": tuple(given.get("recognised_by", ()))})


def mapping_in(list_import: ListImport) -> ListMapping:
    """The mapping of an import, which a header may fill in part: it was checked when it was given."""
    return mapping_of(list_import.mapping, is_profile=True)


def as_told(mapping: ListMapping) -> dict[str, Any]:
    """A mapping as it is kept with an import: what a mapping file would say."""
    told = asdict(mapping)
    del told["is_profile"]
    return {key: list(value) if isinstance(value, tuple) else value for key, value in told.items() if value}


def with_country(mapping: ListMapping, said: Said) -> ListMapping:
    """The country said for the whole list stands where a row names none."""
    return mapping_of(as_told(mapping) | ({"country": said.country} if said.country else {}), is_profile=True)


def stage(
    table: Table, mapping: ListMapping, said: Said, *, by: Any = None, progress: Callable[[int], None] = lambda n: None
) -> ListImport:
    """Copy a file's rows into the staging table, understood. Raises ListFileError; then nothing is staged."""
    bound = bind(mapping, table.header, table.name)
    said = said.completed(mapping, table.name)
    bound = replace(bound, mapping=with_country(mapping, said))
    with transaction.atomic():
        list_import = ListImport.objects.create(
            file_name=table.name[:200], file_sha256=table.sha256, read_as=table.read_as[:100], header=table.header,
            mapping=as_told(bound.mapping), given=asdict(said), editor=by, hands=[by.pk] if by else [],
        )  # fmt: skip
        bound = replace(bound, latest=latest_day(list_import))
        copy_rows(list_import, understood(bound, table.rows), progress)
        settle_identifiers(list_import, bound)
    return list_import


def latest_day(list_import: ListImport) -> date:
    """Of the list's own date the last day; of a list without one the day on which it came."""
    published = said_of(list_import).published
    dated = PartialDate.parse(published).latest if published else None
    return dated or list_import.begun_at.date()


def understood(bound: Bound, rows: Iterable[tuple[int, Cells]]) -> Iterator[ReadRow]:
    for number, cells in rows:
        yield read_row(bound, number, cells)


def copy_rows(list_import: ListImport, rows: Iterator[ReadRow], progress: Callable[[int], None]) -> None:
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            with cursor.copy(f"COPY prisoners_importrow ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(staged(list_import, row))
            forget_words()
            progress(len(batch))


def staged(list_import: ListImport, row: ReadRow) -> tuple[Any, ...]:
    outcome = ImportRow.Outcome.REFUSED if row.problems else ImportRow.Outcome.CREATE
    return (
        list_import.pk, row.number, as_json(row.cells), row.external_id[:200], as_json(row.told), as_json(row.odd),
        as_json(row.problems), str(outcome), "", EMPTY_LIST, EMPTY_LIST, EMPTY_LIST, "",
    )  # fmt: skip


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


JSON_COLUMNS = {"cells", "told", "odd", "problems", "reasons", "alike", "changes"}


def write_back(rows: Sequence[ImportRow], columns: Sequence[str]) -> None:
    """Save some columns of many rows in one statement; Django's own takes quadratic time."""
    if not rows:
        return
    kinds = ["jsonb" if column in JSON_COLUMNS else "text" for column in columns]
    given = ", ".join(["%s::bigint[]", *(f"%s::text[]::{kind}[]" for kind in kinds)])
    setting = ", ".join(f"{column} = given.{column}" for column in columns)
    values = [
        [as_json(getattr(row, column)) if kind == "jsonb" else str(getattr(row, column)) for row in rows]
        for column, kind in zip(columns, kinds, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE prisoners_importrow AS row SET {setting} "
            f"FROM unnest({given}) AS given (id, {', '.join(columns)}) WHERE row.id = given.id",
            [[row.pk for row in rows], *values],
        )


def settle_identifiers(list_import: ListImport, bound: Bound) -> None:
    """After the last row: repeated identifiers, and how many rows there are. A file without rows is refused."""
    has_own = bound.has("external_id")
    column = bound.header[bound.places["external_id"][0]] if has_own else ""
    change_all(REFUSE_REPEATED if has_own else NUMBER_NAMESAKES, {"key": list_import.pk, "column": column})
    count_outcomes(list_import)
    if not list_import.total:
        raise ListFileError(f"{list_import.file_name}: no rows below the header.")
    list_import.save(update_fields=["counts", "total"])


def change_all(statement: str, parameters: dict[str, Any]) -> None:
    """Change the rows of an import by a statement that joins all of them to something."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NO_LOOPS)
        cursor.execute(statement, parameters)
        cursor.execute(LOOPS)


def count_outcomes(list_import: ListImport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_OUTCOMES, [list_import.pk])
        list_import.counts = dict(cursor.fetchall())
    list_import.total = sum(list_import.counts.values())


def stage_again(list_import: ListImport, mapping: ListMapping, said: Said) -> None:
    """Understand the rows that are staged by another mapping. Raises ListFileError; then nothing is changed."""
    bound = bind(mapping, list_import.header, list_import.file_name)
    said = said.completed(mapping, list_import.file_name)
    bound = replace(bound, mapping=with_country(mapping, said))
    with transaction.atomic():
        kept = list(list_import.rows.order_by("number").values_list("number", "cells"))
        list_import.rows.all().delete()
        list_import.mapping, list_import.given = as_told(bound.mapping), asdict(said)
        bound = replace(bound, latest=latest_day(list_import))
        copy_rows(list_import, understood(bound, kept), lambda done: None)
        list_import.state = ListImport.State.READ
        settle_identifiers(list_import, bound)
        list_import.save()
