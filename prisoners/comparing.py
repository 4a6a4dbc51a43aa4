"""Two people beside each other: what is known of each, what differs, and who is like someone being entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from prisoners.editing import in_words
from prisoners.models import Prisoner
from prisoners.names.search import LookAlike, lookalikes
from registry.countries import country_name
from registry.dates import PartialDate
from registry.publishing import Publication

# A difference lowers the likeness by so much and never hides an equal name: the editor decides.
LESS_ALIKE = {"born": 0.25, "sex": 0.2, "country": 0.1, "home_region": 0.05, "died": 0.2}
LEAST_ALIKE = 0.5
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a person, in words; empty where it is not known."""

    name: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Someone who may be the person being entered: why, and what differs."""

    person: Prisoner
    score: float
    matched_name: str
    reason: str
    differences: list[str]

    @property
    def facts(self) -> list[Fact]:
        return [fact for fact in facts(self.person) if fact.words]


def facts(person: Prisoner) -> list[Fact]:
    """What tells namesakes apart, in the order in which an editor looks at it."""
    detentions = person.detentions.all() if person.pk else []
    return [
        Fact("born", _("born"), day(person.born_on)),
        Fact("sex", _("sex"), person.get_sex_display() if person.sex != Prisoner.Sex.UNKNOWN else ""),
        Fact("country", _("country"), country_name(person.country) if person.country else ""),
        Fact("home_region", _("home region"), str(person.home_region) if person.home_region_id else ""),
        Fact("died", _("died"), day(person.died_on) or person.get_death_circumstance_display()),
        Fact("detentions", _("detentions"), "; ".join(in_words(each) for each in detentions if is_kept(each))),
    ]


def day(date: PartialDate | None) -> str:
    return date.display() if date else ""


def is_kept(record: Any) -> bool:
    return bool(record.publication != Publication.RETRACTED)


def differing(one: Prisoner, other: Prisoner) -> list[str]:
    """The names of the facts that are known of both and can't be the same. Detentions never tell: people have many."""
    return [
        name
        for name, differs in (
            ("born", cannot_be_same_day(one.born_on, other.born_on)),
            ("sex", Prisoner.Sex.UNKNOWN not in (one.sex, other.sex) and one.sex != other.sex),
            ("country", bool(one.country and other.country) and one.country != other.country),
            ("home_region", None not in (one.home_region_id, other.home_region_id)
             and one.home_region_id != other.home_region_id),
            ("died", cannot_be_same_day(one.died_on, other.died_on)),
        )
        if differs
    ]  # fmt: skip


def cannot_be_same_day(one: PartialDate | None, other: PartialDate | None) -> bool:
    return bool(one and other) and (one.certainly_before(other) or other.certainly_before(one))  # type: ignore[union-attr,arg-type]


def less_alike(one: Prisoner, other: Prisoner) -> float:
    """By how much what differs lowers the likeness of two people."""
    return sum(LESS_ALIKE[name] for name in differing(one, other))


def differences(known: Prisoner, entered: Prisoner) -> list[str]:
    """What differs, each as a short phrase: "born: 1984, here 1990"."""
    here = {fact.name: fact.words for fact in facts(entered)}
    different = set(differing(known, entered))
    return [
        _("%(title)s: %(known)s, here %(entered)s")
        % {"title": fact.title, "known": fact.words, "entered": here[fact.name]}
        for fact in facts(known)
        if fact.name in different
    ]


def people_like(entered: Prisoner, names: Iterable[str]) -> list[Alike]:
    """The people in the registry, public or not, who may be the one entered under these names, the likeliest first."""
    return likeliest(entered, (found for name in names for found in lookalikes(name, exclude=entered.pk)))


def likeliest(entered: Prisoner, found: Iterable[LookAlike]) -> list[Alike]:
    """Each of the people whose names are like those of the one entered once, less what differs."""
    best: dict[int, Alike] = {}
    for each in found:
        score = round(each.score - less_alike(each.prisoner, entered), 4)
        known = best.get(each.prisoner.pk)
        if score >= LEAST_ALIKE and (known is None or score > known.score):
            told = differences(each.prisoner, entered)
            best[each.prisoner.pk] = Alike(each.prisoner, score, each.matched_name, each.reason, told)
    return sorted(best.values(), key=lambda alike: (-alike.score, alike.person.pk))[:MOST_SHOWN]
