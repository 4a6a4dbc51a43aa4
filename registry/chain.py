"""The chain of hashes over changesets: what is put into it, and how it is made anew after migrations.

A changeset's link is sealed when its transaction commits:

    hash  = sha256(hash of the link before, number, about, rows), each on a line of its own
    about = sha256(salt + the changeset as JSON)
    rows  = sha256(a line for each of its rows of history: table, row, sha256(the row's salt + the row as JSON))

With salt and words gone, what stood for them stays, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import connections

from registry.changes import tracked_models
from registry.known_views import columns_in

SALT_COLUMN = "pgh_salt"
EMPTY = hashlib.sha256(b"").hexdigest()
# One row of history as the chain has it. Times are told in UTC: the functions see to it.
STANDS_FOR_IT = (
    "encode(sha256(convert_to(past.pgh_salt::text || (to_jsonb(past) - {left_out}::text[])::text, 'UTF8')), 'hex')"
)

Columns = dict[str, list[str]]


def history_tables() -> list[str]:
    return sorted(model.pgh_event_model._meta.db_table for model in tracked_models())  # type: ignore[attr-defined]


def columns_now(using: str) -> Columns:
    """The columns of each table of history that the chain covers: a table without a salt is of an older time."""
    found = columns_in(using)
    return {table: sorted(found[table]) for table in history_tables() if SALT_COLUMN in found.get(table, {})}


def text_list(names: Iterable[str]) -> str:
    return "'{" + ",".join(sorted(names)) + "}'"


def lines_of(table: str, left_out: Iterable[str], condition: str) -> str:
    """A query for the lines of one table: changeset and line.

    The line of a row whose words were removed is what stood for it, as long as the rest is as it was left.
    """
    return f"""
SELECT past.pgh_changeset AS number, '{table}:' || past.pgh_id || ':' || coalesce((
    SELECT removed.stands_for_it FROM public.registry_removedrow AS removed
    WHERE removed."table" = '{table}' AND removed."row" = past.pgh_id AND removed.left_as = now.stands_for_it
), now.stands_for_it) AS line
FROM public."{table}" AS past, LATERAL (SELECT {stands_for(left_out)} AS stands_for_it) AS now WHERE {condition}"""


def stands_for(left_out: Iterable[str]) -> str:
    """The digest of one row of history, `past`, without the columns that came after it."""
    return STANDS_FOR_IT.format(left_out=text_list({SALT_COLUMN, *left_out}))


def digest_of_lines() -> str:
    lines = "string_agg(line, E'\\n' ORDER BY line COLLATE \"C\")"
    return f"encode(sha256(convert_to(coalesce({lines}, ''), 'UTF8')), 'hex')"


def rows_function(columns: Columns, shape: int) -> str:
    """The function that a seal calls: the digest of one changeset's rows, and the shape that they have."""
    lines = "\nUNION ALL".join(lines_of(table, (), "past.pgh_changeset = changeset") for table in columns)
    return f"""
CREATE OR REPLACE FUNCTION public.registry_rows_of(changeset bigint, OUT digest text, OUT shape integer)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off AS $$
BEGIN
    shape := {shape};
    SELECT {digest_of_lines()} INTO digest FROM ({lines}) AS told;
END $$;"""


# --- After migrations ---


def drop_rows_function(using: str) -> None:
    """While a migration changes the tables nothing is sealed; what it changes is sealed at its end."""
    with connections[using].cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS public.registry_rows_of(bigint)")


def make_rows_function(using: str) -> None:
    """Make the function for the tables as they are now, and seal what was changed without it."""
    columns = columns_now(using)
    if not columns or not can_be_sealed(using):
        return
    shape = shape_of(columns, using)
    statement = rows_function(columns, shape)
    fingerprint = hashlib.sha256(statement.encode()).hexdigest()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT obj_description(to_regprocedure('public.registry_rows_of(bigint)'), 'pg_proc') = %s", [fingerprint]
        )
        if not cursor.fetchone()[0]:
            cursor.execute(f"{statement} COMMENT ON FUNCTION public.registry_rows_of(bigint) IS '{fingerprint}';")
        cursor.execute("SELECT registry_seal_up_to((SELECT max(number) FROM registry_changeset))")


def can_be_sealed(using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('public.registry_seal_up_to(bigint)') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def shape_of(columns: Columns, using: str) -> int:
    """The number of these columns; a new one if the newest shape is another."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT number, columns FROM registry_shape ORDER BY number DESC LIMIT 1")
        number, newest = cursor.fetchone() or (0, None)
        if newest is not None and (json.loads(newest) if isinstance(newest, str) else newest) == columns:
            return number
        cursor.execute("INSERT INTO registry_shape VALUES (%s, %s)", [number + 1, json.dumps(columns)])
        return number + 1


def before_migrations(*, using: str, plan: list[Any], **_rest: Any) -> None:
    if plan:
        drop_rows_function(using)


def after_migrations(*, using: str, **_rest: Any) -> None:
    make_rows_function(using)
