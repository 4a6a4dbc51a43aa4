"""The front page of the desk, what waits; each queue, row by row; undo of the last step."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pardons.desk.queues_page import lines
from registry.desk import desk_page
from registry.forms import whole_number
from registry.undo import undo
from registry.waiting import QUEUES, page


@desk_page(change=None)
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/home.html", {"here": "desk", "queues": lines(timezone.now().date(), request.user)})


@desk_page(change=None)
def queue(request: HttpRequest, queue: str) -> HttpResponse:
    """One queue, some rows at a time, each with the page where it is solved."""
    found = QUEUES.get(queue)
    if found is None:
        raise Http404
    if found.address:
        return redirect(found.address)
    shown = page(found, timezone.now().date(), whole_number(request.GET.get("after", "")))
    return render(request, "desk/queue.html", {"here": "desk", "queue": found, "page": shown})


@desk_page()
def undo_last(request: HttpRequest) -> HttpResponse:
    """Take back the step whose number the form carries: an older page undoes nothing newer."""
    if request.method == "POST":
        try:
            undo(whole_number(request.POST.get("number", "")) or 0, by=request.user)
            messages.success(request, _("Undone. What you had typed is still there."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("desk")
