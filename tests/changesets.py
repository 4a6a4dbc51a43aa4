"""Several changesets inside one test: outside tests each transaction has its own."""

from __future__ import annotations

from django.db import connection

from registry.models import Changeset


def next_changeset() -> int:
    """End the changeset that is open; the number it had. What changes from here on belongs to the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('registry.changeset', '', true), set_config('pghistory.context_metadata', '', true)"
        )
    return Changeset.latest_number()
