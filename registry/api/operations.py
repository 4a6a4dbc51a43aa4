"""One address of the API: what it takes, what it answers, how both are described."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from drf_spectacular.openapi import AutoSchema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.downloads import State, about_the_file, current_state, state_of_file
from registry.earlier_views import state_of
from registry.known import in_state, one_state
from registry.parameters import Pairs, Parameters, address, canonical_pairs
from registry.revision import revision
from registry.sharing import open_to_other_sites

Schema = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request as an operation sees it: its own path, the parameters in canonical form, the state it is asked of."""

    path: str
    pairs: Pairs
    state: State

    @property
    def answers(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def known_query(self) -> str:
        """What the address of another record needs to be of the same state of knowledge."""
        return f"?known_on={self.answers['known_on']}" if "known_on" in self.answers else ""

    def about(self) -> dict[str, Any]:
        return about_the_file(self.path, self.pairs, self.state)

    def address(self, **changes: str) -> str:
        """This address in full, with some parameters changed; an empty one is left out."""
        pairs = [*((name, value) for name, value in self.pairs if name not in changes), *changes.items()]
        return settings.SITE_URL + address(self.path, [(name, value) for name, value in pairs if value])


@dataclass(frozen=True)
class Operation:
    """What one address does. `answer` gets what is asked and the parts of the path; it gives JSON or a response.

    `parameters` and `response` are made when asked for: some rest on what other apps and the database hold.
    """

    name: str
    summary: str
    answer: Callable[..., Any]
    response: Callable[[], Schema]
    parameters: Callable[[], Parameters] = Parameters
    described: Callable[[], Sequence[Schema]] = tuple
    path_parts: tuple[Schema, ...] = ()
    # It asks the earlier state of `known_on` by itself.
    looks_back_itself: bool = False

    def description(self) -> Schema:
        """The operation in OpenAPI."""
        problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        problems = {
            "400": "A parameter is wrong.",
            "406": "Something else than JSON was asked for.",
            "414": "The address is too long.",
        }
        if self.path_parts:
            problems |= {"404": "There is no such record."}
        return {
            "operationId": self.name,
            "summary": self.summary,
            "parameters": [*self.path_parts, *self.described(), IF_NONE_MATCH],
            "responses": {
                "200": {"description": "The answer.", "headers": HEADERS, "content": json_of(self.response())},
                "304": {"description": "Nothing has changed since the answer with this tag.", "headers": HEADERS},
                **({"301": MOVED} if self.path_parts else {}),
                **{status: {"description": TOO_MUCH} for status in ("429", "503")},
                **{status: {"description": why, "content": problem} for status, why in problems.items()},
            },
        }


IF_NONE_MATCH: Schema = {
    "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag of an earlier answer: nothing is sent where nothing has changed.",
}  # fmt: skip
HEADERS: Schema = {"ETag": {"schema": {"type": "string"}, "description": "Changes with every change of the answer."}}
TOO_MUCH = "Too much is asked at once: `Retry-After` says when to come back."
MOVED: Schema = {"description": "The record was merged into another: `Location` leads to it."}


def json_of(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


class OperationSchema(AutoSchema):
    """Every operation describes itself."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Schema:
        return self.view.operation.description()


class OperationView(APIView):
    """Answers GET and HEAD: parameters in canonical form, one state of the registry, a tag by which it changes."""

    operation: Operation = None  # type: ignore[assignment]  # as_view gives it
    http_method_names = ("get", "head")
    schema = OperationSchema()

    def get(self, request: Request, **parts: str) -> HttpResponseBase:
        pairs = canonical_pairs(request._request.GET, self.operation.parameters())
        known = state_of(dict(pairs))
        with one_state():
            newest = current_state()
            tag = quote_etag(tag_of(request.path, pairs, newest))
            response: Any = get_conditional_response(request._request, etag=tag)
            if response is None:
                with nullcontext() if self.operation.looks_back_itself else in_state(known, shown=True):
                    asked = Asked(request.path, pairs, state_of_file(known))
                    response = as_response(self.operation.answer(asked, **parts))
        response["ETag"] = tag
        response["Cache-Control"] = "public, no-cache"
        return response

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        return open_to_other_sites(super().finalize_response(*args, **kwargs))


def as_response(answer: Any) -> Any:
    return answer if isinstance(answer, HttpResponseBase) else Response(answer)


def tag_of(own_path: str, pairs: Pairs, newest: State) -> str:
    """The same for the same question on the same day, of the same records and code.

    The answer of an earlier state changes too: who is withheld today is withheld in it.
    """
    told = [revision(), settings.SITE_URL, newest.changeset, str(newest.cut_off), own_path, pairs]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def operation_path(route: str, operation: Operation) -> URLPattern:
    return path(f"api/v1/{route}", OperationView.as_view(operation=operation), name=f"api-{operation.name}")
