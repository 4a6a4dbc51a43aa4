"""Freezes the public data at a changeset under a permanent address."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from counts.citable.issuing import ReleaseError, make_release
from counts.citable.kept import releases
from registry.known import state_of_changeset
from registry.models import Changeset
from registry.parameters import BadParameter


class Command(BaseCommand):
    help = (
        "Freeze the public data at a changeset (the newest without one) as CSV, JSON lines and Parquet. Made again, a "
        "release is the same byte for byte; where a name was withheld since, it is issued again with that row masked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("changeset", nargs="?", type=int, help="its number")
        parser.add_argument("--all", action="store_true", help="make every release again that is there")

    def handle(self, *args: Any, changeset: int | None, **options: Any) -> None:
        every = [told["changeset"] for told in reversed(releases())]
        for number in every if options["all"] else [changeset or Changeset.latest_number()]:
            self.make(number)

    def make(self, number: int) -> None:
        today = timezone.now().date()
        try:
            told, is_new = make_release(state_of_changeset(str(number), today), today)
        except BadParameter as problem:
            raise CommandError(problem.message) from problem
        except ReleaseError as problem:
            raise CommandError(str(problem)) from problem
        issue = len(told["issues"])
        was = f"made, issue {issue}" if is_new else "there already, and the same"
        self.stdout.write(f"Release {number}: {was}. /data/releases/{number}/")
