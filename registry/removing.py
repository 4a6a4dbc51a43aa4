"""Removing words that are a danger to somebody's life from the whole database: records, history, notes, plans, imports.

The chain still verifies: what stood for a row of history stays where its words were. The history says that words were
removed, from how many rows and why; not which.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pgtrigger
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext as _

from registry.chain import Columns, columns_now, stands_for
from registry.changes import tracked_models
from registry.editing import settle
from registry.history import Nature, Reason, changeset
from registry.models import Changeset, RemovedRow
from registry.publishing import NAME_WITHHELD
from registry.verifying import spans_of_shapes, verify

SHORTEST = 4
# Accounts, the site's own workings, and the chain itself: no words of anybody, or words that only their owner changes.
UNTOUCHED = (
    "auth_", "account_", "mfa_", "django_content_type", "django_migrations", "django_session", "registry_tally",
    "registry_link", "registry_removedrow", "registry_shape", "counts_",
)  # fmt: skip
# What is made from records by itself: by table what makes it anew.
MADE_ANEW: dict[str, Callable[[], Any]] = {}
TEXTS = """
SELECT class.relname, attribute.attname, format_type(attribute.atttypid, NULL),
       information_schema._pg_char_max_length(attribute.atttypid, attribute.atttypmod)
FROM pg_attribute AS attribute JOIN pg_class AS class ON class.oid = attribute.attrelid
WHERE class.relnamespace = 'public'::regnamespace AND class.relkind = 'r' AND attribute.attnum > 0
AND NOT attribute.attisdropped AND attribute.attgenerated = ''
AND format_type(attribute.atttypid, NULL) IN ('text', 'character varying', 'jsonb', 'text[]', 'character varying[]')
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Place:
    """Where the words stand: a row, and whether it is one of history; `record` is the row that the history is of."""

    table: str
    key: str
    is_history: bool
    record: str

    def __str__(self) -> str:
        return f"{self.table}:{self.key}"


@dataclass(frozen=True)
class Column:
    """One column that holds texts, of a table with one key; an address goes as a whole."""

    table: str
    name: str
    kind: str
    longest: int | None
    key: str
    is_address: bool

    @property
    def holds(self) -> str:
        """A condition with one parameter, the pattern."""
        return f'"{self.name}"::text ~* %s'

    @property
    def without(self) -> str:
        """The column's value with the words replaced. A hole in an address would lead somewhere else."""
        if self.is_address:
            return "''"
        if self.kind == "jsonb":
            return f"""regexp_replace("{self.name}"::text, %s, %s, 'gi')::jsonb"""
        if self.kind.endswith("[]"):
            each = "array_agg(regexp_replace(each, %s, %s, 'gi') ORDER BY place)"
            return f'(SELECT {each} FROM unnest("{self.name}") WITH ORDINALITY AS one (each, place))'
        replaced = f"""regexp_replace("{self.name}", %s, %s, 'gi')"""
        return f"left({replaced}, {self.longest})" if self.longest else replaced


def places_of(words: str) -> list[Place]:
    """Every row that holds the words, in any case, in an address as well. Raises ValidationError for too short ones."""
    refuse_short(words)
    found = {place for each in columns() for place in places_in(each, pattern_of(words))}
    return sorted(found, key=str)


def remove_words(words: str, *, why: str, leave: Collection[str] = ()) -> list[Place]:
    """Replace the words wherever they stand but in the records to `leave`, their history too; gives where they stood.

    Raises ValidationError without a reason, where the reason tells the words, where they stand nowhere, and where the
    chain would not verify afterwards: then nothing is changed.
    """
    refuse_reason(words, why)
    places = [place for place in places_of(words) if place.record not in leave]
    if not places:
        raise ValidationError(_("No row holds these words."), code="nowhere")
    note = _("Words were removed from %(count)d rows: %(why)s") % {"count": len(places), "why": why}
    with changeset(by=None, note=note, nature=Nature.CORRECTION, reason=Reason.TAKEN_BACK):
        newest = Changeset.latest_number()
        for way in (from_records, from_history, from_changesets):
            way(places, words)
        settle()
        for make_anew in MADE_ANEW.values():
            make_anew()
        # The changeset is sealed, too.
        connection.check_constraints()
        refuse_broken(newest)
    return places


def refuse_short(words: str) -> None:
    if len(words.strip()) < SHORTEST:
        raise ValidationError(_("Give at least four letters: shorter words stand everywhere."), code="short")


def refuse_reason(words: str, why: str) -> None:
    if not why.strip():
        raise ValidationError(_("Give a reason: it is kept in the history."), code="reason_missing")
    if words.strip().casefold() in why.casefold():
        raise ValidationError(_("The reason tells the words: it would keep them in the history."), code="told")


def refuse_broken(newest: int) -> None:
    if problems := verify().problems:
        sentence = _("After this the history would not verify (%(problem)s): run verify_history first.")
        raise ValidationError(sentence % {"problem": problems[0]}, code="broken")


# --- Where the words are ---


def pattern_of(words: str) -> str:
    """As written, within JSON, and within an address; any white space for a space."""
    as_json = json.dumps(words, ensure_ascii=False)[1:-1]
    forms = sorted({words, as_json, quote(words), quote(words, safe="/:")}, key=len, reverse=True)
    return "|".join(literal(each) for each in forms)


def literal(words: str) -> str:
    """A pattern of PostgreSQL's for these very words."""
    return r"\s+".join("".join(c if c.isalnum() else rf"\{c}" for c in word) for word in words.split())


def columns() -> Iterator[Column]:
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        found = cursor.fetchall()
    keys, addresses = dict(primary_keys()), set(columns_of_addresses())
    for table, name, kind, longest in found:
        if table in keys and not table.startswith(UNTOUCHED) and table not in MADE_ANEW:
            yield Column(table, name, kind, longest, keys[table], (table, name) in addresses)


def columns_of_addresses() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.URLField) and field.column:
                yield model._meta.db_table, field.column


def key_of(table: str) -> str:
    return dict(primary_keys())[table]


def primary_keys() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid "
            "AND attnum = conkey[1] WHERE contype = 'p' AND cardinality(conkey) = 1 "
            "AND connamespace = 'public'::regnamespace"
        )
        return list(cursor.fetchall())


def places_in(column: Column, pattern: str) -> Iterator[Place]:
    record = {model.pgh_event_model._meta.db_table: model._meta.db_table for model in tracked_models()}  # type: ignore[attr-defined]
    of = "pgh_obj_id" if column.table in record else column.key
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column.key}"::text, "{of}"::text FROM "{column.table}" WHERE {column.holds}',
            [pattern],
        )
        for key, of_row in cursor.fetchall():
            named = record.get(column.table, column.table)
            yield Place(column.table, key, column.table in record, f"{named}:{of_row}")


# --- Taking them out ---


def replace(table: str, keys: list[str], words: str) -> None:
    """All columns at once: each change of a row writes a row of history."""
    pattern, chosen, values = pattern_of(words), [], []
    for column in columns():
        if column.table == table:
            chosen.append(f'"{column.name}" = CASE WHEN {column.holds} THEN {column.without} ELSE "{column.name}" END')
            values += [pattern, *([] if column.is_address else [pattern, NAME_WITHHELD])]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {", ".join(chosen)} WHERE "{key_of(table)}"::text = ANY(%s)', [*values, keys]
        )


def by_table(places: list[Place], *, is_history: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place in places:
        if place.is_history is is_history:
            found.setdefault(place.table, []).append(place.key)
    return found


def from_records(places: list[Place], words: str) -> None:
    """Records and whatever has no history; the history that the change of a record writes is without the words."""
    chosen = by_table(places, is_history=False)
    chosen.pop(Changeset._meta.db_table, None)
    for table, keys in chosen.items():
        replace(table, keys, words)


def from_history(places: list[Place], words: str) -> None:
    now = columns_now("default")
    chosen = by_table(places, is_history=True)
    with ExitStack() as stack:
        stack.enter_context(pgtrigger.ignore(*append_only()))
        for table, keys in chosen.items():
            before = digests(table, keys, now)
            replace(table, keys, words)
            with connection.cursor() as cursor:
                cursor.execute(
                    f'UPDATE "{table}" SET pgh_salt = gen_random_uuid() WHERE pgh_id::text = ANY(%s)', [keys]
                )
            after = digests(table, keys, now)
            for row, stood in before.items():
                note_removed(table, row, stood, after[row])


def append_only() -> list[str]:
    events = [model.pgh_event_model for model in tracked_models()]  # type: ignore[attr-defined]
    return [f"{event._meta.label}:append_only" for event in events]


def digests(table: str, keys: list[str], now: Columns) -> dict[int, str]:
    """By row what stands for it, in the shape that its changeset was sealed in."""
    found: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'")
        for first, last, shape in spans_of_shapes():
            digest = stands_for(set(now[table]) - set(shape.get(table, ())))
            cursor.execute(
                f'SELECT pgh_id, {digest} FROM public."{table}" AS past WHERE pgh_id::text = ANY(%s) '
                "AND pgh_changeset BETWEEN %s AND %s",
                [keys, first, last],
            )
            found.update(cursor.fetchall())
    return found


def from_changesets(places: list[Place], words: str) -> None:
    """Notes and sentences of changesets; the salt goes with them."""
    table = Changeset._meta.db_table
    for key in by_table(places, is_history=False).get(table, []):
        replace(table, [key], words)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE registry_link SET salt = replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '') "
                "WHERE number = %s RETURNING about, (SELECT registry_hash(salt || registry_about(made)) "
                "FROM registry_changeset AS made WHERE made.number = registry_link.number)",
                [key],
            )
            # The new salt, as the row has it now.
            about, left_as = cursor.fetchone()
        note_removed(table, int(key), about, left_as)


def note_removed(table: str, row: int, stood: str, left_as: str) -> None:
    """What stood for a row first stays, however often words are removed from it."""
    known = RemovedRow.objects.filter(table=table, row=row)
    if not known.update(left_as=left_as):
        RemovedRow.objects.create(table=table, row=row, stands_for_it=stood, left_as=left_as)
