"""What the pages of signing in print beside words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def as_json(options: Any) -> str:
    """What a browser is asked to make or show a passkey with, for a data attribute: escaped as any other text."""
    return json.dumps(options, default=lambda part: dict(part) if isinstance(part, Mapping) else str(part))


@register.filter
def drawing(svg: str) -> SafeString:
    """A picture that the server itself has drawn, as part of the page."""
    return mark_safe(svg)  # noqa: S308 (made by the qrcode library from the secret, of rectangles alone)
