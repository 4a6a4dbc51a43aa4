"""gunicorn's settings, for `gunicorn -c python:registry.server registry.wsgi` and for `manage.py serve`."""

from __future__ import annotations

import os
import signal
from http import HTTPStatus
from typing import Any

import django
from environs import EnvError
from gunicorn.arbiter import Arbiter
from gunicorn.http import errors
from gunicorn.util import write_nonblock

from registry import postgres
from registry.gathering import GatheringWorker

STATUS_OF_ERROR: dict[type[Exception], HTTPStatus] = {
    errors.ForbiddenProxyRequest: HTTPStatus.FORBIDDEN,
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.ConfigurationProblem: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidResponseHeader: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidResponseHeaderName: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ParseException: HTTPStatus.BAD_REQUEST,
}


class Worker(GatheringWorker):
    """gunicorn's threads; its own error answers repeat the request, log addresses and carry no headers, these don't."""

    def init_signals(self) -> None:
        """Leave Ctrl-C to the parent: told twice to stop, a worker may hang in its own end."""
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def handle_error(self, request: Any, client: Any, address: Any, problem: Exception) -> None:
        status = status_of(problem)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("A request could not be answered: %s", type(problem).__name__)
        try:
            write_nonblock(client, error_answer(status))
        except OSError:
            self.log.debug("A client left before its error answer.")


def status_of(problem: Exception) -> HTTPStatus:
    """The status that says whose fault it was; anything unforeseen is ours."""
    for kind in type(problem).__mro__:
        if kind in STATUS_OF_ERROR:
            return STATUS_OF_ERROR[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def error_answer(status: HTTPStatus) -> bytes:
    """A whole answer with the headers of every other answer, for requests that never reach Django."""
    from registry.headers import headers_of_every_answer

    body = f"{status.phrase}\n"
    own = {"Connection": "close", "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(f"{name}: {value}" for name, value in (own | headers_of_every_answer()).items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("ascii")


def on_starting(server: Arbiter) -> None:
    """Refuse a database that would be quietly wrong, before the first reader comes.

    Raises RuntimeError, which gunicorn prints as a sentence before it ends.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    try:
        postgres.join()
        django.setup()
    except (postgres.PostgresError, EnvError) as trouble:
        raise RuntimeError(str(trouble)) from trouble
    from registry.checks import database_problems, let_go_of_database, password_alone_problems, role_warnings

    if problems := password_alone_problems(server.address) + database_problems():
        raise RuntimeError(" ".join(problems))
    for warning in role_warnings():
        server.log.warning(warning)
    let_go_of_database()


bind = "127.0.0.1:8000"
worker_class = Worker
workers = 2
# Threads get whole requests: see registry.gathering.
threads = 32
timeout = 60
graceful_timeout = 10
keepalive = 5
accesslog = None
loglevel = "warning"
control_socket_disable = True
