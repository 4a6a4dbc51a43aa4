"""Lists of names as editors paste them: every habit of writing, and nothing that breaks the reading."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pardons.linking.pasted import LONGEST_LIST, Named, is_full, lines_after, read_names
from tests.hostile import VALUES

EXAMPLES = 5000 if os.environ.get("TEST_LONG") == "1" else 100
# Processor time, so that a busy machine doesn't fail the test.
SLOWEST = 2.5


def read(text: str) -> list[tuple[str, str, int | None]]:
    return [(person.name, person.born, person.age) for person in read_names(text).named]


def names(text: str) -> list[str]:
    return [person.name for person in read_names(text).named]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Siarhei Exemplar, 1984", ("Siarhei Exemplar", "1984", None)),
        ("Алена Узорная (1990 г.р.)", ("Алена Узорная", "1990", None)),
        ("1. Jan Exemplar (34)", ("Jan Exemplar", "", 34)),
        ("2) Exemplar, Jan, b. 1984", ("Exemplar Jan", "1984", None)),
        ("• Мікалай Узорчанка — 1975", ("Мікалай Узорчанка", "1975", None)),
        ("- A. B. Exemplar", ("A. B. Exemplar", "", None)),
        ("12 Vera Uzornaya 1990", ("Vera Uzornaya", "1990", None)),
        ("№ 5. Кастусь Прыклад-Узорны, 1960 г. н.", ("Кастусь Прыклад-Узорны", "1960", None)),
        ("УЗОРНЫ Сяргей Пятровіч, 03.05.1984", ("УЗОРНЫ Сяргей Пятровіч", "1984-05-03", None)),
        ("Jan Exemplar, 3.13.1984", ("Jan Exemplar", "1984", None)),
        ("Muhammad bin Salman al-Exemplar, aged 40", ("Muhammad bin Salman al-Exemplar", "", 40)),
        ("Вера Узорная, 45 лет", ("Вера Узорная", "", 45)),
        ("José Exemplar y Muestra", ("José Exemplar y Muestra", "", None)),
        ("jan exemplar", ("jan exemplar", "", None)),
        ("王小明, 1970", ("王小明", "1970", None)),
    ],
)
def test_line_names_one_person(line: str, expected: tuple[str, str, int | None]) -> None:
    assert read(line) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan Exemplar, 1984; Алена Узорная", ["Jan Exemplar", "Алена Узорная"]),
        ("Freed: Jan Exemplar, Anna Muster, Piotr Wzorny", ["Jan Exemplar", "Anna Muster", "Piotr Wzorny"]),
        ("Jan Exemplar and Maria Muster", ["Jan Exemplar", "Maria Muster"]),
        ("Ян Эксемпляр і Марыя Узорная", ["Ян Эксемпляр", "Марыя Узорная"]),
        ("Siarhei and Maria Exemplar", ["Siarhei Exemplar", "Maria Exemplar"]),
        ("Jan Exemplar\r\n\r\nAnna Muster\tBerlin", ["Jan Exemplar", "Anna Muster"]),
    ],
)
def test_several_people_are_several(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_other_remarks_are_kept_as_written() -> None:
    person = read_names("journalist Jan Exemplar from Minsk, arrested in 2021 (Ян Эксемпляр)").named[0]

    assert (person.name, person.also) == ("Jan Exemplar", ("Ян Эксемпляр",))
    assert person.remarks == "journalist from Minsk, arrested in 2021"


def test_lines_without_a_name_are_told_and_not_lost() -> None:
    pasted = read_names("Released on Friday:\nJan Exemplar\nthe court said so yesterday in a long statement")

    assert [person.name for person in pasted.named] == ["Jan Exemplar"]
    assert len(pasted.unread) == 2


def test_more_than_the_longest_list_is_said_to_be_cut() -> None:
    assert read_names("Jan Exemplar\n" * 10_000).is_cut


@given(
    st.text()
    | st.lists(st.sampled_from([*VALUES, "Jan", "Exemplar", ",", "(", ")", "1984", "and", "\n", ". "])).map(" ".join)
)
@settings(max_examples=EXAMPLES)
def test_no_text_breaks_the_reading(text: str) -> None:
    pasted = read_names(text)

    assert all(isinstance(person, Named) and person.name.strip() for person in pasted.named)


@given(st.lists(st.sampled_from(["Jan Exemplar", "Вера Узорная", "Anna Maria Muster"]), min_size=1, max_size=8))
def test_every_name_of_a_plain_list_is_read_in_its_order(people: list[str]) -> None:
    assert all(is_full(name) for name in people)
    assert names("\n".join(people)) == names("; ".join(people)) == names(", ".join(people)) == people


@pytest.mark.parametrize(
    "piece", ["Jan Exemplar, ", "(", "1. ", "-", "A", "and ", "Jan and ", "– ", "1984 ", ": ", "а\u0301"]
)
def test_100_kb_are_read_quickly(piece: str) -> None:
    text = piece * (LONGEST_LIST // len(piece))

    began = time.process_time()
    read_names(text)

    assert time.process_time() - began < SLOWEST


@pytest.mark.parametrize("count", range(5))
def test_list_after_its_first_people_names_the_others_with_all_that_is_said_of_them(count: int) -> None:
    others = " ".join(["welder"] * 60)
    pasted = f"1. Jan Exemplar, 1984, {others}\nAlena Uzornaja, 1990, Zachar Niebyvaly, 34 years\nHanna Uzornaja"

    left = read_names("\n".join(lines_after(read_names(pasted), count))).named

    assert [replace(each, written="") for each in left] == [
        replace(each, written="") for each in read_names(pasted).named[count:]
    ]
