"""The API's begin, its description, and sources; the apps above bring their own addresses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import get_resolver, path, register_converter
from django.urls.converters import PathConverter
from drf_spectacular.generators import SchemaGenerator

from registry.api.lists import ListOperation, record_operation, record_schema
from registry.api.operations import Asked, Operation, OperationView, Schema, operation_path
from registry.api.problems import no_such_address
from registry.api.schemas import COMPONENTS, row_schema
from registry.exports import SOURCES, open_sources, source_columns, source_rows
from registry.models import Source
from registry.parameters import canonical_query
from registry.sharing import shared


class AnythingConverter(PathConverter):
    """The rest of an address, a line break in it too, where Django's `path` ends."""

    regex = "(?s:.+)"


register_converter(AnythingConverter, "anything")


def begin(asked: Asked) -> dict[str, Any]:
    """Every address of the API, with what it answers."""
    found = {f"/{route}": operation.summary for route, operation in operations().items()}
    return {"meta": asked.about(), "addresses": found, "description": f"{settings.SITE_URL}/api/v1/openapi.json"}


def operations() -> dict[str, Operation]:
    """The operations of all apps, by their routes."""
    found = {}
    for pattern in flat(get_resolver().url_patterns):
        if getattr(pattern.callback, "cls", None) is OperationView:
            found[str(pattern.pattern)] = pattern.callback.initkwargs["operation"]
    return found


def flat(patterns: list[Any]) -> list[Any]:
    found: list[Any] = []
    for pattern in patterns:
        found += flat(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]
    return found


def begin_schema() -> Schema:
    addresses = {"type": "object", "additionalProperties": {"type": "string"}}
    return record_schema({"addresses": addresses, "description": {"type": "string"}})


def source(asked: Asked, public_id: str) -> dict[str, Any]:
    return {"meta": asked.about()} | source_rows(get_object_or_404(open_sources(), public_id=public_id))


def source_schema() -> Schema:
    resting = {"type": "array", "items": {"type": "object"}, "description": "Records that cite or name it, by kind."}
    return record_schema({"source": row_schema(source_columns(), Source.public.all()), "rests_on_it": resting})


@shared
@canonical_query()
def openapi(request: HttpRequest) -> JsonResponse:
    """The description of the whole API, in OpenAPI 3.1."""
    generator: Any = SchemaGenerator
    described = generator().get_schema(request=None, public=True) | {"components": COMPONENTS}
    return JsonResponse(described, json_dumps_params={"ensure_ascii": False})


urlpatterns = [
    operation_path("", Operation("begin", "What the API has", begin, begin_schema)),
    path("api/v1/openapi.json", openapi, name="api-openapi"),
    operation_path("sources/", ListOperation(SOURCES).operation("Sources that may be shown")),
    operation_path(
        "sources/<slug:public_id>/",
        record_operation("source", "One source, and what rests on it", source, source_schema),
    ),
]
# Last of all addresses: whatever else begins like the API.
nothing_else = [path("api/v1/<anything:rest>", no_such_address, name="api-nothing")]
