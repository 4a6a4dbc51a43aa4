"""Errors of the API: always JSON, in words, with the parameter that is wrong where one is."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from registry.parameters import BadParameter
from registry.sharing import open_to_other_sites


def answer_to_problem(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The JSON of an error; None for one that is nobody's fault but ours."""
    if isinstance(problem, BadParameter):
        return told(400, problem.message, problem.name[:100])
    if isinstance(problem, Http404):
        return told(404, no_such_record())
    if isinstance(problem, exceptions.NotAcceptable):
        return told(406, _("This address answers in JSON only: ask for application/json, or leave out Accept."))
    if isinstance(problem, exceptions.MethodNotAllowed):
        refused = told(405, only_read())
        refused["Allow"] = "GET, HEAD"
        return refused
    return None


def told(status: int, error: str, parameter: str | None = None) -> Response:
    return Response({"error": error, "parameter": parameter}, status=status)


def no_such_record() -> str:
    return _("There is nothing at this address. A record may have been withheld or taken back since it was linked.")


def no_such_address(request: HttpRequest, rest: str) -> HttpResponse:
    """What the API does not have, in the API's own words; an address that lacks only its last slash leads there."""
    if request.method not in ("GET", "HEAD"):
        return refused_in_json(405, only_read(), Allow="GET, HEAD")
    if not rest.endswith("/") and resolve(f"/api/v1/{rest}/").func is not no_such_address:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"/api/v1/{quote(rest)}/" + (f"?{query}" if query else ""))
    return refused_in_json(404, _("The API has no such address. /api/v1/ names those that it has."))


def only_read() -> str:
    return _("This address can only be read: use GET or HEAD.")


def refused_in_json(status: int, error: str, **headers: str) -> HttpResponse:
    return open_to_other_sites(JsonResponse({"error": error, "parameter": None}, status=status, headers=headers))
