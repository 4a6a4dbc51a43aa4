"""The rows of an answer as plain data: which periods and groups it has, and what each holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Protocol

from counts.acts import NOT_KNOWN, SEXES, Act, Acts
from counts.periods import Period, end_of_period, split, start_of_period
from counts.questions import Question
from counts.readings import Reading
from counts.reported import Reported

Group = dict[str, str]


class Dated(Protocol):
    """Anything with a first day that it can mean."""

    @property
    def earliest(self) -> date | None: ...


class Grouped(Protocol):
    """Anything that stands in groups."""

    def values(self, dimension: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts that held is printed with (rule 24)."""

    confirmed: int
    no_news: int


@dataclass(frozen=True)
class Row:
    """One number of a series. `state` is counted, none_recorded, or unknown (then `reading` is None): rule 12."""

    period: Period
    group: Group | None
    is_complete: bool
    reading: Reading | None
    withheld: int = 0
    reported: tuple[Reported, ...] = ()
    # Of held: confirmed lately, and past the end of the sentence with no news (rule 24).
    parts: Parts | None = None

    @property
    def state(self) -> str:
        if self.reading is None:
            return "unknown"
        return "counted" if self.reading.has_anything else "none_recorded"


@dataclass(frozen=True)
class NotPlaced:
    """What falls in the range and in no single row: “2024, month not known: 20” (rule 13). No period: undated."""

    period: Period
    group: Group | None
    why: str
    reading: Reading


def in_time_order(rows: list[Row], periods: list[Period]) -> list[Row]:
    place = {period: number for number, period in enumerate(periods)}
    return sorted(rows, key=lambda row: place[row.period])


def periods_of(
    question: Question, dated: Iterable[Dated], first_of_others: Callable[[date], date | None] = lambda limit: None
) -> list[Period]:
    """The periods of the answer. Without `from` it begins with the first record, without `to` it ends now.

    `first_of_others` gives the first day up to a limit of what is recorded beside `dated`.
    """
    if question.by == "total":
        return [question.span]
    first = question.first or first_day(dated, question, first_of_others)
    last = question.last or end_of_period(max(question.cut_off, first), question.by)
    return list(split(Period(first, last), question.by)) if first <= last else []


def first_day(dated: Iterable[Dated], question: Question, first_of_others: Callable[[date], date | None]) -> date:
    """The start of the first period that something recorded is known to fall in."""
    limit = question.last or question.cut_off
    days = [item.earliest for item in dated if item.earliest is not None and item.earliest <= limit]
    days.append(first_of_others(limit) or limit)
    return start_of_period(min(days), question.by)


def is_complete(period: Period, question: Question) -> bool:
    return period.last is not None and period.last < question.cut_off


ORDER_OF_SEX = {sex: number for number, sex in enumerate(("female", "male", "other", NOT_KNOWN))}


def groups_of(
    question: Question, events: Iterable[Grouped], acts: Acts, others: Iterable[tuple[str, ...]] = ()
) -> list[Group | None]:
    """The groups that hold anything at any time; a single None where nothing is grouped."""
    if not question.group:
        return [None]
    keys = set(others) | {
        key for event in events for key in product(*(event.values(dimension) for dimension in question.group))
    }
    for act in (*acts.counted, *acts.as_announced):
        keys |= set(product(*(places_by(dimension, act, question.metric) for dimension in question.group)))
    found: list[Group] = [dict(zip(question.group, key, strict=True)) for key in keys]
    return [*sorted(found, key=lambda group: [sort_key(dimension, value) for dimension, value in group.items()])]


def sort_key(dimension: str, value: str) -> tuple[int, str]:
    """Women, men, others, then what is not known, which always comes last."""
    if dimension == "sex":
        return ORDER_OF_SEX.get(value, 9), value
    return (1 if value == NOT_KNOWN else 0), value


def places_by(dimension: str, act: Act, metric: str) -> list[str]:
    """The groups that an act's open places stand in."""
    if dimension == "sex":
        return [sex for sex in (*SEXES, NOT_KNOWN) if act.open_high.of(sex)]
    if dimension == "country":
        return [act.country]
    return [kind_of(act, metric) if dimension == "kind" else NOT_KNOWN]


def kind_of(act: Act, metric: str) -> str:
    return act.kind_of_place if metric == "releases" else NOT_KNOWN


def in_group(event: Grouped, group: Group | None) -> bool:
    return group is None or all(value in event.values(dimension) for dimension, value in group.items())


def act_in_group(metric: str, act: Act, group: Group | None) -> bool:
    """Whether an act has places in a group; by sex every act has, and the cell asks for the sex."""
    if group is None:
        return True
    return all(dimension == "sex" or value in places_by(dimension, act, metric) for dimension, value in group.items())
