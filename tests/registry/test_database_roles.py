"""The web's role can't rewrite history; the reader's role can't read what is private."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.urls import get_resolver

from pardons.models import AnnouncementPrivate
from prisoners.models import Occupation, Prisoner
from prisoners.models.prisoner import PrisonerPrivate
from registry import database_roles, public_connection
from registry.database_roles import READER, WEB
from registry.known_views import columns_in, derived_tables
from registry.models import Changeset, Source
from registry.verifying import verify
from tests.changesets import next_changeset
from tests.factories import identify, make_announcement, make_prisoner

pytestmark = pytest.mark.django_db
ATTACKS = {
    "change history": "UPDATE prisoners_prisonerhistory SET sex = 'male'",
    "delete history": "DELETE FROM prisoners_prisonerhistory",
    "empty history": "TRUNCATE prisoners_prisonerhistory",
    "drop history": "DROP TABLE prisoners_prisonerhistory",
    "switch its trigger off": "ALTER TABLE prisoners_prisonerhistory DISABLE TRIGGER ALL",
    "switch the recording off": "ALTER TABLE prisoners_prisoner DISABLE TRIGGER ALL",
    "switch all triggers off": "SET session_replication_role = replica",
    "put a function in place": "CREATE OR REPLACE FUNCTION registry_changeset_number() "
    "RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    "become the owner": "SET ROLE registry",
    "change a changeset": "UPDATE registry_changeset SET note = 'Never.'",
    "make a changeset": "INSERT INTO registry_changeset (number, made_at, note, nature, reason, told) "
    "VALUES (1, now(), '', '', '', '')",
    "change the chain": "UPDATE registry_link SET hash = ''",
    "seal again": "SELECT registry_seal_up_to(1)",
    "add to another changeset": "INSERT INTO prisoners_occupationhistory "
    "(pgh_created_at, pgh_label, pgh_obj_id, id, slug, name, pgh_changeset) VALUES (now(), '', 1, 1, 'a', 'a', 1)",
    "make a table": "CREATE TABLE mine (id bigint)",
    "make a table for a while": "CREATE TEMPORARY TABLE registry_changeset (id bigint)",
    "make a schema": "CREATE SCHEMA mine",
    "change a view of the past": "CREATE OR REPLACE VIEW as_known.prisoners_prisoner AS SELECT 1",
    "change its own rights": f"GRANT registry TO {WEB}",
}


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """The test's own connection with the rights of a role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


@pytest.fixture
def web() -> Iterator[psycopg.Connection]:
    """Signed in as the web process is: nothing of the owner is behind it."""
    known = connection.settings_dict
    with psycopg.connect(
        host=known["HOST"] or None, port=known["PORT"] or None, dbname=known["NAME"], user=WEB, autocommit=True
    ) as opened:
        yield opened


@pytest.mark.parametrize("attack", ATTACKS)
def test_web_process_can_not(web: psycopg.Connection, attack: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(ATTACKS[attack])


def test_web_process_edits_and_its_edits_are_recorded() -> None:
    with as_role(WEB):
        Occupation.objects.create(slug="poet", name="poet")
        Occupation.objects.update(name="bard")
        Occupation.objects.all().delete()
        connection.check_constraints()

    past: Any = Occupation.pgh_event_model  # type: ignore[attr-defined]
    assert list(past.objects.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "update", "delete"]
    assert Changeset.objects.count() == 1


def test_web_process_enters_people_as_the_owner_does() -> None:
    with as_role(WEB):
        person = make_prisoner(names=["Jaś"], held=[("2020-08", "2024-08-16")], biography="A life.")
        identify(person, make_announcement())
        connection.check_constraints()

    assert verify().problems == []


def test_web_process_can_not_switch_the_recording_off_by_a_setting() -> None:
    with as_role(WEB), connection.cursor() as cursor:
        cursor.execute("""SET LOCAL "pgtrigger.ignore" = '{insert_insert}'""")
        Occupation.objects.create(slug="poet", name="poet")

    past: Any = Occupation.pgh_event_model  # type: ignore[attr-defined]
    assert past.objects.count() == 1


def test_web_process_can_not_say_that_a_change_belongs_to_an_earlier_changeset() -> None:
    Occupation.objects.create(slug="poet", name="poet")
    first = next_changeset()
    Changeset.objects.update(made_in=1)

    with as_role(WEB), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('registry.changeset', %s, true)", [str(first)])
        Occupation.objects.create(slug="spy", name="spy")

    assert Changeset.latest_number() == first + 1


# --- The reader ---

PRIVATE = (
    "SELECT * FROM prisoners_prisonerprivate",
    "SELECT * FROM prisoners_prisonerprivatehistory",
    "SELECT * FROM registry_sourceprivate",
    "SELECT * FROM pardons_announcementprivate",
    "SELECT * FROM prisoners_request",
    "SELECT * FROM as_known.prisoners_prisonerprivate",
    "SELECT * FROM auth_user",
    "SELECT * FROM django_session",
    "SELECT note FROM registry_changeset",
    "SELECT by_id FROM registry_changeset",
    "SELECT pgh_context FROM prisoners_prisonerhistory",
    "SELECT salt FROM registry_link",
    "UPDATE prisoners_prisoner SET sex = 'male'",
    "DELETE FROM prisoners_name",
)


@pytest.mark.parametrize("statement", PRIVATE)
def test_reader_can_not(statement: str) -> None:
    refused = pytest.raises(DatabaseError, match="permission denied")

    with as_role(READER), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_reader_reads_no_column_that_is_not_declared_public() -> None:
    refusing = derived_tables(columns_in("default"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.column_privileges WHERE grantee = %s "
            "AND privilege_type = 'SELECT' AND (table_schema = 'public' OR NOT table_name = ANY(%s))",
            [READER, refusing],
        )
        granted = set(cursor.fetchall())

    private = {
        (model._meta.db_table, field.column)
        for model in database_roles.our_models()
        for field in model._meta.concrete_fields
        if field.column not in database_roles.readable(model) and model._meta.db_table not in database_roles.WORDS
    }
    assert {table for table, _column in granted & private} == {"prisoners_merge"}


# --- The switch ---


def is_public(address: str) -> bool:
    return public_connection.is_public(get_resolver().resolve(address).func)


def test_reader_is_taken_for_public_views_alone() -> None:
    assert all(is_public(path) for path in ("/", "/prisoners/", "/prisoners.csv", "/counts/held/", "/api/v1/"))
    assert not any(is_public(path) for path in ("/desk/", "/admin/", "/admin/login/", "/readyz"))


def test_who_reads_is_asked_of_the_cookie_first() -> None:
    """Nobody is asked of a session that is not there: a page that asked would be kept for nobody."""
    request: Any = RequestFactory().get("/")
    assert not public_connection.is_signed_in(request)

    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    for is_known in (True, False):
        request.user = SimpleNamespace(is_authenticated=is_known)
        assert public_connection.is_signed_in(request) is is_known


def test_private_words_are_where_the_reader_is_not() -> None:
    tables = {model._meta.db_table for model in (PrisonerPrivate, AnnouncementPrivate)}

    assert not [
        line for line in database_roles.rights_of_reader(columns_in("default"))
        if any(f'"{table}"' in line for table in tables)
    ]  # fmt: skip
    assert Prisoner.objects.count() == Source.objects.count() == 0
