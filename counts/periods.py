"""Periods of the calendar: how a range is cut into them, what falls in them, how they are written."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

By = Literal["day", "month", "quarter", "year", "total"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both inclusive; None is an open end."""

    first: date | None
    last: date | None

    def contains(self, earliest: date | None, latest: date | None) -> bool:
        """The whole interval lies in the period; an unknown bound lies only where the period is open."""
        after = self.first is None or (earliest is not None and earliest >= self.first)
        before = self.last is None or (latest is not None and latest <= self.last)
        return after and before

    def touches(self, earliest: date | None, latest: date | None) -> bool:
        """Some day of the interval may lie in the period; an unknown bound shuts nothing out."""
        not_before = self.first is None or latest is None or latest >= self.first
        not_after = self.last is None or earliest is None or earliest <= self.last
        return not_before and not_after

    @property
    def is_whole_years(self) -> bool:
        starts = self.first is None or (self.first.month, self.first.day) == (1, 1)
        ends = self.last is None or (self.last.month, self.last.day) == (12, 31)
        return starts and ends

    @property
    def text(self) -> str:
        """The period in EDTF: 2024, 2024-07, 2024-07/2024-08, 2024-07-03/2024-07-16, ../2024."""
        parts = ends_as_written(self.first, self.last)
        return parts[0] if parts[0] == parts[1] and parts[0] != ".." else "/".join(parts)

    @property
    def label(self) -> str:
        """The period in words: 2024; July 2024; July to August 2024; 3 July to 16 August 2024."""
        return label_of(self.first, self.last)


def ends_as_written(first: date | None, last: date | None) -> tuple[str, str]:
    """Both ends in the coarsest form that fits both."""
    length = next(
        (
            length
            for length, starts, ends in ((4, is_year_start, is_year_end), (7, is_month_start, is_month_end))
            if (first is None or starts(first)) and (last is None or ends(last))
        ),
        10,
    )
    return (first.isoformat()[:length] if first else "..", last.isoformat()[:length] if last else "..")


def is_year_start(day: date) -> bool:
    return (day.month, day.day) == (1, 1)


def is_year_end(day: date) -> bool:
    return (day.month, day.day) == (12, 31)


def is_month_start(day: date) -> bool:
    return day.day == 1


def is_month_end(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def label_of(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return _("all time")
    written = ends_as_written(first, last)
    words = [in_words(day, len(text)) for day, text in zip((first, last), written, strict=True) if day]
    if first is None:
        return _("until %(end)s") % {"end": words[0]}
    if last is None:
        return _("since %(start)s") % {"start": words[0]}
    if written[0] == written[1]:
        return words[0]
    start, end = words
    if first.year == last.year:
        # The year is said once: "July to August 2024".
        start = in_words(first, len(written[0]), with_year=False)
    return _("%(start)s to %(end)s") % {"start": start, "end": end}


def in_words(day: date, length: int, *, with_year: bool = True) -> str:
    if length == 4:
        return str(day.year)
    if length == 7:
        return date_format(day, "F Y" if with_year else "F")
    return date_format(day, "j F Y" if with_year else "j F")


def bounds_of(span: Period) -> tuple[date, date]:
    """Both ends of a bounded span; raises ValueError for an open one, which has no number of periods."""
    if span.first is None or span.last is None:
        raise ValueError("an open span has no number of periods")
    return span.first, span.last


def split(span: Period, by: By) -> Iterator[Period]:
    """The periods that cover a bounded span; the first and the last are clipped to it."""
    start, last = bounds_of(span)
    while start <= last:
        end = min(end_of_period(start, by), last) if by != "total" else last
        yield Period(start, end)
        start = end + ONE_DAY


def end_of_period(day: date, by: By) -> date:
    """The last day of the calendar period that `day` lies in."""
    if by == "day":
        return day
    months = MONTHS[by]
    last_month = (day.month - 1) // months * months + months
    return date(day.year, last_month, calendar.monthrange(day.year, last_month)[1])


def start_of_period(day: date, by: By) -> date:
    if by == "day":
        return day
    months = MONTHS[by]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def how_many(span: Period, by: By) -> int:
    """How many periods `split` would give; at most a few too many, never too few."""
    first, last = bounds_of(span)
    days = (last - first).days + 1
    return 1 if by == "total" else days if by == "day" else days // (28 * MONTHS[by]) + 2


def smallest_period(earliest: date | None, latest: date | None) -> Period:
    """The smallest month, quarter, year or run of years that contains the whole interval (rule 13)."""
    if earliest is None or latest is None:
        return Period(earliest and start_of_period(earliest, "year"), latest and end_of_period(latest, "year"))
    for by in ("month", "quarter", "year"):
        if latest <= end_of_period(earliest, by):
            return Period(start_of_period(earliest, by), end_of_period(earliest, by))
    return Period(date(earliest.year, 1, 1), date(latest.year, 12, 31))


def what_is_not_known(period: Period, by: By) -> str:
    """Why a record stands in this period and in no row of a series by day, month, quarter or year (rule 13)."""
    if period.first is None and period.last is None:
        return _("undated")
    if period.first is None or period.last is None:
        return _("year not known")
    if period.first.year != period.last.year:
        return _("year not known")
    months = period.last.month - period.first.month + 1
    if months == 1:
        return _("day not known")
    return _("quarter not known") if by == "quarter" else _("month not known")
