"""Marks in every private field, and a crawl of everything public, read as the reader's role: none is found."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test import Client
from django.urls import Resolver404, get_resolver

from pardons.models import AnnouncementPrivate
from prisoners.models import Name, Prisoner, Request
from prisoners.models.prisoner import PrisonerPrivate
from registry import public_connection
from registry.database_roles import READER, our_models, readable
from registry.history import changeset
from registry.models import Citation, SourcePrivate
from tests.changesets import next_changeset
from tests.editors import make_editor
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_figure,
    make_prisoner,
    make_recognition,
    make_source,
    make_statement,
)
from tests.registry.test_database_roles import as_role
from tests.test_hostile_input import addresses

pytestmark = pytest.mark.django_db
LONG = os.environ.get("TEST_LONG") == "1"
RECORDS = 100 if LONG else 4
MARK = "canary"
WRITTEN_BY_THE_DATABASE = ("prisoners_nameword", "prisoners_newnameword", "registry_link", "registry_changeset")


@pytest.fixture
def planted() -> dict[str, Any]:
    """Public records with private parts, and hidden ones of every kind beside them; marks wherever nobody may look."""
    with changeset(by=make_editor(username=f"{MARK}-editor"), note=f"{MARK} note"):
        people = [public_person(turn) for turn in range(RECORDS)]
        announcement = make_announcement(total=30)
        identify(people[0], announcement)
        identify(make_prisoner(f"{MARK} Withheld", publication="withheld", held=[("2020-08", "2024")]), announcement)
        make_prisoner(f"{MARK} Draft", publication="draft")
        make_prisoner(f"{MARK} Retracted", publication="retracted")
        source, restricted = make_source(), make_source(**restricted_particulars())
        make_statement(announcement, 8, source=restricted, words=MARK)
        make_figure(source=restricted, quote=MARK)
        cite(people[0], restricted)
        Name.objects.create(prisoner=people[0], text=f"{MARK} Spelling", publication="withheld")
        Name.objects.create(prisoner=people[0], text=f"{MARK} Private", is_private=True, publication="published")
        Name.objects.create(prisoner=people[0], text=f"{MARK} Private later", publication="published")
        AnnouncementPrivate.objects.create(announcement=announcement)
        SourcePrivate.objects.create(source=source)
    mark_private_fields()
    connection.check_constraints()
    return {"prisoner": people[0], "announcement": announcement, "source": source}


def public_person(turn: int) -> Prisoner:
    person = make_prisoner(f"Jan Exemplar {turn}", held=[("2020-08", "2024-08-16")])
    make_detention(person, "2025", proceeding="administrative", publication="draft")
    make_conviction(person, "2021")
    make_recognition(person, "2020")
    PrisonerPrivate.objects.create(prisoner=person)
    Request.objects.create(prisoner=person, kind="withhold", scope=MARK, received_on="2026-01-01")
    return person


def restricted_particulars() -> dict[str, str]:
    return {
        "access": "restricted", "title": f"{MARK} title", "publisher": MARK, "author": MARK,
        "url": f"https://{MARK}.example/1", "archived_url": f"https://{MARK}.example/2",
    }  # fmt: skip


def cite(person: Prisoner, restricted: Any) -> None:
    of_people = ContentType.objects.get_for_model(Prisoner)
    Citation.objects.create(
        source=restricted, content_type=of_people, object_id=person.pk, quote=f"{MARK} quote", locator=MARK
    )


def mark_private_fields() -> None:
    """Every text that is declared private, in every row there is."""
    for model in our_models():
        fields = {field.name: MARK for field in model._meta.concrete_fields if is_private_text(model, field)}
        if fields and not model._meta.db_table.startswith(
            ("prisoners_nameword", "registry_link", "registry_changeset")
        ):
            model._base_manager.update(**fields)


def is_private_text(model: Any, field: Any) -> bool:
    is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices and not field.unique
    return is_text and field.column not in readable(model)


def test_marks_of_what_is_private_are_nowhere_in_public(client: Client, planted: dict[str, Any]) -> None:
    first = next_changeset()
    withheld_later = make_prisoner(f"{MARK} Later")
    then = next_changeset()
    Prisoner.objects.filter(pk=withheld_later.pk).update(publication="withheld")
    Name.objects.filter(prisoner=planted["prisoner"], text=f"{MARK} Private later").update(is_private=True)
    connection.check_constraints()
    next_changeset()

    with as_role(READER):
        asked = [
            f"{address}{query}"
            for address in crawled(planted)
            for query in ("", f"?known_on={first}", f"?known_on={then}")
        ]
        found = [told for address in some_of(asked) if (told := problem_of(client, address))]

    assert found == []
    assert SourcePrivate.objects.filter(notes=MARK).exists()
    assert PrisonerPrivate.objects.filter(notes=MARK).count() == RECORDS


def some_of(asked: list[str]) -> list[str]:
    """All of them in the long run. In the ordinary one some of all kinds, and no pictures, which show no name."""
    return asked if LONG else [address for address in asked if ".png" not in address and ".svg" not in address][::7]


def problem_of(client: Client, address: str) -> str:
    """What an answer gives away, or that it is none; empty if all is well."""
    answer = client.get(address)
    body = answer.getvalue()
    if answer.status_code >= 500:
        return f"{answer.status_code} {address}"
    told = body + repr(sorted(answer.items())).encode()
    return f"a mark at {address}" if MARK.encode() in told.lower() else ""


def crawled(things: dict[str, Any]) -> list[str]:
    """Every address of a public page, file or answer of the API, with a real identifier; and what is not there."""
    ids = {name: record.public_id for name, record in things.items()}
    hidden = Prisoner.objects.exclude(publication="published").values_list("public_id", flat=True)
    gone = [f"/prisoners/{public_id}{end}" for public_id in hidden for end in ("/", ".json", "/history/")]
    return [*(address for address in addresses(ids) if is_public(address)), *gone, "/nothing/"]


def is_public(address: str) -> bool:
    try:
        return public_connection.is_public(get_resolver().resolve(address).func)
    except Resolver404:
        return False
