"""A list of the API: the filters, columns and orders of a download, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Value
from django.http import Http404
from django.utils.translation import gettext as _

from registry.api.operations import Asked, Operation
from registry.api.schemas import (
    KNOWN_ON_SCHEMA,
    META,
    Schema,
    filter_schemas,
    parameter,
    path_part,
    row_schema,
    several,
)
from registry.columns import Column
from registry.downloads import Download, json_rows
from registry.earlier_views import KNOWN_ON
from registry.filters import StrictFilterSet
from registry.paging import PAGE_PARAMETERS, PAGE_SIZE, Page, keyset_page
from registry.parameters import BadParameter, Parameters

MOST_ROWS = 500
OWN_PARAMETERS = PAGE_PARAMETERS | Parameters.of(one=["limit"], many=["fields"])
# What a list adds to each row of one question, by the row's key.
Added = Callable[[StrictFilterSet, Sequence[Any]], dict[int, dict[str, Any]]]


def nothing_added(filters: StrictFilterSet, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    return {}


@dataclass(frozen=True)
class ListOperation:
    """How one download is answered and described; `added` and `added_schema` are of fields no file has."""

    download: Download
    added: Added = nothing_added
    added_schema: Callable[[], Schema] = dict

    def operation(self, summary: str) -> Operation:
        name = self.download.name
        return Operation(name, summary, self.answer, self.response, self.parameters, self.described)

    def parameters(self) -> Parameters:
        return self.download.parameters() | OWN_PARAMETERS

    def answer(self, asked: Asked) -> dict[str, Any]:
        filters = self.download.filters(asked.answers, queryset=self.download.rows())
        columns = self.download.columns()
        wanted = self.fields_asked(asked.answers.get("fields", ""), columns)
        orders = filters.orders(self.download.orders)
        page = keyset_page(filters.qs, asked.answers, orders, limit_asked(asked.answers.get("limit", "")))
        shown = [each for each in columns if each.name in wanted] if wanted else columns
        return {
            "meta": asked.about(),
            "total": page.total,
            "next": asked.address(before="", after=page.after) if page.after else None,
            "previous": asked.address(after="", before=page.before) if page.before else None,
            # Without any column of a file's: the first is asked for, and left out again.
            "rows": [chosen(row, wanted) for row in self.rows_of(page, filters, shown or columns[:1])],
        }

    def rows_of(self, page: Page, filters: StrictFilterSet, columns: Sequence[Column]) -> list[dict[str, Any]]:
        keys = [row.pk for row in page.rows]
        rows = json_rows(columns, in_order(self.download.rows(), keys))
        added = self.added(filters, page.rows)
        return [row | added.get(key, {}) for key, row in zip(keys, rows, strict=True)]

    def fields_asked(self, text: str, columns: Sequence[Column]) -> list[str]:
        """The fields that are asked for; none for all of them."""
        asked = [part for part in text.split(",") if part]
        known = self.names(columns)
        for name in asked:
            if name not in known:
                told = {"given": name[:80], "known": ", ".join(known)}
                raise BadParameter("fields", _("There is no field “%(given)s”. There are: %(known)s.") % told)
        return asked

    def names(self, columns: Sequence[Column]) -> list[str]:
        return [*(each.name for each in columns), *self.added_schema()]

    def response(self) -> Schema:
        row = row_schema(self.download.columns(), self.download.rows(), required=False)
        row["properties"] |= self.added_schema()
        return page_schema(row)

    def described(self) -> list[Schema]:
        orders = [order.name for order in self.download.orders]
        names = self.names(self.download.columns())
        return [
            *filter_schemas(self.download.filters),
            KNOWN_ON_SCHEMA,
            parameter("sort", "The order; with q the best match comes first.", {"type": "string"} | sorts(orders)),
            parameter("limit", f"Rows of a page, {PAGE_SIZE} without it.", LIMIT),
            several("fields", "Only these fields of each row.", {"type": "string", "enum": names}),
            parameter("after", "Rows after this identifier: take the address in `next`.", {"type": "string"}),
            parameter("before", "Rows before this identifier: take that in `previous`.", {"type": "string"}),
        ]


LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}


def sorts(orders: list[str]) -> Schema:
    return {"description": "One of: " + ", ".join([*orders, "match (with q)"])}


def limit_asked(text: str) -> int:
    if not text:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_ROWS):
        raise BadParameter("limit", _("Write a number of rows from 1 to %(most)d.") % {"most": MOST_ROWS})
    return int(text)


def in_order(rows: QuerySet, keys: list[int]) -> QuerySet:
    """Some rows in the order of their keys."""
    place = Func(Value(keys), F("pk"), function="array_position", output_field=IntegerField())
    return rows.filter(pk__in=keys).order_by(place)


def chosen(row: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    return {name: row[name] for name in wanted if name in row} if wanted else row


def page_schema(row: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {
            "meta": META,
            "total": {"type": "integer", "description": "Rows of all pages."},
            "next": {"type": ["string", "null"], "description": "The address of the next page; null on the last."},
            "previous": {"type": ["string", "null"]},
            "rows": {"type": "array", "items": row},
        },
        "required": ["meta", "total", "next", "previous", "rows"],
        "additionalProperties": False,
    }


def one_of_list(name: str, summary: str, rows: Callable[[], QuerySet], columns: Callable[[], Any]) -> Operation:
    """The operation of one record of a list, by its identifier."""

    def answer(asked: Asked, public_id: str) -> dict[str, Any]:
        found = json_rows(columns(), rows().filter(public_id=public_id))
        if not found:
            raise Http404
        return {"meta": asked.about(), name: found[0]}

    def response() -> Schema:
        return record_schema({name: row_schema(columns(), rows())})

    return record_operation(name, summary, answer, response)


def record_operation(name: str, summary: str, answer: Callable[..., Any], response: Callable[[], Schema]) -> Operation:
    """The operation of one record, by its identifier, of any state of knowledge."""
    return Operation(name, summary, answer, response, lambda: KNOWN_ON, lambda: [KNOWN_ON_SCHEMA], (PUBLIC_ID,))


PUBLIC_ID = path_part("public_id", "The public identifier.")


def record_schema(parts: dict[str, Schema]) -> Schema:
    """An answer about one record: what it rests on, and its parts."""
    return {
        "type": "object",
        "properties": {"meta": META, **parts},
        "required": ["meta", *parts],
        "additionalProperties": False,
    }


def rows_schema(columns: Sequence[Column], rows: QuerySet) -> Schema:
    return {"type": "array", "items": row_schema(columns, rows)}
