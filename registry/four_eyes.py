"""Nobody publishes their own: who last changed what a record says, as its history tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

# A step from one state to another says nothing new, and the bookkeeping of a history row never does.
NOT_SAID = [
    "pgh_id", "pgh_created_at", "pgh_label", "pgh_changeset", "pgh_context", "pgh_salt", "publication", "published_at",
]  # fmt: skip

# Bringing back what was retracted says it anew.
LAST_CHANGES = """
SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, author FROM (
    SELECT pgh_obj_id, pgh_id, author, said, state, lag(said) OVER one AS before, lag(state) OVER one AS state_before
    FROM (
        SELECT pgh_obj_id, pgh_id, (pgh_context ->> 'by')::integer AS author, to_jsonb(history) - %s::text[] AS said,
               to_jsonb(history) ->> 'publication' AS state
        FROM {table} AS history WHERE pgh_obj_id = ANY(%s)
    ) AS versions WINDOW one AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
) AS changes
WHERE before IS DISTINCT FROM said OR (state_before = 'retracted' AND state <> 'retracted')
ORDER BY pgh_obj_id, pgh_id DESC
"""


def last_changed_by(model: Any, keys: Iterable[int]) -> dict[int, int | None]:
    """By record: the account that last changed what it says; None for the command line."""
    table = connection.ops.quote_name(model.pgh_event_model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(LAST_CHANGES.format(table=table), [NOT_SAID, list(keys)])
        return dict(cursor.fetchall())


def own_among(model: Any, keys: Iterable[int], user: Any) -> set[int]:
    """The records whose last word is this user's own: another has to publish them. None, the operator, owns nothing.

    Call it inside a changeset: its lock keeps everybody else from changing a record before it is published.
    """
    if user is None:
        return set()
    return {key for key, author in last_changed_by(model, keys).items() if author == user.pk}


def alone_refused() -> ValidationError:
    """For showing a withheld identity again, which one person proposes and another accepts."""
    return ValidationError(
        _("It is withheld. Two people show it again: propose it on its page at the desk, and another accepts."),
        code="withheld",
    )


def own_refused() -> ValidationError:
    return ValidationError(
        _("You entered or last changed this yourself: a second person has to publish it."), code="own"
    )
