"""The rows behind one number: as pages, as JSON and as a CSV, of the same explanation as the number itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from counts.answers import rows_address
from counts.events import Event
from counts.explain import Explanation, NamedRow
from registry.parameters import BadParameter

PAGE_SIZE = 100
COLUMNS = ("person", "name", "earliest", "latest", "unchecked", "page", "changeset", "method")


def page_asked(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise BadParameter("page", _("Write the number of a page, from 1."))
    return int(text)


@dataclass(frozen=True)
class RowsPage:
    """One page of the named people or events that a number counts. Raises BadParameter for a page that isn't there."""

    explanation: Explanation
    number: int

    def __post_init__(self) -> None:
        if self.number > self.pages:
            raise BadParameter("page", _("There are %(pages)d pages.") % {"pages": self.pages})

    @property
    def total(self) -> int:
        return self.explanation.how_many.counted

    @property
    def withheld(self) -> int:
        """In the number, and in no list."""
        return sum(row.withheld for row in self.explanation.series.rows)

    @property
    def named(self) -> int:
        """The named reading of the number: the list and the withheld together."""
        return self.total + self.withheld

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @cached_property
    def events(self) -> list[Event]:
        return self.explanation.behind.counted((self.number - 1) * PAGE_SIZE, PAGE_SIZE)

    @cached_property
    def rows(self) -> list[NamedRow]:
        return self.explanation.as_rows(self.events)

    @property
    def not_shown(self) -> int:
        """Of this page: people of an earlier state whose names are not shown any more."""
        return len(self.events) - len(self.rows)

    def address(self, number: int) -> str:
        question = self.explanation.question
        address = rows_address(question, question.span, question.group_of_cell)
        return f"{address}&page={number}"


def every_row(explanation: Explanation) -> Iterator[NamedRow]:
    """All of them, some at a time."""
    for events in explanation.behind.every_counted():
        yield from explanation.as_rows(events)


def rows_as_json(explanation: Explanation) -> Iterator[str]:
    """The file in pieces: what it says of all rows, then each row."""
    shown = RowsPage(explanation, 1)
    about = {
        "title": explanation.title,
        "total": shown.total,
        "withheld": shown.withheld,
        "named": shown.named,
        "changeset": explanation.series.changeset,
        "method": explanation.series.method,
    }
    yield json.dumps(about, ensure_ascii=False).removesuffix("}") + ', "rows": ['
    for number, row in enumerate(every_row(explanation)):
        yield ("," if number else "") + "\n" + json.dumps(row.as_json(), ensure_ascii=False)
    yield "]}"


def rows_as_cells(explanation: Explanation) -> Iterator[list[Any]]:
    """The rows of the CSV, the header first."""
    yield list(COLUMNS)
    state = [explanation.series.changeset, explanation.series.method]
    for row in every_row(explanation):
        page = settings.SITE_URL + row.person.get_absolute_url()
        unchecked = _("yes") if row.is_unchecked else _("no")
        yield [row.person.public_id, row.name, row.earliest or "", row.latest or "", unchecked, page, *state]


def rows_as_plain(explanation: Explanation) -> Iterator[dict[str, Any]]:
    """The same for programs."""
    state = {"changeset": explanation.series.changeset, "method": explanation.series.method}
    for row in every_row(explanation):
        yield row.as_json() | {"page": settings.SITE_URL + row.person.get_absolute_url()} | state
