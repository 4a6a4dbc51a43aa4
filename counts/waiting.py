"""The queue of reported figures that are far from our count: it needs both, so it is entered from here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counts.beside import our_count_beside
from counts.reported import FIGURES_BESIDE
from pardons.models import ReportedFigure
from pardons.places import figure_in_words, time_in_words
from registry.known import State
from registry.waiting import Queue, Row, register

# In per cent of theirs: outside of this somebody should look why.
NEAREST, FARTHEST = 80, 125
# Each is a count of its own.
LOOKED_AT_ONCE = 10


def figures(today: date) -> QuerySet[Any]:
    """The published figures of a kind that we count."""
    metrics = [metric for theirs in FIGURES_BESIDE.values() for metric in theirs]
    return ReportedFigure.public.filter(metric__in=metrics).select_related("source")


def far_row(figure: Any, today: date) -> Row | None:
    """None for a figure that our count is near to, or that we have nothing to put beside."""
    beside = our_count_beside(figure, State(None, today))
    if beside is None or beside.coverage is None or NEAREST <= beside.coverage <= FARTHEST:
        return None
    said = {"ours": beside.reading.value, "coverage": beside.coverage, "who": figure.who_says}
    about = _("%(who)s; we count %(ours)d: %(coverage)d per cent") % said
    title = f"{figure.get_metric_display()}, {time_in_words(figure)}: {figure_in_words(figure)}"
    return Row(title, beside.explain, about, ((_("the figure"), figure.get_absolute_url()),))


def enter_queue() -> None:
    register(
        Queue(
            "figures", gettext_lazy("reported figures: which are far from our count?"), figures, far_row,
            size=LOOKED_AT_ONCE, is_counted=False,
        )
    )  # fmt: skip
