"""Partial dates: the type, its model and form fields, and its first and last day in SQL."""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.dates import MONTHS, MONTHS_ALT
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from registry.date_mistakes import explain_mistake

LONGEST_TEXT = 64
SEASONS = {
    21: pgettext_lazy("season", "spring"),
    22: pgettext_lazy("season", "summer"),
    23: pgettext_lazy("season", "autumn"),
    24: pgettext_lazy("season", "winter"),
}
POINT = re.compile(
    r"(?P<year>[12][0-9]{3})"
    r"(?:-(?:(?P<month>0[1-9]|1[0-2])(?:-(?:(?P<day>[0-9]{2})|XX))?"
    r"|(?P<season>2[1-4])|XX(?:-XX)?))?"
    r"(?P<qualifier>[~?%]?)"
)
OPEN = ".."


class PartialDateError(ValueError):
    """A text is not a partial date; the message says what was wrong and what would be right."""


class Point(NamedTuple):
    """One end of an interval, or a partial date that is no interval."""

    year: int
    month: int | None
    day: int | None
    season: int | None
    qualifier: str

    @property
    def earliest(self) -> date:
        if self.season:
            # Seasons are those of the northern half of the world: spring begins in March.
            return date(self.year, (self.season - 20) * 3, 1)
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day; a winter ends in February of the next year."""
        if self.season:
            year, month = (self.year + 1, 2) if self.season == 24 else (self.year, (self.season - 20) * 3 + 2)
        else:
            year, month = self.year, self.month or 12
        return date(year, month, self.day or calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, or the days among which it lies, written in EDTF (ISO 8601-2).

    Make one with `parse` or `from_day`. `earliest` and `latest` are the first and the last day
    that it can mean, None where that end is open. About (~) and uncertain (?) never widen it.
    Two partial dates are equal when their texts are.
    """

    text: str
    earliest: date | None = field(compare=False)
    latest: date | None = field(compare=False)
    is_approximate: bool = field(compare=False)
    is_uncertain: bool = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """The partial date that `text` writes; raises PartialDateError for anything else."""
        if not isinstance(text, str):
            raise PartialDateError(explain_mistake(str(text)))
        trimmed = text.strip()
        if len(trimmed) > LONGEST_TEXT:
            raise PartialDateError(explain_mistake(trimmed))
        return _parse(trimmed)

    @classmethod
    def from_day(cls, day: date) -> "PartialDate":
        return cls.parse(date(day.year, day.month, day.day).isoformat())

    def certainly_before(self, other: Self) -> bool:
        """Whether the last day of this one is before the first of the other; open ends make nothing certain."""
        return self.latest is not None and other.earliest is not None and self.latest < other.earliest

    def display(self) -> str:
        """The date in words, in the reader's language: "between 3 and 16 July 2024"."""
        start_text, slash, end_text = self.text.partition("/")
        if not slash:
            return _in_words(_point(start_text))
        if start_text == OPEN:
            return _on_or_before(_point(end_text))
        if end_text == OPEN:
            return _on_or_after(_point(start_text))
        return _between(_point(start_text), _point(end_text))

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=16384)
def _parse(text: str) -> PartialDate:
    """The partial date that the trimmed `text` writes. Errors are not kept, so strangers cannot fill the cache."""
    start_text, slash, end_text = text.partition("/")
    if start_text == OPEN and end_text == OPEN:
        raise PartialDateError(explain_mistake(text))
    try:
        start = None if slash and start_text == OPEN else _point(start_text)
        end = start if not slash else None if end_text == OPEN else _point(end_text)
    except ValueError:
        raise PartialDateError(explain_mistake(text)) from None
    earliest, latest = start and start.earliest, end and end.latest
    if earliest and latest and earliest > latest:
        raise PartialDateError(explain_mistake(text))
    return PartialDate(
        text, earliest, latest, "~" in text or "%" in text, "?" in text or "%" in text
    )


def _point(text: str) -> Point:
    """The point that `text` writes; raises ValueError for a wrong form or a day that its month does not have."""
    match = POINT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, season, qualifier = match.groups()
    point = Point(int(year), month and int(month), day and int(day), season and int(season), qualifier)
    if day:
        date(point.year, point.month, point.day)
    return point


def _in_words(point: Point, with_year: bool = True) -> str:
    words = _calendar_words(point, with_year)
    if point.qualifier in ("~", "%") and point.qualifier:
        words = gettext("about %(date)s") % {"date": words}
    if point.qualifier in ("?", "%") and point.qualifier:
        words = gettext("%(date)s (uncertain)") % {"date": words}
    return words


def _calendar_words(point: Point, with_year: bool) -> str:
    year = str(point.year)
    if point.day and point.month:
        parts = {"day": point.day, "month": MONTHS_ALT[point.month], "year": year}
        return (gettext("%(day)d %(month)s %(year)s") if with_year else gettext("%(day)d %(month)s")) % parts
    name = MONTHS[point.month] if point.month else SEASONS[point.season] if point.season else None
    if name is None:
        return year
    return gettext("%(month_or_season)s %(year)s") % {"month_or_season": name, "year": year} if with_year else str(name)


def _on_or_before(point: Point) -> str:
    form = gettext("on or before %(date)s") if point.day else gettext("in or before %(date)s")
    return form % {"date": _in_words(point)}


def _on_or_after(point: Point) -> str:
    form = gettext("on or after %(date)s") if point.day else gettext("in or after %(date)s")
    return form % {"date": _in_words(point)}


def _between(start: Point, end: Point) -> str:
    """Both ends in words; what they share is said once."""
    if start == end:
        return _in_words(start)
    return gettext("between %(start)s and %(end)s") % {
        "start": _start_words(start, end),
        "end": _in_words(end),
    }


def _start_words(start: Point, end: Point) -> str:
    is_plain = not (start.qualifier or end.qualifier)
    is_same_precision = [bool(part) for part in start[1:4]] == [bool(part) for part in end[1:4]]
    if not (is_plain and is_same_precision and start.year == end.year):
        return _in_words(start)
    if start.day and start.month == end.month:
        return str(start.day)
    return _in_words(start, with_year=False)


if TYPE_CHECKING:
    PartialDateColumn = models.CharField[PartialDate | str | date | None, PartialDate | None]
else:
    PartialDateColumn = models.CharField


class PartialDateAttribute(DeferredAttribute):
    """Turns texts and days into partial dates on assignment; what is not one stays for `full_clean` to refuse."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, (str, date)):
            try:
                value = to_partial_date(value)
            except PartialDateError:
                pass
        instance.__dict__[self.field.attname] = value


def to_partial_date(value: Any) -> PartialDate | None:
    """A partial date from a text, a day or a partial date; None for None and for blank text."""
    if value is None or isinstance(value, PartialDate):
        return value
    if isinstance(value, date):
        return PartialDate.from_day(value)
    if isinstance(value, str) and not value.strip():
        return None
    return PartialDate.parse(value)


class PartialDateField(PartialDateColumn):
    """Keeps a partial date as its text; missing is NULL.

    Compare by the generated columns of EarliestDay and LatestDay: texts do not sort as days do,
    so the lookups gt, gte, lt, lte and range are refused.
    """

    description = gettext_lazy("Partial date")
    descriptor_class = PartialDateAttribute
    empty_strings_allowed = False
    refused_lookups = frozenset({"gt", "gte", "lt", "lte", "range"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_TEXT)
        super().__init__(*args, **kwargs)
        # A partial date has no len(), and parsing has bounded it already.
        self.validators = [check for check in self.validators if not isinstance(check, MaxLengthValidator)]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("max_length") == LONGEST_TEXT:
            del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> PartialDate | None:
        return None if value is None else PartialDate.parse(value)

    def to_python(self, value: Any) -> PartialDate | None:
        try:
            return to_partial_date(value)
        except PartialDateError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value: Any) -> Any:
        if hasattr(value, "resolve_expression"):
            return value
        found = to_partial_date(value)
        return None if found is None else found.text

    def value_to_string(self, obj: models.Model) -> Any:
        return self.get_prep_value(self.value_from_object(obj))

    def get_lookup(self, lookup_name: str) -> Any:
        return None if lookup_name in self.refused_lookups else super().get_lookup(lookup_name)

    def formfield(self, **kwargs: Any) -> Any:
        settings = {"form_class": PartialDateFormField, "max_length": None, **kwargs}
        return super().formfield(**settings)


class PartialDateFormField(forms.CharField):
    """A text input for a partial date; gives a PartialDate, or None where it was left empty."""

    default_help_text = gettext_lazy(
        "As exactly as it is known: 2024-07-16, 2024-07 or 2024. About: 2024-07~. Uncertain: 2024-07?. "
        "Between two days: 2024-07-03/2024-07-16. On or before: ../2021-03-12. On or after: 2021-03-12/.. "
        "Summer 2021: 2021-22 (21 spring, 22 summer, 23 autumn, 24 winter). Leave empty if not known."
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or self.default_help_text
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return to_partial_date(value)
        except PartialDateError as error:
            raise ValidationError(str(error), code="invalid") from error


class EarliestDay(models.Func):
    """The first day that a partial date can mean; NULL where it is open or missing."""

    function = "registry_earliest_day"
    output_field = models.DateField()
    arity = 1


class LatestDay(models.Func):
    """The last day that a partial date can mean; NULL where it is open or missing."""

    function = "registry_latest_day"
    output_field = models.DateField()
    arity = 1
