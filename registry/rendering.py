"""How forms become HTML: as Django writes them, long lists of choices without a template for each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"


class FormRenderer(DjangoTemplates):
    """Two templates for each of 250 countries took a quarter of the time of a page with a form."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == SELECT:
            return select(context["widget"])
        return super().render(template_name, context, request)


def select(widget: dict[str, Any]) -> SafeString:
    groups = [group(name, options) for name, options, _index in widget["optgroups"]]
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], attributes(widget), joined(groups))


def group(name: str | None, options: Iterable[dict[str, Any]]) -> SafeString:
    """The options of one group; those without a name stand in the list itself."""
    inside = format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>',
        ((each["value"], attributes(each), each["label"]) for each in options),
    )
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, inside) if name else inside


def attributes(widget: dict[str, Any]) -> SafeString:
    """What is True stands without a value, what is False does not stand."""
    written = [(name, value) for name, value in widget["attrs"].items() if value is not False]
    return joined(format_html(" {}" if value is True else ' {}="{}"', name, value) for name, value in written)


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
