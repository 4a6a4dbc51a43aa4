"""The addresses of charts: SVG, PNG and Vega-Lite specification."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from counts.charts.drawing import DrawingError
from counts.charts.palettes import PALETTES
from counts.charts.pictures import drawn, kept, tag_of
from counts.charts.sizes import SIZES
from counts.charts.specification import chart_of
from counts.questions import PARAMETERS, one_of
from counts.series import count
from counts.views import answering
from registry.parameters import Parameters, canonical_query

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
CHART_PARAMETERS = PARAMETERS | Parameters.of(one=["scheme", "width"])
AGAIN_AFTER_SECONDS = 5


@canonical_query(CHART_PARAMETERS)
def count_svg(request: HttpRequest, metric: str) -> HttpResponse:
    return count_picture(request, metric, "svg")


@canonical_query(CHART_PARAMETERS)
def count_png(request: HttpRequest, metric: str) -> HttpResponse:
    return count_picture(request, metric, "png")


@canonical_query(CHART_PARAMETERS)
def count_vega_lite(request: HttpRequest, metric: str) -> HttpResponse:
    """The specification, with its data, that the pictures are drawn from."""
    looks = looks_asked(request)
    with answering(metric, request) as question:
        chart = chart_of(count(question), **looks)
    return JsonResponse(chart.specification, json_dumps_params={"ensure_ascii": False})


def looks_asked(request: HttpRequest) -> dict[str, str]:
    """How the chart looks, which changes nothing it says."""
    return {
        "scheme": one_of("scheme", request.GET.get("scheme", "light"), tuple(PALETTES)),
        "width": one_of("width", request.GET.get("width", "wide"), tuple(SIZES)),
    }


def count_picture(request: HttpRequest, metric: str, form: str) -> HttpResponse:
    """A picture that other sites may embed; asked again, it is sent again only if something changed."""
    looks = looks_asked(request)
    with answering(metric, request) as question:
        tag = tag_of(question, form, *looks.values())
        response: Any = get_conditional_response(request, etag=quote_etag(tag))
        body = None if response else kept(tag)
        chart = None if response or body else chart_of(count(question), **looks)
    # Drawn when the transaction is over: it may have to wait, and must keep no connection meanwhile.
    try:
        if chart:
            body = drawn(chart, form, tag)
    except DrawingError:
        return no_picture()
    return embeddable(response or HttpResponse(body, content_type=TYPES[form]), quote_etag(tag))


def embeddable(response: HttpResponseBase, tag: str) -> Any:
    response["ETag"] = tag
    # Always asked again: a picture never says another number than the page.
    response["Cache-Control"] = "public, no-cache"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def no_picture() -> HttpResponse:
    sentence = _("The picture could not be drawn just now. The same numbers are on the page, as CSV and as JSON.")
    response = HttpResponse(sentence + "\n", status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(AGAIN_AFTER_SECONDS)
    return response
