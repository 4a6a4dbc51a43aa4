"""The counting rules in words: what the methodology page lists and each explanation quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rule:
    """One counting rule, by the number that its test and its function carry too."""

    number: int
    name: Any
    text: Any


def numbered(*rules: tuple[Any, Any]) -> dict[int, Rule]:
    return {number: Rule(number, name, text) for number, (name, text) in enumerate(rules, 1)}


RULES = numbered(
    (
        _("Units apart"),
        _(
            "People, detentions, verdicts, recognitions and pardons are different things. Each has its "
            "own series, each answer says its unit, and they are never added to each other."
        ),
    ),
    (
        _("Day, period or ever"),
        _("A number is about one day, or about a period, or about everything so far, and it says which."),
    ),
    (
        _("Held on a day"),
        _(
            "A person is held on a day when taken on or before it and not out on or before it. The day "
            "taken counts as a day held; the day out does not."
        ),
    ),
    (
        _("Held twice"),
        _("Someone detained twice in a period is one person and two detentions."),
    ),
    (
        _("When it happened"),
        _(
            "Events count on the day they happened, not on the day somebody learned of them. We keep "
            "both, so that every number can be shown as it was known on an earlier day."
        ),
    ),
    (
        _("Unnamed people"),
        _(
            "When an authority announces a number without names, those people count on the date of the "
            "act; if that is not known, on the date it was announced. They count as pardoned, released "
            "and so on, by what the act does."
        ),
    ),
    (
        _("Names fill places"),
        _(
            "When a name becomes known, the person fills one of the announced places and adds none. The "
            "announcement keeps its total. Someone found not to have been freed leaves the releases. If "
            "more people are named than were announced, we count the named ones and say so."
        ),
    ),
    (
        _("Parts and wholes"),
        _("Women and men together are at most the total. Not known is an answer of its own."),
    ),
    (
        _("Political, or only announced"),
        _(
            "What was announced, who was freed, who is said to be political and who was found to be, or "
            "not to be, are kept apart. When you ask only for recognised prisoners, unnamed people are in "
            "no lower number."
        ),
    ),
    (
        _("Least and most"),
        _(
            "Two announcements can be about some of the same people. The lower number counts the fewest "
            "people they can be, the upper number the most. Each cell of a table is worked out for "
            "itself, so the cells of a range need not add up."
        ),
    ),
    (
        _("About, over, at least"),
        _("The words that go with a number are kept and printed."),
    ),
    (
        _("Zero and unknown"),
        _("None, none recorded and not known are three different answers. Gaps are not filled with zeros."),
    ),
    (
        _("Dates known in part"),
        _(
            "What happened some day in 2024 counts in 2024 and in no single month of it. A monthly table "
            "has lines for what can’t be placed, so that rows and lines together are the total."
        ),
    ),
    (
        _("Unfinished periods"),
        _(
            "The running year is marked with the day it goes up to. A part of a year is never called the "
            "year, and never compared with a full one."
        ),
    ),
    (
        _("Numbers change"),
        _("What is found out late changes past periods. A page of changes says what moved, by how much and why."),
    ),
    (
        _("Bookkeeping is not freedom"),
        _(
            "Merging two records, changing how one is classed, withdrawing a recognition or mending a "
            "mistake never shows up as a release."
        ),
    ),
    (
        _("Deaths"),
        _("Deaths are a series of their own, by circumstance. They are never releases."),
    ),
    (
        _("Shares of what is known"),
        _("Sex, age and region have a line for not known, and a share that leaves it out says so."),
    ),
    (
        _("Charges and occupations"),
        _(
            "One person can face several charges and have several occupations, so these counts do not add "
            "up to the number of people."
        ),
    ),
    (
        _("Withheld names"),
        _(
            "When a family asks us to withhold a name, the person still counts: in the totals of a "
            "country and a whole year, and nowhere else. Among an announcement’s places they stay "
            "unnamed."
        ),
    ),
    (
        _("What others report"),
        _("Figures that others publish stand beside ours. They never enter our counts."),
    ),
    (
        _("No estimates"),
        _("We count what is documented and do not estimate the rest. Every number is a minimum."),
    ),
    (
        _("Possible members of an announcement"),
        _(
            "A named release or pardon close in time to an announcement may be one of its unnamed people. "
            "Until somebody has checked, the lower number assumes that it is; the upper one that it is "
            "not."
        ),
    ),
    (
        _("Confirmed, or long unheard of"),
        _(
            "Of the people held we say how many were confirmed within the last twelve months, and for how "
            "many the sentence has ended without news. The upper number has all of them; the lower leaves "
            "out those without news after their end."
        ),
    ),
    (
        _("Who counts"),
        _(
            "Everyone recorded, or only those whom some organisation recognised as political prisoners: "
            "you choose, and the answer says what you chose. By default people in criminal custody, "
            "prisons and open-type facilities count as held."
        ),
    ),
)
