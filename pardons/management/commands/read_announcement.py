"""Prints what the reader finds in reports: `read_announcement --json FILE...`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pardons.reading import Reading, languages
from pardons.reading.files import read_file


class Command(BaseCommand):
    """Reads report files; needs neither the database nor system checks."""

    help = "Read reports of pardons, releases and arrests, and print what they propose."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False
    needs_database = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print {path: reading} as JSON")
        parser.add_argument("--language", choices=languages(), help="default: guessed per text")

    def handle(self, *args: Any, **options: Any) -> None:
        readings = {str(path): self.reading(path, options["language"]) for path in options["files"]}
        if options["json"]:
            plain = {path: reading.as_json() for path, reading in readings.items()}
            self.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1))
            return
        for path, reading in readings.items():
            self.stdout.write(f"{path} ({reading.language})")
            for line in lines(reading):
                self.stdout.write(f"  {line}")

    def reading(self, path: Path, language: str | None) -> Reading:
        try:
            return read_file(path, language)
        except OSError as error:
            raise CommandError(f"Can't read {path}: {error.strerror}.") from error


def lines(reading: Reading) -> list[str]:
    """One line for each proposal, for people."""
    found = [f"{a.kind} of {a.total} ({a.qualifier}), {a.date or 'no date'}, {a.role}" for a in reading.announcements]
    found += [f"{f.metric}: {f.value} ({f.qualifier}), {f.who_says or 'nobody quoted'}" for f in reading.figures]
    return found or ["nothing found"]
