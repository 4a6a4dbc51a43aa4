"""The start check: a database that would be quietly wrong is refused, by what it does and not by what it is called."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

log = logging.getLogger(__name__)

FRESH_SECONDS = 10
EXTENSIONS = ("btree_gist", "pg_trgm")
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")


class _Answer(threading.local):
    problems: tuple[str, ...] = ()
    given_at = float("-inf")


_answer = _Answer()


def database_problems() -> list[str]:
    """What is wrong with the database, each as a sentence that says what to do; empty when all is well."""
    try:
        return _folding_problems() + _durability_problems() + _extension_problems() + _migration_problems()
    except DatabaseError as error:
        return [f"The database does not answer: {str(error).strip()}."]


def current_problems() -> tuple[str, ...]:
    """The problems as found in the last ten seconds: probes may be many, and the question is not free."""
    if time.monotonic() - _answer.given_at > FRESH_SECONDS:
        _answer.problems, _answer.given_at = tuple(database_problems()), time.monotonic()
        for problem in _answer.problems:
            log.error(problem)
    return _answer.problems


def _folding_problems() -> list[str]:
    if _value("SELECT lower('Ы') = 'ы'"):
        return []
    return ["The database does not fold Cyrillic letters: create it with the character type C.UTF-8 (LC_CTYPE), or no name is found."]


def _durability_problems() -> list[str]:
    unsafe = [name for name in DURABILITY if _value("SELECT current_setting(%s)", name) == "off"]
    return [f"The server may lose what was saved: set {name} = on in its configuration." for name in unsafe]


def _extension_problems() -> list[str]:
    present = _value("SELECT coalesce(array_agg(extname::text), '{}') FROM pg_extension")
    missing = [name for name in EXTENSIONS if name not in present]
    problems = [f"The extension {name} is missing: run `manage.py migrate`, or CREATE EXTENSION {name} as the owner." for name in missing]
    if "pg_trgm" in present and not _value("SELECT cardinality(show_trgm('Ян')) > 0"):
        problems.append("The database sees no letters in Cyrillic text: create it with the character type C.UTF-8 (LC_CTYPE).")
    return problems


def _migration_problems() -> list[str]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{len(waiting)} migrations are not applied: run `manage.py migrate`."] if waiting else []


def _value(statement: str, *parameters: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]
