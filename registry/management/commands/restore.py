"""The operator's restore, into an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.backups import BackupError, restore


class Command(BaseCommand):
    """Restore and compare."""

    help = "Bring a backup into an empty database, and compare every table's count and checksum with the backup's."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            held = restore(options["file"])
        except (BackupError, OSError, ValueError, KeyError) as error:
            raise CommandError(str(error)) from error
        rows = sum(count for count, _ in held["tables"].values())
        self.stdout.write(
            f"{rows} rows of {len(held['tables'])} tables, all as in the backup (changeset {held['changeset']})."
        )
        self.stdout.write("Now: manage.py migrate, then manage.py check_rollups.")
