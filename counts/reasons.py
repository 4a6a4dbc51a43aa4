"""Why a named row came into a number or went out of it between two states of knowledge (rules 15 and 16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from counts.events import Event
from counts.questions import EVERYONE, UNRECOGNISED, Question
from pardons.models import Identification, Pardon
from prisoners.models import Case, Conviction, Detention, Merge, Prisoner, Recognition, Release
from registry.history import Nature
from registry.known import State, in_state
from registry.models import Changeset

SINCE, LATE, CORRECTION, MERGE = "happened_since", "late_discovery", "correction", "merge"
RECOGNITION, WITHDRAWAL, WITHHELD, UNNAMED = "recognition", "withdrawal", "withheld", "unnamed"

REASONS = {
    SINCE: _("happened since"),
    LATE: _("found out late"),
    CORRECTION: _("corrected"),
    MERGE: _("merged"),
    RECOGNITION: _("recognised since"),
    WITHDRAWAL: _("withdrawn"),
    WITHHELD: _("names withheld"),
    UNNAMED: _("unnamed or not certain"),
}
WHAT_REASONS_MEAN = {
    SINCE: _("It happened after the first of the two days."),
    LATE: _("It happened before, and was recorded since."),
    CORRECTION: _("It was recorded before, and a date, a group or a kind was mended."),
    MERGE: _("Two records were one person or one event, or a merge was undone."),
    RECOGNITION: _("The person was recognised since, and the definition that you ask for looks at that."),
    WITHDRAWAL: _("A recognition or a record was taken back, or a name is withheld since. It is no release."),
    WITHHELD: _("More or fewer people are counted without their names."),
    UNNAMED: _(
        "Announced places were entered, filled or corrected; names were checked against announcements; "
        "sentences ended without news."
    ),
}

RECORD_OF: dict[str, Any] = {
    "arrests": Detention, "convictions": Conviction, "recognitions": Recognition, "pardons": Pardon,
    "releases": Release, "deaths": Prisoner, "held": Prisoner,
}  # fmt: skip
# What else decides whether a record counts, by the path from the record.
ABOVE: dict[Any, dict[str, Any]] = {
    Detention: {"prisoner": Prisoner},
    Conviction: {"case": Case, "case__prisoner": Prisoner},
    Recognition: {"prisoner": Prisoner},
    Pardon: {"prisoner": Prisoner},
    Release: {"detention": Detention, "detention__prisoner": Prisoner},
    Prisoner: {},
    Identification: {"prisoner": Prisoner},
}
HIDDEN = ("withheld", "retracted")


@dataclass(frozen=True)
class Chain:
    """A record in one state: its publication and that of what it belongs to, and the rows that make it up."""

    publications: tuple[str, ...]
    rows: set[tuple[Any, int]]

    @property
    def is_public(self) -> bool:
        return set(self.publications) == {"published"}

    @property
    def is_hidden(self) -> bool:
        return bool(set(self.publications) & set(HIDDEN))


@dataclass(frozen=True)
class Spell:
    """A detention as a stock of one state sees it."""

    taken: date | None
    has_ended: bool
    out: date | None


class Judge:
    """Says why rows moved between two states of knowledge. Reads at once what it needs of all of them."""

    def __init__(self, question: Question, before: State, after: State, events: Iterable[Event]) -> None:
        self.question, self.before, self.after = question, before, after
        records: dict[Any, set[int]] = defaultdict(set)
        people = set()
        for event in events:
            model, key = record_of(question.metric, event)
            records[model].add(key)
            people.add(event.person)
        self.then, self.now = ({}, {}) if not people else (chains_in(state, records) for state in (before, after))
        self.newest = self.newest_changes(people)
        self.spells = [spells_in(state, people) if question.is_stock else {} for state in (before, after)]
        numbers = set(self.newest.values())
        self.natures = dict(Changeset.objects.filter(pk__in=numbers).values_list("number", "nature"))
        self.merges = merges_among(numbers)

    def newest_changes(self, people: set[int]) -> dict[tuple[Any, int], int]:
        """By row: the newest changeset between the states that touched it."""
        rows: dict[Any, set[int]] = defaultdict(set)
        for record in (*self.then.values(), *self.now.values()):
            for model, key in record.rows:
                rows[model].add(key)
        found = {
            (model, key): number
            for model, keys in rows.items()
            for key, number in self.changed(model, pgh_obj_id__in=keys).items()
        }
        # A person is in a stock by detentions, and in a definition by recognitions.
        for model in (Detention, Recognition):
            by_person = self.changed(model, by="prisoner_id", prisoner_id__in=people)
            found |= {(model, -person): number for person, number in by_person.items()}
        return found

    def changed(self, model: Any, by: str = "pgh_obj_id", **which: Any) -> dict[int, int]:
        rows = model.pgh_event_model.objects.filter(pgh_changeset__gt=self.before.number, **which)
        newest = rows.filter(pgh_changeset__lte=self.after.number).order_by().values(by)
        return dict(newest.annotate(newest=Max("pgh_changeset")).values_list(by, "newest"))

    def deciding(self, event: Event) -> int:
        """The newest changeset that touched what the row rests on; 0 where nothing of it was touched."""
        key = record_of(self.question.metric, event)
        rows = {row for chains in (self.then, self.now) if key in chains for row in chains[key].rows}
        if self.question.is_stock:
            rows.add((Detention, -event.person))
        return max((self.newest.get(row, 0) for row in rows), default=0) or self.of_recognitions(event)

    def of_recognitions(self, event: Event) -> int:
        is_everyone = self.question.definition == EVERYONE
        return 0 if is_everyone else self.newest.get((Recognition, -event.person), 0)

    def reason(self, event: Event, *, came: bool) -> str:
        key = record_of(self.question.metric, event)
        then, now = self.then.get(key), self.now.get(key)
        if self.deciding(event) in self.merges:
            return MERGE
        if not came and not (now and now.is_public):
            return WITHDRAWAL
        if came and not (then and then.is_public):
            return CORRECTION if then and then.is_hidden else self.by_date(event.earliest)
        if self.question.is_stock and (reason := self.reason_in_stock(event, came=came)):
            return reason
        if self.question.metric == "deaths" and came and self.is_news(event):
            return self.by_date(event.earliest)
        return self.reason_of_what_was_there(event, came=came)

    def reason_in_stock(self, event: Event, *, came: bool) -> str:
        """Why someone who was public all along is held on the day or is not; empty where no detention says it."""
        then, now = (spells.get(event.person, {}) for spells in self.spells)
        added, ended = now.keys() - then.keys(), [key for key in now if key in then and has_ended(then[key], now[key])]
        if came and added:
            return self.by_date(now[min(added)].taken)
        if not came and then.keys() - now.keys():
            return WITHDRAWAL
        if not came and ended and self.is_news(event):
            return self.by_date(now[ended[0]].out)
        return "" if then == now else CORRECTION

    def reason_of_what_was_there(self, event: Event, *, came: bool) -> str:
        """A record that counted before and counts now, in another place of the answer or under a definition."""
        if self.deciding(event) == self.of_recognitions(event) != 0:
            # Someone who is recognised leaves the unrecognised.
            return RECOGNITION if came != (self.question.definition == UNRECOGNISED) else WITHDRAWAL
        return CORRECTION

    def is_news(self, event: Event) -> bool:
        return self.natures.get(self.deciding(event)) != Nature.CORRECTION

    def by_date(self, earliest: date | None) -> str:
        """What certainly happened after the day of the first state is news; all else was found out late."""
        return SINCE if earliest is not None and earliest > self.before.cut_off else LATE


def has_ended(then: Spell, now: Spell) -> bool:
    return now.has_ended and not then.has_ended


def record_of(metric: str, event: Event) -> tuple[Any, int]:
    """The record whose row an event is; of a stock and of deaths the person."""
    model = RECORD_OF[metric]
    if model is Prisoner:
        return Prisoner, event.person
    # A pardon that only a link tells of has the link's number, below zero (rule 7).
    return (Identification, -event.pk) if event.pk < 0 else (model, event.pk)


def chains_in(state: State, records: dict[Any, set[int]]) -> dict[tuple[Any, int], Chain]:
    """Each record that is there in a state, with what it belongs to."""
    found = {}
    with in_state(state):
        for model, keys in records.items():
            above = ABOVE[model]
            columns = [name for path in above for name in (f"{path}__pk", f"{path}__publication")]
            for key, publication, *rest in model.objects.filter(pk__in=keys).values_list("pk", "publication", *columns):
                parents = set(zip(above.values(), rest[::2], strict=True))
                found[model, key] = Chain((publication, *rest[1::2]), {(model, key), *parents})
    return found


def spells_in(state: State, people: set[int]) -> dict[int, dict[int, Spell]]:
    """By person and detention: the counted detentions of a state."""
    found: dict[int, dict[int, Spell]] = defaultdict(dict)
    with in_state(state):
        rows = Detention.objects.counted().filter(prisoner__in=people)
        for person, key, taken, how, out in rows.values_list(
            "prisoner_id", "pk", "taken_earliest", "ended_how", "out_earliest"
        ):
            found[person][key] = Spell(taken, how != "", out)
    return found


def merges_among(changesets: Iterable[int]) -> frozenset[int]:
    """Those that merged two records of one person, or undid that. A merge is its own history."""
    numbers = set(changesets)
    made = Merge.objects.filter(Q(changeset__in=numbers) | Q(undone_changeset__in=numbers))
    pairs = made.values_list("changeset", "undone_changeset")
    return frozenset(number for number in chain.from_iterable(pairs) if number in numbers)
