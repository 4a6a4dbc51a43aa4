"""Imports a list of people from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from prisoners.imports import ListFileError, import_list, read_list
from prisoners.progress import Progress


class Command(BaseCommand):
    help = (
        "Import a CSV list with the columns external_id, name, country (an empty country is unknown). All rows or "
        "none; a file that was imported before changes nothing. People are entered as drafts unless --publish is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--publish", action="store_true", help="make the people and their names public at once")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = read_list(options["file"])
        except ListFileError as problem:
            raise CommandError(str(problem)) from problem
        done = import_list(file, is_public=options["publish"], progress=Progress(len(file.rows), "rows"))
        if not done.entries:
            self.stdout.write(f"{file.name} was imported already: nothing was changed.")
        else:
            self.stdout.write(f"{done.people:,} people, {done.names:,} names and {done.entries:,} entries were added.")
