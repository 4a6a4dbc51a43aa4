"""Names of a long list, looked for many at once."""

from __future__ import annotations

import pytest

from prisoners.names.many import ManyNames
from prisoners.names.search import search
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db


def test_each_name_finds_its_person_in_any_spelling() -> None:
    mikalai, vera = make_prisoner("Мікалай Узорчанка"), make_prisoner("Вера Прыкладная")
    spellings = {
        "Mikolaj Uzorczanka": mikalai, "Узорченко Н. Я.": mikalai, "Kolya Usortschanka": mikalai,
        "Mikalai Uzorchankka": mikalai, "Vera Prykladnaja": vera, "Прикладная Вера Ивановна": vera,
    }  # fmt: skip

    found = ManyNames().people(list(spellings))

    assert [each[0].prisoner_id for each in found] == [person.pk for person in spellings.values()]


def test_answer_is_that_of_the_search_for_one_name() -> None:
    make_prisoner("Мікалай Узорчанка")
    make_prisoner("Мікалай Нічыйны", names=["Nikolaj Nitschyjny"])
    asked = ["Mikalai Uzorchanka", "Nikolai Nichyiny", "Zusim Inshy", ""]

    found = ManyNames().people(asked)

    assert found == [search(name, public=False) for name in asked]


def test_what_was_learnt_of_words_is_forgotten_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prisoners.names.many.MOST_REMEMBERED", 2)
    person, many = make_prisoner("Вера Узорная"), ManyNames()

    for name in ("Jan Exempel", "Piatro Prykladny", "Zusim Inshy"):
        many.people([name])

    assert many.people(["Vera Uzornaia"])[0][0].prisoner_id == person.pk and len(many.words.known) <= 4
