"""The scales of a chart: round numbers up its side, and which periods are written under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.formats import date_format

from counts.charts.lettering import width_of
from counts.periods import By, Period, start_of_period

# A figure of others that is so many times our highest number stands at the edge, so that our own can be seen.
FARTHEST = 3
Rule = Callable[[date], bool]


def round_ticks(highest: int, about: int) -> list[int]:
    """Whole round numbers from 0 to at least the highest, about so many."""
    step = 1
    while highest > step * about:
        # 1, 2, 5, 10, 20, 50 ...
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return list(range(0, max(highest, 1) + step, step))


@dataclass(frozen=True, slots=True)
class Mark:
    """What is written under one period: its place in the series, and one or two lines."""

    place: int
    lines: list[str]


def period_marks(periods: Sequence[Period], by: By, band: float, size: float) -> list[Mark]:
    """The finest marks under periods of `band` pixels that don't run into each other."""
    starts = [start_of_period(period.first, by) if period.first and by != "total" else None for period in periods]
    for level in levels_of(by):
        places = [place for place, start in enumerate(starts) if start and level(start)]
        marks = [Mark(place, [short(starts[place], by, level)]) for place in places]
        if marks and fit(marks, band, size):
            return with_years(marks, starts, by, level, band, size)
    return [Mark(0, [periods[0].label])] if periods else []


def levels_of(by: By) -> list[Rule]:
    """From every period to every fiftieth year."""
    days = [every_day, on_days(1, 8, 15, 22), on_days(1, 15)] if by == "day" else []
    months = [first_of(1), first_of(3), first_of(6)] if by in ("day", "month") else []
    quarters = [first_of(3)] if by == "quarter" else []
    return [*days, *months, *quarters, *(of_years(step) for step in (1, 2, 5, 10, 20, 50))]


def every_day(_day: date) -> bool:
    return True


def on_days(*days: int) -> Rule:
    return lambda day: day.day in days


def first_of(months: int) -> Rule:
    return lambda day: day.day == 1 and (day.month - 1) % months == 0


def of_years(step: int) -> Rule:
    return lambda day: (day.day, day.month) == (1, 1) and day.year % step == 0


def says_years(by: By, level: Rule) -> bool:
    """Whether only years are left to be written."""
    return by == "year" or not (level(date(2001, 4, 1)) or level(date(2001, 7, 1)))


def short(start: date | None, by: By, level: Rule) -> str:
    if start is None:
        return ""
    if says_years(by, level):
        return str(start.year)
    if by == "quarter":
        return f"Q{(start.month + 2) // 3}"
    if by == "day" and level(date(2001, 1, 15)):
        return str(start.day)
    return date_format(start, "M")


def with_years(
    marks: list[Mark], starts: Sequence[date | None], by: By, level: Rule, band: float, size: float
) -> list[Mark]:
    """The second line: the year under January and under the first mark; under days, the month too."""
    if says_years(by, level):
        return marks
    names_days = by == "day" and level(date(2001, 1, 15))
    second: list[Mark] = []
    for mark in marks:
        start = starts[mark.place]
        if start and (mark is marks[0] or (start.day == 1 and (names_days or start.month == 1))):
            second.append(Mark(mark.place, [date_format(start, "M Y") if names_days else str(start.year)]))
    if len(second) > 1 and not fit(second[:2], band, size):
        second = second[1:]
    words = {mark.place: mark.lines for mark in second} if fit(second, band, size) else {}
    return [Mark(mark.place, mark.lines + words.get(mark.place, [])) for mark in marks]


def fit(marks: Sequence[Mark], band: float, size: float) -> bool:
    """Whether the first lines stand apart."""
    return all(
        (later.place - mark.place) * band
        >= (width_of(mark.lines[0], size) + width_of(later.lines[0], size)) / 2 + size / 3
        for mark, later in pairwise(marks)
    )
