"""Partial dates in words, in the reader's language."""

from django.utils.dates import MONTHS, MONTHS_ALT
from django.utils.translation import gettext, pgettext_lazy

from registry.date_points import Point

SEASONS = {
    21: pgettext_lazy("season", "spring"),
    22: pgettext_lazy("season", "summer"),
    23: pgettext_lazy("season", "autumn"),
    24: pgettext_lazy("season", "winter"),
}


def point_in_words(point: Point) -> str:
    """The point with its qualifier: "about March 2021", "2024 (uncertain)"."""
    words = _with_year(point)
    if point.is_approximate:
        words = gettext("about %(date)s") % {"date": words}
    if point.is_uncertain:
        words = gettext("%(date)s (uncertain)") % {"date": words}
    return words


def until_in_words(point: Point) -> str:
    """An interval with an open start. A day stands "on", a longer time "in"."""
    form = gettext("on or before %(date)s") if point.day else gettext("in or before %(date)s")
    return form % {"date": point_in_words(point)}


def since_in_words(point: Point) -> str:
    """An interval with an open end. A day stands "on", a longer time "in"."""
    form = gettext("on or after %(date)s") if point.day else gettext("in or after %(date)s")
    return form % {"date": point_in_words(point)}


def interval_in_words(start: Point, end: Point) -> str:
    """Both ends, with a month or year that they share said once."""
    if start == end:
        return point_in_words(start)
    words = {"start": _start_in_words(start, end), "end": point_in_words(end)}
    return gettext("between %(start)s and %(end)s") % words


def _start_in_words(start: Point, end: Point) -> str:
    if start.qualifier or end.qualifier or start.year != end.year or _precision(start) != _precision(end):
        return point_in_words(start)
    if start.day and start.month == end.month:
        return str(start.day)
    return _without_year(start)


def _precision(point: Point) -> tuple[bool, bool, bool]:
    return bool(point.month), bool(point.day), bool(point.season)


def _with_year(point: Point) -> str:
    if point.month is None and point.season is None:
        return str(point.year)
    # A winter runs into the next year, and is named after both.
    year = f"{point.year}–{(point.year + 1) % 100:02}" if point.season == 24 else str(point.year)
    return gettext("%(day_month_or_season)s %(year)s") % {"day_month_or_season": _without_year(point), "year": year}


def _without_year(point: Point) -> str:
    if point.month and point.day:
        # Many languages inflect a month that follows a day: that is the other of Django's two tables.
        return gettext("%(day)d %(month)s") % {"day": point.day, "month": MONTHS_ALT[point.month]}
    if point.month:
        return str(MONTHS[point.month])
    return str(SEASONS[point.season]) if point.season else str(point.year)
