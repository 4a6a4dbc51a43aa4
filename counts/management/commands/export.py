"""Writes a list of the registry to a file, or to standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.http import QueryDict

from pardons.exports import DOWNLOADS as OF_PARDONS
from pardons.tables import ALL_TABLES
from prisoners.exports import DOWNLOADS as OF_PRISONERS
from registry.column_types import column_types
from registry.columns import Column
from registry.downloads import BLOCK_BYTES, Download, file_blocks
from registry.earlier_views import KNOWN_ON
from registry.exports import SOURCES
from registry.known import State
from registry.packages import everything, list_package
from registry.parameters import BadParameter, Pairs, Parameters, canonical_pairs
from registry.parquet import write_parquet

DOWNLOADS: dict[str, Download] = {each.name: each for each in (*OF_PRISONERS, *OF_PARDONS, SOURCES)}
EVERYTHING = "everything"
FORMATS = ("csv", "exact.csv", "jsonl", "parquet", "zip")


class Command(BaseCommand):
    help = (
        "Write the public rows of a list: what the web's downloads hold. "
        "“everything” is the package of all public records, a zip."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("table", choices=[*sorted(DOWNLOADS), EVERYTHING])
        parser.add_argument("--format", choices=FORMATS, help="csv without it; everything is always a zip")
        parser.add_argument("--filter", default="", metavar="QUERY", help='as in an address: "country=all&sex=female"')
        parser.add_argument("--output", type=Path, metavar="FILE", help="a file; standard output without it")

    def handle(self, *args: Any, table: str, output: Path | None, **options: Any) -> None:
        try:
            blocks = blocks_of(table, options["format"], options["filter"])
            if output is None:
                write(blocks, sys.stdout.buffer)
            else:
                write_file(blocks, output)
        except BadParameter as problem:
            raise CommandError(f"--filter, {problem}") from problem


def blocks_of(table: str, form: str | None, query: str) -> Iterator[bytes]:
    """The file of a list in one of the formats; raises BadParameter for a wrong filter."""
    if table == EVERYTHING:
        if form not in (None, "zip"):
            raise CommandError("everything is a zip: leave --format out, or export one list.")
        return everything(ALL_TABLES, "/data/package.zip", pairs_of(query, KNOWN_ON))
    download = DOWNLOADS[table]
    pairs = pairs_of(query, download.parameters())
    if form == "zip":
        return list_package(download, f"/{table}.zip", pairs)
    rows, known = download.asked(dict(pairs))
    if form == "parquet":
        return parquet_blocks(download.columns(), rows, known)
    return file_blocks(download.columns(), rows, form or "csv", known)


def parquet_blocks(columns: Sequence[Column], rows: QuerySet, known: State) -> Iterator[bytes]:
    """A list as Parquet, which is written whole before it can be read."""
    with TemporaryDirectory() as folder:
        exact, output = Path(folder, "exact.csv"), Path(folder, "list.parquet")
        with exact.open("wb") as file:
            write(file_blocks(columns, rows, "exact.csv", known), file)
        write_parquet(exact, output, column_types(columns, rows))
        with output.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block


def pairs_of(query: str, parameters: Parameters) -> Pairs:
    """The filters of a query string, in the form that an address has them."""
    return canonical_pairs(QueryDict(query.removeprefix("?")), parameters)


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
