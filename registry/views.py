"""Sources, the pages about the registry itself, and the pages of errors."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from registry.earlier_views import KNOWN_ON, as_readers_knew
from registry.lent import lists_behind_record
from registry.method import RULES
from registry.models import Changeset, Citation, Source
from registry.parameters import canonical_query
from registry.patience import answer_to_trouble
from registry.publishing import Record

MOST_SHOWN = 200

# The lists that can be downloaded: their address and their name.
LISTS = (
    ("prisoners", _lazy("People")),
    ("detentions", _lazy("Detentions")),
    ("convictions", _lazy("Convictions")),
    ("recognitions", _lazy("Recognitions")),
    ("pardons", _lazy("Pardons")),
    ("releases", _lazy("Releases")),
    ("deaths", _lazy("Deaths")),
    ("announcements", _lazy("Announcements")),
    ("figures", _lazy("Reported figures")),
)


@canonical_query(KNOWN_ON)
@as_readers_knew
def source_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """A public source: what it is, what is quoted from it, what rests on it. A restricted one is not found."""
    source = get_object_or_404(Source.public.open(), public_id=public_id)
    resting = what_rests_on(source)
    lent = lists_behind_record(source)
    return render(request, "registry/source_detail.html", {"source": source, "resting": resting, "lent": lent})


def what_rests_on(source: Source) -> list[dict[str, Any]]:
    """The public records that cite or name a source, by kind of record; at most some hundreds of each."""
    by_model: dict[Any, set[int]] = {}
    for citation in Citation.objects.filter(source=source).select_related("content_type"):
        if model := citation.content_type.model_class():
            by_model.setdefault(model, set()).add(citation.object_id)
    # Hidden relations too: a source does not lead back to the detentions that it confirms.
    for relation in Source._meta.get_fields(include_hidden=True):
        naming: Any = relation.related_model
        if isinstance(relation, models.ManyToOneRel) and issubclass(naming, Record):
            public = naming.public.filter(**{relation.field.name: source})
            by_model.setdefault(naming, set()).update(public.values_list("pk", flat=True))
    groups = [group_of(model, pks) for model, pks in by_model.items() if issubclass(model, Record)]
    return [group for group in groups if group["total"]]


def group_of(model: Any, pks: set[int]) -> dict[str, Any]:
    found = model.public.filter(pk__in=pks).order_by("pk")
    shown = [{"record": record, "address": address_of(record)} for record in with_parents(found)[:MOST_SHOWN]]
    return {"title": model._meta.verbose_name_plural, "total": found.count(), "records": shown}


def with_parents(records: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Records with what their words and addresses need, in few queries."""
    parents = records.model.parents
    people = [parent for parent in parents if parent.endswith("prisoner")]
    named = [f"{parent}__names" for parent in people] + (["names"] if hasattr(records.model, "names") else [])
    return records.select_related(*parents).prefetch_related(*(Prefetch(name) for name in named))


def address_of(record: Any) -> str:
    """The page that shows a record: its own, or that of the nearest record it belongs to."""
    if hasattr(record, "get_absolute_url"):
        return record.get_absolute_url()
    for parent in record.parents:
        above = record
        for name in parent.split("__"):
            above = getattr(above, name)
        if hasattr(above, "get_absolute_url"):
            return above.get_absolute_url()
    return ""


@canonical_query()
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "registry/method.html", {"section": "method", "rules": RULES.values()})


def data_context() -> dict[str, Any]:
    """What the page of downloads says; the view stands in `counts`, which knows the releases."""
    return {
        "section": "data",
        "lists": LISTS,
        "licence": settings.DATA_LICENCE,
        "licence_url": settings.DATA_LICENCE_URL,
        "site_url": settings.SITE_URL,
        "changeset": Changeset.latest_number(),
    }


@canonical_query()
def api(request: HttpRequest) -> HttpResponse:
    """How programs ask, with examples to copy."""
    return render(request, "registry/api.html", {"section": "data", "site_url": settings.SITE_URL})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("Something in the address or the form is not as it should be.")
    return problem(request, 400, _("This request can’t be read"), sentence)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("Your account may not do this. If it should, ask an administrator.")
    return problem(request, 403, _("Not for you"), sentence)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("There is no page at this address. A record may have been withheld or taken back since it was linked.")
    return problem(request, 404, _("Not found"), sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """Middleware asks the database, too: what fails there comes here alone, and passes as it does in a page."""
    trouble = answer_to_trouble(request, sys.exc_info()[1])
    return trouble or problem(
        request, 500, _("Our mistake"), _("Something failed here. Try again; if it stays, write to us.")
    )


def problem(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    return render(request, "registry/problem.html", {"title": title, "sentence": sentence}, status=status)
