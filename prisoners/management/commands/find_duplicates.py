"""Compares everyone whose names changed with the others, for the desk's queue of likely duplicates."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from prisoners.duplicates import compare_waiting, likely_pairs, waiting
from prisoners.progress import Progress


class Command(BaseCommand):
    help = "Compare the people whose names are new or changed with all others, for the desk's queue of duplicates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, help="stop after so many seconds; the rest waits")

    def handle(self, *args: Any, **options: Any) -> None:
        compared = compare_waiting(options["seconds"], Progress(waiting(), "people"))
        self.stdout.write(f"{compared} people compared, {waiting()} wait, {likely_pairs().count()} pairs to look at.")
