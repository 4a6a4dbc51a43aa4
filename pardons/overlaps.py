"""Which other announcements can be about the same people, and what has been answered about that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from pardons.models import Announcement, Relation
from pardons.places import headline_of

NEAR = timedelta(days=60)
WAYS_OUT = (
    Announcement.Kind.PARDON,
    Announcement.Kind.AMNESTY,
    Announcement.Kind.RELEASE,
    Announcement.Kind.EXCHANGE,
    Announcement.Kind.EXPULSION,
    Announcement.Kind.EARLY_RELEASE,
)


@dataclass(frozen=True)
class Overlap:
    """Another announcement, how it stands to this one, and whether an editor has said so."""

    other: Announcement
    headline: str
    kind: str
    sentence: str
    is_answered: bool
    reason: str = ""


def overlaps_of(announcement: Announcement) -> list[Overlap]:
    """The published announcements that are, or may be, about some of the same people; then those that are not."""
    answered = {overlap.other.pk: overlap for overlap in answered_overlaps(announcement)}
    unanswered = [
        Overlap(
            other,
            headline_of(other),
            Relation.Kind.MAY_OVERLAP,
            sentence(Relation.Kind.MAY_OVERLAP, is_first=True),
            False,
        )
        for other in could_overlap(announcement)
        if other.pk not in answered
    ]
    order = [Relation.Kind.SAME, Relation.Kind.CONTAINS, Relation.Kind.MAY_OVERLAP, Relation.Kind.DISTINCT]
    return sorted([*answered.values(), *unanswered], key=lambda overlap: order.index(Relation.Kind(overlap.kind)))


def answered_overlaps(announcement: Announcement) -> list[Overlap]:
    relations = Relation.objects.filter(
        Q(first=announcement, second__publication="published") | Q(second=announcement, first__publication="published")
    )
    found = []
    for relation in relations.select_related("first", "second").order_by("pk"):
        is_first = relation.first_id == announcement.pk
        other = relation.second if is_first else relation.first
        found.append(
            Overlap(other, headline_of(other), relation.kind, sentence(relation.kind, is_first), True, relation.reason)
        )
    return found


def could_overlap(announcement: Announcement) -> QuerySet[Announcement]:
    """Published announcements of the same country and a compatible kind, whose acts lie within 60 days."""
    first, last = announcement.day_earliest, announcement.day_latest
    if first is None or last is None:
        return Announcement.public.none()
    kinds = WAYS_OUT if announcement.kind in WAYS_OUT else (announcement.kind,)
    near = Announcement.public.filter(country=announcement.country, kind__in=kinds).exclude(pk=announcement.pk)
    return near.filter(day_earliest__lte=last + NEAR, day_latest__gte=first - NEAR).order_by(F("day_earliest"), "pk")


def sentence(kind: str, is_first: bool) -> str:
    """How another announcement stands to this one; `is_first` where this one is the container."""
    if kind == Relation.Kind.CONTAINS:
        return _("Part of this announcement") if is_first else _("This announcement is part of it")
    return {
        Relation.Kind.SAME: _("The same people"),
        Relation.Kind.MAY_OVERLAP: _("May be partly the same people"),
        Relation.Kind.DISTINCT: _("Other people: nobody is in both"),
    }[Relation.Kind(kind)]
