"""The outermost middleware: headers on every answer, and refusals of requests that no page could mean."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

ALLOWED_METHODS = ("GET", "HEAD", "POST")
LONGEST_QUERY = 8_192
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Answer = Callable[[HttpRequest], HttpResponseBase]


def headers(get_response: Answer) -> Answer:
    """Add the headers to every answer; a view may have set one of them more narrowly."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = refusal(request) or get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return answer


def refusal(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that no page could mean, or None for any other."""
    query = request.META.get("QUERY_STRING", "")
    if request.method not in ALLOWED_METHODS:
        refused = plain(405, f"Use one of {', '.join(ALLOWED_METHODS)}.")
        refused["Allow"] = ", ".join(ALLOWED_METHODS)
        return refused
    if len(query) > LONGEST_QUERY:
        return plain(414, f"The part after the question mark is longer than {LONGEST_QUERY} characters: ask for less at once.")
    if "\x00" in request.path_info or "%00" in query or "\x00" in query:
        return plain(400, "The address has a NUL byte in it: remove %00.")
    return None


def plain(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", content_type="text/plain; charset=utf-8", status=status)


class WithoutReaders(logging.Filter):
    """Keeps out of the log what would tell who asked for what: Django's own lines carry paths and queries."""

    def filter(self, record: logging.LogRecord) -> bool:
        return True
