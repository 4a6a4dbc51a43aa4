"""Flows: what happened in each period (rules 3 to 13, 20 and 23)."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial

from counts.acts import Act, Acts
from counts.events import Event
from counts.near import added_up_near, events_near_acts, with_open_places
from counts.periods import Period, smallest_period, what_is_not_known
from counts.questions import Question
from counts.readings import Cell, MayFill, Reading, could_fill, how_many, read
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
from counts.totals import Key, Total, Totals, first_day, totals
from counts.withheld import Withheld


@dataclass
class Near:
    """The events that announcements can be about, as the cells of one group find them: by row and by line."""

    certain: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    possible: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[Period, list[Event]] = field(default_factory=lambda: defaultdict(list))


# A group, by its number, and its row in a period, by its number, or its line.
Where = tuple[int, int | Period]


def flow_readings(
    question: Question, acts: Acts, scope: Scope, withheld: list[Withheld]
) -> tuple[list[Row], list[NotPlaced]]:
    """One row per period and group, and a line per smallest larger period for what fits in no row.

    The database adds up who is named. Only the people whom an announcement can be about are looked at one by one; of
    those who are not checked nobody, where the sums tell that there are enough for all places.
    """
    may_fill = added_up_near(question, acts)
    near = events_near_acts(question, acts, scope, [] if may_fill is not None else with_open_places(acts))
    periods = periods_of(question, [*near, *withheld, *acts.counted], partial(first_day, question, scope))
    found = totals(question, scope, periods)
    lines = lines_beside(question, periods, [*near, *acts.counted, *acts.as_announced], found)
    groups = groups_of(question, [*near, *withheld], acts, found.groups)
    table = Table(question, acts, withheld, periods, found, lines, groups)
    cells = table.cells(near, may_fill)
    readings = {where: read(cell, acts, question.unit) for where, cell in cells.items()}
    # More than the named: a place is left that nobody who was added up may fill.
    left = [where for where, reading in readings.items() if reading.low > reading.named]
    if may_fill is not None and left:
        short = {act.key for where in left for act in cells[where].acts_certain}
        near = events_near_acts(question, acts, scope, [act for act in with_open_places(acts) if act.key in short])
        cells = table.cells(near, None)
        readings |= {where: read(cells[where], acts, question.unit) for where in left}
    return table.rows(readings), table.not_placed(readings)


@dataclass(frozen=True)
class Table:
    """The rows and lines of an answer, and how many are named in each."""

    question: Question
    acts: Acts
    withheld: list[Withheld]
    periods: list[Period]
    found: Totals
    lines: list[Period]
    groups: list[Group | None]

    def cells(self, near: list[Event], may_fill: MayFill | None) -> dict[Where, Cell]:
        """The cells of all periods that have begun, and of all lines; `may_fill` where not all unchecked are near."""
        unchecked = unchecked_by_act(near, self.acts)
        found: dict[Where, Cell] = {}
        for number, group in enumerate(self.groups):
            for place, cell in self.cells_of_group(number, near):
                beside, key = elsewhere(unchecked, cell), key_of(group)
                total = self.found.lines[key, place] if isinstance(place, Period) else self.found.rows[key, place]
                whole = with_others(cell, total, self.question.unit)
                found[number, place] = replace(whole, unchecked_elsewhere=beside, may_fill=may_fill)
        return found

    def cells_of_group(self, number: int, near: list[Event]) -> Iterator[tuple[int | Period, Cell]]:
        group = self.groups[number]
        mine = by_place([event for event in near if in_group(event, group)], self.periods)
        here, announced = (
            [act for act in acts if act_in_group(self.question.metric, act, group)]
            for acts in (self.acts.counted, self.acts.as_announced)
        )
        for place, period in enumerate(self.periods):
            if period.first is None or period.first <= self.question.cut_off:
                cell = cell_of(period, mine, place, here, announced, group)
                yield place, replace(cell, withheld=self.hidden[number, place])
        for period in self.lines:
            yield period, cell_of_line(period, self.periods, mine, here, announced, group)

    @cached_property
    def hidden(self) -> dict[Where, Counter[str]]:
        """How many are withheld in each row, by country."""
        found: dict[Where, Counter[str]] = {}
        for number, group in enumerate(self.groups):
            mine = [item for item in self.withheld if in_group(item, group)]
            for place, period in enumerate(self.periods):
                inside = (item.country for item in mine if period.contains(item.earliest, item.latest))
                found[number, place] = Counter(inside)
        return found

    def rows(self, readings: Mapping[Where, Reading]) -> list[Row]:
        rows = [
            Row(
                period, group, is_complete(period, self.question), readings.get((number, place)),
                self.hidden[number, place].total(),
            )
            for number, group in enumerate(self.groups)
            for place, period in enumerate(self.periods)
        ]  # fmt: skip
        return in_time_order(rows, self.periods)

    def not_placed(self, readings: Mapping[Where, Reading]) -> list[NotPlaced]:
        return [
            NotPlaced(line, group, what_is_not_known(line, self.question.by), readings[number, line])
            for number, group in enumerate(self.groups)
            for line in self.lines
            if readings[number, line].has_anything
        ]


def key_of(group: Group | None) -> Key:
    return tuple(group.values()) if group else ()


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
