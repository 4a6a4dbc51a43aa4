"""Announcements in a few words, for pages of the apps below."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from pardons.models import Announcement, Identification
from pardons.places import Places, headline_of

register = template.Library()


@register.filter
def headline(announcement: Announcement) -> str:
    """Such as "30 pardoned"."""
    return headline_of(announcement)


@register.filter
def places_when_one(twins: Any) -> str:
    """What two identifications that become one do to their announcement: "12 named, 18 unnamed of 30"."""
    announcement, public = twins.announcement, Identification.public
    named = public.filter(announcement=announcement).count()
    if public.filter(pk__in=(twins.kept.pk, twins.other.pk)).count() > 1:
        named -= 1
    statement = announcement.statements.published().filter(is_chosen=True).first()
    places = Places(statement.total if statement else None, named)
    if places.announced is None:
        return _("%(named)d named") % {"named": named}
    counts = {"named": named, "unnamed": places.unnamed, "all": places.announced}
    return _("%(named)d named, %(unnamed)d unnamed of %(all)d") % counts
