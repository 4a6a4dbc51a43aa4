"""The registry as known earlier: views of the history that stand in for the tables, and the state that is asked for.

A state is told by the number of its newest changeset, never by a moment, so that an answer once given stays the same.
Inside `as_known` the schema of that name comes before `public` in the search path: every tracked table is found as a
view of its own history, and the same queries answer from the past. With `shown=True` the schema `as_shown` comes first:
there identities that are withheld or gone today are withheld in every earlier state too, and words are those of today.
Inside `as_released` the words are those of then: a release that is made again is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.models import Changeset
from registry.parameters import BadParameter

PARAMETER = "known_on"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[0-9]+")
# The newest changeset that queries see; None for all of them.
_seen: ContextVar[int | None] = ContextVar("seen", default=None)
_released: ContextVar[bool] = ContextVar("released", default=False)


@dataclass(frozen=True)
class State:
    """What an answer rests on: the newest changeset it sees, and its cut-off, the last day (UTC) it knows of.

    The state of now has no `changeset`: it sees whichever is the newest. `asked` is the state in the words of the
    address; empty for the state of now.
    """

    changeset: int | None
    cut_off: date
    asked: str = ""

    @property
    def is_past(self) -> bool:
        return self.changeset is not None

    @property
    def number(self) -> int:
        """The newest changeset that an answer from this state sees."""
        return newest_changeset() if self.changeset is None else self.changeset

    @property
    def permanent(self) -> str:
        """The value of `known_on` that gives this state for ever: changeset and cut-off."""
        return f"{self.cut_off.isoformat()}/{self.number}"

    @property
    def label(self) -> str:
        """“3 May 2025 (changeset 41)”; without the number for the state of now, which each answer prints apart."""
        day = date_format(self.cut_off, "j F Y")
        return _("%(day)s (changeset %(number)d)") % {"day": day, "number": self.changeset} if self.is_past else day


def looking_back() -> int | None:
    """The changeset that queries see now; None outside `as_known`. What is derived from live rows asks this first."""
    return _seen.get()


def newest_changeset() -> int:
    """The newest changeset that queries see; 0 in a registry that holds nothing."""
    seen = looking_back()
    return Changeset.latest_number() if seen is None else seen


@contextmanager
def as_known(changeset: int, *, shown: bool = False) -> Iterator[None]:
    """Every query inside answers as after this changeset. Writing there is refused by the database.

    `shown` is for what names people: identities that are withheld or gone today are withheld there too.
    """
    with looking(changeset, shown=shown):
        token = _seen.set(changeset)
        try:
            yield
        finally:
            _seen.reset(token)


@contextmanager
def as_released() -> Iterator[None]:
    """What is shown of a past state inside has the words of then and not those of today: for releases alone."""
    token = _released.set(True)
    try:
        yield
    finally:
        _released.reset(token)


@contextmanager
def looking(changeset: int, *, shown: bool) -> Iterator[None]:
    """The database's part of `as_known`: for a query that is put together already and read piece by piece."""
    schema = "as_released" if _released.get() else "as_shown"
    path = [schema, "as_known"] if shown else ["as_known"]
    # In a transaction of its own, so that an error takes the setting back with it.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('search_path'), coalesce(current_setting('registry.known_on', true), '')"
        )
        before = cursor.fetchone()
        # A function of the schema itself: without its views this fails, where the search path alone would fall through
        # to today's tables.
        guard = "as_released" if "as_released" in path else "as_known"
        cursor.execute(f"SELECT {guard}.look_back(%s, %s)", [changeset, ", ".join([*path, "public"])])
        yield
        cursor.execute("SELECT set_config('search_path', %s, true), set_config('registry.known_on', %s, true)", before)


@contextmanager
def one_state() -> Iterator[None]:
    """Every query inside sees the same rows, however many changesets come meanwhile: an answer names one."""
    with transaction.atomic():
        # A part of a transaction sees what that one sees.
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextmanager
def in_state(state: State, *, shown: bool = False) -> Iterator[None]:
    """Every query inside answers of this state: today's tables for the state of now."""
    if state.changeset is not None:
        with as_known(state.changeset, shown=shown):
            yield
    else:
        yield


# --- The state that an address asks for ---


def state_asked(text: str, *, today: date) -> State:
    """The state of a `known_on`: a day (after its last changeset), a changeset, or both as `2025-05-03/41`.

    Empty is the state of now. Raises BadParameter for what the registry can't know.
    """
    if not text:
        return State(None, today)
    day, _slash, number = text.rpartition("/")
    if day:
        return state_of_changeset(number, today, cut_off=day_asked(day, today))
    if NUMBER.fullmatch(text):
        return state_of_changeset(text, today)
    return state_of_day(day_asked(text, today))


def state_of_changeset(number: str, today: date, cut_off: date | None = None) -> State:
    """The state after a changeset; its cut-off is the day on which it was made, unless a later one is given."""
    made = changeset_asked(number)
    first_day = min(made.made_at.astimezone(UTC).date(), today)
    if cut_off is not None and cut_off < first_day:
        raise BadParameter(
            PARAMETER,
            _("Changeset %(number)d was made on %(made)s: give that day or a later one before the slash.")
            % {"number": made.number, "made": first_day.isoformat()},
        )
    asked = f"{cut_off.isoformat()}/{made.number}" if cut_off else str(made.number)
    return State(made.number, cut_off or first_day, asked)


def changeset_asked(number: str) -> Changeset:
    newest = Changeset.latest_number()
    made = None
    # A longer number is no changeset, and more than the column holds.
    if NUMBER.fullmatch(number) and len(number) < 19:
        made = Changeset.objects.only("number", "made_at").filter(pk=int(number)).first()
    if made is None:
        raise BadParameter(
            PARAMETER,
            _("There is no changeset “%(given)s”: they are numbered from 1 to %(newest)d.")
            % {"given": number[:80], "newest": newest}
            if newest
            else _("Nothing is recorded yet, so nothing was known earlier: leave it out."),
        )
    return made


def day_asked(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise BadParameter(
            PARAMETER,
            _("“%(given)s” is neither a day such as 2025-05-03 nor the number of a changeset such as 41.")
            % {"given": text[:80]},
        )
    if day > today:
        raise BadParameter(
            PARAMETER,
            _("%(day)s is in the future: nobody can say yet what will be known then. Today is %(today)s (UTC).")
            % {"day": day.isoformat(), "today": today.isoformat()},
        )
    return day


def state_of_day(day: date) -> State:
    """The state after a day's last changeset; days are UTC."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    newest = Changeset.objects.filter(made_at__lt=end).aggregate(newest=models.Max("number"))["newest"]
    if newest is None:
        first = Changeset.objects.only("number", "made_at").order_by("number").first()
        raise BadParameter(
            PARAMETER,
            _("The registry knew nothing on that day: its first changeset was made on %(day)s.")
            % {"day": first.made_at.astimezone(UTC).date().isoformat()}
            if first
            else _("Nothing is recorded yet, so nothing was known earlier: leave it out."),
        )
    return State(newest, day, day.isoformat())
