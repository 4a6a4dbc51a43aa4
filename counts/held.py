"""Held: the people detained on a day, at the end of each period (rules 3 and 24)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain, product
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet

from counts.acts import NOT_KNOWN, SEXES, Act, Acts
from counts.events import Event
from counts.filters import filtered, one_sex_asked
from counts.groups import Groupings, groupings_for
from counts.periods import Period
from counts.questions import Question
from counts.readings import Reading
from counts.rows import (
    NotPlaced,
    Parts,
    Row,
    groups_of,
    in_group,
    in_time_order,
    is_complete,
    periods_of,
)
from counts.scope import Scope, form_in_scope
from counts.stocks import Key, Stock, Stocks, first_day, stocks
from prisoners.models import Detention, Stay
from prisoners.models.conviction import expected_ends

if TYPE_CHECKING:
    from counts.withheld import Withheld

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class OnDay:
    """A detention on one day of the stock: its form and the person's age are those of the day."""

    detention: Held
    day: date
    groupings: Groupings

    def values(self, dimension: str) -> tuple[str, ...]:
        if dimension == "form":
            return (self.detention.form_on(self.day),)
        if dimension in ("sex", "country", "kind"):
            return (getattr(self.detention, dimension),)
        return self.groupings.values(dimension, self.detention.person, 0, self.day, self.day)


@dataclass(frozen=True, slots=True)
class Held:
    """One detention as the stock needs it."""

    person: int
    earliest: date | None
    taken_latest: date | None
    has_ended: bool
    out_earliest: date | None
    out_latest: date | None
    sex: str
    country: str
    kind: str
    last_confirmed: date | None
    expected_end: date | None
    stays: tuple[tuple[date | None, str], ...] = ()

    def form_on(self, day: date) -> str:
        """The form of the stay that had begun last by the day: the scope goes by the stay of that day (rule 25)."""
        begun = [form for start, form in self.stays if start is None or start <= day]
        return form_in_scope(self.kind, begun[-1] if begun else None)

    def certainly_counts(self, day: date, scope: Scope) -> bool:
        in_form = self.form_on(day) in scope.forms
        return in_form and self.certainly_covers(day) and scope.meets(self.person, day, day)[0]

    def possibly_counts(self, day: date, scope: Scope) -> bool:
        in_form = self.form_on(day) in scope.forms
        return in_form and self.possibly_covers(day) and scope.meets(self.person, day, day)[1]

    def as_event(self, day: date, scope: Scope) -> Event:
        """This detention as the named row of a stock on a day."""
        return Event(
            self.person, 0, self.earliest, self.taken_latest, self.sex, self.country, self.kind,
            is_in_scope=self.certainly_counts(day, scope),
        )  # fmt: skip

    @property
    def latest(self) -> date | None:
        return self.taken_latest

    def certainly_covers(self, day: date) -> bool:
        """Taken by the day and not out by it: the day out is not a day held (rule 3)."""
        taken = self.taken_latest is not None and self.taken_latest <= day
        return taken and (not self.has_ended or (self.out_earliest is not None and self.out_earliest > day))

    def possibly_covers(self, day: date) -> bool:
        taken = self.earliest is None or self.earliest <= day
        return taken and (not self.has_ended or self.out_latest is None or self.out_latest > day)

    def has_no_news(self, day: date) -> bool:
        """The sentence had ended by the day, and nobody has confirmed since that the person is held."""
        end = self.expected_end
        return end is not None and end < day and (self.last_confirmed is None or self.last_confirmed < end)

    def was_confirmed(self, day: date) -> bool:
        """Confirmed as held, or taken, in the twelve months up to the day."""
        news = [seen for seen in (self.last_confirmed, self.taken_latest) if seen is not None and seen <= day]
        return bool(news) and max(news) >= day - A_YEAR


def held_detentions(country: str | None, scope: Scope, *, of: str = "published") -> list[Held]:
    """Every counted detention of a country (None: everywhere), of people in one publication state."""
    rows = filtered("held", Detention.objects.counted().filter(prisoner__publication=of), scope.filters).order_by("pk")
    if country is not None:
        rows = rows.filter(country=country)
    scope.learn(rows.values_list("prisoner", flat=True))
    ends, stays = expected_ends(rows), stays_of(rows)
    return [
        Held(
            person=person, earliest=earliest, taken_latest=latest, has_ended=how != "", out_earliest=out_earliest,
            out_latest=out_latest, sex=sex, country=held_in, kind=kind, last_confirmed=confirmed,
            expected_end=ends.get(pk), stays=tuple(stays.get(pk, ())),
        )
        for pk, person, earliest, latest, how, out_earliest, out_latest, sex, held_in, kind, confirmed
        in rows.values_list(
            "pk", "prisoner_id", "taken_earliest", "taken_latest", "ended_how", "out_earliest", "out_latest",
            "prisoner__sex", "country", "proceeding", "last_confirmed_earliest",
        )
    ]  # fmt: skip


def stays_of(detentions: QuerySet[Detention]) -> dict[int, list[tuple[date | None, str]]]:
    """By detention: when each published stay began at the earliest, and its form, in order."""
    found: dict[int, list[tuple[date | None, str]]] = defaultdict(list)
    stays = Stay.objects.published().filter(detention__in=detentions)
    in_order = stays.order_by(F("from_earliest").asc(nulls_first=True), "pk")
    for detention, start, form in in_order.values_list("detention", "from_earliest", "form"):
        found[detention].append((start, form))
    return found


def held_readings(
    question: Question, acts: Acts, scope: Scope, withheld_on: Callable[[date], list[Withheld]]
) -> tuple[list[Row], list[NotPlaced]]:
    """One row per period and group, of its last day. The database adds up who is held."""
    periods = periods_of(question, [], partial(first_day, question))
    days = sorted({day_of(period, question) for period in periods})
    add_up = one_by_one if "age" in question.group else stocks
    # A place may be looked for among both sexes, and in a container as well as in its content.
    places = 4 * sum(act.open_high.total for act in acts.counted)
    found = add_up(question, scope, days, [act.latest for act in acts.counted if act.latest], places)
    hidden = {day: withheld_on(day) for day in days}
    everyone = list(chain.from_iterable(hidden.values()))
    rows = []
    for group in groups_of(question, everyone, Acts("held", (), (), frozenset(), {}), found.groups):
        key = tuple(group.values()) if group else ()
        freeing = [act for act in acts.counted if group is None or group.get("country", act.country) == act.country]
        for period in periods:
            day = day_of(period, question)
            withheld = Counter(item.country for item in hidden[day] if in_group(item, group))
            reading, parts = None, None
            if period.first is None or period.first <= question.cut_off:
                sex = (group or {}).get("sex") or one_sex_asked(scope.filters)
                stock, with_news = found.of[key, days.index(day)], partial(found.with_news, key, days.index(day))
                freed = how_many_may_be_freed(day, with_news, withheld, freeing, acts, sex)
                reading, parts = read_held(stock, freed, withheld.total())
            rows.append(Row(period, group, is_complete(period, question), reading, withheld.total(), parts=parts))
    return in_time_order(rows, periods), []


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


def one_by_one(question: Question, scope: Scope, days: Sequence[date], acts: Iterable[date], places: int) -> Stocks:
    """The stock by going through every detention on every day, for groups that change with the day itself."""
    found = Stocks(days, sorted(set(acts)))
    detentions = held_detentions(question.country, scope)
    groupings = groupings_for("held", question.group, question.country)
    for place, day in enumerate(days):
        certain: dict[tuple[Key, int], Held] = {}
        possible: set[tuple[Key, int]] = set()
        for detention in detentions:
            if detention.possibly_counts(day, scope):
                on_day = OnDay(detention, day, groupings)
                keys = list(product(*(on_day.values(dimension) for dimension in question.group)))
                possible |= {(key, detention.person) for key in keys}
                if detention.certainly_counts(day, scope):
                    certain |= {(key, detention.person): detention for key in keys}
        for key, _person in possible:
            found.of[key, place].possible += 1
        for (key, _person), detention in certain.items():
            add_certain(found, key, place, detention, day)
    return found


def add_certain(found: Stocks, group: Key, place: int, detention: Held, day: date) -> None:
    stock = found.of[group, place]
    is_silent = detention.has_no_news(day)
    stock.certain += 1
    stock.confirmed += detention.was_confirmed(day)
    stock.silent += is_silent
    left = found.left.setdefault((group, detention.country, place), [0] * (len(found.acts) + 1))
    for number, by in enumerate([*found.acts, None]):
        left[number] += not is_silent and (by is None or detention.earliest is None or detention.earliest <= by)


def how_many_may_be_freed(
    day: date,
    with_news: Callable[[str, date | None], int],
    withheld: Counter[str],
    freeing: list[Act],
    acts: Acts,
    sex: str | None,
) -> int:
    """The most of those held that the open places of acts by this day can be: nobody is freed before being taken.

    `with_news` gives how many are held in a country who were taken by a day. A withheld person may be meant by any act
    of the country (rule 20).
    """
    by_then = [act for act in freeing if act.earliest is None or act.earliest <= day]
    among = {act.key for act in by_then}
    outermost, freed = acts.outermost(among), Counter[str]()
    for act in sorted((act for act in by_then if act.key in outermost), key=lambda act: act.latest or day):
        places = places_for(acts, act, among, sex)
        if places:
            available = withheld[act.country] + with_news(act.country, act.latest)
            freed[act.country] += max(0, min(places, available - freed[act.country]))
    return freed.total()


def places_for(acts: Acts, act: Act, among: set[int], sex: str | None) -> int:
    """The open places that a person of this sex may be meant by."""
    if sex not in SEXES:
        return acts.most_open(act.key, among, None)
    return acts.most_open(act.key, among, sex) + acts.most_open(act.key, among, NOT_KNOWN)
