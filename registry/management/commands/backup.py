"""The operator's backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.backups import BackupError, about_file, back_up


class Command(BaseCommand):
    """Write a dump and what it holds."""

    help = "Write the whole registry to FILE, and its counts and checksums to FILE.json. Both hold what is withheld."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            held = back_up(options["file"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(count for count, _ in held["tables"].values())
        self.stdout.write(f"{rows} rows of {len(held['tables'])} tables, to changeset {held['changeset']}.")
        self.stdout.write(f"Keep {options['file']} and {about_file(options['file'])} together, and away from here.")
