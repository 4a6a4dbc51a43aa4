"""Empty lists to fill in, CSV and XLSX, with help for each column."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from prisoners.importing.mapping import columns_of_ours
from prisoners.importing.reporting import BYTE_ORDER_MARK

# What a template leaves to lists that are shaped so already.
LEFT_OUT = ("surname", "given_name", "patronymic")
WIDTH = 24


def template_columns() -> list[tuple[str, str]]:
    """Name and help of each column, in their order."""
    return [(each.name, each.help) for each in columns_of_ours().values() if each.name not in LEFT_OUT]


def csv_template() -> str:
    """The header alone: a row of help would be taken for a person."""
    buffer = StringIO()
    csv.writer(buffer).writerow([name for name, _help in template_columns()])
    return BYTE_ORDER_MARK + buffer.getvalue()


def workbook_template() -> bytes:
    """A sheet with the header, its help as comments; a second sheet lists the help for reading."""
    book = Workbook()
    sheet, help_sheet = book.worksheets[0], book.create_sheet("help")
    sheet.title = "list"
    help_sheet.append(["column", "what to enter"])
    for place, (name, text) in enumerate(template_columns(), start=1):
        cell = sheet.cell(1, place, name)
        cell.font, cell.comment = Font(bold=True), Comment(text, "help")
        # Text, so that 2024-08 stays as it is typed.
        sheet.column_dimensions[cell.column_letter].width = WIDTH
        sheet.column_dimensions[cell.column_letter].number_format = "@"
        help_sheet.append([name, text])
    help_sheet.column_dimensions["B"].width = 4 * WIDTH
    sheet.freeze_panes = "A2"
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()
