"""Who is entered twice is shown first, and can be entered anyway; people are found in the admin by any spelling."""

from __future__ import annotations

from typing import Any

import pytest

from prisoners.models import Name, Prisoner
from tests.editors import errors_of, list_of, page_of, save, signed_in
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db
WHY = {"why": "A second source.", "nature": "new_fact"}
ADD = list_of(Prisoner, "add")


@pytest.fixture
def editor() -> Any:
    return signed_in("editor")


def asked_about(response: Any) -> list[Prisoner]:
    return [alike.person for alike in response.context["lookalikes"]]


@pytest.mark.parametrize("name", ["jan EXEMPLAR", "Ян Экземпляр", "Exemplar Jan"])
def test_person_like_another_is_shown_before_it_is_saved(editor: Any, name: str) -> None:
    other = make_prisoner("Jan Exemplar", names=["Ян Экземпляр"])

    response = save(editor, ADD, names__0__text=name)

    assert asked_about(response) == [other]
    assert Prisoner.objects.count() == 1


def test_nothing_typed_is_lost_and_entering_anyway_goes_on(editor: Any) -> None:
    other = make_prisoner("Jan Exemplar")

    first = save(editor, ADD, names__0__text="Jan Exemplar", biography="A welder.", born_on="1984")
    second = save(
        editor, ADD, names__0__text="Jan Exemplar", biography="A welder.", born_on="1984", enter_anyway=str(other.pk)
    )

    assert first.context["adminform"].form["biography"].value() == "A welder."
    assert errors_of(second) == ""
    assert Prisoner.objects.filter(biography="A welder.").exists()


def test_new_look_alike_is_asked_about_though_another_was_seen(editor: Any) -> None:
    seen = make_prisoner("Jan Exemplar")
    unseen = make_prisoner("Maryia Prykladnaia")

    response = save(editor, ADD, names__0__text="Maryia Prykladnaia", enter_anyway=str(seen.pk))

    assert asked_about(response) == [unseen]


def test_what_differs_is_said(editor: Any) -> None:
    make_prisoner("Jan Exemplar", born_on="1984", sex="male", held=[("2020-08-09",)])

    response = save(editor, ADD, names__0__text="Jan Exemplar", born_on="1990", sex="female")

    (alike,) = response.context["lookalikes"]
    assert alike.differences == ["born: 1984, here 1990", "sex: male, here female"]
    assert "taken 9 August 2020" in response.content.decode()


def test_private_name_of_a_withheld_person_is_among_the_look_alikes(editor: Any) -> None:
    other = make_prisoner("Someone Else", publication="withheld")
    Name.objects.create(prisoner=other, text="Jan Exemplar", kind="alias", is_private=True)

    assert asked_about(save(editor, ADD, names__0__text="Jan Exemplar")) == [other]


def test_old_names_of_a_person_ask_nothing() -> None:
    make_prisoner("Jan Exemplar")
    person = make_prisoner("Jan Exemplar")

    response = save(signed_in("reviewer"), page_of(person), biography="A welder.", **WHY)

    assert errors_of(response) == ""


def test_spelling_entered_on_its_own_page_is_compared_too(editor: Any) -> None:
    other, person = make_prisoner("Jan Exemplar"), make_prisoner("Piotr Inshy", publication="draft")

    response = save(editor, list_of(Name, "add"), prisoner=person.pk, text="Jan Exemplar", kind="alias")

    assert asked_about(response) == [other]
    assert not person.names.filter(text="Jan Exemplar").exists()


@pytest.mark.parametrize("query", ["Ян Экземпляр", "yan ekzemplyar", "exempl"])
def test_list_of_people_is_searched_in_any_spelling(editor: Any, query: str) -> None:
    person = make_prisoner("Jan Exemplar", names=["Ян Экземпляр"])
    make_prisoner("Piotr Inshy")

    found = editor.get(list_of(Prisoner), {"q": query}).context["cl"].queryset

    assert list(found) == [person]


def test_best_match_stands_first_though_it_was_entered_first(editor: Any) -> None:
    exact = make_prisoner("Jan Exemplar")
    near = make_prisoner("Exemplar Jan")

    found = editor.get(list_of(Prisoner), {"q": "Jan Exemplar"}).context["cl"].result_list

    assert [person.pk for person in found] == [exact.pk, near.pk]
