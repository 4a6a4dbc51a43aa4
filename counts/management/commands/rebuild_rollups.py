"""`manage.py rebuild_rollups`: makes what the counts read anew from the records."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from counts.checking import rebuild


class Command(BaseCommand):
    help = "Make the flat tables and roll-ups that counts read anew from the records. Editors wait meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild()
        self.stdout.write("The flat tables and roll-ups are made anew.")
