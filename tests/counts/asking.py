"""Asks the counts as an address does, and gives back what a test compares."""

from __future__ import annotations

from datetime import date
from typing import Any

from counts.questions import Question, question_from
from counts.readings import Reading
from counts.rows import Row
from counts.series import Series, count

TODAY = date(2026, 1, 15)


def question(metric: str, period: str = "", /, *, today: date = TODAY, **asked: Any) -> Question:
    """The question of one period (2024, 2024-07/2024-08, all time if empty) as one number, unless `by` says else."""
    first, _slash, last = period.partition("/")
    query = {"from": first, "to": last or first, "by": "total"} | asked
    return question_from(metric, {name: value for name, value in query.items() if value}, today=today)


def ask(metric: str, period: str = "", /, **asked: Any) -> Series:
    return count(question(metric, period, **asked))


def only_row(metric: str, period: str = "", /, **asked: Any) -> Row:
    [row] = ask(metric, period, **asked).rows
    return row


def reading(metric: str, period: str = "", /, **asked: Any) -> Reading:
    """The reading of an answer that is one number."""
    found = only_row(metric, period, **asked).reading
    assert found is not None, "the number is not known"
    return found


def readings(series: Series) -> list[Reading]:
    """The readings of an answer's rows; none of them may be unknown."""
    found = [row.reading for row in series.rows if row.reading]
    assert len(found) == len(series.rows), "a number is not known"
    return found


def by_group(series: Series) -> dict[str, Reading]:
    """The readings of a grouped answer over one period."""
    groups = [", ".join(row.group.values()) for row in series.rows if row.group]
    return dict(zip(groups, readings(series), strict=True))


def parts(metric: str, period: str = "", /, **asked: Any) -> tuple[int, int]:
    """Of those held: confirmed lately, and past the end of the sentence with no news."""
    found = only_row(metric, period, **asked).parts
    assert found is not None, "only held has parts"
    return found.confirmed, found.no_news


def best(metric: str, period: str = "", /, **asked: Any) -> tuple[int, int]:
    found = reading(metric, period, **asked)
    return found.low, found.high


def named(metric: str, period: str = "", /, **asked: Any) -> int:
    return reading(metric, period, **asked).named


def lows(metric: str, period: str = "", /, **asked: Any) -> dict[str, int]:
    """The number we print, by group (or by period where nothing is grouped); rows without any are left out."""
    return {
        ", ".join((row.group or {"": row.period.text}).values()): row.reading.low
        for row in ask(metric, period, **asked).rows
        if row.reading and row.reading.low
    }
