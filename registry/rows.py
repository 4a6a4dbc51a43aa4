"""Rows as the database writes them in JSON, read and written exactly, without code for each table."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, models

# A row as JSON, by column.
Row = dict[str, Any]


def columns(model: type[models.Model]) -> list[str]:
    """The columns that are written: not those that the database works out."""
    return [field.column for field in model._meta.concrete_fields if field.column and not field.generated]


def row_of(model: type[models.Model], key: int) -> Row | None:
    """A row by column, as the database writes it in JSON; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(stored) FROM {table(model)} AS stored WHERE id = %s", [key])
        found = cursor.fetchone()
    return written_columns(model, found[0]) if found else None


def present_row(model: type[models.Model], key: int) -> Row:
    row = row_of(model, key)
    if row is None:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    return row


def write(model: type[models.Model], key: int, values: Row) -> Row:
    """Give a row values in JSON, by column; returns the whole row after its triggers."""
    setting = ", ".join(f"{quoted(column)} = given.{quoted(column)}" for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table(model)} AS stored SET {setting} "
            f"FROM jsonb_populate_record(NULL::{table(model)}, %s) AS given "
            "WHERE stored.id = %s RETURNING to_jsonb(stored)",
            [json.dumps(values), key],
        )
        return written_columns(model, cursor.fetchone()[0])


def put_back(model: type[models.Model], row: Row) -> None:
    """Enter a row as it was, with its key."""
    names = ", ".join(quoted(column) for column in row)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(model)} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table(model)}, %s)",
            [json.dumps(row)],
        )


def take_away(model: type[models.Model], key: int) -> None:
    """What still names the row makes the database refuse at the end, so that nothing falls with it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table(model)} WHERE id = %s", [key])


def written_columns(model: type[models.Model], stored: Any) -> Row:
    row = json.loads(stored) if isinstance(stored, str) else stored
    return {column: row[column] for column in columns(model)}


def table(model: type[models.Model]) -> str:
    return quoted(model._meta.db_table)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
