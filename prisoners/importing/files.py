"""Tables from files, as their cells are written. What can't be read safely is refused with a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path

from prisoners.importing.cells import (
    MOST_COLUMNS,
    Cells,
    FormulaFoundError,
    ListFileError,
    NumberedRows,
    checked,
    fitted,
    named_once,
)
from prisoners.importing.mapping import headings_of_names, known_headings, recognised_profile, sayings
from prisoners.importing.sheets import sheet_rows
from prisoners.importing.text import text_rows

PIECE = 1024 * 1024
# A title, a date, a second line of headings: no more stands above a list.
LOOKED_AT = 10
# So many rows tell how a list writes its names and dates.
SAMPLE = 100
ZIP_BEGINS = b"PK\x03\x04"
OLD_EXCEL_BEGINS = b"\xd0\xcf\x11\xe0"


@dataclass
class Table:
    """A file's header and its rows, numbered as the file's own program numbers them; blank rows are left out.

    The rows are read as they are asked for, once; those of `sample`, at the beginning, are at hand before. `read_as`
    says how the file was understood: encoding and delimiter.
    """

    name: str
    sha256: str
    header: Cells
    rows: NumberedRows
    read_as: str = ""
    sample: Sequence[Cells] = ()


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
    is_book = begin.startswith(ZIP_BEGINS)
    rows, read_as = (sheet_rows if is_book else text_rows)(path, from_name)
    widths: dict[int, int] = {}
    numbered = checked(from_name, with_widths(rows, widths))
    first = beginning(numbered)
    if not first:
        raise ListFileError(f"{from_name}: the file is empty; its first row names the columns.")
    place = place_of_header([cells for _number, cells in first[:LOOKED_AT]])
    header = with_headings_above([cells for _number, cells in first[: place + 1]])
    if place + 1 < len(first) and has_headings_below(header, first[place + 1][1]):
        place += 1
        header = with_headings_below(header, first[place][1])
    widest = max(len(cells) for _number, cells in first)
    # A column without a heading holds remarks; but more cells than a line of text has headings are a slip.
    header += [""] * (min(widest, MOST_COLUMNS if is_book else widths[first[place][0]]) - len(header))
    return Table(
        name=from_name, sha256=digest, header=named_once(from_name, header),
        rows=fitted(from_name, len(header), chain(first[place + 1 :], told_under(header, numbered))),
        read_as=f"{read_as}, headings in row {first[place][0]}" if place else read_as,
        sample=[cells for _number, cells in first[place + 1 :]],
    )  # fmt: skip


def beginning(rows: NumberedRows) -> list[tuple[int, Cells]]:
    """The first rows; a formula among them is told with what the rows above it call its column."""
    first: list[tuple[int, Cells]] = []
    try:
        for row in islice(rows, SAMPLE):
            first.append(row)  # noqa: PERF402 - what was read before a formula is needed
    except FormulaFoundError as error:
        above = [cells for _number, cells in first[:LOOKED_AT]]
        header = with_headings_above(above[: place_of_header(above) + 1]) if above else []
        raise error.under(header) from error
    return first


def told_under(header: Cells, rows: NumberedRows) -> NumberedRows:
    """The rows; a formula in them is told with the heading of its column."""
    try:
        yield from rows
    except FormulaFoundError as error:
        raise error.under(header) from error


def with_widths(rows: NumberedRows, widths: dict[int, int]) -> NumberedRows:
    """Rows; beside it how many cells the first of them have, with the empty ones at the end."""
    for number, cells in rows:
        if len(widths) < LOOKED_AT:
            widths[number] = len(cells)
        yield number, cells


def place_of_header(rows: list[Cells]) -> int:
    """The row that names the columns: the first; under a title, or of two lines, the one that names most of them."""
    if recognised_profile(rows[0]):
        return 0
    known = [known_headings(with_headings_above(rows[: place + 1])) for place in range(len(rows))]
    names_people = [len(each) if len(each) > 1 and each & headings_of_names() else 0 for each in known]
    return names_people.index(max(names_people))


def with_headings_above(rows: list[Cells]) -> Cells:
    """The last row, with headings that stand only in the lines above it; a title is none."""
    *above, header = rows
    headings = [row for row in reversed(above) if sum(map(bool, row)) > 1]
    width = max(len(header), *(len(row) for row in headings)) if headings else len(header)
    padded = [row + [""] * (width - len(row)) for row in (header, *headings)]
    return [next(filter(None, cells), "") for cells in zip(*padded, strict=True)]


def has_headings_below(header: Cells, row: Cells) -> bool:
    """Whether a row goes on naming columns, as under “Sentence” in two cells: nobody's name, no figure."""
    named = [bool(headings_of_names() & {*sayings(heading)}) for heading in header]
    cells = list(zip_longest([True, *named[1:]], header, row, fillvalue=""))
    is_person = any(is_name and cell.strip() for is_name, _heading, cell in cells)
    goes_on = any(cell.strip() and not heading.strip() for _is_name, heading, cell in cells)
    return any(named) and goes_on and not is_person and not any(map(str.isdecimal, "".join(row)))


def with_headings_below(header: Cells, row: Cells) -> Cells:
    """“Sentence” over “years” and “months” as “Sentence / years” and “Sentence / months”."""
    found, above = [], ""
    for heading, cell in zip_longest(header, row, fillvalue=""):
        above = heading or above
        found.append(f"{above} / {cell}" if cell.strip() and above else heading or cell)
    return found


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
