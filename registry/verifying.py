"""Finds what was changed below the application: the chain against the history, the history against the live tables."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.chain import EMPTY, Columns, columns_now, digest_of_lines, lines_of
from registry.changes import tracked_models
from registry.known_views import columns_in, kept_columns
from registry.models import Changeset, Link, RemovedRow, Shape

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
MOST_NAMED = 5


@dataclass(frozen=True)
class Head:
    """The newest link of the chain: whoever has noted one can tell later that nothing before it was rewritten."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Raises ValueError with a sentence for what is no head."""
        found = HEAD.fullmatch(text.strip())
        if not found:
            raise ValueError(_("A head is a changeset's number, a colon and 64 hexadecimal digits, such as 41:9f86…"))
        return cls(int(found[1]), found[2])


def chain_head(changeset: int | None = None) -> Head | None:
    """The newest link, or that of a changeset; None while nothing is recorded. For the footer, and for releases."""
    links = Link.objects.order_by("-number") if changeset is None else Link.objects.filter(number=changeset)
    newest = links.values_list("number", "hash").first()
    return Head(*newest) if newest else None


@dataclass(frozen=True)
class Verdict:
    """What was found: `problems` in sentences, none if nothing was changed below the application."""

    head: Head | None
    changesets: int
    rows: int
    removed: int
    problems: list[str]


def verify(noted: list[Head] | None = None) -> Verdict:
    """Look at everything in one state of the database; `noted` are heads known from elsewhere, such as releases."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        history = [*chain_problems(), *head_problems(noted or [])]
        return Verdict(
            chain_head(), Changeset.objects.count(), rows_of_history(), RemovedRow.objects.count(),
            [*history, *live_problems()],
        )  # fmt: skip


def rows_of_history() -> int:
    counted = " + ".join(f'(SELECT count(*) FROM public."{table}")' for table in columns_now(DEFAULT_DB_ALIAS))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}")
        return int(cursor.fetchone()[0])


# --- The chain against changesets and rows of history ---


def chain_problems() -> Iterator[str]:
    digests = dict(digests_of_rows())
    about = dict(changesets_as_told())
    previous, expected = "", 1
    left = dict(RemovedRow.objects.filter(table=Changeset._meta.db_table).values_list("row", "left_as"))
    yield from shape_problems()
    shapes = set(Shape.objects.values_list("number", flat=True))
    for link in Link.objects.order_by("number").iterator():
        if link.number != expected:
            yield gap(expected, link.number)
        if link.shape not in shapes:
            yield _("The link of changeset %(number)d names columns that nobody knows.") % {"number": link.number}
        told, rows = about.pop(link.number, None), digests.pop(link.number, EMPTY)
        yield from link_problems(link, previous, told, rows, left.get(link.number, link.about))
        previous, expected = link.hash, link.number + 1
    for number in sorted({*about, *digests}):
        yield _("Changeset %(number)d stands in no link of the chain: it was added below the application.") % {
            "number": number
        }


def shape_problems() -> Iterator[str]:
    """Shapes are numbered one after another, each differs from the one before, and the newest is that of the tables."""
    shapes = list(Shape.objects.order_by("number"))
    columns = [each.columns for each in shapes]
    is_in_order = [each.number for each in shapes] == list(range(1, len(shapes) + 1))
    if not is_in_order or any(one == other for one, other in pairwise(columns)):
        yield _("The shapes of the history were changed, added or removed.")
    if columns and columns[-1] != columns_now(DEFAULT_DB_ALIAS):
        yield _("The columns of the history are others than were noted (%(number)d).") % {"number": shapes[-1].number}


def gap(expected: int, found: int) -> str:
    if found - expected == 1:
        return _("The link of changeset %(number)d is missing.") % {"number": expected}
    missing = {"first": expected, "last": found - 1}
    return _("The links of changesets %(first)d to %(last)d are missing.") % missing


def link_problems(link: Link, previous: str, about: str | None, rows: str, expected: str) -> Iterator[str]:
    """`expected` stands for who, when and why: what the link has, or what was left when words were removed."""
    number = {"number": link.number}
    if link.hash != digest("\n".join([previous, str(link.number), link.about, link.rows])):
        yield _("The link of changeset %(number)d does not follow from the one before: the chain was changed.") % number
    if about is None:
        yield _("Changeset %(number)d is missing.") % number
    elif digest(link.salt + about) != expected:
        yield _("Who, when or why of changeset %(number)d was changed.") % number
    if rows != link.rows:
        yield _("Rows of history of changeset %(number)d were changed, added or removed.") % number


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def changesets_as_told() -> Iterator[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, registry_about(made) FROM registry_changeset AS made")
        yield from cursor.fetchall()


def digests_of_rows() -> Iterator[tuple[int, str]]:
    """By changeset the digest of its rows as they are now, in the shape that they were sealed in."""
    now = columns_now(DEFAULT_DB_ALIAS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'")
        for first, last, shape in spans_of_shapes():
            span = f"past.pgh_changeset BETWEEN {first} AND {last}"
            lines = " UNION ALL ".join(lines_in(table, now, shape, span) for table in now)
            cursor.execute(f"SELECT number, {digest_of_lines()} FROM ({lines}) AS told GROUP BY number")
            yield from cursor.fetchall()


def lines_in(table: str, now: Columns, shape: Columns, span: str) -> str:
    """Columns that came later are left out; one that is gone can't be checked, and then the digest differs."""
    return lines_of(table, set(now[table]) - set(shape.get(table, ())), span)


def spans_of_shapes() -> list[tuple[int, int, Columns]]:
    """The changesets that were sealed in each shape, first and last; the newest shape holds for what has no link."""
    shapes = {each.number: each.columns for each in Shape.objects.all() if isinstance(each.columns, dict)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT shape, min(number) FROM registry_link GROUP BY shape ORDER BY 2")
        starts = [(number, first) for number, first in cursor.fetchall() if number in shapes]
    if not starts:
        return [(-(2**62), 2**62, columns_now(DEFAULT_DB_ALIAS))]
    edges = [-(2**62), *(first for _shape, first in starts[1:]), 2**62]
    return [
        (edges[place], edges[place + 1] - 1, shapes[number]) for place, (number, _first) in enumerate(starts)
    ]  # fmt: skip


def head_problems(noted: list[Head]) -> Iterator[str]:
    known = dict(Link.objects.filter(number__in=[head.number for head in noted]).values_list("number", "hash"))
    for head in noted:
        if head.number not in known:
            yield _("The chain ends before changeset %(number)d, which was noted elsewhere.") % {"number": head.number}
        elif known[head.number] != head.hash:
            yield _("The link of changeset %(number)d is another than was noted elsewhere: history was rewritten.") % {
                "number": head.number
            }


# --- The history against the live tables ---


def live_problems() -> Iterator[str]:
    columns = columns_in(DEFAULT_DB_ALIAS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('registry.known_on', %s, true)", [str(2**62)])
        for model in tracked_models():
            names = list(kept_columns(model, columns))
            if differing := rows_that_differ(cursor, model, names):
                yield ngettext(
                    "%(table)s: %(count)d row is not as its history says (%(rows)s).",
                    "%(table)s: %(count)d rows are not as their history says (%(rows)s).",
                    len(differing),
                ) % {
                    "table": model._meta.db_table,
                    "count": len(differing),
                    "rows": ", ".join(map(str, differing[:MOST_NAMED])),
                }
        cursor.execute("SELECT set_config('registry.known_on', '', true)")


def rows_that_differ(cursor: Any, model: Any, names: list[str]) -> list[Any]:
    """Keys of rows whose last word in history is not what the table holds, deleted and forgotten ones too."""
    table, key = model._meta.db_table, model._meta.pk.column
    chosen = ", ".join(f'"{name}"' for name in names)
    live, past = (f'SELECT {chosen} FROM {schema}."{table}"' for schema in ("public", "as_known"))
    differing = f"({live} EXCEPT {past}) UNION ALL ({past} EXCEPT {live})"
    cursor.execute(f'SELECT DISTINCT "{key}" FROM ({differing}) AS differing ORDER BY 1')
    return [key for (key,) in cursor.fetchall()]
