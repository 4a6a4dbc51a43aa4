"""Whom the web process is to the database: a role that can't rewrite history, and one that reads what is public.

Both are roles of their own to sign in as: `SET ROLE` could be taken back by whoever gets a statement in. They own
nothing. Their rights are given anew after every migration, from what the models declare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from registry.changes import tracked_models
from registry.known_views import OUR_APPS, columns_in, derived_tables
from registry.models import Changeset, Link, RemovedRow, Shape
from registry.publishing import disclosure

WEB, READER = "registry_web", "registry_reader"
# What the database fills in by itself, so that nobody adds to a changeset of another time.
FILLED_IN = ("pgh_id", "pgh_changeset", "pgh_salt")
NOT_FOR_READERS = ("pgh_context", "pgh_salt")
# Private keys of public rows: the ORM reads them with every row, and they tell nothing.
PLAIN_KEYS = {"id", "content_type", "object_id", "is_private"}
WRITTEN_BELOW = (Changeset, Link, Shape, RemovedRow)
# No records, but needed to read some; readers' searches take new words of names into their index.
READ_BESIDE = ("django_content_type", "django_migrations", "prisoners_merge")
WORDS = ("prisoners_nameword", "prisoners_newnameword")

# pgtrigger lets anybody switch triggers off for a transaction by a setting; the web's roles can't.
IGNORE = f"""
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    ignored text := current_setting('pgtrigger.ignore', true);
BEGIN
    IF coalesce(ignored, '') = '' OR current_user IN ('{WEB}', '{READER}') THEN
        RETURN FALSE;
    END IF;
    RETURN trigger_name = ANY(ignored::text[]);
END $$;"""


def after_migrations(*, using: str, **_rest: Any) -> None:
    if not is_whole(using):
        return
    make_roles(using)
    with connections[using].cursor() as cursor:
        cursor.execute(IGNORE)
        if roles_exist(using):
            cursor.execute("\n".join(rights(using)))


def is_whole(using: str) -> bool:
    """Whether the tables of our models are all there: half-way back in the migrations some are not."""
    known = columns_in(using)
    return all(model._meta.db_table in known for label in OUR_APPS for model in apps.get_app_config(label).get_models())


def make_roles(using: str) -> None:
    """Where this connection may make roles; elsewhere the operator does, see docs/history.md."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return
        for role in (WEB, READER):
            # Two databases of one server may be migrated at the same time.
            cursor.execute(f"""
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                        CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
                    END IF;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END $$
            """)


def roles_exist(using: str = DEFAULT_DB_ALIAS) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname IN (%s, %s)", [WEB, READER])
        return bool(cursor.fetchone()[0] == 2)


# --- Rights ---


def rights(using: str) -> Iterator[str]:
    columns = columns_in(using)
    both = f"{WEB}, {READER}"
    yield f"""
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE TEMPORARY ON DATABASE "{connections[using].settings_dict["NAME"]}" FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public, as_known, as_shown FROM {both};
GRANT USAGE ON SCHEMA public, as_known, as_shown TO {both};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB};
GRANT SELECT ON ALL TABLES IN SCHEMA as_known, as_shown TO {WEB};"""
    yield from rights_of_web(columns)
    yield from rights_of_reader(columns)


def rights_of_web(columns: dict[str, Any]) -> Iterator[str]:
    """Everything but history: of that it reads all, and adds rows, whose changeset and salt it can't choose."""
    history = history_tables(tracked_models())
    below = [model._meta.db_table for model in WRITTEN_BELOW]
    for table in (*history, *below, "django_migrations"):
        yield f'REVOKE ALL ON "{table}" FROM {WEB}; GRANT SELECT ON "{table}" TO {WEB};'
    for table in history:
        yield f'GRANT INSERT ({listed(set(columns[table]) - set(FILLED_IN))}) ON "{table}" TO {WEB};'


def rights_of_reader(columns: dict[str, Any]) -> Iterator[str]:
    """The public columns of public models, of their history and of earlier states; nothing else."""
    public = [model for model in our_models() if any(disclosure(model).values())]
    for model in public:
        yield grant_columns(model._meta.db_table, readable(model))
    tracked = [model for model in public if model in tracked_models()]
    for table in history_tables(tracked):
        yield grant_columns(table, set(columns[table]) - set(NOT_FOR_READERS))
    for table in (*derived_tables(columns), *READ_BESIDE):
        if table in READ_BESIDE or table.startswith("counts_") or table in WORDS:
            yield f'GRANT SELECT ON "{table}" TO {READER};'
    for table in WORDS:
        yield f'GRANT INSERT, UPDATE, DELETE ON "{table}" TO {READER};'
    with_views = {f'{schema}."{model._meta.db_table}"' for model in tracked for schema in schemas_of(model)}
    refusing = {f'as_known."{table}"' for table in derived_tables(columns)}
    yield f"GRANT SELECT ON {', '.join(sorted(with_views | refusing))} TO {READER};"


def our_models() -> list[Any]:
    known = [model for label in OUR_APPS for model in apps.get_app_config(label).get_models()]
    return [model for model in known if not hasattr(model, "pgh_tracked_model")]


def readable(model: type[models.Model]) -> set[str]:
    told = disclosure(model)
    return {
        str(field.column)
        for field in model._meta.concrete_fields
        if told.get(field.name) or field.name in PLAIN_KEYS
    }  # fmt: skip


def grant_columns(table: str, columns: Iterable[str]) -> str:
    return f'GRANT SELECT ({listed(columns)}) ON "{table}" TO {READER};'


def listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in sorted(columns))


def history_tables(tracked: Iterable[Any]) -> list[str]:
    return [model.pgh_event_model._meta.db_table for model in tracked]


def schemas_of(model: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE relname = %s AND nspname IN ('as_known', 'as_shown')",
            [model._meta.db_table],
        )
        return [schema for (schema,) in cursor.fetchall()]
