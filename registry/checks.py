"""The start check: a database that would be quietly wrong is refused, by what it does and not by what it is called."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from registry.database_roles import roles_exist
from registry.known_views import missing_views
from registry.settings import LOOPBACK

log = logging.getLogger(__name__)

FRESH_SECONDS = 10
EXTENSIONS = ("btree_gist", "pg_trgm")
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")


_answer: tuple[float, list[str]] = (float("-inf"), [])


def database_problems() -> list[str]:
    """What is wrong with the database, each as a sentence that says what to do; empty when all is well."""
    try:
        of_the_server = _folding_problems() + _durability_problems() + _extension_problems()
        return of_the_server + migration_problems() + _past_problems() + _role_problems()
    except DatabaseError as error:
        return [f"The database does not answer: {str(error).strip()}."]


def current_problems() -> list[str]:
    """The problems as found in the last ten seconds: probes may be many, and the question is not free."""
    global _answer
    if time.monotonic() - _answer[0] > FRESH_SECONDS:
        _answer = (time.monotonic(), database_problems())
        for problem in _answer[1]:
            log.error(problem)
    return _answer[1]


def password_alone_problems(addresses: Sequence[Any]) -> list[str]:
    """The demo's accounts come in by password alone only where nobody but this machine is listened to."""
    if settings.PASSWORD_ALONE and not all(is_this_machine(address) for address in addresses):
        return [
            "PASSWORD_ALONE lets the demo's accounts in without a second factor, and this server would listen to other "
            "machines: leave it out, or bind to 127.0.0.1."
        ]
    return []


def is_this_machine(address: Any) -> bool:
    """Whether a bound address is loopback or a Unix socket, which gunicorn writes as a plain path."""
    return isinstance(address, str) or address[0] in LOOPBACK


def let_go_of_database() -> None:
    """Close the connections and their pools: neither survives a fork."""
    for opened in connections.all(initialized_only=True):
        opened.close()
        if isinstance(opened, DatabaseWrapper):
            opened.close_pool()


def _folding_problems() -> list[str]:
    if _value("SELECT lower('Ы') = 'ы'"):
        return []
    return [
        "The database does not fold Cyrillic letters, so no name is found: create it with the character type C.UTF-8."
    ]


def _durability_problems() -> list[str]:
    unsafe = [name for name in DURABILITY if _value("SELECT current_setting(%s)", name) == "off"]
    return [f"The server may lose what was saved: set {name} = on in its configuration." for name in unsafe]


def _extension_problems() -> list[str]:
    present = _value("SELECT coalesce(array_agg(extname::text), '{}') FROM pg_extension")
    missing = [name for name in EXTENSIONS if name not in present]
    problems = [
        f"The extension {name} is missing: run `manage.py migrate`, or CREATE EXTENSION {name} as the owner."
        for name in missing
    ]
    if "pg_trgm" in present and not _value("SELECT cardinality(show_trgm('Ян')) > 0"):
        problems.append("The database sees no letters in Cyrillic text: create it with the character type C.UTF-8.")
    return problems


def migration_problems() -> list[str]:
    """Without its migrations a database lacks tables that the code asks for."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{len(waiting)} migrations are not applied: run `manage.py migrate`."] if waiting else []


def _past_problems() -> list[str]:
    """Without its view a table would answer from today where the past is asked."""
    missing = missing_views(connection.alias)
    if not missing:
        return []
    return [f"Earlier states can't be read ({missing[0]} and {len(missing) - 1} more): run `manage.py migrate`."]


def _role_problems() -> list[str]:
    if not (settings.WEB_DATABASE or settings.READER_DATABASE) or roles_exist():
        return []
    return ["The database roles registry_web and registry_reader are missing: run `manage.py migrate` as its owner."]


def role_warnings() -> list[str]:
    """What is less safe than it could be, and still starts."""
    if settings.WEB_DATABASE and settings.READER_DATABASE:
        return []
    return [
        "The web process has one database role, which may rewrite the history and read what is private: "
        "give WEB_DATABASE_URL and READER_DATABASE_URL, see docs/history.md."
    ]


def _value(statement: str, *parameters: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]
