"""Editing people: what a save brings with it, and what an editor should be told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import DateField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from prisoners.models import Detention, Release
from registry.dates import EarliestDay, LatestDay
from registry.publishing import Publication

# Beyond every day that a record can name, for comparing bounds that are not known.
BEFORE_ALL, AFTER_ALL = (Value(day, output_field=DateField()) for day in (date.min, date.max))


def record_missing_releases(detentions: QuerySet[Detention]) -> int:
    """Give each detention that ended by release its release, of a kind not known, in the detention's state."""
    without = detentions.filter(ended_how=Detention.End.RELEASE, release=None)
    releases = [Release(detention=detention, publication=detention.publication) for detention in without]
    Release.objects.bulk_create(releases)
    return len(releases)


def certain_bounds(detention: Detention) -> tuple[Any, Any]:
    """The latest day taken and the earliest day out, as the database narrows them; None where not known."""
    taken, ended = detention.taken_on, detention.ended_on
    latest = [day for day in (taken and taken.latest, ended and ended.latest) if day]
    earliest = [day for day in (ended and ended.earliest, detention.ended_how and taken and taken.earliest) if day]
    return min(latest, default=None), max(earliest, default=None)


def certain_overlap(detention: Detention) -> Detention | None:
    """Another detention of the same person that certainly shares a day with this one, saved or not; else None."""
    taken, out = certain_bounds(detention)
    known = taken is not None and out is not None and taken < out
    if not known or detention.prisoner_id is None or detention.publication == Publication.RETRACTED:
        return None
    detention.taken_latest, detention.out_earliest = taken, out
    return Detention.objects.certainly_overlapping(detention).select_related("prisoner").first()


def in_words(detention: Detention) -> str:
    """The days of a detention in a sentence's words."""
    taken, out = _("day taken not known"), _("not known to have ended")
    if detention.taken_on:
        taken = _("taken %(day)s") % {"day": detention.taken_on.display()}
    if detention.ended_how:
        day = detention.ended_on.display() if detention.ended_on else _("on a day not known")
        out = _("out %(day)s") % {"day": day}
    return f"{taken}, {out}"


def possibly_overlapping() -> QuerySet[Detention]:
    """Detentions that may share a day with another of the same person: two short arrests in one month, say."""
    kept = Detention.objects.exclude(publication=Publication.RETRACTED).annotate(
        begins=Coalesce(EarliestDay("taken_on"), BEFORE_ALL), ends=Coalesce(LatestDay("ended_on"), AFTER_ALL)
    )
    others = kept.filter(prisoner=OuterRef("prisoner"), begins__lt=OuterRef("ends"), ends__gt=OuterRef("begins"))
    return kept.filter(Exists(others.exclude(pk=OuterRef("pk"))))
