"""Lists as groups type them: numbers and marks beside names, sums, remarks. All people are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisoners.importing.files import open_table
from prisoners.importing.mapping import bind
from prisoners.importing.proposing import proposed
from prisoners.importing.rows import ReadRow, read_row


def rows_of(tmp_path: Path, *lines: str) -> list[ReadRow]:
    """The rows of a list as they are understood by what is proposed for its columns."""
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    table = open_table(tmp_path / "list.csv")
    bound = bind(proposed(table), table.header, table.name)
    return [read_row(bound, number, cells) for number, cells in table.rows]


# --- Who ---


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("1. Jan Uzor", "Jan Uzor"), ("12) Jan Uzor", "Jan Uzor"), ("Jan Uzor*", "Jan Uzor"), ("Jan* Uzor", "Jan Uzor"),
        ("2. Jan Uzor²", "Jan Uzor"), ("Jan Uzor (†)", "Jan Uzor"), ("Jan Uzor 2nd", "Jan Uzor 2nd"),
    ],
)  # fmt: skip
def test_number_and_footnote_mark_are_no_part_of_a_name(tmp_path: Path, written: str, name: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex", f"{written};m")

    assert row.told["names"] == [[name, "main"]]
    assert not row.problems


def test_mark_left_out_of_a_name_is_told(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex", "Jan Uzor*;m")

    assert "has a mark" in row.odd[0]


def test_number_before_a_surname_is_not_taken_for_it(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "Name;Sex", "1. Узорный Пример Примерович;m", "2. Образцова Вера Примеровна;f")

    assert [row.told["names"][0][0] for row in rows] == ["Пример Примерович Узорный", "Вера Примеровна Образцова"]


@pytest.mark.parametrize("name", ["Total: 8 people", "Усяго: 4", "Hombres: 6", "Всего 12 человек", "TOTAL (8)"])
def test_sum_of_a_list_is_nobody(tmp_path: Path, name: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex", f"{name};")

    assert "adds up the list" in row.problems[0]


@pytest.mark.parametrize("name", ["* arrested as a minor", "Source: own research", "Notes:"])
def test_remark_below_a_list_is_nobody(tmp_path: Path, name: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex;Prison", f"{name};;")

    assert "is a remark" in row.problems[0]


@pytest.mark.parametrize("name", ["Jan Uzor & Ewa Muster", "Jan Uzor + 3", "Jan Uzor and Ewa Muster", "Ян Узор и др."])
def test_several_people_in_a_row_are_not_made_one(tmp_path: Path, name: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex", f"{name};m")

    assert "several people" in row.problems[0]


def test_name_of_the_father_alone_is_not_the_persons(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Father's name;Sex", "Maung Namuna;U Uzor;m")

    assert row.told["names"] == [["Maung Namuna", "main"]]


def test_spelling_is_the_name_where_there_is_no_other(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name (English);Sex", "Jan Uzor;m")

    assert row.told["names"] == [["Jan Uzor", "main"]]
