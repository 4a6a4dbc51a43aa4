"""Whether the process is alive, and whether it can serve."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from registry.checks import current_problems

View = Callable[[HttpRequest], HttpResponse]


def answered_on_the_machine(view: View) -> View:
    """Who asks the server itself is answered without https; what a proxy passes on goes there, as every page does."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.headers.get("X-Forwarded-Proto", "https") != "https":
            return HttpResponsePermanentRedirect(f"https://{request.get_host()}{request.path}")
        return view(request)

    return answer


@require_safe
@answered_on_the_machine
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: says nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
@answered_on_the_machine
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve; 503 when the start check finds a problem. Which one stays in the log: this page is public."""
    if current_problems():
        return HttpResponse("not ready\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
