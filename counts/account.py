"""The account of those held: who was held at the start, came, went, and is held at the end (domain page, section 4).

It is kept in public named people and in certain days: someone is in it from the latest day on which they can have been
taken to the earliest on which they can have been let out, as in the named reading of `held`. Each move counts, so that
someone released and taken again stands in both terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from counts.filters import filtered
from counts.held import stays_of
from counts.questions import UNRECOGNISED, Question
from counts.scope import Scope, form_in_scope, scope_of
from prisoners.models import Detention, Release
from registry.known import in_state

ONE_DAY = timedelta(days=1)

TAKEN, TAKEN_UNSURE, MOVED_IN = "taken", "day_taken_not_known", "moved_into_scope"
RELEASED, EXCHANGED, EXPELLED = "released", "exchanged", "expelled"
ESCAPED, DIED, HANDED_OVER, END_UNKNOWN = "escaped", "died", "handed_over", "end_not_known"
OUT_UNSURE, MOVED_OUT = "day_out_not_known", "moved_out_of_scope"
RECOGNISED, NOT_RECOGNISED = "recognised", "recognition_withdrawn"

CAME = {
    TAKEN: _("taken"),
    TAKEN_UNSURE: _("taken, on a day that is not known well enough: perhaps before the start"),
    MOVED_IN: _("moved into the scope"),
}
WENT = {
    RELEASED: _("released"),
    EXCHANGED: _("released: exchanged"),
    EXPELLED: _("released: expelled"),
    ESCAPED: _("escaped"),
    DIED: _("died"),
    HANDED_OVER: _("handed to another country"),
    END_UNKNOWN: _("held no longer, how it ended is not known"),
    OUT_UNSURE: _("out, on a day that is not known well enough: perhaps after the end"),
    MOVED_OUT: _("moved out of the scope"),
}
WAYS_OUT = {"death": DIED, "escape": ESCAPED, "handed_over": HANDED_OVER, "unknown": END_UNKNOWN}
RELEASES = {"exchange": EXCHANGED, "expelled": EXPELLED}


@dataclass(frozen=True)
class Spell:
    """One detention as the account needs it."""

    key: int
    person: int
    proceeding: str
    taken_earliest: date | None
    taken: date
    has_ended: bool
    out: date | None
    out_latest: date | None
    # How it ended, as a term of the account.
    end: str
    stays: tuple[tuple[date | None, str], ...]

    def covers(self, day: date) -> bool:
        """Certainly held on the day: the day out is not a day held (rule 3)."""
        return self.taken <= day and (not self.has_ended or (self.out is not None and self.out > day))

    def form_on(self, day: date) -> str:
        begun = [form for start, form in self.stays if start is None or start <= day]
        return form_in_scope(self.proceeding, begun[-1] if begun else None)


@dataclass(frozen=True)
class Move:
    """One person coming into the account or going out of it on a day, with the days that it can have been."""

    person: int
    term: str
    earliest: date | None
    latest: date | None


@dataclass(frozen=True)
class Term:
    """One line of the account: `sign` is +1 for those who came, -1 for those who went."""

    name: str
    label: Any
    sign: int
    moves: tuple[Move, ...]

    @property
    def number(self) -> int:
        return len(self.moves)

    @property
    def effect(self) -> int:
        return self.sign * self.number


@dataclass(frozen=True)
class Account:
    """The account of a question about `held`: of its country, definition, forms and filters, from its first day on."""

    question: Question

    @property
    def end(self) -> date:
        """The last day of the account: that of the question, and never one that is not known yet."""
        return min(self.question.last or self.question.cut_off, self.question.cut_off)

    @property
    def start(self) -> date:
        """The day before the first: who is held on it is held at the start."""
        return self.question.first - ONE_DAY if self.question.first else date.min

    @cached_property
    def scope(self) -> Scope:
        with in_state(self.question.state):
            return scope_of(self.question)

    @cached_property
    def spells(self) -> dict[int, list[Spell]]:
        with in_state(self.question.state):
            found: dict[int, list[Spell]] = defaultdict(list)
            for spell in spells_of(self.question, self.scope):
                found[spell.person].append(spell)
            self.scope.learn(found)
            return found

    def held_on(self, day: date) -> tuple[Move, ...]:
        held = (person for person, spells in self.spells.items() if self.counts(person, spells, day))
        return tuple(Move(person, "held", day, day) for person in sorted(held))

    @cached_property
    def held_at_start(self) -> tuple[Move, ...]:
        return self.held_on(self.start)

    @cached_property
    def held_at_end(self) -> tuple[Move, ...]:
        return self.held_on(self.end)

    @cached_property
    def terms(self) -> list[Term]:
        moves: dict[tuple[str, int], list[Move]] = defaultdict(list)
        for person, spells in self.spells.items():
            for sign, move in self.moves_of(person, spells):
                moves[move.term, sign].append(move)
        return [Term(name, label, sign, tuple(moves[name, sign])) for name, label, sign in self.lines()]

    def lines(self) -> Iterator[tuple[str, Any, int]]:
        yield from ((name, label, 1) for name, label in CAME.items())
        # Of the unrecognised, it is the other way round.
        sign = -1 if self.question.definition == UNRECOGNISED else 1
        yield RECOGNISED, _("recognised while held"), sign
        yield from ((name, label, -1) for name, label in WENT.items())
        yield NOT_RECOGNISED, _("recognition withdrawn while held"), -sign

    @property
    def closes(self) -> bool:
        return len(self.held_at_start) + sum(term.effect for term in self.terms) == len(self.held_at_end)

    def counts(self, person: int, spells: list[Spell], day: date) -> bool:
        return self.meets(person, day) and any(self.covers(spell, day) for spell in spells)

    def meets(self, person: int, day: date) -> bool:
        return self.scope.meets(person, day, day)[0]

    def covers(self, spell: Spell, day: date) -> bool:
        return spell.covers(day) and spell.form_on(day) in self.scope.forms

    def moves_of(self, person: int, spells: list[Spell]) -> Iterator[tuple[int, Move]]:
        """Each change of a person from not counted to counted or back, in order of days."""
        was = self.counts(person, spells, self.start)
        for day in sorted(self.days_of_change(person, spells)):
            is_now = self.counts(person, spells, day)
            if is_now and not was:
                yield 1, self.arrival(person, spells, day)
            elif was and not is_now:
                yield -1, self.departure(person, spells, day)
            was = is_now

    def days_of_change(self, person: int, spells: list[Spell]) -> set[date]:
        """The days after the start, up to the end, on which anything about a person can change."""
        days = {day for spell in spells for day in (spell.taken, spell.out, *(start for start, _form in spell.stays))}
        for standing in self.scope.standings.get(person, ()):
            days |= {standing.earliest, standing.latest, standing.withdrawn_earliest, standing.withdrawn_latest}
        return {day for day in days if day is not None and self.start < day <= self.end}

    def arrival(self, person: int, spells: list[Spell], day: date) -> Move:
        before = day - ONE_DAY if day > date.min else day
        here = next(spell for spell in spells if self.covers(spell, day))
        if not any(spell.covers(before) for spell in spells):
            is_sure = here.taken_earliest is not None and here.taken_earliest > self.start
            is_sure = is_sure or self.question.first is None
            return Move(person, TAKEN if is_sure else TAKEN_UNSURE, here.taken_earliest, here.taken)
        if not self.meets(person, before):
            return Move(person, NOT_RECOGNISED if self.question.definition == UNRECOGNISED else RECOGNISED, day, day)
        return Move(person, MOVED_IN, day, day)

    def departure(self, person: int, spells: list[Spell], day: date) -> Move:
        if any(spell.covers(day) for spell in spells):
            if self.meets(person, day):
                return Move(person, MOVED_OUT, day, day)
            return Move(person, RECOGNISED if self.question.definition == UNRECOGNISED else NOT_RECOGNISED, day, day)
        gone = next(spell for spell in spells if self.covers(spell, day - ONE_DAY))
        is_sure = gone.out_latest is not None and gone.out_latest <= self.end
        return Move(person, gone.end if is_sure else OUT_UNSURE, gone.out, gone.out_latest)

    @cached_property
    def not_in_it(self) -> int:
        """People held on days so little known that they are certainly held on none, and so in no term."""
        with in_state(self.question.state):
            rows = detentions_of(self.question, self.scope)
            return rows.filter(taken_latest=None).values("prisoner").distinct().count()


def detentions_of(question: Question, scope: Scope) -> Any:
    rows = filtered("held", Detention.objects.counted().filter(prisoner__publication="published"), scope.filters)
    return rows.filter(country=question.country) if question.country else rows


def spells_of(question: Question, scope: Scope) -> Iterator[Spell]:
    rows = detentions_of(question, scope).exclude(taken_latest=None)
    stays = stays_of(rows)
    into_freedom = Release.objects.filter(detention__in=rows).into_freedom()
    freed = dict(into_freedom.values_list("detention", "kind"))
    for key, person, proceeding, earliest, latest, how, out, out_latest in rows.values_list(
        "pk", "prisoner_id", "proceeding", "taken_earliest", "taken_latest", "ended_how", "out_earliest", "out_latest"
    ):
        yield Spell(
            key, person, proceeding, earliest, latest, how != "", out, out_latest, end_of(how, freed.get(key)),
            tuple(stays.get(key, ())),
        )  # fmt: skip


def end_of(how: str, kind: str | None) -> str:
    """The term of an end. A release that only led to another stay is a move (rule 16)."""
    if how != "release":
        return WAYS_OUT.get(how, END_UNKNOWN)
    return MOVED_OUT if kind is None else RELEASES.get(kind, RELEASED)
