"""Public pages of what moved in a number, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from counts.answers import (
    READING,
    changes_address,
    count_address,
    explain_address,
    in_order,
    plain_reading,
    reading_as_cells,
    reading_as_json,
)
from counts.changes import CHANGE_PARAMETERS, Change, Changes, Moved, changes_from
from counts.labels import UNIT_LABELS, group_label, scope_label, scoped_heading
from counts.places import Place, places_of
from counts.questions import METHOD_VERSION, METRICS
from counts.reasons import REASONS, WHAT_REASONS_MEAN
from counts.series import Series
from registry.known import State, in_state, one_state
from registry.parameters import canonical_query
from registry.row_files import ENDINGS, csv_answer, json_answer, machine_answer


@contextmanager
def comparing(metric: str, request: HttpRequest) -> Iterator[Changes]:
    """The comparison that an address asks for; labels are those of its later state."""
    if metric not in METRICS:
        raise Http404
    with one_state():
        changes = changes_from(metric, request.GET.dict(), today=timezone.now().date())
        with in_state(changes.until):
            yield changes


@canonical_query(CHANGE_PARAMETERS)
def count_changes(request: HttpRequest, metric: str) -> HttpResponse:
    with comparing(metric, request) as changes:
        return render(request, "counts/count_changes.html", page_of(changes))


@canonical_query(CHANGE_PARAMETERS)
def count_changes_json(request: HttpRequest, metric: str) -> HttpResponse:
    with comparing(metric, request) as changes:
        return json_answer(as_json(changes))


@canonical_query(CHANGE_PARAMETERS)
def count_changes_csv(request: HttpRequest, metric: str) -> HttpResponse:
    with comparing(metric, request) as changes:
        return csv_answer(as_rows(changes), f"{metric}-changes-{changes.until.cut_off.isoformat()}")


def count_changes_file(form: str) -> Callable[..., HttpResponseBase]:
    """The view of what moved as a file for programs."""

    @canonical_query(CHANGE_PARAMETERS)
    def view(request: HttpRequest, metric: str) -> Any:
        with comparing(metric, request) as changes:
            name = f"{metric}-changes-{changes.until.cut_off.isoformat()}"
            return machine_answer(form, PLAIN_COLUMNS, list(as_plain_rows(changes)), name)

    return view


def page_of(changes: Changes) -> dict[str, Any]:
    question = changes.question
    return {
        "section": "counts",
        "changes": changes,
        "question": question,
        "title": scoped_heading(question),
        "unit": UNIT_LABELS[question.unit],
        "scope": scope_label(question),
        "metrics": [
            {"name": name, "label": label, "is_current": name == question.metric} for name, label in METRICS.items()
        ],
        "rows": [
            {
                "row": row,
                "period": row.place.period.label,
                "group": group_label(question, dict(row.place.group) or None),
                "reasons": [
                    {"name": name, "label": REASONS[name], "difference": number}
                    for name, number in row.by_reason.items()
                    if number
                ],
                "before": explanation_of(changes.before, row.place),
                "after": explanation_of(changes.after, row.place),
            }
            for row in changes.rows
        ],
        "meanings": [{"name": name, "label": REASONS[name], "text": text} for name, text in WHAT_REASONS_MEAN.items()],
        "downloads": {ending: changes_address(question, changes.since.asked, ending) for ending in ENDINGS},
        "series": count_address(question),
    }


def explanation_of(series: Series, place: Place) -> str:
    """Where the number is explained; that of a line beside the rows with the whole time that it is part of.

    A group that one of the two states knows nothing of is explained there by all groups that it has.
    """
    group = place.group if place in places_of(series) else ()
    return explain_address(series.question, place.period, dict(group) or None)


def state_as_json(state: State) -> dict[str, Any]:
    return {"changeset": state.number, "day": state.cut_off.isoformat()}


def as_json(changes: Changes) -> dict[str, Any]:
    question = changes.question
    return {
        "metric": question.metric,
        "unit": question.unit,
        "country": question.country or "all",
        "definition": question.definition,
        "recognised": question.recognised,
        "forms": list(question.forms),
        "cut_off": question.cut_off.isoformat(),
        "since": state_as_json(changes.since),
        "until": state_as_json(changes.until),
        "method": METHOD_VERSION,
        "address": settings.SITE_URL + changes_address(question, changes.since.asked),
        "reasons": {name: str(text) for name, text in WHAT_REASONS_MEAN.items()},
        "periods": [change_as_json(row) for row in changes.rows],
        "rows": [moved_as_json(row) for row in changes.listed],
        "rows_not_listed": changes.not_listed,
    }


def change_as_json(row: Change) -> dict[str, Any]:
    return {
        "period": row.place.period.text,
        "group": dict(row.place.group) or None,
        "why": row.place.why or None,
        "before": reading_as_json(row.before),
        "after": reading_as_json(row.after),
        "difference": row.difference,
        "by_reason": dict(row.by_reason) | {"other": row.other},
    }


def moved_as_json(row: Moved) -> dict[str, Any]:
    event = row.event
    return {
        "period": row.place.period.text,
        "group": dict(row.place.group) or None,
        "why": row.place.why or None,
        "change": "came" if row.came else "went",
        "reason": row.reason,
        "changeset": row.changeset or None,
        "person": row.person.public_id if row.person else None,
        "name": row.person.display_name if row.person else None,
        "earliest": event.earliest.isoformat() if event.earliest else None,
        "latest": event.latest.isoformat() if event.latest else None,
    }


COLUMNS = (
    "metric", "unit", "country", "period", "group", "why",
    "named_before", "best_low_before", "best_value_before", "best_high_before", "announced_before",
    "named_after", "best_low_after", "best_value_after", "best_high_after", "announced_after",
    "difference", *REASONS, "other", "since_changeset", "until_changeset", "method",
)  # fmt: skip


def as_rows(changes: Changes) -> Iterator[list[Any]]:
    """One row per number, the header first."""
    yield list(COLUMNS)
    question = changes.question
    for row in changes.rows:
        yield [
            question.metric, question.unit, question.country or "all", row.place.period.text,
            group_label(question, dict(row.place.group) or None), row.place.why,
            *reading_as_cells(row.before), *reading_as_cells(row.after), row.difference, *row.by_reason.values(),
            row.other, changes.since.number, changes.until.number, METHOD_VERSION,
        ]  # fmt: skip


PLAIN_COLUMNS = (
    "metric", "unit", "country", "period", "group", "why",
    *(f"{name}_before" for name in READING), *(f"{name}_after" for name in READING),
    "difference", *REASONS, "other", "since_changeset", "until_changeset", "method", "placed",
)  # fmt: skip


def as_plain_rows(changes: Changes) -> Iterator[dict[str, Any]]:
    """The same for programs: groups as objects, null where a number is unknown."""
    question = changes.question
    for row in changes.rows:
        yield in_order(PLAIN_COLUMNS, {
            "metric": question.metric, "unit": question.unit, "country": question.country or "all",
            "period": row.place.period.text, "group": dict(row.place.group) or None, "why": row.place.why or None,
            **plain_reading(row.before, "_before"), **plain_reading(row.after, "_after"),
            "difference": row.difference, **row.by_reason, "other": row.other,
            "since_changeset": changes.since.number, "until_changeset": changes.until.number,
            "method": METHOD_VERSION, "placed": not row.place.is_line,
        })  # fmt: skip
