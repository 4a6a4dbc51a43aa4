"""The groups that an event stands in by region, charge, occupation and age. Only what a question asks is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from prisoners.models import Charge, ConvictionArticle, Prisoner, PrisonerOccupation

UNKNOWN = ("unknown",)
# The first age of each group; "under 18" are minors.
AGES = (0, 18, 25, 35, 45, 55, 65)
# A person stands in several of these groups, or in none: they do not add up (rule 19).
NOT_ADDITIVE = ("charge", "occupation")

Born = tuple[date | None, date | None]


@dataclass(frozen=True)
class Groupings:
    """What is known of people, by person; charges of convictions by conviction."""

    regions: Mapping[int, str] = field(default_factory=dict)
    occupations: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    charges: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    births: Mapping[int, Born] = field(default_factory=dict)
    charges_are_by_event: bool = False

    def values(self, dimension: str, person: int, event: int, first: date | None, last: date | None) -> tuple[str, ...]:
        """The groups of one event on days from `first` to `last`; what is not known is a group of its own."""
        if dimension == "region":
            return (self.regions.get(person, "unknown"),)
        if dimension == "occupation":
            return self.occupations.get(person, UNKNOWN)
        if dimension == "charge":
            return self.charges.get(event if self.charges_are_by_event else person, UNKNOWN)
        return (age_group(self.births.get(person, (None, None)), first, last),)


def groupings_for(metric: str, dimensions: tuple[str, ...], country: str | None) -> Groupings:
    """What the questions of one country, or of all (None), group by."""
    people = Prisoner.objects.counted()
    return Groupings(
        regions=regions(people, country) if "region" in dimensions else {},
        occupations=gathered(PrisonerOccupation.objects.values_list("prisoner", "occupation__slug"))
        if "occupation" in dimensions
        else {},
        charges=charges_for(metric) if "charge" in dimensions else {},
        births={pk: (earliest, latest) for pk, earliest, latest in births(people)} if "age" in dimensions else {},
        charges_are_by_event=metric == "convictions",
    )


def regions(people: Any, country: str | None) -> dict[int, str]:
    """The home region of each person: its slug, with the country before it where that is not the one asked for.

    Two countries may each have a “north”: those are two regions, and two groups.
    """
    named = people.exclude(home_region=None).values_list("pk", "home_region__country", "home_region__slug")
    return {person: slug if of == country else f"{of}/{slug}" for person, of, slug in named}


def births(people: Any) -> Any:
    return people.exclude(born_on=None).values_list("pk", "born_on_earliest", "born_on_latest")


def charges_for(metric: str) -> dict[int, tuple[str, ...]]:
    """The articles of each verdict; elsewhere those a person is or was charged under."""
    links: Any
    if metric == "convictions":
        links = ConvictionArticle.objects.values_list("conviction", "article__code", "article__number")
    else:
        links = Charge.objects.counted().values_list("case__prisoner", "article__code", "article__number")
    return gathered((key, f"{code} {number}") for key, code, number in links)


def gathered(pairs: Any) -> dict[int, tuple[str, ...]]:
    """Each key with its values, each once, in order."""
    found: dict[int, set[str]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return {key: tuple(sorted(values)) for key, values in found.items()}


def age_group(born: Born, first: date | None, last: date | None) -> str:
    """The age group on some day from `first` to `last`, where all that is known of both dates gives one: 25-34."""
    earliest, latest = born
    if earliest is None or latest is None or first is None or last is None:
        return "unknown"
    youngest, oldest = age_on(latest, first), age_on(earliest, last)
    groups = {group_of_age(age) for age in (youngest, oldest)}
    return groups.pop() if len(groups) == 1 and youngest >= 0 else "unknown"


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def group_of_age(age: int) -> str:
    start = max((first for first in AGES if first <= age), default=AGES[0])
    later = [first for first in AGES if first > start]
    return f"{start}-{later[0] - 1}" if later else f"{start}+"
