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
from django.contrib.postgres.functions import RandomUUID
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

Model = TypeVar("Model", bound=type[models.Model])


class Nature(models.TextChoices):
    """A new fact about the world, or the mending of what the registry said of it."""

    NEW_FACT = "new_fact", _("new fact")
    CORRECTION = "correction", _("correction")


class Reason(models.TextChoices):
    """Why something was changed, in words for everybody; nobody can be told from them."""

    ENTERED = "entered", _("entered from a source")
    NEW_SOURCE = "new_source", _("another source was found or read again")
    SOURCE_CHANGED = "source_changed", _("the source has corrected itself")
    MISTAKE = "mistake", _("a mistake of the registry was mended")
    TAKEN_BACK = "taken_back", _("it was taken back")
    JOINED = "joined", _("two records were of the same person or thing")
    LIST = "list", _("a published list was taken in")
    UNDONE = "undone", _("an earlier change was undone")
    ORDER = "order", _("put in order, without a new fact")


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
            ),
            # What stands for the row in the chain can't be guessed back into the row once that is removed.
            "pgh_salt": models.UUIDField(db_default=RandomUUID(), editable=False),
        },
        meta={"default_permissions": ()},
    )
    return track(model)


@contextmanager
def changeset(
    *, by: Any, note: str = "", nature: str = Nature.NEW_FACT, reason: str = "", told: str = ""
) -> Iterator[None]:
    """Everything changed inside is one changeset by `by` (a user, or None for the command line).

    `note` stays among editors; `reason` and the sentence `told` are for everybody.

    Takes the changeset lock first, before any row is touched, so that two editors wait for each other and never
    deadlock. Inside another changeset it joins that one: the outer author and reason stand.
    """
    why = {"by": getattr(by, "pk", None), "note": note, "nature": str(nature)}
    public = {name: str(text) for name, text in (("reason", reason), ("told", told)) if text}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT registry_open_changeset(%s)", [json.dumps(why | public)])
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
