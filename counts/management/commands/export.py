"""Writes a list of the registry to a file, or to standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict

from pardons.exports import DOWNLOADS as OF_PARDONS
from prisoners.exports import DOWNLOADS as OF_PRISONERS
from registry.downloads import Download, file_blocks
from registry.parameters import BadParameter, canonical_pairs

DOWNLOADS: dict[str, Download] = {download.name: download for download in (*OF_PRISONERS, *OF_PARDONS)}


class Command(BaseCommand):
    help = "Write the public rows of a list as CSV or as a JSON object on each line: what the web's downloads hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("table", choices=sorted(DOWNLOADS))
        parser.add_argument("--format", choices=["csv", "jsonl"], default="csv")
        parser.add_argument("--filter", default="", metavar="QUERY", help='as in an address: "country=all&sex=female"')
        parser.add_argument("--output", type=Path, metavar="FILE", help="a file; standard output without it")

    def handle(self, *args: Any, table: str, format: str, filter: str, output: Path | None, **options: Any) -> None:  # noqa: A002 (the options' names)
        download = DOWNLOADS[table]
        try:
            rows, known = download.asked(answers_of(download, filter))
            blocks = file_blocks(download.columns(), rows, format, known)
        except BadParameter as problem:
            raise CommandError(f"--filter, {problem}") from problem
        if output is None:
            write(blocks, sys.stdout.buffer)
        else:
            write_file(blocks, output)


def answers_of(download: Download, query: str) -> dict[str, str]:
    """The filters of a query string, in the form that an address has them."""
    given = QueryDict(query.removeprefix("?"))
    return dict(canonical_pairs(given, download.parameters()))


def write_file(blocks: Iterable[bytes], output: Path) -> None:
    """The file gets its name when it is whole: one that broke off leaves what was there before."""
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with unfinished.open("wb") as file:
            write(blocks, file)
        unfinished.replace(output)
    except OSError as problem:
        raise CommandError(f"{output} could not be written: {problem.strerror}.") from problem
    finally:
        unfinished.unlink(missing_ok=True)


def write(blocks: Iterable[bytes], file: BinaryIO) -> None:
    for block in blocks:
        file.write(block)
    file.flush()
