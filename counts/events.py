"""Named events of each metric: who, when at the earliest and latest, in which groups. One question, one query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from counts.acts import Acts
from counts.filters import filtered, people_by_link
from counts.groups import Groupings
from counts.questions import WIDE_DEFINITIONS
from counts.scope import RECOGNISING, Scope, form_in_scope
from pardons.models import Identification, Pardon
from prisoners.models import Conviction, Detention, Prisoner, Recognition, Release, Stay


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
    is_unchecked: bool = False
    form: str = "unknown"
    # The groups that only some questions ask for.
    groupings: Groupings | None = None
    # False where the person only possibly meets the definition that is asked for (rule 25).
    is_in_scope: bool = True

    def values(self, dimension: str) -> tuple[str, ...]:
        """The groups it stands in; several for charges and occupations."""
        if self.groupings is None or dimension in ("sex", "country", "kind", "form"):
            return (getattr(self, dimension),)
        return self.groupings.values(dimension, self.person, self.pk, self.earliest, self.latest)


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

# What may be a place of an announcement until someone checks, and how an identification names it (rule 23).
UNCHECKABLE = {"pardons": "pardon", "releases": "release"}


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


def events_of(metric: str, country: str | None, acts: Acts, scope: Scope, *, of: str = "published") -> list[Event]:
    """Every named event of a metric in a country (None: everywhere) and a scope, of people in one publication state."""
    columns = COLUMNS[metric]
    rows = rows_of(metric)
    if country is not None:
        rows = rows.filter(**{columns["country"]: country})
    if metric == "recognitions" and scope.definition not in WIDE_DEFINITIONS:
        # One organisation's recognitions, not everyone's of the people it recognised.
        rows = rows.filter(organisations__slug=scope.definition)
    person = "" if columns["person"] == "pk" else columns["person"] + "__"
    rows = filtered(metric, rows.filter(**{f"{person}publication": of}), scope.filters)
    scope.learn(rows.values_list(columns["person"], flat=True))
    found = list(read_rows(metric, rows, columns, person, acts, scope))
    if metric == "pardons":
        found += (in_scope(event, scope) for event in pardons_by_link(acts, people_by_link(scope.filters)))
    return [event for event in found if event is not None]


def read_rows(
    metric: str, rows: QuerySet[Any], columns: dict[str, str], person: str, acts: Acts, scope: Scope
) -> Iterator[Event | None]:
    names = [columns[name] for name in ("person", "earliest", "latest", "country", "kind")]
    more = []
    if metric in UNCHECKABLE:
        linked = Identification.objects.counted().filter(**{UNCHECKABLE[metric]: OuterRef("pk")})
        rows = rows.annotate(is_checked=Q(belongs_to_no_announcement=True) | Exists(linked))
        more = ["is_checked"]
    if metric in FORM_OF_EVENT:
        detention, order = FORM_OF_EVENT[metric]
        rows = rows.annotate(form=form_of_stay(detention, order))
        more += ["form", "proceeding" if metric == "arrests" else "detention__proceeding"]
    for row in rows.values_list("pk", f"{person}sex", *names, *more):
        pk, sex, who, earliest, latest, where, kind = row[:7]
        form = form_in_scope(row[-1], row[-2]) if metric in FORM_OF_EVENT else "unknown"
        if metric in FORM_OF_EVENT and form not in scope.forms:
            continue
        is_unchecked = metric in UNCHECKABLE and not row[7] and pk not in acts.acts_of_event
        event = Event(who, pk, earliest, latest, sex, where, kind, is_unchecked, form)
        yield in_scope(event, scope)


def in_scope(event: Event, scope: Scope) -> Event | None:
    """The event, marked where it only possibly belongs; None where it does not."""
    certain, possible = scope.meets(event.person, event.earliest, event.latest)
    if not possible:
        return None
    return event if certain else replace(event, is_in_scope=False)


# The stay whose form counts: the first one of an arrest, the last one of a release.
FORM_OF_EVENT = {"arrests": ("pk", "from_earliest"), "releases": ("detention", "-from_earliest")}


def form_of_stay(detention: str, order: str) -> Subquery:
    first = (
        F("from_earliest").asc(nulls_first=True)
        if order == "from_earliest"
        else F("from_earliest").desc(nulls_last=True)
    )
    stays = Stay.objects.published().filter(detention=OuterRef(detention))
    return Subquery(stays.order_by(first, "pk" if order == "from_earliest" else "-pk").values("form")[:1])


def pardons_by_link(acts: Acts, people: QuerySet[Any] | None) -> Iterator[Event]:
    """People linked to a pardon whose own pardon is not recorded: the link says that they were pardoned (rule 7)."""
    acts_of_link = {-event: keys for event, keys in acts.acts_of_event.items() if event < 0}
    links = Identification.objects.filter(pk__in=acts_of_link).annotate(sex=F("prisoner__sex"))
    links = links if people is None else links.filter(prisoner__in=people)
    for link in links:
        act = acts.by_key[min(acts_of_link[link.pk])]
        yield Event(
            person=link.prisoner_id, pk=-link.pk, earliest=act.earliest, latest=act.latest, sex=link.sex,
            country=act.country, kind="unknown",
        )  # fmt: skip
