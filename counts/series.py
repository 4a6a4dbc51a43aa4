"""Series: the answer to a question, one for page, chart, CSV and JSON alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from counts.acts import acts_of
from counts.flows import flow_readings
from counts.held import held_readings
from counts.questions import METHOD_VERSION, Question
from counts.readings import Reading
from counts.reported import Reported, reported_for
from counts.rows import NotPlaced, Row, is_complete
from counts.scope import scope_of
from counts.withheld import withheld_count_in, withheld_in
from registry.known import in_state, newest_changeset


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
    """The answer to a question, from what is public now, or was in the earlier state that it asks for (rule 5)."""
    with in_state(question.state):
        return count_here(question)


def count_here(question: Question) -> Series:
    scope = scope_of(question)
    acts = acts_of(question.metric, question.country, scope)
    if question.is_stock:
        rows, not_placed = held_readings(question, acts, scope)
    else:
        rows, not_placed = flow_readings(question, acts, scope, withheld_in(question, scope))
    reported = reported_for(question)
    return Series(
        question=question,
        changeset=newest_changeset(),
        rows=tuple(with_reported(row, reported) for row in in_cell(question, rows)),
        not_placed=tuple(line for line in not_placed if not question.cell or line.group == question.group_of_cell),
        reported=reported,
        counts_withheld=withheld_count_in(question),
    )


def in_cell(question: Question, rows: list[Row]) -> list[Row]:
    """The rows of the group that is asked for; a single empty one for a group in which nothing is recorded."""
    if not question.cell:
        return rows
    group = question.group_of_cell
    empty = Row(question.span, group, is_complete(question.span, question), Reading(0, 0, 0, 0))
    return [row for row in rows if row.group == group] or [empty]


def with_reported(row: Row, reported: Iterable[Reported]) -> Row:
    """A row of a whole population repeats the reported figures that lie wholly inside its period."""
    if row.group is not None:
        return row
    return replace(row, reported=tuple(figure for figure in reported if figure.lies_in(row.period)))
