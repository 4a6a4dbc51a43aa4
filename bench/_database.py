"""A database of its own for a benchmark, with all migrations, on the server that the settings name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def switch(name: str) -> None:
    """Point Django's connection at another database of the same server."""
    from django.db import connection

    database: Any = connection
    database.close()
    database.close_pool()
    database.settings_dict["NAME"] = name


def exists(name: str) -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def make(name: str) -> None:
    """A new database with all migrations; the connection stays on it."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    switch(name)
    call_command("migrate", verbosity=0, skip_checks=True)


@contextmanager
def timed(what: str) -> Iterator[None]:
    started_at = time.perf_counter()
    yield
    print(f"{what:58} {time.perf_counter() - started_at:8.1f} s", flush=True)


def drop(name: str) -> None:
    from django.db import connection

    switch("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
