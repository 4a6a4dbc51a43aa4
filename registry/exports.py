"""A source as JSON: what it is, and what rests on it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from registry.columns import Column, column, day, identifier, page, text, word
from registry.downloads import Download, about_this_file, json_rows
from registry.earlier_views import KNOWN_ON, as_readers_knew
from registry.models import Source
from registry.parameters import canonical_query
from registry.source_filters import SOURCE_ORDERS, SourceFilter
from registry.views import what_rests_on


def source_columns() -> list[Column]:
    return [
        identifier(),
        page("source-detail"),
        word("kind", "kind", Source.Kind.choices, _("the kind of document")),
        text("title", "title", _("its title")),
        text("publisher", "publisher", _("who published it")),
        text("author", "author", _("who wrote it")),
        text("source_address", "url", _("where it is")),
        text("archived_address", "archived_url", _("where a copy is")),
        *day("published_on", "published_on", "published_on_earliest", "published_on_latest", _("published (EDTF)")),
        text("language", "language", _("its language")),
        column("retrieved_on", "retrieved_on", _("when it was retrieved")),
        text("sha256", "sha256", _("the SHA-256 of the stored text")),
        word("reliability", "reliability", Source.Reliability.choices, _("how reliable it is held to be")),
    ]


@canonical_query(KNOWN_ON)
@as_readers_knew
def source_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """One public source; a restricted one is not found."""
    source = get_object_or_404(Source.public.open(), public_id=public_id)
    content = {"meta": about_this_file(request)} | source_rows(source)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})


def source_rows(source: Source) -> dict[str, Any]:
    """One source, and what rests on it."""
    return {
        "source": json_rows(source_columns(), Source.public.open().filter(pk=source.pk))[0],
        "rests_on_it": [listed(group) for group in what_rests_on(source)],
    }


def open_sources() -> QuerySet[Source]:
    """Public sources; of a restricted one nothing leaves."""
    return Source.public.open()


SOURCES = Download("sources", open_sources, source_columns, SourceFilter, SOURCE_ORDERS)


def listed(group: dict[str, Any]) -> dict[str, Any]:
    """Records of one kind, by identifier and page."""
    records = [
        {"id": shown["record"].public_id, "url": settings.SITE_URL + shown["address"] if shown["address"] else None}
        for shown in group["records"]
    ]
    return {"kind": str(group["title"]), "total": group["total"], "records": records}
