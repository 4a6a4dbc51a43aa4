"""Searches for people by name, one query per line."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from prisoners.models import ListEntry, Prisoner
from prisoners.names.search import Found, read_tables, search


class Command(BaseCommand):
    help = (
        "Search for people by name: one query per line of standard input, all names, private ones too. Results are "
        "the identifiers of the newest list a person stands on, else public identifiers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object per query: query, ms, results")
        parser.add_argument("-k", type=int, default=10, metavar="K", help="at most K results per query (10)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["k"] < 1:
            raise CommandError("-k is the most results that are wanted: give 1 or more.")
        read_tables()
        for line in sys.stdin:
            query = line.rstrip("\r\n")
            started_at = time.perf_counter()
            found = search(query, public=False, limit=options["k"])
            milliseconds = round((time.perf_counter() - started_at) * 1000, 2)
            if options["json"]:
                self.stdout.write(as_json(query, milliseconds, found))
            else:
                self.stdout.write(as_text(query, found))


def as_json(query: str, milliseconds: float, found: list[Found]) -> str:
    known = identifiers([person.prisoner_id for person in found])
    results = [known[person.prisoner_id] for person in found]
    return json.dumps({"query": query, "ms": milliseconds, "results": results}, ensure_ascii=False)


def as_text(query: str, found: list[Found]) -> str:
    known = identifiers([person.prisoner_id for person in found])
    lines = (
        f"  {person.score:.2f}  {known[person.prisoner_id]}  {person.matched_name}  ({person.reason})"
        for person in found
    )
    return "\n".join([query, *(lines if found else ["  nobody found"])])


def identifiers(prisoners: list[int]) -> dict[int, str]:
    """What to call each person: the identifier in the newest list, else the public one."""
    named = dict(Prisoner.objects.filter(pk__in=prisoners).values_list("pk", "public_id"))
    entries = ListEntry.objects.filter(prisoner__in=prisoners).order_by("edition_id", "pk")
    return named | dict(entries.values_list("prisoner_id", "external_id"))
