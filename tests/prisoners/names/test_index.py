"""The dictionary of words: complete, rebuildable, and in step with the code."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prisoners.models import Name, NameWord, NewNameWord
from prisoners.names import index
from prisoners.names.words import index_words
from tests.factories import make_prisoner
from tests.prisoners.names.spellings import wide

LETTERS = "abcdefghijklmnopqrstuvwxyzABCÇŞĞİIıəŁłŽŭўЎўґЄіяЯжЫьъբդգԱევფםعبدال例明김李ễĐđ"
SIGNS = " \t.,-–'’ʼ\"«»()/·\u200b\u00a0"

pytestmark = pytest.mark.django_db


def words_in_database(name: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prisoners_name_words(%s)", [name])
        return set(cursor.fetchone()[0] or [])


@settings(wide, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=LETTERS + SIGNS, max_size=30))
def test_database_takes_names_apart_as_the_code_does(name: str) -> None:
    assert words_in_database(name) == index_words(name)


def test_plain_names_are_taken_apart_as_all_others_are() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT name FROM generate_series(32, 1400) AS letter,
                format('%1$sa %1$sA b%1$s a%1$s', chr(letter)) AS name
            WHERE prisoners_name_words(name) IS DISTINCT FROM prisoners_words_of_any_name(name)
        """)
        assert cursor.fetchall() == []


def test_words_of_a_name_wait_until_the_dictionary_takes_them() -> None:
    make_prisoner("Вера Узорная-Прыклад")
    waiting = set(index.waiting_words())

    assert waiting == {"вера", "узорная", "прыклад", "узорнаяпрыклад"}
    assert index.refresh() and set(NameWord.objects.values_list("text", flat=True)) == waiting
    assert not NewNameWord.objects.exists()


def test_known_words_do_not_wait_again() -> None:
    person = make_prisoner("Вера Узорная")
    index.refresh()
    Name.objects.filter(prisoner=person).update(language="be")

    assert index.waiting_words() == []


def test_index_is_complete_after_any_change() -> None:
    make_prisoner("Вера Узорная")
    index.refresh()
    make_prisoner("Павел Прыклад")

    assert index.problems() == []


def test_word_that_slipped_past_the_trigger_is_a_problem_that_a_rebuild_mends() -> None:
    make_prisoner("Вера Узорная")
    NewNameWord.objects.filter(text="вера").delete()
    assert index.problems() == ["“вера” stands in a name but not in the dictionary."]

    index.rebuild()

    assert index.problems() == []


def test_word_under_old_keys_is_a_problem() -> None:
    make_prisoner("Вера")
    index.refresh()
    NameWord.objects.update(keys=[1])

    with pytest.raises(CommandError, match="1 problems: run rebuild_name_index"):
        call_command("rebuild_name_index", "--check")


def test_rebuild_leaves_the_same_dictionary_and_its_indexes() -> None:
    make_prisoner("Вера Узорная", names=["Vera Uzornaya"])
    index.refresh()
    before, indexes = dictionary(), index_names()

    call_command("rebuild_name_index", stdout=io.StringIO())

    assert (dictionary(), index_names()) == (before, indexes)


def test_frequencies_count_public_names_alone() -> None:
    make_prisoner("Вера Узорная")
    make_prisoner("Вера Прыклад", publication="withheld")
    index.rebuild()

    assert dict(NameWord.objects.values_list("text", "frequency")) == {"вера": 1, "узорная": 1, "прыклад": 0}


@pytest.mark.parametrize("names", [0, index.COUNTED_ANEW])
def test_counting_after_a_list_changes_frequencies_and_nothing_else(names: int) -> None:
    make_prisoner("Вера Узорная")
    index.take_in()
    make_prisoner("Вера Прыклад")
    before, indexes, waiting = dictionary(), index_names(), index.waiting_words()

    assert index.count_again(names)

    assert dict(NameWord.objects.values_list("text", "frequency")) == {"вера": 2, "узорная": 1}
    assert (dictionary(), index_names(), index.waiting_words()) == (before, indexes, waiting) and waiting


def dictionary() -> set[tuple[object, ...]]:
    return {(word.text, tuple(word.keys), word.forms, word.bare, word.sound) for word in NameWord.objects.all()}


def index_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename IN ('prisoners_nameword', 'prisoners_name')")
        return {name for (name,) in cursor.fetchall()}
