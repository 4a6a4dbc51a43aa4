"""The three readings of one cell: named, best (low and high), announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from counts.acts import Act, Acts, could_be_by, could_be_release_by, fits
from counts.events import Event
from counts.overlap import fewest_people

# How many people may be meant by any of some acts, by their sex.
MayFill = Counter[tuple[frozenset[int], str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One number read three ways. The number we print is `low`: we claim no more than we can stand by."""

    named: int
    low: int
    high: int
    announced: int

    @property
    def value(self) -> int:
        return self.low

    @property
    def has_anything(self) -> bool:
        return bool(self.named or self.high or self.announced)


@dataclass(frozen=True)
class Cell:
    """What falls in one period and one group: what certainly does, and what possibly does (rule 13)."""

    certain: Collection[Event]
    possible: Collection[Event]
    acts_certain: Collection[Act]
    acts_possible: Collection[Act]
    as_announced: Collection[Act]
    # The sex whose places are asked for; None for all places.
    sex: str | None = None
    # Named events of other periods or groups that may fill a place here (rule 23).
    unchecked_elsewhere: Collection[Event] = field(default=())
    # Instead of these, and of the unchecked of the cell itself: how many there are at least.
    may_fill: MayFill | None = None
    # How many withheld people or events it counts, by country (rule 20).
    withheld: Counter[str] = field(default_factory=Counter)
    # Named people or events that no announcement can be about: so many certainly, so many possibly.
    others: int = 0
    possible_others: int = 0


def read(cell: Cell, acts: Acts, unit: str) -> Reading:
    withheld = cell.withheld.total()
    named = how_many(cell.certain, unit) + cell.others + withheld
    possible = how_many(cell.possible, unit) + cell.possible_others + withheld
    among = {act.key for act in cell.acts_possible}
    open_high = sum(acts.most_open(key, among, cell.sex) for key in acts.outermost(among))
    return Reading(
        named=named,
        low=named + fewest_unnamed(cell, acts, unit),
        high=possible + open_high,
        announced=announced(cell, unit) + cell.possible_others + withheld,
    )


def how_many(events: Collection[Event], unit: str) -> int:
    """People are counted once, whatever happened to them in the cell (rule 4)."""
    return len({event.person for event in events}) if unit == "people" else len(events)


def fewest_unnamed(cell: Cell, acts: Acts, unit: str) -> int:
    """The smallest number of people, beside the named, that the open places of the cell can be (rules 10 and 23)."""
    among = {act.key for act in cell.acts_certain}
    shown = acts.outermost(among)
    places: dict[Any, int] = dict(acts.places_of(sorted(shown), among, cell.sex))
    if not places:
        return 0
    edges: list[tuple[Any, Any]] = list(acts.edges_of(places))
    named = Counter(
        reach
        for keys, sex in reaches_of_named(cell, acts, shown, unit)
        if (reach := frozenset(place for place in places if place[0] in keys and fits(sex, place[1])))
    )
    for (keys, sex), count in (cell.may_fill or {}).items():
        fitting = [place for place in places if place[0] in keys and fits(sex, place[1])]
        named[frozenset(place for place in fitting if has_place_of(acts.by_key[place[0]], sex, cell.sex))] += count
    for country, count in cell.withheld.items():
        # A withheld person may be meant by any announcement of the country: which one, nobody learns.
        named[frozenset(place for place in places if acts.by_key[place[0]].country == country)] += count
    named.pop(frozenset(), None)
    for number, (reach, count) in enumerate(sorted(named.items(), key=lambda item: sorted(item[0]))):
        places["named", number] = count
        edges += [(("named", number), place) for place in reach]
    return fewest_people(places, edges) - named.total()


def reaches_of_named(cell: Cell, acts: Acts, shown: set[int], unit: str) -> Iterable[tuple[set[int], str]]:
    """For each named person: the acts of the cell whose open places they may also be, and their sex.

    Someone who fills a place of one act may be meant by another that can share people with it; someone who is not
    checked against announcements may be meant by an act near in time.
    """
    groups: dict[int, list[Event]] = {}
    for event in cell.certain:
        groups.setdefault(event.person if unit == "people" else event.pk, []).append(event)
    for events in groups.values():
        yield reach_of(events, cell, acts, shown), events[0].sex
    counted = {event.person for event in cell.certain} if unit == "people" else set()
    elsewhere: dict[int, list[Event]] = {}
    for event in cell.unchecked_elsewhere:
        if event.person not in counted:
            elsewhere.setdefault(event.person, []).append(event)
    for events in elsewhere.values():
        yield reach_of(events, cell, acts, shown), events[0].sex


def reach_of(events: list[Event], cell: Cell, acts: Acts, shown: set[int]) -> set[int]:
    filled = set().union(*(acts.acts_of_event.get(event.pk, frozenset()) for event in events))
    if filled:
        return shown.intersection(*(acts.neighbours[key] for key in filled))
    return {
        act.key
        for event in events
        if event.is_unchecked
        for act in acts.around(event)
        if act.key in shown and could_fill(event, act, acts.metric, cell.sex)
    }


def could_fill(event: Event, act: Act, metric: str, sex: str | None = None) -> bool:
    """Rule 23: same country, compatible kind, near in time, and a place of the sex that is asked for."""
    fits_place = could_be_place(event.country, event.kind, act, metric) and has_place_of(act, event.sex, sex)
    return fits_place and could_be_by(event, act)


def could_be_place(country: str, kind: str, act: Act, metric: str) -> bool:
    # A pardon has a legal effect where a release has a kind: any pardon can be a place of a pardon.
    return country == act.country and (metric == "pardons" or could_be_release_by(kind, act))


def has_place_of(act: Act, sex: str, asked: str | None) -> bool:
    return asked is None or act.place_of(sex) == asked


def announced(cell: Cell, unit: str) -> int:
    """Named people whom no announcement of the cell holds, plus every announced total, overlap ignored.

    People follow their own date: someone whose act lies in this period and whose own release lies in another is
    counted there and not here.
    """
    named = {event.pk: event.person if unit == "people" else event.pk for event in cell.possible}
    total = 0
    linked: set[int] = set()
    for act in cell.as_announced:
        here = {named[pk] for pk in act.events if pk in named}
        total += act.open_high.of(cell.sex) + len(here)
        linked |= here
    return total + len(set(named.values()) - linked)
