"""What imports leave for a person: lists that wait for a second person, and deaths that lists tell of."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from prisoners.models import ImportRow, ListImport, Prisoner
from registry.publishing import Publication
from registry.waiting import Queue, Row, register


def in_review(today: date) -> QuerySet[ListImport]:
    return ListImport.objects.in_review().select_related("editor")


def import_row(found: ListImport, today: date) -> Row:
    return Row(str(found.given["list_name"]), found.get_absolute_url(), f"{found.file_name} · {found.editor or ''}")


def deaths_told(today: date) -> QuerySet[ImportRow]:
    """Rows of applied lists that say that somebody died of whom no death is recorded."""
    alive = Prisoner.objects.filter(public_id=OuterRef("person"), death_circumstance="")
    kept = alive.exclude(publication=Publication.RETRACTED)
    told = ImportRow.objects.filter(list_import__state=ListImport.State.APPLIED, told__has_key="died")
    return told.filter(Exists(kept)).select_related("list_import")


def death_row(row: ImportRow, today: date) -> Row | None:
    """Leads to the person's record, where a death is entered with its source."""
    person: Any = Prisoner.objects.filter(public_id=row.person).first()
    if person is None:
        return None
    said = f"{row.list_import.given['list_name']}: “{row.told['died']}”"
    return Row(str(person), reverse("admin:prisoners_prisoner_change", args=[person.pk]), said)


for queue in (
    Queue("imports", _("imported lists waiting for a second person"), in_review, import_row),
    Queue("deaths-told", _("deaths told by lists, waiting for your word"), deaths_told, death_row),
):
    register(queue)
