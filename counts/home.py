"""The numbers of the home page, each with its explanation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from counts.answers import explain_address
from counts.charts.pages import chart_on_page
from counts.periods import Period
from counts.questions import METRICS, UNITS, Question, recognised_by_default
from counts.rows import Row
from counts.series import count

METRICS_SHOWN = ("held", "releases", "pardons", "arrests", "convictions", "deaths")


@dataclass(frozen=True)
class Headline:
    """One number of the home page: the newest year in which anything is recorded, or today for who is held."""

    metric: str
    row: Row
    explain: str
    is_today: bool


METRICS_DRAWN = ("held", "releases")


def small_charts(country: str | None, today: date) -> list[dict[str, Any]]:
    """Year by year, each with its title: only what has a year in which anything is recorded."""
    found = []
    for metric in METRICS_DRAWN:
        question = Question(metric=metric, unit=UNITS[metric][0], country=country, cut_off=today)
        question = replace(question, recognised=recognised_by_default(metric))
        series = count(question)
        if any(row.state == "counted" for row in series.rows):
            found.append({"title": METRICS[metric], **chart_on_page(series)})
    return found


def headlines(country: str | None, today: date) -> list[Headline]:
    return [headline_of(metric, country, today) for metric in METRICS_SHOWN]


def headline_of(metric: str, country: str | None, today: date) -> Headline:
    question = Question(metric=metric, unit=UNITS[metric][0], country=country, cut_off=today)
    if question.is_stock:
        question = question.about(Period(today, today))
    rows = count(question).rows
    counted = [row for row in rows if row.state == "counted" and row.reading and row.reading.value]
    row = counted[-1] if counted else rows[-1]
    return Headline(metric, row, explain_address(question, row.period), question.is_stock)
