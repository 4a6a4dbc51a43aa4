"""What the public pages print often: numbers, partial dates, countries, bars and marks."""

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from registry.countries import country_name
from registry.dates import PartialDate

register = template.Library()

MOST_MARKS = 400
FINE_MARKS_FROM = 61


@register.filter
def figure(number: int | None) -> str:
    """A whole number with its digits grouped: 35,000. Nothing for None."""
    return "" if number is None else number_format(number, decimal_pos=0, force_grouping=True)


@register.filter
def signed(number: int) -> str:
    """A difference: +3, −2, 0."""
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return sign + figure(abs(number))


@register.filter
def in_words(day: PartialDate | date | None) -> str:
    """A partial date or a day in words; “not known” where there is none."""
    if day is None:
        return _("day not known")
    return day.display() if isinstance(day, PartialDate) else date_format(day, "j F Y")


@register.filter
def country(code: str) -> str:
    return country_name(code) if code else _("country not known")


@register.filter
def cut_slash(path: str) -> str:
    """An address to put an ending on: `/deaths/` as `/deaths`."""
    return path.removesuffix("/")


@register.filter
def web(address: str) -> str:
    """An address that a browser may follow: http or https, else nothing. Whatever wrote it, it runs no script."""
    return address if address.lower().startswith(("http://", "https://")) else ""


@register.filter
def then(address: str, known_query: str) -> str:
    """An address in the state of knowledge of this page; the place on the page it leads to stays at its end."""
    path, mark, place = address.partition("#")
    return f"{path}{known_query}{mark}{place}"


@register.filter
def item(values: dict[str, Any], key: str) -> Any:
    """One value of a dictionary whose key is no word; nothing where there is none."""
    return values.get(key, "")


@register.inclusion_tag("registry/_bar.html")
def bar(named: int, low: int, high: int, scale: int) -> dict[str, Any]:
    """A bar of three parts on a common scale: named, announced without a name, possible.

    Of those held, some who are named are only possibly held: then the low number ends the solid part.
    """
    return {"named": named, "solid": min(named, low), "low": low, "high": high, "scale": max(scale, high, 1)}


@register.inclusion_tag("registry/_places.html")
def places(named: int, unnamed: int) -> dict[str, Any]:
    """One mark for each place of an announcement; a bar where the marks would be too many to see."""
    total = named + unnamed
    return {
        "named": named,
        "unnamed": unnamed,
        "total": total,
        "as_marks": total <= MOST_MARKS,
        "fine": total >= FINE_MARKS_FROM,
        "named_marks": range(named),
        "unnamed_marks": range(unnamed),
    }
