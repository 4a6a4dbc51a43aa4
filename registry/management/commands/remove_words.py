"""The operator's way to take words out of the whole database when a life depends on it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, connection

from registry.editing import refusal
from registry.removing import Place, places_of, remove_words

AFTERWARDS = """Not reached from here: backups, files of releases, copies elsewhere. Make a new backup and delete the
old ones, and issue the releases again (docs/operations.md)."""


class Command(BaseCommand):
    help = (
        "Find words, read from standard input so that no shell keeps them, in every table and all history; with --why, "
        "replace them everywhere by “[name withheld]”. The chain still verifies; the history says how many rows and "
        "why, not what."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--why", default="", help="do it, for this reason: it is kept in the history")
        parser.add_argument(
            "--leave", action="append", default=[], metavar="TABLE:KEY",
            help="a record of somebody else, which keeps the words, as the listing names it; may be repeated",
        )  # fmt: skip

    def handle(self, *args: Any, why: str, leave: list[str], **options: Any) -> None:
        words = " ".join(sys.stdin.read().split())
        try:
            if not why:
                self.tell(places_of(words), "Nothing was changed: give --why to remove them.")
                return
            places = remove_words(words, why=why, leave=leave)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except IntegrityError as error:
            raise CommandError(f"Nothing was changed. {refusal(error)}") from error
        self.overwrite(places)
        self.tell(places, f"Removed.\n{AFTERWARDS}")

    def tell(self, places: list[Place], ending: str) -> None:
        for place in places:
            of = f" (history of {place.record})" if place.is_history else ""
            self.stdout.write(f"{place}{of}")
        self.stdout.write(f"{len(places)} rows. {ending}")

    def overwrite(self, places: list[Place]) -> None:
        """The files of these tables are written anew: a replaced row stays on the disk until then."""
        if connection.in_atomic_block:
            return
        with connection.cursor() as cursor:
            for table in sorted({place.table for place in places}):
                cursor.execute(f'VACUUM FULL "{table}"')
            cursor.execute("CHECKPOINT")
