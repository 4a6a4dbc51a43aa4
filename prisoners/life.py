"""One life in order: what happened to a person, as the public may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch, QuerySet

from prisoners.life_events import (
    LifeEvent,
    case_events,
    death_event,
    detention_events,
    pardon_event,
    recognition_event,
)
from prisoners.models import (
    Appeal,
    Case,
    Charge,
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
from prisoners.status import in_order
from registry.models import Source
from registry.publishing import Record


@dataclass(frozen=True)
class Life:
    """Events in order, and those of which no date is known."""

    dated: list[LifeEvent]
    undated: list[LifeEvent]

    @property
    def events(self) -> list[LifeEvent]:
        return [*self.dated, *self.undated]


def for_life(people: QuerySet[Prisoner]) -> QuerySet[Prisoner]:
    """People with everything that their page prints, published parts only."""
    return people.select_related("home_region").prefetch_related(
        Prefetch("names", Name.objects.published().order_by("pk")),
        "occupations",
        Prefetch("detentions", Detention.objects.published()),
        Prefetch("detentions__last_confirmed_by", Source.public.all()),
        Prefetch("detentions__stays", Stay.objects.published()),
        Prefetch("detentions__stays__place", Place.objects.published()),
        Prefetch("detentions__release", Release.objects.published()),
        Prefetch("cases", Case.objects.published()),
        Prefetch("cases__charges", Charge.objects.published().select_related("article")),
        Prefetch("cases__convictions", Conviction.objects.published()),
        Prefetch("cases__convictions__court", Court.objects.published()),
        Prefetch("cases__convictions__stated_end_source", Source.public.all()),
        Prefetch("cases__convictions__appeals", Appeal.objects.published()),
        "cases__convictions__articles",
        Prefetch("recognitions", Recognition.objects.published()),
        Prefetch("recognitions__organisations", Organisation.objects.published()),
        Prefetch("recognitions__statement", Source.public.all()),
    )


def life_of(person: Prisoner) -> Life:
    """The life of a person fetched with `for_life`."""
    announcements = announcements_of(person)
    events = [*everything(person)]
    events = [replace(event, announcements=announcements.get(event.record, [])) for event in events]
    dated = sorted((event for event in events if event.place), key=lambda event: event.order)
    return Life(with_time_inside(dated), [event for event in events if not event.place])


def everything(person: Prisoner) -> Iterator[LifeEvent]:
    detentions = sorted(person.detentions.all(), key=in_order)
    for detention in detentions:
        yield from detention_events(person, detention, detentions)
    for case in person.cases.all():
        yield from case_events(case)
    yield from (recognition_event(recognition) for recognition in person.recognitions.all())
    # By relation: pardons stand in the app above this one.
    yield from (pardon_event(pardon) for pardon in person.pardons.published())
    if person.death_circumstance:
        yield death_event(person)


def with_time_inside(events: list[LifeEvent]) -> list[LifeEvent]:
    """Marks what is followed by time in detention."""
    held, marked = 0, []
    for event in events:
        held += (event.kind == "taken") - (event.kind in ("free", "out"))
        held = 0 if event.kind == "died" else max(held, 0)
        marked.append(replace(event, is_inside=held > 0))
    return marked


def announcements_of(person: Prisoner) -> dict[Record, list[Any]]:
    """The public announcements that each event of this person belongs to."""
    found: dict[Record, list[Any]] = {}
    identifications = person.identifications.published().filter(announcement__publication="published")
    for identification in identifications.for_counting().select_related("announcement"):
        for name in ("pardon", "release", "detention", "conviction", "recognition"):
            if (record := getattr(identification, name)) is not None:
                found.setdefault(record, []).append(identification.announcement)
        if identification.shows_death:
            found.setdefault(person, []).append(identification.announcement)
    return found


def records_and_sources(events: Iterable[LifeEvent]) -> dict[Record, list[Source]]:
    """The records behind the events, with the sources that they name themselves."""
    return {event.record: event.sources for event in events}
