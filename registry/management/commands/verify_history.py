"""Checks that nothing was changed below the application."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.verifying import Head, Verdict, verify


class Command(BaseCommand):
    help = (
        "Compare the chain of hashes with the history, and the history with the live tables. Give heads that you noted "
        "earlier, from the footer of the site or from a release: without one, a chain that was made anew as a whole, "
        "or cut off at its end, can't be told from the true one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="append", default=[], metavar="NUMBER:HASH", help="a head that was noted; may be repeated"
        )

    def handle(self, *args: Any, head: list[str], **options: Any) -> None:
        try:
            noted = [Head.parse(text) for text in head]
        except ValueError as problem:
            raise CommandError(f"--head: {problem}") from problem
        begun = time.monotonic()
        verdict = verify(noted)
        for found in verdict.problems:
            self.stderr.write(found)
        if verdict.problems:
            raise CommandError(f"The history is not as it was written: {len(verdict.problems)} problems.")
        self.stdout.write(told(verdict, time.monotonic() - begun))


def told(verdict: Verdict, seconds: float) -> str:
    removed = f" {verdict.removed} rows were removed in the open." if verdict.removed else ""
    return (
        f"All is as it was written: {verdict.changesets} changesets, {verdict.rows} rows of history, and every live "
        f"table as its history says, in {seconds:.1f} s.{removed}\nHead: {verdict.head or 'nothing is recorded yet'}"
    )
