"""How long the database may take, by kind of request, and what is answered when it took too long or is read-only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg import errors
from psycopg_pool import PoolTimeout

log = logging.getLogger(__name__)

# Milliseconds that one statement may take: a reader's page, an editor's, a whole file.
READERS, EDITORS, FILES = 5_000, 30_000, 600_000
LOCK, EDITORS_LOCK = 2_000, 10_000
IDLE_IN_TRANSACTION = 10_000
AGAIN_AFTER_SECONDS = 10
# It took too long, or somebody else holds what is needed: both pass.
PASSING = (errors.QueryCanceled, errors.LockNotAvailable, errors.IdleInTransactionSessionTimeout, PoolTimeout)
# The database has closed the connection, or the server is going down or coming up.
GONE = (errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow, errors.ConnectionException)
READ_ONLY = (errors.ReadOnlySqlTransaction,)
MAY_CHANGE_NOTHING = ("GET", "HEAD")

Answer = Callable[[HttpRequest], HttpResponseBase]


def connection_options() -> str:
    """For a web server's connections: what holds where nothing else is said."""
    options = {
        "statement_timeout": READERS,
        "lock_timeout": LOCK,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
    }
    if settings.READ_ONLY:
        options["default_transaction_read_only"] = "on"  # type: ignore[assignment]
    return " ".join(f"-c {name}={value}" for name, value in options.items())


def patience(get_response: Answer) -> Answer:
    """Give editors more time, refuse changes while nothing may be changed, say in words that it took too long."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if settings.READ_ONLY and request.method not in MAY_CHANGE_NOTHING:
            return read_only(request)
        # The cookie first, so that a page for readers costs no question to the database.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            with ExitStack() as patient:
                patient.enter_context(at_most(EDITORS, lock=EDITORS_LOCK))
                answered: Any = get_response(request)
                if answered.streaming:
                    # The file is being read on this connection: nothing else can be asked of it until it is closed.
                    answered._resource_closers.append(patient.pop_all().close)
                return answered
        return get_response(request)

    answer.process_exception = answer_to_trouble  # type: ignore[attr-defined]
    return answer


def answer_to_trouble(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """What is answered where the database took too long, is away, or may be read alone; None for any other failure."""
    cause = exception if isinstance(exception, PoolTimeout) else exception and exception.__cause__
    if isinstance(cause, READ_ONLY):
        return read_only(request)
    if isinstance(exception, (DatabaseError, InterfaceError)) and (isinstance(cause, PASSING) or is_lost(cause)):
        log.warning("An answer took too long: %s.", type(cause).__name__)
        return too_long(request)
    return None


def is_lost(cause: BaseException | None) -> bool:
    """Whether the connection is gone, as after idling in a transaction: what has no code never came from the server."""
    no_answer = isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)) and cause.sqlstate is None
    return no_answer or isinstance(cause, GONE)


@contextmanager
def at_most(milliseconds: int, *, lock: int = LOCK) -> Iterator[None]:
    """Statements inside may take so long; afterwards the connection, which others use next, is as it was."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s; SET lock_timeout = %s", [milliseconds, lock])
    try:
        yield
    finally:
        # A transaction that failed takes the settings back with it, and a connection that is lost has none.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")


def too_long(request: HttpRequest) -> HttpResponse:
    sentence = _("This took too long: too much is asked at once, or too many ask. Ask for less, or try again soon.")
    return unavailable(request, _("Too long"), sentence)


def read_only(request: HttpRequest) -> HttpResponse:
    sentence = _("Nothing can be changed just now: the registry is being looked after. Reading works.")
    return unavailable(request, _("Read only"), sentence)


def unavailable(request: HttpRequest, title: str, sentence: str) -> HttpResponse:
    """503 and when to come back."""
    context = {"title": title, "sentence": sentence}
    response = render(request, "registry/problem.html", context, status=503)
    response["Retry-After"] = str(AGAIN_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
