"""Review: what waits for the second person, and what is done to records that are public."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pardons.models import Announcement
from registry.desk import desk_page
from registry.models import Source


@desk_page(change=None)
def source(request: HttpRequest, public_id: str) -> HttpResponse:
    """A source as editors see it: its text, and everything that was made of it."""
    found = get_object_or_404(Source.objects.select_related("private"), public_id=public_id)
    return render(request, "desk/source.html", {"here": "review", "source": found})


@desk_page(change=None)
def announcement(request: HttpRequest, public_id: str) -> HttpResponse:
    """An announcement as editors see it: what each source says, and how it stands to others."""
    found = get_object_or_404(Announcement, public_id=public_id)
    return render(request, "desk/announcement.html", {"here": "review", "announcement": found})
