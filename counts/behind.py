"""The named rows behind a number, from the same selection as the number itself: added up, some of them, or all in turn.

What certainly and what possibly counts is decided by the database, so that a number of a million has a list too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db import connection

from counts.acts import Acts
from counts.events import DAYS, Event, all_events, one_by_one
from counts.questions import Question
from counts.scope import Scope
from counts.selecting import Select, counted_rows, grouping, meeting, rows_in

# Of a stock, the days on which people can have been taken.
DAYS_TAKEN = "row.taken", "row.taken_latest"
# Rows are read so many at a time where all of them are asked for.
AT_A_TIME = 2_000
COLUMNS = "person, event, first, last, sex, country, kind, unchecked, form, is_certain"


@dataclass(frozen=True)
class HowMany:
    """Of a number's rows: of any time; possibly in it; dated wholly inside; certainly in it; and as the unit has it."""

    ever: int
    possible: int
    inside: int
    certain: int
    counted: int


@dataclass(frozen=True)
class Behind:
    """The public named events of one number; of a stock, the detentions of its day.

    An event that is read here is in scope if it is certainly in the number.
    """

    question: Question
    scope: Scope
    acts: Acts

    @cached_property
    def rows(self) -> Select:
        return of_one_number(self.question, self.scope, self.acts)

    @cached_property
    def how_many(self) -> HowMany:
        each = "DISTINCT person" if self.question.unit == "people" else "*"
        sums = [f"count(*) FILTER (WHERE {which})" for which in ("is_here", "is_inside", "is_certain")]
        return HowMany(*self.rows.row(f"count(*), {', '.join(sums)}, count({each}) FILTER (WHERE is_certain)"))

    def possible(self, most: int) -> list[Event]:
        """Those that certainly or possibly fall in the period, the earliest first."""
        return self.read(f"{self.rows.sql(COLUMNS)} AND is_here ORDER BY starts, person, event LIMIT {most}")

    def counted(self, start: int, most: int) -> list[Event]:
        """Some of what makes up the named reading."""
        return self.read(f"{self.all_counted} OFFSET {start} LIMIT {most}")

    def every_counted(self) -> Iterator[list[Event]]:
        """All of it, some at a time: a list of a million is never in memory."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(self.all_counted, self.rows.parameters)
            while found := cursor.fetchmany(AT_A_TIME):
                yield self.events(found)

    @property
    def all_counted(self) -> str:
        """One row of each person where people are counted, the earliest; in the order of the days."""
        if self.question.unit != "people":
            return f"{self.rows.sql(COLUMNS)} AND is_certain ORDER BY starts, person, event"
        first = (
            f"{self.rows.sql(f'DISTINCT ON (person) {COLUMNS}, starts')} AND is_certain ORDER BY person, starts, event"
        )
        return f"SELECT {COLUMNS} FROM ({first}) AS counted ORDER BY starts, person, event"

    def which_are_here(self, events: Iterable[int]) -> dict[int, bool]:
        """Of these events, whatever their group, those that may fall in the period: whether they are in the number."""
        rows = of_one_number(self.question, self.scope, self.acts, of_all_groups=True)
        rows.where("is_here AND event = ANY(%(events)s)", events=list(events))
        return dict(rows.rows("event, bool_or(is_of_cell)", "GROUP BY event"))

    def read(self, sql: str) -> list[Event]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self.rows.parameters)
            return self.events(cursor.fetchall())

    def events(self, rows: Iterable[Sequence[object]]) -> list[Event]:
        return one_by_one(rows, replace(self.question, group=(), cell=()), self.acts)


def of_one_number(question: Question, scope: Scope, acts: Acts, *, of_all_groups: bool = False) -> Select:
    """The rows of a question's country, scope and group as `named`, each with whether it is in the number."""
    day = day_of_stock(question)
    found = held_on(question, scope, [day]) if question.is_stock else all_events(question, scope, acts)
    surely = meeting(found, scope)
    in_cell = cell_asked(found, question)
    if not of_all_groups:
        found.where(in_cell)
    inside = "row.is_sure" if question.is_stock else "row.earliest >= %(span_first)s AND row.latest <= %(span_last)s"
    here = "true" if question.is_stock else "row.latest >= %(span_first)s AND row.earliest <= %(span_last)s"
    starts, ends = DAYS_TAKEN if question.is_stock else DAYS
    rows = Select(tables=found.tables, conditions=found.conditions).sql(f"""
        row.person, row.event, {starts} AS starts, nullif({starts}, '-infinity') AS first,
        nullif({ends}, 'infinity') AS last, row.sex, row.country, row.kind, row.unchecked, row.form,
        {here} AS is_here, {inside} AS is_inside, {surely} AND {inside} AS is_certain,
        {in_cell} AS is_of_cell""")
    span = {
        "span_first": question.first.isoformat() if question.first else "-infinity",
        "span_last": question.last.isoformat() if question.last else "infinity",
    }
    return Select(
        parts=[*found.parts, f"named AS ({rows})"], tables=["named"], conditions=["true"],
        parameters=found.parameters | span,
    )  # fmt: skip


def cell_asked(found: Select, question: Question) -> str:
    """What is true of the rows in the group that is asked for."""
    if not question.cell:
        return "true"
    values = grouping(found, question)
    found.parameters |= {f"cell_{place}": value for place, value in enumerate(question.cell)}
    return " AND ".join(f"{value} = %(cell_{place})s" for place, value in enumerate(values))


def day_of_stock(question: Question) -> date:
    """The day whose stock a number is: the last of its period, or the cut-off."""
    return min(question.last or question.cut_off, question.cut_off)


def held_on(question: Question, scope: Scope, days: Iterable[date], *, of_some: bool = False) -> Select:
    """The detentions that possibly cover these days, in the forms that count: a row for each day."""
    table = f"""(
        SELECT span.*, span.detention AS event, false AS unchecked, day AS earliest, day AS latest,
            sure_since <= day AND sure_until > day AS is_sure
        FROM unnest(%(days)s::date[]) AS day
        JOIN {rows_in("counts_span", of_some=of_some)} AS span ON span.since <= day AND span.until > day
    )"""
    found = counted_rows(question, scope, table)
    found.parameters["days"] = [day.isoformat() for day in days]
    return found
