"""The chain over changesets: what changes below the application is found."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, connection, transaction

from prisoners.models import Occupation, Prisoner
from registry.history import changeset
from registry.models import Changeset, Link
from registry.verifying import Head, chain_head, verify
from tests.changesets import next_changeset
from tests.factories import identify, make_announcement, make_conviction, make_prisoner, make_recognition

pytestmark = pytest.mark.django_db
LONG = os.environ.get("TEST_LONG") == "1"
MUTATIONS = 1000 if LONG else 20


def seal() -> Head:
    """As the end of a transaction does."""
    connection.check_constraints()
    head = chain_head()
    assert head
    return head


def below_the_application(statement: str, *values: Any) -> None:
    """As someone with the server in hand: no trigger sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def history() -> Head:
    """A small registry of several changesets."""
    people = [make_prisoner(f"Jan Exemplar {turn}", names=["Jaś"], held=[("2020-08", "2021")]) for turn in range(3)]
    next_changeset()
    make_conviction(people[0], "2021")
    make_recognition(people[1], "2020")
    next_changeset()
    identify(people[2], make_announcement())
    next_changeset()
    with changeset(by=None, note="As the court says.", nature="correction", reason="mistake", told="It was May."):
        Prisoner.objects.filter(pk=people[0].pk).update(sex="female", biography="A life.")
    next_changeset()
    people[1].names.filter(text="Jaś").delete()
    Occupation.objects.create(slug="poet", name="poet")
    return seal()


def test_history_as_it_was_written_has_no_problem(history: Head) -> None:
    verdict = verify([history])

    assert (verdict.problems, verdict.head, verdict.changesets) == ([], history, 5)
    assert list(Link.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert Link.objects.values("hash").distinct().count() == 5


def test_what_comes_after_a_check_of_constraints_is_sealed_too() -> None:
    Occupation.objects.create(slug="poet", name="poet")
    early = seal()
    Occupation.objects.create(slug="smith", name="smith")

    late = seal()

    assert (early.number, late.number) == (1, 1)
    assert early.hash != late.hash
    assert verify([late]).problems == []


BELOW = [
    ("UPDATE prisoners_prisoner SET sex = 'male'", "prisoners_prisoner: 3 rows are not as their history says"),
    ("DELETE FROM prisoners_name", "prisoners_name: 5 rows"),
    ("INSERT INTO prisoners_occupation (slug, name) VALUES ('spy', 'spy')", "prisoners_occupation: 1 row"),
    ("UPDATE prisoners_prisonerhistory SET sex = 'male'", "Rows of history of changeset 1 were changed"),
    ("DELETE FROM prisoners_namehistory WHERE pgh_label = 'delete'", "Rows of history of changeset 5"),
    ("UPDATE registry_changeset SET note = 'Never.' WHERE number = 4", "Who, when or why of changeset 4"),
    ("UPDATE registry_changeset SET made_at = now() WHERE number = 2", "Who, when or why of changeset 2"),
    ("UPDATE registry_changeset SET by_id = 7 WHERE number = 2", "Who, when or why of changeset 2"),
    ("UPDATE registry_link SET hash = rows WHERE number = 3", "changeset 4 does not follow"),
    ("DELETE FROM registry_link WHERE number = 3", "The link of changeset 3 is missing"),
    ("DELETE FROM registry_changeset WHERE number = 3", "Changeset 3 is missing"),
    ("UPDATE registry_link SET shape = 7 WHERE number = 3", "changeset 3 names columns that nobody knows"),
    ("INSERT INTO registry_shape SELECT number + 1, columns FROM registry_shape", "The shapes of the history"),
    ("DELETE FROM registry_link WHERE number = 5", "chain ends before changeset 5"),
    (
        "INSERT INTO registry_changeset (number, made_at, note, nature, reason, told) "
        "VALUES (6, now(), '', '', '', '')",
        "Changeset 6 stands in no link",
    ),
]


def test_change_below_the_application_is_found(history: Head) -> None:
    told = [problems_after(partial(below_the_application, statement), history) for statement, _found in BELOW]

    assert [wanted for wanted, problems in zip(BELOW, told, strict=True) if wanted[1] not in problems] == []
    assert verify([history]).problems == []


def problems_after(change: Callable[[], Any], noted: Head) -> str:
    """What is found after a change, which is taken back."""
    with transaction.atomic():
        change()
        problems = verify([noted]).problems
        transaction.set_rollback(True)
    return " ".join(problems)


def test_chain_made_anew_as_a_whole_is_told_by_a_noted_head(history: Head) -> None:
    below_the_application("UPDATE prisoners_prisoner SET sex = 'male'")
    below_the_application("UPDATE prisoners_prisonerhistory SET sex = 'male'")
    below_the_application("DELETE FROM registry_link")
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_seal_up_to(generate_series(1, 5))")

    assert verify().problems == []
    assert "history was rewritten" in " ".join(verify([history]).problems)


def test_column_that_came_later_does_not_break_the_chain(history: Head) -> None:
    from registry.chain import make_rows_function

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE prisoners_occupationhistory ADD COLUMN guild text DEFAULT 'none'")
    make_rows_function("default")
    next_changeset()
    Occupation.objects.create(slug="smith", name="smith")
    seal()

    assert verify([history]).problems == []
    assert Link.objects.values("shape").distinct().count() == 2


# --- Any mutation ---


def test_any_mutation_of_what_is_stored_is_found(history: Head) -> None:
    chance = random.Random(7)
    tables = [table for table in stored_tables() if rows_in(table)]

    results: list[str] = []
    while len(results) < MUTATIONS:
        try:
            results.append(mutated(chance, tables, history))
        except (IntegrityError, DataError):
            # Nobody can do this to the stored rows at all: another one is tried.
            continue

    assert sorted({missed for missed in results if missed}) == []


def stored_tables() -> list[str]:
    from registry.changes import tracked_models

    tracked = tracked_models()
    history = [model.pgh_event_model._meta.db_table for model in tracked]  # type: ignore[attr-defined]
    chain = ["registry_changeset", "registry_link", "registry_shape"]
    return [*(model._meta.db_table for model in tracked), *history, *chain]


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def mutated(chance: random.Random, tables: list[str], noted: Head) -> str:
    """Change something at random; what was changed if nobody noticed. Everything is as before afterwards."""
    change, done = chance.choice(MUTATE), []
    problems = problems_after(lambda: done.append(change(chance, chance.choice(tables))), noted)
    return "" if problems else done[0]


def a_row(chance: random.Random, table: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT ctid::text FROM "{table}" ORDER BY 1')
        return chance.choice(cursor.fetchall())[0]


def row_is_lost(chance: random.Random, table: str) -> str:
    below_the_application(f'DELETE FROM "{table}" WHERE ctid = %s::tid', a_row(chance, table))
    return f"a row of {table} is lost"


def row_is_added(chance: random.Random, table: str) -> str:
    """Another row's values under a key of its own."""
    quoted = [f'"{name}"' for name, _kind in columns_of(table)]
    values = [f"{quoted[0]} + 100000", *quoted[1:]]
    below_the_application(
        f'INSERT INTO "{table}" ({", ".join(quoted)}) SELECT {", ".join(values)} FROM "{table}" WHERE ctid = %s::tid',
        a_row(chance, table),
    )
    return f"a row of {table} is added"


def columns_of(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass "
            "AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        return list(cursor.fetchall())


def cell_is_changed(chance: random.Random, table: str) -> str:
    """One character of one cell, as text; a number by one, a moment by a second."""
    # The number of its transaction says nothing of a changeset.
    name, kind = chance.choice([(name, kind) for name, kind in columns_of(table) if name != "made_in"])
    row = a_row(chance, table)
    changed = CHANGED[kind].format(name=f'"{name}"')
    below_the_application(f'UPDATE "{table}" SET "{name}" = {changed} WHERE ctid = %s::tid', row)
    return f"{name} of a row of {table} is changed"


ANOTHER_TEXT = "CASE WHEN coalesce({name}, '') = '' THEN 'x' ELSE overlay({name} placing '~' from 1 for 1) END"
CHANGED = {
    "bigint": "coalesce({name}, 0) + 100000",
    "integer": "coalesce({name}, 0) + 100000",
    "character varying": ANOTHER_TEXT,
    "text": ANOTHER_TEXT,
    "boolean": "coalesce(NOT {name}, true)",
    "timestamp with time zone": "coalesce({name} + interval '1 second', now())",
    "uuid": "gen_random_uuid()",
    "date": "coalesce({name} + 1, current_date)",
    "smallint": "coalesce({name}, 0) + 1",
    "jsonb": "jsonb_build_array({name})",
    "text[]": "array_append({name}, 'x')",
    "character varying[]": "array_append({name}, 'x')",
}
MUTATE: list[Callable[[random.Random, str], str]] = [row_is_lost, row_is_added, cell_is_changed, cell_is_changed]


# --- The command ---


def test_command_says_the_head_and_names_what_was_changed(history: Head, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_history", head=[str(history)])
    assert f"Head: {history}" in capsys.readouterr().out

    below_the_application("UPDATE registry_changeset SET note = 'Never.' WHERE number = 4")

    with pytest.raises(CommandError, match="1 problems"):
        call_command("verify_history")

    assert "changeset 4" in capsys.readouterr().err


def test_command_refuses_what_is_no_head() -> None:
    with pytest.raises(CommandError, match="64 hexadecimal digits"):
        call_command("verify_history", head=["yesterday"])


def test_nothing_recorded_is_nothing_wrong() -> None:
    assert (verify().problems, chain_head(), Changeset.latest_number()) == ([], None, 0)
