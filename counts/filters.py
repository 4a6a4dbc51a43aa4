"""The filters of the people list, asked of a count: the same filter sets that the lists of events use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pardons.filters import PardonFilter
from pardons.models import Pardon
from prisoners.filters import (
    ConvictionFilter,
    DeathFilter,
    DetentionFilter,
    EventFilter,
    RecognitionFilter,
    ReleaseFilter,
)
from prisoners.models import Conviction, Detention, Prisoner, Recognition, Release
from registry.facets import in_words
from registry.filters import EVERYWHERE
from registry.parameters import BadParameter, Parameters

# Filters in force: name and value as the address has them, in the order of the names.
Filters = tuple[tuple[str, str], ...]

# The list of each metric: its filters and its rows. Filters about the event itself hold on the event that counts.
LISTS: dict[str, tuple[type[EventFilter], Any]] = {
    "arrests": (DetentionFilter, Detention),
    "convictions": (ConvictionFilter, Conviction),
    "recognitions": (RecognitionFilter, Recognition),
    "pardons": (PardonFilter, Pardon),
    "releases": (ReleaseFilter, Release),
    "deaths": (DeathFilter, Prisoner),
    "held": (DetentionFilter, Detention),
}
# What a count asks in words of its own.
OWN_WORDS = {"country", "definition"}


def filter_parameters() -> Parameters:
    """The filters of all metrics."""
    found = Parameters()
    for filters, _model in LISTS.values():
        found |= filters.parameters()
    return Parameters(found.one - OWN_WORDS, found.many - OWN_WORDS)


def filters_asked(metric: str, query: Mapping[str, str], *, is_past: bool) -> Filters:
    """The filters that an address asks for; raises BadParameter for one that the metric's list doesn't take."""
    known = LISTS[metric][0].parameters().names
    asked = tuple((name, query[name]) for name in filter_parameters().names if query.get(name))
    for name, _value in asked:
        if name not in known:
            raise BadParameter(name, _("Pardons can be asked this, and not %(metric)s.") % {"metric": metric})
        if name == "q" and is_past:
            raise BadParameter(name, _("Names are searched as they are today: leave it out, or leave out known_on."))
    if asked:
        refuse_half_a_search(filter_of(metric, asked))
    return asked


def refuse_half_a_search(asked: EventFilter) -> None:
    """A search lists its best matches only: a count of them would be a count of where it was cut."""
    if asked.sought and asked.sought.is_cut:
        raise BadParameter("q", _("Too many people have such a name to be counted: write more of it."))


def filter_of(metric: str, filters: Filters) -> EventFilter:
    """The filter set of the metric's list, in all countries: the count asks of events in a country, not of people."""
    filter_set, model = LISTS[metric]
    return filter_set({**dict(filters), "country": EVERYWHERE}, queryset=model.public.all())


def filtered(metric: str, rows: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    """The rows that the filters ask for; all of them without any."""
    return rows.filter(pk__in=filter_of(metric, filters).qs.order_by().values("pk")) if filters else rows


def people_by_link(filters: Filters) -> QuerySet[Any] | None:
    """Who may count as pardoned by a link alone; None for everyone. A link has no effect, outcome or day of its own."""
    if not filters:
        return None
    asked = filter_of("pardons", filters)
    if asked.rows(asked.answers) is not None:
        return Prisoner.public.none()
    return Prisoner.public.filter(pk__in=asked.people(asked.answers).values("pk"))


def sexes_asked(filters: Filters) -> frozenset[str] | None:
    """The sexes whose unnamed places an answer takes in: None for all, none where another filter is in force.

    Of unnamed people nobody knows where they are from or where they were held: as in a group of a count, they stand
    under “not known”.
    """
    if not filters:
        return None
    asked = dict(filters)
    return frozenset(asked["sex"].split(",")) if asked.keys() == {"sex"} else frozenset()


def one_sex_asked(filters: Filters) -> str | None:
    """The sex of everybody who is asked for, where a filter asks for one."""
    sex = dict(filters).get("sex", "")
    return sex if sex and "," not in sex else None


def filters_in_words(metric: str, filters: Filters) -> list[str]:
    """“Sex: female”, and so on."""
    if not filters:
        return []
    asked = filter_of(metric, filters)
    return [f"{asked.filters[name].label}: {in_words(asked, name, value)}" for name, value in filters]
