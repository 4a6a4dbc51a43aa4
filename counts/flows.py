"""Flows: what happened in each period (rules 3 to 13, 20 and 23)."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from counts.acts import Act, Acts
from counts.events import Event
from counts.near import events_near_acts
from counts.periods import Period, smallest_period, what_is_not_known
from counts.questions import Question
from counts.readings import Cell, could_fill, how_many, read
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
from counts.totals import Total, Totals, first_day, totals
from counts.withheld import Withheld


@dataclass
class Near:
    """The events that announcements can be about, as the cells of one group find them: by row and by line."""

    certain: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    possible: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[Period, list[Event]] = field(default_factory=lambda: defaultdict(list))


def flow_readings(
    question: Question, acts: Acts, scope: Scope, withheld: list[Withheld]
) -> tuple[list[Row], list[NotPlaced]]:
    """One row per period and group, and a line per smallest larger period for what fits in no row.

    The database adds up who is named. Only the people whom an announcement can be about are looked at one by one.
    """
    near = events_near_acts(question, acts, scope)
    periods = periods_of(question, [*near, *withheld, *acts.counted], partial(first_day, question, scope))
    found = totals(question, scope, periods)
    unchecked = unchecked_by_act(near, acts)
    lines = lines_beside(question, periods, [*near, *acts.counted, *acts.as_announced], found)
    rows, not_placed = [], []
    for group in groups_of(question, [*near, *withheld], acts, found.groups):
        key = tuple(group.values()) if group else ()
        mine = by_place([event for event in near if in_group(event, group)], periods)
        hidden = [item for item in withheld if in_group(item, group)]
        here = [act for act in acts.counted if act_in_group(question.metric, act, group)]
        as_announced = [act for act in acts.as_announced if act_in_group(question.metric, act, group)]
        for place, period in enumerate(periods):
            reading, here_withheld = None, withheld_by_country(period, hidden)
            if period.first is None or period.first <= question.cut_off:
                cell = cell_of(period, mine, place, here, as_announced, group)
                cell = replace(cell, withheld=here_withheld, unchecked_elsewhere=elsewhere(unchecked, cell))
                reading = read(with_others(cell, found.rows[key, place], question.unit), acts, question.unit)
            rows.append(Row(period, group, is_complete(period, question), reading, here_withheld.total()))
        for period in lines:
            cell = cell_of_line(period, periods, mine, here, as_announced, group)
            cell = replace(cell, unchecked_elsewhere=elsewhere(unchecked, cell))
            reading = read(with_others(cell, found.lines[key, period], question.unit), acts, question.unit)
            if reading.has_anything:
                why = what_is_not_known(period, question.by)
                not_placed.append(NotPlaced(period, group, why, reading))
    return in_time_order(rows, periods), not_placed


def by_place(events: Iterable[Event], periods: list[Period]) -> Near:
    """Events by the periods that they touch and lie in, and else by their line."""
    found = Near()
    # Of a period that is open to the past, nothing lies before the start.
    starts = [period.first or date.min for period in periods]
    for event in events:
        first = max(0, bisect_right(starts, event.earliest or date.min) - 1)
        last = bisect_right(starts, event.latest or date.max)
        touched = [place for place in range(first, last) if periods[place].touches(event.earliest, event.latest)]
        for place in touched:
            found.possible[place].append(event)
        if len(touched) == 1 and periods[touched[0]].contains(event.earliest, event.latest):
            if event.is_in_scope:
                found.certain[touched[0]].append(event)
        else:
            found.beside[smallest_period(event.earliest, event.latest)].append(event)
    return found


def with_others(cell: Cell, total: Total, unit: str) -> Cell:
    """The cell with the named whom no announcement can be about: all of them, less those who stand in it one by one.

    People who are only linked to a pardon have no event of their own in the total.
    """
    certain, possible = ([event for event in events if event.pk > 0] for events in (cell.certain, cell.possible))
    return replace(
        cell,
        others=total.certain - how_many(certain, unit),
        possible_others=total.possible - how_many(possible, unit),
    )


def unchecked_by_act(events: Iterable[Event], acts: Acts) -> dict[int, list[Event]]:
    """By act with open places: the events that may be one of them (rule 23)."""
    found: dict[int, list[Event]] = {act.key: [] for act in acts.counted if act.open_low.total}
    for event in events:
        for act in acts.around(event) if event.is_unchecked else ():
            if act.key in found and could_fill(event, act, acts.metric):
                found[act.key].append(event)
    return found


def elsewhere(unchecked: Mapping[int, Iterable[Event]], cell: Cell) -> list[Event]:
    """What may fill a place of the cell's acts and is not certainly in the cell itself."""
    here = {event.pk for event in cell.certain}
    found = {event.pk: event for act in cell.acts_certain for event in unchecked.get(act.key, ())}
    return [event for pk, event in sorted(found.items()) if pk not in here]


def withheld_by_country(period: Period, withheld: Iterable[Withheld]) -> Counter[str]:
    return Counter(item.country for item in withheld if period.contains(item.earliest, item.latest))


def may_fill_open_place(event: Event, acts: Acts) -> bool:
    return any(could_fill(event, act, acts.metric) and act.open_low.total for act in acts.around(event))


def lines_beside(
    question: Question, periods: list[Period], dated: Iterable[Event | Act], totals: Totals
) -> list[Period]:
    """The larger periods that hold what touches the range and lies in no row, in order, the undated last."""
    found = set(totals.asked)
    found |= {
        smallest_period(item.earliest, item.latest)
        for item in dated
        if not lies_in_a(periods, item) and question.span.touches(item.earliest, item.latest)
    }
    return sorted(found, key=lambda period: (period.first is None, period.first or date.max, period.last or date.max))


def lies_in_a(periods: list[Period], item: Event | Act) -> bool:
    return any(period.contains(item.earliest, item.latest) for period in periods)


def cell_of(
    period: Period, events: Near, place: int, acts: list[Act], announced: list[Act], group: Group | None
) -> Cell:
    return Cell(
        certain=events.certain[place],
        possible=events.possible[place],
        acts_certain=[act for act in acts if period.contains(act.earliest, act.latest)],
        acts_possible=[act for act in acts if period.touches(act.earliest, act.latest)],
        as_announced=[act for act in announced if period.touches(act.earliest, act.latest)],
        sex=group.get("sex") if group else None,
    )


def cell_of_line(
    period: Period, periods: list[Period], events: Near, acts: list[Act], announced: list[Act], group: Group | None
) -> Cell:
    """What stands in a line: nothing that has a row, and all of it certain, since the line claims no more."""

    def stands_here(act: Act) -> bool:
        return smallest_period(act.earliest, act.latest) == period and not lies_in_a(periods, act)

    here = [act for act in acts if stands_here(act)]
    return Cell(
        certain=[event for event in events.beside[period] if event.is_in_scope],
        possible=events.beside[period],
        acts_certain=here,
        acts_possible=here,
        as_announced=[act for act in announced if stands_here(act)],
        sex=group.get("sex") if group else None,
    )
