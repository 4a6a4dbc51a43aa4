"""Whole names beside each other, with people who do not exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prisoners.names.likeness import likeness
from prisoners.names.matching import best_pairs, match
from prisoners.names.scripts import plain
from prisoners.names.words import words
from tests.prisoners.names.spellings import names, spellings, wide

NAME = "Мікалай Узорчанка"


@pytest.mark.parametrize(
    "query",
    [
        "Mikalai Uzorchanka", "Mikałaj Uzorczanka", "Nikolai Usortschanka", "Узорченко Николай Янкович",
        "Uzorchanka, M.", "Коля Узорчанка", "Миколка Узорченко", "Узорчанка Мікалай",
    ],
)  # fmt: skip
def test_spelling_of_the_same_person_scores_high(query: str) -> None:
    assert match(query, NAME).score > 0.8


@pytest.mark.parametrize(
    ("query", "right", "wrong"),
    [
        ("Vera Uzorava", "Вера Узорава", "Вера Узораў"),
        ("Nikolai Uzorchanka", "Мікалай Узорчанка", "Мікіта Узорчанка"),
        ("Женя Узорчанка", "Яўген Узорчанка", "Яна Узорчанка"),
        ("A. Uzorava", "Алена Узорава", "Вера Узорава"),
        ("Вера Янкаўна Узорава", "Узорава Вера Янкаўна", "Узорава Вера Пятроўна"),
        ("Абд аль-Намуна", "عبد النمونة", "سعد النمونة"),
    ],
)
def test_right_person_stands_above_the_look_alike(query: str, right: str, wrong: str) -> None:
    assert match(query, right).score > match(query, wrong).score


def test_reason_is_given_in_words() -> None:
    assert match("Kolya Uzorchanka", NAME).reason == "given name is a short form; same sound in another script"


def test_rare_word_outweighs_a_common_one() -> None:
    rarity = {"узорны": 1.0, "вера": 0.0}.get

    score = {
        name: match("Вера Узорны", name, lambda word: rarity(word, 0.5)).score for name in ("Вера Іншы", "Яна Узорны")
    }

    assert score["Яна Узорны"] > score["Вера Іншы"]


def test_word_answers_one_word_of_the_query_alone() -> None:
    pairs = best_pairs(words("Вера Верка"), words("Вера Узорная"))

    assert [(asked, stored) for asked, stored, _ in pairs] == [(0, 0)]


def test_swapped_order_costs_almost_nothing() -> None:
    assert 0.98 < match("Узорчанка Мікалай", NAME).score < match(NAME, NAME).score == 1


@pytest.mark.parametrize(
    ("query", "stored"),
    [
        ("Raef Namoui", "رائف نموي"),
        ("Youssef Ouali", "يوسف والي"),
        ("Namseff", "Намсев"),
        ("Nams Namoff", "Намс Намов"),
    ],
)
def test_french_spelling_of_arabic_is_not_taken_for_a_russian_one(query: str, stored: str) -> None:
    assert match(query, stored).score > 0.85


def test_form_of_address_in_burmese_is_no_word_of_the_name() -> None:
    assert match("Daw Upama Shesaung", "ဥပမာ ရှေ့ဆောင်").score > 0.9


def test_words_written_together_meet_words_written_apart() -> None:
    assert match("Abdannamuna Uzor", "Abd an-Namuna Uzor").score > 0.9


@wide
@given(names)
def test_every_generated_spelling_matches_its_name(name: str) -> None:
    assert [spelling for spelling in spellings(name) if match(spelling, name).score < 0.85] == []


@wide
@given(st.text(max_size=40), st.text(max_size=40))
def test_matching_never_raises_and_stays_between_nothing_and_the_same(one: str, other: str) -> None:
    assert 0 <= match(one, other).score <= 1


@wide
@given(st.text(max_size=20).map(plain), st.text(max_size=20).map(plain))
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    assert likeness(one, other).score == pytest.approx(likeness(other, one).score)
