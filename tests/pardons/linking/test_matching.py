"""Whom a list means: already named here, twice in the list, in the registry, or nobody yet."""

from __future__ import annotations

import pytest

from pardons.linking.matching import Proposal, propose
from pardons.linking.pasted import read_names
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db


def proposals(text: str, **about: object) -> list[Proposal]:
    return propose(read_names(text).named, country="BY", **about)  # type: ignore[arg-type]


def test_person_is_proposed_by_another_spelling_with_the_reason() -> None:
    person = make_prisoner("Мікалай Узорчанка")

    [found] = proposals("Mikalai Uzorchanka")

    assert found.chosen == person.public_id
    assert (found.candidates[0].matched_name, bool(found.candidates[0].reason)) == ("Мікалай Узорчанка", True)


def test_nobody_like_it_is_proposed_as_a_new_person() -> None:
    make_prisoner("Вера Прыклад")

    [found] = proposals("Zachar Niebyvaly")

    assert (found.is_new, found.chosen) == (True, "")


def test_namesakes_leave_the_choice_to_the_editor() -> None:
    make_prisoner("Ян Узорны", born_on="1984")
    make_prisoner("Ян Узорны", born_on="1991")

    [found] = proposals("Jan Uzorny")

    assert (len(found.candidates), found.chosen, found.is_new) == (2, "", False)


@pytest.mark.parametrize(("line", "act_year"), [("Jan Uzorny, 1991", None), ("Jan Uzorny (33)", 2024)])
def test_birth_or_age_tells_namesakes_apart(line: str, act_year: int | None) -> None:
    make_prisoner("Ян Узорны", born_on="1984")
    younger = make_prisoner("Ян Узорны", born_on="1991")

    [found] = proposals(line, act_year=act_year)

    assert found.chosen == younger.public_id
    assert found.candidates[1].differences


def test_who_is_named_here_already_comes_before_a_namesake() -> None:
    make_prisoner("Вера Узорная")
    here = make_prisoner("Вера Узорная")

    [found] = proposals("Vera Uzornaya", here=[here.pk])

    assert (found.chosen, found.candidates[0].is_here) == (here.public_id, True)


def test_who_fits_better_comes_before_who_is_named_here() -> None:
    here = make_prisoner("Вера Узорна-Прыклад")
    better = make_prisoner("Вера Узорная")

    [found] = proposals("Vera Uzornaya", here=[here.pk])

    assert found.candidates[0].public_id == better.public_id


def test_two_spellings_in_one_list_are_proposed_as_one_person() -> None:
    found = proposals("Siarhei Uzorny\nAnna Muster\nСергей Узорный")

    assert [each.same_as for each in found] == [None, None, 0]


def test_two_years_of_birth_in_one_list_are_two_people() -> None:
    found = proposals("Siarhei Uzorny, 1984\nСергей Узорный, 1990")

    assert [each.same_as for each in found] == [None, None]


def test_record_that_was_taken_back_is_not_proposed() -> None:
    make_prisoner("Вера Узорная", publication="retracted")

    [found] = proposals("Vera Uzornaya")

    assert found.is_new


def test_draft_person_is_proposed_and_not_entered_again() -> None:
    draft = make_prisoner("Вера Узорная", publication="draft")

    [found] = proposals("Vera Uzornaya")

    assert found.chosen == draft.public_id
