"""Answers as JSON and as rows of a CSV, from the same series as the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counts.filters import sexes_asked
from counts.groups import NOT_ADDITIVE
from counts.labels import STATE_LABELS, group_label
from counts.like_with_like import alike
from counts.periods import Period
from counts.questions import Question
from counts.readings import Reading
from counts.reported import Reported
from counts.rows import Group, NotPlaced, Row
from counts.series import Series


def explain_address(question: Question, period: Period, group: Group | None = None, ending: str = "/") -> str:
    """Where the number of one period, and of one group of it, is explained."""
    return address_of("count-explain", question, period, group, ending)


def rows_address(question: Question, period: Period, group: Group | None = None, ending: str = "/") -> str:
    """Where the named people of one number are listed."""
    return address_of("count-rows", question, period, group, ending)


def address_of(view: str, question: Question, period: Period, group: Group | None, ending: str = "/") -> str:
    about = question.about(period)
    about = replace(about, cell=tuple(group.values())) if group else about
    query = urlencode({name: value for name, value in about.query.items() if name != "by"}, safe=",/;")
    return f"{reverse(view, args=[question.metric]).removesuffix('/')}{ending}?{query}"


def count_address(question: Question, ending: str = "/") -> str:
    """The answer's own address, or with `ending` .csv or .json the address of its file."""
    path = reverse("count-detail", args=[question.metric]).removesuffix("/") + ending
    return f"{path}?{urlencode(question.query, safe=',/')}"


def changes_address(question: Question, since: str = "", ending: str = "/") -> str:
    """Where it stands what moved in the answer; without `since` in the last thirty days."""
    path = reverse("count-changes", args=[question.metric]).removesuffix("/") + ending
    query = question.query | ({"since": since} if since else {})
    return f"{path}?{urlencode(query, safe=',/')}"


def as_json(series: Series) -> dict[str, Any]:
    question = series.question
    return {
        "metric": question.metric,
        "unit": question.unit,
        "measure": question.measure,
        "country": question.country or "all",
        "definition": question.definition,
        "recognised": question.recognised,
        "forms": list(question.forms),
        "filters": dict(question.filters),
        "cut_off": question.cut_off.isoformat(),
        "changeset": series.changeset,
        "known_on": question.known_on or None,
        "method": series.method,
        "by": question.by,
        "group": list(question.group),
        "withheld": "counted" if series.counts_withheld else "left out",
        "notes": notes_on(series),
        "address": settings.SITE_URL + count_address(question),
        "changes": settings.SITE_URL + changes_address(question),
        "series": [row_as_json(question, row) for row in series.rows],
        "not_placed": [line_as_json(question, line) for line in series.not_placed],
        "like_with_like": alike_as_json(series),
        "reported": [reported_as_json(figure) for figure in series.reported],
    }


def row_as_json(question: Question, row: Row) -> dict[str, Any]:
    answer = {
        "period": row.period.text,
        "group": row.group,
        "complete": row.is_complete,
        "state": row.state,
        **reading_as_json(row.reading),
        "reported": [reported_as_json(figure) for figure in row.reported],
        "explain": explain_address(question, row.period, row.group),
    }
    if row.withheld:
        answer["withheld"] = row.withheld
    if row.parts is not None:
        answer["parts"] = {"confirmed": row.parts.confirmed, "no_news": row.parts.no_news}
    return answer


def alike_as_json(series: Series) -> list[dict[str, Any]]:
    """For each part of a year: its days and the same days of the year before, each counted for itself (rule 14)."""

    def side(days: Period, group: Group, reading: Reading) -> dict[str, Any]:
        explain = explain_address(series.question, days, group or None)
        return {"period": days.text, **reading_as_json(reading), "explain": explain}

    return [
        {
            "period": period.text,
            "group": dict(group) or None,
            "these_days": side(pair.days, dict(group), pair.reading),
            "year_before": side(pair.before, dict(group), pair.reading_before),
        }
        for (period, group), pair in alike(series).items()
    ]


def line_as_json(question: Question, line: NotPlaced) -> dict[str, Any]:
    """What has no row. It is a part of a larger number, which `explain` leads to."""
    undated = line.period.first is None and line.period.last is None
    return {
        "period": None if undated else line.period.text,
        "group": line.group,
        "why": line.why,
        **reading_as_json(line.reading),
        "explain": explain_address(question, line.period, line.group),
    }


def reading_as_json(reading: Reading | None) -> dict[str, Any]:
    if reading is None:
        return {"named": None, "best": None, "announced": None}
    return {
        "named": reading.named,
        "best": {"low": reading.low, "value": reading.value, "high": reading.high},
        "announced": reading.announced,
    }


def reported_as_json(reported: Reported) -> dict[str, Any]:
    figure = reported.figure
    return {
        "metric": figure.metric,
        "unit": figure.unit,
        "measure": figure.measure,
        "value": figure.value,
        "value_high": figure.value_high,
        "women": figure.women,
        "men": figure.men,
        "qualifier": figure.qualifier,
        "period": reported.period,
        "said_on": str(figure.said_on) if figure.said_on else None,
        "scope": figure.scope,
        "definition": figure.definition,
        "who_says": figure.who_says,
        "quote": reported.quote,
        "source": settings.SITE_URL + reported.source if reported.source else None,
        "id": figure.public_id,
    }


def notes_on(series: Series) -> list[str]:
    """What every reader of the answer must know of it."""
    notes = [_("A documented number is a minimum: there are people we do not know of.")]
    if not series.counts_withheld:
        notes.append(
            _(
                "People whose names are withheld count in totals by country and whole years only: "
                "they are not in this answer."
            )
        )
        if series.question.known_on:
            notes.append(_("Nor are those whose names were withheld since then."))
    if series.question.filters and not series.question.is_stock and sexes_asked(series.question.filters) == frozenset():
        notes.append(
            _("Unnamed people of announcements are not in this answer: nobody knows of whom of them its filters hold.")
        )
    if set(series.question.group) & set(NOT_ADDITIVE):
        notes.append(_("A person can stand in several of these groups or in none: they do not add up."))
    if len(series.rows) > 1:
        notes.append(_("Low and high are worked out for each row by itself, so that rows need not add up."))
    if any(not row.is_complete for row in series.rows):
        day = date_format(series.question.cut_off, "j F Y")
        notes.append(_("The last period is not over: it goes up to the cut-off, %(day)s.") % {"day": day})
    return notes


COLUMNS = (
    "metric", "unit", "country", "period", "group", "named", "best_low", "best_value", "best_high", "announced",
    "state", "complete", "placed", "withheld", "definition", "recognised", "forms", "filters", "cut_off", "changeset",
    "known_on", "method", "explain",
)  # fmt: skip


def as_rows(series: Series) -> Iterator[list[Any]]:
    """The rows of the CSV, the header first. What fits in no period has `placed` no and its reason in `state`."""
    yield list(COLUMNS)
    question = series.question
    start = [question.metric, question.unit, question.country or "all"]
    end = [
        question.definition,
        question.recognised,
        " ".join(question.forms),
        "&".join(f"{name}={value}" for name, value in question.filters),
        question.cut_off.isoformat(),
        series.changeset,
        question.known_on,
        series.method,
    ]
    for row in series.rows:
        yield [
            *start, row.period.text, group_label(question, row.group), *reading_as_cells(row.reading),
            str(STATE_LABELS[row.state]), yes_or_no(row.is_complete), yes_or_no(True), row.withheld, *end,
            settings.SITE_URL + explain_address(question, row.period, row.group),
        ]  # fmt: skip
    for line in series.not_placed:
        yield [
            *start, line_as_json(question, line)["period"] or "", group_label(question, line.group),
            *reading_as_cells(line.reading), line.why, "", yes_or_no(False), 0, *end,
            settings.SITE_URL + explain_address(question, line.period, line.group),
        ]  # fmt: skip


PLAIN_COLUMNS = (*COLUMNS, "measure", "why", "confirmed", "no_news")


def as_plain_rows(series: Series) -> Iterator[dict[str, Any]]:
    """The same for programs: codes as they are, groups and filters as objects, null where nothing is known."""
    question = series.question
    every = {
        "metric": question.metric, "unit": question.unit, "measure": question.measure,
        "country": question.country or "all", "definition": question.definition, "recognised": question.recognised,
        "forms": list(question.forms), "filters": dict(question.filters), "cut_off": question.cut_off.isoformat(),
        "changeset": series.changeset, "known_on": question.known_on or None, "method": series.method,
    }  # fmt: skip
    for row in series.rows:
        parts = row.parts
        yield in_order(PLAIN_COLUMNS, every | plain_reading(row.reading) | {
            "period": row.period.text, "group": row.group, "state": row.state, "complete": row.is_complete,
            "placed": True, "withheld": row.withheld, "why": None, "confirmed": parts.confirmed if parts else None,
            "no_news": parts.no_news if parts else None,
            "explain": settings.SITE_URL + explain_address(question, row.period, row.group),
        })  # fmt: skip
    for line in series.not_placed:
        told = line_as_json(question, line)
        yield in_order(PLAIN_COLUMNS, every | plain_reading(line.reading) | {
            "period": told["period"], "group": line.group, "state": "not_placed", "complete": None, "placed": False,
            "withheld": 0, "why": line.why, "confirmed": None, "no_news": None,
            "explain": settings.SITE_URL + told["explain"],
        })  # fmt: skip


READING = ("named", "best_low", "best_value", "best_high", "announced")


def plain_reading(reading: Reading | None, ending: str = "") -> dict[str, int | None]:
    """The three readings, each in a column of its own; null where the number is unknown."""
    cells = reading_as_cells(reading) if reading else [None] * len(READING)
    return {f"{name}{ending}": cell for name, cell in zip(READING, cells, strict=True)}  # type: ignore[misc]


def in_order(columns: Sequence[str], row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: row[column] for column in columns}


def reading_as_cells(reading: Reading | None) -> list[int | str]:
    if reading is None:
        return [""] * 5
    return [reading.named, reading.low, reading.value, reading.high, reading.announced]


def yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
