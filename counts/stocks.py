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
from counts.questions import DEFAULT_FORMS, EVERYONE, UNRECOGNISED, Question
from counts.scope import Scope
from counts.selecting import Select, counted_rows, grouping, meeting, rows_in, standing
from registry.known import looking_back

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

    # Of a roll-up, which does not know when the held were taken.
    long_held: LongHeld | None = None

    def with_news(self, group: Key, place: int, country: str, by: date | None) -> int:
        """Those held in a country, with news, who were taken by a day that is the last of an act; None: all of them.

        Where they are certainly more than all places of acts together, the number of the places is enough.
        """
        if self.long_held is not None:
            if self.long_held.are_enough(group, country, by, self.days[place]):
                return self.long_held.needed
            self.long_held.read_all(self)
        counts = self.left.get((group, country, place))
        if counts is None:
            return 0
        return counts[-1] if by is None else counts[bisect_left(self.acts, by)]

    @property
    def groups(self) -> set[Key]:
        """The groups of those possibly held on any of the days."""
        return {group for (group, _place), stock in self.of.items() if stock.possible}


def stocks(question: Question, scope: Scope, days: Sequence[date], acts: Iterable[date], places: int) -> Stocks:
    """The people held on these days, which are in order. `acts` have at most so many places that may be theirs."""
    found = Stocks(days, sorted(set(acts)))
    if is_rolled_up(question):
        found.long_held = LongHeld(question, scope, places)
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
        return
    if is_rolled_up(question):
        yield by_roll_up(question, scope)
    else:
        yield by_points(question, scope, POINTS)
    yield by_ranges(question, scope, "NOT clear")


def by_then(scope: Scope) -> bool:
    """Whether someone may meet the definition on one day and not on another."""
    return not (scope.is_everyone or scope.is_by_cutoff)


def is_rolled_up(question: Question) -> bool:
    """Whether the roll-up can tell: everyone, by what it knows of each day."""
    plain = question.definition == EVERYONE and not question.filters
    return looking_back() is None and plain and set(question.group) <= {"sex", "country", "kind", "form"}


def by_roll_up(question: Question, scope: Scope) -> Select:
    found = Select(tables=[f"{rows_in('counts_stock')} AS row"], conditions=[])
    if question.forms == DEFAULT_FORMS and set(question.group) <= {"country"}:
        found.where("row.form = ''")
    else:
        found.where("row.form = ANY(%(forms)s)", forms=sorted(scope.forms))
    if question.country is not None:
        found.where("row.country = %(country)s", country=question.country)
    groups = "".join(f", row.{dimension} AS group_{place}" for place, dimension in enumerate(question.group))
    columns = f"country, date '-infinity' AS taken, day, possible, sure, confirmed, silent, 0 AS with_news{groups}"
    return changes_of(found, found.sql(columns))


# Of those with news alone: from the first certain day to the last, or to when there should have been news.
POINTS_WITH_NEWS = """
    (sure_since, 0, 0, 0, 0, 1), (greatest(sure_since, least(silent_since, sure_until)), 0, 0, 0, 0, -1)
"""


def changes_of(found: Select, inner: str) -> Select:
    inner = inner.removeprefix(f"WITH {', '.join(found.parts)} ") if found.parts else inner
    return Select(
        parts=[*found.parts, f"changes AS ({inner})"], tables=["changes"], conditions=["true"],
        parameters=found.parameters,
    )  # fmt: skip


def by_points(question: Question, scope: Scope, points: str) -> Select:
    """The detentions of people none of whose detentions can overlap: each begins and ends by itself."""
    found = counted_rows(question, scope, rows_in("counts_span"))
    found.where("clear")
    meeting(found, scope)
    groups = "".join(f", {value} AS group_{place}" for place, value in enumerate(grouping(found, question)))
    columns = "day, possible, sure, confirmed, silent, with_news"
    found.tables.append(f"CROSS JOIN LATERAL (VALUES {points}) AS points ({columns})")
    return changes_of(found, found.sql(f"row.country, row.taken, points.*{groups}"))


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
            VALUES (since, 0, sure, confirmed, silent, sure - silent),
                (until, 0, -sure, -confirmed, -silent, silent - sure)
        ) AS points (day, possible, sure, confirmed, silent, with_news)
        UNION ALL
        SELECT '', '-infinity', points.*{own}
        FROM (SELECT {same}, unnest(range_agg(possibly)) AS days FROM spans GROUP BY {same}) AS people
        CROSS JOIN LATERAL (VALUES (lower(days), 1, 0, 0, 0, 0), (upper(days), -1, 0, 0, 0, 0))
            AS points (day, possible, sure, confirmed, silent, with_news)
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
            sum(possible), sum(sure), sum(confirmed), sum(silent), sum(with_news)""")
        by = ", ".join(str(number) for number in range(1, 4 + len(question.group)))
        days = [day.isoformat() for day in asked.days]
        acts = [(day + ONE_DAY).isoformat() for day in asked.acts] or ["infinity"]
        with connection.cursor() as cursor:
            cursor.execute(
                f"{sql} AND day < 'infinity' GROUP BY {by}", {**query.parameters, "days": days, "acts": acts}
            )
            for place, act, country, *rest in cursor.fetchall():
                if place < self.days:
                    self.add(place, act, country, tuple(rest[:-5]), rest[-5:])

    def add(self, place: int, act: int, country: str, group: Key, changes: list[int]) -> None:
        parts = self.of.setdefault((group, country, act), [[0] * self.days for _part in range(5)])
        for part, change in zip(parts, changes, strict=True):
            part[place] += change

    def add_up(self, found: Stocks) -> None:
        for (group, country, act), parts in self.of.items():
            sums: Any = [list(accumulate(part)) for part in parts]
            for place, (possible, certain, confirmed, silent, with_news) in enumerate(zip(*sums, strict=True)):
                stock = found.of[group, place]
                stock.possible += possible
                stock.certain += certain
                stock.confirmed += confirmed
                stock.silent += silent
                left = found.left.setdefault((group, country, place), [0] * self.acts)
                # Whoever was taken by an act was taken by every later one.
                for later in range(act, self.acts):
                    left[later] += with_news


@dataclass
class LongHeld:
    """Who has been held, with news, from a day on and through all days asked for: a few are found at once.

    Only where they are too few for the places of the acts is everybody's time gone through.
    """

    question: Question
    scope: Scope
    needed: int
    # By group and country: from which day on enough are known to be held, taken by which day.
    known: dict[tuple[Key, str], list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    has_all: bool = False

    def are_enough(self, group: Key, country: str, by: date | None, day: date) -> bool:
        if self.has_all:
            return False
        taken_by = by or date.max
        if any(known_by <= taken_by and since <= day for known_by, since in self.known[group, country]):
            return True
        rows = counted_rows(self.question, self.scope, rows_in("counts_span"))
        rows.where("clear AND country = %(of_country)s AND taken <= %(by)s", of_country=country, by=taken_by)
        rows.where("sure_since <= %(day)s AND sure_until = 'infinity' AND silent_since = 'infinity'", day=day)
        for place, dimension in enumerate(self.question.group):
            rows.where(f"row.{dimension} = %(group_{place})s", **{f"group_{place}": group[place]})
        sql = f"SELECT count(*) FROM ({rows.sql('1')} LIMIT {self.needed}) AS enough"
        with connection.cursor() as cursor:
            cursor.execute(sql, rows.parameters)
            are_enough = cursor.fetchone()[0] >= self.needed
        if are_enough:
            self.known[group, country].append((taken_by, day))
        return are_enough

    def read_all(self, found: Stocks) -> None:
        if not self.has_all:
            changes = Changes(len(found.days), len(found.acts) + 1)
            changes.read(by_points(self.question, self.scope, POINTS_WITH_NEWS), self.question, found)
            changes.add_up(found)
            self.has_all = True


def first_day(question: Question, limit: date) -> date | None:
    """The first day, up to a limit, on which somebody is known to have been taken."""
    found = Select(tables=[rows_in("counts_span")], conditions=["NOT withheld"])
    if question.country is not None:
        found.where("country = %(country)s", country=question.country)
    found.where("taken > '-infinity' AND taken <= %(limit)s", limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(found.sql("min(taken)"), found.parameters)
        return cursor.fetchone()[0]
