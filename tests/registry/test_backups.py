"""The drill: a backup is restored into an empty database, and every table is as it was."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from typing import TYPE_CHECKING, cast

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from registry.backups import BackupError, about_file, compare, contents
from registry.tallies import is_let_through
from tests.editors import signed_in
from tests.factories import identify, make_announcement, make_prisoner, make_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.db.backends.postgresql.base import DatabaseWrapper

PEOPLE = 5_000 if os.environ.get("TEST_LONG") else 3


@pytest.fixture
def another_database() -> Iterator[None]:
    """An empty database, to which the tests' connection leads when it is opened the next time."""
    own = cast("DatabaseWrapper", connection)
    name, other = own.settings_dict["NAME"], "tests_restored"
    with own._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{other}"')
        cursor.execute(f'CREATE DATABASE "{other}" TEMPLATE template0')
    own.close()
    own.settings_dict["NAME"] = other
    yield
    own.close()
    own.settings_dict["NAME"] = name
    with own._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{other}"')


def fill() -> None:
    for number in range(PEOPLE):
        make_prisoner(f"Jan Exemplar {number}", held=[("2020-08-09", "2020-08-24")], publication="withheld")
    identify(make_prisoner("Ян Прыклад"), make_announcement(women=14, men=16))
    make_source(title="a “quoted” title\nof two lines")


@pytest.mark.django_db(transaction=True)
def test_what_is_restored_is_what_was_backed_up(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    fill()
    signed_in("editor")
    is_let_through("key", most=1, seconds=60)
    file = tmp_path / "registry.dump"
    call_command("backup", file, verbosity=0)
    before = contents()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", file)
    with pytest.raises(CommandError, match="restore into an empty one"):
        call_command("restore", file)

    request.getfixturevalue("another_database")
    call_command("restore", file)

    assert contents() == before
    assert before["prisoners_prisoner"][0] == PEOPLE + 1
    assert rows_of("django_session") == rows_of("registry_tally") == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_changed_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "registry.dump"
    file.write_text("as it is now")
    about_file(file).write_text(json.dumps({"tables": {}, "sha256": hashlib.sha256(b"as it was written").hexdigest()}))

    with pytest.raises(CommandError, match="is not as it was written"):
        call_command("restore", file)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", tmp_path / "other.dump")


def test_difference_of_one_row_is_found() -> None:
    with pytest.raises(BackupError, match="1 tables differ from the backup, b among them"):
        compare({"a": [1, "7"], "b": [2, "9"]}, {"a": [1, "7"], "b": [2, "8"]})
