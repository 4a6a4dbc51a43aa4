"""The outermost middleware: headers on every answer, and refusals of requests that no page could mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from registry.clients import forget_client
from registry.limits import seconds_to_wait

ALLOWED_METHODS = ("GET", "HEAD", "POST")
LONGEST_QUERY = 8_192
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)
UNUSED_FEATURES = [
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "usb", "xr-spatial-tracking",
]  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    # no-referrer makes Chromium send `Origin: null`, and Django then refuses every form.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Answer = Callable[[HttpRequest], HttpResponseBase]


def headers(get_response: Answer) -> Answer:
    """Add the headers to every answer; where a view has set one of them, the view's stands."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        client = forget_client(request)
        response = refusal_in_form(request, client) or get_response(request)
        add_headers(response)
        if may_be_signed_in(request):
            response.headers["Cache-Control"] = "no-store, private"
        if request.method == "HEAD":
            remove_body(response)
        return response

    return answer


def remove_body(response: HttpResponseBase) -> None:
    """An answer to HEAD has the headers of the page, its length among them, and nothing after them."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = []
    elif isinstance(response, HttpResponse):
        response.content = b""


def add_headers(response: HttpResponseBase) -> None:
    for name, value in headers_of_every_answer().items():
        response.headers.setdefault(name, value)


def headers_of_every_answer() -> dict[str, str]:
    """The headers, with transport security where the site is reached by https.

    An answer that Django's own middleware never sees, such as a refusal, needs that one too.
    """
    seconds = settings.SECURE_HSTS_SECONDS
    return HEADERS | (
        {"Strict-Transport-Security": f"max-age={seconds}; includeSubDomains; preload"} if seconds else {}
    )


def may_be_signed_in(request: HttpRequest) -> bool:
    """Whether an answer could be an editor's own. Asks the cookie and not the database; files are everyone's."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path_info.startswith(settings.STATIC_URL)


def refusal_in_form(request: HttpRequest, client: str = "") -> HttpResponse | None:
    """The refusal in the form that is asked for: the API answers in JSON."""
    refused = refusal(request) or too_many(client)
    if refused and request.path_info.startswith("/api/v1/"):
        refused.content = json.dumps({"error": refused.content.decode().strip(), "parameter": None})
        refused["Content-Type"] = "application/json"
    return refused


def refusal(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that no page could mean, or None for any other."""
    query = request.META.get("QUERY_STRING", "")
    if request.method not in ALLOWED_METHODS:
        refused = plain(405, f"This address answers {', '.join(ALLOWED_METHODS)}.")
        refused["Allow"] = ", ".join(ALLOWED_METHODS)
        return refused
    if len(query) > LONGEST_QUERY:
        return plain(414, f"The part after the question mark is longer than {LONGEST_QUERY} characters: ask for less.")
    if "\x00" in request.path_info or b"\x00" in unquote_to_bytes(query):
        return plain(400, "The address has a NUL byte in it: remove %00.")
    return None


def too_many(client: str) -> HttpResponse | None:
    """429 for a client (a hash of today) that has asked enough for this minute."""
    if not (seconds := seconds_to_wait(client)):
        return None
    refused = plain(
        429, f"That is more than {settings.REQUESTS_A_MINUTE} requests in a minute. Wait {seconds} seconds."
    )
    refused["Retry-After"] = str(seconds)
    return refused


def plain(status: int, sentence: str) -> HttpResponse:
    """A refusal in words: nothing of the request is repeated in it."""
    return HttpResponse(f"{sentence}\n", content_type="text/plain; charset=utf-8", status=status)
