"""Downloads of lists: the list's own filters, columns in a fixed order, streamed from the database as it sends them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry import kept_statements
from registry.columns import Column
from registry.earlier_views import KNOWN_ON, state_of
from registry.filters import StrictFilterSet
from registry.known import State as Known
from registry.known import in_state, looking
from registry.paging import PAGE_PARAMETERS, Order, chosen_order
from registry.parameters import Pairs, Parameters, address, canonical_query, given_pairs
from registry.patience import FILES, at_most
from registry.sharing import shared

# Fewer and larger pieces: a piece per row costs more than twice the time.
BLOCK_BYTES = 64 * 1024
# The first is small, so that a reader sees at once that something comes.
FIRST_BLOCK_BYTES = 4 * 1024
# Excel takes a file without it for one in the machine's old code page.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# JSON text holds neither character, so every row leaves as it is, on a line of its own.
JSON_COPY = "FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02', ESCAPE E'\\x02'"
CSV_COPY = "FORMAT csv, HEADER true"
BARE_CSV_COPY = "FORMAT csv"
FORMATS = ("csv", "exact.csv", "json", "jsonl")
NOW = Known(None, date.max)
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "exact.csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
}


@dataclass(frozen=True)
class Download:
    """One list as a file. `name` is the file's; `columns` are made when asked for, in the reader's language."""

    name: str
    rows: Callable[[], QuerySet]
    columns: Callable[[], Sequence[Column]]
    filters: type[StrictFilterSet]
    orders: Sequence[Order]

    def parameters(self) -> Parameters:
        """What the list's page takes, the place in the list among it: it means nothing for a file, which is whole."""
        return self.filters.parameters() | PAGE_PARAMETERS | KNOWN_ON

    def matching(self, answers: Any) -> QuerySet:
        """The public rows that a query string asks for, in its order or the search's; else as they were entered."""
        asked = self.filters(answers, queryset=self.rows())
        orders = asked.orders(self.orders)
        is_ordered = answers.get("sort") or orders is not self.orders
        return chosen_order(answers, orders).applied(asked.qs) if is_ordered else asked.qs.order_by("pk")

    def asked(self, answers: Any) -> tuple[QuerySet, Known]:
        """The rows that a query string asks for, and the state of knowledge that they are to be read in."""
        known = state_of(answers)
        with in_state(known, shown=True):
            return self.matching(answers), known


@dataclass(frozen=True)
class State:
    """What a file rests on: the newest changeset, and the day (UTC) by the database's clock."""

    changeset: int
    cut_off: date


def state_of_file(known: Known) -> State:
    """What a file of a state of knowledge rests on: an earlier one is named by its changeset, for ever."""
    return State(known.changeset, known.cut_off) if known.changeset is not None else current_state()


def current_state() -> State:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0), (now() AT TIME ZONE 'UTC')::date FROM registry_changeset")
        return State(*cursor.fetchone())


def download_paths(download: Download, formats: Sequence[str]) -> list[URLPattern]:
    """The addresses of a list's files, such as /prisoners.csv, named `prisoners-csv`."""
    return [
        path(f"{download.name}.{each}", download_view(download, each), name=f"{download.name}-{each}")
        for each in formats
    ]


def download_view(download: Download, form: str) -> Callable[..., HttpResponseBase]:
    """The view of one file."""

    @shared
    @canonical_query(download.parameters)
    def view(request: HttpRequest) -> Any:
        known = state_of(request.GET)
        state = state_of_file(known)
        statement = statement_asked(download, form, request.GET, known, state)
        if request.method == "HEAD":
            # Streaming, for a plain answer would say that the file has no bytes.
            blocks: Iterator[bytes] = iter(())
        elif form == "json":
            about = about_the_file(request.path, given_pairs(request.GET), state)
            blocks = as_object(about, blocks_of(statement, form, known))
        else:
            blocks = blocks_of(statement, form, known)
        response = StreamingHttpResponse(Started(blocks), content_type=CONTENT_TYPES[form])
        return with_file_name(response, download.name, form, state)

    return view


def statement_asked(download: Download, form: str, answers: Any, known: Known, state: State) -> str:
    """The query of a file, put together once while the data is the same: that takes longer than its first rows."""

    def made() -> str:
        rows, _known = download.asked(answers)
        return STATEMENTS[form](download.columns(), rows)

    if known.is_past or answers.get("q"):
        return made()
    return kept_statements.kept((download.name, form, get_language(), given_pairs(answers), state), made)


def with_file_name(response: Any, name: str, form: str, state: State) -> Any:
    """JSON opens in the browser; the others are saved."""
    kind = "inline" if form == "json" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{name}-{state.cut_off}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


class Started:
    """Blocks of which the first is at hand, so that what fails at once fails before anything is sent.

    Django closes it when the answer is over or the reader is gone, and with it the query behind it.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks = blocks
        self.first: bytes | None = next(blocks, None)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.first is None:
            return next(self.blocks)
        first, self.first = self.first, None
        return first

    def close(self) -> None:
        if hasattr(self.blocks, "close"):
            self.blocks.close()


def file_blocks(columns: Sequence[Column], rows: QuerySet, form: str, known: Known = NOW) -> Iterator[bytes]:
    """A list as a file of its own: CSV with its header, for people or for machines, or a JSON object on each line."""
    return blocks_of(STATEMENTS[form](columns, rows), form, known)


def blocks_of(statement: str, form: str, known: Known = NOW) -> Iterator[bytes]:
    blocks = copied(statement, JSON_COPY if form in ("json", "jsonl") else CSV_COPY, known)
    return marked(blocks) if form == "csv" else blocks


def marked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    sent_mark = False
    for block in blocks:
        yield block if sent_mark else BYTE_ORDER_MARK + block
        sent_mark = True


def exact_blocks(
    columns: Sequence[Column],
    rows: QuerySet,
    known: Known = NOW,
    *,
    header: bool = True,
    counted: Callable[[int], None] | None = None,
) -> Iterator[bytes]:
    """CSV for machines: values as they are stored, codes and not words, no mark, no guard; lists as JSON."""
    yield from copied(exact_statement(columns, rows), CSV_COPY if header else BARE_CSV_COPY, known, counted)


def json_lines(columns: Sequence[Column], rows: QuerySet, known: Known = NOW) -> Iterator[bytes]:
    yield from copied(json_statement(columns, rows), JSON_COPY, known)


def as_object(about: dict[str, Any], lines: Iterator[bytes]) -> Iterator[bytes]:
    """One JSON object: `meta`, then `rows`. It is closed only when the last row was sent."""
    opening = json.dumps({"meta": about}, ensure_ascii=False).removesuffix("}") + ', "rows": [\n'
    separator = opening.encode()
    for block in lines:
        yield separator + block.removesuffix(b"\n").replace(b"\n", b",\n")
        separator = b",\n"
    yield b"\n]}\n" if separator == b",\n" else separator + b"]}\n"


def about_this_file(request: HttpRequest) -> dict[str, Any]:
    """The same of a record's file, in the state of knowledge that its address asks for."""
    return about_the_file(request.path, given_pairs(request.GET), state_of_file(state_of(request.GET)))


def about_the_file(own_path: str, pairs: Pairs, state: State) -> dict[str, Any]:
    return {
        "url": settings.SITE_URL + address(own_path, pairs),
        "query": dict(pairs),
        "cut_off": state.cut_off.isoformat(),
        "changeset": state.changeset,
        "licence": settings.DATA_LICENCE,
        "licence_url": settings.DATA_LICENCE_URL,
        "attribution": f"{settings.SITE_NAME}, {settings.SITE_URL}, changeset {state.changeset}",
        "note": _("A documented number is a minimum: there are people we do not know of."),
    }


def copied(
    statement: str, options: str, known: Known = NOW, counted: Callable[[int], None] | None = None
) -> Iterator[bytes]:
    """What PostgreSQL sends for a query, in blocks. Ending early cancels the query and frees the connection.

    `counted` hears how many rows there were.
    """
    block, enough = bytearray(), FIRST_BLOCK_BYTES
    past = nullcontext() if known.changeset is None else looking(known.changeset, shown=True)
    with at_most(FILES), past, connection.cursor() as cursor:
        with cursor.copy(f"COPY ({statement}) TO STDOUT WITH ({options})") as copy:
            for piece in copy:
                block += piece
                if len(block) >= enough:
                    yield bytes(block)
                    block.clear()
                    enough = BLOCK_BYTES
        if counted is not None:
            counted(cursor.rowcount)
    # Outside, so that a short file has given the connection back before its reader gets a byte.
    if block:
        yield bytes(block)


def csv_statement(columns: Sequence[Column], rows: QuerySet) -> str:
    """One row per record with texts in words and guarded."""
    cells = [f"{each.cell(alias)} AS {quoted(each.name)}" for alias, each in aliases(columns).items()]
    return f"SELECT {', '.join(cells)} FROM ({inner_statement(columns, rows)}) AS listed"


def exact_statement(columns: Sequence[Column], rows: QuerySet) -> str:
    """One row per record with values as they are stored."""
    cells = [f"{each.exact(alias)} AS {quoted(each.name)}" for alias, each in aliases(columns).items()]
    return f"SELECT {', '.join(cells)} FROM ({inner_statement(columns, rows)}) AS listed"


def json_statement(columns: Sequence[Column], rows: QuerySet) -> str:
    """One JSON object per record, with codes as they are stored."""
    fields = [f"{each.field(alias)} AS {quoted(each.name)}" for alias, each in aliases(columns).items()]
    named = f"SELECT {', '.join(fields)} FROM ({inner_statement(columns, rows)}) AS listed"
    # No column is called so: a column's name would be taken for the column.
    return f"SELECT row_to_json(whole_row) FROM ({named}) AS whole_row"


STATEMENTS = {
    "csv": csv_statement,
    "exact.csv": exact_statement,
    "json": json_statement,
    "jsonl": json_statement,
}


def json_rows(columns: Sequence[Column], rows: QuerySet) -> list[dict[str, Any]]:
    """The rows of a short list, as its file would have them."""
    with connection.cursor() as cursor:
        cursor.execute(json_statement(columns, rows))
        return [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]


def inner_statement(columns: Sequence[Column], rows: QuerySet) -> str:
    """The rows with every column's value; values of the reader's are bound before the text is put together."""
    named = aliases(columns)
    chosen = rows.annotate(**{alias: each.value for alias, each in named.items()}).values_list(*named)
    # An impossible filter is a query too: its file has a header and no rows.
    statement, values = chosen.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        return cursor.mogrify(statement, values)


def aliases(columns: Sequence[Column]) -> dict[str, Column]:
    """Names that no model has, for a value may be called as its column is."""
    return {f"column_{number}": each for number, each in enumerate(columns)}


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
