"""The front page of the desk, what waits; and each queue, row by row."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from pardons.desk.queues_page import lines
from registry.desk import desk_page
from registry.waiting import QUEUES, page

LONGEST_KEY = 18


@desk_page(change=None)
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/home.html", {"here": "desk", "queues": lines(timezone.now().date())})


@desk_page(change=None)
def queue(request: HttpRequest, queue: str) -> HttpResponse:
    """One queue, some rows at a time, each with the page where it is solved."""
    found = QUEUES.get(queue)
    if found is None:
        raise Http404
    if found.address:
        return redirect(found.address)
    after = request.GET.get("after", "")
    key = int(after) if after.isascii() and after.isdecimal() and len(after) <= LONGEST_KEY else None
    shown = page(found, timezone.now().date(), key)
    return render(request, "desk/queue.html", {"here": "desk", "queue": found, "page": shown})
