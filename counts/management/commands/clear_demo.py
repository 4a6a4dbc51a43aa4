"""Takes the demo out of the registry."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from counts.demo.clearing import clear


class Command(BaseCommand):
    help = "Remove the demo's records and accounts. Refuses, with a list, if records of your own rest on them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="remove your own records that rest on the demo, too")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        try:
            removed = clear(force=force)
        except ValidationError as problem:
            own = "\n".join(f"  {line}" for line in problem.messages)
            raise CommandError(
                f"These records are not the demo's and rest on it:\n{own}\n"
                "Nothing was removed. Delete or move them first, or use --force to remove them too."
            ) from problem
        self.stdout.write(f"The demo is gone: {removed} records were removed.")
