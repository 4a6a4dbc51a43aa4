"""Tables from files, as their cells are written. What can't be read safely is refused with a sentence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from prisoners.importing.cells import Cells, ListFileError, NumberedRows, checked, fitted, named_once
from prisoners.importing.sheets import sheet_rows
from prisoners.importing.text import text_rows

PIECE = 1024 * 1024
ZIP_BEGINS = b"PK\x03\x04"
OLD_EXCEL_BEGINS = b"\xd0\xcf\x11\xe0"


@dataclass
class Table:
    """A file's header and its rows, numbered as the file's own program numbers them; blank rows are left out.

    The rows are read as they are asked for, once. `read_as` says how the file was understood: encoding and delimiter.
    """

    name: str
    sha256: str
    header: Cells
    rows: NumberedRows
    read_as: str = ""


def open_table(path: Path, name: str = "") -> Table:
    """The table in a file, which is judged by its beginning and not by its name. Raises ListFileError."""
    from_name = name or path.name
    try:
        with path.open("rb") as file:
            begin = file.read(8)
        digest = sha256_of(path)
    except OSError as error:
        raise ListFileError(f"{path}: the file can't be read: {error.strerror}.") from error
    if begin.startswith(OLD_EXCEL_BEGINS):
        raise ListFileError(f"{from_name}: an old Excel file (.xls); save it as .xlsx or “CSV UTF-8”.")
    header, rows, read_as = opened(path, from_name, is_workbook=begin.startswith(ZIP_BEGINS))
    return Table(from_name, digest, named_once(from_name, header), rows, read_as)


def opened(path: Path, name: str, *, is_workbook: bool) -> tuple[Cells, NumberedRows, str]:
    rows, read_as = sheet_rows(path, name) if is_workbook else text_rows(path, name)
    numbered = checked(name, rows)
    _number, header = next(numbered, (1, []))
    if not header:
        raise ListFileError(f"{name}: the file is empty; its first row names the columns.")
    return header, fitted(name, len(header), numbered), read_as


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
