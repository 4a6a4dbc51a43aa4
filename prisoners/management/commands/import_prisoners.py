"""Imports a list of people from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from prisoners.importing.cells import ListFileError
from prisoners.importing.commanding import (
    Asked,
    Done,
    carry_out,
    proposed_mapping,
    take_back,
)
from prisoners.importing.mapping import profile_names


class Command(BaseCommand):
    help = (
        "Import a list of people from CSV or XLSX: a bare list (external_id, name, country), one with a profile, or "
        "any other with a mapping file; see docs/importing.md. A file that was imported before changes nothing; one "
        "that was interrupted goes on where it stopped. People are drafts unless --publish is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="CSV or XLSX")
        parser.add_argument(
            "--profile", choices=profile_names(), help="one of the mappings that come with the registry"
        )
        parser.add_argument("--mapping", type=Path, metavar="FILE.toml", help="what the list's columns mean")
        parser.add_argument("--propose-mapping", action="store_true", help="print a mapping for the file's columns")
        parser.add_argument("--list-name", default="", help="the same words for every edition of a list")
        parser.add_argument("--source-url", default="")
        parser.add_argument("--source-title", default="")
        parser.add_argument("--source-publisher", default="")
        parser.add_argument("--source-published", default="", help="a partial date, such as 2024-07-16 or 2024-07")
        parser.add_argument(
            "--licence", default="", help="licence and attribution of the list: both go out with its rows"
        )
        parser.add_argument(
            "--recognised-by", action="append", default=[], metavar="ORGANISATION",
            help="slug or name; may be given several times: everyone on the list is recorded as recognised by them",
        )  # fmt: skip
        parser.add_argument("--country", default="", help="two letters; where a row names no country")
        parser.add_argument("--publish", action="store_true", help="make what the list says public at once")
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument("--report", type=Path, metavar="FILE.csv", help="each row with what happened to it")
        parser.add_argument("--undo", metavar="IMPORT", help="take back an import, by the token that it printed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["undo"]:
                self.stdout.write(take_back(options["undo"]))
            elif options["file"] is None:
                raise CommandError("Name the file of a list, or an import to be taken back with --undo.")
            elif options["propose_mapping"]:
                self.stdout.write(proposed_mapping(options["file"]))
            else:
                self.tell(carry_out(asked(options)))
        except ListFileError as problem:
            raise CommandError(str(problem)) from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem

    def tell(self, done: Done) -> None:
        for line in done.lines:
            self.stdout.write(line)
        for line in done.warnings:
            self.stderr.write(line)


def asked(options: dict[str, Any]) -> Asked:
    return Asked(
        file=options["file"], profile=options["profile"] or "", mapping=options["mapping"],
        list_name=options["list_name"], source_url=options["source_url"], source_title=options["source_title"],
        publisher=options["source_publisher"], published=options["source_published"], licence=options["licence"],
        recognised_by=tuple(options["recognised_by"]), country=options["country"].upper(),
        is_public=options["publish"], is_trial=options["dry_run"], report=options["report"],
    )  # fmt: skip
