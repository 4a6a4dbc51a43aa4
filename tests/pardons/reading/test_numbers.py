"""Numbers in figures and words."""

import pytest

from pardons.reading.numbers import Number, find_numbers
from pardons.reading.tokens import tokenize
from pardons.reading.vocabulary import load


def numbers(text: str, language: str = "en") -> list[Number]:
    return find_numbers(tokenize(text), load(language))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "1 164 people", 1164),
        ("en", "1,400 prisoners", 1400),
        ("en", "1, 300 captives", 1300),
        ("en", "twenty-six people", 26),
        ("en", "two hundred and forty prisoners", 240),
        ("en", "two dozen men", 24),
        ("en", "1.2 million people", 1_200_000),
        ("it", "1.287 prigionieri", 1287),
        ("it", "cinquantatré detenuti", 53),
        ("de", "dreiundzwanzig Häftlinge", 23),
        ("de", "zweihundertfünfzig Menschen", 250),
        ("es", "12 mil detenidos", 12_000),
        ("es", "treinta y dos presos", 32),
        ("pt", "cento e vinte presos", 120),
        ("ru", "15 428 человек", 15_428),
        ("ru", "двадцать девять женщин", 29),
        ("ru", "6,5 тысяч человек", 6500),
        ("ru", "полторы сотни человек", 150),
        ("uk", "дев'ятеро осіб", 9),
        ("be", "васямнаццаць чалавек", 18),
        ("pl", "sześćdziesięciu sześciu więźniów", 66),
    ],
)
def test_number_is_read_with_its_grouping(language: str, text: str, value: int) -> None:
    assert [number.value for number in numbers(text, language)] == [value]


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("more than 300 people", "over"),
        ("around 1,150 prisoners", "about"),
        ("at least ten prisoners", "at_least"),
        ("nearly 13,000 prisoners", "nearly"),
        ("up to 500 prisoners", "up_to"),
        ("30 prisoners", "exact"),
        ("they know for certain about eight prisoners", "exact"),
        ("they handed over 16 people", "exact"),
    ],
)
def test_qualifier_stands_before_the_number(text: str, qualifier: str) -> None:
    assert [number.qualifier for number in numbers(text)] == [qualifier]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "from 74 to 80 prisoners"),
        ("en", "74-80 prisoners"),
        ("ru", "от 74 до 80 человек"),
        ("pt", "entre 74 a 80 presos"),
    ],
)
def test_range_is_one_number_with_two_ends(language: str, text: str) -> None:
    (number,) = numbers(text, language)

    assert (number.lowest, number.value, number.qualifier) == (74, 80, "up_to")


@pytest.mark.parametrize("text", ["hundreds of people", "thousands were beaten", "2.5 years", "2 ½ years"])
def test_vague_words_and_fractions_are_no_numbers(text: str) -> None:
    assert numbers(text) == []


def test_day_of_a_date_does_not_join_the_count_after_it() -> None:
    tokens = tokenize("On November 20, 120 people")

    found = find_numbers(tokens, load("en"), months=frozenset({1}))

    assert [number.value for number in found] == [20, 120]


def test_agency_in_capitals_is_no_number_word() -> None:
    assert numbers("агентство СТА", "ru") == []
