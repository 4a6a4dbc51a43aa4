"""Lists of choices are written as Django writes them."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from registry.rendering import SELECT, FormRenderer

HOSTILE = "\"'><script>&"


@pytest.mark.parametrize(
    ("choices", "value"),
    [
        ([], None),
        ([("a", "A"), ("b", gettext_lazy("Sex"))], "b"),
        ([(None, "—"), (1, mark_safe("<b>1</b>")), (1000, 2000)], 1000),
        ([("", "—"), (HOSTILE, [(HOSTILE, HOSTILE), ("c", "C")]), ("d", "D")], HOSTILE),
    ],
)
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, forms.NullBooleanSelect])
def test_choices_are_written_as_django_writes_them(choices: Any, value: Any, widget: type[forms.Select]) -> None:
    made = widget(attrs={"id": "id_x", "required": True, "disabled": False, "data-x": HOSTILE, "size": 7})
    made.choices = choices
    context = made.get_context("x", [value] if made.allow_multiple_selected else value, None)

    assert in_lines(FormRenderer().render(SELECT, context)) == in_lines(DjangoTemplates().render(SELECT, context))


def test_forms_are_written_so() -> None:
    assert isinstance(forms.Form().renderer, FormRenderer)


def in_lines(html: str) -> list[str]:
    """White space between tags is nothing."""
    return [line.strip() for line in html.replace(">", ">\n").splitlines() if line.strip()]
