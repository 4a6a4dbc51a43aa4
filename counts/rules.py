"""Which counting rules a reader of a number should know, and what each metric counts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from counts.questions import Question
from registry.method import RULES, Rule

RULE_OF_METRIC = {
    "arrests": _("A detention counts on the day the person was taken."),
    "convictions": _("A verdict counts on the day it was given."),
    "recognitions": _("A recognition counts on the day of the act; withdrawals and refusals are not counted."),
    "pardons": _("A person counts as pardoned on the date of the act, freed or not."),
    "releases": _(
        "A person counts as released on the day the detention ended in freedom. "
        "Deaths, escapes, transfers and extraditions are not releases."
    ),
    "deaths": _("A person counts on the day of death, by circumstance."),
    "held": _("A person is held on a day when taken on or before it and not out on or before it."),
}
# Which rules a reader should know for a number of each kind.
RULES_OF_FLOW = (1, 4, 5, 6, 7, 10, 13, 20, 21, 22, 25)
RULES_OF_STOCK = (2, 3, 20, 21, 22, 24, 25)
CLEMENCY = ("pardons", "releases")


def rules_for(question: Question) -> list[Rule]:
    """The rules that a reader of this number should know."""
    numbers = RULES_OF_STOCK if question.is_stock else RULES_OF_FLOW
    if question.metric in CLEMENCY:
        numbers = (*numbers, 23)
    return [RULES[number] for number in sorted(numbers)]
