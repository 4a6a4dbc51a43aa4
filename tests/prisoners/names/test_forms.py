"""Readings and the forms made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prisoners.names.forms import exact_keys, forms, near_keys
from prisoners.names.readings import readings
from prisoners.names.scripts import bare, plain, script_of
from tests.prisoners.names.spellings import spellings, surnames, wide

# Invented words: the first as its own language writes it, then as others do.
ONE_WORD = [
    ("Узорчанка", "Uzorchanka", "Uzorčanka", "Uzorczanka", "Usortschanka", "Ouzortchanka", "Узорченко"),
    ("Прыкладзецкі", "Prykladzetski", "Prykładziecki", "Prykladsezki", "Прикладецкий"),
    ("Хвяшчонаў", "Khviashchonau", "Chviaščonaŭ", "Chwjaschtschonau", "Хвящёнов"),
    ("Nümunəxanlı", "Нумунаханлы", "Numunakhanli"),
    ("Նմուշյան", "Nmushyan", "Нмушян"),
    ("ნიმუშაძე", "Nimushadze", "Нимушадзе"),
    ("النموذجي", "al-Namoudhaji"),
]


@pytest.mark.parametrize("spellings_of_one", ONE_WORD, ids=lambda words: words[0])
def test_spellings_of_one_word_share_a_key(spellings_of_one: tuple[str, ...]) -> None:
    own, *others = (plain(word).removeprefix("al-") for word in spellings_of_one)

    assert [word for word in others if not exact_keys(own) & exact_keys(word)] == []


def test_wade_giles_and_pinyin_share_a_key() -> None:
    assert exact_keys("hsiungchih") & exact_keys("xiongzhi")


def test_word_with_a_wrong_letter_shares_a_near_key() -> None:
    assert near_keys("prykladzinski") & near_keys("prkyladzinski") and near_keys("uzor") & near_keys("uxor")


def test_different_consonants_share_no_key() -> None:
    assert not exact_keys("узорчанка") & exact_keys("прыкладчык")


def test_first_vowel_is_kept() -> None:
    assert not exact_keys("abramau") & exact_keys("bramau")


def test_womans_surname_is_seen_in_any_script() -> None:
    feminine = ["узорава", "uzorava", "прыкладская", "prykladzkaja", "узорина"]

    assert [word for word in feminine if not any(form.is_feminine for form in forms(word))] == []
    assert not any(form.is_feminine for form in forms("узораў"))


def test_letters_with_marks_lose_them_in_the_bare_form() -> None:
    assert [bare(word) for word in ("łoŭčəđı", "ўзёр", "şañe")] == ["loucadi", "узер", "sane"]


def test_invisible_marks_make_no_difference() -> None:
    assert plain("Узо\u200bр \u202eда\u0301") == "узор да́"


def test_script_of_unknown_signs_is_other() -> None:
    assert [script_of(word) for word in ("ab", "яб", "نم", "例", "☂", "")] == [
        "latin", "cyrillic", "arabic", "han", "other", "other",
    ]  # fmt: skip


@wide
@given(surnames)
def test_every_generated_spelling_shares_a_key_with_its_name(surname: str) -> None:
    missed = [word for word in spellings(surname) if not exact_keys(plain(surname)) & exact_keys(plain(word))]

    assert missed == []


@wide
@given(st.text(max_size=50))
def test_any_text_has_readings_and_forms(text: str) -> None:
    assert readings(plain(text)) and forms(plain(text)) is not None
    assert all(-(2**31) <= number < 2**31 for number in exact_keys(plain(text)) | near_keys(plain(text)))
