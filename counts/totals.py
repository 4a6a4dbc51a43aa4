"""How many named people or events fall in each cell, added up by the database: by roll-ups where they can tell.

What certainly and what possibly falls in a period and group, and in the lines beside the periods (rule 13). Which of
these people announcements can be about is not looked at here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection

from counts.periods import Period, end_of_period, is_month_end, is_month_start, start_of_period
from counts.questions import DEFAULT_FORMS, METRICS_WITH_FORMS, UNITS, Question
from counts.scope import Scope
from counts.selecting import Parameters, Select, event_rows, grouping, meeting, rows_in
from counts.several import LINE_FIRST, LINE_LAST, LINE_UNIT
from registry.known import looking_back

# The values of the groups, in the order of the question's dimensions.
Key = tuple[str, ...]
ALWAYS, NEVER = "-infinity", "infinity"
# The columns of a tally by which people are counted once in each whole period.
PEOPLE_BY = {
    "day": "people_by_day", "month": "people_by_month", "quarter": "people_by_quarter", "year": "people_by_year",
    "total": "people",
}  # fmt: skip


@dataclass
class Total:
    certain: int = 0
    possible: int = 0


@dataclass
class Totals:
    """By group and row, and by group and line: how many certainly and possibly."""

    rows: dict[tuple[Key, int], Total] = field(default_factory=lambda: defaultdict(Total))
    lines: dict[tuple[Key, Period], Total] = field(default_factory=lambda: defaultdict(Total))
    # The lines that hold something that touches the range.
    asked: set[Period] = field(default_factory=set)
    groups: set[Key] = field(default_factory=set)


# Each row with the first and last period that it touches, whether it lies in one of them, and else in which line.
PLACED = f"""touching AS (
    SELECT *,
        CASE WHEN latest >= %(first)s::date AND earliest <= %(last)s::date
            THEN greatest(width_bucket(earliest, %(starts)s::date[]), 1) ELSE 0 END AS low,
        CASE WHEN latest >= %(first)s::date AND earliest <= %(last)s::date
            THEN width_bucket(latest, %(starts)s::date[]) ELSE 0 END AS high,
        {LINE_UNIT} AS unit
    FROM asked
), inside AS (
    SELECT *, low > 0 AND low = high AND earliest >= %(first)s::date AND latest <= %(last)s::date AS is_inside
    FROM touching
), placed AS (
    SELECT *, NOT is_inside AS is_beside,
        latest >= %(span_first)s::date AND earliest <= %(span_last)s::date AS is_asked,
        {LINE_FIRST} AS line_first, {LINE_LAST} AS line_last
    FROM inside
)"""


def totals(question: Question, scope: Scope, periods: Sequence[Period]) -> Totals:
    """The totals of a flow over these periods, which follow one another without a gap."""
    found = Totals()
    rolled_up = rows_of_tally(question, periods)
    if rolled_up is not None:
        add_up(found, question, periods, rolled_up)
        if question.unit == "people" and has_sums_of_several(question, periods):
            add_up(found, question, periods, rows_of_several(question, periods))
        elif question.unit == "people":
            add_people(found, question, periods, several_events(question, scope, "usual AND new_in = -1"))
    elif question.unit == "people":
        add_up(found, question, periods, one_event(question, scope, "alone"))
        add_people(found, question, periods, several_events(question, scope, "NOT alone"))
    else:
        add_up(found, question, periods, one_event(question, scope, "true"))
    return found


def rows_of_tally(question: Question, periods: Sequence[Period]) -> Select | None:
    """The roll-up's rows where it holds the answer: everyone, in the usual forms, by sex and country at most."""
    people_by = column_of(question, periods)
    usual = question.forms == DEFAULT_FORMS or question.metric not in METRICS_WITH_FORMS
    plain = question.definition == "everyone" and usual and not question.filters
    has_groups = set(question.group) <= {"sex", "country"}
    if looking_back() is not None or not (plain and has_groups) or people_by is None:
        return None
    found = rows_of_sums(question, rows_in("counts_tally"))
    found.where("row.by = %(rows_by)s", rows_by="month" if cuts_no_month(question, periods) else "day")
    if question.country is not None:
        found.where("row.country = %(country)s", country=question.country)
    beside = "people_by_month" if question.unit == "people" else "events"
    return weighted(found, question, certain=people_by, possible=people_by, beside=beside, asks="true")


def rows_of_sums(question: Question, table: str) -> Select:
    found = Select(tables=[f"{table} AS row"], parameters={"metric": question.metric})
    found.where("row.metric = %(metric)s")
    found.where("row.sex <> ''" if "sex" in question.group else "row.sex = ''")
    return found


def weighted(found: Select, question: Question, **weights: str) -> Select:
    """Sums, as rows of so many that certainly and possibly stand in a period, or beside all."""
    names = [f"row.{dimension} AS group_{place}" for place, dimension in enumerate(question.group)]
    columns = [f"{weight} AS {name}" for name, weight in weights.items()]
    return finished(found, ["row.earliest", "row.latest", "true AS is_certain", *columns, *names])


def has_sums_of_several(question: Question, periods: Sequence[Period]) -> bool:
    """Whether the people with several events were added up by periods as long as these; by days they were not."""
    return question.by != "day" and cuts_no_month(question, periods)


def rows_of_several(question: Question, periods: Sequence[Period]) -> Select:
    found = rows_of_sums(question, "counts_several")
    column = column_of(question, periods)
    found.where("row.by = %(length)s", length=next(by for by, name in PEOPLE_BY.items() if name == column))
    if question.country is not None or "country" in question.group:
        found.where("row.country <> '' AND row.country = coalesce(%(country)s, row.country)", country=question.country)
    else:
        found.where("row.country = ''")
    return weighted(found, question, certain="certain", possible="possible", beside="beside", asks="asks <> 0")


def column_of(question: Question, periods: Sequence[Period]) -> str | None:
    """The column of a tally that counts each once in every one of these periods; None where there is none."""
    if question.unit != "people":
        return "events"
    if question.by == "total":
        [whole] = periods
        if whole.first is None and whole.last is None:
            return PEOPLE_BY["total"]
        return next((PEOPLE_BY[by] for by in ("month", "quarter", "year") if is_whole(whole, by)), None)
    return PEOPLE_BY[question.by] if all(is_whole(period, question.by) for period in periods) else None


def cuts_no_month(question: Question, periods: Sequence[Period]) -> bool:
    """Whether an event stands in the same place wherever in its month it falls."""
    return all(
        (period.first is None or is_month_start(period.first)) and (period.last is None or is_month_end(period.last))
        for period in (question.span, *periods)
    )


def is_whole(period: Period, by: Any) -> bool:
    if period.first is None or period.last is None:
        return False
    return start_of_period(period.first, by) == period.first and end_of_period(period.first, by) == period.last


def flat_rows(question: Question, scope: Scope, which: str) -> tuple[Select, list[str]]:
    found = event_rows(question, scope)
    found.where(which)
    surely = meeting(found, scope)
    names = [f"{value} AS group_{place}" for place, value in enumerate(grouping(found, question))]
    return found, ["row.earliest", "row.latest", f"{surely} AS is_certain", *names]


def one_event(question: Question, scope: Scope, which: str) -> Select:
    """Rows that each count by themselves."""
    found, columns = flat_rows(question, scope, which)
    return finished(found, [*columns, "1 AS certain", "1 AS possible", "1 AS beside", "true AS asks"])


def several_events(question: Question, scope: Scope, which: str) -> Select:
    """Rows of people who have several: each person counts once in each cell."""
    found, columns = flat_rows(question, scope, which)
    return finished(found, [*columns, "row.person"])


def finished(found: Select, columns: Iterable[str]) -> Select:
    """The same rows, placed among the periods."""
    inner = Select(tables=found.tables, conditions=found.conditions)
    parts = [*found.parts, f"asked AS ({inner.sql(', '.join(columns))})", PLACED]
    return Select(parts=parts, tables=["placed"], conditions=["true"], parameters=found.parameters)


def add_up(found: Totals, question: Question, periods: Sequence[Period], rows: Select) -> None:
    """Adds rows that count by their weights, in every period that they touch."""
    groups = group_columns(question)
    keys = ["low", "high", "is_inside", "is_beside AND is_asked AND asks"]
    lines = [f"CASE WHEN is_beside THEN {column} END" for column in ("line_first", "line_last")]
    sums = ["sum(possible)", f"sum(certain) {SURELY}", "sum(beside)", f"sum(beside) {SURELY}"]
    sql = rows.sql(", ".join([*keys, *lines, *groups, *sums])) + " GROUP BY " + positions(6 + len(groups))
    for low, high, is_inside, is_asked, first, last, *rest in ask(sql, rows.parameters, question, periods):
        group, (all_of, surely, beside, surely_beside) = tuple(rest[:-4]), rest[-4:]
        found.groups.add(group)
        for place in range(low, high + 1) if low else ():
            found.rows[group, place - 1].possible += all_of
        if is_inside:
            found.rows[group, low - 1].certain += surely or 0
        else:
            found.asked |= {Period(first, last)} if is_asked else set()
            found.lines[group, Period(first, last)].possible += beside
            found.lines[group, Period(first, last)].certain += surely_beside or 0


def add_people(found: Totals, question: Question, periods: Sequence[Period], rows: Select) -> None:
    """Adds people once in each period and each line, however many rows they have there."""
    groups = "".join(f", {column}" for column in group_columns(question))
    surely, possibly = "count(DISTINCT person) FILTER (WHERE is_certain", "count(DISTINCT person)"
    by = positions(4 + len(question.group))
    sql = f"""
        {rows.sql("*").removesuffix("SELECT * FROM placed WHERE true")}
        SELECT 'row', place, NULL::date, NULL::date{groups}, false, {surely} AND is_inside), {possibly}
        FROM placed CROSS JOIN LATERAL generate_series(low, high) AS place WHERE low > 0 GROUP BY {by}
        UNION ALL
        SELECT 'line', 0, line_first, line_last{groups}, bool_or(is_asked), {surely}), {possibly}
        FROM placed WHERE is_beside GROUP BY {by}
        UNION ALL
        SELECT DISTINCT 'group', 0, NULL::date, NULL::date{groups}, false, 0, 0 FROM placed
    """
    for what, place, first, last, *rest in ask(sql, rows.parameters, question, periods):
        group, (is_asked, certain, possible) = tuple(rest[:-3]), rest[-3:]
        found.groups.add(group)
        found.asked |= {Period(first, last)} if is_asked else set()
        if what != "group":
            total = found.rows[group, place - 1] if what == "row" else found.lines[group, Period(first, last)]
            total.certain += certain
            total.possible += possible


SURELY = "FILTER (WHERE is_certain)"


def group_columns(question: Question) -> list[str]:
    return [f"group_{place}" for place in range(len(question.group))]


def positions(number: int) -> str:
    return ", ".join(str(place) for place in range(1, number + 1))


def ask(sql: str, parameters: Parameters, question: Question, periods: Sequence[Period]) -> Iterator[Any]:
    starts = [as_bound(period.first, ALWAYS) for period in periods]
    # Without a period nothing is touched; an empty list would be an error.
    bounds: Parameters = {"first": NEVER, "last": ALWAYS, "starts": starts or [NEVER]}
    if periods:
        bounds |= {"first": starts[0], "last": as_bound(periods[-1].last, NEVER)}
    span = {"span_first": as_bound(question.first, ALWAYS), "span_last": as_bound(question.last, NEVER)}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters, **bounds, **span})
        yield from cursor.fetchall()


def as_bound(day: date | None, otherwise: str) -> str:
    return otherwise if day is None else day.isoformat()


def first_day(question: Question, scope: Scope, limit: date) -> date | None:
    """The earliest day that a counted event is known to have, up to a limit."""
    rolled_up = rows_of_tally(replace(question, unit=UNITS[question.metric][0], by="day"), [Period(limit, limit)])
    if rolled_up is not None:
        found = Select(
            tables=["counts_tally"],
            conditions=["metric = %(metric)s", "by = 'day'", "sex = ''"],
            parameters=dict(rolled_up.parameters),
        )
        if question.country is not None:
            found.where("country = %(country)s")
    else:
        found = event_rows(question, scope)
        meeting(found, scope)
    found.where("earliest > '-infinity' AND earliest <= %(limit)s", limit=limit)
    day: date | None = found.row("min(earliest)")[0]
    return day
