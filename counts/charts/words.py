"""What a chart says in words: heading, notes, what others report, and a description for those who can't see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counts.answers import count_address, notes_on
from counts.labels import BY_LABELS, STATE_LABELS, UNIT_LABELS, group_label, grouped, on_day, scope_label
from counts.periods import end_of_period, start_of_period
from counts.questions import Question
from counts.readings import Reading
from counts.reported import Reported
from counts.rows import NotPlaced, Row
from counts.series import Series
from pardons.models import ReportedFigure
from pardons.places import figure_in_words, time_in_words

MOST_LINES_NAMED = 4
MOST_DESCRIBED = 12

Where = Callable[[Row], str]


def subtitle(question: Question) -> str:
    """Unit, scope and cut: part of every answer (rule 25)."""
    parts = [_("Unit: %(unit)s") % {"unit": UNIT_LABELS[question.unit]}, scope_label(question)]
    if question.is_stock:
        parts.append(_("on the last day of each period"))
    if question.by != "total":
        parts.append(str(BY_LABELS[question.by]))
    return " · ".join(parts)


def range_in_words(reading: Reading) -> str:
    if reading.low == reading.high:
        return grouped(reading.low)
    return f"{grouped(reading.low)}–{grouped(reading.high)}"


def row_in_words(row: Row, where: str) -> str:
    """One row for a reader who points at it: “2024, female: at least 30, at most 48; 1 named, 48 announced”."""
    if row.reading is None or row.state != "counted":
        return f"{where}: {STATE_LABELS[row.state]}"
    words = _("%(where)s: %(best)s; %(named)s named, %(announced)s announced") % {
        "where": where, "best": least_and_most(row.reading), "named": grouped(row.reading.named),
        "announced": grouped(row.reading.announced),
    }  # fmt: skip
    if row.parts is None:
        return words
    parts = {"confirmed": grouped(row.parts.confirmed), "no_news": grouped(row.parts.no_news)}
    return f"{words}; " + _("%(confirmed)s confirmed lately, %(no_news)s without news") % parts


def least_and_most(reading: Reading) -> str:
    if reading.low == reading.high:
        return _("at least %(low)s") % {"low": grouped(reading.low)}
    return _("at least %(low)s, at most %(high)s") % {"low": grouped(reading.low), "high": grouped(reading.high)}


def notes(series: Series) -> list[str]:
    """What stands under every chart: what is clipped, a gap or in no bar, and what every reader must know."""
    return [*notes_on_periods(series), *notes_on_lines(series), *notes_on(series)]


def notes_on_periods(series: Series) -> list[str]:
    found = [clipped(row, series.question) for row in one_of_each_period(series.rows)]
    found = [note for note in found if note]
    states = {row.state for row in series.rows}
    if "none_recorded" in states and "counted" in states:
        found.append(_("A gap: none recorded, which does not mean that nothing happened."))
    if "unknown" in states:
        found.append(_("“?”: not known."))
    return found


def one_of_each_period(rows: Sequence[Row]) -> list[Row]:
    return list({row.period: row for row in rows}.values())


def clipped(row: Row, question: Question) -> str:
    """A period that the question cuts short is never written as a whole one (rule 14)."""
    first, last = row.period.first, row.period.last
    if question.by in ("day", "total") or first is None or last is None:
        return ""
    if (first, last) == (start_of_period(first, question.by), end_of_period(last, question.by)):
        return ""
    return _("In part only: %(period)s.") % {"period": row.period.label}


def notes_on_lines(series: Series) -> list[str]:
    """What fits in no bar, so that bars and lines together are the total (rule 13)."""
    lines = [line_in_words(series.question, line) for line in series.not_placed if line.reading.has_anything]
    if not lines:
        return []
    more = len(lines) - MOST_LINES_NAMED
    if more > 0:
        lines = [*lines[:MOST_LINES_NAMED], _("%(more)s more in the table") % {"more": grouped(more)}]
    return [_("In no bar: %(lines)s.") % {"lines": "; ".join(lines)}]


def line_in_words(question: Question, line: NotPlaced) -> str:
    dated = line.period.first or line.period.last
    parts = (line.period.label if dated else "", line.why, group_label(question, line.group))
    return f"{', '.join(part for part in parts if part)}: {range_in_words(line.reading)}"


def source_line(series: Series) -> str:
    return _("Source: %(registry)s, as known on %(day)s, changeset %(changeset)d, method %(method)d.") % {
        "registry": settings.SITE_NAME, "day": on_day(series.question), "changeset": series.changeset,
        "method": series.method,
    }  # fmt: skip


def address_of(series: Series) -> str:
    """The permanent one: it gives this state of knowledge for ever."""
    return settings.SITE_URL + count_address(series.question.permanent)


def reported_in_words(reported: Reported, question: Question) -> str:
    """“over 35,000 people, by Example Watch, August 2024”: what they say, in their unit, who says it, of when."""
    figure = reported.figure
    unit = figure.get_unit_display()
    words = f"{figure_in_words(figure)} {unit}" if figure.unit != question.unit else figure_in_words(figure)
    if sexes := sexes_in_words(figure):
        words = f"{words} ({sexes})"
    return _("%(figure)s, by %(speaker)s, %(time)s") % {
        "figure": words, "speaker": figure.who_says, "time": time_in_words(figure)
    }  # fmt: skip


def sexes_in_words(figure: ReportedFigure) -> str:
    """“14 women, 16 men”, as far as they say it."""
    women = ngettext("%(n)s woman", "%(n)s women", figure.women or 0) % {"n": grouped(figure.women or 0)}
    men = ngettext("%(n)s man", "%(n)s men", figure.men or 0) % {"n": grouped(figure.men or 0)}
    said = ((figure.women, women), (figure.men, men))
    return ", ".join(words for number, words in said if number is not None)


def description(series: Series, title: str, where: Where) -> str:
    """The chart without the picture: its rows, or where they are many the first, the highest and the last."""
    told = [row_in_words(row, where(row)) for row in rows_told(series.rows)]
    return ". ".join([f"{title}, {subtitle(series.question)}", *(told or [_("Nothing is recorded")])]) + "."


def rows_told(rows: Sequence[Row]) -> list[Row]:
    if len(rows) <= MOST_DESCRIBED:
        return list(rows)
    counted = [row for row in rows if row.reading and row.state == "counted"]
    highest = max(counted, key=lambda row: row.reading.low if row.reading else 0, default=rows[0])
    return [rows[place] for place in sorted({0, rows.index(highest), len(rows) - 1})]
