"""Public pages of people and of what happened to them."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from prisoners.events import EVENT_LISTS, with_person
from prisoners.filters import PrisonerFilter
from prisoners.finding import BEST_MATCH, MOST_FOUND
from prisoners.life import for_life, life_of, records_and_sources
from prisoners.listing import (
    PEOPLE_ORDERS,
    RANGES,
    EventList,
    PersonRow,
    Ranges,
    event_facets,
    for_rows,
    people_facets,
    person_rows,
)
from prisoners.merging.addresses import moved_or_gone
from prisoners.models import Name, Prisoner
from prisoners.status import status
from registry.earlier_views import KNOWN_ON, as_readers_knew, known_query
from registry.facets import Facet, address_with, chosen_filters, pairs_of
from registry.filters import EVERYWHERE, StrictFilterSet
from registry.footnotes import Footnotes
from registry.lent import lists_behind_record
from registry.paging import PAGE_PARAMETERS, Order, Page, keyset_page
from registry.parameters import Parameters, canonical_query
from registry.told_views import TWO_STATES, history_file, history_page

# The other filters are held against the best names only: each key typed asks, and a beginning fits many.
MOST_SUGGESTED, MOST_LOOKED_THROUGH = 8, 100


@canonical_query(lambda: PrisonerFilter.parameters() | PAGE_PARAMETERS | KNOWN_ON)
@as_readers_knew
def prisoner_list(request: HttpRequest) -> HttpResponse:
    filters = PrisonerFilter(request.GET, queryset=Prisoner.public.all())
    page = keyset_page(for_rows(filters.qs), request.GET, filters.orders(PEOPLE_ORDERS))
    context = list_context(request, filters, page, people_facets(request, filters))
    context |= {"rows": person_rows(page.rows, filters.sought)} | sought_context(request, filters)
    return render(request, "prisoners/prisoner_list.html", context)


def sought_context(request: HttpRequest, filters: PrisonerFilter) -> dict[str, Any]:
    """Near spellings as links to the same list, and whether more people were found than a search lists."""
    if not filters.sought:
        return {}
    meant = filters.sought.meant(filters.without("q"))
    links = [(text, address_with(request, q=text)) for text in meant]
    return {"meant": links, "is_cut": filters.sought.is_cut, "most": MOST_FOUND}


@canonical_query(Parameters.of(one=("q",), many=("country",)))
def suggestions(request: HttpRequest) -> HttpResponse:
    """People whose name the text may begin or be, for a list under the field: eight at most."""
    filters = PrisonerFilter(request.GET, queryset=Prisoner.public.all())
    if not filters.sought:
        return JsonResponse({"suggestions": []})
    filters.sought.fewer = MOST_LOOKED_THROUGH
    named = filters.qs.filter(pk__in=list(filters.sought.by_person))
    ranked = filters.sought.best_first().applied(for_rows(named))[:MOST_SUGGESTED]
    rows = person_rows(list(ranked), filters.sought)
    return JsonResponse({"suggestions": [suggestion(row) for row in rows]}, json_dumps_params={"ensure_ascii": False})


def suggestion(row: PersonRow) -> dict[str, str]:
    born = _("born %(year)s") % {"year": row.person.birth_year} if row.person.birth_year else ""
    about = [row.matched, born, *row.apart, row.status.sentence]
    return {"name": row.name, "about": " · ".join(filter(None, about)), "url": row.person.get_absolute_url()}


@canonical_query(KNOWN_ON)
@as_readers_knew
def prisoner_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    person = for_life(Prisoner.public.all()).filter(public_id=public_id).first()
    if person is None:
        return moved_or_gone(public_id, "prisoner-detail", known_query(request))
    life = life_of(person)
    sources = records_and_sources(life.events)
    footnotes = Footnotes([person, *sources], sources)
    context = {
        "section": "people",
        "person": person,
        "spellings": [name for name in person.names.all() if name.kind != Name.Kind.MAIN],
        "status": status(person),
        "life": [(event, footnotes.of(event.record)) for event in life.dated],
        "undated": [(event, footnotes.of(event.record)) for event in life.undated],
        "about": footnotes.of(person),
        "footnotes": footnotes.all,
        "lent": lists_behind_record(person),
    }
    return render(request, "prisoners/prisoner_detail.html", context)


@canonical_query(TWO_STATES)
def prisoner_history(request: HttpRequest, public_id: str) -> HttpResponse:
    person = Prisoner.public.filter(public_id=public_id).first()
    if person is None:
        return moved_or_gone(public_id, "prisoner-history", query_of(request))
    return history_page(request, person, "people")


@canonical_query(TWO_STATES)
def prisoner_history_file(request: HttpRequest, public_id: str) -> HttpResponse:
    person = Prisoner.public.filter(public_id=public_id).first()
    if person is None:
        return moved_or_gone(public_id, "prisoner-history-json", query_of(request))
    return history_file(request, person)


def query_of(request: HttpRequest) -> str:
    """The two states that an address asks for, to be asked of another address."""
    return "?" + request.GET.urlencode() if request.GET else ""


def event_list(request: HttpRequest, shown: EventList) -> HttpResponse:
    """One row per event."""
    filters = shown.filters(request.GET, queryset=shown.rows())
    fetched = shown.fetch(with_person(filters.qs, shown.person))
    page = keyset_page(fetched, request.GET, shown.orders)
    facets = event_facets(request, filters, shown.person, shown.own_facet)
    context = list_context(request, filters, page, facets)
    context |= {"shown": shown, "rows": [shown.describe(row) for row in page.rows]}
    return render(request, "prisoners/event_list.html", context)


def event_view(shown: EventList) -> Any:
    """The view of one event list; its parameters are the filters of that list."""
    taken = canonical_query(lambda: shown.filters.parameters() | PAGE_PARAMETERS | KNOWN_ON)
    return taken(as_readers_knew(partial(event_list, shown=shown)))


EVENT_VIEWS = {name: event_view(shown) for name, shown in EVENT_LISTS.items()}


def list_context(
    request: HttpRequest, filters: StrictFilterSet, page: Page, facets: list[Facet], ranges: Ranges = RANGES
) -> dict[str, Any]:
    """What every list page shows beside its rows. Of `ranges` it takes those that the filters know."""
    form = filters.form
    known = [(title, [form[name] for name in names]) for title, names in ranges if names[0] in form.fields]
    in_form = {field.name for title, fields in known for field in fields} | {"q"}
    return {
        "section": "people",
        "page": page,
        "facets": facets,
        "chosen": chosen_filters(request, filters),
        "next": page.after and address_with(request, after=page.after),
        "previous": page.before and address_with(request, before=page.before),
        "orders": [(order, order_address(request, order)) for order in page.orders],
        "ranges": known,
        "form": form,
        "kept": [(name, value) for name, value in pairs_of(request) if name not in in_form],
        "kept_by_known": [(name, value) for name, value in pairs_of(request) if name not in ("q", "known_on")],
        "kept_by_search": [(name, value) for name, value in pairs_of(request) if name != "q"],
        "everywhere": address_with(request, country=EVERYWHERE),
        "query": urlencode(pairs_of(request), safe=",:/"),
    }


def order_address(request: HttpRequest, order: Order) -> str:
    """This list in another order. The best match is not named, or the address would mean nothing without its text."""
    return address_with(request, sort=None if order.name == BEST_MATCH else order.name)
