"""What could be expected in a number and is not in it: each with its reason, and with how many where that is public."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counts.behind import Behind
from counts.filters import LISTS
from counts.questions import EVERYONE, FORMS, Question
from counts.scope import Scope
from registry.filters import possibly_within

if TYPE_CHECKING:
    from counts.explain import Explanation

DRAFTS = ("draft", "in_review")
# The records of each metric, public or not: their country, first day and last day.
COLUMNS = {
    "arrests": ("country", "taken_earliest", "taken_latest"),
    "convictions": ("case__prisoner__country", "decided_earliest", "decided_latest"),
    "recognitions": ("prisoner__country", "acted_earliest", "acted_latest"),
    "pardons": ("prisoner__country", "act_earliest", "act_latest"),
    "releases": ("detention__country", "detention__out_earliest", "detention__out_latest"),
    "deaths": ("country", "died_on_earliest", "died_on_latest"),
    "held": ("country", "taken_earliest", "taken_latest"),
}


@dataclass(frozen=True)
class LeftOut:
    why: str
    text: str


def left_out(explanation: Explanation) -> list[LeftOut]:
    """Withheld, drafts, by date, shared, not certain, out of scope."""
    parts = [withheld(explanation), drafts(explanation)]
    if explanation.is_one_number:
        parts += [by_date(explanation), possible(explanation), shared(explanation), out_of_scope(explanation)]
    return [part for part in parts if part is not None]


def withheld(explanation: Explanation) -> LeftOut | None:
    if not explanation.series.counts_withheld:
        return LeftOut(
            _("Withheld"), _("People whose names are withheld: they count in totals by country and whole years only.")
        )
    number = sum(row.withheld for row in explanation.series.rows)
    if not number:
        return None
    return LeftOut(
        _("Withheld, and counted"),
        _("Names withheld: %(n)d. They are in the number and not in the list.") % {"n": number},
    )


def drafts(explanation: Explanation) -> LeftOut:
    """How many drafts there are is told to editors alone: what is being checked could point to somebody."""
    text = _("Drafts and what is in review are not counted.")
    if explanation.for_editors and not explanation.question.known_on:
        number = how_many_drafts(explanation.question)
        words = ngettext("%(n)d of them may fall in this time.", "%(n)d of them may fall in this time.", number)
        text = f"{text} {words % {'n': number}}"
    return LeftOut(_("Not published"), text)


def how_many_drafts(question: Question) -> int:
    country, earliest, latest = COLUMNS[question.metric]
    rows = LISTS[question.metric][1].objects.filter(publication__in=DRAFTS)
    if question.metric == "deaths":
        rows = rows.exclude(death_circumstance="")
    if question.country is not None:
        rows = rows.filter(**{country: question.country})
    first = None if question.is_stock else question.first
    last = min(question.last or question.cut_off, question.cut_off) if question.is_stock else question.last
    return rows.filter(possibly_within(earliest, latest, first, last)).count()


def by_date(explanation: Explanation) -> LeftOut | None:
    """Named events of another time. A stock is of one day, so that nothing lies outside it."""
    outside = explanation.how_many.ever - explanation.how_many.possible
    if not outside:
        return None
    words = ngettext("%(n)d named, and outside this time.", "%(n)d named, and outside this time.", outside)
    return LeftOut(_("By date"), words % {"n": outside})


def possible(explanation: Explanation) -> LeftOut | None:
    reading = explanation.row.reading
    if reading is None or reading.high <= reading.low:
        return None
    text = _(
        "Up to %(n)d more: announcements that may be about the same people, dates known in part, or names not checked."
    )
    named = explanation.how_many.possible - explanation.how_many.certain
    wide = ngettext(
        "%(n)d named event may fall in it: its date or its standing is known in part.",
        "%(n)d named events may fall in it: their dates or their standing are known in part.",
        named,
    )
    words = text % {"n": reading.high - reading.low}
    return LeftOut(_("Possible"), f"{words} {wide % {'n': named}}" if named else words)


def shared(explanation: Explanation) -> LeftOut | None:
    """Open places that low takes for places of people who are counted already (rules 10 and 23)."""
    question, reading = explanation.question, explanation.row.reading
    if question.is_stock or reading is None:
        return None
    acts = explanation.acts
    certain = [act for act in acts.counted if question.span.contains(act.earliest, act.latest)]
    group = question.group_of_cell or {}
    among = {act.key for act in certain if explanation.stands_in_group(act)}
    places = acts.places_of(acts.outermost(among), among, group.get("sex"))
    number = sum(places.values()) - (reading.low - reading.named)
    if number <= 0:
        return None
    text = ngettext(
        "%(n)d unnamed place may be of somebody who is counted already: it is in no low.",
        "%(n)d unnamed places may be of people who are counted already: they are in no low.",
        number,
    )
    return LeftOut(_("Overlapped"), text % {"n": number})


def out_of_scope(explanation: Explanation) -> LeftOut | None:
    """Named events of the period that another definition, form or filter would count."""
    question = explanation.question
    if question.cell:
        return None
    wide = Scope(EVERYONE, is_by_cutoff=True, forms=frozenset(FORMS), cut_off=question.cut_off)
    everyone = replace(question, definition=EVERYONE, forms=FORMS, filters=())
    others = Behind(everyone, wide, explanation.acts).how_many.inside - explanation.how_many.inside
    if not others:
        return None
    words = ngettext(
        "%(n)d named, and not of this definition, these forms and filters.",
        "%(n)d named, and not of this definition, these forms and filters.",
        others,
    )
    return LeftOut(_("Out of scope"), words % {"n": others})
