"""Public pages kept for as long as the data is the same: one question decides, and most answers are only looked up."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from registry.environment import BASE_DIR
from registry.models import Changeset

# A reader sees what was published at most so much later.
FRESH_SECONDS = 0.5
LARGEST_PAGE = 500_000
SECONDS_A_DAY = 24 * 60 * 60
NEVER_KEPT = ("/account/", "/admin/", "/desk/", "/static/", "/healthz", "/readyz")
SENT_AGAIN = "public, no-cache"

Answer = Callable[[HttpRequest], HttpResponseBase]


def keep_pages(get_response: Answer) -> Answer:
    """Answer readers from memory, or with 304 where theirs is still right. Whoever is signed in gets neither."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not may_be_kept(request):
            return get_response(request)
        tag = tag_of(request)
        if tag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            return with_tag(HttpResponse(status=304), tag)
        if (found := pages.get(tag)) is not None:
            return found.answer()
        response = get_response(request)
        if can_be_kept(response):
            with_tag(response, tag)
            # The body of an answer to HEAD is somebody else's business: see registry.headers.
            if request.method == "GET":
                pages.keep(tag, Page(response))  # type: ignore[arg-type]
        return response

    return answer


def may_be_kept(request: HttpRequest) -> bool:
    return (
        settings.KEPT_PAGES_MEGABYTES > 0
        and request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path_info.startswith(NEVER_KEPT)
    )


def can_be_kept(response: HttpResponseBase) -> bool:
    """A whole page that gives no cookie, says nothing of its own about being kept, and is the same for everybody."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and not {"ETag", "Cache-Control", "Vary"} & set(response.headers)
        and len(response.content) <= LARGEST_PAGE
    )


def tag_of(request: HttpRequest) -> str:
    """Changes with the data, the day (which pages speak of), the program, and the address with its query."""
    address = f"{request.path_info}?{request.META.get('QUERY_STRING', '')}"
    version = f"{data_version()} {int(time.time() // SECONDS_A_DAY)} {program()}"
    return f'"{hashlib.sha256(f"{version} {address}".encode(errors="replace")).hexdigest()[:32]}"'


def with_tag(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = SENT_AGAIN
    return response


# --- What the tag stands for ---

_version: tuple[float, int] = (float("-inf"), 0)
_program = ""


def data_version() -> int:
    """The newest changeset's number, asked for at most twice a second in each process."""
    global _version
    asked_at, _ = _version
    if time.monotonic() - asked_at > FRESH_SECONDS:
        # The clock first: what was found is never taken for newer than it is.
        _version = (time.monotonic(), Changeset.latest_number())
    return _version[1]


def program() -> str:
    """The same in every process of one deployment, another one after code, templates or settings have changed."""
    global _program
    if not _program:
        files = sorted(path for kind in ("*/**/*.py", "templates/**/*.html") for path in BASE_DIR.glob(kind))
        known = [(str(path), path.stat().st_mtime_ns) for path in files if is_ours(path)]
        about = (settings.SITE_URL, settings.SITE_NAME, settings.OPERATOR_NAME, settings.OPERATOR_CONTACT)
        _program = hashlib.sha256(repr((known, about, settings.DEFAULT_COUNTRY)).encode()).hexdigest()[:16]
    return _program


def is_ours(path: Path) -> bool:
    return not path.relative_to(BASE_DIR).parts[0].startswith((".", "var", "tests"))


# --- Memory ---


class Page:
    """An answer as it will be given again."""

    def __init__(self, response: HttpResponse) -> None:
        self.body = response.content
        self.headers = dict(response.items())

    def answer(self) -> HttpResponse:
        return HttpResponse(self.body, headers=self.headers)


class Pages:
    """The pages last asked for, up to so many megabytes in each process."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, Page] = OrderedDict()
        self.bytes = 0
        self.lock = Lock()

    def get(self, tag: str) -> Page | None:
        with self.lock:
            if tag in self.kept:
                self.kept.move_to_end(tag)
            return self.kept.get(tag)

    def keep(self, tag: str, page: Page) -> None:
        with self.lock:
            if tag not in self.kept:
                self.bytes += len(page.body)
            self.kept[tag] = page
            while self.bytes > settings.KEPT_PAGES_MEGABYTES * 1_000_000:
                _oldest, dropped = self.kept.popitem(last=False)
                self.bytes -= len(dropped.body)

    def forget(self) -> None:
        with self.lock:
            self.kept.clear()
            self.bytes = 0


pages = Pages()
