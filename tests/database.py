"""The migrated database that every run of the tests is copied from, and its rows for tests that empty the tables."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import TestCase

from registry.environment import BASE_DIR
from registry.postgres import holding

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

PREFIX = "template_tests_"
IMPORTED = re.compile(r"^(?:from|import) ((?:registry|prisoners|pardons|counts)[\w.]*)", re.MULTILINE)
WHAT_MIGRATIONS_RUN_ON = ("django", "django-allauth", "django-pghistory", "django-pgtrigger")


def template_database(connection: DatabaseWrapper) -> str:
    """The name of a database with all migrations applied. One of several runs makes it, the others wait."""
    name = PREFIX + fingerprint()
    with holding(settings.VAR_DIR / "tests.lock"):
        if name not in templates(connection):
            make_template(connection, name)
    return name


def fingerprint() -> str:
    """Changes with any migration, with what migrations import of ours, and with the packages that run them."""
    digest = hashlib.sha256(repr([version(package) for package in WHAT_MIGRATIONS_RUN_ON]).encode())
    migrations = {path: path.read_bytes() for path in sorted(BASE_DIR.glob("*/migrations/*.py"))}
    imported = {name for text in migrations.values() for name in IMPORTED.findall(text.decode())}
    for path in (*migrations, *(BASE_DIR / f"{name.replace('.', '/')}.py" for name in sorted(imported))):
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]


def templates(connection: DatabaseWrapper) -> list[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [name for (name,) in cursor.fetchall()]


def make_template(connection: DatabaseWrapper, name: str) -> None:
    """Migrate under another name and rename, so that a run that is stopped half-way leaves nothing to copy."""
    unfinished = f"{PREFIX}unfinished"
    with connection._nodb_cursor() as cursor:
        for old in templates(connection):
            cursor.execute(f'DROP DATABASE "{old}"')
        cursor.execute(f'CREATE DATABASE "{unfinished}"')
    migrate(connection, unfinished)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def migrate(connection: DatabaseWrapper, name: str) -> None:
    """Apply every migration to another database of the server than the connection's own."""
    own_name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = own_name


def rows_made_by_migrations(connection: DatabaseWrapper) -> dict[str, bytes]:
    """By table, what a database holds before the first test, as COPY writes it."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - {"django_migrations"}
        found = {table: copied_from(cursor, table) for table in sorted(tables)}
    return {table: rows for table, rows in found.items() if rows}


def copied_from(cursor: Any, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(copy)


def give_back(connection: DatabaseWrapper, rows: dict[str, bytes]) -> None:
    """Foreign keys are looked at when the transaction ends, so the order of the tables does not matter."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        for table, written in rows.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(written)


FOREIGN_KEYS = """
    SELECT string_agg(DISTINCT format('public.%I', conname), ', ') FROM pg_constraint
    WHERE contype = 'f' AND condeferrable AND connamespace = 'public'::regnamespace
"""


def check_foreign_keys_alone() -> None:
    """After each test Django has the database check what waits for the end of the transaction, and rolls back.

    Our own triggers that wait for it seal a changeset and sum what changed: dear, and nobody reads it any more.
    """
    test_case: Any = TestCase
    asked = test_case._should_check_constraints
    names: list[str] = []

    def check(test: TestCase, connection: DatabaseWrapper) -> bool:
        if asked(test, connection):
            with connection.cursor() as cursor:
                if not names:
                    cursor.execute(FOREIGN_KEYS)
                    names.extend(cursor.fetchall()[0])
                cursor.execute(f"SET CONSTRAINTS {names[0]} IMMEDIATE")
        return False

    test_case._should_check_constraints = check


def empty_by_deleting(connection: DatabaseWrapper) -> None:
    """After a test that commits: TRUNCATE makes new files for each of a hundred tables, of which most are empty.

    Only a superuser may set triggers and foreign keys aside; without one Django's own way stays.
    """
    truncation = connection.ops.sql_flush

    def deletion(style: Any, tables: Any, **asked: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchall()[0][0]:
                return truncation(style, tables, **asked)
            held = sorted(set(connection.introspection.table_names(cursor)) - {"django_migrations"})
        local = ["SET LOCAL session_replication_role = replica", "SET LOCAL synchronous_commit = off"]
        return [*local, *(f'DELETE FROM "{table}"' for table in held)]

    vars(connection.ops)["sql_flush"] = deletion
