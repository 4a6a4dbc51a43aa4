"""Rows that came from others' lists: under which terms they go out again.

The registry's own licence covers what is its own. The app above knows the lists, and enters how to find those of some
rows (`lent_by`) and those of one person or source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Lent:
    """A list that rows came from: `licence` as it states one with its attribution, empty where it states none."""

    title: str
    publisher: str
    licence: str
    address: str

    @property
    def terms(self) -> str:
        """What has to be said of its rows."""
        return self.licence or self.publisher or self.title

    @property
    def sentence(self) -> str:
        return _("Rows from the list “%(title)s”: %(terms)s") % {"title": self.title, "terms": self.terms}

    def as_source(self) -> dict[str, str]:
        """As Frictionless has sources, with the attribution beside."""
        path = {"path": self.address} if self.address else {}
        return {"title": self.title, **path, "attribution": self.terms}

    def as_licence(self) -> dict[str, str]:
        return {"name": self.licence, "title": self.sentence}


# What finds the lists behind some rows, and behind one person or source.
OfRows = Callable[[Iterable[QuerySet]], list[Lent]]
OfRecord = Callable[[Any], list[Lent]]
_ways: list[tuple[OfRows, OfRecord]] = []


def lent_by(of_rows: OfRows, of_record: OfRecord) -> None:
    _ways.append((of_rows, of_record))


def lists_behind(rows: Iterable[QuerySet]) -> list[Lent]:
    """The lists that some rows came from, in an order that is theirs."""
    given = list(rows)
    return [lent for of_rows, _of_record in _ways for lent in of_rows(given)]


def lists_behind_record(record: Any) -> list[Lent]:
    return [lent for _of_rows, of_record in _ways for lent in of_record(record)]
