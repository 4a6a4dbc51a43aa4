"""Records in a few words, for the desk's pages."""

from __future__ import annotations

from typing import Any

from django import template

from pardons.desk.in_review import kind_of
from pardons.models import Statement
from pardons.places import said_in_words
from registry.undo import last_step_of, why_not

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


@register.simple_tag
def last_step(user: Any) -> dict[str, Any]:
    """A user's newest changeset, and why it can't be undone (empty if it can)."""
    made = last_step_of(user)
    return {"made": made, "why_not": why_not(made, user) if made else ""}
