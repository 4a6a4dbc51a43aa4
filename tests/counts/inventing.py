"""Invents random histories: each seed gives one, always the same."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.counts.histories import (
    FREEING_KINDS,
    Announcement,
    Conviction,
    Detention,
    History,
    Identification,
    Pardon,
    Person,
    Recognition,
    Relation,
    Stay,
    When,
    with_records,
)

OTHER_KINDS = ("arrests", "convictions", "recognitions", "deaths")
COUNTRIES = ("BY", "BY", "BY", "BY", "ZZ")
ORGANISATIONS = ("Example Rights Watch", "Sample Monitor")
FIRST_DAY, LAST_DAY = date(2023, 11, 1), date(2025, 2, 28)


def invent(seed: int) -> History:
    return Invention(seed).history()


def exactly(on: date) -> When:
    return When(on.isoformat(), on, on)


def last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


@dataclass
class Invention:
    """Invents one history from a seed."""

    seed: int
    random: Random = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def key(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def one_in(self, number: int) -> bool:
        return self.random.randrange(number) == 0

    def some_day(self, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
        return first + timedelta(days=self.random.randrange((last - first).days + 1))

    def when(self, first: date = FIRST_DAY, last: date = LAST_DAY) -> When | None:
        """A day more often than not; else a month, a year, a season, some days, an open side, or nothing."""
        on = self.some_day(first, last)
        form = self.random.choice(["day"] * 9 + ["month"] * 3 + ["year", "season", "days", "until", "since", "none"])
        return None if form == "none" else self.partial(form, on)

    def partial(self, form: str, on: date) -> When:
        mark = self.random.choice(["", "", "", "~", "?"])
        if form == "month":
            return When(f"{on:%Y-%m}{mark}", on.replace(day=1), last_of_month(on.year, on.month))
        if form == "year":
            return When(f"{on:%Y}{mark}", date(on.year, 1, 1), date(on.year, 12, 31))
        if form == "season":
            return When(f"{on.year}-22", date(on.year, 6, 1), date(on.year, 8, 31))
        if form == "days":
            end = on + timedelta(days=self.random.randrange(1, 40))
            return When(f"{on}/{end}", on, end)
        if form == "until":
            return When(f"../{on}", None, on)
        if form == "since":
            return When(f"{on}/..", on, None)
        return When(f"{on}{mark}", on, on)

    def publication(self) -> str:
        return "draft" if self.one_in(12) else "published"

    def history(self) -> History:
        history = History(self.seed, people=tuple(self.people()))
        for kind in ("detentions", "pardons", "convictions", "recognitions", "announcements", "relations"):
            history = with_records(history, {kind: tuple(getattr(self, kind)(history))})
        return replace(history, identifications=tuple(self.identifications(history)))

    def people(self) -> Iterator[Person]:
        for _number in range(self.random.randrange(1, 6)):
            dead = self.one_in(4)
            yield Person(
                self.key("p"),
                self.random.choice(COUNTRIES),
                self.random.choice(["female", "female", "male", "male", "other", "unknown"]),
                self.random.choice(["published"] * 8 + ["withheld", "withheld", "draft"]),
                self.when() if dead else None,
                self.random.choice(["in_custody", "at_arrest", "after_release", "unknown"]) if dead else "",
                *self.particulars(),
            )

    def particulars(self) -> tuple[When | None, str, tuple[str, ...], tuple[str, ...]]:
        """Birth, region, occupations and charges: each often not known, each sometimes several."""
        born = self.when(date(1960, 1, 1), date(2008, 12, 31)) if self.one_in(2) else None
        region = self.random.choice(["", "north", "south"])
        return born, region, self.some_of("poet", "teacher"), self.some_of("100", "200", "300")

    def some_of(self, *words: str) -> tuple[str, ...]:
        return tuple(word for word in words if self.one_in(3))

    def detentions(self, history: History) -> Iterator[Detention]:
        for person in history.people:
            earlier: list[Detention] = []
            for _number in range(self.random.randrange(3)):
                detention = self.detention(person)
                if earlier and earlier[-1].out and self.one_in(3):
                    detention = taken_on_the_day_out(detention, earlier[-1])
                if not any(certainly_overlap(detention, other) for other in earlier):
                    earlier.append(detention)
                    yield detention

    def detention(self, person: Person) -> Detention:
        taken = self.when()
        ended = self.random.choice(["release"] * 6 + ["", "", "death", "escape", "handed_over", "unknown"])
        out = self.when(date(2024, 5, 1), date(2024, 12, 31)) if ended else None
        if ends_before_it_begins(taken, out):
            taken = None
        kinds = [
            "unknown",
            "pardon",
            "pardon",
            "amnesty",
            "expelled",
            "exchange",
            "full_term",
            "lighter_penalty",
            "parole",
        ]
        return Detention(
            self.key("d"),
            person.key,
            person.country if not self.one_in(8) else self.random.choice(COUNTRIES),
            taken,
            out,
            ended,
            self.random.choice(kinds) if ended == "release" else None,
            self.one_in(3),
            self.random.choice(["criminal"] * 5 + ["administrative", "none", "unknown"]),
            self.when() if self.one_in(4) else None,
            self.stays(taken),
            self.publication(),
            self.publication(),
        )

    def stays(self, taken: When | None) -> tuple[Stay, ...]:
        """None, one or two: the first from the day taken, the second from some later day."""
        forms = ["custody", "pre-trial", "prison", "open-type", "home-confinement", "house-arrest", "unknown"]
        found = [Stay(self.random.choice(forms), taken, self.publication())] if self.one_in(2) else []
        if found and taken and taken.latest and self.one_in(2):
            later = exactly(taken.latest + timedelta(days=self.random.randrange(1, 90)))
            found.append(Stay(self.random.choice(forms), later, self.publication()))
        return tuple(found)

    def pardons(self, history: History) -> Iterator[Pardon]:
        for person in history.people:
            if self.one_in(2):
                effects = ["unknown", "conviction_stands", "conviction_erased", "sentence_shortened"]
                outcomes = ["unknown", "freed", "still_held", "milder_form"]
                yield Pardon(
                    self.key("g"),
                    person.key,
                    self.when(date(2024, 5, 1), date(2024, 12, 31)),
                    self.random.choice(effects),
                    self.random.choice(outcomes),
                    self.one_in(3),
                    self.publication(),
                )

    def convictions(self, history: History) -> Iterator[Conviction]:
        for person in history.people:
            if self.one_in(2):
                own = [detention.key for detention in history.detentions if detention.person == person.key]
                yield Conviction(
                    self.key("v"),
                    person.key,
                    self.when(),
                    self.random.choice(["imprisonment", "imprisonment", "fine", "unknown"]),
                    exactly(self.some_day()) if own and self.one_in(2) else None,
                    self.random.choice(own) if own else None,
                    self.some_of("100", "200", "300"),
                    self.publication(),
                    self.publication(),
                )

    def recognitions(self, history: History) -> Iterator[Recognition]:
        for person in history.people:
            for _number in range(self.random.choice([0, 1, 1, 2])):
                act = self.random.choice(["recognised", "recognised", "recognised", "ex_post_facto", "declined"])
                by = self.random.choice([ORGANISATIONS[:1], ORGANISATIONS[1:], ORGANISATIONS])
                recognition = Recognition(self.key("r"), person.key, act, self.when(), by, None, self.publication())
                yield recognition
                if act != "declined" and self.one_in(3):
                    yield Recognition(
                        self.key("w"), person.key, "withdrawn", self.when(), by, recognition.key, self.publication()
                    )

    def announcements(self, history: History) -> Iterator[Announcement]:
        for _number in range(self.random.randrange(5)):
            yield self.announcement()

    def announcement(self) -> Announcement:
        kind = self.random.choice((*FREEING_KINDS, "pardon", "pardon", "release", *OTHER_KINDS))
        total = None if self.one_in(10) else self.random.randrange(7)
        women = self.random.randrange((total or 0) + 1) if total and self.one_in(2) else None
        men = self.random.randrange((total or 0) - (women or 0) + 1) if total and self.one_in(2) else None
        frees = self.random.choice(["all"] * 6 + ["none", "number", "unknown"])
        act = self.when(date(2024, 5, 1), date(2024, 12, 31))
        return Announcement(
            self.key("a"),
            kind,
            self.random.choice(COUNTRIES),
            act,
            self.when(date(2024, 5, 1), date(2024, 12, 31)) if act is None or self.one_in(3) else None,
            total,
            women,
            men,
            frees,
            self.random.randrange(8) if frees == "number" else None,
            self.random.randrange(total + 1) if total and self.one_in(3) else None,
            self.publication(),
            "draft" if self.one_in(20) else "published",
        )

    def relations(self, history: History) -> Iterator[Relation]:
        """Answers for some pairs. The same are alike in kind and country; nothing lies in two containers."""
        taken: set[str] = set()
        keys = list(history.announcements)
        for number, first in enumerate(keys):
            for second in keys[number + 1 :]:
                kind = self.random.choice(["distinct", "may_overlap", "same", "contains", None, None, None])
                if kind is None:
                    continue
                alike = (first.kind, first.country) == (second.kind, second.country)
                free = first.key not in taken and second.key not in taken
                if kind in ("same", "contains") and not (free and alike):
                    continue
                if kind == "contains" and (first.total or 0) < (second.total or 0):
                    continue
                if kind in ("same", "contains"):
                    taken.add(second.key)
                if kind == "same":
                    taken.add(first.key)
                yield Relation(first.key, second.key, kind)

    def identifications(self, history: History) -> Iterator[Identification]:
        for announcement in history.announcements:
            for person in history.people:
                if self.one_in(2) or (person.country != announcement.country and not self.one_in(6)):
                    continue
                choices = list(self.what_shows(history, announcement, person))
                if choices:
                    yield self.random.choice(choices)

    def what_shows(self, history: History, announcement: Announcement, person: Person) -> Iterator[Identification]:
        def shown(key: str, **more: Any) -> Identification:
            return Identification(announcement.key, person.key, key, publication=self.publication(), **more)

        if announcement.kind == "arrests":
            yield from (shown(item.key) for item in history.detentions if item.person == person.key)
        elif announcement.kind == "convictions":
            yield from (shown(item.key) for item in history.convictions if item.person == person.key)
        elif announcement.kind == "recognitions":
            yield from (shown(item.key) for item in history.recognitions if item.person == person.key)
        elif announcement.kind == "deaths":
            yield shown("death")
        else:
            for pardon in history.pardons:
                if pardon.person == person.key:
                    yield shown(pardon.key, not_freed=self.one_in(4))
            for detention in history.detentions:
                if detention.person == person.key:
                    is_release = detention.release is not None
                    yield shown(detention.key, as_release=is_release, not_freed=not is_release and self.one_in(2))


def ends_before_it_begins(taken: When | None, out: When | None) -> bool:
    return bool(taken and out and taken.earliest and out.latest and taken.earliest > out.latest)


def taken_on_the_day_out(detention: Detention, earlier: Detention) -> Detention:
    """The same detention, begun where the earlier one ended: a stay that follows."""
    following = replace(detention, taken=earlier.out, stays=())
    return detention if ends_before_it_begins(following.taken, following.out) else following


def certain_days(detention: Detention) -> tuple[date, date] | None:
    """From the latest day taken to the earliest day out; None where either is not known."""
    lasts = [item.latest for item in (detention.taken, detention.out) if item and item.latest]
    firsts = [item.earliest for item in (detention.out, detention.taken) if item and item.earliest]
    if not lasts or not firsts or not detention.ended:
        return None
    first, last = min(lasts), max(firsts)
    return (first, last) if first < last else None


def certainly_overlap(one: Detention, other: Detention) -> bool:
    mine, theirs = certain_days(one), certain_days(other)
    return bool(mine and theirs and mine[0] < theirs[1] and theirs[0] < mine[1])
