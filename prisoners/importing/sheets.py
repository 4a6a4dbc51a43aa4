"""Rows of workbooks (XLSX), as their cells are shown. A workbook is a zip of XML: what it claims is checked first."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from prisoners.importing.cells import Cells, FormulaFoundError, ListFileError
from prisoners.importing.mapping import names_people
from registry.formula_guard import unguarded

# Held in memory, packed; its rows are unpacked one by one.
MOST_PACKED = 50 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
# Texts that cells share are held in memory, the rows are not.
MOST_SHARED = 60 * 1024 * 1024
MOST_FILES = 2_000
# A sheet of rows shrinks to a tenth or twentieth; a bomb to a thousandth.
MOST_TIMES_SMALLER = 200
SMALL = 1024 * 1024
MOST_EMPTY_ROWS = 1_000
LOOKED_AT = 10
# Of the format of a day: texts, colours and languages, signs that stand for themselves.
NOT_OF_A_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|;.*')
# Beyond it a number with a point is not exact.
MOST_EXACT = 10**15
BROKEN = (
    zipfile.BadZipFile, InvalidFileException, ParseError, DefusedXmlException, KeyError, ValueError, TypeError,
    AttributeError, IndexError, EOFError, OSError, NotImplementedError, RuntimeError, OverflowError, zlib.error,
)  # fmt: skip


def sheet_rows(path: Path, name: str) -> tuple[Iterator[tuple[int, Cells]], str]:
    """The rows of one sheet; the others are named. Raises ListFileError."""
    refuse_bombs(path, name)
    try:
        # Not by its path: openpyxl refuses one whose ending it doesn't know.
        packed = BytesIO(path.read_bytes())
        book = load_workbook(packed, read_only=True, data_only=False, keep_links=False)
        visible = [each for each in book.worksheets if each.sheet_state == "visible"]
        sheet = sheet_of_people(visible) if visible else None
    except BROKEN as error:
        raise broken(name) from error
    if sheet is None:
        raise ListFileError(f"{name}: the workbook has no sheet with rows.")
    others = ", ".join(f"“{each.title}”" for each in visible if each is not sheet)
    return rows_of(sheet, name), f"sheet “{sheet.title}”" + (f", not read: {others}" if others else "")


def sheet_of_people(sheets: Sequence[Any]) -> Any:
    """The first sheet whose first rows name columns of people; else the first."""
    return next((sheet for sheet in sheets if any(map(names_people, first_texts(sheet)))), sheets[0])


def first_texts(sheet: Any) -> Iterator[list[str]]:
    for row in islice(sheet.iter_rows(), LOOKED_AT):
        yield [cell.value for cell in row if isinstance(cell.value, str)]


def broken(name: str) -> ListFileError:
    return ListFileError(f"{name}: not a workbook that can be read; save it as .xlsx again, or as “CSV UTF-8”.")


def refuse_bombs(path: Path, name: str) -> None:
    """What a zip says of itself, without unpacking; reading stops at the size that it says."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except BROKEN as error:
        raise broken(name) from error
    unpacked = sum(part.file_size for part in parts)
    shared = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    swollen = [part for part in parts if part.file_size > max(SMALL, part.compress_size * MOST_TIMES_SMALLER)]
    if (
        path.stat().st_size > MOST_PACKED
        or len(parts) > MOST_FILES
        or unpacked > MOST_UNPACKED
        or shared > MOST_SHARED
        or swollen
    ):
        raise ListFileError(
            f"{name}: unpacked it would be {unpacked // 2**20:,} MB; a workbook may hold {MOST_UNPACKED // 2**20} MB. "
            "Save the rows as “CSV UTF-8”."
        )
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise ListFileError(f"{name}: a zip file, but no workbook; unpack it, or save the table as .xlsx.")


def rows_of(sheet: Any, name: str) -> Iterator[tuple[int, Cells]]:
    # What a sheet says of its own size may be wrong by millions.
    sheet.reset_dimensions()
    empty = 0
    try:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [shown(cell, name, number) for cell in row]
            empty = 0 if any(cells) else empty + 1
            if empty > MOST_EMPTY_ROWS:
                return
            yield number, cells
    except BROKEN as error:
        raise broken(name) from error


def shown(cell: Any, name: str, number: int) -> str:
    """A cell as text: a day without a time, a whole number without a point."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f" or not isinstance(value, (str, int, float, date, time)):
        raise FormulaFoundError(name, number, cell.column)
    if isinstance(value, str):
        return unguarded(value)
    if isinstance(value, (datetime, date)):
        return day_shown(value, cell.number_format)
    if isinstance(value, bool):
        return str(value).upper()
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < MOST_EXACT
    return str(int(value)) if is_whole and not isinstance(value, (date, time)) else str(value)


def day_shown(value: date, form: str) -> str:
    """A day as its cell shows it: of “Aug-20” or “2020” no day is known, of “9 Aug” no year."""
    shows = NOT_OF_A_FORMAT.sub("", form.casefold())
    if "y" not in shows and "e" not in shows:
        return f"{value:--%m-%d}"
    if "d" not in shows:
        return f"{value:%Y-%m}" if "m" in shows else f"{value:%Y}"
    has_time = isinstance(value, datetime) and value.time() != time()
    return str(value) if has_time else f"{value:%Y-%m-%d}"
