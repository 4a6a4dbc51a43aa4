"""Quirks of the Azerbaijan list of 2014, each with invented people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prisoners.models import Article, Charge, Detention, ListEntry, Name, Place, Prisoner, Recognition
from registry.models import Citation
from tests.prisoners.importing.files import AZERBAIJAN, imported, write_list

pytestmark = pytest.mark.django_db


def row(number: int, name: str, **cells: str) -> dict[str, str]:
    return {"no": str(number), "name_as_written": name, "arrest_date_as_written": "1 May 2012", **cells}


@pytest.fixture
def enter(tmp_path: Path) -> Any:
    def entered(*rows: dict[str, str], **asked: Any) -> Any:
        return imported(write_list(tmp_path / "az.csv", AZERBAIJAN, *rows), **asked)

    return entered


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("July 23rd, 2014", "2014-07-23"),
        ("2 August 2 2014", "2014-08-02"),
        ("March13, 2007", "2007-03-13"),
        ("October 5 2012", "2012-10-05"),
        ("Pretrial detention decision was made on 14 April 2014", None),
    ],
)
def test_dates_are_understood_as_written_and_no_day_is_invented(enter: Any, written: str, understood: str) -> None:
    enter(row(1, "Vymyshlan Example oglu Person", arrest_date_as_written=written, arrest_date_iso="2014-04-14"))

    taken_on = Detention.objects.get().taken_on
    assert (taken_on.text if taken_on else None) == understood


def test_odd_date_stays_as_written_beside_what_was_understood(enter: Any) -> None:
    enter(row(1, "Vymyshlan Example oglu Person", arrest_date_as_written="2 August 2 2014"))

    assert ListEntry.objects.get().private.cells["arrest_date_as_written"] == "2 August 2 2014"
    assert Citation.objects.get(field="taken_on").quote == "2 August 2 2014"


def test_patronymic_after_a_comma_stands_before_the_surname(enter: Any) -> None:
    enter(row(1, "Vymyshlan Exampleli, Placeholder oğlu"), row(2, "Vymyshlan Placeholder oglu Personov"))

    assert set(Name.objects.values_list("text", flat=True)) == {
        "Vymyshlan Placeholder oğlu Exampleli",
        "Vymyshlan Placeholder oglu Personov",
    }


def test_alias_in_brackets_is_another_name_with_patronymic(enter: Any) -> None:
    enter(row(1, "Vymysla Example (Vymysla Placeholder qızı Exampleova)"))

    assert list(Name.objects.order_by("pk").values_list("text", "kind")) == [
        ("Vymysla Example", "main"),
        ("Vymysla Placeholder qızı Exampleova", "patronymic"),
    ]


def test_two_people_of_one_name_are_two_people(enter: Any) -> None:
    enter(row(3, "Same Nazim oglu Person"), row(61, "Same Yaser oglu Person"), row(62, "Same Yaser oglu Person"))

    assert Prisoner.objects.count() == 3


def test_dotted_sub_articles_belong_to_the_code_that_is_named(enter: Any) -> None:
    old = "Criminal Code (of 1960) Article 59, Parts 1 and 17"
    enter(
        row(1, "New Example", articles="167.2.2.1;28"), row(2, "Old Example", articles="57-1", charges_as_written=old)
    )

    assert set(Article.objects.values_list("number", "version")) == {("167.2.2.1", ""), ("28", ""), ("57-1", "1960")}
    assert set(Charge.objects.values_list("stage", flat=True)) == {"charged"}


def test_four_spellings_of_a_prison_are_one_place(enter: Any) -> None:
    spellings = ["Prison No. 14", "Prison #14", "Prison №14", "Prison No.14", "Penitentiary Institution № 14"]
    enter(*(row(number, f"Person Example{number}a", place_of_detention=name) for number, name in enumerate(spellings)))

    assert list(Place.objects.values_list("name", "kind")) == [("Prison No. 14", "prison")]


def test_row_without_a_place_has_a_detention_without_a_stay(enter: Any) -> None:
    enter(row(1, "Vymyshlan Example oglu Person"))

    assert Detention.objects.get().stays.count() == 0


def test_name_missing_from_the_contents_changes_nothing(enter: Any) -> None:
    enter(row(1, "Vymyshlan Example oglu  Person", name_in_toc=""), row(2, "Other  Person", name_in_toc="Other Person"))

    assert set(Name.objects.values_list("text", flat=True)) == {"Vymyshlan Example oglu Person", "Other Person"}


def test_publication_of_the_list_is_the_dated_act_of_recognition(enter: Any) -> None:
    enter(row(1, "Vymyshlan Example oglu Person"), recognised_by=("Invented Group",))

    recognition = Recognition.objects.get()
    assert (str(recognition.acted_on), str(recognition.statement)) == (
        "2014-08",
        "Political prisoners in Azerbaijan, August 2014",
    )
    assert [str(each) for each in recognition.organisations.all()] == ["Invented Group"]
