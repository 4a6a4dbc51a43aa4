"""Who is let in to a page of the editors' desk: by role, and never kept by a browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import NoReverseMatch, reverse

from registry.accounts import AT_THE_DESK
from registry.forms import LONGEST_REASON

View = Callable[..., HttpResponse]


def desk_page(*, look: str = "look", change: str | None = "edit") -> Callable[[View], View]:
    """A page of the desk: `look` is asked of GET and HEAD, `change` of POST; None takes no POST.

    The words are those of AT_THE_DESK. Strangers get the sign-in page, other roles a refusal.
    """

    def decorate(view: View) -> View:
        needs = {"GET": AT_THE_DESK[look], "HEAD": AT_THE_DESK[look]}
        if change is not None:
            needs["POST"] = AT_THE_DESK[change]

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = refusal(request, needs) or view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store, private"
            return response

        answer.needs = needs  # type: ignore[attr-defined]
        return answer

    return decorate


def refusal(request: HttpRequest, needs: dict[str, str]) -> HttpResponse | None:
    """The answer to who may not come in, or None. Raises PermissionDenied for a role that may not do this."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.method not in needs:
        return HttpResponseNotAllowed(sorted(needs))
    if not request.user.has_perm(needs[request.method]):
        raise PermissionDenied
    return None


def asked_why(request: HttpRequest, name: str = "why") -> str:
    """The reason that a form asks for, as far as it can be kept."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:LONGEST_REASON]


def admin_page(record: Any) -> str:
    """Where editors see a record, or one that is gone; empty where it has no page."""
    try:
        return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return ""
