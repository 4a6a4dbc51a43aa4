"""What kind of value a column holds, for those who describe it: the API, data packages, Parquet, the dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from registry.columns import Column, CountryName, JsonColumn, ListColumn, WordColumn, WordsColumn, YesNoColumn
from registry.downloads import aliases

INTEGER, DAY, YES_NO, CODE, CODES, TEXTS, OBJECT, TEXT = (
    "integer", "day", "yes or no", "code", "codes", "texts", "object", "text",
)  # fmt: skip


@dataclass(frozen=True)
class ColumnType:
    """The kind of a column's values, and the codes with their words where they are of a fixed set."""

    kind: str
    words: dict[str, str]

    @property
    def is_list(self) -> bool:
        return self.kind in (CODES, TEXTS)


def column_types(columns: Sequence[Column], rows: QuerySet) -> dict[str, ColumnType]:
    """The type of each column of a list, by name. Asks the query, and no row."""
    named = aliases(columns)
    known = rows.annotate(**{alias: column.value for alias, column in named.items()}).query.annotations
    return {column.name: type_of(column, known[alias]) for alias, column in named.items()}


def type_of(column: Column, expression: Any) -> ColumnType:
    for column_class, kind in KINDS:
        if isinstance(column, column_class):
            return ColumnType(kind, getattr(column, "words", {}) if kind in (CODE, CODES) else {})
    return ColumnType(kind_of_field(expression.output_field), {})


# The first that fits: some columns are special forms of others.
KINDS: Sequence[tuple[type[Column], str]] = (
    (YesNoColumn, YES_NO),
    (WordsColumn, CODES),
    (WordColumn, CODE),
    (ListColumn, TEXTS),
    (JsonColumn, OBJECT),
    (CountryName, TEXT),
)


def kind_of_field(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.IntegerField):
        return INTEGER
    return DAY if isinstance(field, models.DateField) else TEXT
