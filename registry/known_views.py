"""The views that answer as known earlier, made anew from the models after every migration.

They lie in three schemas, under the names of the tables they stand in for. `as_known` has each tracked table as its
history had it after the changeset in `registry.known_on`. `as_shown` has those that name people or sources, with what
is withheld or gone today withheld, and all words as they are today. `as_released` has the same for citable releases,
with the words of then, unless a name was taken out of them since. A view that were missing would let a query through to
today's rows. So they are dropped before a migration touches a table and made again after it, whatever the migration
forgot, and the start check compares them with the tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models

from registry.changes import tracked_models
from registry.publishing import NAME_WITHHELD, Publication, Record, prose

OUR_APPS = ("registry", "prisoners", "pardons", "counts")
SCHEMAS = ("as_known", "as_shown", "as_released")

FUNCTIONS = """
CREATE FUNCTION as_known.look_back(changeset bigint, path text) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('registry.known_on', changeset::text, true), set_config('search_path', path, true)
$$;
CREATE FUNCTION as_released.look_back(changeset bigint, path text) RETURNS void LANGUAGE sql AS $$
    SELECT as_known.look_back(changeset, path)
$$;
CREATE FUNCTION as_known.refuse(name text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is derived from the rows of today: it can''t be read as known earlier.', name;
END $$;
"""


def make_views(using: str) -> None:
    """All schemas, unless they are there and as they should be."""
    statements = list(definitions(using))
    fingerprint = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace('as_known'), 'pg_namespace')")
        if cursor.fetchone()[0] == fingerprint:
            return
        drop_views(using)
        cursor.execute("\n".join([*statements, f"COMMENT ON SCHEMA as_known IS '{fingerprint}';"]))


def drop_views(using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {', '.join(SCHEMAS)} CASCADE")


def definitions(using: str) -> Iterator[str]:
    columns = columns_in(using)
    yield from (f"CREATE SCHEMA {schema};" for schema in SCHEMAS)
    yield FUNCTIONS
    kept = {model: kept_columns(model, columns) for model in tracked_models()}
    for model, names in kept.items():
        if names:
            yield view_of_history(model, names)
    for model, names in kept.items():
        if names and hasattr(model, "public_fields") and (masked := masks_of(model)):
            yield view_with_masks("as_shown", model, names, masked)
            yield view_with_masks("as_released", model, names, masked | words_of_then(model))
    for table in derived_tables(columns):
        yield view_that_refuses(table, columns[table])


def kept_columns(model: Any, columns: dict[str, dict[str, str]]) -> dict[str, str]:
    """The columns that table and history share; none while, half-way in the migrations, one of them is missing."""
    history = columns.get(model.pgh_event_model._meta.db_table, {})
    return {name: type_ for name, type_ in columns.get(model._meta.db_table, {}).items() if name in history}


def columns_in(using: str) -> dict[str, dict[str, str]]:
    """By table of the live schema: each column, in order, with its type."""
    found: dict[str, dict[str, str]] = {}
    with connections[using].cursor() as cursor:
        cursor.execute("""
            SELECT relname, attname, format_type(atttypid, atttypmod)
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm')
            AND attnum > 0 AND NOT attisdropped ORDER BY relname, attnum
        """)
        for table, column, type_ in cursor.fetchall():
            found.setdefault(table, {})[column] = type_
    return found


def view_of_history(model: Any, columns: dict[str, str]) -> str:
    """The newest row of history of each object up to the changeset, deleted objects left out.

    An anti-join, so that conditions of a query reach the history's own indexes. The second table in FROM makes the view
    one that can't be written to.
    """
    key, history = model._meta.pk.column, model.pgh_event_model._meta.db_table
    chosen = ", ".join(f"past.pgh_obj_id AS {key}" if each == key else f'past."{each}"' for each in columns)
    return f"""
CREATE VIEW as_known."{model._meta.db_table}" AS SELECT {chosen} FROM public."{history}" AS past
CROSS JOIN (SELECT current_setting('registry.known_on')::bigint AS changeset) AS known
WHERE past.pgh_changeset <= known.changeset AND past.pgh_label <> 'delete' AND NOT EXISTS (
    SELECT FROM public."{history}" AS later
    WHERE later.pgh_obj_id = past.pgh_obj_id AND later.pgh_id > past.pgh_id
    AND later.pgh_changeset <= known.changeset
);"""


def masks_of(model: Any) -> dict[str, str]:
    """By column: what stands in its place where people are named, in terms of the row `past` and the row `today`."""
    # A name may have been taken out of any words: no earlier state puts it back.
    names = (*getattr(model, "shown_as_of_today", ()), *prose(model))
    masked = {name: as_of_today(model._meta.get_field(name)) for name in names}
    if issubclass(model, Record):
        masked["publication"] = withheld_where(hiding_states(model))
    if "access" in getattr(model, "public_fields", ()):
        masked["access"] = "CASE WHEN today.access = 'public' THEN past.access ELSE 'restricted' END"
    return masked


def as_of_today(field: models.Field[Any, Any]) -> str:
    """The column of today; of a row that is deleted nothing."""
    if field.null or field.generated:
        return f'today."{field.column}"'
    nothing = "true" if isinstance(field, models.BooleanField) else "''"
    return f'coalesce(today."{field.column}", {nothing})'


def words_of_then(model: Any) -> dict[str, str]:
    """By column: what stands in a release for what every other answer about the past shows as it is today."""
    names = {*getattr(model, "shown_as_of_today", ()), *prose(model)}
    return {name: as_of_then(model, model._meta.get_field(name)) for name in names}


def as_of_then(model: Any, field: models.Field[Any, Any]) -> str:
    """The column of then; of a row that is deleted nothing, of words a name was taken out of since what that left."""
    then, today = f'past."{field.column}"', f'today."{field.column}"'
    is_gone = f"today.{model._meta.pk.column} IS NULL"
    if isinstance(field, models.BooleanField):
        # What was private then or is so today is private in the release.
        return f"{then} OR coalesce({today}, true)"
    if not isinstance(field, (models.CharField, models.TextField)):
        return f"CASE WHEN {is_gone} THEN NULL ELSE {then} END"
    return (
        f"CASE WHEN {is_gone} THEN {as_of_today(field)} WHEN {then} IS DISTINCT FROM {today} "
        f"THEN coalesce(({words_left(model, field)}), {then}) ELSE {then} END"
    )


def words_left(model: Any, field: models.Field[Any, Any]) -> str:
    """The words as the newest change since then left them that took a name out: it put a mark in the name's place."""
    marks = f"""length(replace("{field.column}", '{NAME_WITHHELD}', '{NAME_WITHHELD}.')) - length("{field.column}")"""
    return f"""
SELECT words FROM (
    SELECT "{field.column}" AS words, pgh_id, pgh_changeset,
        {marks} > lag({marks}) OVER (ORDER BY pgh_id) AS is_taken_out
    FROM public."{model.pgh_event_model._meta.db_table}" WHERE pgh_obj_id = past.{model._meta.pk.column}
) AS told WHERE is_taken_out AND pgh_changeset > current_setting('registry.known_on')::bigint
ORDER BY pgh_id DESC LIMIT 1"""


def hiding_states(model: type[Record]) -> tuple[str, ...]:
    """The states of today that withhold a record in every earlier one."""
    if not model.is_identity:
        return (Publication.WITHHELD,)
    return tuple(state for state in Publication.values if state != Publication.PUBLISHED)


def withheld_where(states: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{state}'" for state in states)
    # What is deleted has no row of today.
    gone = f"coalesce(today.publication, '{Publication.RETRACTED}') IN ({listed})"
    return f"CASE WHEN past.publication = 'published' AND {gone} THEN 'withheld' ELSE past.publication END"


def view_with_masks(schema: str, model: Any, columns: dict[str, str], masked: dict[str, str]) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    chosen = ", ".join(
        f'({masked[name]})::{type_} AS "{name}"' if name in masked else f'past."{name}"'
        for name, type_ in columns.items()
    )
    return f"""
CREATE VIEW {schema}."{table}" AS SELECT {chosen} FROM as_known."{table}" AS past
LEFT JOIN public."{table}" AS today ON today.{key} = past.{key};"""


def derived_tables(columns: dict[str, dict[str, str]]) -> list[str]:
    """Our tables without a history: what is worked out from live rows must not pass for the past.

    A model that is its own history, each row with the changeset that made it, says so: `same_in_every_state`.
    """
    known = {model._meta.db_table for model in tracked_models()}
    known |= {model.pgh_event_model._meta.db_table for model in tracked_models()}  # type: ignore[attr-defined]
    known |= {model._meta.db_table for model in apps.get_models() if getattr(model, "same_in_every_state", False)}
    ours = (table for table in columns if table.startswith(tuple(f"{label}_" for label in OUR_APPS)))
    return [table for table in ours if table not in known]


def view_that_refuses(table: str, columns: dict[str, str]) -> str:
    nothing = ", ".join(f'NULL::{type_} AS "{name}"' for name, type_ in columns.items())
    return f"""CREATE VIEW as_known."{table}" AS SELECT {nothing} WHERE as_known.refuse('{table}');"""


def missing_views(using: str) -> list[str]:
    """The tables and columns that `as_known` lacks: nothing on a sound database."""
    wanted = {(model._meta.db_table, each.column) for model in tracked_models() for each in stored_fields(model)}
    with connections[using].cursor() as cursor:
        # Not the information schema: it hides from a role what that role may not read.
        cursor.execute("""
            SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = to_regnamespace('as_known') AND attnum > 0 AND NOT attisdropped
        """)
        found = set(cursor.fetchall())
    return sorted(f"{table}.{column}" for table, column in wanted - found)


def stored_fields(model: type[models.Model]) -> list[Any]:
    return [each for each in model._meta.concrete_fields if each.column]


def before_migrations(*, using: str, plan: list[Any], **_rest: Any) -> None:
    """A view would keep a migration from changing the table beneath it."""
    if plan:
        drop_views(using)


def after_migrations(*, using: str, **_rest: Any) -> None:
    # Half-way back in the migrations a table may lack its history: it has no view then.
    make_views(using)
