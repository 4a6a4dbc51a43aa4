"""What others say, beside our count: never an input of it (rule 21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from counts.periods import Period
from counts.questions import Question
from pardons.models import ReportedFigure
from registry.known import in_state

Metric = ReportedFigure.Metric
FIGURES_BESIDE = {
    "arrests": (Metric.ARRESTS, Metric.DETENTIONS),
    "convictions": (Metric.CONVICTIONS,),
    "recognitions": (Metric.EVER_RECOGNISED,),
    "pardons": (Metric.PARDONS,),
    "releases": (Metric.RELEASES,),
    "deaths": (Metric.DIED_IN_CUSTODY,),
    "held": (Metric.CURRENT,),
}


@dataclass(frozen=True)
class Reported:
    """One reported figure as an answer prints it."""

    figure: ReportedFigure
    source: str | None

    def lies_in(self, period: Period) -> bool:
        """Whether it is about days of this period only; open ends lie in no bounded period."""
        return period.contains(self.figure.starts, self.figure.ends)

    @property
    def quote(self) -> str:
        """The words of its source; a restricted source is never quoted."""
        return "" if self.figure.source.is_restricted else self.figure.quote

    @property
    def period(self) -> str | None:
        """The day or the period it is about, in EDTF."""
        figure = self.figure
        if figure.on_date:
            return str(figure.on_date)
        if figure.starts is None and figure.ends is None:
            return None
        return Period(figure.starts, figure.ends).text


def reported_for(question: Question) -> tuple[Reported, ...]:
    """Every published figure of the metric and country that touches the range, once, the newest first.

    Sources that are restricted today are quoted in no earlier state.
    """
    with in_state(question.state, shown=True):
        return reported_here(question)


def reported_here(question: Question) -> tuple[Reported, ...]:
    figures = (
        ReportedFigure.public.filter(metric__in=FIGURES_BESIDE[question.metric])
        .touching(question.first, last_day(question))
        .select_related("source")
        .order_by("-ends", "-value", "public_id")
    )
    if question.country is not None:
        figures = figures.filter(country=question.country)
    return tuple(Reported(figure, public_source(figure)) for figure in figures)


def last_day(question: Question) -> date:
    return question.last or question.cut_off


def public_source(figure: ReportedFigure) -> str | None:
    """The address path of its source; None where the source is restricted or not public."""
    source: Any = figure.source
    is_open = source.publication == "published" and not source.is_restricted
    return source.get_absolute_url() if is_open else None
