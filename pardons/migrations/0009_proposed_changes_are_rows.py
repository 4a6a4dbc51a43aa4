"""Proposed changes of announcements, statements and figures become changes of rows, as of all other records."""

import json
from typing import Any

from django.db import migrations

COLUMNS = "token, content_type_id, object_id, nature, why, state, by_id, made_at, decided_by_id, decided_at, answer"


def row_of(cursor: Any, model: Any, key: int) -> dict[str, Any] | None:
    """What a record says; None if it is gone."""
    table = model._meta.db_table
    cursor.execute(f'SELECT to_jsonb(stored) FROM "{table}" AS stored WHERE id = %s', [key])
    found = cursor.fetchone()
    written = [field.column for field in model._meta.concrete_fields if not field.generated]
    row = json.loads(found[0]) if found and isinstance(found[0], str) else found and found[0]
    return {column: row[column] for column in written if column not in ("entered_at", "published_at")} if row else None


def values_as_rows(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"SELECT app_label, model, values, {COLUMNS} FROM pardons_proposedchange "
            "JOIN django_content_type ON django_content_type.id = content_type_id ORDER BY pardons_proposedchange.id"
        )
        for app, model, values, *kept in cursor.fetchall():
            changed = json.loads(values) if isinstance(values, str) else values
            before = row_of(cursor, apps.get_model(app, model), kept[2])
            update = {"model": f"{app}.{model}", "key": kept[2], "verb": "update", "before": before, "after": changed}
            cursor.execute(
                f"INSERT INTO registry_proposedchange ({COLUMNS}, title, rows, reason, told, address, typed) "
                f"VALUES ({', '.join(['%s'] * len(kept))}, %s, %s, '', '', '', '{{}}')",
                [*kept, f"{model} {kept[2]}", json.dumps([update] if before else [])],
            )


def rows_as_values(apps, schema_editor):
    """Of the changes that the older form could hold: those of one row."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO pardons_proposedchange ({COLUMNS}, values, seen) SELECT {COLUMNS}, rows -> 0 -> 'after', 0 "
            "FROM registry_proposedchange WHERE jsonb_array_length(rows) = 1 AND rows -> 0 ->> 'verb' = 'update' "
            "AND (rows -> 0 ->> 'key')::bigint = object_id AND state <> 'taken_back'"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0008_proposed_changes"),
        ("pardons", "0008_chain"),
    ]

    operations = [
        migrations.RunPython(values_as_rows, rows_as_values),
        migrations.DeleteModel(name="ProposedChange"),
    ]
