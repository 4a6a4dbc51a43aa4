"""Editing people in the admin."""

from __future__ import annotations

from typing import Any

import pytest

from prisoners.models import Case, Detention, Name, Prisoner, Recognition, Release, Stay
from tests.editors import errors_of, list_of, page_of, save, second_word, signed_in, told
from tests.factories import make_conviction, make_detention, make_organisation, make_prisoner

pytestmark = pytest.mark.django_db
WHY = {"why": "A second source.", "nature": "new_fact"}


@pytest.fixture
def reviewer() -> Any:
    return signed_in("reviewer")


def row(prefix: str, **fields: Any) -> dict[str, Any]:
    """A new row beside a record that has none of its kind yet."""
    return {f"{prefix}-TOTAL_FORMS": 1} | {f"{prefix}-0-{name}": value for name, value in fields.items()}


def test_person_is_entered_with_a_name_and_nothing_else() -> None:
    response = save(signed_in("editor"), list_of(Prisoner, "add"), names__0__text="Jan Exemplar")

    person = Prisoner.objects.get()
    assert errors_of(response) == ""
    assert (person.display_name, person.publication, person.names.get().kind) == ("Jan Exemplar", "draft", "main")


def test_person_without_a_name_is_refused_in_words() -> None:
    response = save(signed_in("editor"), list_of(Prisoner, "add"))

    assert "A prisoner needs exactly one main name" in errors_of(response)


def test_main_name_changes_place_in_one_save(reviewer: Any) -> None:
    person = make_prisoner("Jan Exemplar", names=["Jana Exemplar"])

    response = save(reviewer, page_of(person), names__0__kind="alias", names__1__kind="main", **WHY)

    assert errors_of(response) == ""
    second_word()
    assert Name.objects.get(kind="main").text == "Jana Exemplar"


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [("alias", "alias", "needs exactly one main name"), ("main", "main", "has exactly one main name")],
)
def test_no_main_name_or_two_are_told(reviewer: Any, first: str, second: str, sentence: str) -> None:
    person = make_prisoner("Jan Exemplar", names=["Jana Exemplar"])

    response = save(reviewer, page_of(person), names__0__kind=first, names__1__kind=second, **WHY)

    assert sentence in errors_of(response)


def test_published_name_is_retracted_and_not_deleted(reviewer: Any) -> None:
    person = make_prisoner("Jan Exemplar", names=["Jana Exemplar"])

    response = save(reviewer, page_of(person), names__1__DELETE="on", **WHY)

    assert "retract it instead of deleting it" in errors_of(response)
    assert person.names.count() == 2


def test_what_an_editor_adds_to_a_public_person_waits_for_review() -> None:
    person = make_prisoner()
    detention = row("detentions", taken_on="2020-08", proceeding="unknown")

    response = save(signed_in("editor"), page_of(person), **detention, **WHY)

    assert errors_of(response) == ""
    added = Detention.objects.get()
    assert (added.publication, added.country) == ("in_review", "BY")


def test_reviewers_new_row_waits_for_a_second_person(reviewer: Any) -> None:
    person = make_prisoner()

    new = {"names-TOTAL_FORMS": 2, "names-1-text": "Jana", "names-1-kind": "alias"}
    response = save(reviewer, page_of(person), **new, **WHY)

    assert errors_of(response) == ""
    assert person.names.get(kind="alias").publication == "in_review"


def test_end_by_release_brings_its_release(reviewer: Any) -> None:
    person = make_prisoner(held=[("2020-08-09",)])

    response = save(
        reviewer, page_of(person), detentions__0__ended_on="2020-08-24", detentions__0__ended_how="release", **WHY
    )

    assert errors_of(response) == ""
    second_word()
    assert Release.objects.get().kind == "unknown"


def test_certain_overlap_names_the_other_detention(reviewer: Any) -> None:
    person = make_prisoner(held=[("2020-08-09", "2020-08-24"), ("2020-09-01", "2020-09-05")])

    response = save(reviewer, page_of(person), detentions__1__taken_on="2020-08-20", **WHY)

    assert "taken 9 August 2020, out 24 August 2020" in errors_of(response)
    assert "end that one first" in errors_of(response)


def test_two_new_detentions_that_overlap_come_back_as_typed(reviewer: Any) -> None:
    person = make_prisoner()
    rows = row("detentions", taken_on="2020-08-09", ended_on="2020-08-24", ended_how="unknown", proceeding="unknown")
    rows |= {name.replace("-0-", "-1-"): value for name, value in rows.items()} | {"detentions-TOTAL_FORMS": 2}

    response = save(reviewer, page_of(person), **rows, **WHY)

    assert "another detention on some of these days" in errors_of(response)
    assert b"2020-08-24" in response.content
    assert not Detention.objects.exists()


def test_possible_overlap_is_told_and_kept(reviewer: Any) -> None:
    person = make_prisoner(held=[("2020-08", "2020-08")])

    days = {"taken_on": "2020-08", "ended_on": "2020-08", "ended_how": "release"}
    new = {f"detentions-1-{name}": value for name, value in days.items()} | {"detentions-TOTAL_FORMS": 2}
    response = save(reviewer, page_of(person), **new, **WHY)

    assert errors_of(response) == ""
    assert any("may overlap" in message for message in told(response))


def test_stay_outside_its_detention_is_told(reviewer: Any) -> None:
    detention = make_detention(make_prisoner(), "2020-08-09", "2020-08-24")

    response = save(reviewer, page_of(detention), **row("stays", form="custody", from_on="2020-09"), **WHY)

    assert "A stay lies outside its detention" in errors_of(response)
    assert not Stay.objects.exists()


def test_detention_page_shows_what_the_database_refuses(reviewer: Any) -> None:
    detention = make_detention(make_prisoner(), "2020-08-09", "2020-08-24")

    response = save(reviewer, page_of(detention), ended_how="unknown", **WHY)

    assert "only such a one has it" in errors_of(response)


def test_release_is_not_deleted_from_under_its_detention(reviewer: Any) -> None:
    detention = make_detention(make_prisoner(publication="draft"), "2020-08-09", "2020-08-24", publication="draft",
                               release={"publication": "draft"})  # fmt: skip
    release = detention.release

    response = reviewer.post(page_of(release, "delete"), {"post": "yes"}, follow=True)

    assert any("needs its release" in message for message in told(response))
    assert Release.objects.exists()


def test_recognition_is_entered_with_its_organisations(reviewer: Any) -> None:
    person, both = make_prisoner(), [make_organisation("One").pk, make_organisation("Two").pk]

    fields = {"act": "recognised", "definition": "unknown", "recognised_by": both}
    response = save(reviewer, page_of(person), **row("recognitions", **fields), **WHY)

    assert errors_of(response) == ""
    assert Recognition.objects.get().organisations.count() == 2


def test_recognition_by_nobody_is_refused(reviewer: Any) -> None:
    response = save(
        reviewer, page_of(make_prisoner()), **row("recognitions", act="declined", definition="other"), **WHY
    )

    assert "This field is required" in errors_of(response)


def test_case_does_not_explain_a_detention_of_someone_else(reviewer: Any) -> None:
    other = make_prisoner("Jana Exemplar", held=[("2020-08-09",)])
    case: Case = make_conviction(make_prisoner()).case

    response = save(reviewer, page_of(case), detentions_explained=[other.detentions.get().pk], **WHY)

    assert "detention of someone else" in errors_of(response)


@pytest.mark.parametrize("day", ["2024-13", "yesterday", "2024-07-16/2024-07-03", "9" * 500])
def test_what_is_no_date_is_refused_in_words(reviewer: Any, day: str) -> None:
    person = make_prisoner()

    response = save(reviewer, page_of(person), born_on=day, **WHY)

    assert len(errors_of(response)) > 20
    assert Prisoner.objects.get().born_on is None


@pytest.mark.parametrize(
    ("problem", "found"),
    [("no_detention", ["Never Held"]), ("possible_overlap", ["Held Twice"]), ("no_recognition", None)],
)
def test_problem_lists(reviewer: Any, problem: str, found: list[str] | None) -> None:
    make_prisoner("Never Held")
    make_prisoner("Held Once", held=[("2020-08-09", "2020-08-24"), ("2021", "2022")])
    make_prisoner("Held Twice", held=[("2020-08", "2020-08"), ("2020-08", "2020-08")])

    response = reviewer.get(list_of(Prisoner), {"problem": problem})

    names = [str(person) for person in response.context["cl"].result_list]
    assert names == (found or ["Held Twice", "Held Once", "Never Held"])


@pytest.mark.parametrize("asked", ["exemplar", "JANA", "Яна"])
def test_person_is_found_by_every_spelling(reviewer: Any, asked: str) -> None:
    make_prisoner("Jana Exemplar", names=["Яна Экземпляр"])
    make_prisoner("Someone Else")

    response = reviewer.get(list_of(Prisoner), {"q": asked})

    assert [str(person) for person in response.context["cl"].result_list] == ["Jana Exemplar"]


def test_choice_of_a_person_tells_namesakes_apart(reviewer: Any) -> None:
    people = [make_prisoner("Jan Exemplar"), make_prisoner("Jan Exemplar", country="PL")]
    asked = {"app_label": "pardons", "model_name": "identification", "field_name": "prisoner", "term": "exemplar"}

    offered = [each["text"] for each in reviewer.get("/admin/autocomplete/", asked).json()["results"]]

    assert sorted(offered) == sorted(f"Jan Exemplar · {each.country} · {each.public_id}" for each in people)


def test_filter_offers_only_the_countries_in_use(reviewer: Any) -> None:
    make_prisoner()
    make_prisoner("Jana Exemplar", country="PL")

    response = reviewer.get(list_of(Prisoner), {"country": "PL"})

    offered = next(each for each in response.context["cl"].filter_specs if each.title == "country")
    assert [code for code, _name in offered.lookup_choices] == ["BY", "PL"]
    assert [str(person) for person in response.context["cl"].result_list] == ["Jana Exemplar"]
