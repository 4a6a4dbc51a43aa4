"""Queues of work that waits for editors: each app enters its own here, and the desk shows them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

PAGE = 50
# Beyond that the front page says "1,000+": counting on would cost more than the number is worth.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Row:
    """One thing that waits: what it is, why, and where it is solved; `more` are further places, as (words, address)."""

    title: str
    address: str
    about: str = ""
    more: Sequence[tuple[str, str]] = ()


def no_more(records: list[Any]) -> None:
    """Most queues have all that their rows print."""


def nothing_unlooked() -> str:
    """Most queues have looked at everything."""
    return ""


@dataclass(frozen=True)
class Queue:
    """A kind of work. `words` name it, beside any number.

    `find` gives its records, asked of a day, and `row` prints one.

    Where `find` would give too many to look at each, `keep` says of a record whether it belongs: then the front page
    counts nothing, and the queue's own page looks at `size` records at a time. With an `address` it has its own page.
    Where it `needs` a permission, only those who hold it learn how many wait. `gather` is called once with the records
    of a page, to look up together what each row would look up alone. `unlooked` says in words what the number leaves
    out because nobody has looked at it yet.
    """

    name: str
    words: Any
    find: Callable[[date], QuerySet[Any]]
    row: Callable[[Any, date], Row | None]
    size: int = PAGE
    is_counted: bool = True
    address: str = ""
    needs: str = ""
    gather: Callable[[list[Any]], None] = no_more
    unlooked: Callable[[], str] = nothing_unlooked


@dataclass(frozen=True)
class Page:
    """Some rows of a queue; `after` begins the next page, None where there is none."""

    rows: list[Row] = field(default_factory=list)
    looked_at: int = 0
    after: int | None = None


QUEUES: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    """Enter a queue; a second one of the same name takes its place."""
    QUEUES[queue.name] = queue


def count(queue: Queue, today: date) -> int | None:
    """How many wait, at most one more than MOST_COUNTED; None where each would have to be looked at."""
    if not queue.is_counted:
        return None
    return queue.find(today).order_by().values("pk")[: MOST_COUNTED + 1].count()


def page(queue: Queue, today: date, after: int | None) -> Page:
    """The rows after a key, newest first: page 2,000 costs what page one costs."""
    records = queue.find(today).order_by("-pk")
    if after is not None:
        records = records.filter(pk__lt=after)
    found = list(records[: queue.size + 1])
    shown = found[: queue.size]
    queue.gather(shown)
    rows = [row for record in shown if (row := queue.row(record, today)) is not None]
    return Page(rows, len(shown), shown[-1].pk if len(found) > queue.size else None)
