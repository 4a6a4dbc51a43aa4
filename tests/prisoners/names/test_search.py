"""Search in the database: found from the moment of the commit, and only by those who may."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prisoners.models import Name, NameWord, NewNameWord, Prisoner
from prisoners.names import index
from prisoners.names.search import lookalikes, search
from tests.factories import make_prisoner
from tests.prisoners.names.spellings import LONG, names, spellings, wide

pytestmark = pytest.mark.django_db


def ids(query: str, *, public: bool = True) -> list[int]:
    return [found.prisoner_id for found in search(query, public=public)]


@pytest.mark.parametrize(
    "query",
    [
        "Мікалай Узорчанка",
        "Mikolaj Uzorczanka",
        "Узорченко Н. Я.",
        "Kolya Usortschanka",
        "Uzorcanka",
        "узорч",
        "Mikalai Uzrochnaka",
    ],
)
def test_person_is_found_by_any_spelling(query: str) -> None:
    person = make_prisoner("Мікалай Узорчанка")
    make_prisoner("Павел Прыкладчык")

    assert ids(query)[0] == person.pk


def test_other_spelling_is_named_when_it_is_what_fits() -> None:
    make_prisoner("Вера Узорная", names=["Вера Даўнейшая"])

    found = search("Vera Dauneishaia")[0]

    assert (found.matched_name, found.reason) == ("Вера Даўнейшая", "same sound in another script")


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("ဥပမာ ရှေ့ဆောင်", "Upama Shesaung"),
        ("Upama Tun Min", "ဥပမာထွန်းမင်း"),
        ("عبد النموذج", "Abdennamouzaj"),
    ],
)
def test_syllables_written_as_one_word_meet_words_written_apart(stored: str, query: str) -> None:
    person = make_prisoner(stored)

    assert ids(query) == [person.pk]


def test_two_people_with_one_name_are_two_results() -> None:
    people = {make_prisoner("Вера Узорная").pk, make_prisoner("Вера Узорная").pk}

    assert set(ids("Вера Узорная")) == people


def test_person_with_several_fitting_names_is_one_result() -> None:
    person = make_prisoner("Вера Узорная", names=["Vera Uzornaya", "Wiera Uzornaja"])

    assert ids("Vera Uzornaia") == [person.pk]


@pytest.mark.parametrize("state", ["draft", "in_review", "withheld", "retracted"])
def test_person_who_is_not_public_is_found_by_editors_only(state: str) -> None:
    person = make_prisoner("Вера Узорная", publication=state)

    assert (ids("Vera Uzornaia"), ids("Vera Uzornaia", public=False)) == ([], [person.pk])


def test_private_name_is_found_by_editors_only() -> None:
    person = make_prisoner("Вера Узорная")
    Name.objects.create(prisoner=person, text="Таемная Мянушка", publication="published", is_private=True)

    assert (ids("Таемная"), ids("Таемная", public=False)) == ([], [person.pk])


def test_public_answer_is_the_same_whether_a_withheld_namesake_exists_or_not() -> None:
    make_prisoner("Вера Узорная")
    index.rebuild()
    before = search("Viera Uzornaja")
    for _ in range(3):
        make_prisoner("Вера Узорная", names=["Viera Uzornaja"], publication="withheld")
    index.rebuild()

    assert search("Viera Uzornaja") == before


def test_name_changed_by_raw_sql_is_found_at_once() -> None:
    person = make_prisoner("Вера Узорная")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE prisoners_name SET text = 'Ніна Прыкладчык' WHERE prisoner_id = %s", [person.pk])

    assert (ids("Nina Prykladtschik"), ids("Vera Uzornaia")) == ([person.pk], [])


def test_names_made_in_bulk_are_found_at_once() -> None:
    person = make_prisoner("Вера Узорная")
    Name.objects.bulk_create([Name(prisoner=person, text="Ganna Pryklad", publication="published")])

    assert ids("Анна Приклад") == [person.pk]


def test_name_copied_in_is_found_at_once() -> None:
    person = make_prisoner("Вера Узорная")
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY prisoners_name (public_id, publication, prisoner_id, text, language, script, kind, is_private) "
            "FROM STDIN"
        ) as rows,
    ):
        rows.write_row(("copied", "published", person.pk, "Ganna Pryklad", "", "", "alias", False))

    assert ids("Анна Приклад") == [person.pk]


def test_new_name_is_found_where_the_dictionary_can_not_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "refresh", lambda: False)
    person = make_prisoner("Вера Узорная")

    assert ids("Viera Uzornaja") == ids("Vera Uzornaya") == [person.pk]
    assert NewNameWord.objects.exists() and not NameWord.objects.exists()


def test_removed_name_is_not_found() -> None:
    person = make_prisoner("Вера Узорная", names=["Ganna Pryklad"])
    Name.objects.filter(text="Ganna Pryklad").delete()

    assert ids("Ganna Pryklad") == [] and ids("Вера") == [person.pk]


def test_search_for_no_letters_finds_nobody() -> None:
    make_prisoner()

    assert [ids(query) for query in ("", "  ", "...", "-", "%", "A.", "\x00")] == [[]] * 7


@settings(wide, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=60))
def test_search_never_raises_on_any_text(text: str) -> None:
    if not Prisoner.objects.exists():
        make_prisoner("Вера Узорная")

    assert all(0 <= found.score <= 1 for found in search(text))


@pytest.mark.parametrize("text", ["Вера ", "а", "'", "-", "Я.", "\ud800", "馬", "عبد "])
def test_megabyte_is_read_as_far_as_a_name_goes(text: str) -> None:
    person = make_prisoner("Вера Узорная")

    assert {found.prisoner_id for found in search(text * (1_000_000 // len(text)))} <= {person.pk}


def test_signs_of_patterns_are_letters_like_any_other() -> None:
    make_prisoner("Вера Узорная")

    assert ids("100%") == ids("ve_a%") == []


def test_limit_keeps_the_best() -> None:
    person = make_prisoner("Вера Узорная")
    make_prisoner("Вера Узорніцкая")

    assert [found.prisoner_id for found in search("Вера Узорная", limit=1)] == [person.pk]


# Each example is five searches.
@settings(wide, max_examples=3000 if LONG else 15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names)
def test_every_generated_spelling_finds_its_name(name: str) -> None:
    Prisoner.objects.all().delete()
    person = make_prisoner(name)
    make_prisoner("Jan Exemplar")

    assert [spelling for spelling in spellings(name) if ids(spelling)[:1] != [person.pk]] == []


def test_name_spelt_as_it_is_stored_takes_two_queries(django_assert_num_queries) -> None:
    person = make_prisoner("Вера Узорная")
    index.refresh()

    with django_assert_num_queries(2):
        assert ids("Вера Узорная") == [person.pk]


def test_look_alike_says_why_and_what_differs() -> None:
    person = make_prisoner("Вера Узорная", born_on="1980", publication="withheld")

    (found,) = lookalikes("Viera Uzornaja", birth_year=1990, country="LT")

    assert (found.prisoner, found.reason) == (person, "same sound in another script")
    assert found.differences == ("born in 1980, not 1990", "on the list of Belarus, not Lithuania")


def test_look_alike_without_differences_comes_first() -> None:
    other, same = (make_prisoner("Вера Узорная", born_on=year) for year in ("1980", "1990"))

    assert [found.prisoner for found in lookalikes("Вера Узорная", birth_year=1990)] == [same, other]


def test_person_is_no_look_alike_of_their_own() -> None:
    person = make_prisoner("Вера Узорная")

    assert lookalikes("Вера Узорная", exclude=person.pk) == []
