"""Query strings of public pages: known parameters only, one canonical form, errors that name the parameter."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext as _

LONGEST_VALUE = 500
NO_TEXT = re.compile("[\x00-\x1f\x7f\ufffd]")
TRACKERS = ("fbclid", "gclid")

View = Callable[..., HttpResponse]
Pairs = list[tuple[str, str]]


class BadParameter(Exception):  # noqa: N818 - it is the word of the page too
    """A query parameter that can't be answered: which one, why, and what would be right."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


@dataclass(frozen=True)
class Parameters:
    """What a page takes: `one` value each, or `many` values joined by commas."""

    one: frozenset[str] = frozenset()
    many: frozenset[str] = frozenset()

    @classmethod
    def of(cls, one: Iterable[str] = (), many: Iterable[str] = ()) -> "Parameters":
        return cls(frozenset(one), frozenset(many))

    def __or__(self, other: "Parameters") -> "Parameters":
        return Parameters(self.one | other.one, self.many | other.many)

    @property
    def names(self) -> list[str]:
        return sorted(self.one | self.many)


def canonical_query(allowed: Parameters | Callable[[], Parameters] = Parameters()) -> Callable[[View], View]:
    """A public page: GET and HEAD, known parameters, canonical address; `BadParameter` becomes a 400 page.

    `allowed` may be a function, for parameters that are only known once all apps are loaded.
    """

    def parameters() -> Parameters:
        return allowed() if callable(allowed) else allowed

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return method_refused(request)
            try:
                pairs = canonical_pairs(request.GET, parameters())
                if pairs != given_pairs(request.GET):
                    return HttpResponseRedirect(address(request.path, pairs))
                return view(request, *args, **kwargs)
            except BadParameter as problem:
                return bad_parameter(request, problem)

        wrapper.parameters = parameters  # type: ignore[attr-defined]
        return wrapper

    return decorate


def canonical_pairs(query: QueryDict, parameters: Parameters) -> Pairs:
    """Each parameter once, in the order given, empty ones and trackers left out, several values joined by commas."""
    pairs = []
    for name, values in query.lists():
        if is_tracker(name):
            continue
        refuse_unknown(name, parameters)
        refuse_unreadable(name, values)
        value = joined(values) if name in parameters.many else single(name, values)
        if value:
            pairs.append((name, value))
    return pairs


def given_pairs(query: QueryDict) -> Pairs:
    """The parameters as they stand in the address, repeated ones repeated."""
    return [(name, value) for name, values in query.lists() for value in values]


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Path and query string; commas stay readable."""
    query = urlencode(list(pairs), safe=",:/")
    return escape_leading_slashes(path) + (f"?{query}" if query else "")


def is_tracker(name: str) -> bool:
    return name.startswith("utm_") or name in TRACKERS


def refuse_unknown(name: str, parameters: Parameters) -> None:
    if name in parameters.names:
        return
    if not parameters.names:
        raise BadParameter(name, _("This page takes no parameters."))
    close = difflib.get_close_matches(name[:100], parameters.names, n=1)
    hint = _("Did you mean “%(name)s”?") % {"name": close[0]} + " " if close else ""
    known = _("This page takes: %(names)s.") % {"names": ", ".join(parameters.names)}
    raise BadParameter(name, _("There is no such parameter here.") + " " + hint + known)


def refuse_unreadable(name: str, values: list[str]) -> None:
    for value in values:
        if len(value) > LONGEST_VALUE:
            raise BadParameter(
                name, _("The value is too long: at most %(longest)d characters.") % {"longest": LONGEST_VALUE}
            )
        if NO_TEXT.search(value):
            raise BadParameter(name, _("The value holds characters that are not text. Write it as plain UTF-8."))


def joined(values: list[str]) -> str:
    """Values as one text with commas, each once: `female,male`; spaces and empty parts fall away."""
    parts = [part.strip() for value in values for part in value.split(",")]
    return ",".join(dict.fromkeys(part for part in parts if part))


def single(name: str, values: list[str]) -> str:
    """The one value that is meant; empty ones, as forms send them, do not count."""
    filled = [value.strip() for value in values if value.strip()]
    if len(filled) > 1:
        raise BadParameter(name, _("It takes one value, and %(count)d were given.") % {"count": len(filled)})
    return filled[0] if filled else ""


def bad_parameter(request: HttpRequest, problem: BadParameter) -> HttpResponse:
    """400 in the form that was asked for: a page, JSON for `.json`, plain text for other files."""
    name, message = problem.name[:100], problem.message
    if request.path.endswith(".json"):
        return JsonResponse({"error": message, "parameter": name}, status=400)
    if "." in request.path.rsplit("/", 1)[-1]:
        return HttpResponse(f"{name}: {message}\n", status=400, content_type="text/plain; charset=utf-8")
    context = {"parameter": name, "message": message, "path": request.path}
    return render(request, "registry/bad_parameter.html", context, status=400)


def method_refused(request: HttpRequest) -> HttpResponse:
    sentence = _("This address can only be read: use GET or HEAD.")
    refusal = HttpResponse(sentence + "\n", status=405, content_type="text/plain; charset=utf-8")
    refusal["Allow"] = "GET, HEAD"
    return refusal
