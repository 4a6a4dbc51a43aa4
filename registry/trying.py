"""What a change would do, row by row: carried out, read from the history that the database keeps, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import GeneratedField

from registry.changes import tracked_models
from registry.editing import settle
from registry.rows import Row, quoted, written_columns

Verb = Literal["insert", "update", "delete"]
# The newest row of each model's history, by label.
Mark = dict[str, int]
# Moments that the registry gives by itself.
ITS_OWN = ("entered_at", "published_at")


@dataclass(frozen=True)
class Written:
    """What became of one row: `before` and `after` by column; `after` of an update holds only what differs."""

    model: type[models.Model]
    key: int
    verb: Verb
    before: Row
    after: Row

    def as_json(self) -> dict[str, Any]:
        return {
            "model": self.model._meta.label_lower, "key": self.key, "verb": self.verb,
            "before": self.before, "after": self.after,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Written:
        return cls(apps.get_model(kept["model"]), kept["key"], kept["verb"], kept["before"], kept["after"])


class _TakenBackError(Exception):
    def __init__(self, written: list[Written]) -> None:
        self.written = written


def tried(change: Callable[[], Any]) -> list[Written]:
    """Carry a change out, settle it and take it back; what it would have written. Call it inside a changeset."""
    before = mark()
    try:
        with transaction.atomic():
            change()
            settle()
            raise _TakenBackError(written_since(before))
    except _TakenBackError as taken_back:
        return taken_back.written


def mark() -> Mark:
    """How far the history has come. Inside a changeset, whose lock keeps everybody else from writing any."""
    found = " UNION ALL ".join(
        f"SELECT '{model._meta.label_lower}', coalesce(max(pgh_id), 0)::bigint FROM {history(model)}"
        for model in tracked_models()
    )
    with connection.cursor() as cursor:
        cursor.execute(found)
        return dict(cursor.fetchall())


def written_since(before: Mark) -> list[Written]:
    """What has been written since a mark, one entry for each row that differs now, in the order of the last writing."""
    touched: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for label, key, verb, after, earlier in history_since(before):
        touched[label, key] = [*touched.pop((label, key), []), (verb, after, earlier)]
    found = (net(apps.get_model(label), key, steps) for (label, key), steps in touched.items())
    return [each for each in found if each is not None]


def history_since(before: Mark) -> list[tuple[Any, ...]]:
    """Label, key, verb, the row written, and the row as it was at the mark (None if there was none)."""
    # pgh_id counts for each table alone; cmin, the number of the command, orders what one transaction did to all.
    found = " UNION ALL ".join(
        f"""(SELECT '{label}', written.pgh_obj_id::bigint, written.pgh_label::text, to_jsonb(written),
             (SELECT to_jsonb(earlier) FROM {history(apps.get_model(label))} AS earlier
              WHERE earlier.pgh_obj_id = written.pgh_obj_id AND earlier.pgh_id <= {number}
              ORDER BY earlier.pgh_id DESC LIMIT 1),
             written.cmin::text::bigint AS command, written.pgh_id::bigint AS place
             FROM {history(apps.get_model(label))} AS written WHERE written.pgh_id > {number})"""
        for label, number in before.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{found} ORDER BY command, place")
        return [(label, key, verb, read(row), read(then)) for label, key, verb, row, then, *_ in cursor.fetchall()]


def read(row: Any) -> Any:
    return json.loads(row) if isinstance(row, str) else row


def history(model: Any) -> str:
    return quoted(model.pgh_event_model._meta.db_table)


def net(model: Any, key: int, steps: list[tuple[Any, ...]]) -> Written | None:
    """Several writings of one row as one; None where nothing is left of them."""
    first_verb, last_verb = steps[0][0], steps[-1][0]
    after = said(model, steps[-1][1])
    if first_verb == "insert":
        return None if last_verb == "delete" else Written(model, key, "insert", {}, after)
    before = said(model, steps[0][2] or steps[0][1])
    if last_verb == "delete":
        return Written(model, key, "delete", before, {})
    differs = {column: value for column, value in after.items() if value != before[column]}
    return Written(model, key, "update", before, differs) if differs else None


def said(model: type[models.Model], row: Row) -> Row:
    """The columns of a row that its editors answer for."""
    return {column: value for column, value in written_columns(model, row).items() if column not in ITS_OWN}


def fields_of(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The fields of a model by column."""
    return {str(each.column): each for each in model._meta.concrete_fields if not isinstance(each, GeneratedField)}
