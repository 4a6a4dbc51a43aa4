"""The queue of open requests on the front page of the desk; its number too is for those who may see requests."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from prisoners.models import Request
from registry.waiting import Queue, Row, register


def open_requests(today: date) -> QuerySet[Request]:
    return Request.objects.filter(decision=Request.Decision.OPEN)


def request_row(found: Request, today: date) -> Row:
    return Row(str(found), reverse("desk-request", args=[found.pk]))


register(
    Queue(
        "requests",
        _("open requests of people, families and lawyers"),
        open_requests,
        request_row,
        address="desk-requests",
        needs="prisoners.view_request",
    )
)
