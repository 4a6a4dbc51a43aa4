"""Makes the records of a data package in an empty registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pardons.tables import ALL_TABLES
from prisoners.tables import give_main_names
from registry.checks import migration_problems
from registry.restoring import PackageError, restore


class Command(BaseCommand):
    help = (
        "Take the package of all public records (`export everything`, /data/package.zip) into an empty registry: "
        "the same records with the same identifiers. All or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the package, a zip")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if problems := migration_problems():
            raise CommandError(problems[0])
        try:
            with file.open("rb") as opened:
                made = restore(opened, ALL_TABLES, give_main_names)
        except PackageError as problem:
            raise CommandError(f"{file}: {problem}") from problem
        except OSError as problem:
            raise CommandError(f"{file} could not be read: {problem.strerror}.") from problem
        for name, number in made.items():
            if number:
                self.stdout.write(f"{name:24}{number:10,}")
