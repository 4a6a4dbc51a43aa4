"""Held: the people detained on a day, at the end of each period (rules 3 and 24)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from counts.acts import NOT_KNOWN, Act, Acts
from counts.freed import Freed, Held, freed_by, most_freed
from counts.periods import Period
from counts.questions import Question
from counts.readings import Reading
from counts.rows import (
    Group,
    NotPlaced,
    Parts,
    Row,
    groups_of,
    in_group,
    in_time_order,
    is_complete,
    periods_of,
)
from counts.scope import Scope
from counts.stocks import Key, Stock, Stocks, first_day, stocks
from counts.withheld import withheld_held

NO_ACTS = Acts("held", (), (), frozenset(), {})


def held_readings(question: Question, acts: Acts, scope: Scope) -> tuple[list[Row], list[NotPlaced]]:
    """One row per period and group, of its last day. The database adds up who is held."""
    periods = periods_of(question, [], partial(first_day, question))
    days = sorted({day_of(period, question) for period in periods})
    hidden = withheld_held(question, scope, days)
    # A place may be looked for among both sexes, and in a container as well as in its content.
    places = 4 * sum(act.open_high.total for act in acts.counted)
    found = stocks(question, scope, days, [act.latest for act in acts.counted if act.latest], places)
    freeing = Freeing(acts, found)
    everyone = [item for items in hidden.values() for item in items]
    rows = []
    for group in groups_of(question, everyone, NO_ACTS, found.groups):
        for period in periods:
            day = day_of(period, question)
            withheld = Counter(item.country for item in hidden.get(day, ()) if in_group(item, group))
            reading, parts = None, None
            if period.first is None or period.first <= question.cut_off:
                stock = found.of[key_of(group), days.index(day)]
                reading, parts = read_held(stock, freeing.by(day, group, withheld), withheld.total())
            rows.append(Row(period, group, is_complete(period, question), reading, withheld.total(), parts=parts))
    return in_time_order(rows, periods), []


def key_of(group: Group | None) -> Key:
    return tuple((group or {}).values())


def day_of(period: Period, question: Question) -> date:
    """The day of a period whose stock is asked for: its last, or the cut-off."""
    return min(period.last or question.cut_off, question.cut_off)


def read_held(stock: Stock, freed: int, hidden: int) -> tuple[Reading, Parts]:
    """Rule 24: high is all recorded as held; low leaves out who has no news and who may have been freed unnamed.

    The two parts are of the public people: of a withheld one nobody learns whether there is news.
    """
    reading = Reading(
        named=stock.certain + hidden,
        low=stock.certain - stock.silent - freed + hidden,
        high=stock.possible + hidden,
        announced=stock.possible + hidden,
    )
    return reading, Parts(stock.confirmed, stock.silent)


@dataclass
class Freeing:
    """The acts that freed, and how many of those held on a day their open places can be."""

    acts: Acts
    held: Stocks
    # What the acts by some day left open, in the order of their last days.
    known: dict[frozenset[int], list[tuple[Act, Freed]]] = field(default_factory=dict)

    def by(self, day: date, group: Group | None, withheld: Mapping[str, int]) -> int:
        """A withheld person may be meant by any act of the country (rule 20), others by those they were taken by."""
        asked = group.get("country") if group else None
        placed: dict[str, list[tuple[Act, Freed]]] = defaultdict(list)
        for act, places in self.open_by(day, asked):
            placed[act.country].append((act, places))
        return sum(
            self.in_country(country, day, key_of(group), withheld.get(country, 0), places)
            for country, places in placed.items()
        )

    def in_country(self, country: str, day: date, group: Key, withheld: int, placed: list[tuple[Act, Freed]]) -> int:
        places = [freed for _act, freed in placed]
        latest = [act.latest for act, _freed in placed]
        long_held = self.held.long_held
        if long_held is not None and not long_held.has_all_of(group):

            def at_least(sex: str, by: date | None) -> int:
                return long_held.at_least(group, country, sex, min(by or day, day))

            # Enough for every place of theirs: then nobody else has to be looked at.
            everybody = sum(freed.most(*long_held.sexes_of(group, withheld), NOT_KNOWN) for freed in places)
            if most_freed(places, by_class(at_least, latest, withheld)) == everybody:
                return everybody
            long_held.read_all_of(group, self.held)
        exactly = partial(self.held.with_news, group, self.held.days.index(day), country)
        return most_freed(places, by_class(exactly, latest, withheld))

    def open_by(self, day: date, country: str | None) -> list[tuple[Act, Freed]]:
        by_then = frozenset(
            act.key for act in self.acts.counted
            if country in (None, act.country) and (act.earliest is None or act.earliest <= day)
        )  # fmt: skip
        if by_then not in self.known:
            outermost = [self.acts.by_key[key] for key in self.acts.outermost(by_then)]
            acts = sorted(outermost, key=lambda act: act.latest or date.max)
            self.known[by_then] = [(act, freed_by(self.acts, act.key, set(by_then))) for act in acts]
        return self.known[by_then]


def by_class(taken_by: Callable[[str, date | None], int], latest: Sequence[date | None], withheld: int) -> Held:
    """Women and men by themselves, and together those whose sex fits every place."""

    def held(sex: str, act: int) -> int:
        if sex != NOT_KNOWN:
            return taken_by(sex, latest[act])
        return taken_by("unknown", latest[act]) + taken_by("other", latest[act]) + withheld

    return held
