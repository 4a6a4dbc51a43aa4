"""Public pages read as the reader's role: what they don't show they can't read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse

from registry.headers import may_be_signed_in

READER_ALIAS = "reader"


def public_connection(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The innermost middleware: sessions and accounts are read before, as the web's role."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if READER_ALIAS in connections.settings and is_public(view) and not is_signed_in(request):
            read_as_reader()

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def is_signed_in(request: HttpRequest) -> bool:
    """Asks the cookie first: a page for readers that never asked who reads it can be kept (registry.kept_pages)."""
    return may_be_signed_in(request) and request.user.is_authenticated


def is_public(view: Any) -> bool:
    """Whether a view is a public page, file or answer of the API: those say which parameters they take."""
    return hasattr(view, "parameters") or hasattr(getattr(view, "cls", None), "operation")


def read_as_reader() -> None:
    """Whatever asks for the database in this thread gets the reader's connection, until the answer is over.

    Not a router: the public's code is full of plain SQL and of transactions, and one forgotten `using` would be a hole.
    """
    connections[DEFAULT_DB_ALIAS].close()
    connections[DEFAULT_DB_ALIAS] = connections[READER_ALIAS]


def read_as_web(**_rest: Any) -> None:
    """Begin and end of every request: an answer that is streamed is read by the reader to its end."""
    if READER_ALIAS in connections.settings and connections[DEFAULT_DB_ALIAS] is connections[READER_ALIAS]:
        connections[READER_ALIAS].close()
        del connections[DEFAULT_DB_ALIAS]


request_started.connect(read_as_web)
request_finished.connect(read_as_web)
