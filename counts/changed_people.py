"""Whose named rows can have moved between two states of knowledge: everyone of whom any record was touched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from counts.questions import WIDE_DEFINITIONS, Question
from pardons.models import Announcement, Identification, Pardon, Relation
from prisoners.models import (
    Appeal,
    Article,
    Case,
    CaseDetention,
    Charge,
    Conviction,
    Court,
    Detention,
    Occupation,
    Organisation,
    Place,
    Prisoner,
    PrisonerOccupation,
    Recognition,
    Region,
    Release,
    Stay,
)
from prisoners.models.conviction import ConvictionArticle
from prisoners.models.recognition import RecognitionBy
from registry.known import State

# How each record leads to its person: by the column of its own, or by the record that it belongs to.
OWNERS: dict[Any, tuple[str, Any]] = {
    Prisoner: ("pgh_obj_id", None),
    Detention: ("prisoner_id", None),
    Case: ("prisoner_id", None),
    Recognition: ("prisoner_id", None),
    PrisonerOccupation: ("prisoner_id", None),
    Pardon: ("prisoner_id", None),
    Identification: ("prisoner_id", None),
    Stay: ("detention_id", Detention),
    Release: ("detention_id", Detention),
    CaseDetention: ("detention_id", Detention),
    Charge: ("case_id", Case),
    Conviction: ("case_id", Case),
    Appeal: ("conviction_id", Conviction),
    ConvictionArticle: ("conviction_id", Conviction),
    RecognitionBy: ("recognition_id", Recognition),
}
# What many people share. A new one touches nobody by itself.
SHARED = (Region, Occupation, Article, Organisation, Place, Court)
# On their days rests when somebody counts as pardoned by a link alone.
OF_LINKS = (Announcement, Relation)


def people_changed(question: Question, before: State, after: State) -> list[int]:
    """Their keys, in order; of people who are gone as well."""
    span = {"before": before.number, "after": after.number}
    parts = [changed(model) for model in OWNERS]
    if any(was_touched(model, span) for model in OF_LINKS):
        parts.append(f"SELECT prisoner_id FROM {history(Identification)}")
    if rests_on_shared_records(question) and any(was_touched(model, span, but="insert") for model in SHARED):
        parts.append(f"SELECT pgh_obj_id FROM {history(Prisoner)}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person FROM ({' UNION '.join(parts)}) AS changed (person) ORDER BY person", span)
        return [person for (person,) in cursor.fetchall() if person is not None]


def history(model: Any) -> str:
    return str(model.pgh_event_model._meta.db_table)


TOUCHED = "pgh_changeset > %(before)s AND pgh_changeset <= %(after)s"


def changed(model: Any) -> str:
    """The people of the touched rows of a model, all that such a row or what it belongs to ever had."""
    column, owner = OWNERS[model]
    rows = f"SELECT pgh_obj_id FROM {history(model)} WHERE {TOUCHED}"
    query = f"SELECT {column} FROM {history(model)} WHERE pgh_obj_id IN ({rows})"
    while owner is not None:
        column, next_owner = OWNERS[owner]
        query = f"SELECT {column} FROM {history(owner)} WHERE pgh_obj_id IN ({query})"
        owner = next_owner
    return query


def was_touched(model: type[models.Model], span: dict[str, int], but: str = "") -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {history(model)} WHERE {TOUCHED} AND pgh_label <> %(but)s)",
            span | {"but": but},
        )
        return bool(cursor.fetchone()[0])


def rests_on_shared_records(question: Question) -> bool:
    by_shared = {"region", "occupation", "charge"} & set(question.group)
    return bool(question.filters or by_shared or question.definition not in WIDE_DEFINITIONS)


def in_parts(people: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(people), size):
        yield people[start : start + size]
