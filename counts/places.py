"""The numbers of an answer, each as a place, and the named rows of some people in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from counts.acts import Acts, acts_of
from counts.behind import DAYS_TAKEN, day_of_stock, held_on
from counts.events import Event, all_events, read_events
from counts.flows import lies_in_a
from counts.periods import Period, smallest_period
from counts.readings import Reading
from counts.rows import Group, in_group
from counts.scope import Scope, scope_of
from counts.series import Series

NOTHING = Reading(0, 0, 0, 0)


@dataclass(frozen=True)
class Place:
    """Where a number stands: the row of a period and group, or a line beside the rows (rule 13)."""

    period: Period
    group: tuple[tuple[str, str], ...]
    why: str = ""

    @classmethod
    def of(cls, period: Period, group: Group | None, why: str = "") -> Place:
        return cls(period, tuple((group or {}).items()), why)

    @property
    def is_line(self) -> bool:
        return bool(self.why)


def places_of(series: Series) -> dict[Place, Reading]:
    """Each number of an answer; a row whose readings are not known has none."""
    rows = {Place.of(row.period, row.group): row.reading for row in series.rows if row.reading is not None}
    return rows | {Place.of(line.period, line.group, line.why): line.reading for line in series.not_placed}


@dataclass(frozen=True)
class NamedPlaces:
    """Whom the numbers of an answer name. Read in the state of the answer."""

    series: Series

    @cached_property
    def places(self) -> list[Place]:
        return list(places_of(self.series))

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.series.question)

    @cached_property
    def acts(self) -> Acts:
        return acts_of(self.series.question.metric, self.series.question.country, self.scope)

    def of(self, people: list[int]) -> dict[Place, dict[int, Event]]:
        """By place, then by person, else by event: what is counted of these people, the first of a person for all."""
        return self.held(people) if self.series.question.is_stock else self.flowing(people)

    def flowing(self, people: list[int]) -> dict[Place, dict[int, Event]]:
        question = self.series.question
        rows = all_events(question, self.scope, self.acts, of_some=True)
        rows.parameters["people"] = people
        events = read_events(rows, question, self.scope, self.acts)
        periods = list({row.period: None for row in self.series.rows})
        sure = [event for event in events if event.is_in_scope]
        return {place: self.keyed(event for event in sure if stands_in(place, event, periods)) for place in self.places}

    def held(self, people: list[int]) -> dict[Place, dict[int, Event]]:
        question = self.series.question
        day_of = {place: day_of_stock(question.about(place.period)) for place in self.places}
        held = {day: self.held_on(day, people) for day in set(day_of.values())}
        return {
            place: self.keyed(event for event in held[day] if in_group(event, dict(place.group) or None))
            for place, day in day_of.items()
        }

    def held_on(self, day: date, people: list[int]) -> list[Event]:
        question = self.series.question
        rows = held_on(question, self.scope, [day], of_some=True)
        rows.where("row.is_sure", people=people)
        events = read_events(rows, question, self.scope, self.acts, days=DAYS_TAKEN)
        return [event for event in events if event.is_in_scope]

    def keyed(self, events: Iterable[Event]) -> dict[int, Event]:
        found: dict[int, Event] = {}
        for event in events:
            found.setdefault(event.person if self.series.question.unit == "people" else event.pk, event)
        return found


def stands_in(place: Place, event: Event, periods: list[Period]) -> bool:
    if not in_group(event, dict(place.group) or None):
        return False
    if not place.is_line:
        return place.period.contains(event.earliest, event.latest)
    return smallest_period(event.earliest, event.latest) == place.period and not lies_in_a(periods, event)
