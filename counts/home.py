"""The numbers of the home page, each with its explanation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from counts.answers import explain_address
from counts.periods import Period
from counts.questions import UNITS, Question
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
