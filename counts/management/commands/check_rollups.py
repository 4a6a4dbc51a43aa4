"""`manage.py check_rollups`: compares what the counts read with the records."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from counts.checking import differences


class Command(BaseCommand):
    help = "Compare the flat tables and roll-ups that counts read with the records. Ends with 1 where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences()
        if found:
            raise CommandError(" ".join([*found, "Run manage.py rebuild_rollups."]))
        self.stdout.write("The flat tables and roll-ups are what the records say.")
