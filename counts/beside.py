"""Our count beside a figure that others report: coverage, and every difference of unit, measure, time and scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from counts.answers import explain_address
from counts.labels import UNIT_LABELS
from counts.periods import Period
from counts.questions import ANY_ORGANISATION, EVERYONE, UNITS, Question, recognised_by_default
from counts.readings import Reading
from counts.reported import FIGURES_BESIDE
from counts.series import count
from pardons.models import ReportedFigure
from registry.known import State

OUR_METRIC = {theirs: ours for ours, figures in FIGURES_BESIDE.items() for theirs in figures}

# Figures of recognised prisoners stand beside our count of the recognised, not of everyone.
OF_THE_RECOGNISED = (ReportedFigure.Metric.CURRENT, ReportedFigure.Metric.EVER_RECOGNISED)


@dataclass(frozen=True)
class Beside:
    """Our count of the same country and time, and what keeps the two from being the same thing."""

    question: Question
    reading: Reading
    explain: str
    coverage: int | None
    differences: tuple[str, ...]

    @property
    def period(self) -> str:
        return self.question.span.label


def our_count_beside(figure: ReportedFigure, state: State) -> Beside | None:
    """Of the same state of knowledge; None for what we do not count.

    Coverage is our lower number in per cent of theirs; None for a figure of zero.
    """
    metric = OUR_METRIC.get(ReportedFigure.Metric(figure.metric))
    if metric is None:
        return None
    units = UNITS[metric]
    question = Question(
        metric=metric,
        unit=figure.unit if figure.unit in units else units[0],
        by="total",
        first=figure.starts,
        last=figure.ends,
        country=figure.country,
        definition=ANY_ORGANISATION if figure.metric in OF_THE_RECOGNISED else EVERYONE,
        recognised=recognised_by_default(metric),
    ).known(state)
    reading = count(question).rows[0].reading
    if reading is None:
        return None
    coverage = round(100 * reading.value / figure.value) if figure.value else None
    explain = explain_address(question, Period(figure.starts, figure.ends))
    return Beside(question, reading, explain, coverage, tuple(differences(figure, question)))


def differences(figure: ReportedFigure, question: Question) -> list[str]:
    """What a reader must know before comparing, in words."""
    found = []
    if figure.unit != question.unit:
        found.append(
            _("they count %(theirs)s, we count %(ours)s")
            % {"theirs": figure.get_unit_display(), "ours": UNIT_LABELS[question.unit]}
        )
    if question.is_stock and figure.on_date is None:
        found.append(_("they name no day; ours is of the last day"))
    if figure.starts is None or figure.ends is None:
        found.append(_("their period has an open end"))
    if figure.definition:
        found.append(_("their definition: %(words)s") % {"words": figure.definition.rstrip(".")})
    if figure.scope:
        found.append(_("their scope: %(words)s") % {"words": figure.scope.rstrip(".")})
    return found
