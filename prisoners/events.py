"""The event lists: one row per detention, verdict, recognition, release or death."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from prisoners.filters import ConvictionFilter, DeathFilter, DetentionFilter, RecognitionFilter, ReleaseFilter
from prisoners.life_events import (
    after_effects,
    conviction_event,
    death_event,
    recognition_event,
    stay_in_words,
    taken_event,
)
from prisoners.listing import EventList, EventRow
from prisoners.models import (
    Appeal,
    Conviction,
    Court,
    Detention,
    Name,
    Organisation,
    Place,
    Prisoner,
    Recognition,
    Release,
    Stay,
)
from prisoners.status import after
from registry.models import Source


def with_person(rows: QuerySet, person: str) -> QuerySet:
    """Rows with their person and that person's public names."""
    prefix = "" if person == "pk" else f"{person}__"
    rows = rows if person == "pk" else rows.select_related(person)
    return rows.prefetch_related(Prefetch(f"{prefix}names", Name.objects.published()))


def with_detention_parts(detentions: QuerySet) -> QuerySet:
    return detentions.prefetch_related(
        Prefetch("stays", Stay.objects.published()),
        Prefetch("stays__place", Place.objects.published()),
        Prefetch("release", Release.objects.published()),
        Prefetch("last_confirmed_by", Source.public.all()),
    )


def detention_row(detention: Detention) -> EventRow:
    event = taken_event(detention.prisoner, detention, list(detention.stays.all())[:1])
    outcome = [after(detention).sentence] if detention.ended_how else [str(_("not known to have ended"))]
    return EventRow(detention.prisoner, detention.taken_on, event.title, [*event.details, *outcome], detention)


def with_verdict_parts(convictions: QuerySet) -> QuerySet:
    return convictions.prefetch_related(
        Prefetch("court", Court.objects.published()), "articles", Prefetch("stated_end_source", Source.public.all()),
        Prefetch("appeals", Appeal.objects.published()),
    )  # fmt: skip


def conviction_row(conviction: Conviction) -> EventRow:
    event = conviction_event(conviction)
    return EventRow(conviction.case.prisoner, event.when, event.title, event.details, conviction)


def with_recognition_parts(recognitions: QuerySet) -> QuerySet:
    return recognitions.prefetch_related(
        Prefetch("organisations", Organisation.objects.published()), Prefetch("statement", Source.public.all())
    )


def recognition_row(recognition: Recognition) -> EventRow:
    event = recognition_event(recognition)
    return EventRow(recognition.prisoner, event.when, event.title, event.details, recognition)


def with_release_parts(releases: QuerySet) -> QuerySet:
    return releases.prefetch_related(
        Prefetch("detention__stays", Stay.objects.published()),
        Prefetch("detention__stays__place", Place.objects.published()),
    )


def release_row(release: Release) -> EventRow:
    detention = release.detention
    stays = sorted(detention.stays.all(), key=lambda stay: str(stay.from_earliest or ""))
    where = [stay_in_words(stay) for stay in stays[-1:]]
    details = [words for words in [*where, *after_effects(release)] if words]
    kind = release.get_kind_display() if release.kind != Release.Kind.UNKNOWN else _("kind not known")
    title = _("Released: %(kind)s") % {"kind": kind}
    return EventRow(detention.prisoner, detention.ended_on, title, details, release)


def death_row(person: Prisoner) -> EventRow:
    event = death_event(person)
    return EventRow(person, event.when, event.title, [], person)


def as_they_are(rows: QuerySet) -> QuerySet:
    return rows


def choices(model: Any, name: str) -> Any:
    return model._meta.get_field(name).choices


EVENT_LISTS = {
    each.name: each
    for each in (
        EventList(
            "detention-list", _("Detentions"), _("No detention matches."), DetentionFilter, Detention.public.all,
            "prisoner", ("taken_earliest", "taken_latest"),
            ("proceeding", "proceeding", choices(Detention, "proceeding")), with_detention_parts, detention_row,
        ),
        EventList(
            "conviction-list", _("Convictions"), _("No verdict matches."), ConvictionFilter, Conviction.public.all,
            "case__prisoner", ("decided_earliest", "decided_latest"),
            ("sentence", "sentence", choices(Conviction, "sentence")), with_verdict_parts, conviction_row,
        ),
        EventList(
            "recognition-list", _("Recognitions"), _("No recognition matches."), RecognitionFilter,
            Recognition.public.all, "prisoner", ("acted_earliest", "acted_latest"),
            ("act", "act", choices(Recognition, "act")), with_recognition_parts, recognition_row,
        ),
        EventList(
            "release-list", _("Releases"), _("No release matches."), ReleaseFilter,
            Release.public.into_freedom, "detention__prisoner",
            ("detention__out_earliest", "detention__out_latest"),
            ("release_kind", "kind", choices(Release, "kind")), with_release_parts, release_row,
        ),
        EventList(
            "death-list", _("Deaths"), _("No death matches."), DeathFilter,
            lambda: Prisoner.public.exclude(death_circumstance=""), "pk", ("died_on_earliest", "died_on_latest"),
            ("circumstance", "death_circumstance", choices(Prisoner, "death_circumstance")), as_they_are, death_row,
        ),
    )
}  # fmt: skip
