"""The counting rules in words, by number: what an explanation says and the methodology page lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counts.questions import Question

RULE_OF_METRIC = {
    "arrests": gettext_lazy("A detention counts on the day the person was taken."),
    "convictions": gettext_lazy("A verdict counts on the day it was given."),
    "recognitions": gettext_lazy("A recognition counts on the day of the act; withdrawals and refusals are not counted."),
    "pardons": gettext_lazy("A person counts as pardoned on the date of the act, freed or not."),
    "releases": gettext_lazy("A person counts as released on the day the detention ended in freedom. Deaths, escapes, transfers and extraditions are not releases."),
    "deaths": gettext_lazy("A person counts on the day of death, by circumstance."),
    "held": gettext_lazy("A person is held on a day when taken on or before it and not out on or before it."),
}
# Which rules a reader should know for a number of each kind.
RULES_OF_FLOW = (1, 4, 5, 6, 7, 10, 13, 20, 21, 22)
RULES_OF_STOCK = (2, 3, 20, 21, 22, 24)
CLEMENCY = ("pardons", "releases")


def rules_for(question: Question) -> list[dict[str, Any]]:
    """The rule of the metric in words, then the general rules by number with their place on the methodology page."""
    numbers = RULES_OF_STOCK if question.is_stock else RULES_OF_FLOW
    if question.metric in CLEMENCY:
        numbers = (*numbers, 23)
    first = {"number": None, "text": str(RULE_OF_METRIC[question.metric]), "address": reverse("method")}
    return [first, *({"number": number, "text": _("Rule %(n)d") % {"n": number}, "address": f"{reverse('method')}#rule-{number}"} for number in numbers)]
