"""For the desk: what an answer about two announcements does to the counts."""

from __future__ import annotations

from django import template

from counts.effect import Effect, effect_of
from pardons.desk.guard import Pair

register = template.Library()


@register.simple_tag
def effect(pair: Pair) -> Effect:
    """The count of the years in which both acts lie, now and with each answer."""
    return effect_of(pair)
