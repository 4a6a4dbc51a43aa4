"""Facets: what a list holds by the values of one parameter, each value a link that adds or drops it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest

from registry.filters import StrictFilterSet
from registry.paging import PAGE_PARAMETERS
from registry.parameters import Pairs, address


@dataclass(frozen=True)
class FacetChoice:
    label: str
    count: int | None
    is_chosen: bool
    address: str


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[FacetChoice]


@dataclass(frozen=True)
class Chosen:
    """One filter in force, with the address of the list without it."""

    label: str
    value: str
    address: str


def pairs_of(request: HttpRequest) -> Pairs:
    """The filters in the address; not the page, which a changed filter makes meaningless."""
    places = {"after", "before"}
    return [(name, str(value)) for name, value in request.GET.items() if name not in places]


def address_with(request: HttpRequest, **changes: str | None) -> str:
    """This list with some parameters changed; None drops one."""
    kept = [(name, value) for name, value in pairs_of(request) if name not in changes]
    return address(request.path, [*kept, *((name, value) for name, value in changes.items() if value)])


def toggled(request: HttpRequest, name: str, value: str) -> str:
    """This list with one value of a parameter added, or dropped if it is there."""
    values = [part for part in request.GET.get(name, "").split(",") if part]
    changed = [part for part in values if part != value] if value in values else [*values, value]
    return address_with(request, **{name: ",".join(changed) or None})


def facet(
    request: HttpRequest, filters: StrictFilterSet, name: str, path: str, choices: Iterable[tuple[str, Any]]
) -> Facet:
    """The values of one parameter with their counts; other filters hold, its own does not. Empty ones are left out."""
    return facet_of(request, filters, name, choices, counts_by(filters.without(name), path))


def table_facet(request: HttpRequest, filters: StrictFilterSet, name: str, path: str, table: type[Model]) -> Facet:
    """The same where the values are the slugs of a small table: its keys are counted, which joins one table less."""
    known = list(table._default_manager.values_list("pk", "slug", "name"))
    by_key = counts_by(filters.without(name).filter(**{f"{path}__isnull": False}), path)
    counts = {slug: by_key.get(key, 0) for key, slug, _name in known}
    return facet_of(request, filters, name, [(slug, label) for _key, slug, label in known], counts)


def facet_of(
    request: HttpRequest,
    filters: StrictFilterSet,
    name: str,
    choices: Iterable[tuple[str, Any]],
    counts: Mapping[str, int],
) -> Facet:
    chosen = request.GET.get(name, "").split(",")
    found = [
        FacetChoice(str(label), counts.get(value, 0), value in chosen, toggled(request, name, value))
        for value, label in choices
        if value in chosen or counts.get(value)
    ]
    return Facet(name, str(filters.filters[name].label), found)


def counts_by(queryset: QuerySet, path: str) -> dict[Any, int]:
    """How many rows have each value of `path`; a row with several values counts once under each.

    A list has each row once, and so has each value: telling rows apart once more would sort them all.
    """
    groups = queryset.order_by().values_list(path).annotate(rows=Count("pk"))
    return dict(groups)


def chosen_filters(request: HttpRequest, filters: StrictFilterSet) -> list[Chosen]:
    """The filters in force, in words."""
    found = []
    for name, value in pairs_of(request):
        if name in filters.filters and name not in PAGE_PARAMETERS.one:
            label = str(filters.filters[name].label)
            found.append(Chosen(label, in_words(filters, name, value), address_with(request, **{name: None})))
    return found


def in_words(filters: StrictFilterSet, name: str, value: str) -> str:
    """A value of the address as the page says it: choices by their labels, everything else as written."""
    choices = getattr(filters.form.fields[name], "choices", None)
    if choices is None:
        return value
    labels = {str(key): str(label) for key, label in choices}
    return ", ".join(labels.get(part, part) for part in value.split(","))
