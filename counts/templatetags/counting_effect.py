"""For the desk: what an answer about two announcements does to the counts."""

from __future__ import annotations

from django import template

from counts.effect import Effect, Grounds, effect_of
from pardons.desk.guard import Pair

register = template.Library()


@register.simple_tag
def effect(pair: Pair, shared: Grounds) -> Effect:
    """The count of the years in which both acts lie, now and with each answer; the questions of a page share it."""
    return effect_of(pair, shared)
