"""The start check: each way in which a database is quietly wrong is refused with a sentence of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError

from registry import checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoDbBlocker


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_answer", (float("-inf"), []))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_database_of_the_tests_is_accepted() -> None:
    assert checks.database_problems() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("SET LOCAL synchronous_commit = off", "may lose what was saved: set synchronous_commit = on"),
        ("DROP EXTENSION btree_gist CASCADE", "The extension btree_gist is missing"),
        ("DELETE FROM django_migrations WHERE app = 'sessions'", "1 migrations are not applied: run"),
    ],
)
def test_quietly_wrong_database_is_refused(damage: str, words: str) -> None:
    execute(damage)

    (problem,) = checks.database_problems()

    assert words in problem


@pytest.fixture
def database_without_cyrillic(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's connection to a database of the locale C."""
    name = "tests_locale_c"
    own = connections["default"]
    with django_db_blocker.unblock(), own._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'")
        connections["default"] = own.copy()
        connections["default"].settings_dict = {**own.settings_dict, "NAME": name}
        execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist")
        yield
        connections["default"].close()
        connections["default"] = own
        cursor.execute(f"DROP DATABASE {name}")


def test_database_that_finds_no_cyrillic_name_is_refused(database_without_cyrillic: None) -> None:
    problems = " ".join(checks.database_problems())

    assert "does not fold Cyrillic letters" in problems
    assert "sees no letters in Cyrillic text" in problems


def test_database_that_does_not_answer_is_a_problem_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(checks, "_value", refuse)

    assert checks.database_problems() == ["The database does not answer: connection refused."]


@pytest.mark.django_db
def test_readyz_says_that_it_is_ready_and_no_more(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_readyz_is_503_and_keeps_the_reason_to_itself(client: Client) -> None:
    execute("SET LOCAL synchronous_commit = off")

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"not ready\n")


def test_healthz_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").content == b"alive\n"


def test_who_asks_the_machine_itself_needs_no_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz", headers={"X-Forwarded-Proto": "http"})["Location"] == "https://testserver/healthz"
