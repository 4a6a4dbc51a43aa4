"""Descriptions in OpenAPI of the registry's own parameters and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django_filters import Filter

from registry.column_types import CODE, CODES, DAY, INTEGER, OBJECT, TEXTS, YES_NO, ColumnType, column_types
from registry.columns import Column
from registry.dates import PartialDateFormField
from registry.filters import CountriesField, DayField, OneChoiceField, SeveralChoicesField, StrictFilterSet, YearField
from registry.parameters import LONGEST_VALUE

Schema = dict[str, Any]
COUNTRY_PATTERN = "^([A-Z]{2}|all)$"
PARTIAL_DATE = "A date known in part (EDTF): 2024, 2024-07 or 2024-07-16."


def row_schema(columns: Sequence[Column], rows: QuerySet, required: bool = True) -> Schema:
    """One row of a list. With `fields` an answer has only some of the columns: then none is required."""
    types = column_types(columns, rows)
    properties = {each.name: value_schema(types[each.name], str(each.meaning)) for each in columns}
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(properties)} if required else {})


def value_schema(column_type: ColumnType, meaning: str) -> Schema:
    return VALUES.get(column_type.kind, nullable)("string") | of_kind(column_type) | {"description": meaning}


def nullable(kind: str) -> Schema:
    return {"type": [kind, "null"]}


def of_kind(column_type: ColumnType) -> Schema:
    codes = list(column_type.words)
    if column_type.kind == CODE:
        return {"enum": [*codes, None]}
    if column_type.kind == CODES:
        return {"items": {"type": "string", "enum": codes}}
    return {}


VALUES: dict[str, Any] = {
    INTEGER: lambda _kind: nullable("integer"),
    DAY: lambda kind: nullable(kind) | {"format": "date"},
    YES_NO: lambda _kind: nullable("boolean"),
    TEXTS: lambda kind: {"type": "array", "items": {"type": kind}},
    CODES: lambda _kind: {"type": "array"},
    OBJECT: lambda _kind: nullable("object"),
}


def filter_schemas(filters: type[StrictFilterSet]) -> list[Schema]:
    """The parameters of a filter set, each with what it may hold."""
    return [of_filter(name, each) for name, each in filters.base_filters.items()]


def of_filter(name: str, each: Filter) -> Schema:
    field = each.field
    if isinstance(field, SeveralChoicesField):
        return several(name, each.label, items_of(each))
    if isinstance(field, YearField):
        return parameter(name, each.label, {"type": "integer", "minimum": 1000, "maximum": 2999})
    if isinstance(field, DayField):
        return parameter(name, each.label, {"type": "string", "format": "date"})
    if isinstance(field, OneChoiceField):
        return parameter(name, each.label, {"type": "string", "enum": codes_of(each)})
    if isinstance(field, PartialDateFormField):
        return parameter(name, f"{each.label}. {PARTIAL_DATE}", text_schema())
    return parameter(name, each.label, text_schema())


def items_of(each: Filter) -> Schema:
    """The values of a choice: those that the code fixes by name; what the records hold can be any text."""
    if isinstance(each.field, CountriesField):
        return {"type": "string", "pattern": COUNTRY_PATTERN}
    is_fixed = not callable(each.extra.get("choices"))
    return {"type": "string", "enum": codes_of(each)} if is_fixed else {"type": "string"}


def codes_of(each: Filter) -> list[str]:
    return [str(code) for code, _label in each.extra["choices"] if code != ""]


def text_schema(longest: int = LONGEST_VALUE) -> Schema:
    return {"type": "string", "maxLength": longest}


def parameter(name: str, description: Any, schema: Schema) -> Schema:
    told = str(description) if isinstance(description, (str, Promise)) else ""
    return {"name": name, "in": "query", "required": False, "description": told, "schema": schema}


def several(name: str, description: Any, items: Schema) -> Schema:
    """Several values of one parameter, joined by commas."""
    described = parameter(name, description, {"type": "array", "items": items})
    return described | {"style": "form", "explode": False}


KNOWN_ON_SCHEMA = parameter(
    "known_on", "An earlier state of knowledge: a day, or the number of a changeset.", text_schema()
)


def path_part(name: str, description: str, schema: Schema | None = None) -> Schema:
    return {
        "name": name, "in": "path", "required": True, "description": description,
        "schema": schema or {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    }  # fmt: skip


META: Schema = {"$ref": "#/components/schemas/Meta"}
META_SCHEMA: Schema = {
    "type": "object",
    "description": "What an answer rests on.",
    "properties": {
        "url": {"type": "string"},
        "query": {"type": "object", "additionalProperties": {"type": "string"}},
        "cut_off": {"type": "string", "format": "date"},
        "changeset": {"type": "integer"},
        "licence": {"type": "string"},
        "licence_url": {"type": "string"},
        "attribution": {"type": "string"},
        "note": {"type": "string"},
    },
    "required": ["url", "query", "cut_off", "changeset", "licence", "licence_url", "attribution", "note"],
}
PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "error": {"type": "string", "description": "What is wrong, and what would be right."},
        "parameter": {"type": ["string", "null"], "description": "The parameter that is wrong; null where none is."},
    },
    "required": ["error", "parameter"],
    "additionalProperties": False,
}
COMPONENTS: Schema = {"schemas": {"Meta": META_SCHEMA, "Problem": PROBLEM_SCHEMA}}
