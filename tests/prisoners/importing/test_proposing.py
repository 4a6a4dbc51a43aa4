"""What is proposed for the columns of an unknown list. All people are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisoners.importing.files import open_table
from prisoners.importing.mapping import ListMapping, mapping_file
from prisoners.importing.proposing import as_toml, proposed


def proposed_for(tmp_path: Path, *lines: str) -> ListMapping:
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    return proposed(open_table(tmp_path / "list.csv"))


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["Exemplar, Jan", "Muster, Ewa Maria", "Uzorny"], "surname-first"),
        (["Узорный Пример Примерович", "Образцова Вера Примеровна"], "surname-first"),
        (["Jan Exemplar", "Muster, Ewa", "Uzorny Jan"], "as-written"),
        (["Orxan Nümunə, Vüqar oğlu", "Aysel Misal, Vüqar qızı"], "as-written"),
        (["Пример Примерович Узорный", "Вера Примеровна Образцова"], "as-written"),
        (["Jan, ", ", Ewa"], "as-written"),
    ],
)
def test_order_of_names_is_told_from_most_of_them(tmp_path: Path, names: list[str], order: str) -> None:
    mapping = proposed_for(tmp_path, "Number;Name", *(f"{number};{name}" for number, name in enumerate(names)))

    assert mapping.name_order == order


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03/07/2024", "12/25/2023"], "month-first"),
        (["03/07/2024", "25/12/2023"], "day-first"),
        (["12/25/2023", "25/12/2023"], "day-first"),
        (["03/07/2024"], "day-first"),
    ],
)
def test_month_comes_first_where_some_days_can_mean_nothing_else(tmp_path: Path, dates: list[str], order: str) -> None:
    assert proposed_for(tmp_path, "Name;Arrested", *(f"Jan Uzor;{each}" for each in dates)).dates == order


def test_mapping_file_says_what_the_cells_told(tmp_path: Path) -> None:
    mapping = proposed_for(tmp_path, "Name,Arrested", '"Exemplar, Jan",12/25/2023')
    (tmp_path / "list.toml").write_text(as_toml(mapping), encoding="utf-8")

    again = mapping_file(tmp_path / "list.toml")

    assert (again.name_order, again.dates, again.columns) == ("surname-first", "month-first", mapping.columns)
