"""A name taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from prisoners.names.words import INITIAL, PARTICLE, PATRONYMIC, WORD, words
from tests.prisoners.names.spellings import wide


def kinds(name: str) -> list[tuple[str, str]]:
    return [(word.text, word.kind) for word in words(name)]


def test_initials_are_told_from_words() -> None:
    assert kinds("Prykladava A.B.") == [("prykladava", WORD), ("a", INITIAL), ("b", INITIAL)]


def test_initial_of_two_letters_needs_its_dot() -> None:
    assert kinds("Yu. Prykladau") == [("yu", INITIAL), ("prykladau", WORD)]
    assert kinds("Yu Prykladau") == [("yu", WORD), ("prykladau", WORD)]


def test_patronymic_is_the_word_after_the_given_name() -> None:
    assert kinds("Узорны Мікалай Янкавіч")[2] == ("янкавіч", PATRONYMIC)
    assert kinds("Мікалай Янкавіч Узоровіч")[1] == ("янкавіч", PATRONYMIC)


def test_surname_on_ich_without_a_patronymic_stays_a_surname() -> None:
    assert kinds("Мікалай Узоровіч") == [("мікалай", WORD), ("узоровіч", WORD)]


def test_son_of_and_its_father_are_a_patronymic() -> None:
    assert [kind for _, kind in kinds("Nümunəyev Elşad Qurban oğlu")] == [WORD, WORD, PATRONYMIC, PATRONYMIC]


def test_particle_is_no_word_of_its_own() -> None:
    assert kinds("María de la Muestra")[1:3] == [("de", PARTICLE), ("la", PARTICLE)]


def test_hyphened_words_remember_that_they_belong_together() -> None:
    first, second, third = words("Узорная-Прыклад Вера")

    assert first.hyphen == second.hyphen != third.hyphen


def test_chinese_name_has_its_surname_first() -> None:
    assert [word.text for word in words("例明山")] == ["例", "明山"]


def test_text_without_letters_has_no_words() -> None:
    assert words(" .,-– ") == ()


@wide
@given(st.text(max_size=60))
def test_taking_apart_never_raises(text: str) -> None:
    assert len(words(text)) <= 9
