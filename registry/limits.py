"""What keeps a few from using up the registry: requests a minute for each client, and work at once for each process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from threading import Lock, Semaphore
from typing import Any

from django.conf import settings

SECONDS = 60
# Beyond so many clients in one minute a process counts no new ones: memory stays small.
MOST_CLIENTS = 50_000
# Each holds a connection: together no more than DATABASE_POOL. A page with its charts asks for eight at once.
WORKING_AT_ONCE = 10
FILES_AT_ONCE = 6
WAITING_AT_ONCE = 10
LONGEST_WAIT = 2.0
AGAIN_AFTER_SECONDS = 5
ALWAYS_ANSWERED = ("/healthz",)

_lock = Lock()
_minute = -1.0
_counts: dict[str, int] = {}


def seconds_to_wait(client: str) -> int:
    """How long this client has to wait; 0 while it has asked less than it may in this minute.

    `client` is a hash of today (registry.clients). Where it is empty nobody can be told apart, and nobody waits.
    """
    global _minute
    if not client or not settings.REQUESTS_A_MINUTE:
        return 0
    now = time.time()
    with _lock:
        if _minute != now // SECONDS:
            _minute = now // SECONDS
            _counts.clear()
        if client in _counts or len(_counts) < MOST_CLIENTS:
            _counts[client] = _counts.get(client, 0) + 1
        asked = _counts.get(client, 0)
    return 0 if asked <= settings.REQUESTS_A_MINUTE else int(SECONDS - now % SECONDS) + 1


class Valve:
    """A WSGI application that works on so many requests at once, lets a few wait, and answers the rest with 503.

    What is refused costs next to nothing, so a process that gets ten times too much still answers at its own pace, and
    has nothing to catch up with when it is over.
    """

    def __init__(
        self,
        application: Any,
        *,
        working: int = WORKING_AT_ONCE,
        waiting: int = WAITING_AT_ONCE,
        files: int = FILES_AT_ONCE,
    ) -> None:
        self.application = application
        self.working = Semaphore(working)
        self.waiting = Semaphore(waiting)
        self.files = Semaphore(files)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in ALWAYS_ANSWERED:
            return self.application(environ, start_response)
        if not self.may_work():
            return busy(environ, start_response)
        begun: list[Any] = []
        try:
            answer: Any = self.application(environ, lambda *head: begun.append(head))
            return self.sent(answer, begun[-1], environ, start_response)
        finally:
            self.working.release()

    def sent(self, answer: Any, head: Any, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The answer as it goes out. A slow reader of it keeps nobody from working, and holds no connection."""
        if getattr(answer, "streaming", False):
            if not self.files.acquire(blocking=False):
                answer.close()
                return busy(environ, start_response)
            start_response(*head)
            return Releasing(answer, self.files.release)
        start_response(*head)
        if not hasattr(answer, "content"):
            return answer  # a file, which gunicorn hands to the system
        answer.close()
        return [answer.content]

    def may_work(self) -> bool:
        if self.working.acquire(blocking=False):
            return True
        if not self.waiting.acquire(blocking=False):
            return False
        try:
            return self.working.acquire(timeout=LONGEST_WAIT)
        finally:
            self.waiting.release()


class Releasing:
    """A streamed answer that gives its place back when it is over, however it ends."""

    def __init__(self, answer: Any, release: Callable[[], None]) -> None:
        self.answer = answer
        self.release = release

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.answer)

    def close(self) -> None:
        try:
            self.answer.close()
        finally:
            self.release()


def busy(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """503 with the headers of every other answer, without a look at the request."""
    from registry.headers import headers_of_every_answer

    body = b"Too many at once. Try again in some seconds.\n"
    own = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Retry-After": str(AGAIN_AFTER_SECONDS),
        "Cache-Control": "no-store",
    }
    start_response("503 Service Unavailable", list((own | headers_of_every_answer()).items()))
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]
