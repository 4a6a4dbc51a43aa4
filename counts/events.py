"""Named events of each metric: who, when at the earliest and latest, in which groups. One question, one query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from counts.acts import Acts
from pardons.models import Identification, Pardon
from prisoners.models import Conviction, Detention, Prisoner, Recognition, Release


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one person, in its groups. `is_unchecked`: nobody has said whether an announcement holds it."""

    person: int
    pk: int
    earliest: date | None
    latest: date | None
    sex: str
    country: str
    kind: str
    is_withheld: bool
    is_unchecked: bool = False


# How each metric reads its rows: person, first day, last day, country, kind.
COLUMNS: dict[str, dict[str, str]] = {
    "arrests": {
        "person": "prisoner", "earliest": "taken_earliest", "latest": "taken_latest",
        "country": "country", "kind": "proceeding",
    },
    "convictions": {
        "person": "case__prisoner", "earliest": "decided_earliest", "latest": "decided_latest",
        "country": "case__prisoner__country", "kind": "sentence",
    },
    "recognitions": {
        "person": "prisoner", "earliest": "acted_earliest", "latest": "acted_latest",
        "country": "prisoner__country", "kind": "act",
    },
    "pardons": {
        "person": "prisoner", "earliest": "act_earliest", "latest": "act_latest",
        "country": "prisoner__country", "kind": "effect",
    },
    "releases": {
        "person": "detention__prisoner", "earliest": "detention__out_earliest", "latest": "detention__out_latest",
        "country": "detention__country", "kind": "kind",
    },
    "deaths": {
        "person": "pk", "earliest": "died_on_earliest", "latest": "died_on_latest",
        "country": "country", "kind": "death_circumstance",
    },
}  # fmt: skip

RECOGNISING = (Recognition.Act.RECOGNISED, Recognition.Act.EX_POST_FACTO)
UNCHECKABLE = ("pardons", "releases")


def rows_of(metric: str) -> QuerySet[Any]:
    """The counted rows of a metric: published, of people who are published or withheld."""
    if metric == "arrests":
        return Detention.objects.counted()
    if metric == "convictions":
        return Conviction.objects.counted()
    if metric == "recognitions":
        return Recognition.objects.counted().filter(act__in=RECOGNISING)
    if metric == "pardons":
        return Pardon.objects.counted()
    if metric == "releases":
        return Release.objects.counted().into_freedom()
    return Prisoner.objects.counted().exclude(death_circumstance="")


def events_of(metric: str, country: str | None, acts: Acts, *, with_withheld: bool) -> list[Event]:
    """Every named event of a metric in a country (None: everywhere), whatever its date."""
    columns = COLUMNS[metric]
    rows = rows_of(metric)
    if country is not None:
        rows = rows.filter(**{columns["country"]: country})
    person = "" if columns["person"] == "pk" else columns["person"] + "__"
    if not with_withheld:
        rows = rows.filter(**{f"{person}publication": "published"})
    names = [columns[name] for name in ("person", "earliest", "latest", "country", "kind")]
    checked = ["belongs_to_no_announcement"] if metric in UNCHECKABLE else []
    found = [
        Event(
            person=row[0], pk=row[5], earliest=row[1], latest=row[2], sex=row[6], country=row[3], kind=row[4],
            is_withheld=row[7] == "withheld",
            is_unchecked=bool(checked) and not row[8] and row[5] not in acts.acts_of_event,
        )
        for row in rows.values_list(*names, "pk", f"{person}sex", f"{person}publication", *checked)
    ]  # fmt: skip
    return found + list(pardons_by_link(acts)) if metric == "pardons" else found


def pardons_by_link(acts: Acts) -> Iterator[Event]:
    """People linked to a pardon whose own pardon is not recorded: the link says that they were pardoned (rule 7)."""
    acts_of_link = {-event: keys for event, keys in acts.acts_of_event.items() if event < 0}
    links = Identification.objects.filter(pk__in=acts_of_link).annotate(
        sex=F("prisoner__sex"), person_publication=F("prisoner__publication")
    )
    for link in links:
        act = acts.by_key[min(acts_of_link[link.pk])]
        yield Event(
            person=link.prisoner_id, pk=-link.pk, earliest=act.earliest, latest=act.latest, sex=link.sex,
            country=act.country, kind="unknown", is_withheld=link.person_publication == "withheld",
        )  # fmt: skip
