"""The values that a group of a count can have: what one number of a grouped answer may be asked for by."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from counts.groups import AGES, group_of_age
from pardons.models import Pardon
from prisoners.filters import occupations_of_public_people, regions_of_public_people
from prisoners.models import Article, Charge, Conviction, Detention, Prisoner, Recognition, Release
from registry.countries import country_choices

NOT_KNOWN = "unknown"
KINDS = {
    "arrests": Detention.Proceeding,
    "convictions": Conviction.Sentence,
    "recognitions": Recognition.Act,
    "pardons": Pardon.Effect,
    "releases": Release.Kind,
    "deaths": Prisoner.DeathCircumstance,
    "held": Detention.Proceeding,
}


def values_of(dimension: str, metric: str, country: str | None) -> list[str]:
    """What can stand in a group, whether anything is recorded in it or not; “unknown” is always among it.

    Of regions, charges and occupations those of public people: one that only somebody withheld has would tell of them.
    """
    if dimension == "kind":
        return with_not_known(KINDS[metric].values)
    if dimension == "region":
        return with_not_known(regions(country))
    return with_not_known(VALUES[dimension]())


def with_not_known(values: list[str]) -> list[str]:
    return [*(value for value in values if value != NOT_KNOWN), NOT_KNOWN]


def regions(country: str | None) -> list[str]:
    """By slug those of the country that is asked about, all others by country and slug."""
    found = regions_of_public_people().order_by("country", "slug").values_list("country", "slug")
    return [slug if of == country else f"{of}/{slug}" for of, slug in found]


def occupations() -> list[str]:
    return list(occupations_of_public_people().order_by("slug").values_list("slug", flat=True))


def charges() -> list[str]:
    charged = Charge.public.filter(article=OuterRef("pk"))
    convicted = Conviction.public.filter(articles=OuterRef("pk"))
    named = Article.objects.filter(Exists(charged) | Exists(convicted))
    named = named.annotate(charge=Concat("code", Value(" "), "number"))
    return list(named.order_by("charge").values_list("charge", flat=True).distinct())


VALUES: dict[str, Callable[[], list[str]]] = {
    "sex": lambda: list(Prisoner.Sex.values),
    "country": lambda: [code for code, _name in country_choices()],
    "charge": charges,
    "occupation": occupations,
    "age": lambda: [group_of_age(age) for age in AGES],
}
