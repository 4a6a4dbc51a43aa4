"""What moved in an answer between two states of knowledge, by how much and why (rule 15)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from counts.changed_people import in_parts, people_changed
from counts.events import Event
from counts.explain import names_of
from counts.filters import Filters
from counts.places import NOTHING, NamedPlaces, Place, places_of
from counts.questions import PARAMETERS, Question, question_from
from counts.readings import Reading
from counts.reasons import REASONS, UNNAMED, WITHHELD, Judge
from counts.series import Series, count
from prisoners.models import Prisoner
from registry.known import State, in_state, state_asked
from registry.models import Changeset
from registry.parameters import BadParameter, Parameters

CHANGE_PARAMETERS = PARAMETERS | Parameters.of(one=["since"])
DAYS_BACK = timedelta(days=30)
MOST_ROWS = 500
# Named rows of so many people, each in all numbers of an answer, are compared at a time.
ROWS_AT_A_TIME = 100_000
Named = Mapping[Place, Mapping[int, Event]]


@dataclass(frozen=True)
class Moved:
    """One named row that came into a number or went out of it; `person` is None where nobody may be named."""

    place: Place
    came: bool
    reason: str
    changeset: int
    event: Event
    person: Prisoner | None = None

    @property
    def reason_label(self) -> Any:
        return REASONS[self.reason]


@dataclass
class Moves:
    """How many rows came into each number or went out of it, by reason; the first of each kind are kept."""

    numbers: Counter[tuple[Place, bool, str]] = field(default_factory=Counter)
    kept: dict[tuple[bool, str], list[Moved]] = field(default_factory=lambda: defaultdict(list))

    def add(self, moved: list[Moved]) -> None:
        self.numbers.update((row.place, row.came, row.reason) for row in moved)
        for row in moved:
            same = self.kept[row.came, row.reason]
            if len(same) < MOST_ROWS:
                same.append(row)

    @property
    def first(self) -> list[Moved]:
        """Those that came, then those that went."""
        return [row for came in (True, False) for key, rows in self.kept.items() if key[0] == came for row in rows]


@dataclass(frozen=True)
class Change:
    """One number before and after, and its difference by reason. The reasons add up to it: `other` is 0."""

    place: Place
    before: Reading
    after: Reading
    by_reason: Mapping[str, int]

    @property
    def difference(self) -> int:
        return self.after.value - self.before.value

    @property
    def other(self) -> int:
        return self.difference - sum(self.by_reason.values())

    @property
    def has_moved(self) -> bool:
        return self.before != self.after or any(self.by_reason.values())


@dataclass(frozen=True)
class Changes:
    """An answer in two states, both up to the cut-off of the later one, so that only knowledge differs."""

    question: Question
    since: State

    @property
    def then(self) -> Question:
        """The same question of the earlier state, up to the same cut-off; its address gives both."""
        state = State(self.since.number, self.question.cut_off)
        return self.question.known(replace(state, asked=state.permanent))

    @cached_property
    def before(self) -> Series:
        return count(self.then)

    @cached_property
    def after(self) -> Series:
        return count(self.question)

    @property
    def until(self) -> State:
        return self.question.state

    @cached_property
    def moves(self) -> Moves:
        """Everything that came or went. Only people of whom something was touched are looked at, some at a time."""
        found = Moves()
        then, now = NamedPlaces(self.before), NamedPlaces(self.after)
        size = max(1, ROWS_AT_A_TIME // max(1, len(now.places)))
        for people in in_parts(people_changed(self.question, self.since, self.until), size):
            with in_state(self.since):
                named_then = then.of(people)
            with in_state(self.until):
                found.add(self.moved(named_then, now.of(people)))
        return found

    def moved(self, then: Named, now: Named) -> list[Moved]:
        pairs = [(place, then.get(place, {}), now.get(place, {})) for place in {**now, **then}]
        came = [(place, True, here[key]) for place, then, here in pairs for key in sorted(here.keys() - then.keys())]
        went = [(place, False, then[key]) for place, then, here in pairs for key in sorted(then.keys() - here.keys())]
        moved = [*came, *went]
        judge = Judge(self.question, self.since, self.until, [event for _place, _came, event in moved])
        return [
            Moved(place, is_new, judge.reason(event, came=is_new), judge.deciding(event), event)
            for place, is_new, event in moved
        ]

    @cached_property
    def rows(self) -> list[Change]:
        """Every number of either state, in the order of the later answer."""
        before, after = places_of(self.before), places_of(self.after)
        withheld_then, withheld_now = withheld_by_place(self.before), withheld_by_place(self.after)
        by_place: dict[Place, Counter[str]] = {place: Counter() for place in {**after, **before}}
        for (place, came, reason), number in self.moves.numbers.items():
            by_place[place][reason] += number if came else -number
        for place, reasons in by_place.items():
            then, now = before.get(place, NOTHING), after.get(place, NOTHING)
            reasons[WITHHELD] = withheld_now[place] - withheld_then[place]
            reasons[UNNAMED] = (now.value - now.named) - (then.value - then.named)
        return [
            Change(
                place,
                before.get(place, NOTHING),
                after.get(place, NOTHING),
                {reason: by_place[place][reason] for reason in REASONS},
            )
            for place in in_order(by_place)
        ]

    @cached_property
    def listed(self) -> list[Moved]:
        """The rows that came and went, of people whom either state may name today."""
        return self.with_names(self.moves.first)

    def with_names(self, moves: list[Moved]) -> list[Moved]:
        shown = moves[:MOST_ROWS]
        keys = {moved.event.person for moved in shown}
        people = names_of(keys, self.question.known(self.since)) | names_of(keys, self.question)
        return [replace(moved, person=people[moved.event.person]) for moved in shown if moved.event.person in people]

    @property
    def not_listed(self) -> int:
        """How many rows that came or went are not listed: withheld, taken back or merged today, or too many."""
        return self.moves.numbers.total() - len(self.listed)

    @property
    def adds_up(self) -> bool:
        return all(row.other == 0 for row in self.rows)


def withheld_by_place(series: Series) -> Counter[Place]:
    return Counter({Place.of(row.period, row.group): row.withheld for row in series.rows if row.reading is not None})


def in_order(places: Mapping[Place, Any]) -> list[Place]:
    """By time; the lines behind the rows, the undated last."""
    return sorted(
        places,
        key=lambda place: (place.is_line, place.period.first is None, place.period.first or date.min,
                           place.period.last or date.max),
    )  # fmt: skip


def changes_from(metric: str, query: Mapping[str, str], *, today: date) -> Changes:
    """What an address asks; without `since`, of the last thirty days. Raises BadParameter that names the parameter."""
    question = question_from(metric, {name: value for name, value in query.items() if name != "since"}, today=today)
    refuse_search(question.filters)
    return Changes(question, since_asked(query.get("since", ""), question.state, today))


def refuse_search(filters: Filters) -> None:
    """Two states can't be searched for a name: the index of names is that of today."""
    if "q" in dict(filters):
        raise BadParameter("q", _("Names are searched as they are today: leave it out to compare two states."))


def since_asked(text: str, until: State, today: date) -> State:
    """The earlier state of a comparison; thirty days before the later one where none is given.

    A registry that holds nothing has one state, which is compared with itself.
    """
    if not text and not until.number:
        return until
    if not text:
        first = Changeset.objects.order_by("number").values_list("made_at", flat=True)[0].date()
        text = max(first, until.cut_off - DAYS_BACK).isoformat()
    try:
        since = state_asked(text, today=today)
    except BadParameter as problem:
        raise BadParameter("since", problem.message) from None
    if since.number > until.number:
        raise BadParameter(
            "since",
            _("It lies after the state that it is compared with (changeset %(number)d): give an earlier one.")
            % {"number": until.number},
        )
    return since
