"""The account of those held: who was held at the start, came, went, and is held at the end (domain page, section 4).

It is kept in public named people and in certain days: someone is in it from the latest day on which they can have been
taken to the earliest on which they can have been let out, as in the named reading of `held`. Each move counts, so that
someone released and taken again stands in both terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from counts.questions import FORMS, UNRECOGNISED, Question
from counts.scope import Scope, scope_of
from counts.selecting import Select, counted_rows, meeting, rows_in
from counts.stocks import by_then, meeting_by_day
from counts.stretches import EVER
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

# Of each person: the days of every detention, and those that count: in the forms asked for, within the definition.
PEOPLE = """people AS (
    SELECT person, meets, range_agg(days) AS held,
        range_agg(days) FILTER (WHERE in_form) * meets AS counted
    FROM spells GROUP BY person, meets HAVING bool_or(in_form)
)"""
# Each change from not counted to counted, or back; `other` is the day beside it on the other side of the change.
MOVES = """moves AS (
    SELECT person, meets, held, 1 AS sign, lower(days) AS day, lower(days) AS inside, lower(days) - 1 AS other
    FROM people CROSS JOIN LATERAL unnest(counted) AS days
    UNION ALL
    SELECT person, meets, held, -1, upper(days), upper(days) - 1, upper(days)
    FROM people CROSS JOIN LATERAL unnest(counted) AS days WHERE upper(days) < 'infinity'
)"""
# Each with the detention that the person came into, or was let out of; the first entered of several.
TOLD = """told AS (
    SELECT DISTINCT ON (person, sign, day) person, sign, day, taken, taken_latest, detention,
        NOT held @> other AS is_edge, meets @> other AS meets_other
    FROM moves JOIN spells USING (person, meets)
    WHERE day > %(start)s AND day <= %(end)s AND in_form AND days @> inside
    ORDER BY person, sign, day, detention
)"""
# Of those let out, how. A release that only led to another stay is a move (rule 16).
ENDS = """ends AS (
    SELECT told.*, ending.out_earliest, ending.out_latest, CASE
        WHEN ended_how = 'release' THEN CASE WHEN freed.kind IS NULL THEN 'moved_out_of_scope'
            WHEN freed.kind = 'exchange' THEN 'exchanged' WHEN freed.kind = 'expelled' THEN 'expelled'
            ELSE 'released' END
        WHEN ended_how = 'death' THEN 'died' WHEN ended_how = 'escape' THEN 'escaped'
        WHEN ended_how = 'handed_over' THEN 'handed_over' ELSE 'end_not_known' END AS ended_by
    FROM told LEFT JOIN prisoners_detention AS ending ON ending.id = CASE WHEN is_edge AND sign = -1 THEN detention END
    LEFT JOIN prisoners_release AS release ON release.detention_id = ending.id
    LEFT JOIN {events} AS freed ON freed.metric = 'releases' AND freed.event = release.id
)"""
# With the days on which it can have been.
TERMS = """terms AS (
    SELECT person, sign,
        CASE WHEN NOT is_edge THEN day WHEN sign = 1 THEN nullif(taken, '-infinity') ELSE out_earliest END AS first,
        CASE WHEN NOT is_edge THEN day WHEN sign = 1 THEN taken_latest ELSE out_latest END AS last,
        CASE WHEN NOT is_edge THEN CASE WHEN NOT meets_other AND sign = 1 THEN %(recognised)s
                WHEN NOT meets_other THEN %(withdrawn)s WHEN sign = 1 THEN 'moved_into_scope'
                ELSE 'moved_out_of_scope' END
            WHEN sign = 1 THEN CASE WHEN taken > %(start)s OR %(start)s = '-infinity'
                THEN 'taken' ELSE 'day_taken_not_known' END
            WHEN out_latest <= %(end)s THEN ended_by ELSE 'day_out_not_known' END AS term
    FROM ends
)"""

PERHAPS = """
    SELECT person, nullif(min(lower(perhaps)), '-infinity') AS first,
        nullif(max(upper(perhaps)), 'infinity') - 1 AS last
    FROM spells WHERE in_form GROUP BY person, meets
    HAVING bool_or(perhaps && daterange(%(start)s, %(end)s, '[]'))
        AND NOT range_agg(days) * meets && daterange(%(start)s, %(end)s, '[]')
"""


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
    number: int

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
        return scope_of(self.question)

    @cached_property
    def numbers(self) -> dict[tuple[str, int], int]:
        with in_state(self.question.state):
            rows = self.terms_of_moves.rows("term, sign, count(*)", "GROUP BY term, sign")
        return {(term, sign): number for term, sign, number in rows}

    @cached_property
    def held_at_both_ends(self) -> tuple[int, int]:
        days = {"start": self.day_before, "end": self.end.isoformat()}
        with in_state(self.question.state):
            found = self.people
            found.parameters |= days
            ends = (f"count(*) FILTER (WHERE counted @> %({end})s::date)" for end in days)
            return found.row(", ".join(ends))

    @property
    def held_at_start(self) -> int:
        return self.held_at_both_ends[0]

    @property
    def held_at_end(self) -> int:
        return self.held_at_both_ends[1]

    @cached_property
    def terms(self) -> list[Term]:
        return [Term(name, label, sign, self.numbers.get((name, sign), 0)) for name, label, sign in self.lines()]

    def lines(self) -> Iterator[tuple[str, Any, int]]:
        yield from ((name, label, 1) for name, label in CAME.items())
        # Of the unrecognised, it is the other way round.
        sign = -1 if self.question.definition == UNRECOGNISED else 1
        yield RECOGNISED, _("recognised while held"), sign
        yield from ((name, label, -1) for name, label in WENT.items())
        yield NOT_RECOGNISED, _("recognition withdrawn while held"), -sign

    @property
    def closes(self) -> bool:
        return self.held_at_start + sum(term.effect for term in self.terms) == self.held_at_end

    def moves(self, term: Term, most: int) -> list[Move]:
        """The first moves of a line."""
        with in_state(self.question.state):
            found = self.terms_of_moves
            found.where("term = %(term)s AND sign = %(sign)s", term=term.name, sign=term.sign)
            rows = found.rows("person, first, last", f"ORDER BY first NULLS FIRST, person LIMIT {most}")
        return [Move(person, term.name, first, last) for person, first, last in rows]

    def held_on(self, day: date, most: int) -> list[Move]:
        """The first people who are in the account on a day."""
        with in_state(self.question.state):
            found = self.people
            found.where("counted @> %(day)s::date", day=self.day_before if day == self.start else day.isoformat())
            rows = found.rows("person", f"ORDER BY person LIMIT {most}")
        return [Move(person, "held", day, day) for (person,) in rows]

    @property
    def day_before(self) -> str:
        return self.start.isoformat() if self.question.first else "-infinity"

    @property
    def spells(self) -> Select:
        """Every detention of whoever may count, in every form, cut where the form changes."""
        found = counted_rows(self.question, replace(self.scope, forms=frozenset(FORMS)), rows_in("counts_span"))
        meets = may_meet = EVER
        if by_then(self.scope):
            meets, may_meet = meeting_by_day(found, self.scope)
        else:
            meeting(found, self.scope)
        found.parameters["asked_forms"] = sorted(self.scope.forms)
        return with_part(found, "spells", f"""
            SELECT row.person, row.detention, row.taken, row.taken_latest, {meets} AS meets,
                daterange(row.sure_since, row.sure_until) AS days,
                datemultirange(daterange(row.since, row.until)) * {may_meet} AS perhaps,
                row.form = ANY(%(asked_forms)s) AS in_form
            FROM {" ".join(found.tables)} WHERE {" AND ".join(found.conditions)}
        """)  # fmt: skip

    @property
    def people(self) -> Select:
        found = self.spells
        return Select([*found.parts, PEOPLE], ["people"], ["true"], found.parameters)

    @property
    def terms_of_moves(self) -> Select:
        found = self.people
        is_other_way = self.question.definition == UNRECOGNISED
        parameters = {
            "start": self.day_before,
            "end": self.end.isoformat(),
            "recognised": NOT_RECOGNISED if is_other_way else RECOGNISED,
            "withdrawn": RECOGNISED if is_other_way else NOT_RECOGNISED,
        }
        parts = [*found.parts, MOVES, TOLD, ENDS.format(events=rows_in("counts_event")), TERMS]
        return Select(parts, ["terms"], ["true"], found.parameters | parameters)

    @property
    def perhaps(self) -> Select:
        """People who may have been held in this time, and certainly were on no day of it: they are in no line."""
        found = self.spells
        found.parameters |= {"start": self.day_before, "end": self.end.isoformat()}
        return with_part(found, "perhaps", PERHAPS)

    @cached_property
    def perhaps_held(self) -> int:
        with in_state(self.question.state):
            return int(self.perhaps.row("count(*)")[0])

    def first_perhaps_held(self, most: int) -> list[Move]:
        """Some of them, with the first and the last day on which they can have been held."""
        with in_state(self.question.state):
            rows = self.perhaps.rows("person, first, last", f"ORDER BY person LIMIT {most}")
        return [Move(person, "perhaps", first, last) for person, first, last in rows]


def with_part(found: Select, name: str, sql: str) -> Select:
    """A query about another one."""
    return Select([*found.parts, f"{name} AS ({sql})"], [name], ["true"], found.parameters)
