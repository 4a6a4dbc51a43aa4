"""Public pages of announcements, pardons and reported figures."""

from __future__ import annotations

from typing import Any

from django.db.models import DateField, Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from pardons.filters import AnnouncementFilter, PardonFilter, ReportedFigureFilter
from pardons.models import Announcement, Identification, Pardon, ReportedFigure, Statement
from pardons.overlaps import overlaps_of
from pardons.places import for_rows, headline, row_of, said_in_words
from prisoners.life_events import pardon_event
from prisoners.listing import LONG_AGO, EventList, EventRow, country_facet
from prisoners.models import Organisation
from prisoners.views import event_view, list_context
from registry.earlier_views import KNOWN_ON, as_readers_knew
from registry.facets import facet
from registry.footnotes import Footnotes
from registry.models import Source
from registry.paging import PAGE_PARAMETERS, Order, keyset_page
from registry.parameters import canonical_query
from registry.publishing import Record
from registry.told_views import TWO_STATES, history_file, history_page

DAY_KEY = {"day_key": Coalesce("day_earliest", "day_latest", Value(LONG_AGO), output_field=DateField())}
ANNOUNCEMENT_ORDERS = (
    Order("-date", _("newest first"), ("day_key",), descending=True, annotations=DAY_KEY),
    Order("date", _("oldest first"), ("day_key",), annotations=DAY_KEY),
)
FIGURE_KEY = {"day_key": Coalesce("ends", "starts", Value(LONG_AGO), output_field=DateField())}
FIGURE_ORDERS = (
    Order("-date", _("newest first"), ("day_key",), descending=True, annotations=FIGURE_KEY),
    Order("date", _("oldest first"), ("day_key",), annotations=FIGURE_KEY),
)
ACT_RANGE = ((_("Date of the act"), ("act_from", "act_to")),)
ABOUT_RANGE = ((_("About the time"), ("about_from", "about_to")),)


@canonical_query(lambda: AnnouncementFilter.parameters() | PAGE_PARAMETERS | KNOWN_ON)
@as_readers_knew
def announcement_list(request: HttpRequest) -> HttpResponse:
    filters = AnnouncementFilter(request.GET, queryset=Announcement.public.all())
    page = keyset_page(for_rows(filters.qs), request.GET, ANNOUNCEMENT_ORDERS)
    facets = [
        country_facet(request, filters, "country"),
        facet(request, filters, "kind", "kind", Announcement.Kind.choices),
    ]
    context = list_context(request, filters, page, facets, ACT_RANGE)
    context |= {"section": "announcements", "rows": [row_of(announcement) for announcement in page.rows]}
    return render(request, "pardons/announcement_list.html", context)


@canonical_query(KNOWN_ON)
@as_readers_knew
def announcement_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    announcement = get_object_or_404(for_rows(Announcement.public.all()), public_id=public_id)
    statements = list(announcement.statements.all())
    sources: dict[Record, list[Source]] = {
        statement: [statement.source] for statement in statements if statement.source
    }
    footnotes = Footnotes([announcement, *statements], sources)
    context = {
        "section": "announcements",
        "announcement": announcement,
        "row": row_of(announcement),
        "statements": [(statement, said_in_words(statement), footnotes.of(statement)) for statement in statements],
        "people": list(announcement.identifications.all()),
        "overlaps": overlaps_of(announcement),
        "about": footnotes.of(announcement),
        "footnotes": footnotes.all,
    }
    return render(request, "pardons/announcement_detail.html", context)


@canonical_query(TWO_STATES)
def announcement_history(request: HttpRequest, public_id: str) -> HttpResponse:
    return history_page(request, public_announcement(public_id), "announcements")


@canonical_query(TWO_STATES)
def announcement_history_file(request: HttpRequest, public_id: str) -> HttpResponse:
    return history_file(request, public_announcement(public_id))


def public_announcement(public_id: str) -> Announcement:
    return get_object_or_404(Announcement.public.all(), public_id=public_id)


def figure_context(request: HttpRequest) -> dict[str, Any]:
    """The list of reported figures; the view stands in `counts`, which puts our count beside each."""
    filters = ReportedFigureFilter(request.GET, queryset=ReportedFigure.public.all())
    page = keyset_page(with_sources(filters.qs), request.GET, FIGURE_ORDERS)
    facets = [
        country_facet(request, filters, "country"),
        facet(request, filters, "metric", "metric", ReportedFigure.Metric.choices),
        facet(request, filters, "measure", "measure", ReportedFigure.Measure.choices),
    ]
    return list_context(request, filters, page, facets, ABOUT_RANGE) | {"section": "figures"}


def with_sources(figures: QuerySet[ReportedFigure]) -> QuerySet[ReportedFigure]:
    """Figures with their public sources and organisations; a source that is not public is None."""
    return figures.prefetch_related(
        Prefetch("source", Source.public.all()), Prefetch("organisation", Organisation.objects.published())
    )


def with_announcements(pardons: QuerySet[Pardon]) -> QuerySet[Pardon]:
    statements = Prefetch("announcement__statements", Statement.objects.published())
    public = Identification.public.select_related("announcement").prefetch_related(statements)
    return pardons.prefetch_related(Prefetch("identifications", public, to_attr="public_identifications"))


def pardon_row(pardon: Any) -> EventRow:
    event = pardon_event(pardon)
    announcements = [identification.announcement for identification in pardon.public_identifications]
    belongs_to = [headline(announcement, announcement.chosen_statement) for announcement in announcements]
    return EventRow(pardon.prisoner, event.when, event.title, [*event.details, *belongs_to], pardon)


PARDON_LIST = EventList(
    "pardon-list", _("Pardons"), _("No pardon matches."), PardonFilter, Pardon.public.all, "prisoner",
    ("act_earliest", "act_latest"), ("outcome", "outcome", Pardon.Outcome.choices), with_announcements, pardon_row,
)  # fmt: skip

pardon_list = event_view(PARDON_LIST)
