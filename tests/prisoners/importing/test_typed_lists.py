"""Lists as groups type them: numbers and marks beside names, sums, remarks. All people are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisoners.importing.files import open_table
from prisoners.importing.mapping import bind
from prisoners.importing.proposing import proposed
from prisoners.importing.rows import ReadRow, read_row
from prisoners.models import ImportRow, Prisoner, Recognition, Release
from registry.publishing import Publication
from tests.prisoners.importing.files import imported, write_list

HEADER = "external_id,name,country,status,recognised_on,taken_on,released_on,place"


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


@pytest.mark.parametrize(
    "name",
    ["Total: 8 people", "Total: 3", "Усяго: 4", "Hombres: 6", "Всего 12 человек", "TOTAL (8)", "3 total", "8 in total"],
)
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


def test_comma_that_may_part_two_people_is_told(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "Name;Sex", '"Jan Uzor, Ewa Muster";', "Ewa Muster;f", "Ola Wzorna;f")

    assert "two people" in rows[0].odd[0]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Jan Uzor / Ян Узор", ["Jan Uzor", "Ян Узор"]),
        ("Jan Uzor Ян Узор", ["Jan Uzor", "Ян Узор"]),
        ('"Jan Uzor\nЯн Узор"', ["Jan Uzor", "Ян Узор"]),
        ('"Jan\nUzor"', ["Jan Uzor"]),
        ("陳樣本 CHAN Yeung Pun", ["陳樣本", "CHAN Yeung Pun"]),
        ("Jan Узор", ["Jan Узор"]),
        ("Jan Uzor, 34 years", ["Jan Uzor"]),
        ("Jan Uzor (died in custody)", ["Jan Uzor"]),
        ('"Jan Uzor (a.k.a. ""Wzór"")"', ["Jan Uzor", "Wzór"]),
        ("Jan Uzor (Mr.)", ["Jan Uzor"]),
        ("Jan Uzor (M)", ["Jan Uzor"]),
    ],
)
def test_spellings_of_a_cell_are_told_apart(tmp_path: Path, written: str, names: list[str]) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex", f"{written};m")

    assert [name for name, _kind in row.told["names"]] == names


def test_each_spelling_of_a_cell_has_its_surname_first(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex", "Узорный Пример Примерович / Uzorny Prymer Prymerovich;m")

    assert [name for name, _kind in row.told["names"]] == ["Пример Примерович Узорный", "Prymer Prymerovich Uzorny"]


def test_remark_beside_a_name_is_told_and_a_death_in_it_waits(tmp_path: Path) -> None:
    died, moved = rows_of(tmp_path, "Name;Sex", "Jan Uzor (died in custody);m", "Ewa Muster (since moved);f")

    assert (died.told["died"], moved.told.get("died")) == ("died in custody", None)
    assert died.odd and moved.odd


@pytest.mark.parametrize("name", ["14 unnamed protesters", "Unknown woman", "Worker (name withheld)"])
def test_person_without_a_name_is_refused_whatever_stands_beside(tmp_path: Path, name: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex", f"{name};f")

    assert "is no name" in row.problems[0]


def test_headings_that_are_repeated_are_nobody(tmp_path: Path) -> None:
    _person, repeated = rows_of(tmp_path, "Name;Sex", "Jan Uzor;m", "Name;Sex")

    assert "the heading once more" in repeated.problems[0]


def test_row_that_holds_nothing_but_a_name_asks_whether_it_is_one(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex;Prison", "Wzorna region;;")

    assert "is it a person?" in row.odd[0]


def test_numbers_that_begin_anew_identify_nobody(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "No.;Name", "1;Jan Uzor", "2;Ewa Muster", "1;Ola Wzorna")

    assert len({row.external_id for row in rows}) == 3
    assert all(row.external_id.startswith("name-") for row in rows)


def test_name_of_the_father_alone_is_not_the_persons(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Father's name;Sex", "Maung Namuna;U Uzor;m")

    assert row.told["names"] == [["Maung Namuna", "main"]]


def test_spelling_is_the_name_where_there_is_no_other(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name (English);Sex", "Jan Uzor;m")

    assert row.told["names"] == [["Jan Uzor", "main"]]


@pytest.mark.parametrize("sign", ["-", "—", "n/a", "S/D", "unknown", "невідомо"])
def test_sign_for_nothing_is_no_value(tmp_path: Path, sign: str) -> None:
    header = "Name;Prison;Occupation;Also known as;Date of arrest;Charges;Region;Status"
    (row,) = rows_of(tmp_path, header, f"Jan Uzor;{';'.join([sign] * 7)}")

    assert (set(row.told), row.odd) == ({"names"}, [])


def test_what_programs_write_for_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Surname;First name;Prison;Status", "Uzor;Nan;nan;#N/A")

    assert row.told == {"names": [["Nan Uzor", "main"]]}


def test_death_on_an_unknown_day_still_waits_for_a_persons_word(tmp_path: Path) -> None:
    unknown, none = rows_of(tmp_path, "Name;Date of death", "Jan Uzor;unknown", "Ewa Muster;-")

    assert (unknown.told.get("died"), none.told.get("died")) == ("unknown", None)


@pytest.mark.parametrize(("written", "code"), [("Беларусь", "BY"), ("Туреччина", "TR"), ("Rusia", "RU"), ("by", "BY")])
def test_country_is_known_in_the_languages_of_lists(tmp_path: Path, written: str, code: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Country", f"Jan Uzor;{written}")

    assert row.told["country"] == code


# --- Whether ---


def row_with(**cells: str) -> dict[str, str]:
    return {"external_id": "1", "name": "Jan Uzor", "country": "BY", "status": "held"} | cells


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["No", "нет", "pending", "FALSE"])
def test_who_is_not_recognised_by_a_column_of_its_own_is_never_published(tmp_path: Path, answer: str) -> None:
    file = write_list(tmp_path / "a.csv", HEADER, row_with(recognised_on=answer))
    imported(file, profile="registry", recognised_by=("A group",), is_public=True)

    assert Prisoner.objects.get().publication == Publication.DRAFT
    assert not Recognition.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "recognised"), [("Yes", 1), ("2024-03-01", 1), ("by somebody", 0), ("", 1)])
def test_recognition_takes_a_yes_or_a_day_and_no_other_words(tmp_path: Path, answer: str, recognised: int) -> None:
    file = write_list(tmp_path / "a.csv", HEADER, row_with(recognised_on=answer))
    imported(file, profile="registry", recognised_by=("A group",), is_public=True)

    assert Prisoner.objects.get().publication == Publication.PUBLISHED
    assert Recognition.objects.count() == recognised


def test_empty_cell_says_no_where_only_the_recognised_have_a_mark(tmp_path: Path) -> None:
    recognised, other = rows_of(tmp_path, "Name;Political prisoner?;Sex", "Jan Uzor;x;m", "Ewa Muster;;f")

    assert (recognised.told.get("status"), other.told["status"]) == (None, "not_recognised")


@pytest.mark.parametrize(("cell", "column"), [("Ewa Muster", "name"), ("2024-03-01", "recognised_on")])
def test_political_prisoner_is_a_name_where_it_stands_above_names(tmp_path: Path, cell: str, column: str) -> None:
    (tmp_path / "list.csv").write_text(f"Political prisoner;Sex\n{cell};f\n", encoding="utf-8")

    assert proposed(open_table(tmp_path / "list.csv")).columns[column] == ("Political prisoner",)


def test_column_of_recognitions_is_known_by_its_answers(tmp_path: Path) -> None:
    header = "Imię i nazwisko;Uznany przez grupę;Recognised by (name)"
    rows = rows_of(tmp_path, header, "Jan Wzór;tak;Ewa", "Ewa Przykład;nie;Jan")

    assert [row.told["recognised"] for row in rows] == ["yes", "no"]


@pytest.mark.parametrize(("answer", "status"), [("Yes", "released"), ("No", "held"), ("1 May 2024", "held")])
def test_release_may_be_answered_with_yes_or_no(tmp_path: Path, answer: str, status: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Status;Released", f"Jan Uzor;held;{answer}")

    assert (row.told["status"], row.odd) == (status, [])


def test_answer_about_a_release_makes_nobody_recognised(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Status;Released", "Jan Uzor;not recognised;Yes")

    assert row.told["status"] == "not_recognised"


# --- When ---


@pytest.mark.django_db
@pytest.mark.parametrize(("published", "released_on"), [("2024-03", "2026-07-03"), ("", "2140")])
def test_end_that_was_to_come_when_the_list_was_made_is_no_release(
    tmp_path: Path, published: str, released_on: str
) -> None:
    row = row_with(taken_on="2022-03-07", released_on=released_on)
    imported(write_list(tmp_path / "a.csv", HEADER, row), profile="registry", published=published)

    assert not Release.objects.exists()
    assert "later than the list" in ImportRow.objects.get().odd[0]


@pytest.mark.parametrize(
    "heading", ["Release date (expected)", "Date of release / planned", "Дата освобождения (ожид.)"]
)
def test_day_that_is_to_come_is_not_proposed_as_a_release(tmp_path: Path, heading: str) -> None:
    (row,) = rows_of(tmp_path, f"Name;{heading}", "Jan Uzor;2020-07-03")

    assert "released_on" not in row.told


def test_of_two_calendars_the_one_that_is_ours_is_read(tmp_path: Path) -> None:
    header = "Name;Arrest date (Solar);Arrest date (Gregorian)"
    (row,) = rows_of(tmp_path, header, "Jan Uzor;1401/07/23;15 Oct 2022")

    assert row.told["taken_on"] == "2022-10-15"


def test_order_of_days_is_told_also_by_columns_that_are_not_known(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;DOB;Charged in court", "Jan Uzor;5/6/1983;11/30/2021")

    assert row.told["born_on"] == "1983-05-06"


# --- How they are now ---


@pytest.mark.parametrize(
    "status", ["Deceased in prison", "Executed", "помер під вартою", "Falleció el 3/2/2023", "Умер 06.10.2022", "متوفي"]
)
def test_death_among_other_words_waits_for_a_persons(tmp_path: Path, status: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Status", f"Jan Uzor;{status}")

    assert row.told["died"] == status
    assert "waits for a person" in row.odd[0]


@pytest.mark.parametrize("status", ["studied law", "пронумерован", "sentenced to death", "not released", "released?"])
def test_word_inside_another_is_no_status(tmp_path: Path, status: str) -> None:
    (row,) = rows_of(tmp_path, "Name;Status", f"Jan Uzor;{status}")

    assert not {"status", "died"} & set(row.told)


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("Released on 12 May 2023", ("released", "2023-05-12")), ("освобождён 12.02.2024", ("released", "2024-02-12")),
        ("Tahliye edildi (12.05.2023)", ("released", "2023-05-12")), ("released 2019, taken 2021", (None, None)),
        ("to be released 12.05.2023", (None, None)), ("ув’язнений", ("held", None)), ("服刑中", ("held", None)),
    ],
)  # fmt: skip
def test_status_is_read_with_the_day_behind_it_or_not_at_all(
    tmp_path: Path, status: str, meant: tuple[str | None, str | None]
) -> None:
    (row,) = rows_of(tmp_path, "Name;Status", f"Jan Uzor;{status}")

    assert (row.told.get("status"), row.told.get("released_on")) == meant


@pytest.mark.parametrize(
    ("cells", "is_status"),
    [
        (["Cumpliendo condena", "Excarcelado", "otro"], True),
        (["Miranda", "Zulia", "Excarcelado"], False),
        (["Excarcelado", "Excarcelado"], False),
    ],
)
def test_column_is_the_status_by_most_of_its_cells(tmp_path: Path, cells: list[str], is_status: bool) -> None:
    rows = rows_of(tmp_path, "Nombre;Estado", *(f"Jan Uzor;{cell}" for cell in cells))

    assert any("status" in row.told for row in rows) == is_status


def test_transfer_between_two_places_is_no_place(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Prison", "Jan Uzor;Prison 1, transferred to Prison 2")

    assert "place" not in row.told and "is no place" in row.odd[0]


def test_home_is_no_place_but_a_form_of_detention(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Prison", "Jan Uzor;under house arrest at home")

    assert (row.told.get("place"), row.told["form"]) == (None, "house-arrest")


# --- How long ---


@pytest.mark.parametrize(
    ("headings", "cells", "months"),
    [
        ("Sentence (years)", "5.5", 66),
        ("Срок (лет);Срок (мес.)", "3;6", 42),
        ("Sentence (months)", "18", 18),
        ("Sentence (years)", "18 months", 18),
        ("Sentence", "5", None),
        ("Años", "34", None),
    ],
)
def test_bare_number_is_a_length_in_the_unit_of_its_heading(
    tmp_path: Path, headings: str, cells: str, months: int | None
) -> None:
    (row,) = rows_of(tmp_path, f"Name;Sex;{headings}", f"Jan Uzor;m;{cells}")

    assert row.told.get("months") == months


def test_fine_beside_imprisonment_is_not_the_kind_of_the_sentence(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "Name;Sex;Sentence", "Jan Uzor;m;3 years of imprisonment and a fine")

    assert (row.told["sentence"], row.told["months"]) == ("imprisonment", 36)
    assert "beside the imprisonment" in row.odd[0]
