"""A question to the counts, as its address asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast, get_args

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counts.filters import Filters, filter_parameters, filters_asked
from counts.group_values import values_of
from counts.periods import By, Period, how_many
from prisoners.models import Organisation
from registry.countries import country_name, is_country
from registry.dates import PartialDate, PartialDateError
from registry.filters import unknown_choice
from registry.known import State, in_state, state_asked
from registry.parameters import BadParameter, Parameters

METHOD_VERSION = 1
MOST_PERIODS = 5_000

METRICS = {
    "arrests": gettext_lazy("Arrests"),
    "convictions": gettext_lazy("Convictions"),
    "recognitions": gettext_lazy("Recognitions"),
    "pardons": gettext_lazy("Pardons"),
    "releases": gettext_lazy("Releases"),
    "deaths": gettext_lazy("Deaths"),
    "held": gettext_lazy("Held"),
}
# Rule 1: what is counted unless asked otherwise, then what else can be asked for.
UNITS = {
    "arrests": ("detentions", "people"),
    "convictions": ("verdicts", "people"),
    "recognitions": ("recognitions", "people"),
    "pardons": ("people", "pardons"),
    "releases": ("people", "detentions"),
    "deaths": ("people",),
    "held": ("people",),
}
DIMENSIONS = ("sex", "country", "region", "kind", "form", "charge", "occupation", "age")
EVERYWHERE = "all"

# Whose events are detentions, or the ends of detentions, and so have a form.
METRICS_WITH_FORMS = ("arrests", "releases", "held")

# Rule 25: who counts, and which forms of detention count.
EVERYONE, ANY_ORGANISATION, UNRECOGNISED = "everyone", "recognised", "unrecognised"
WIDE_DEFINITIONS = (EVERYONE, ANY_ORGANISATION, UNRECOGNISED)
THEN, BY_CUTOFF = "then", "by-cutoff"
DEFAULT_FORMS = ("custody", "prison", "open-type", "unknown")
FORMS = (*DEFAULT_FORMS, "administrative", "home-confinement", "house-arrest", "psychiatric")

PARAMETERS = (
    Parameters.of(
        one=["from", "to", "by", "country", "unit", "definition", "recognised", "known_on"], many=["group", "forms"]
    )
    | filter_parameters()
)
# What explains one number takes, beside the question, the group that the number is of.
CELL_SEPARATOR = ";"
CELL_PARAMETERS = PARAMETERS | Parameters.of(one=["cell"])


@dataclass(frozen=True)
class Question:
    """What is asked: a metric, over which days, cut how, grouped how, of which country (None: all), in which unit."""

    metric: str
    unit: str
    by: By = "year"
    first: date | None = None
    last: date | None = None
    group: tuple[str, ...] = ()
    country: str | None = None
    definition: str = EVERYONE
    recognised: str = BY_CUTOFF
    forms: tuple[str, ...] = DEFAULT_FORMS
    # The filters of the people list that are in force.
    filters: Filters = ()
    # One group of the answer, as the values of its dimensions; empty for all groups.
    cell: tuple[str, ...] = ()
    # Of the answer: the day it is given on. What lies after it is not known.
    cut_off: date = date.max
    # The earlier state of knowledge that is asked for, as the address says it, and its changeset; none: that of now.
    known_on: str = ""
    changeset: int | None = None

    @property
    def is_stock(self) -> bool:
        return self.metric == "held"

    @property
    def group_of_cell(self) -> dict[str, str] | None:
        """The group that the number is of; None for a number of all, and for an answer with all its groups."""
        return dict(zip(self.group, self.cell, strict=True)) if self.cell else None

    @property
    def measure(self) -> str:
        return "stock" if self.is_stock else "flow"

    @property
    def span(self) -> Period:
        return Period(self.first, self.last)

    @property
    def country_label(self) -> str:
        return _("all countries") if self.country is None else country_name(self.country)

    @property
    def query(self) -> dict[str, str]:
        """The question as canonical parameters; what is the default is left out, the country never is."""
        asked = {
            "country": self.country or EVERYWHERE,
            "from": edge(self.first, self.last, 0),
            "to": edge(self.first, self.last, 1),
            "by": self.by if self.by != "year" else "",
            "group": ",".join(self.group),
            "unit": self.unit if self.unit != UNITS[self.metric][0] else "",
            "definition": self.definition if self.definition != EVERYONE else "",
            "recognised": self.recognised if self.recognised != recognised_by_default(self.metric) else "",
            "forms": ",".join(self.forms) if self.forms != DEFAULT_FORMS else "",
            **dict(self.filters),
            "cell": CELL_SEPARATOR.join(self.cell),
            "known_on": self.known_on,
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def state(self) -> State:
        """What the answer rests on: the earlier state that is asked for, else that of now."""
        return State(self.changeset, self.cut_off, self.known_on)

    @property
    def permanent(self) -> Question:
        """The same question, of the state of knowledge that it is answered from, for ever."""
        return replace(self, known_on=self.state.permanent)

    def known(self, state: State) -> Question:
        """The same question, asked of a state of knowledge."""
        return replace(self, cut_off=state.cut_off, known_on=state.asked, changeset=state.changeset)

    def about(self, period: Period) -> Question:
        """The same question of one period, as one number."""
        return replace(self, first=period.first, last=period.last, by="total")


def edge(first: date | None, last: date | None, which: int) -> str:
    """One end of a span as a partial date, in the coarsest form that keeps both ends."""
    period = Period(first, last)
    parts = period.text.split("/")
    text = parts[which] if len(parts) == 2 else parts[0]
    return "" if text == ".." else text


def question_from(metric: str, query: Mapping[str, str], *, today: date) -> Question:
    """The question that an address asks; raises BadParameter that names the parameter and says what would be right."""
    state = state_asked(query.get("known_on", ""), today=today)
    with in_state(state):
        question = question_in(state, metric, query)
    refuse_reversed(question)
    refuse_too_many_periods(question)
    return question


def question_in(state: State, metric: str, query: Mapping[str, str]) -> Question:
    question = Question(
        metric=metric,
        unit=one_of("unit", query.get("unit") or UNITS[metric][0], UNITS[metric]),
        by=cast("By", one_of("by", query.get("by") or "year", get_args(By))),
        first=bound("from", query.get("from")),
        last=bound("to", query.get("to")),
        group=groups_asked(metric, query.get("group", "")),
        country=country_asked(query.get("country", "")),
        definition=definition_asked(query.get("definition", "")),
        recognised=one_of("recognised", query.get("recognised") or recognised_by_default(metric), (THEN, BY_CUTOFF)),
        forms=forms_asked(query.get("forms", "")),
        filters=filters_asked(metric, query, is_past=state.is_past),
    )
    return replace(question, cell=cell_asked(question, query.get("cell", ""))).known(state)


def one_of(name: str, given: str, known: tuple[str, ...]) -> str:
    if given not in known:
        raise BadParameter(
            name, _("“%(given)s” is not one of: %(known)s.") % {"given": given[:80], "known": ", ".join(known)}
        )
    return given


def bound(name: str, text: str | None) -> date | None:
    """The first day that `from` means, the last day that `to` means; None where it is left out."""
    if not text:
        return None
    try:
        written = PartialDate.parse(text)
    except PartialDateError as problem:
        raise BadParameter(name, str(problem)) from None
    day = written.earliest if name == "from" else written.latest
    if day is None:
        raise BadParameter(name, _("Write a date with an end to it, such as 2024, 2024-07 or 2024-07-16."))
    return day


def dimensions_of(metric: str) -> tuple[str, ...]:
    """What a metric can be grouped by: only what happens to a detention has a form."""
    return tuple(dimension for dimension in DIMENSIONS if dimension != "form" or metric in METRICS_WITH_FORMS)


def groups_asked(metric: str, text: str) -> tuple[str, ...]:
    asked = tuple(part for part in text.split(",") if part)
    for part in asked:
        one_of("group", part, dimensions_of(metric))
    if len(asked) > 2:
        raise BadParameter(
            "group", _("Group by one or two of: %(known)s.") % {"known": ", ".join(dimensions_of(metric))}
        )
    return asked


def cell_asked(question: Question, text: str) -> tuple[str, ...]:
    """The one group that is asked for, a value for each dimension: `female;pardon`."""
    if not text:
        return ()
    values, group = tuple(part.strip() for part in text.split(CELL_SEPARATOR)), question.group
    if not group:
        raise BadParameter("cell", _("It names one group of an answer: say by group= what the answer is grouped by."))
    if len(values) != len(group) or not all(values):
        raise BadParameter(
            "cell",
            _("Give one value for each of %(group)s, with %(sign)s between them.")
            % {"group": ", ".join(group), "sign": CELL_SEPARATOR},
        )
    for dimension, value in zip(group, values, strict=True):
        refuse_unknown_group(question, dimension, value)
    return values


def refuse_unknown_group(question: Question, dimension: str, value: str) -> None:
    """A group that there can't be is a mistake; one that nothing is recorded in is an answer."""
    known = list(FORMS) if dimension == "form" else values_of(dimension, question.metric, question.country)
    if value in known:
        return
    problem = no_country(value) if dimension == "country" else unknown_choice(value, known)
    raise BadParameter("cell", _("%(dimension)s: %(problem)s") % {"dimension": dimension, "problem": problem})


def recognised_by_default(metric: str) -> str:
    """The stock asks who was recognised then; flows by the cut-off, so that people recognised later are in them."""
    return THEN if metric == "held" else BY_CUTOFF


def definition_asked(text: str) -> str:
    """Everyone, recognised by any, unrecognised, or the slug of a published organisation."""
    if not text or text in WIDE_DEFINITIONS:
        return text or EVERYONE
    slugs = tuple(Organisation.public.order_by("slug").values_list("slug", flat=True))
    return one_of("definition", text, (*WIDE_DEFINITIONS, *slugs))


def forms_asked(text: str) -> tuple[str, ...]:
    """The forms that count, in the order of the method; the default ones if none is given."""
    asked = {one_of("forms", part, FORMS) for part in text.split(",") if part}
    return tuple(form for form in FORMS if form in asked) or DEFAULT_FORMS


def country_asked(text: str) -> str | None:
    asked = text or settings.DEFAULT_COUNTRY
    if asked == EVERYWHERE:
        return None
    if not is_country(asked):
        raise BadParameter("country", no_country(asked) + " " + _("Write all for all of them."))
    return asked


def no_country(given: str) -> str:
    return _("“%(given)s” is no country code. Write two capital letters such as BY.") % {"given": given[:80]}


def refuse_reversed(question: Question) -> None:
    if question.first and question.last and question.first > question.last:
        raise BadParameter("to", _("The range ends before it begins: give a later date, or leave it out."))


def refuse_too_many_periods(question: Question) -> None:
    first, last = question.first, question.last or question.cut_off
    if first and first <= last and how_many(Period(first, last), question.by) > MOST_PERIODS:
        raise BadParameter(
            "by",
            _("That would be more than %(most)s rows: ask for a shorter range or longer periods.")
            % {"most": f"{MOST_PERIODS:,}"},
        )
