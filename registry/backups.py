"""Backups: a dump beside the counts and checksums of every table, and a restore that compares them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from registry import postgres
from registry.models import Changeset

# What dies with the machine: sessions, and counts of attempts.
NOT_KEPT = ("django_session", "registry_tally")
FORMAT = 1


class BackupError(Exception):
    """A backup can't be made or restored; the text is a sentence for the person at the terminal."""


def back_up(path: Path) -> dict[str, Any]:
    """Write the dump and, beside it, what it holds; both are the state of one moment. Neither replaces a file."""
    about = about_file(path)
    if path.exists() or about.exists():
        raise BackupError(f"{path if path.exists() else about} is there already: choose another name.")
    with one_moment() as snapshot:
        dump(path, snapshot)
        held = {
            "format": FORMAT,
            "changeset": Changeset.latest_number(),
            "tables": contents(),
            "sha256": sha256(path),
        }
    write_private(about, json.dumps(held, indent=1))
    return held


def restore(path: Path) -> dict[str, Any]:
    """Bring a backup into the database, which has to be empty, and compare every table. What was kept, by table.

    Raises BackupError where the file isn't what was written, or a table differs: the database is not to be used then.
    """
    held = read_about(path)
    if holds_anything():
        raise BackupError("The database holds a registry already: restore into an empty one.")
    connection.close()
    run("pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction", str(path))
    compare(held["tables"], contents())
    return held


def read_about(path: Path) -> dict[str, Any]:
    about = about_file(path)
    for file in (path, about):
        if not file.is_file():
            raise BackupError(f"There is no file {file}: a backup is two files, the dump and its .json.")
    held: dict[str, Any] = json.loads(about.read_text())
    if held["sha256"] != sha256(path):
        raise BackupError(f"{path} is not as it was written: its checksum differs. Take another copy.")
    return held


def about_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def compare(expected: dict[str, list[Any]], found: dict[str, list[Any]]) -> None:
    differing = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if differing:
        raise BackupError(f"{len(differing)} tables differ from the backup, {differing[0]} among them: don't use it.")


def holds_anything() -> bool:
    """Whether any changeset was ever made here, in a database that has our tables at all."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return Changeset._meta.db_table in tables and Changeset.latest_number() > 0


def contents() -> dict[str, list[Any]]:
    """The number of rows and a checksum of every table; the order of rows is nobody's business."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - set(NOT_KEPT))
        return {name: content(cursor, name) for name in tables}


def content(cursor: Any, table: str) -> list[Any]:
    name = connection.ops.quote_name(table)
    part = "('x' || left(md5(each::text), 15))::bit(60)::bigint"
    cursor.execute(f"SELECT count(*), coalesce(sum({part}), 0)::text FROM {name} AS each")
    return list(cursor.fetchone())


# --- PostgreSQL's own programs ---


@contextmanager
def one_moment() -> Iterator[str]:
    """A transaction that sees one moment, and the name by which another program sees the same one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dump(path: Path, snapshot: str) -> None:
    write_private(path, "")
    left_out = [f"--exclude-table-data={table}" for table in NOT_KEPT]
    run(
        "pg_dump",
        "--format=custom",
        f"--snapshot={snapshot}",
        "--no-owner",
        "--no-privileges",
        *left_out,
        f"--file={path}",
    )


def run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's programs on the database of the settings. Raises BackupError with its first complaint."""
    settings = connection.settings_dict
    environment = os.environ | {
        "PGHOST": settings["HOST"] or "",
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"] or "",
        "PGPASSWORD": settings["PASSWORD"] or "",
    }
    wanted = {name: value for name, value in environment.items() if value or not name.startswith("PG")}
    done = subprocess.run(
        [found(program), *arguments, f"--dbname={settings['NAME']}"],
        check=False,
        env=wanted,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        complaint = next((line for line in done.stderr.splitlines() if "error" in line.lower()), done.stderr.strip())
        raise BackupError(f"{program}: {complaint}")


def found(program: str) -> str:
    """PGBIN's program or the embedded server's; with a server of your own the one on the PATH, if there is one."""
    own = os.environ.get("DATABASE_URL") and not os.environ.get("PGBIN")
    on_the_path = shutil.which(program) if own else None
    try:
        return on_the_path or postgres.found_cluster().binary(program)
    except postgres.PostgresError as trouble:
        raise BackupError(f"There is no {program}: install PostgreSQL's client programs.") from trouble


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner reads: a backup holds what is withheld."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
