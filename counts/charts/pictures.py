"""Finished pictures: titled, described, and kept for as long as nothing they show has changed."""

from __future__ import annotations

from hashlib import sha256
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.cache import caches

from counts.charts.drawing import drawer
from counts.charts.specification import VEGA_LITE, Chart
from counts.questions import METHOD_VERSION, Question
from registry.known import newest_changeset
from registry.models import Changeset

# Of the drawing: a picture that looks otherwise has another tag.
DRAWING_VERSION = 1


def tag_of(question: Question, *looks: str) -> str:
    """The version of a picture: the same question, day, data, method and looks give the same picture.

    Of an earlier state too the newest changeset is a part: what is withheld today is withheld there.
    """
    data = (question, newest_changeset(), Changeset.latest_number(), METHOD_VERSION)
    drawing = (DRAWING_VERSION, VEGA_LITE, settings.SITE_NAME, settings.SITE_URL, looks)
    return sha256(repr((data, drawing)).encode()).hexdigest()[:32]


def kept(tag: str) -> bytes | None:
    found: bytes | None = caches["charts"].get(tag)
    return found


def drawn(chart: Chart, form: str, tag: str) -> bytes:
    """SVG or PNG, kept under its tag; raises DrawingError."""
    body = drawer.draw(chart.specification, VEGA_LITE, form)
    if form == "svg":
        body = described(body.decode(), chart).encode()
    caches["charts"].set(tag, body)
    return body


def described(svg: str, chart: Chart) -> str:
    """The drawing with a title and a description for those who can't see it."""
    start, rest = svg.split(">", 1)
    words = f"<title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>"
    return f'{start} role="img">{words}{rest}'
