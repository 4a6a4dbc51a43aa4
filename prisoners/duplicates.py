"""The queue of likely duplicates: pairs whose names are alike, found person by person, and pairs told apart.

Whose names change is noted by a trigger. Each of those people is looked up once in the index of names, so that the
work grows with what was entered and never with all pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from prisoners.comparing import differing, facts, less_alike
from prisoners.models import LikelyPair, NotSamePerson, Prisoner, UncomparedPerson
from prisoners.names.matching import match
from prisoners.names.search import LIKE_ENOUGH, others_named
from registry.history import changeset
from registry.publishing import Publication

# A common name has namesakes without end: the likeliest are enough.
MOST_PAIRS_OF_A_PERSON = 10
# From one name to the other and back the likeness differs a little, for rarity weighs on one side.
STILL_ALIKE = LIKE_ENOUGH - 0.1
# What differs lowers the likeness; below this two with like names are hardly one.
LEAST_ALIKE = 0.6
AT_ONCE = 20
# Taken by one at a time, and a person who waits is never passed over: a killed command leaves the queue as it was.
NEXT_PEOPLE = """
    DELETE FROM prisoners_uncomparedperson WHERE prisoner_key IN (
        SELECT prisoner_key FROM prisoners_uncomparedperson ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING prisoner_key
"""


@dataclass(frozen=True)
class Side:
    """A fact of both people beside each other."""

    title: str
    first: str
    second: str
    differs: bool


@dataclass(frozen=True)
class Pair:
    """A likely pair as the queue shows it."""

    first: Prisoner
    second: Prisoner
    reason: str
    sides: list[Side]


# --- Looking for pairs ---


def compare_waiting(seconds: float | None = None, progress: Callable[[int], None] = lambda compared: None) -> int:
    """Compare the people whose names changed, for so many seconds at most (None: all); how many were compared."""
    started, compared = monotonic(), 0
    while seconds is None or monotonic() - started < seconds:
        with transaction.atomic():
            people = next_people(AT_ONCE if seconds is None else 1)
            for person in Prisoner.objects.filter(pk__in=people).order_by("pk").prefetch_related("names"):
                compare_person(person)
        if not people:
            break
        compared += len(people)
        progress(len(people))
    return compared


def next_people(most: int) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_PEOPLE, [most])
        return {key for (key,) in cursor.fetchall()}


def compare_person(person: Prisoner) -> None:
    """Find the people like this one, and drop the pairs that their names no longer bear out."""
    for pair in LikelyPair.objects.filter(Q(first=person.pk) | Q(second=person.pk)):
        other = Prisoner.objects.filter(pk=pair.first_id + pair.second_id - person.pk).first()
        if other is None or likeness(person, other)[0] < STILL_ALIKE:
            pair.delete()
    found = people_like(person)
    likeliest = sorted(found, key=lambda key: -found[key])[:MOST_PAIRS_OF_A_PERSON]
    # By key, so that two who write the same pairs at once wait for each other and never deadlock.
    rows = [
        LikelyPair(first_id=min(person.pk, key), second_id=max(person.pk, key), likeness=found[key])
        for key in sorted(likeliest)
    ]
    LikelyPair.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["first", "second"], update_fields=["likeness"]
    )


def people_like(person: Prisoner) -> dict[int, float]:
    """By person: how alike they are by name, less what differs."""
    by_name: dict[int, float] = {}
    for name in spellings(person):
        for found in others_named(name, besides=person.pk):
            by_name[found.prisoner_id] = max(found.score, by_name.get(found.prisoner_id, 0.0))
    by_name = {key: score for key, score in by_name.items() if score >= LIKE_ENOUGH and key != person.pk}
    people = Prisoner.objects.filter(pk__in=by_name)
    alike = {other.pk: round(by_name[other.pk] - less_alike(person, other), 4) for other in people}
    return {key: score for key, score in alike.items() if score >= LEAST_ALIKE}


def spellings(person: Prisoner) -> list[str]:
    return [name.text for name in person.names.all() if name.publication != Publication.RETRACTED]


def likeness(one: Prisoner, other: Prisoner) -> tuple[float, str]:
    """How alike the names of two people are at best, and why."""
    matches = [match(first, second) for first in spellings(one) for second in spellings(other)]
    best = max(matches, key=lambda found: found.score, default=None)
    return (best.score, best.reason) if best else (0.0, "")


# --- The queue ---


def waiting() -> int:
    """How many people have yet to be compared."""
    return UncomparedPerson.objects.values("prisoner_key").distinct().count()


def likely_pairs() -> QuerySet[LikelyPair]:
    """Pairs to look at, the likeliest first: not told apart, neither gone nor retracted."""
    told = NotSamePerson.objects.filter(
        Q(first=OuterRef("first"), second=OuterRef("second")) | Q(first=OuterRef("second"), second=OuterRef("first"))
    )
    there = Q(first__pk__isnull=False, second__pk__isnull=False)
    kept = LikelyPair.objects.select_related("first__home_region", "second__home_region").filter(there)
    retracted = Q(first__publication=Publication.RETRACTED) | Q(second__publication=Publication.RETRACTED)
    return kept.exclude(retracted).exclude(Exists(told)).order_by("-likeness", "first", "second")


def as_shown(pair: LikelyPair) -> Pair:
    """A pair with its reason and its facts side by side."""
    return Pair(pair.first, pair.second, likeness(pair.first, pair.second)[1], sides(pair.first, pair.second))


def sides(first: Prisoner, second: Prisoner) -> list[Side]:
    """What is known of either, side by side."""
    different = set(differing(first, second))
    both = zip(facts(first), facts(second), strict=True)
    known = [(one, other) for one, other in both if one.words or other.words]
    return [Side(one.title, one.words, other.words, one.name in different) for one, other in known]


# --- Telling apart ---


def tell_apart(one: Prisoner, other: Prisoner, *, by: Any, note: str) -> NotSamePerson:
    """Record that two who look alike are two people, with the reason. Raises ValidationError in words."""
    if not note.strip():
        raise ValidationError(_("Say how we know that they are two people."), code="reason_missing")
    if one.pk == other.pk:
        raise ValidationError(_("Choose two different people."), code="same")
    try:
        with changeset(by=by, note=note):
            return NotSamePerson.objects.create(first=one, second=other, reason=note)
    except IntegrityError as error:
        raise ValidationError(
            _("These two are recorded as different people already, or one of them was merged: look again."),
            code="told_already",
        ) from error


def told_apart(one: Prisoner, other: Prisoner) -> NotSamePerson | None:
    """What was recorded of these two; None if nothing was."""
    either = Q(first=one, second=other) | Q(first=other, second=one)
    return NotSamePerson.objects.filter(either).first()


def take_back(pair: NotSamePerson, *, by: Any, note: str) -> None:
    """Two who were told apart may be one after all: they come back into the queue."""
    with changeset(by=by, note=note):
        NotSamePerson.objects.filter(pk=pair.pk).delete()
