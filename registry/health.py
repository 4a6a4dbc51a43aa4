"""Whether the process is alive, and whether it can serve."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registry.checks import current_problems


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: says nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve; 503 when the start check finds a problem. Which one stays in the log: this page is public."""
    if current_problems():
        return HttpResponse("not ready\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
