"""How many people are held on each of some days, added up by the database as a running sum of those taken and let out.

A detention begins to count on one day and ceases on another, so the stock of any day is the sum of what changed up to
it: no day is ever joined with the detentions that cover it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from counts.acts import SEXES
from counts.month_sums import MonthSums, month_sums
from counts.periods import is_month_end
from counts.questions import DEFAULT_FORMS, EVERYONE, UNRECOGNISED, Question
from counts.scope import Scope
from counts.selecting import Select, counted_rows, grouping, meeting, rows_in, standing
from counts.stretches import EVER, NEVER, POINTS, one_span, put_together
from counts.totals import positions
from counts.traits import DAYS_MET, ages_by_day
from registry.known import looking_back

Key = tuple[str, ...]
ONE_DAY = timedelta(days=1)
# So many days that end no month are asked for one by one: the cut-off, and those of a clipped range.
A_FEW = 3


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
    # With news, by group, country, sex and day: those taken by the first act, the second, and so on, then all.
    left: dict[tuple[Key, str, str, int], list[int]] = field(default_factory=dict)
    # The place of each day.
    place: dict[date, int] = field(init=False)
    # Of a roll-up, which does not know when the held were taken.
    long_held: LongHeld | None = None

    def __post_init__(self) -> None:
        self.place = {day: place for place, day in enumerate(self.days)}

    def with_news(self, group: Key, place: int, country: str, sex: str, by: date | None) -> int:
        """Those held in a country, with news, who were taken by a day that is the last of an act; None: all of them."""
        counts = self.left.get((group, country, sex, place))
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
    sums = month_sums(question)
    other_days = sum(not is_month_end(day) for day in days)
    is_by_month = sums is not None and not is_rolled_up(question) and other_days <= A_FEW
    if is_by_month or is_rolled_up(question):
        # Where each is read all the same, it is known who was taken by which act: read once more, they count twice.
        found.long_held = LongHeld(question, scope, places, lasting(sums) if sums else None)
    if sums and is_by_month:
        add_by_month(found, question, scope, sums)
    else:
        add_up(found, question, days, queries(question, scope, days))
    return found


def add_by_month(found: Stocks, question: Question, scope: Scope, sums: MonthSums) -> None:
    """The sums tell of month ends; of another day, whoever is held on it is looked at."""
    month_ends = [day for day in found.days if is_month_end(day)]
    add_up(found, question, found.days, [by_ranges(question, scope, "mixed")])
    add_up(found, question, month_ends, [sums.changes()])
    for day in sorted({*found.days} - {*month_ends}):
        held = f"NOT mixed AND row.since <= '{day}' AND row.until > '{day}'"
        # Who was taken by which act is read where it matters (LongHeld).
        add_up(found, question, [day], everybody(question, scope, held), are_by_act=False)


def add_up(
    found: Stocks, question: Question, days: Sequence[date], queries: Iterable[Select], *, are_by_act: bool = True
) -> None:
    """Adds to the stock of some of the days what these queries tell of them."""
    if not days:
        return
    changes = Changes(days, found.acts)
    for query in queries:
        changes.read(query, question)
    changes.add_up(found)
    if are_by_act:
        changes.add_up_with_news(found)


def queries(question: Question, scope: Scope, days: Sequence[date]) -> Iterator[Select]:
    """What together holds each change of the stock once."""
    if not is_rolled_up(question):
        yield from everybody(question, scope, "true")
    elif is_of_usual_forms(question):
        yield by_roll_up(question, days)
        yield by_ranges(question, scope, "mixed")
    else:
        yield by_roll_up(question, days)
        yield by_ranges(question, scope, "NOT clear")


def everybody(question: Question, scope: Scope, which: str, points: str = POINTS) -> Iterator[Select]:
    """The same from the detentions themselves."""
    if by_then(scope) or "age" in question.group:
        yield by_ranges(question, scope, which)
        return
    yield by_points(question, scope, points, which)
    yield by_ranges(question, scope, f"NOT clear AND {which}")


def by_then(scope: Scope) -> bool:
    """Whether someone may meet the definition on one day and not on another."""
    return not (scope.is_everyone or scope.is_by_cutoff)


def is_rolled_up(question: Question) -> bool:
    """Whether the roll-up can tell: everyone, by what it knows of each day."""
    plain = question.definition == EVERYONE and not question.filters
    return looking_back() is None and plain and set(question.group) <= {"sex", "country", "kind", "form"}


def is_of_usual_forms(question: Question) -> bool:
    """Whether the sums of all usual forms together will do."""
    return question.forms == DEFAULT_FORMS and set(question.group) <= {"country", "sex"}


def by_roll_up(question: Question, days: Sequence[date]) -> Select:
    found = Select(tables=[f"{rows_in('counts_stock')} AS row"], conditions=[])
    if is_of_usual_forms(question):
        found.where("row.form = ''")
        found.where("row.sex <> ''" if "sex" in question.group else "row.sex = ''")
    else:
        found.where("row.form = ANY(%(forms)s)", forms=list(question.forms))
    if question.country is not None:
        found.where("row.country = %(country)s", country=question.country)
    from_here = first_day_told_apart(days)
    found.where(
        "(row.by = 'month' AND row.day < %(from_here)s OR row.by = 'day' AND row.day >= %(from_here)s)",
        from_here=from_here.isoformat() if from_here else "infinity",
    )
    groups = "".join(f", row.{dimension} AS group_{place}" for place, dimension in enumerate(question.group))
    columns = (
        f"country, '' AS sex, date '-infinity' AS taken, day, possible, sure, confirmed, silent, 0 AS with_news{groups}"
    )
    return changes_of(found, found.sql(columns))


def first_day_told_apart(days: Sequence[date]) -> date | None:
    """From where on the changes of single days are needed: the month of the first day that ends none."""
    inside = next((day for day in days if not is_month_end(day)), None)
    return inside and inside.replace(day=1)


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


def by_points(question: Question, scope: Scope, points: str, which: str = "true") -> Select:
    """The detentions of people none of whose detentions can overlap: each begins and ends by itself."""
    found = counted_rows(question, scope, rows_in("counts_span"))
    found.where(f"clear AND {which}")
    meeting(found, scope)
    groups = "".join(f", {value} AS group_{place}" for place, value in enumerate(grouping(found, question)))
    columns = "day, possible, sure, confirmed, silent, with_news"
    found.tables.append(f"CROSS JOIN LATERAL (VALUES {points}) AS points ({columns})")
    return changes_of(found, found.sql(f"row.country, row.sex, row.taken, points.*{groups}"))


MET = f"met AS (SELECT person, {DAYS_MET} FROM standing GROUP BY person)"


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
    values = grouping(found, question, age="of_age.value")
    if "age" in question.group:
        # On each day of a detention the age is that of the day.
        found.tables.append(ages_by_day())
        found.where("of_age.days && daterange(row.since, row.until)")
        surely, possibly = f"{surely} * of_age.days", f"{possibly} * of_age.days"
    groups = "".join(f", {value} AS {name}" for name, value in zip(names, values, strict=True))
    spans = f"""spans AS (
        SELECT row.detention, row.person, row.country, row.sex, row.taken, news, last_news, silent_since{groups},
            {one_span("row.since", "row.until")} * {possibly} AS possibly,
            {one_span("row.sure_since", "row.sure_until")} * {surely} AS surely
        FROM {" ".join(found.tables)} WHERE {" AND ".join(found.conditions)}
    )"""
    return Select(
        parts=[*found.parts, spans, *put_together("spans", names)], tables=["changes"], conditions=["true"],
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
    """What changes on each day, by group, country, sex and the first act that is not before the day taken."""

    def __init__(self, days: Sequence[date], acts: Sequence[date]) -> None:
        self.days, self.acts = days, acts
        self.of: dict[tuple[Key, str, str, int], list[list[int]]] = {}

    def read(self, query: Select, question: Question) -> None:
        groups = "".join(f", group_{place}" for place in range(len(question.group)))
        # A sum of sums is numeric, which Python takes for a decimal and JSON for a text.
        sums = ", ".join(f"sum({name})::integer" for name in ("possible", "sure", "confirmed", "silent", "with_news"))
        # A change counts from its own day on; the day after an act, nobody has been taken by it. Added up by day
        # first: the place of a day is looked up once for many rows.
        act = "width_bucket(taken, %(acts)s::date[])" if self.acts else "0"
        by_day = f"""SELECT day, {act} AS act, country, sex{groups}, {sums_named("possible", "sure", "confirmed")},
            {sums_named("silent", "with_news")} FROM changes WHERE day < 'infinity'
            GROUP BY {positions(4 + len(question.group))}"""
        asked = Select(
            parts=[*query.parts, f"by_day AS ({by_day})"], tables=["by_day"], conditions=["true"],
            parameters=query.parameters | {
                "days": [day.isoformat() for day in self.days],
                "acts": [(day + ONE_DAY).isoformat() for day in self.acts],
            },
        )  # fmt: skip
        columns = f"width_bucket(day - 1, %(days)s::date[]) AS place, act, country, sex{groups}, {sums}"
        by = positions(4 + len(question.group))
        for place, act, country, sex, *rest in asked.rows(columns, f"GROUP BY {by}"):
            if place < len(self.days):
                self.add(place, (tuple(rest[:-5]), country, sex, act), rest[-5:])

    def add(self, place: int, key: tuple[Key, str, str, int], changes: list[int]) -> None:
        parts = self.of.setdefault(key, [[0] * len(self.days) for _part in range(5)])
        for part, change in zip(parts, changes, strict=True):
            part[place] += change

    def add_up(self, found: Stocks) -> None:
        for (group, _country, _sex, _act), parts in self.of.items():
            sums = [accumulate(part) for part in parts[:-1]]
            for day, (possible, certain, confirmed, silent) in zip(self.days, zip(*sums, strict=True), strict=True):
                stock = found.of[group, found.place[day]]
                stock.possible += possible
                stock.certain += certain
                stock.confirmed += confirmed
                stock.silent += silent

    def add_up_with_news(self, found: Stocks) -> None:
        acts = len(self.acts) + 1
        for (group, country, sex, act), parts in self.of.items():
            for day, with_news in zip(self.days, accumulate(parts[-1]), strict=True):
                left = found.left.setdefault((group, country, sex, found.place[day]), [0] * acts)
                # Whoever was taken by an act was taken by every later one.
                for later in range(act, acts):
                    left[later] += with_news


def sums_named(*names: str) -> str:
    return ", ".join(f"sum({name}) AS {name}" for name in names)


# By group, country and sex: the days by which people are held, in order, and how many by each.
Since = dict[tuple[Key, str, str], tuple[list[date], list[int]]]


def lasting(sums: MonthSums) -> Since:
    """Who is held for good, as the sums by month have them: a month's people by its last day."""
    numbers: dict[tuple[Key, str, str], list[tuple[date, int]]] = defaultdict(list)
    for group, country, sex, day, number in sums.lasting():
        numbers[group, country, sex].append((day, number))
    return {key: ([day for day, _ in of], [*accumulate(number for _, number in of)]) for key, of in numbers.items()}


@dataclass
class LongHeld:
    """Who is held, with news, from some day on to this day: enough of them are found at once, the first taken first.

    Only where they are too few for the places of the acts is everybody's time gone through.
    """

    question: Question
    scope: Scope
    needed: int
    # As the sums by month have them all; None where each is asked for.
    lasting: Since | None
    since: Since = field(default_factory=dict)
    # The sexes that everybody of has been gone through; None is all together.
    read: set[str | None] = field(default_factory=set)

    def sex_of(self, group: Key) -> str | None:
        return dict(zip(self.question.group, group, strict=True)).get("sex")

    def sexes_of(self, group: Key, withheld: int) -> tuple[str, ...]:
        """Whose places, beside those of no stated sex, can be those of a group: women have no men's places."""
        sex = self.sex_of(group)
        return (sex,) if sex in SEXES and not withheld else SEXES

    def at_least(self, group: Key, country: str, sex: str, by: date) -> int:
        """So many at least were taken by a day, and are held on it and ever since."""
        key = group, country, sex
        if self.lasting is not None:
            days, numbers = self.lasting.get(key, ([], []))
        else:
            if key not in self.since:
                self.since[key] = self.first_held(group, country, sex)
            days, numbers = self.since[key]
        place = bisect_right(days, by)
        return numbers[place - 1] if place else 0

    def first_held(self, group: Key, country: str, sex: str) -> tuple[list[date], list[int]]:
        rows = counted_rows(self.question, self.scope, rows_in("counts_span"))
        rows.where("clear AND country = %(of_country)s AND sex = %(of_sex)s", of_country=country, of_sex=sex)
        rows.where("sure_since < 'infinity' AND sure_until = 'infinity' AND silent_since = 'infinity'")
        for place, dimension in enumerate(self.question.group):
            rows.where(f"row.{dimension} = %(group_{place})s", **{f"group_{place}": group[place]})
        days = [day for (day,) in rows.rows("sure_since", f"ORDER BY sure_since LIMIT {self.needed}")]
        return days, [*range(1, len(days) + 1)]

    def has_all_of(self, group: Key) -> bool:
        return self.sex_of(group) in self.read

    def read_all_of(self, group: Key, found: Stocks) -> None:
        """Everybody's time, of the sex of a group: of whom there are few, few are gone through."""
        sex = self.sex_of(group)
        changes = Changes(found.days, found.acts)
        for query in self.everybody(sex):
            query.parameters["all_of_sex"] = sex
            changes.read(query, self.question)
        changes.add_up_with_news(found)
        self.read.add(sex)

    def everybody(self, sex: str | None) -> Iterator[Select]:
        of_sex = "true" if sex is None else "row.sex = %(all_of_sex)s"
        if is_of_usual_forms(self.question) or self.lasting is not None:
            # Of the mixed the first reading has told everything.
            yield from everybody(self.question, self.scope, f"NOT mixed AND {of_sex}", POINTS_WITH_NEWS)
        else:
            yield by_points(self.question, self.scope, POINTS_WITH_NEWS, of_sex)


def first_day(question: Question, limit: date) -> date | None:
    """The first day, up to a limit, on which somebody is known to have been taken."""
    found = Select(tables=[rows_in("counts_span")], conditions=["NOT withheld"])
    if question.country is not None:
        found.where("country = %(country)s", country=question.country)
    found.where("taken > '-infinity' AND taken <= %(limit)s", limit=limit)
    day: date | None = found.row("min(taken)")[0]
    return day
