"""What is proposed for the columns of an unknown list. All people are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisoners.importing.files import open_table
from prisoners.importing.mapping import ListMapping, bind, mapping_file
from prisoners.importing.proposing import as_toml, proposed
from prisoners.importing.rows import read_row


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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["H", "M"], {"m": "female"}),
        (["H", "F", "M"], {}),
        (["hombre", "M"], {"m": "unknown"}),
        (["K", "Q"], {"k": "male"}),
        (["F", "M"], {}),
        (["K", "M"], {}),
    ],
)
def test_letter_of_a_sex_means_what_the_letters_beside_it_say(
    tmp_path: Path, written: list[str], meant: dict[str, str]
) -> None:
    mapping = proposed_for(tmp_path, "Name;Sexo", *(f"Jan Uzor;{each}" for each in written))

    assert mapping.values.get("sex", {}) == meant


def test_name_is_looked_for_in_the_cells_where_no_heading_says_it(tmp_path: Path) -> None:
    rows = ["1;Jan Uzor;1980-05-01;09.08.2020;a cook", "2;Ewa Muster;1981;2021;"]

    mapping = proposed_for(tmp_path, "Ident;Who;D.O.B.;taken;Remarks", *rows)

    assert mapping.columns == {
        "external_id": ("Ident",), "name": ("Who",), "born_on": ("D.O.B.",), "taken_on": ("taken",)
    }  # fmt: skip


def test_numbers_are_no_names(tmp_path: Path) -> None:
    assert not proposed_for(tmp_path, "Key;Since", "1;2020", "2;2021").columns


def test_headings_are_known_by_their_parts(tmp_path: Path) -> None:
    header = "Name အမည်;Né(e) le;Gender / Пол;Charge(s);Date of arrest (as known);Remarks"

    mapping = proposed_for(tmp_path, "Invented list;;;;;", header, "Jan Uzor;1980;M;342;2021;none")

    assert set(mapping.columns) == {"name", "born_on", "sex", "articles", "taken_on"}


@pytest.mark.parametrize(
    "header",
    [
        "編號;姓名;性別;被捕日期;刑期;收押地點;現況",
        "STT;Họ và tên;Giới tính;Ngày bị bắt;Mức án;Trại giam;Tình trạng",
        "№;Аты-жөнү / ФИО;Жынысы;Кармалган күнү;Өкүм;Мекеме;Абалы",
        "№ з/п;Прізвище, ім’я;Стать;Дата арешту;Вирок;Місце утримання;Статус",
        "№;ФИО;Пол;Дата заключения под стражу;Мера наказания;Учреждение;Текущий статус",
        "N.º;Nombres y apellidos;Sexo;Detenido desde;Condena;Centro penitenciario;Situación actual",
        "رديف;نام و نام خانوادگي;جنسيت;تاريخ بازداشت;مدت محكوميت;زندان;وضعيت",
        "No.;Name;Sex;Detained since;Sentence (years);Detention facility;Current situation",
    ],
)
def test_headings_are_known_in_the_languages_of_lists(tmp_path: Path, header: str) -> None:
    mapping = proposed_for(tmp_path, header, "1;Jan Uzor;;;;;")

    assert set(mapping.columns) == {"external_id", "name", "sex", "taken_on", "length", "place", "status"}


def test_mapping_file_says_what_the_cells_told(tmp_path: Path) -> None:
    mapping = proposed_for(tmp_path, "Name,Arrested,Sexo", '"Exemplar, Jan",12/25/2023,H')
    (tmp_path / "list.toml").write_text(as_toml(mapping), encoding="utf-8")

    again = mapping_file(tmp_path / "list.toml")

    assert (again.name_order, again.dates, again.values) == ("surname-first", "month-first", {"sex": {"m": "female"}})
    assert again.columns == mapping.columns


@pytest.mark.parametrize("name", ["TOTAL", "Итого:", "4", "Unknown", "неизвестно"])
def test_line_without_a_name_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "list.csv").write_text(f"Name;Sex\n{name};m\n", encoding="utf-8")
    table = open_table(tmp_path / "list.csv")

    ((number, cells),) = table.rows

    assert read_row(bind(proposed(table), table.header, table.name), number, cells).problems


def test_remark_is_no_place_and_an_alias_in_brackets_is_a_name(tmp_path: Path) -> None:
    text = "Name;Prison\nMaung Namuna (a) Ko Uzor;Released in an amnesty\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    table = open_table(tmp_path / "list.csv")

    ((number, cells),) = table.rows
    row = read_row(bind(proposed(table), table.header, table.name), number, cells)

    assert [text for text, _kind in row.told["names"]] == ["Maung Namuna", "Ko Uzor"]
    assert "place" not in row.told and "no place" in row.odd[0]
