"""Reported figures beside one number of ours: the coverage, and every difference of unit, measure, time and scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from counts.answers import reported_as_json
from counts.beside import differences
from counts.labels import group_label, has_default_scope, scope_label
from counts.periods import Period
from counts.questions import Question
from counts.readings import Reading
from counts.reported import Reported
from pardons.models import ReportedFigure


@dataclass(frozen=True)
class Rival:
    """A reported figure, and how far our number covers it, in per cent; None where either is none or not known."""

    reported: Reported
    coverage: int | None
    differences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        beside = {"coverage": self.coverage, "differences": list(self.differences)}
        return reported_as_json(self.reported) | beside


def rival(reported: Reported, question: Question, reading: Reading | None) -> Rival:
    figure = reported.figure
    coverage = round(100 * reading.value / figure.value) if reading is not None and figure.value else None
    return Rival(reported, coverage, tuple(differences_from(reported, question)))


def differences_from(reported: Reported, question: Question) -> list[str]:
    figure = reported.figure
    found = []
    if figure.country != question.country:
        found.append(_("theirs is of %(country)s alone") % {"country": figure.get_country_display()})
    if figure.measure != question.measure:
        measures = {"theirs": figure.get_measure_display(), "ours": ReportedFigure.Measure(question.measure).label}
        found.append(_("theirs counts %(theirs)s, ours %(ours)s") % measures)
    theirs = Period(figure.starts, figure.ends)
    if theirs != question.span and not (question.is_stock and figure.ends == question.last):
        found.append(
            _("their time: %(theirs)s, ours: %(ours)s") % {"theirs": theirs.label, "ours": question.span.label}
        )
    if question.cell:
        found.append(_("ours is of a group: %(group)s") % {"group": group_label(question, question.group_of_cell)})
    if not has_default_scope(question):
        found.append(_("our scope: %(words)s") % {"words": scope_label(question)})
    return found + differences(figure, question)
