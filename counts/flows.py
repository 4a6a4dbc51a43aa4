"""Flows: what happened in each period (rules 3 to 13, 20 and 23)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from counts.acts import Act, Acts
from counts.events import Event, events_of
from counts.groups import groupings_for
from counts.periods import Period, smallest_period, what_is_not_known
from counts.questions import Question
from counts.readings import Cell, could_fill, read
from counts.rows import (
    Group,
    NotPlaced,
    Row,
    act_in_group,
    groups_of,
    in_group,
    in_time_order,
    is_complete,
    periods_of,
)
from counts.scope import Scope
from counts.withheld import Withheld


def flow_readings(
    question: Question, acts: Acts, scope: Scope, withheld: list[Withheld]
) -> tuple[list[Row], list[NotPlaced]]:
    """One row per period and group, and a line per smallest larger period for what fits in no row."""
    events = events_of(question.metric, question.country, acts, scope)
    if question.group:
        groupings = groupings_for(question.metric, question.group, question.country)
        events = [replace(event, groupings=groupings) for event in events]
    periods = periods_of(question, [*events, *withheld, *acts.counted])
    unchecked = [event for event in events if event.is_unchecked and may_fill_open_place(event, acts)]
    lines = lines_beside(question, periods, [*events, *acts.counted, *acts.as_announced])
    rows, not_placed = [], []
    for group in groups_of(question, [*events, *withheld], acts):
        mine = [event for event in events if in_group(event, group)]
        hidden = [item for item in withheld if in_group(item, group)]
        here = [act for act in acts.counted if act_in_group(question.metric, act, group)]
        as_announced = [act for act in acts.as_announced if act_in_group(question.metric, act, group)]
        for period in periods:
            reading, here_withheld = None, withheld_by_country(period, hidden)
            if period.first is None or period.first <= question.cut_off:
                cell = cell_of(period, mine, here, as_announced, group, unchecked, here_withheld)
                reading = read(cell, acts, question.unit)
            rows.append(Row(period, group, is_complete(period, question), reading, here_withheld.total()))
        for period in lines:
            cell = cell_of_line(period, periods, mine, here, as_announced, group, unchecked)
            reading = read(cell, acts, question.unit)
            if reading.has_anything:
                why = what_is_not_known(period, question.by)
                not_placed.append(NotPlaced(period, group, why, reading))
    return in_time_order(rows, periods), not_placed


def withheld_by_country(period: Period, withheld: Iterable[Withheld]) -> Counter[str]:
    return Counter(item.country for item in withheld if period.contains(item.earliest, item.latest))


def may_fill_open_place(event: Event, acts: Acts) -> bool:
    return any(act.open_low.total and could_fill(event, act, acts.metric) for act in acts.counted)


def lines_beside(question: Question, periods: list[Period], dated: Iterable[Event | Act]) -> list[Period]:
    """The larger periods that hold what touches the range and lies in no row, in order, the undated last."""
    found = {
        smallest_period(item.earliest, item.latest)
        for item in dated
        if not lies_in_a(periods, item) and question.span.touches(item.earliest, item.latest)
    }
    return sorted(found, key=lambda period: (period.first is None, period.first or date.max, period.last or date.max))


def lies_in_a(periods: list[Period], item: Event | Act) -> bool:
    return any(period.contains(item.earliest, item.latest) for period in periods)


def cell_of(
    period: Period,
    events: list[Event],
    acts: list[Act],
    announced: list[Act],
    group: Group | None,
    unchecked: list[Event],
    withheld: Counter[str],
) -> Cell:
    certain = [event for event in events if event.is_in_scope and period.contains(event.earliest, event.latest)]
    return Cell(
        certain=certain,
        possible=[event for event in events if period.touches(event.earliest, event.latest)],
        acts_certain=[act for act in acts if period.contains(act.earliest, act.latest)],
        acts_possible=[act for act in acts if period.touches(act.earliest, act.latest)],
        as_announced=[act for act in announced if period.touches(act.earliest, act.latest)],
        sex=group.get("sex") if group else None,
        unchecked_elsewhere=without(unchecked, certain),
        withheld=withheld,
    )


def cell_of_line(
    period: Period,
    periods: list[Period],
    events: list[Event],
    acts: list[Act],
    announced: list[Act],
    group: Group | None,
    unchecked: list[Event],
) -> Cell:
    """What stands in a line: nothing that has a row, and all of it certain, since the line claims no more."""

    def stands_here(item: Event | Act) -> bool:
        return smallest_period(item.earliest, item.latest) == period and not lies_in_a(periods, item)

    here = [event for event in events if stands_here(event)]
    certain = [event for event in here if event.is_in_scope]
    held = [act for act in acts if stands_here(act)]
    return Cell(
        certain=certain,
        possible=here,
        acts_certain=held,
        acts_possible=held,
        as_announced=[act for act in announced if stands_here(act)],
        sex=group.get("sex") if group else None,
        unchecked_elsewhere=without(unchecked, certain),
    )


def without(unchecked: list[Event], certain: list[Event]) -> list[Event]:
    here = {event.pk for event in certain}
    return [event for event in unchecked if event.pk not in here]
