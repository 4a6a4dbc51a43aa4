"""Whom the names of a list may mean: who is named here already, the list's own other spellings, then the registry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any

from django.db.models import Prefetch

from pardons.linking.pasted import Named
from prisoners.comparing import differences, less_alike
from prisoners.models import Name, Prisoner
from prisoners.names.forms import exact_keys, near_keys
from prisoners.names.given_names import group_keys
from prisoners.names.matching import match
from prisoners.names.search import LIKE_ENOUGH, search
from prisoners.names.words import words
from registry.dates import PartialDate, PartialDateError
from registry.publishing import Publication

# Two spellings of one list are proposed as one person from here on.
SAME_IN_A_LIST = 0.86
# A person is proposed from here on, if nothing known differs and nobody else is nearly as like.
SURE, APART = 0.88, 0.06
# Of a person who is named here already less is asked.
SURE_HERE = 0.8
MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who may be meant: how well, by which spelling, why, and what differs from what the list says."""

    public_id: str
    score: float
    matched_name: str
    reason: str
    differences: tuple[str, ...] = ()
    is_here: bool = False


@dataclass(slots=True)
class Proposal:
    """One name of a list with those who may be meant, the likeliest first, and what the engine would choose.

    `same_as` is the place in the list of an earlier spelling of the same person; `chosen` a public identifier;
    `is_new` where nobody in the registry is like it. All empty: the editor has to say.
    """

    named: Named
    candidates: list[Candidate] = field(default_factory=list)
    same_as: int | None = None
    chosen: str = ""
    is_new: bool = False


def propose(
    people: Sequence[Named], *, country: str = "", act_year: int | None = None, here: Iterable[int] = ()
) -> list[Proposal]:
    """A proposal for each name; `here` holds the keys of people who are named with the announcement already."""
    near = people_near(here)
    found = [candidates_of(named, near) for named in people]
    known = kept_people({key for each in found for key in each})
    proposals = [
        Proposal(named, ranked(named, each, known, set(near), country, act_year))
        for named, each in zip(people, found, strict=True)
    ]
    mark_same(proposals)
    for proposal in proposals:
        choose(proposal)
    mark_chosen_twice(proposals)
    return proposals


Matches = dict[int, tuple[float, str, str]]


def people_near(keys: Iterable[int]) -> dict[int, list[str]]:
    """The spellings of some people, by their keys."""
    spellings: dict[int, list[str]] = {}
    for person, text in Name.objects.filter(prisoner__in=list(keys)).values_list("prisoner", "text"):
        spellings.setdefault(person, []).append(text)
    return spellings


def candidates_of(named: Named, here: dict[int, list[str]]) -> Matches:
    """By person: how well a name fits, by which spelling and why."""
    best: Matches = {}
    for query in (named.name, *named.also):
        for person, spellings in here.items():
            for spelling in spellings:
                if sounds_of(query) & sounds_of(spelling):
                    fit = match(query, spelling)
                    keep(best, person, fit.score, spelling, fit.reason)
        for found in search(query, public=False):
            keep(best, found.prisoner_id, found.score, found.matched_name, found.reason)
    return best


def keep(best: Matches, person: int, score: float, spelling: str, reason: str) -> None:
    if score >= LIKE_ENOUGH and (person not in best or score > best[person][0]):
        best[person] = (score, spelling, reason)


@lru_cache(maxsize=20_000)
def sounds_of(name: str) -> frozenset[int]:
    """Keys that two spellings of one name share in all likelihood: only such pairs are laid side by side."""
    return frozenset(
        key
        for word in words(name)
        for key in exact_keys(word.text) | group_keys(word.text) | near_keys(word.text, is_asked=True)
    )


def kept_people(keys: Iterable[int]) -> dict[int, Prisoner]:
    """The people that may be proposed, with what tells them apart: nobody whose record was taken back."""
    people = Prisoner.objects.exclude(publication=Publication.RETRACTED).select_related("home_region")
    return people.prefetch_related("names", Prefetch("detentions")).in_bulk(list(keys))


def ranked(
    named: Named, found: Matches, known: dict[int, Prisoner], here: set[int], country: str, act_year: int | None
) -> list[Candidate]:
    """Those who may be meant, by likeness; what differs lowers it. Of equals, who is here already comes first."""
    entered = Prisoner(country=country, born_on=born(named, act_year))
    candidates = []
    for key, (score, spelling, reason) in found.items():
        if person := known.get(key):
            told = tuple(differences(person, entered))
            lowered = round(score - less_alike(person, entered), 4)
            candidates.append(Candidate(person.public_id, lowered, spelling, reason, told, key in here))
    candidates.sort(key=lambda each: (-each.score, each.public_id))
    least = max(SURE_HERE, candidates[0].score - APART) if candidates else SURE_HERE
    first = [each for each in candidates if each.is_here and each.score >= least]
    return [*first, *(each for each in candidates if each not in first)][:MOST_CANDIDATES]


def born(named: Named, act_year: int | None) -> PartialDate | None:
    """The birth that a list gives, or that follows from an age in the year of the act."""
    try:
        if named.born:
            return PartialDate.parse(named.born)
        if named.age is not None and act_year is not None:
            return PartialDate.parse(f"{act_year - named.age - 1:04}/{act_year - named.age:04}")
    except PartialDateError:
        return None
    return None


def mark_same(proposals: list[Proposal]) -> None:
    """Point each later spelling of a person in the list to the first; years of birth that differ keep two apart."""
    for (first, one), (second, other) in combinations(enumerate(proposals), 2):
        if other.same_as is None and one.same_as is None and may_be_one(one.named, other.named):
            proposals[second].same_as = first


def may_be_one(one: Named, other: Named) -> bool:
    if one.birth_year and other.birth_year and one.birth_year != other.birth_year:
        return False
    pairs = ((first, second) for first in (one.name, *one.also) for second in (other.name, *other.also))
    return any(
        sounds_of(first) & sounds_of(second) and match(first, second).score >= SAME_IN_A_LIST for first, second in pairs
    )


def choose(proposal: Proposal) -> None:
    """What the editor need only confirm: one person who fits and nobody else nearly so well; or nobody at all."""
    candidates = proposal.candidates
    proposal.is_new = not candidates
    if not candidates or proposal.same_as is not None:
        return
    best, others = candidates[0], candidates[1:]
    if best.differences:
        return
    if best.is_here:
        # A namesake who is not here is no reason to ask; another who is here is one.
        others = [other for other in others if other.is_here or other.score > best.score + APART]
    if best.score < (SURE_HERE if best.is_here else SURE):
        return
    if all(other.score <= best.score - APART for other in others):
        proposal.chosen = best.public_id


def mark_chosen_twice(proposals: list[Proposal]) -> None:
    """Two spellings that the registry knows as one person's are one, however unlike they look."""
    first_of: dict[str, int] = {}
    for place, proposal in enumerate(proposals):
        if proposal.chosen and proposal.same_as is None:
            first = first_of.setdefault(proposal.chosen, place)
            proposal.same_as = None if first == place else first


def people_by_public_id(public_ids: Iterable[str]) -> dict[str, Any]:
    """People of a piece, whatever their state, with their names and detentions."""
    people = Prisoner.objects.filter(public_id__in=set(public_ids)).select_related("home_region")
    return {person.public_id: person for person in people.prefetch_related("names", "detentions__release")}
