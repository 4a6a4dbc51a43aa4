"""Partial dates: the type, its model and form fields, and its first and last day in SQL."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy

from registry.date_mistakes import LONGEST_TEXT, explain_mistake
from registry.date_points import OPEN, Point, read_point
from registry.date_words import interval_in_words, since_in_words, until_in_words


class PartialDateError(ValueError):
    """A text is not a partial date; the message says what was wrong and what would be right."""


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
        """The partial date that `text` writes, blanks around it aside; raises PartialDateError for anything else."""
        if not isinstance(text, str):
            raise PartialDateError(explain_mistake(repr(text)))
        return _parse(text.strip())

    @classmethod
    def from_day(cls, day: date) -> "PartialDate":
        """The partial date of one known day; the time of a datetime is dropped."""
        return cls.parse(date(day.year, day.month, day.day).isoformat())

    def certainly_before(self, other: "PartialDate") -> bool:
        """Whether the last day of this one is before the first of the other; open ends make nothing certain."""
        return self.latest is not None and other.earliest is not None and self.latest < other.earliest

    def display(self) -> str:
        """The date in words, in the reader's language: "between 3 and 16 July 2024"."""
        start, end = _ends(self.text)
        if start is None or end is None:
            return since_in_words(start) if start else until_in_words(end) if end else self.text
        return interval_in_words(start, end)

    def __str__(self) -> str:
        return self.text


# Errors are not kept, so what strangers type cannot push the dates of the registry out.
@lru_cache(maxsize=16384)
def _parse(text: str) -> PartialDate:
    try:
        start, end = _ends(text)
    except ValueError:
        raise PartialDateError(explain_mistake(text)) from None
    known = [point for point in (start, end) if point]
    return PartialDate(
        text,
        start.earliest if start else None,
        end.latest if end else None,
        any(point.is_approximate for point in known),
        any(point.is_uncertain for point in known),
    )


def _ends(text: str) -> tuple[Point | None, Point | None]:
    """The first and the last point, None where open; raises ValueError. What is no interval is both of its ends."""
    start_text, slash, end_text = text.partition("/")
    if not slash:
        point = read_point(text)
        return point, point
    start = None if start_text == OPEN else read_point(start_text)
    end = None if end_text == OPEN else read_point(end_text)
    if not (start or end):
        raise ValueError("An interval that is open at both ends says nothing.")
    if start and end and start.earliest > end.latest:
        raise ValueError("The interval ends before it begins.")
    return start, end


if TYPE_CHECKING:
    PartialDateColumn = models.CharField[PartialDate | str | date | None, PartialDate | None]
else:
    PartialDateColumn = models.CharField


class PartialDateAttribute(DeferredAttribute):
    """Turns texts and days into partial dates on assignment; what is not one stays for `full_clean` to refuse."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, (str, date)):
            with suppress(PartialDateError):
                value = to_partial_date(value)
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

    def db_check(self, connection: Any) -> str:
        """Every column refuses what is no partial date, whoever writes it: the function raises; false it is never."""
        return f"isfinite(registry_earliest_day({connection.ops.quote_name(self.column)}))"

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
