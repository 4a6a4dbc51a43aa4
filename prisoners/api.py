"""People and what happened to them in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prisoners.exports import DOWNLOADS, PARTS, PRISONERS, life_rows, prisoner_columns
from prisoners.merging.addresses import moved_or_gone
from prisoners.models import Prisoner
from registry.api.lists import ListOperation, record_operation, record_schema, rows_schema
from registry.api.operations import Asked, Schema, operation_path
from registry.api.schemas import row_schema

SUMMARIES = {
    "prisoners": "People: search, filters, pages",
    "detentions": "Detentions, one row each",
    "convictions": "Verdicts, one row each",
    "recognitions": "Recognitions, one row each",
    "releases": "Releases, one row each",
    "deaths": "Deaths, one row each",
}


def what_the_search_found(filters: Any, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """The spelling by which a search found each person, and how well it fits; null without `q`."""
    found = filters.sought.by_person if filters.sought else {}
    return {
        row.pk: {
            "matched_name": found[row.pk].matched_name if row.pk in found else None,
            "match_score": round(found[row.pk].score, 4) if row.pk in found else None,
        }
        for row in rows
    }


def search_schema() -> Schema:
    return {
        "matched_name": {"type": ["string", "null"], "description": "the spelling by which `q` found the person"},
        "match_score": {"type": ["number", "null"], "description": "how well it fits: 1 is the same spelling"},
    }


def prisoner(asked: Asked, public_id: str) -> Any:
    person = Prisoner.public.filter(public_id=public_id).first()
    if person is None:
        return moved_or_gone(public_id, "api-prisoner", asked.known_query)
    return {"meta": asked.about()} | life_rows(person)


def prisoner_schema() -> Schema:
    parts = {name: rows_schema(part.columns(), part.rows()) for name, part in PARTS.items()}
    return record_schema({"prisoner": row_schema(prisoner_columns(), Prisoner.public.all())} | parts)


PEOPLE = ListOperation(PRISONERS, what_the_search_found, search_schema)

urlpatterns = [
    operation_path("prisoners/", PEOPLE.operation(SUMMARIES["prisoners"])),
    operation_path(
        "prisoners/<slug:public_id>/",
        record_operation("prisoner", "One life: a person and every event", prisoner, prisoner_schema),
    ),
    *(
        operation_path(f"{each.name}/", ListOperation(each).operation(SUMMARIES[each.name]))
        for each in DOWNLOADS
        if each is not PRISONERS
    ),
]
