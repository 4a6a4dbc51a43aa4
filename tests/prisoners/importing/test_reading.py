"""Tables from files: encodings, delimiters, workbooks, and our own guard taken off again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from prisoners.importing.cells import is_formula
from prisoners.importing.files import open_table
from registry.formula_guard import guarded

TEXT = "имя;дата\nВера Узорная;2020-08-09\nЯнка Прыклад;2021\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "cp866", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_found_by_themselves(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "list.csv"
    text = TEXT.replace("ў", "").replace("Прыклад", "Пример") if encoding != "utf-8" else TEXT
    path.write_bytes((text.replace(";", delimiter) * 4).encode(encoding))

    table = open_table(path)

    assert table.header == ["имя", "дата"]
    assert next(table.rows) == (2, ["Вера Узорная", "2020-08-09"])


@pytest.mark.parametrize(
    ("encoding", "heading", "name"),
    [
        ("cp1252", "Fecha de detención", "Ñico Ejemplo Núñez"),
        ("cp1252", "Date d’arrestation", "Aïcha Modèle Lefèvre"),
        ("cp1250", "Imię i nazwisko", "Łucja Wzór-Żółć"), ("cp1254", "Tutuklanma tarihi", "Çağrı Örnek Şahin"),
        ("cp1256", "الاسم", "مثال مختلق حسن"), ("cp1256", "نام", "نمونه ساختگي پژمان"),
        ("big5", "姓名", "陳樣本"), ("koi8_u", "Прізвище", "Зразок Ґалаґан Її"),
    ],
)  # fmt: skip
def test_letters_tell_the_encoding(tmp_path: Path, encoding: str, heading: str, name: str) -> None:
    (tmp_path / "list.csv").write_bytes("\n".join([f"No.;{heading}", *[f"1;{name}"] * 8]).encode(encoding))

    table = open_table(tmp_path / "list.csv")

    assert (table.header[1], next(table.rows)[1][1]) == (heading, name)


def test_line_that_names_the_delimiter_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("sep=;\nname;a,b\nVera;1,5\n", encoding="utf-8")

    table = open_table(path)

    assert (table.header, list(table.rows)) == (["name", "a,b"], [(3, ["Vera", "1,5"])])


def test_headings_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,,name,\n1,2,3,4\n", encoding="utf-8")

    assert open_table(path).header == ["name", "column 2", "name (2)", "column 4"]


def test_cells_of_a_workbook_are_read_as_they_are_shown(tmp_path: Path) -> None:
    path, book = tmp_path / "list.xlsx", Workbook()
    book.worksheets[0].append(["name", "day", "moment", "number", "share", "yes", "=1"])
    book.worksheets[0].cell(1, 7).data_type = "s"
    book.worksheets[0].append(["Вера", date(2020, 8, 9), datetime(2020, 8, 9, 12, 30), 7, 0.5, True, None])  # noqa: DTZ001
    book.save(path)

    table = open_table(path)

    assert table.header[-1] == "=1"
    assert next(table.rows) == (2, ["Вера", "2020-08-09", "2020-08-09 12:30:00", "7", "0.5", "TRUE", ""])


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30))
def test_what_our_downloads_guard_is_never_taken_for_a_formula(cell: str) -> None:
    assert not is_formula(guarded(cell)) or guarded(cell) == cell


@pytest.mark.parametrize("cell", ["-", "+375 29", "@telegram", "-5", "=", "–", "+", "Vera (=)"])
def test_signs_of_everyday_lists_are_no_formula(cell: str) -> None:
    assert not is_formula(cell)


def test_headings_are_found_under_a_title_and_in_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Invented list;;\nNo.;Person;\n;Full name;Sex\n1;Test Invented;F\n", encoding="utf-8")

    table = open_table(path)

    assert table.header == ["No.", "Full name", "Sex"]
    assert [cells for _number, cells in table.rows] == [["1", "Test Invented", "F"]]
    assert table.read_as == "utf-8, semicolons, headings in row 3"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("dd.mm.yyyy", "2020-08-09"), ("mmm-yy", "2020-08"), ("yyyy", "2020"), ('[$-419]mmmm\\ yyyy "d.";@', "2020-08"),
        ("d-mmm", "--08-09"), ("yyyy-mm-dd h:mm", "2020-08-09"),
    ],
)  # fmt: skip
def test_day_that_a_workbook_does_not_show_is_not_read(tmp_path: Path, form: str, shown: str) -> None:
    path, book = tmp_path / "list.xlsx", Workbook()
    book.worksheets[0].append(["Name", "Arrested"])
    book.worksheets[0].append(["Test Invented", date(2020, 8, 9)])
    book.worksheets[0].cell(2, 2).number_format = form
    book.save(path)

    assert next(open_table(path).rows)[1][1] == shown


def test_sheet_of_people_is_found_and_the_others_are_named(tmp_path: Path) -> None:
    path, book = tmp_path / "list.xlsx", Workbook()
    book.worksheets[0].append(["About", "an invented list"])
    book.create_sheet("Held").append(["Name", "Arrested"])
    book.create_sheet("Freed").append(["Name", "Arrested"])
    book.create_sheet("Notes").sheet_state = "hidden"
    book.save(path)

    table = open_table(path)

    assert table.header == ["Name", "Arrested"]
    assert table.read_as == "sheet “Held”, not read: “Sheet”, “Freed”"


def test_remarks_without_a_heading_are_a_column(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Name;Sex;;\nTest Invented;F;;a remark\n", encoding="utf-8")
    path, book = tmp_path / "list.xlsx", Workbook()
    for row in (["Name", "Sex"], ["Test Invented", "F", None, "a remark"]):
        book.worksheets[0].append(row)
    book.save(path)

    for table in (open_table(tmp_path / "list.csv"), open_table(path)):
        assert table.header == ["Name", "Sex", "column 3", "column 4"]


def test_cell_too_many_of_a_text_is_no_column(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Name,Sex\nTest,Invented,F\n", encoding="utf-8")

    assert open_table(tmp_path / "list.csv").header == ["Name", "Sex"]


def test_headings_go_on_in_the_line_below(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("No.;Name;Sentence;;Sex\n;;years;months;\n1;Test Invented;3;6;F\n", encoding="utf-8")

    table = open_table(path)

    assert table.header == ["No.", "Name", "Sentence / years", "Sentence / months", "Sex"]
    assert [number for number, _cells in table.rows] == [3]


@pytest.mark.parametrize("row", ["1;Test Invented;3;held;F", ";Test Invented;;held;F", ";;3;6;F"])
def test_row_of_a_person_or_of_figures_is_no_second_line_of_headings(tmp_path: Path, row: str) -> None:
    (tmp_path / "list.csv").write_text(f"No.;Name;Sentence;;Sex\n{row}\n", encoding="utf-8")

    assert open_table(tmp_path / "list.csv").header[:3] == ["No.", "Name", "Sentence"]


def test_first_row_names_the_columns_where_no_other_does(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("who,when\nTest Invented,2024\nname,2023\n", encoding="utf-8")

    assert open_table(path).header == ["who", "when"]
