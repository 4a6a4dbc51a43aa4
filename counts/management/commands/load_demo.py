"""Fills the registry with the demo."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from counts.demo import loading


class Command(BaseCommand):
    help = (
        "Load the demo: the worked example for Belarus, invented people in Exampleland (ZZ), and an account for each "
        "role. A second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        was_loaded = loading.load()
        self.stdout.write("The demo is loaded." if was_loaded else "The demo was loaded already: nothing was changed.")
