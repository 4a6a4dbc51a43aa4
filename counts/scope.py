"""Who counts, and which forms of detention count: the definition and the scope of an answer (rules 9 and 25).

What a definition asks of a person on some days is said once, in SQL (counts.selecting.meeting).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from counts.filters import Filters
from counts.questions import BY_CUTOFF, EVERYONE, Question
from prisoners.models import Recognition

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
    return Scope(
        definition=question.definition,
        is_by_cutoff=question.recognised == BY_CUTOFF,
        forms=frozenset(question.forms),
        cut_off=question.cut_off,
        filters=question.filters,
    )
