"""How many people are held on each of some days, added up by the database as a running sum of those taken and let out.

A detention begins to count on one day and ceases on another, so the stock of any day is the sum of what changed up to
it: no day is ever joined with the detentions that cover it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection

from counts.flat import POINTS
from counts.questions import UNRECOGNISED, Question
from counts.scope import Scope
from counts.selecting import Select, counted_rows, grouping, meeting, rows_in, standing

Key = tuple[str, ...]
ONE_DAY = timedelta(days=1)


@dataclass
class Stock:
    """On one day: certainly held, possibly held, and of the certain those confirmed lately and those without news."""

    certain: int = 0
    possible: int = 0
    confirmed: int = 0
    silent: int = 0


@dataclass
class Stocks:
    """By group and by the place of a day among those asked for."""

    days: Sequence[date]
    # The last days of acts that freed, each once, in order.
    acts: Sequence[date]
    of: dict[tuple[Key, int], Stock] = field(default_factory=lambda: defaultdict(Stock))
    # With news, by group, country and day: all, and those taken by the first act, the second, and so on.
    left: dict[tuple[Key, str, int], list[int]] = field(default_factory=dict)

    def with_news(self, group: Key, place: int, country: str, by: date | None) -> int:
        """Those held in a country, with news, who were taken by a day that is the last of an act; None: all of them."""
        counts = self.left.get((group, country, place))
        if counts is None:
            return 0
        return counts[-1] if by is None else counts[bisect_left(self.acts, by)]

    @property
    def groups(self) -> set[Key]:
        """The groups of those possibly held on any of the days."""
        return {group for (group, _place), stock in self.of.items() if stock.possible}


def stocks(question: Question, scope: Scope, days: Sequence[date], acts: Iterable[date]) -> Stocks:
    """The people held on these days, which are in order."""
    found = Stocks(days, sorted(set(acts)))
    changes = Changes(len(days), len(found.acts) + 1)
    if days:
        for query in queries(question, scope):
            changes.read(query, question, found)
    changes.add_up(found)
    return found


def queries(question: Question, scope: Scope) -> Iterator[Select]:
    """What together holds each change of the stock once."""
    if by_then(scope):
        yield by_ranges(question, scope, "true")
    else:
        yield by_points(question, scope)
        yield by_ranges(question, scope, "NOT clear")


def by_then(scope: Scope) -> bool:
    """Whether someone may meet the definition on one day and not on another."""
    return not (scope.is_everyone or scope.is_by_cutoff)


def by_points(question: Question, scope: Scope) -> Select:
    """The detentions of people none of whose detentions can overlap: each begins and ends by itself."""
    found = counted_rows(question, scope, rows_in("counts_span"))
    found.where("clear")
    meeting(found, scope)
    groups = "".join(f", {value} AS group_{place}" for place, value in enumerate(grouping(found, question)))
    found.tables.append(f"CROSS JOIN LATERAL (VALUES {POINTS}) AS points (day, possible, sure, confirmed, silent)")
    inner = found.sql(f"row.country, row.taken, points.*{groups}").removeprefix(parts_of(found))
    return Select(
        parts=[*found.parts, f"changes AS ({inner})"], tables=["changes"], conditions=["true"],
        parameters=found.parameters,
    )  # fmt: skip


def parts_of(found: Select) -> str:
    return f"WITH {', '.join(found.parts)} " if found.parts else ""


ONE_SPAN = "datemultirange(daterange({0}, greatest({0}, {1})))"
MET = f"""met AS (
    SELECT person,
        range_agg({ONE_SPAN.format("since_latest", "CASE WHEN is_withdrawn THEN until_earliest ELSE 'infinity' END")})
            AS surely,
        range_agg({ONE_SPAN.format("since_earliest", "CASE WHEN is_withdrawn THEN until_latest ELSE 'infinity' END")})
            AS possibly
    FROM standing GROUP BY person
)"""
EVER, NEVER = "datemultirange(daterange('-infinity', 'infinity'))", "'{}'::datemultirange"


def by_ranges(question: Question, scope: Scope, which: str) -> Select:
    """Detentions that may overlap, or count on some of their days: the days of each person are put together.

    Where a person is certainly held twice, the detention that was entered last speaks for them.
    """
    found = counted_rows(question, scope, rows_in("counts_span"))
    found.where(which)
    surely = possibly = EVER
    if by_then(scope):
        surely, possibly = meeting_by_day(found, scope)
    else:
        meeting(found, scope)
    names = [f"group_{place}" for place in range(len(question.group))]
    groups = "".join(f", {value} AS {name}" for name, value in zip(names, grouping(found, question), strict=True))
    spans = f"""spans AS (
        SELECT row.detention, row.person, row.country, row.taken, news, last_news, silent_since{groups},
            {ONE_SPAN.format("row.since", "row.until")} * {possibly} AS possibly,
            {ONE_SPAN.format("row.sure_since", "row.sure_until")} * {surely} AS surely
        FROM {" ".join(found.tables)} WHERE {" AND ".join(found.conditions)}
    )"""
    same = ", ".join(["person", *names])
    chosen = f"""chosen AS (
        SELECT *, surely - coalesce(range_agg(surely) OVER (
            PARTITION BY {same} ORDER BY detention GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ), {NEVER}) AS mine
        FROM spans
    )"""
    own = "".join(f", {name}" for name in names)
    confirmed = "datemultirange(daterange(news, news + 366), daterange(last_news, last_news + 366))"
    changes = f"""changes AS (
        SELECT country, taken, points.*{own} FROM chosen
        CROSS JOIN LATERAL (
            SELECT lower(days) AS since, upper(days) AS until, 1 AS sure, 0 AS confirmed, 0 AS silent
            FROM unnest(mine) AS days
            UNION ALL
            SELECT lower(days), upper(days), 0, 1, 0 FROM unnest(mine * {confirmed}) AS days WHERE news IS NOT NULL
            UNION ALL
            SELECT lower(days), upper(days), 0, 0, 1
            FROM unnest(mine * {ONE_SPAN.format("silent_since", "'infinity'::date")}) AS days
        ) AS stretches
        CROSS JOIN LATERAL (
            VALUES (since, 0, sure, confirmed, silent), (until, 0, -sure, -confirmed, -silent)
        ) AS points (day, possible, sure, confirmed, silent)
        UNION ALL
        SELECT '', '-infinity', points.*{own}
        FROM (SELECT {same}, unnest(range_agg(possibly)) AS days FROM spans GROUP BY {same}) AS people
        CROSS JOIN LATERAL (VALUES (lower(days), 1, 0, 0, 0), (upper(days), -1, 0, 0, 0))
            AS points (day, possible, sure, confirmed, silent)
    )"""
    return Select(
        parts=[*found.parts, spans, chosen, changes], tables=["changes"], conditions=["true"],
        parameters=found.parameters,
    )  # fmt: skip


def meeting_by_day(found: Select, scope: Scope) -> tuple[str, str]:
    """The days on which a person certainly, and possibly, meets the definition."""
    standing(found, scope)
    found.parts.append(MET)
    if scope.definition == UNRECOGNISED:
        found.tables.append("LEFT JOIN met ON met.person = row.person")
        return f"({EVER} - coalesce(met.possibly, {NEVER}))", f"({EVER} - coalesce(met.surely, {NEVER}))"
    found.tables.append("JOIN met ON met.person = row.person")
    return "met.surely", "met.possibly"


class Changes:
    """What changes on each day, by group, country and the first act that is not before the day taken."""

    def __init__(self, days: int, acts: int) -> None:
        self.days, self.acts = days, acts
        self.of: dict[tuple[Key, str, int], list[list[int]]] = {}

    def read(self, query: Select, question: Question, asked: Stocks) -> None:
        groups = "".join(f", group_{place}" for place in range(len(question.group)))
        # A change counts from its own day on; the day after an act, nobody has been taken by it.
        sql = query.sql(f"""width_bucket(day - 1, %(days)s::date[]) AS place,
            width_bucket(taken, %(acts)s::date[]) AS act, country{groups},
            sum(possible), sum(sure), sum(confirmed), sum(silent)""")
        by = ", ".join(str(number) for number in range(1, 4 + len(question.group)))
        days = [day.isoformat() for day in asked.days]
        acts = [(day + ONE_DAY).isoformat() for day in asked.acts] or ["infinity"]
        with connection.cursor() as cursor:
            cursor.execute(
                f"{sql} AND day < 'infinity' GROUP BY {by}", {**query.parameters, "days": days, "acts": acts}
            )
            for place, act, country, *rest in cursor.fetchall():
                if place < self.days:
                    self.add(place, act, country, tuple(rest[:-4]), rest[-4:])

    def add(self, place: int, act: int, country: str, group: Key, changes: list[int]) -> None:
        parts = self.of.setdefault((group, country, act), [[0] * self.days for _part in range(4)])
        for part, change in zip(parts, changes, strict=True):
            part[place] += change

    def add_up(self, found: Stocks) -> None:
        for (group, country, act), parts in self.of.items():
            sums: Any = [list(accumulate(part)) for part in parts]
            for place, (possible, certain, confirmed, silent) in enumerate(zip(*sums, strict=True)):
                stock = found.of[group, place]
                stock.possible += possible
                stock.certain += certain
                stock.confirmed += confirmed
                stock.silent += silent
                left = found.left.setdefault((group, country, place), [0] * self.acts)
                # Whoever was taken by an act was taken by every later one.
                for later in range(act, self.acts):
                    left[later] += certain - silent


def first_day(question: Question, limit: date) -> date | None:
    """The first day, up to a limit, on which somebody is known to have been taken."""
    found = Select(tables=[rows_in("counts_span")], conditions=["NOT withheld"])
    if question.country is not None:
        found.where("country = %(country)s", country=question.country)
    found.where("taken > '-infinity' AND taken <= %(limit)s", limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(found.sql("min(taken)"), found.parameters)
        return cursor.fetchone()[0]
