"""Announcements, pardons and reported figures in the API."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from pardons.changed import CHANGES
from pardons.exports import (
    ANNOUNCEMENTS,
    FIGURES,
    PARDONS,
    announcement_columns,
    announcement_rows,
    figure_columns,
    identification_columns,
    statement_columns,
)
from pardons.models import Announcement, Identification, Relation, ReportedFigure, Statement
from registry.api.lists import ListOperation, one_of_list, record_operation, record_schema, rows_schema
from registry.api.operations import Asked, Schema, operation_path
from registry.api.schemas import row_schema


def announcement(asked: Asked, public_id: str) -> dict[str, Any]:
    found = get_object_or_404(Announcement.public, public_id=public_id)
    return {"meta": asked.about()} | announcement_rows(found)


def announcement_schema() -> Schema:
    kinds = [str(kind) for kind in Relation.Kind.values]
    relation = {
        "first": {"type": "string"},
        "second": {"type": "string"},
        "kind": {"type": "string", "enum": kinds},
        "reason": {"type": "string"},
    }
    return record_schema(
        {
            "announcement": row_schema(announcement_columns(), Announcement.public.all()),
            "statements": rows_schema(statement_columns(), Statement.public.all()),
            "identifications": rows_schema(identification_columns(), Identification.public.all()),
            "relations": {"type": "array", "items": {"type": "object", "properties": relation}},
        }
    )


urlpatterns = [
    operation_path("changes/", CHANGES),
    operation_path("pardons/", ListOperation(PARDONS).operation("Pardons of named people, one row each")),
    operation_path("announcements/", ListOperation(ANNOUNCEMENTS).operation("Announcements of acts for many people")),
    operation_path(
        "announcements/<slug:public_id>/",
        record_operation(
            "announcement", "One announcement: what each source says, and who fills its places",
            announcement, announcement_schema,
        ),
    ),
    operation_path("figures/", ListOperation(FIGURES).operation("Figures that others report")),
    operation_path(
        "figures/<slug:public_id>/",
        one_of_list("figure", "One reported figure", ReportedFigure.public.all, figure_columns),
    ),
]  # fmt: skip
