"""Series: the answer to a question, one for page, chart, CSV and JSON alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from counts.acts import acts_of
from counts.flows import flow_readings
from counts.held import held_readings
from counts.questions import DEFAULT_FORMS, EVERYONE, METHOD_VERSION, UNITS, Question
from counts.reported import Reported, reported_for
from counts.rows import NotPlaced, Row
from counts.scope import scope_of
from registry.models import Changeset


@dataclass(frozen=True)
class Series:
    question: Question
    changeset: int
    rows: tuple[Row, ...]
    not_placed: tuple[NotPlaced, ...]
    reported: tuple[Reported, ...]
    # Withheld people count in totals by country and whole years only; elsewhere the answer says so (rule 20).
    counts_withheld: bool
    method: int = METHOD_VERSION


def count(question: Question) -> Series:
    """The answer to a question, from what is public now."""
    counts_withheld = withheld_count_in(question)
    scope = scope_of(question)
    acts = acts_of(question.metric, question.country, scope, with_withheld=counts_withheld)
    spread = held_readings if question.is_stock else flow_readings
    rows, not_placed = spread(question, acts, scope, counts_withheld)
    reported = reported_for(question)
    return Series(
        question=question,
        changeset=Changeset.latest_number(),
        rows=tuple(with_reported(row, reported) for row in rows),
        not_placed=tuple(not_placed),
        reported=reported,
        counts_withheld=counts_withheld,
    )


def withheld_count_in(question: Question) -> bool:
    """Whether withheld people may be in the answer: totals by country and whole years, nothing finer (rule 20)."""
    whole_years = question.by in ("year", "total") and question.span.is_whole_years
    unfiltered = question.definition == EVERYONE and question.forms == DEFAULT_FORMS
    return (
        whole_years and unfiltered and set(question.group) <= {"country"} and question.unit == UNITS[question.metric][0]
    )


def with_reported(row: Row, reported: Iterable[Reported]) -> Row:
    """A row of a whole population repeats the reported figures that lie wholly inside its period."""
    if row.group is not None:
        return row
    return replace(row, reported=tuple(figure for figure in reported if figure.lies_in(row.period)))
