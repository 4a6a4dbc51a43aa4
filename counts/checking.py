"""Whether the flat tables and roll-ups are what a rebuild would make of the records."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from counts.flat import STOCK, TALLIES
from counts.several import SEVERAL, UNCHECKED
from counts.traits import STOCK_BY

# Each table with what it should hold.
DEFINITIONS = {
    "counts_event": "SELECT * FROM counts_every_event()",
    "counts_span": "SELECT * FROM counts_every_span()",
    "counts_tally": TALLIES.format(events="counts_every_event()"),
    "counts_several": SEVERAL.format(events="counts_every_event()"),
    "counts_unchecked": UNCHECKED.format(events="counts_every_event()"),
    "counts_stock": STOCK.format(spans="counts_every_span()"),
    "counts_person": "SELECT * FROM counts_every_person()",
    "counts_standing": "SELECT * FROM counts_every_standing()",
    "counts_stock_by": STOCK_BY.format(
        spans="counts_every_span()", people="counts_every_person()", standings="counts_every_standing()"
    ),
}


def differences() -> list[str]:
    """A sentence for each table that is not what the records say; nothing where all is well."""
    found = []
    with transaction.atomic(), connection.cursor() as cursor:
        # One state for both sides of the comparison, however many writers there are.
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table, definition in DEFINITIONS.items():
            missing = rows_only_in(cursor, definition, f"SELECT * FROM {table}")
            extra = rows_only_in(cursor, f"SELECT * FROM {table}", definition)
            if missing or extra:
                found.append(
                    _("%(table)s is not what the records say: %(missing)d rows are missing, %(extra)d are too many.")
                    % {"table": table, "missing": missing, "extra": extra}
                )
    return found


def rows_only_in(cursor: object, one: str, other: str) -> int:
    cursor.execute(f"SELECT count(*) FROM (({one}) EXCEPT ALL ({other})) AS different")  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def rebuild() -> None:
    """Makes them anew, in one transaction. Editors wait meanwhile; readers see the old rows until the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT counts_rebuild()")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(DEFINITIONS)}")
