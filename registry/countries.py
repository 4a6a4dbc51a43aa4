"""Country codes (ISO 3166-1 alpha-2) and their names; ZZ is the invented country of the demo."""

from functools import cache

from django.utils.translation import get_language
from django_countries import countries

INVENTED = "ZZ"


def country_choices() -> list[tuple[str, str]]:
    """Every code with its name in the reader's language, sorted by name."""
    return list(choices_in(get_language()))


@cache
def choices_in(language: str | None) -> tuple[tuple[str, str], ...]:
    """Translated and sorted once: each form with a country asks for all of them."""
    return tuple((country.code, country.name) for country in countries)


def country_name(code: str) -> str:
    """The name of a country in the reader's language; the code itself if it is unknown."""
    return countries.name(code) or code


def is_country(code: str) -> bool:
    return code in countries
