"""What every test stands on: no way out to the network, and a database as the migrations left it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from django.contrib.auth.models import Group
from django.db import DEFAULT_DB_ALIAS, connections

from tests import database

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 443)])
def test_connecting_to_another_machine_raises(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET

    with socket.socket(family) as attempt, pytest.raises(PermissionError, match="the registry calls no one"):
        attempt.connect(address)


def test_asking_for_the_address_of_another_machine_raises() -> None:
    with pytest.raises(PermissionError, match=r"registry\.example"):
        socket.getaddrinfo("registry.example", 443)


def test_this_machine_may_be_reached() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        with socket.create_connection(server.getsockname()) as client:
            assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_tests_that_commit_find_the_roles_that_a_migration_made(transactional_db: None, turn: str) -> None:
    assert Group.objects.exists()


@pytest.mark.django_db
def test_tests_after_one_that_commits_find_them_too() -> None:
    """pytest-django puts these first; they do not rest on that."""
    connection = cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
    rows = database.rows_made_by_migrations(connection)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE auth_group CASCADE")

    database.give_back(connection, {table: rows[table] for table in ("auth_group", "auth_group_permissions")})

    assert Group.objects.count() == 4
    assert database.rows_made_by_migrations(connection) == rows


def test_template_is_made_anew_when_a_migration_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = tmp_path / "registry" / "migrations" / "0001_records.py"
    migration.parent.mkdir(parents=True)
    monkeypatch.setattr(database, "BASE_DIR", tmp_path)

    migration.write_text("operations = []\n")
    before = database.fingerprint()
    migration.write_text("operations = [1]\n")

    assert database.fingerprint() != before
