"""Freezes the public data at a changeset under a permanent address."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from counts.citable.issuing import ReleaseError, make_release
from counts.citable.kept import releases, why_again
from registry.known import state_of_changeset
from registry.models import Changeset
from registry.parameters import BadParameter


class Command(BaseCommand):
    help = (
        "Freeze the public data at a changeset (the newest without one) as CSV, JSON lines and Parquet. Made again, a "
        "release is the same byte for byte; where something was withheld or taken back since, it is issued again with "
        "that masked, and says why."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("changeset", nargs="?", type=int, help="its number")
        parser.add_argument("--all", action="store_true", help="make every release again that is there")

    def handle(self, *args: Any, changeset: int | None, **options: Any) -> None:
        every = [told["changeset"] for told in reversed(releases())]
        refused = []
        for number in every if options["all"] else [changeset or Changeset.latest_number()]:
            try:
                self.make(number)
            except ReleaseError as problem:
                # The others are still made: one of them may name somebody.
                refused.append(str(problem))
        if refused:
            raise CommandError("\n".join(refused))

    def make(self, number: int) -> None:
        today = timezone.now().date()
        try:
            told, is_new = make_release(state_of_changeset(str(number), today), today)
        except BadParameter as problem:
            raise CommandError(problem.message) from problem
        issue = len(told["issues"])
        why = why_again(told["issues"][-1])
        made = f"made, issue {issue}. {why}" if why else f"made, issue {issue}."
        was = made if is_new else "there already, and the same."
        self.stdout.write(f"Release {number}: {was} /data/releases/{number}/")
