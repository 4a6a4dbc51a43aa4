"""The slow twin: every number counted again from plain records, from the counting rules and not from the engine.

Nothing here is clever: cells are small, so the fewest people are found by trying every way to share places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import combinations, product
from typing import Any

from counts.questions import DEFAULT_FORMS, UNITS, Question
from tests.counts.histories import (
    FREEING_KINDS,
    Announcement,
    Detention,
    History,
    Identification,
    Pardon,
    Person,
    Stay,
    When,
)

ONE_DAY = timedelta(days=1)
NOBODY_KNOWS = "unknown"
Span = tuple[date | None, date | None]
Group = tuple[tuple[str, str], ...]
# The acts in which somebody may be meant, and that person's sex.
Reach = tuple[frozenset[str], str]


@dataclass(frozen=True)
class Count:
    """The three readings of one cell."""

    named: int
    low: int
    high: int
    announced: int


NOTHING = Count(0, 0, 0, 0)


@dataclass(frozen=True)
class Event:
    """Something that happened to one named person, between two days."""

    key: str
    person: Person
    earliest: date | None
    latest: date | None
    country: str
    kind: str
    is_checked: bool = True
    # Whether the person certainly, not only possibly, meets the definition.
    is_certain: bool = True
    form: str = NOBODY_KNOWS
    articles: tuple[str, ...] | None = None
    # The country that the question is about; None: all.
    asked: str | None = None

    @property
    def span(self) -> Span:
        return self.earliest, self.latest

    @property
    def charges(self) -> tuple[str, ...]:
        """The articles of the verdict itself; of everything else, those the person is charged under."""
        numbers = self.person.charges if self.articles is None else self.articles
        return tuple(f"Code {number}" for number in numbers)

    def has(self, group: Group) -> bool:
        return all(value in self.values(dimension) for dimension, value in group)

    @property
    def region(self) -> str:
        """The home region, with its country where that is not the one asked for."""
        of = self.person.country
        return self.person.region and (self.person.region if of == self.asked else f"{of}/{self.person.region}")

    def values(self, dimension: str) -> tuple[str, ...]:
        """The groups it stands in: several for charges and occupations, “unknown” where nothing is known."""
        own = {
            "sex": (self.person.sex,),
            "country": (self.country,),
            "kind": (self.kind,),
            "form": (self.form,),
            "region": (self.region,),
            "occupation": self.person.occupations,
            "charge": self.charges,
            "age": (age_between(days(self.person.born), self.span),),
        }
        return tuple(filter(None, own[dimension])) or (NOBODY_KNOWS,)


@dataclass(frozen=True)
class Seats:
    """So many places; women and men are None where nobody says how many are."""

    total: int
    women: int | None = None
    men: int | None = None

    def open_to(self, sex: str | None, sitting: Iterable[str]) -> int:
        """The places of a sex (None: all) that the people sitting, given by their sexes, leave open."""
        taken = list(sitting)
        everyone = max(0, self.total - len(taken))
        women = max(0, (self.women or 0) - taken.count("female"))
        men = max(0, (self.men or 0) - taken.count("male"))
        if sex is None:
            return everyone
        return {"female": women, "male": men, NOBODY_KNOWS: max(0, everyone - women - men)}.get(sex, 0)

    def without(self, sexes: Iterable[str]) -> Seats:
        gone = list(sexes)
        return Seats(
            max(0, self.total - len(gone)),
            None if self.women is None else max(0, self.women - gone.count("female")),
            None if self.men is None else max(0, self.men - gone.count("male")),
        )


@dataclass(frozen=True)
class Wave:
    """One announcement in one series: at least and at most so many places, and the events of those who fill them."""

    key: str
    kind: str
    country: str
    earliest: date | None
    latest: date | None
    least: Seats
    most: Seats
    filled: tuple[Person, ...]
    events: frozenset[str]
    # The sexes whose places are asked for.
    asked: frozenset[str] = frozenset(("female", "male", NOBODY_KNOWS))

    @property
    def span(self) -> Span:
        return self.earliest, self.latest

    def open_least(self, sex: str | None, filled: Iterable[Person]) -> int:
        return self.least.open_to(sex, [person.sex for person in filled])

    def open_most(self, sex: str | None, filled: Iterable[Person]) -> int:
        return self.most.open_to(sex, [person.sex for person in filled])

    @property
    def announced(self) -> Act:
        """This announcement alone, as an act."""
        return Act((self,), self.earliest, self.latest, frozenset(self.filled), self.events)


@dataclass(frozen=True)
class Act:
    """One act: a wave, or several that are the same. Whoever is in a content is in its container."""

    waves: tuple[Wave, ...]
    earliest: date | None
    latest: date | None
    filled: frozenset[Person]
    events: frozenset[str]

    @property
    def keys(self) -> set[str]:
        return {wave.key for wave in self.waves}

    @property
    def kind(self) -> str:
        return self.waves[0].kind

    @property
    def country(self) -> str:
        return self.waves[0].country

    @property
    def span(self) -> Span:
        return self.earliest, self.latest

    def least(self, sex: str | None) -> int:
        return self.of_those_asked(sex, lambda sex: min(wave.open_least(sex, self.filled) for wave in self.waves))

    def most(self, sex: str | None) -> int:
        return self.of_those_asked(sex, lambda sex: max(wave.open_most(sex, self.filled) for wave in self.waves))

    def of_those_asked(self, sex: str | None, places: Callable[[str | None], int]) -> int:
        asked = self.waves[0].asked
        if sex is None:
            return places(None) if len(asked) == 3 else min(places(None), sum(map(places, asked)))
        return places(sex) if sex in asked else 0

    def place_of(self, sex: str) -> str:
        """Women's and men's places are theirs only where somebody says how many there are."""
        said = {"female": self.waves[0].least.women, "male": self.waves[0].least.men}
        return sex if said.get(sex) is not None else NOBODY_KNOWS


# --- Days and periods ---------------------------------------------------------------------------------------------


def inside(inner: Span, outer: Span) -> bool:
    first = outer[0] is None or (inner[0] is not None and inner[0] >= outer[0])
    last = outer[1] is None or (inner[1] is not None and inner[1] <= outer[1])
    return first and last


def may_meet(one: Span, other: Span) -> bool:
    """Some day may lie in both; an unknown bound shuts nothing out."""
    too_early = one[1] is not None and other[0] is not None and one[1] < other[0]
    too_late = one[0] is not None and other[1] is not None and one[0] > other[1]
    return not too_early and not too_late


def around(on: date, by: str) -> tuple[date, date]:
    """The day, month, quarter or year of the calendar that a day lies in."""
    if by == "day":
        return on, on
    if by == "year":
        return date(on.year, 1, 1), date(on.year, 12, 31)
    first = on.month if by == "month" else on.month - (on.month - 1) % 3
    last = first if by == "month" else first + 2
    return date(on.year, first, 1), date(on.year + last // 12, last % 12 + 1, 1) - ONE_DAY


def home_of(span: Span) -> Span:
    """The smallest month, quarter, year or run of years around a span; an open end stays open."""
    earliest, latest = span
    if earliest is None or latest is None:
        return earliest and around(earliest, "year")[0], latest and around(latest, "year")[1]
    for by in ("month", "quarter", "year"):
        if around(earliest, by) == around(latest, by):
            return around(earliest, by)
    return around(earliest, "year")[0], around(latest, "year")[1]


def cut(first: date, last: date, by: str) -> Iterator[Span]:
    while first <= last:
        end = min(around(first, by)[1], last)
        yield first, end
        first = end + ONE_DAY


def days(when: When | None) -> Span:
    return (when.earliest, when.latest) if when else (None, None)


def narrowed(detention: Detention) -> tuple[Span, Span]:
    """Nobody is out before being taken: each of the two dates narrows the other."""
    taken, out = days(detention.taken), days(detention.out)
    lasts = [last for last in (taken[1], out[1]) if last]
    firsts = [first for first in (out[0], taken[0] if detention.ended else None) if first]
    return (taken[0], min(lasts, default=None)), (max(firsts, default=None), out[1])


# --- The twin -----------------------------------------------------------------------------------------------------


@dataclass
class SlowTwin:
    """Answers one question from one history."""

    history: History
    ask: Question

    # What is public, who counts.

    @cached_property
    def whole_years(self) -> bool:
        first, last = self.ask.first, self.ask.last
        starts = first is None or (first.month, first.day) == (1, 1)
        ends = last is None or (last.month, last.day) == (12, 31)
        coarse = self.ask.by in ("year", "total") and set(self.ask.group) <= {"country"}
        ask = self.ask
        plain = (
            ask.definition == "everyone"
            and ask.forms == DEFAULT_FORMS
            and not ask.filters
            and ask.unit == UNITS[ask.metric][0]
        )
        return starts and ends and coarse and plain

    def exists(self, person: Person) -> bool:
        """Of withheld people an answer has nothing but their number in a country and a calendar year."""
        return person.publication == "published"

    def is_withheld(self, key: str) -> bool:
        return self.history.person(key).publication == "withheld"

    def asked_country(self, country: str) -> bool:
        return self.ask.country in (None, country)

    # The named events.

    @cached_property
    def events(self) -> list[Event]:
        found = []
        for event in getattr(self, self.ask.metric)():
            if not self.exists(event.person) or not self.asked_country(event.country) or not self.is_asked(event):
                continue
            certain, possible = self.meets(event.person, event.span)
            if possible:
                found.append(replace(event, is_certain=certain, asked=self.ask.country))
        return found

    def is_asked(self, event: Event) -> bool:
        """Filters about the person, and about a detention: that of the event itself, or else any of the person's."""
        filters = dict(self.ask.filters)
        if event.person.sex not in filters.get("sex", event.person.sex).split(","):
            return False
        public = [item for item in self.history.detentions if item.publication == "published"]
        own = [item for item in public if item.key == event.key] or [
            item for item in public if item.person == event.person.key
        ]
        return "proceeding" not in filters or any(item.proceeding == filters["proceeding"] for item in own)

    @property
    def sexes_asked(self) -> set[str]:
        """The sexes whose unnamed places count: under other filters than sex there are none."""
        filters = dict(self.ask.filters)
        if not filters or self.ask.metric == "held":
            return {"female", "male", NOBODY_KNOWS}
        return set(filters["sex"].split(",")) if filters.keys() == {"sex"} else set()

    def withheld_in(self, span: Span) -> list[str]:
        """The countries of the withheld events that count in a row; of each person one, where people are counted."""
        if not self.whole_years:
            return []
        own = [event for event in getattr(self, self.ask.metric)() if event.person.publication == "withheld"]
        own += self.pardoned_without_a_pardon() if self.ask.metric == "pardons" else []
        dated = [
            event for event in own if None not in event.span and inside(event.span, around(event.earliest, "year"))
        ]
        if self.ask.unit == "people":
            dated = [min((e for e in dated if e.person == person), key=lambda e: e.earliest.year)
                     for person in {event.person for event in dated}]  # fmt: skip
        return [e.country for e in dated if self.asked_country(e.country) and inside(around(e.earliest, "year"), span)]

    def pardoned_without_a_pardon(self) -> Iterator[Event]:
        """Withheld people linked to a pardon: the link says that they were pardoned."""
        pardons = {pardon.key for pardon in self.history.pardons if pardon.publication == "published"}
        for link in self.history.identifications:
            said = self.announcement(link.announcement)
            public = link.publication == said.publication == "published" and said.kind == "pardon"
            if public and self.is_withheld(link.person) and link.shown_by not in pardons:
                person, span = self.history.person(link.person), days(said.act or said.announced)
                yield Event(link_key(link), person, *span, said.country, "unknown")

    def arrests(self) -> Iterator[Event]:
        for item in self.history.detentions:
            form = form_of(item, first_stay(item))
            if item.publication == "published" and form in self.ask.forms:
                person = self.history.person(item.person)
                yield Event(item.key, person, *narrowed(item)[0], item.country, item.proceeding, form=form)

    def releases(self) -> Iterator[Event]:
        for item in self.history.detentions:
            form = form_of(item, last_stay(item))
            if is_release(self.history, item) and form in self.ask.forms:
                person = self.history.person(item.person)
                checked = item.checked or self.is_linked(item.key)
                yield Event(item.key, person, *narrowed(item)[1], item.country, item.release or "", checked, form=form)

    def convictions(self) -> Iterator[Event]:
        for item in self.history.convictions:
            if item.publication == item.case_publication == "published":
                person = self.history.person(item.person)
                yield Event(
                    item.key, person, *days(item.decided), person.country, item.sentence, articles=item.articles
                )

    def recognitions(self) -> Iterator[Event]:
        for item in self.history.recognitions:
            by_asked = self.ask.definition in WIDE or self.ask.definition in map(slug, item.by)
            if item.publication == "published" and item.act in ("recognised", "ex_post_facto") and by_asked:
                person = self.history.person(item.person)
                yield Event(item.key, person, *days(item.acted), person.country, item.act)

    def pardons(self) -> Iterator[Event]:
        for item in self.history.pardons:
            if item.publication == "published":
                person = self.history.person(item.person)
                checked = item.checked or self.is_linked(item.key)
                yield Event(item.key, person, *days(item.act), person.country, item.effect, checked)
        for link in self.links:
            said = self.announcement(link.announcement)
            act = next((act for act in self.acts if said.key in act.keys), None)
            if act is not None and link_key(link) in act.events:
                yield Event(link_key(link), self.history.person(link.person), *act.span, said.country, "unknown")

    def deaths(self) -> Iterator[Event]:
        for person in self.history.people:
            if person.death:
                yield Event(person.key, person, *days(person.died), person.country, person.death)

    # Recognition (rules 9 and 25).

    def meets(self, person: Person, span: Span) -> tuple[bool, bool]:
        """Whether a person certainly and possibly meets the definition, by the cut-off or on the days of the span."""
        if self.ask.definition == "everyone":
            return True, True
        standings = [self.stands(item, span) for item in self.recognising(person)]
        certain, possible = any(one for one, _other in standings), any(other for _one, other in standings)
        return (not possible, not certain) if self.ask.definition == "unrecognised" else (certain, possible)

    def recognising(self, person: Person) -> Iterator[tuple[Span, Span | None]]:
        """The days of each recognition that counts, with those of its withdrawal."""
        public = [item for item in self.history.recognitions if item.publication == "published"]
        for item in public:
            by_asked = self.ask.definition in WIDE or self.ask.definition in map(slug, item.by)
            if item.person == person.key and item.act in ("recognised", "ex_post_facto") and by_asked:
                backs = [days(other.acted) for other in public if other.withdraws == item.key]
                yield days(item.acted), backs[0] if backs else None

    def stands(self, recognition: tuple[Span, Span | None], span: Span) -> tuple[bool, bool]:
        given, back = recognition
        if self.ask.recognised == "by-cutoff":
            known = given[0] is None or given[0] <= self.ask.cut_off
            gone = back is not None and (back[0] is None or back[0] <= self.ask.cut_off)
            return known and not gone, known and not gone
        certain = given[1] is not None and span[0] is not None and given[1] <= span[0]
        certain = certain and (back is None or (None not in (back[0], span[1]) and back[0] > span[1]))  # type: ignore[operator]
        possible = given[0] is None or span[1] is None or given[0] <= span[1]
        possible = possible and (back is None or None in (back[1], span[0]) or back[1] > span[0])  # type: ignore[operator]
        return certain, possible

    # Announcements.

    def announcement(self, key: str) -> Announcement:
        return next(item for item in self.history.announcements if item.key == key)

    @cached_property
    def links(self) -> list[Identification]:
        """Published identifications of people who exist in this answer, with published announcements."""
        return [
            link
            for link in self.history.identifications
            if link.publication == "published"
            and self.announcement(link.announcement).publication == "published"
            and self.exists(self.history.person(link.person))
        ]

    def is_linked(self, key: str) -> bool:
        """An identification names this event, or it fills a place of an announcement here."""
        named = any(link.shown_by == key and (link.as_release or self.ask.metric == "pardons") for link in self.links)
        return named or any(key in wave.events for wave in self.waves)

    @cached_property
    def waves(self) -> list[Wave]:
        """The announcements of the question's country, each as it was announced."""
        return [wave for wave in self.every_wave if self.asked_country(wave.country)]

    @cached_property
    def every_wave(self) -> list[Wave]:
        if self.ask.metric in ("arrests", "releases", "held") and NOBODY_KNOWS not in self.ask.forms:
            return []
        kinds = {"pardons": ("pardon",), "releases": FREEING_KINDS, "held": FREEING_KINDS}
        wanted = kinds.get(self.ask.metric, (self.ask.metric,))
        public = [item for item in self.history.announcements if item.publication == "published"]
        return [self.wave(item) for item in public if item.kind in wanted]

    @property
    def is_about_freedom(self) -> bool:
        return self.ask.metric in ("releases", "held")

    def wave(self, item: Announcement) -> Wave:
        least, most = self.seats(item)
        own = [link for link in self.links if link.announcement == item.key]
        stay = [self.history.person(link.person).sex for link in own if self.stayed_inside(link, item)]
        fill = {self.history.person(link.person): event for link in own if (event := self.event_of_link(link, item))}
        wave = Wave(
            item.key, item.kind, item.country, *days(item.act or item.announced), least.without(stay),
            most.without(stay), tuple(fill), frozenset(fill.values()), frozenset(self.sexes_asked),
        )  # fmt: skip
        return wave if self.ask.definition == "everyone" else self.within_definition(wave, item)

    def within_definition(self, wave: Wave, item: Announcement) -> Wave:
        """Rule 9: in no low; in high as many as are said to be political, and all where nobody says."""
        meeting = tuple(person for person in wave.filled if self.meets(person, wave.span)[1])
        others = [person.sex for person in wave.filled if person not in meeting]
        most = wave.most.without(others)
        if item.political is not None and self.ask.definition != "unrecognised" and item.political < most.total:
            most = Seats(item.political)
        return replace(wave, least=Seats(0), most=most, filled=meeting)

    def seats(self, item: Announcement) -> tuple[Seats, Seats]:
        if item.total is None or item.statement_publication != "published":
            return Seats(0), Seats(0)
        everyone = Seats(item.total, item.women, item.men)
        if not self.is_about_freedom or item.frees == "all":
            return everyone, everyone
        if item.frees == "number":
            freed = Seats(min(item.number or 0, item.total))
            return freed, freed
        return Seats(0), everyone if item.frees == "unknown" else Seats(0)

    def stayed_inside(self, link: Identification, item: Announcement) -> bool:
        """It is recorded that the act did not free this person, and no release says otherwise."""
        if not self.is_about_freedom or self.event_of_link(link, item) is not None or link.as_release:
            return False
        pardon = next((pardon for pardon in self.history.pardons if pardon.key == link.shown_by), None)
        return link.not_freed or (pardon is not None and did_not_free(pardon))

    def event_of_link(self, link: Identification, item: Announcement) -> str | None:
        """The event by which the person fills a place in this series; None while there is none (rule 7)."""
        if self.ask.metric == "pardons":
            own = [pardon for pardon in self.history.pardons if pardon.key == link.shown_by]
            return own[0].key if own and own[0].publication == "published" else link_key(link)
        if self.ask.metric == "deaths":
            return link.person if self.history.person(link.person).death else None
        if self.is_about_freedom:
            return self.release_of_link(link, item)
        shown = {
            "arrests": [one.key for one in self.history.detentions if one.publication == "published"],
            "convictions": [
                one.key for one in self.history.convictions if one.publication == one.case_publication == "published"
            ],
            "recognitions": [
                one.key
                for one in self.history.recognitions
                if one.publication == "published" and one.act in ("recognised", "ex_post_facto")
            ],
        }
        return link.shown_by if link.shown_by in shown[self.ask.metric] else None

    def release_of_link(self, link: Identification, item: Announcement) -> str | None:
        """The release that the link names, else the person's earliest that no link names and that fits the act."""
        released = [
            one for one in self.history.detentions if one.person == link.person and is_release(self.history, one)
        ]
        if link.as_release:
            return next((one.key for one in released if one.key == link.shown_by), None)
        pardon = next((pardon for pardon in self.history.pardons if pardon.key == link.shown_by), None)
        if link.not_freed or (pardon is not None and did_not_free(pardon)):
            return None
        named = {
            other.shown_by
            for other in self.history.identifications
            if other.as_release
            and other.publication == "published"
            and self.announcement(other.announcement).publication == "published"
        }
        free = [one for one in released if one.key not in named]
        free.sort(key=lambda one: narrowed(one)[1][0] or date.max)
        act_days = days(item.act or item.announced)
        fitting = [one for one in free if may_be_freed_by(one.release or "", narrowed(one)[1], item.kind, act_days)]
        return fitting[0].key if fitting else None

    # Announcements together: the same, contents, overlap.

    def answers(self, first: set[str], second: set[str]) -> set[str]:
        return {
            relation.kind
            for relation in self.history.relations
            if (relation.first in first and relation.second in second)
            or (relation.first in second and relation.second in first)
        }

    @cached_property
    def acts(self) -> list[Act]:
        groups: list[set[str]] = [{wave.key} for wave in self.waves]
        for _round in groups:
            for one, other in combinations(groups, 2):
                if "same" in self.answers(one, other):
                    groups = [group for group in groups if group not in (one, other)] + [one | other]
                    break
        made = [self.act(group) for group in groups]
        made.sort(key=lambda act: [wave.key for wave in self.waves].index(act.waves[0].key))
        return [self.with_contents(act, made) for act in made]

    def act(self, keys: set[str]) -> Act:
        waves = tuple(wave for wave in self.waves if wave.key in keys)
        first = max((wave.earliest for wave in waves if wave.earliest), default=None)
        last = min((wave.latest for wave in waves if wave.latest), default=None)
        if first and last and first > last:
            first = min(wave.earliest for wave in waves if wave.earliest)
            last = max(wave.latest for wave in waves if wave.latest)
        filled = frozenset(person for wave in waves for person in wave.filled)
        return Act(waves, first, last, filled, frozenset(event for wave in waves for event in wave.events))

    def with_contents(self, act: Act, acts: list[Act]) -> Act:
        inner = [other for other in acts if self.lies_in(other, act, acts)]
        filled = act.filled.union(*(other.filled for other in inner))
        return replace(act, filled=filled, events=act.events.union(*(other.events for other in inner)))

    def directly_in(self, content: Act, container: Act) -> bool:
        return content is not container and any(
            relation.kind == "contains" and relation.first in container.keys and relation.second in content.keys
            for relation in self.history.relations
        )

    def lies_in(self, content: Act, container: Act, acts: list[Act] | None = None) -> bool:
        """Contained directly, or in something that is contained."""
        if self.directly_in(content, container):
            return True
        between = [act for act in acts or self.acts if self.directly_in(act, container)]
        return any(self.lies_in(content, act, acts) for act in between)

    def contents(self, act: Act) -> list[Act]:
        return [other for other in self.acts if self.directly_in(other, act)]

    def containers(self, act: Act) -> list[Act]:
        return [other for other in self.acts if self.lies_in(act, other)]

    def can_share(self, one: Act, other: Act) -> bool:
        """Whether one person can have been meant by both acts (rule 10)."""
        mine, theirs = [one, *self.containers(one)], [other, *self.containers(other)]
        if one.keys == other.keys or one in theirs or other in mine:
            return False
        if any("distinct" in self.answers(outer.keys, next_outer.keys) for outer in mine for next_outer in theirs):
            return False
        return bool(self.answers(one.keys, other.keys)) or near(one, other)

    # Cells.

    @cached_property
    def rows(self) -> list[Span]:
        first, last = self.ask.first, self.ask.last
        if self.ask.by == "total" or first is None or last is None:
            return [(first, last)]
        return list(cut(first, last, self.ask.by))

    def in_a_row(self, span: Span) -> bool:
        return any(inside(span, row) for row in self.rows)

    def row(self, span: Span, group: Group = ()) -> Count:
        events = [event for event in self.events if event.has(group)]
        acts = [act for act in self.acts if self.act_has(act.kind, act.country, group)]
        waves = [wave for wave in self.waves if self.act_has(wave.kind, wave.country, group)]
        return self.count(
            [event for event in events if inside(event.span, span) and event.is_certain],
            [event for event in events if may_meet(event.span, span)],
            [act for act in acts if inside(act.span, span)],
            [act for act in acts if may_meet(act.span, span)],
            [wave for wave in waves if may_meet(wave.span, span)],
            dict(group).get("sex"),
            [country for country in self.withheld_in(span) if dict(group).get("country", country) == country],
        )

    def lines(self, groups: Iterable[Group]) -> dict[tuple[Span, Group], Count]:
        """What touches the range and lies in no row, by the smallest period around it."""
        asked = (self.ask.first, self.ask.last)
        spans = [event.span for event in self.events]
        spans += [act.span for act in self.acts] + [wave.span for wave in self.waves]
        homes = {home_of(span) for span in spans if may_meet(span, asked) and not self.in_a_row(span)}
        found = {(home, group): self.line(home, group) for home in homes for group in groups}
        return {place: count for place, count in found.items() if count != NOTHING}

    def line(self, home: Span, group: Group) -> Count:
        def stands_here(span: Span) -> bool:
            return home_of(span) == home and not self.in_a_row(span)

        events = [event for event in self.events if event.has(group) and stands_here(event.span)]
        acts = [act for act in self.acts if self.act_has(act.kind, act.country, group) and stands_here(act.span)]
        waves = [wave for wave in self.waves if self.act_has(wave.kind, wave.country, group) and stands_here(wave.span)]
        certain = [event for event in events if event.is_certain]
        return self.count(certain, events, acts, acts, waves, dict(group).get("sex"))

    def act_has(self, kind: str, country: str, group: Group) -> bool:
        """Whether the places of an announcement stand in a group: of what is not said, under not known."""
        kinds = {"pardon": "pardon", "amnesty": "amnesty", "exchange": "exchange", "expulsion": "expelled"}
        of_place = kinds.get(kind, NOBODY_KNOWS) if self.ask.metric == "releases" else NOBODY_KNOWS
        own = {"country": country, "kind": of_place}
        return all(own.get(dimension, NOBODY_KNOWS) == value for dimension, value in group if dimension != "sex")

    def tally(self, events: Iterable[Event]) -> int:
        found = list(events)
        return len({event.person.key for event in found}) if self.ask.unit == "people" else len(found)

    def count(
        self,
        certain: list[Event],
        possible: list[Event],
        acts_certain: list[Act],
        acts_possible: list[Act],
        waves: list[Wave],
        sex: str | None,
        withheld: Collection[str] = (),
    ) -> Count:
        named, more = self.tally(certain), len(withheld)
        return Count(
            named + more,
            named + more + self.fewest_unnamed(certain, acts_certain, sex, withheld),
            self.tally(possible) + more + sum(self.most(act, acts_possible, sex) for act in self.outer(acts_possible)),
            self.as_announced(possible, waves, sex) + more,
        )

    def outer(self, acts: list[Act]) -> list[Act]:
        """Without what lies in a container that is here too: a container counts once."""
        return [act for act in acts if not any(self.lies_in(act, other) for other in acts)]

    def least(self, act: Act, here: list[Act], sex: str | None) -> int:
        """The fewest open places here: people of contents that may lie elsewhere are not taken for certain.

        Whoever is elsewhere may be of any sex that the announcement does not say.
        """
        inner = self.contents(act)
        outside = [other for other in inner if other not in here]
        away = sum(other.most(sex) + other.most(NOBODY_KNOWS) for other in outside) if sex in ("female", "male") else (
            sum(other.most(None) for other in outside))  # fmt: skip
        certainly = [other for other in inner if other in here]
        return max(act.least(sex) - away, self.fewest(certainly, here, sex, []))

    def most(self, act: Act, here: list[Act], sex: str | None) -> int:
        """The most open places here: all but those who are certainly in contents that lie elsewhere."""
        inner = self.contents(act)
        away = [other for other in inner if other not in here]
        free = [other for other in inner if other in here]
        places = {other.waves[0].key: other.most(sex) for other in inner}
        shared = {
            frozenset((one.waves[0].key, other.waves[0].key))
            for one, other in combinations(inner, 2)
            if self.can_share(one, other)
        }
        only_away = fewest_others(
            {key: places[key] for key in (other.waves[0].key for other in away)},
            [frozenset({key}) for key in (other.waves[0].key for other in free) for _place in range(places[key])],
            shared,
            reach_by_edge=True,
        )
        return max([act.most(sex) - only_away, *(self.most(other, here, sex) for other in free)])

    def fewest_unnamed(self, certain: list[Event], acts: list[Act], sex: str | None, withheld: Collection[str]) -> int:
        """The fewest people, beside the named, that the open places can be; a withheld one may be in any of these."""
        shown = self.outer(acts)
        anywhere = [frozenset(act.waves[0].key for act in shown if act.country == country) for country in withheld]
        reaches = [*self.reaches(certain, shown, sex), *((reach, NOBODY_KNOWS) for reach in anywhere)]
        return self.fewest(shown, acts, sex, reaches)

    def fewest(self, shown: list[Act], here: list[Act], sex: str | None, reaches: list[Reach]) -> int:
        """The fewest people in the open places of acts, of one sex; or of all, since no woman is a man."""
        shared = frozenset(
            frozenset((one.waves[0].key, other.waves[0].key))
            for one, other in combinations(shown, 2)
            if self.can_share(one, other)
        )
        if sex is not None:
            places = {act.waves[0].key: self.least(act, here, sex) for act in shown}
            return fewest_others(places, [reach for reach, _sex in reaches], shared)
        by_sex = {act.waves[0].key: self.open_by_sex(act, here) for act in shown}
        return fewest_of_both(by_sex, [(reach, sex) for reach, sex in reaches if reach], shared)

    def open_by_sex(self, act: Act, here: list[Act]) -> tuple[int, int, int]:
        """Women's places, men's, and those of no stated sex; what people of unknown sex fill may be anybody's."""
        total, women, men = (self.least(act, here, sex) for sex in (None, "female", "male"))
        surely = max(0, min(women, total - men)), max(0, min(men, total - women))
        return *surely, total - sum(surely)

    def reaches(self, certain: list[Event], shown: list[Act], sex: str | None) -> list[Reach]:
        """For each named person (or event): the acts whose open places they may also be, and their sex."""
        people = self.ask.unit == "people"
        whole: dict[str, list[Event]] = {}
        for event in certain:
            whole.setdefault(event.person.key if people else event.key, []).append(event)
        found = [(self.reach(events, shown, sex), events[0].person.sex) for events in whole.values()]
        counted = {event.person.key for event in certain}
        elsewhere: dict[str, list[Event]] = {}
        for event in self.events:
            if event not in certain and not (people and event.person.key in counted):
                elsewhere.setdefault(event.person.key, []).append(event)
        for events in elsewhere.values():
            unchecked = [event for event in events if not event.is_checked]
            found.append((self.reach(unchecked, shown, sex), events[0].person.sex))
        return [(reach, sex) for reach, sex in found if reach]

    def reach(self, events: list[Event], shown: list[Act], sex: str | None) -> frozenset[str]:
        own = [act for act in self.acts if any(event.key in act.events for event in events)]
        own = [act for act in own if not any(inner in own for inner in self.contents(act))]
        if own:
            return frozenset(act.waves[0].key for act in shown if all(self.can_share(act, other) for other in own))
        return frozenset(
            act.waves[0].key
            for act in shown
            for event in events
            if not event.is_checked and self.may_be_in(event, act, sex)
        )

    def may_be_in(self, event: Event, act: Act, sex: str | None) -> bool:
        """Rule 23: unchecked, of the country, of a compatible kind, near in time, of the sex asked for."""
        if event.country != act.country or (sex is not None and act.place_of(event.person.sex) != sex):
            return False
        kind = event.kind if self.ask.metric == "releases" else NOBODY_KNOWS
        return may_be_freed_by(kind, event.span, act.kind, act.span)

    def as_announced(self, possible: list[Event], waves: list[Wave], sex: str | None) -> int:
        """The named who fill no announcement of the cell, and every open and filled place, overlap ignored."""
        total, held = 0, set()
        for wave in waves:
            here = [event for event in possible if event.key in wave.events]
            total += wave.announced.most(sex) + self.tally(here)
            held |= {event.person.key if self.ask.unit == "people" else event.key for event in here}
        rest = [
            event for event in possible if (event.person.key if self.ask.unit == "people" else event.key) not in held
        ]
        return total + self.tally(rest)

    # Held (rules 3, 24 and 25).

    def stock(self, on: date, group: Group = ()) -> Count:
        certain, possible = {}, set()
        for item in self.history.detentions:
            person = self.history.person(item.person)
            form = form_of(item, stay_on(item, on))
            today = Event(item.key, person, on, on, item.country, item.proceeding, form=form, asked=self.ask.country)
            fits = item.publication == "published" and self.exists(person) and self.asked_country(item.country)
            if not fits or not self.is_asked(today) or not today.has(group) or form not in self.ask.forms:
                continue
            meets_certainly, meets_possibly = self.meets(person, (on, on))
            if surely_held(item, on) and meets_certainly:
                certain[person.key] = item
            if maybe_held(item, on) and meets_possibly:
                possible.add(person.key)
        silent = {key for key, item in certain.items() if self.is_silent(item, on)}
        left = [item for key, item in certain.items() if key not in silent]
        hidden = [item for item in self.withheld_on(on) if dict(group).get("country", item.country) == item.country]
        freed = self.most_freed(on, left + [Detention("", "", item.country) for item in hidden], group)
        named, high = len(certain) + len(hidden), len(possible) + len(hidden)
        return Count(named, named - len(silent) - freed, high, high)

    def withheld_on(self, on: date) -> Iterable[Detention]:
        """Of each withheld person who is surely held, and with news, at the end of the year, one detention."""
        on = around(on, "year")[1]
        found = {
            item.person: item
            for item in self.history.detentions
            if self.whole_years and self.is_withheld(item.person) and self.asked_country(item.country)
            and item.publication == "published" and form_of(item, stay_on(item, on)) in self.ask.forms
            and surely_held(item, on) and not self.is_silent(item, on)
        }  # fmt: skip
        return found.values()

    def is_silent(self, item: Detention, on: date) -> bool:
        """The end of the longest sentence has passed, and nobody has confirmed since that the person is held."""
        ends = [
            verdict.end.latest
            for verdict in self.history.convictions
            if verdict.detention == item.key
            and verdict.end
            and verdict.end.latest
            and verdict.publication == verdict.case_publication == "published"
        ]
        confirmed = days(item.confirmed)[0]
        return bool(ends) and max(ends) < on and (confirmed is None or confirmed < max(ends))

    def most_freed(self, on: date, left: list[Detention], group: Group) -> int:
        """The most of those held who can be meant by open places of acts by the day: by leading each to a place."""
        acts = [act for act in self.acts if act.earliest is None or act.earliest <= on]
        acts = [act for act in acts if dict(group).get("country", act.country) == act.country]
        # From somebody to the places of a sex of an act, from there to the act, from the act out.
        ways: dict[Any, dict[Any, int]] = defaultdict(dict)
        for act in self.outer(acts):
            ways[act.waves[0].key, "act"]["out"] = self.most(act, acts, None)
            for stated in ("female", "male", NOBODY_KNOWS):
                ways[act.waves[0].key, stated][act.waves[0].key, "act"] = self.most(act, acts, stated)
        for number, item in enumerate(left):
            sex = self.history.person(item.person).sex if item.person else "unknown"
            for act in self.outer(acts):
                for stated in ("female", "male", NOBODY_KNOWS) if item.country == act.country else ():
                    is_hers = stated in (sex, NOBODY_KNOWS) or sex not in ("female", "male")
                    if is_hers and (not item.person or maybe_before(item, act)):
                        ways[number][act.waves[0].key, stated] = 1
        return sum(leads_out(ways, number, set()) for number in range(len(left)))


def leads_out(ways: dict[Any, dict[Any, int]], here: Any, seen: set[Any]) -> bool:
    """Whether a way out is found; it is taken, and the way back lies open for whoever moves over."""
    if here == "out":
        return True
    seen.add(here)
    for there in [place for place, room in ways[here].items() if room and place not in seen]:
        if leads_out(ways, there, seen):
            ways[here][there] -= 1
            ways[there][here] = ways[there].get(here, 0) + 1
            return True
    return False


WIDE = ("everyone", "recognised", "unrecognised")


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


AGES = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64))


def age_between(born: Span, when: Span) -> str:
    """The age group, where every birthday and every day that the dates allow gives the same one."""
    if born[0] is None or born[1] is None or when[0] is None or when[1] is None:
        return NOBODY_KNOWS
    ages = range(full_years(born[1], when[0]), full_years(born[0], when[1]) + 1)
    if ages[0] < 0:
        return NOBODY_KNOWS
    found = {next((f"{first}-{last}" for first, last in AGES if age <= last), "65+") for age in ages}
    return found.pop() if len(found) == 1 else NOBODY_KNOWS


def full_years(born: date, on: date) -> int:
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (0 if had_birthday else 1)


def link_key(link: Identification) -> str:
    return f"{link.person} in {link.announcement}"


def did_not_free(pardon: Pardon) -> bool:
    return pardon.publication == "published" and pardon.outcome in ("milder_form", "refused", "still_held")


def is_release(history: History, item: Detention) -> bool:
    """A published end in freedom; a lighter penalty or measure only where no stay follows on the day out."""
    if item.release is None or not item.publication == item.release_publication == "published":
        return False
    if item.release not in ("lighter_penalty", "measure_changed"):
        return True
    out = narrowed(item)[1][1]
    return not any(
        other.person == item.person
        and other.key != item.key
        and other.publication == "published"
        and out is not None
        and days(other.taken)[0] == out
        for other in history.detentions
    )


def public_stays(item: Detention) -> list[Stay]:
    stays = [stay for stay in item.stays if stay.publication == "published"]
    return sorted(stays, key=lambda stay: days(stay.since)[0] or date.min)


def first_stay(item: Detention) -> str:
    return next((stay.form for stay in public_stays(item)), NOBODY_KNOWS)


def last_stay(item: Detention) -> str:
    return next((stay.form for stay in reversed(public_stays(item))), NOBODY_KNOWS)


def stay_on(item: Detention, on: date) -> str:
    begun = [stay.form for stay in public_stays(item) if (days(stay.since)[0] or date.min) <= on]
    return begun[-1] if begun else NOBODY_KNOWS


def form_of(item: Detention, form: str) -> str:
    if item.proceeding == "administrative":
        return "administrative"
    return "custody" if form == "pre-trial" else form


def surely_held(item: Detention, on: date) -> bool:
    taken, out = narrowed(item)
    still = not item.ended or (out[0] is not None and out[0] > on)
    return taken[1] is not None and taken[1] <= on and still


def maybe_held(item: Detention, on: date) -> bool:
    taken, out = narrowed(item)
    return (taken[0] is None or taken[0] <= on) and (not item.ended or out[1] is None or out[1] > on)


FREED_AS = {
    "pardon": {"pardon", "expelled", "exchange", "medical"},
    "amnesty": {"amnesty", "lighter_penalty"},
    "exchange": {"exchange", "expelled", "pardon"},
    "expulsion": {"expelled", "exchange", "pardon"},
    "early_release": {"parole", "pardon", "amnesty", "medical", "lighter_penalty", "non_custodial"},
    "release": {
        "pardon", "amnesty", "parole", "lighter_penalty", "non_custodial", "measure_changed", "case_closed", "quashed",
        "medical", "exchange", "expelled",
    },
}  # fmt: skip


def may_be_freed_by(kind: str, when: Span, act_kind: str, act: Span) -> bool:
    """A compatible kind, from 7 days before to 60 days after the act, as far as both dates are known."""
    if kind != NOBODY_KNOWS and kind not in FREED_AS.get(act_kind, ()):
        return False
    if when == (None, None) or act == (None, None):
        return False
    first = act[0] - timedelta(days=7) if act[0] else None
    last = act[1] + timedelta(days=60) if act[1] else None
    return may_meet(when, (first, last))


def near(one: Act, other: Act) -> bool:
    """Same country, compatible kind, and at most 60 days between the acts as near as their dates allow."""
    compatible = one.kind == other.kind or {one.kind, other.kind} <= set(FREEING_KINDS)
    wide = (
        one.earliest - timedelta(days=60) if one.earliest else None,
        one.latest + timedelta(days=60) if one.latest else None,
    )
    return one.country == other.country and compatible and may_meet(wide, other.span)


def fewest_others(
    places: dict[str, int],
    reaches: list[frozenset[str]],
    shared: Collection[frozenset[str]],
    *,
    reach_by_edge: bool = False,
) -> int:
    """The fewest people, beside the named, who fill all places: every way is tried.

    One person fills at most one place of each act, and several only of acts that can share people. Each reach is one
    named person who may fill places of the acts in it; with `reach_by_edge` the person sits in the acts named and may
    fill places of those that share people with them.
    """

    def together(keys: tuple[str, ...]) -> bool:
        return all(frozenset(pair) in shared for pair in combinations(keys, 2))

    names = sorted(key for key, count in places.items() if count)
    groups = [keys for size in range(1, len(names) + 1) for keys in combinations(names, size) if together(keys)]
    states = {tuple(places[name] for name in names)}

    def seat(state: tuple[int, ...], keys: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(max(0, left - (name in keys)) for name, left in zip(names, state, strict=True))

    for reach in reaches:
        allowed = (
            [keys for keys in groups if all(frozenset((key, own)) in shared for key in keys for own in reach)]
            if reach_by_edge
            else [keys for keys in groups if reach >= set(keys)]
        )
        states |= {seat(state, keys) for state in states for keys in allowed}
    people = 0
    while not any(sum(state) == 0 for state in states):
        people += 1
        states = {seat(state, keys) for state in states for keys in groups}
    return people


def fewest_of_both(
    places: dict[str, tuple[int, int, int]], reaches: list[Reach], shared: frozenset[frozenset[str]]
) -> int:
    """The fewest people where places are women's, men's and anybody's: every way to say whose anybody's are is tried.

    Each of the named has a sex, or is tried as a woman and as a man.
    """
    splits = product(*(range(unsaid + 1) for _women, _men, unsaid in places.values()))
    known = {sex: tuple(sorted(sorted(reach) for reach, of in reaches if of == sex)) for sex in ("female", "male")}
    wild = [tuple(sorted(reach)) for reach, sex in reaches if sex not in known]
    sides = {
        tuple(tuple(sorted(reach for reach, side in zip(wild, way, strict=True) if side == of)) for of in (0, 1))
        for way in product((0, 1), repeat=len(wild))
    }

    def people(split: tuple[int, ...], which: int, named: tuple) -> int:
        counts = [
            own[which] + (more if which == 0 else own[2] - more)
            for own, more in zip(places.values(), split, strict=True)
        ]
        return fewest_known(tuple(zip(places, counts, strict=True)), tuple(map(tuple, named)), shared)

    return min(
        people(split, 0, (*known["female"], *women)) + people(split, 1, (*known["male"], *men))
        for split in splits
        for women, men in sides
    )


@cache
def fewest_known(
    places: tuple[tuple[str, int], ...], reaches: tuple[tuple[str, ...], ...], shared: frozenset[frozenset[str]]
) -> int:
    return fewest_others(dict(places), [frozenset(reach) for reach in reaches], shared)


def maybe_before(item: Detention, act: Act) -> bool:
    """Nobody is freed by an act before being taken."""
    first = narrowed(item)[0][0]
    return act.latest is None or first is None or first <= act.latest
