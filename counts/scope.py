"""Who counts, and which forms of detention count: the definition and the scope of an answer (rules 9 and 25).

What a definition asks of a person on some days is said once, in SQL (counts.selecting.meeting).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from counts.filters import Filters
from counts.questions import BY_CUTOFF, EVERYONE, Question
from prisoners.models import Recognition
from registry.known import looking_back

RECOGNISING = (Recognition.Act.RECOGNISED, Recognition.Act.EX_POST_FACTO)


@dataclass(frozen=True)
class Scope:
    """Who and what an answer counts."""

    definition: str
    is_by_cutoff: bool
    forms: frozenset[str]
    cut_off: date
    # The filters of the people list that are in force.
    filters: Filters = ()

    @property
    def is_everyone(self) -> bool:
        return self.definition == EVERYONE


def scope_of(question: Question) -> Scope:
    """With which every reading of the flat tables begins."""
    catch_up()
    return Scope(
        definition=question.definition,
        is_by_cutoff=question.recognised == BY_CUTOFF,
        forms=frozenset(question.forms),
        cut_off=question.cut_off,
        filters=question.filters,
    )


def catch_up() -> None:
    """Bring the flat tables up to what this transaction has changed itself. What is committed is always in them."""
    if looking_back() is not None or not connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM public.counts_stale)")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT public.counts_catch_up()")
