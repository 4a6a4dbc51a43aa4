"""The named people or events behind each number of an answer, as the engine places them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from counts.acts import acts_of
from counts.events import Event, events_of
from counts.flows import lies_in_a
from counts.groups import groupings_for
from counts.held import OnDay, held_detentions
from counts.periods import Period, smallest_period
from counts.questions import Question
from counts.readings import Reading
from counts.rows import Group, in_group
from counts.scope import scope_of
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


Behind = dict[Place, dict[int, Event]]


def places_of(series: Series) -> dict[Place, Reading]:
    """Each number of an answer; a row whose readings are not known has none."""
    rows = {Place.of(row.period, row.group): row.reading for row in series.rows if row.reading is not None}
    return rows | {Place.of(line.period, line.group, line.why): line.reading for line in series.not_placed}


def named_behind(series: Series) -> Behind:
    """By place: the public people (or events, by the unit) that its named reading counts, each with one event."""
    question = series.question
    return held_behind(series) if question.is_stock else flow_behind(series)


def flow_behind(series: Series) -> Behind:
    question, scope = series.question, scope_of(series.question)
    acts = acts_of(question.metric, question.country, scope)
    events = [event for event in events_of(question.metric, question.country, acts, scope) if event.is_in_scope]
    if question.group:
        groupings = groupings_for(question.metric, question.group, question.country)
        events = [replace(event, groupings=groupings) for event in events]
    periods = list({row.period: None for row in series.rows})
    return {
        place: keyed(question, (event for event in events if stands_in(place, event, periods)))
        for place in places_of(series)
    }


def stands_in(place: Place, event: Event, periods: list[Period]) -> bool:
    if not in_group(event, dict(place.group) or None):
        return False
    if not place.is_line:
        return place.period.contains(event.earliest, event.latest)
    return smallest_period(event.earliest, event.latest) == place.period and not lies_in_a(periods, event)


def held_behind(series: Series) -> Behind:
    question, scope = series.question, scope_of(series.question)
    groupings = groupings_for("held", question.group, question.country)
    detentions = held_detentions(question.country, scope)
    found: Behind = {}
    for place in places_of(series):
        day = min(place.period.last or question.cut_off, question.cut_off)
        sure = [detention for detention in detentions if detention.certainly_counts(day, scope)]
        mine = [one for one in sure if in_group(OnDay(one, day, groupings), dict(place.group) or None)]
        found[place] = keyed(question, (one.as_event(day, scope) for one in mine))
    return found


def keyed(question: Question, events: Iterable[Event]) -> dict[int, Event]:
    """By person, else by event: the first of a person stands for them."""
    found: dict[int, Event] = {}
    for event in events:
        found.setdefault(event.person if question.unit == "people" else event.pk, event)
    return found
