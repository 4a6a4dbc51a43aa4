"""Records in a few words, for the desk's pages."""

from __future__ import annotations

from typing import Any

from django import template

from pardons.desk.entries import kind_of
from pardons.models import Statement
from pardons.places import said_in_words

register = template.Library()


@register.filter
def said(statement: Statement) -> str:
    """Such as "30 people, 14 women, 16 men"."""
    return said_in_words(statement)


@register.filter
def kind(record: Any) -> str:
    """The word for its kind in addresses."""
    return kind_of(record)


@register.filter
def noun(record: Any) -> str:
    return str(record._meta.verbose_name)
