"""Beside a part of a year the same days of the year before: nothing compares it with a full one (rule 14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from counts.periods import ONE_DAY, Period
from counts.questions import Question
from counts.readings import Reading
from counts.rows import Group, Row
from counts.series import Series, count

NOTHING = Reading(0, 0, 0, 0)
Key = tuple[Period, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Alike:
    """A part of a year and the same days of the year before, each counted for itself."""

    days: Period
    reading: Reading
    before: Period
    reading_before: Reading


def alike(series: Series) -> dict[Key, Alike]:
    """By row: its comparison, for each row that is a part of a year, ended by the range or by the cut-off."""
    found: dict[Key, Alike] = {}
    for period in dict.fromkeys(row.period for row in series.rows if row.reading is not None):
        days = part_of_a_year(period, series.question)
        if days is None:
            continue
        before = a_year_earlier(days)
        now, then = readings(series.question, days), readings(series.question, before)
        for row in series.rows:
            if row.period == period:
                group = key_of(row.group)
                found[period, group] = Alike(days, now.get(group, NOTHING), before, then.get(group, NOTHING))
    return found


def of_row(found: dict[Key, Alike], row: Row) -> Alike | None:
    return found.get((row.period, key_of(row.group)))


def key_of(group: Group | None) -> tuple[tuple[str, str], ...]:
    return tuple((group or {}).items())


def part_of_a_year(period: Period, question: Question) -> Period | None:
    """The days of a period up to the cut-off; None for a whole year, more than one, or other periods than years.

    A stock is of its last day alone.
    """
    if question.by not in ("year", "total") or period.first is None:
        return None
    last = min(period.last or question.cut_off, question.cut_off)
    days = Period(period.first, last)
    if days.is_whole_years or period.first.year != last.year or period.first > last:
        return None
    return Period(last, last) if question.is_stock else days


def a_year_earlier(days: Period) -> Period:
    return Period(*(day and earlier(day) for day in (days.first, days.last)))


def earlier(day: date) -> date:
    """The same day of the year before; the last of February stays the last."""
    following = day + ONE_DAY
    if (following.month, following.day) == (3, 1):
        return date(day.year - 1, 3, 1) - ONE_DAY
    return day.replace(year=day.year - 1)


def readings(question: Question, days: Period) -> dict[tuple[tuple[str, str], ...], Reading]:
    """By group: the readings of these days as one number."""
    return {key_of(row.group): row.reading for row in count(question.about(days)).rows if row.reading is not None}
