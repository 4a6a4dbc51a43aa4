"""The account as it is printed: each line with its number, its sign, what it means and whom it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counts.account import (
    DIED,
    END_UNKNOWN,
    ESCAPED,
    EXCHANGED,
    EXPELLED,
    HANDED_OVER,
    MOVED_IN,
    MOVED_OUT,
    NOT_RECOGNISED,
    OUT_UNSURE,
    RECOGNISED,
    RELEASED,
    TAKEN,
    TAKEN_UNSURE,
    Account,
    Move,
)
from counts.answers import explain_address
from counts.changes import MOST_ROWS, Changes, Moved
from counts.explain import names_of
from counts.periods import Period
from counts.reasons import REASONS, WHAT_REASONS_MEAN
from prisoners.models import Prisoner

START, END = "held_at_start", "held_at_end"
THEN, NOW = "known_then", "known_now"
PERHAPS = "perhaps_held"
WAYS = {True: "came", False: "went"}
WAY_LABELS = {True: gettext_lazy("added"), False: gettext_lazy("taken away")}

WHAT_LINES_MEAN = {
    TAKEN: gettext_lazy("Taken in this time: even the earliest day on which it can have been lies in it."),
    TAKEN_UNSURE: gettext_lazy("Held for certain from a day of this time on; perhaps taken before it began."),
    MOVED_IN: gettext_lazy("Held already, and moved into a form of detention that counts here. It is no arrest."),
    RELEASED: gettext_lazy("Let out in this time, and not into another form of detention. Moves and deaths are none."),
    EXCHANGED: gettext_lazy("Let out in this time as part of an exchange; in no other line of the released."),
    EXPELLED: gettext_lazy("Let out in this time by being expelled; in no other line of the released."),
    ESCAPED: gettext_lazy("No longer held since an escape, which is no release."),
    DIED: gettext_lazy("Died while held, which is no release."),
    HANDED_OVER: gettext_lazy("Handed to another country, which is no release."),
    END_UNKNOWN: gettext_lazy("No longer held, and no source says how it ended: it is no release until one does."),
    OUT_UNSURE: gettext_lazy("No longer held for certain on the last day; perhaps let out after it."),
    MOVED_OUT: gettext_lazy("Held still, in a form of detention that does not count here. It is no release."),
    RECOGNISED: gettext_lazy("Held before and after; what changed is that they were recognised."),
    NOT_RECOGNISED: gettext_lazy("Held before and after; what changed is that a recognition was taken back."),
    PERHAPS: gettext_lazy(
        "The days that are known allow that they were held in this time, and make it certain for no day of it."
    ),
}


@dataclass(frozen=True)
class Line:
    """One line of an account as it is printed, with what gives its first moves; `sign` is 0 for what is held.

    `about` says what it counts; that of what is held on a day is the explanation of that number.
    """

    name: str
    label: Any
    sign: int
    number: int
    about: Any
    first: Callable[[], list[Move]]
    explain: str = ""


def held_line(name: str, label: Any, account: Account, day: date, number: int) -> Line:
    address = explain_address(account.question, Period(day, day)) if day != date.min else ""
    about = _("Certainly held on %(day)s, by name.") % {"day": date_format(day, "j F Y")} if address else ""
    return Line(name, label, 0, number, about, partial(account.held_on, day, MOST_ROWS), address)


@dataclass(frozen=True)
class Accounts:
    """Both forms of the account of one question; the second where an earlier state is given."""

    account: Account
    changes: Changes | None
    term: str

    @cached_property
    def within(self) -> list[Line]:
        """One state of knowledge: the world moves."""
        own = self.account
        return [
            held_line(START, _("held at the start"), own, own.start, own.held_at_start),
            *(
                Line(
                    term.name, term.label, term.sign, term.number, WHAT_LINES_MEAN[term.name],
                    partial(own.moves, term, MOST_ROWS),
                )
                for term in own.terms
            ),
            held_line(END, _("held at the end"), own, own.end, own.held_at_end),
        ]  # fmt: skip

    @cached_property
    def beside(self) -> Line:
        """Who is in no line."""
        own = self.account
        label, about = _("perhaps held in this time, on no day for certain"), WHAT_LINES_MEAN[PERHAPS]
        return Line(PERHAPS, label, 0, own.perhaps_held, about, partial(own.first_perhaps_held, MOST_ROWS))

    @cached_property
    def between(self) -> list[Line]:
        """Two states, the same day: the records move."""
        if self.changes is None:
            return []
        moves = self.changes.moves
        numbers: Counter[tuple[bool, str]] = Counter()
        for (_place, came, reason), number in moves.numbers.items():
            numbers[came, reason] += number
        then, now = Account(self.changes.then), Account(self.changes.question)
        return [
            held_line(THEN, _("held, as known then"), then, then.end, then.held_at_end),
            *(
                Line(
                    f"{WAYS[came]}_{reason}", f"{WAY_LABELS[came]}: {REASONS[reason]}", 1 if came else -1, number,
                    WHAT_REASONS_MEAN[reason], partial(moves_of, moves.kept[came, reason]),
                )
                for (came, reason), number in sorted(numbers.items(), key=lambda item: (not item[0][0], item[0][1]))
            ),
            held_line(NOW, _("held, as known now"), now, now.end, now.held_at_end),
        ]  # fmt: skip

    @property
    def lines(self) -> list[Line]:
        return [*self.within, *self.between, self.beside]

    @property
    def chosen(self) -> Line | None:
        return next((line for line in self.lines if line.name == self.term), None)

    @cached_property
    def rows(self) -> list[tuple[Move, Prisoner]]:
        """The people of the line that is asked for, as far as they may be named."""
        if self.chosen is None:
            return []
        shown = self.chosen.first()
        keys = {move.person for move in shown}
        people = names_of(keys, self.account.question)
        if self.changes is not None:
            people = names_of(keys, self.account.question.known(self.changes.since)) | people
        return [(move, people[move.person]) for move in shown if move.person in people]

    @property
    def not_listed(self) -> int:
        return self.chosen.number - len(self.rows) if self.chosen else 0


def moves_of(moved: list[Moved]) -> list[Move]:
    return [Move(row.event.person, row.reason, row.event.earliest, row.event.latest) for row in moved]


def closes(lines: list[Line]) -> bool:
    """Whether the first line and all that moves come to the last."""
    return not lines or lines[0].number + sum(line.sign * line.number for line in lines) == lines[-1].number
