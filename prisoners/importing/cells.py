"""The cells of a table: how many and how long they may be, what is refused, and how headings are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MOST_COLUMNS = 500
# As many characters as a cell of a spreadsheet holds.
LONGEST_CELL = 32_767
LONGEST_HEADING = 200
MOST_PROBLEMS = 20

Cells = list[str]
NumberedRows = Iterator[tuple[int, Cells]]


class ListFileError(Exception):
    """The file can't be imported; each line of the text names a file, row and column and says what to do."""


class FormulaFoundError(ListFileError):
    """A formula, in a column that is called by its number as long as nobody knows the headings."""

    def __init__(self, name: str, number: int, column: int, heading: str = "") -> None:
        called = f"{column} ({heading})" if heading else str(column)
        super().__init__(
            f"{name}, row {number}, column {called}: a formula; save its value instead (copy, then paste as values)."
        )
        self.name, self.number, self.column = name, number, column

    def under(self, header: Cells) -> FormulaFoundError:
        heading = " ".join(header[self.column - 1].split()) if self.column <= len(header) else ""
        return FormulaFoundError(self.name, self.number, self.column, heading[:LONGEST_HEADING])


def checked(name: str, rows: Iterable[tuple[int, Cells]]) -> NumberedRows:
    """Rows that hold something, trailing empty cells cut off; too many columns or too long a cell end the reading."""
    for number, cells in rows:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise ListFileError(f"{name}, row {number}: {len(cells):,} columns; at most {MOST_COLUMNS} are read.")
        refuse_cells(name, number, cells)
        yield number, cells


def refuse_cells(name: str, number: int, cells: Cells) -> None:
    for place, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            raise ListFileError(
                f"{name}, row {number}, column {place + 1}: {len(cell):,} characters in one cell; at most "
                f"{LONGEST_CELL:,} are read."
            )
        if "\0" in cell:
            raise ListFileError(f"{name}, row {number}, column {place + 1}: a NUL character; save the table again.")


def refuse_formula(name: str, number: int, cells: Cells) -> None:
    """For files in which a formula is a text: what our own downloads guard is still guarded here."""
    for place, cell in enumerate(cells):
        if is_formula(cell):
            raise FormulaFoundError(name, number, place + 1)


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate a cell. A sign before a number, a dash or an @name is no formula."""
    if cell[:1] not in "=+-@" or len(cell) < 2:
        return False
    return cell[0] == "=" or any(sign in cell for sign in "(|!")


def fitted(name: str, width: int, rows: NumberedRows) -> NumberedRows:
    """Each row as wide as the header: programs leave empty cells at the end out."""
    for number, cells in rows:
        yield number, cells + [""] * (width - len(cells))


def named_once(name: str, header: Cells) -> Cells:
    """Headings without blanks around them; one without a name is called by its place, a second of a name numbered."""
    seen: dict[str, int] = {}
    found = []
    for place, cell in enumerate(header):
        heading = " ".join(cell.split()) or f"column {place + 1}"
        if len(heading) > LONGEST_HEADING:
            raise ListFileError(
                f"{name}, row 1, column {place + 1}: a heading of {len(heading):,} characters; the first row names "
                f"the columns, in at most {LONGEST_HEADING} characters each."
            )
        seen[heading] = seen.get(heading, 0) + 1
        found.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return found
