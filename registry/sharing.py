"""Public data for pages of other sites: they may read it, and nothing of the reader goes with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

READABLE_HEADERS = "Content-Disposition, ETag, Link"


def open_to_other_sites(response: Any) -> Any:
    """Let scripts of any site read an answer. Without credentials: a star allows none."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = READABLE_HEADERS
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def shared(view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
    """A view whose answers, its errors among them, scripts of any site may read."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return open_to_other_sites(view(*args, **kwargs))

    return wrapper
