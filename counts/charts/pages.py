"""What a page shows of its chart: the pictures for its screens, downloads, and what to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from counts.answers import count_address
from counts.charts.cells import plan_of
from counts.charts.frame import Frame, frame_of
from counts.charts.sizes import SIZES
from counts.charts.words import address_of, description, source_line
from counts.labels import heading
from counts.questions import Question
from counts.series import Series
from registry.parameters import BadParameter


@dataclass(frozen=True)
class Picture:
    """One address of a chart, with its size, so that the page does not jump when it comes."""

    address: str
    width: int
    height: int


def chart_on_page(series: Series) -> dict[str, Any]:
    """Everything the page prints of its chart; only `refused`, in words, where there is none."""
    try:
        plan = plan_of(series)
    except BadParameter as problem:
        return {"refused": problem.message}
    question, title = series.question, heading(series.question)
    sizes = {width: frame_of(plan, title, size) for width, size in SIZES.items()}
    return {
        "alt": description(series, title, plan.where),
        "pictures": {
            "wide": picture_at(question, sizes["wide"]),
            "narrow": picture_at(question, sizes["narrow"], width="narrow"),
            "wide_dark": picture_at(question, sizes["wide"], scheme="dark"),
            "narrow_dark": picture_at(question, sizes["narrow"], scheme="dark", width="narrow"),
        },
        "page": count_address(question),
        "numbers": chart_address(question, ".vl.json"),
        "downloads": downloads_of(question),
        "citation": f"“{title}”. {source_line(series)} {address_of(series)}",
        "embed": embed(question, title, sizes["wide"]),
        "embed_as_now": embed(question.permanent, f"{title}. {source_line(series)}", sizes["wide"]),
    }


def picture_at(question: Question, frame: Frame, **looks: str) -> Picture:
    return Picture(chart_address(question, ".svg", **looks), frame.size.width, frame.height)


def chart_address(question: Question, ending: str, **looks: str) -> str:
    address = count_address(question, ending)
    return f"{address}&{urlencode(looks)}" if looks else address


def downloads_of(question: Question) -> list[tuple[str, str]]:
    """In colour for screens, in black and white for newspapers, and what both are drawn from."""
    return [
        ("SVG", chart_address(question, ".svg")),
        ("PNG", chart_address(question, ".png")),
        (_("SVG in black and white"), chart_address(question, ".svg", scheme="print")),
        (_("PNG in black and white"), chart_address(question, ".png", scheme="print")),
        ("Vega-Lite", chart_address(question, ".vl.json")),
    ]


def embed(question: Question, words: str, frame: Frame) -> str:
    """HTML that shows the picture on another site and leads here."""
    return format_html(
        '<a href="{}"><img src="{}" alt="{}" width="{}" height="{}"></a>',
        settings.SITE_URL + count_address(question),
        settings.SITE_URL + chart_address(question, ".svg"),
        words,
        frame.size.width,
        frame.height,
    )
