"""Announcements in a few words, for pages of the apps below."""

from django import template

from pardons.models import Announcement
from pardons.places import headline_of

register = template.Library()


@register.filter
def headline(announcement: Announcement) -> str:
    """Such as "30 pardoned"."""
    return headline_of(announcement)
