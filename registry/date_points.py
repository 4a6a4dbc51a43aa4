"""The EDTF forms that are accepted: a point is a year, season, month or day, with its qualifier."""

import calendar
import re
from datetime import date
from typing import NamedTuple

OPEN = ".."
POINT = re.compile(
    r"(?P<year>[12][0-9]{3})"
    r"(?:-(?:(?P<month>0[1-9]|1[0-2])(?:-(?:(?P<day>[0-9]{2})|XX))?|(?P<season>2[1-4])|XX(?:-XX)?))?"
    r"(?P<qualifier>[~?%]?)"
)


class Point(NamedTuple):
    """A partial date that is no interval, or one end of an interval. What is not known is None."""

    year: int
    month: int | None
    day: int | None
    season: int | None
    qualifier: str

    @property
    def earliest(self) -> date:
        """The first day; spring (21) begins in March, winter (24) in December."""
        return date(self.year, self.first_month, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day; a winter ends in February of the next year."""
        if self.season == 24:
            return date(self.year + 1, 2, days_in_month(self.year + 1, 2))
        month = self.first_month + 2 if self.season else self.month or 12
        return date(self.year, month, self.day or days_in_month(self.year, month))

    @property
    def first_month(self) -> int:
        return (self.season - 20) * 3 if self.season else self.month or 1

    @property
    def is_approximate(self) -> bool:
        return self.qualifier in ("~", "%")

    @property
    def is_uncertain(self) -> bool:
        return self.qualifier in ("?", "%")


def read_point(text: str) -> Point:
    """The point that `text` writes; raises ValueError for another form and for a day that its month does not have."""
    match = POINT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, season, qualifier = match.groups()
    if day:
        date(int(year), int(month), int(day))
    return Point(
        int(year), int(month) if month else None, int(day) if day else None, int(season) if season else None, qualifier
    )


def is_point(text: str) -> bool:
    try:
        read_point(text)
    except ValueError:
        return False
    return True


def days_in_month(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
