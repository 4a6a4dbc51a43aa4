"""Counts in the API: the same plain data as the JSON of their pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from counts.answers import as_json
from counts.filters import LISTS, filter_parameters
from counts.questions import DIMENSIONS, FORMS, METRICS, PARAMETERS, UNITS, question_from
from counts.series import count
from registry.api.operations import Asked, Operation, Schema, operation_path
from registry.api.schemas import (
    COUNTRY_PATTERN,
    KNOWN_ON_SCHEMA,
    PARTIAL_DATE,
    filter_schemas,
    parameter,
    path_part,
    several,
    text_schema,
)
from registry.known import in_state


def counts(asked: Asked) -> dict[str, Any]:
    metrics = {name: {"label": str(label), "units": list(UNITS[name])} for name, label in METRICS.items()}
    return {"meta": asked.about(), "metrics": metrics}


def counted(asked: Asked, metric: str) -> dict[str, Any]:
    if metric not in METRICS:
        raise Http404
    question = question_from(metric, asked.answers, today=asked.state.cut_off)
    with in_state(question.state):
        return as_json(count(question))


def described() -> list[Schema]:
    """The parameters of a count: its own, and the filters of the lists of events."""
    filters = {each["name"]: each for filter_set, _model in LISTS.values() for each in filter_schemas(filter_set)}
    wanted = filter_parameters().names
    return [*OWN, *(each for name, each in filters.items() if name in wanted)]


def one_word(words: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(words)}


ALL_UNITS = tuple(dict.fromkeys(unit for units in UNITS.values() for unit in units))
OWN = [
    parameter("from", f"The first day. {PARTIAL_DATE}", text_schema()),
    parameter("to", f"The last day, included. {PARTIAL_DATE}", text_schema()),
    parameter("by", "The periods.", one_word(("day", "month", "quarter", "year", "total"))),
    parameter(
        "country", "A country, or all; without it the registry’s default.",
        {"type": "string", "pattern": COUNTRY_PATTERN},
    ),
    parameter("unit", "What is counted.", one_word(ALL_UNITS)),
    parameter("definition", "everyone, recognised, unrecognised, or an organisation’s short name.", text_schema()),
    parameter("recognised", "Recognised then, or by the cut-off.", one_word(("then", "by-cutoff"))),
    KNOWN_ON_SCHEMA,
    several("group", "One or two dimensions.", one_word(DIMENSIONS)),
    several("forms", "The forms of detention that count.", one_word(FORMS)),
]  # fmt: skip

WHOLE: Schema = {"type": ["integer", "null"]}
READING: Schema = {
    "named": WHOLE,
    "best": {
        "type": ["object", "null"],
        "properties": {"low": WHOLE, "value": WHOLE, "high": WHOLE},
        "required": ["low", "value", "high"],
    },
    "announced": WHOLE,
}
TEXT: Schema = {"type": "string"}
TEXT_OR_NONE: Schema = {"type": ["string", "null"]}
GROUP: Schema = {"type": ["object", "null"], "additionalProperties": TEXT}
REPORTED: Schema = {"type": "array", "items": {"type": "object"}}


def series_schema() -> Schema:
    row = {
        "period": TEXT, "group": GROUP, "complete": {"type": "boolean"},
        "state": one_word(("counted", "none_recorded", "unknown")), **READING, "reported": REPORTED, "explain": TEXT,
    }  # fmt: skip
    line = {"period": TEXT_OR_NONE, "group": GROUP, "why": TEXT, **READING}
    answer = {
        "metric": one_word(tuple(METRICS)), "unit": one_word(ALL_UNITS), "measure": one_word(("flow", "stock")),
        "country": TEXT, "definition": TEXT, "recognised": TEXT, "forms": {"type": "array", "items": one_word(FORMS)},
        "filters": {"type": "object"}, "cut_off": {"type": "string", "format": "date"},
        "changeset": {"type": "integer"}, "known_on": TEXT_OR_NONE, "method": {"type": "integer"}, "by": TEXT,
        "group": {"type": "array", "items": one_word(DIMENSIONS)}, "withheld": one_word(("counted", "left out")),
        "notes": {"type": "array", "items": TEXT}, "address": TEXT, "changes": TEXT,
        "series": rows_of(row), "not_placed": rows_of(line), "like_with_like": {"type": "array"}, "reported": REPORTED,
    }  # fmt: skip
    return {"type": "object", "properties": answer, "required": list(answer)}


def rows_of(properties: Schema) -> Schema:
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": list(properties)}}


def counts_schema() -> Schema:
    metrics = {"type": "object", "additionalProperties": {"type": "object"}}
    return {"type": "object", "properties": {"meta": {"type": "object"}, "metrics": metrics}}


METRIC = path_part("metric", "What is counted.", one_word(tuple(METRICS)))

urlpatterns = [
    operation_path("counts/", Operation("counts", "What can be counted", counts, counts_schema)),
    operation_path(
        "counts/<slug:metric>/",
        Operation(
            "count", "A series, in three readings: named, best, announced",
            counted, series_schema, lambda: PARAMETERS, described, (METRIC,), looks_back_itself=True,
        ),
    ),
]  # fmt: skip
