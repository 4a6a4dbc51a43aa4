"""The front page of the desk: what waits, each with a link to where it is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pardons.desk.queues import queues
from registry.desk import desk_page


@desk_page(change=None)
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/home.html", {"here": "desk", "queues": queues()})
