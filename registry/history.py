"""History of every record: who changed what, when, why, in which changeset.

Triggers write it, so bulk changes, raw SQL and COPY are seen too. A changeset is one transaction; its number is given
under a lock at the transaction's first change and held to its commit, so numbers have no gaps and follow commit order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

Model = TypeVar("Model", bound=type[models.Model])


class Nature(models.TextChoices):
    """A new fact about the world, or the mending of what the registry said of it."""

    NEW_FACT = "new_fact", _("new fact")
    CORRECTION = "correction", _("correction")


class ChangesetNumber(models.Func):
    """The number of the changeset that the running transaction makes."""

    function = "registry_changeset_number"
    template = "%(function)s()"
    output_field = models.BigIntegerField()


def tracked(model: Model) -> Model:
    """Keep the history of a model: a row for each insert, update and delete, with its changeset."""
    track: Callable[[Model], Model] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        model_name=f"{model.__name__}History",
        obj_field=pghistory.ObjForeignKey(related_name="history"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # None is its documented "no such column"
        append_only=True,
        attrs={
            "pgh_changeset": models.BigIntegerField(
                _("changeset"), db_default=ChangesetNumber(), db_index=True, editable=False
            )
        },
        meta={"default_permissions": ()},
    )
    return track(model)


@contextmanager
def changeset(*, by: Any, note: str = "", nature: str = Nature.NEW_FACT) -> Iterator[None]:
    """Everything changed inside is one changeset by `by` (a user, or None for the command line).

    Takes the changeset lock first, before any row is touched, so that two editors wait for each other and never
    deadlock. Inside another changeset it joins that one: the outer author and reason stand.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT registry_open_changeset(%s)",
                [json.dumps({"by": getattr(by, "pk", None), "note": note, "nature": str(nature)})],
            )
        yield


CHANGESET_FUNCTIONS = """
CREATE FUNCTION registry_open_changeset(author text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('registry.changeset'));
    IF coalesce(current_setting('pghistory.context_metadata', true), '') = '' THEN
        PERFORM set_config('pghistory.context_metadata', author, true);
    END IF;
END $$;

CREATE FUNCTION registry_changeset_number() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    open_number text := current_setting('registry.changeset', true);
    author jsonb;
    new_number bigint;
BEGIN
    IF coalesce(open_number, '') <> '' THEN
        RETURN open_number::bigint;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('registry.changeset'));
    author := coalesce(nullif(current_setting('pghistory.context_metadata', true), ''), '{}')::jsonb;
    INSERT INTO registry_changeset (number, made_at, by_id, note, nature)
    SELECT coalesce(max(number), 0) + 1, clock_timestamp(), (author ->> 'by')::integer,
           coalesce(author ->> 'note', ''), coalesce(author ->> 'nature', 'new_fact')
    FROM registry_changeset
    RETURNING number INTO new_number;
    PERFORM set_config('registry.changeset', new_number::text, true);
    RETURN new_number;
END $$;
"""

DROP_CHANGESET_FUNCTIONS = """
DROP FUNCTION registry_changeset_number();
DROP FUNCTION registry_open_changeset(text);
"""
