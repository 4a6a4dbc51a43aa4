"""Makes the index of names anew, or checks it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from prisoners.models import NameWord
from prisoners.names import index
from prisoners.progress import Progress

MOST_SHOWN = 10


class Command(BaseCommand):
    help = (
        "Make the index of names anew: after an upgrade that changed the tables of spellings, or a restore without "
        "triggers. Searches go on meanwhile, changes of names wait."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the index is not complete")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            return self.check_index()
        rebuilt = index.rebuild(Progress(NameWord.objects.count(), "words"))
        self.stdout.write(f"The index of names holds {rebuilt:,} words.")
        return None

    def check_index(self) -> None:
        problems = index.problems()
        if problems:
            shown = "\n".join(problems[:MOST_SHOWN])
            raise CommandError(f"{shown}\n{len(problems):,} problems: run rebuild_name_index.")
        self.stdout.write("The index of names is complete.")
