"""Announcements in the admin: identifying people, statements, relations, problem lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pardons.editing import identify
from pardons.models import Announcement, Identification, Pardon, Relation
from registry.models import Changeset
from tests.editors import errors_of, list_of, page_of, save, second_word, signed_in, told
from tests.factories import (
    make_announcement,
    make_conviction,
    make_pardon,
    make_prisoner,
    make_recognition,
    make_source,
    make_statement,
)

pytestmark = pytest.mark.django_db
WHY = {"why": "Named by a source.", "nature": "new_fact"}


@pytest.fixture
def reviewer() -> Any:
    return signed_in("reviewer")


def people_chosen(people: list[Any]) -> dict[str, Any]:
    """The rows of the announcement's page with nothing but a person in each."""
    chosen = {f"identifications-{number}-prisoner": person.pk for number, person in enumerate(people)}
    return chosen | {"identifications-TOTAL_FORMS": len(people)}


@pytest.mark.parametrize(("role", "state"), [("editor", "draft"), ("reviewer", "in_review")])
def test_thirteen_people_are_identified_at_once(role: str, state: str) -> None:
    announcement = make_announcement(total=30, women=14, men=16)
    people = [make_prisoner(f"Person {number}") for number in range(13)]

    response = save(signed_in(role), page_of(announcement), **people_chosen(people), **WHY)

    assert errors_of(response) == ""
    assert Identification.objects.filter(publication=state, pardon__publication=state).count() == 13
    assert {str(pardon.act_on) for pardon in Pardon.objects.all()} == {"2024-08-16"}


@pytest.mark.django_db(transaction=True)
def test_identifying_is_one_changeset() -> None:
    announcement, people = make_announcement(), [make_prisoner("One"), make_prisoner("Two")]
    before = Changeset.latest_number()

    save(signed_in("reviewer"), page_of(announcement), **people_chosen(people), **WHY)

    assert Changeset.latest_number() == before + 1
    assert Identification.objects.count() == 2


def test_person_identified_already_is_told(reviewer: Any) -> None:
    person, announcement = make_prisoner(), make_announcement()
    identify(announcement, person, by=None)

    response = save(reviewer, page_of(announcement), **people_chosen([person]), **WHY)

    assert "fills a place of this announcement already" in errors_of(response)


def test_same_person_in_two_rows_is_told(reviewer: Any) -> None:
    person, announcement = make_prisoner(), make_announcement()

    response = save(reviewer, page_of(announcement), **people_chosen([person, person]), **WHY)

    assert errors_of(response) != ""
    assert not Identification.objects.exists()
    assert not Pardon.objects.exists()


def test_more_identified_than_announced_is_told(reviewer: Any) -> None:
    announcement = make_announcement(total=1)

    for name in ("One", "Two"):
        identify(announcement, make_prisoner(name), by=None, publication="published")

    response = save(reviewer, page_of(announcement), **WHY)

    assert "More people are identified than were announced." in told(response)


# --- What shows it ---


def test_recorded_pardon_is_taken_and_published_with_the_place() -> None:
    person = make_prisoner()
    pardon = make_pardon(person, "2024-08", publication="draft")

    identification = identify(make_announcement(), person, by=None, publication="published")

    pardon.refresh_from_db()
    assert (identification.pardon, pardon.publication) == (pardon, "published")


@pytest.mark.parametrize("elsewhere", [True, False], ids=["fills another place", "of another year"])
def test_pardon_that_is_another_act_is_not_taken(elsewhere: bool) -> None:
    person = make_prisoner()
    pardon = make_pardon(person, "2024-08-16" if elsewhere else "2023")
    if elsewhere:
        Identification.objects.create(prisoner=person, announcement=make_announcement(), pardon=pardon)

    identification = identify(make_announcement(), person, by=None)

    assert identification.pardon != pardon


def test_release_near_the_act_is_named_with_the_pardon() -> None:
    person = make_prisoner(held=[("2020-08-09", "2024-08-18")])

    identification = identify(make_announcement(), person, by=None)

    assert identification.release == person.detentions.get().release


@pytest.mark.parametrize("kind", ["release", "exchange", "expulsion", "amnesty", "early_release"])
def test_nearest_release_shows_a_freeing(kind: str) -> None:
    person = make_prisoner(held=[("2020-08-09", "2024-08-01"), ("2024-08-03", "2024-08-15")])

    identification = identify(make_announcement(kind), person, by=None)

    assert identification.release == person.detentions.get(taken_on="2024-08-03").release
    assert identification.pardon is None


@pytest.mark.parametrize("kind", ["release", "arrests", "convictions", "recognitions", "deaths"])
def test_what_is_not_recorded_is_asked_for(kind: str) -> None:
    person = make_prisoner(held=[("2019-08-09", "2019-08-18")])
    make_conviction(person, "2019")

    with pytest.raises(ValidationError, match=r"Record the .* first"):
        identify(make_announcement(kind), person, by=None)


@pytest.mark.parametrize("kind", ["arrests", "convictions", "recognitions", "deaths"])
def test_recorded_event_shows_it(kind: str) -> None:
    person = make_prisoner(held=[("2024-08-16",)], death_circumstance="in_custody")
    shown = {
        "arrests": ("detention", person.detentions.get()),
        "convictions": ("conviction", make_conviction(person, "2024-08")),
        "recognitions": ("recognition", make_recognition(person, "2024-08-20")),
        "deaths": ("shows_death", True),
    }

    identification = identify(make_announcement(kind), person, by=None)

    name, event = shown[kind]
    assert getattr(identification, name) == event


def test_release_not_recorded_is_asked_for_on_the_page(reviewer: Any) -> None:
    announcement = make_announcement("release")

    response = save(reviewer, page_of(announcement), **people_chosen([make_prisoner()]), **WHY)

    assert "Record the release first" in errors_of(response)


def test_identification_has_a_page_of_its_own(reviewer: Any) -> None:
    person, announcement = make_prisoner(), make_announcement()

    response = save(reviewer, list_of(Identification, "add"), prisoner=person.pk, announcement=announcement.pk)

    assert errors_of(response) == ""
    assert str(Pardon.objects.get(identifications__prisoner=person).act_on) == "2024-08-16"


# --- The announcement itself ---


def test_announcement_is_entered_with_its_statement(reviewer: Any) -> None:
    said = {"source": make_source().pk, "total": "30", "women": "14", "men": "16", "is_chosen": "on"}
    rows = {f"statements-0-{name}": value for name, value in said.items()}
    response = save(reviewer, list_of(Announcement, "add"), kind="pardon", act_on="2024-08-16", **rows)

    assert errors_of(response) == ""
    assert str(Announcement.objects.get().chosen_statement) == "exactly 30"


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"women": "15", "men": "16"}, "Women and men together are more than the total"),
        ({"minors": "31"}, "More minors than the total"),
        ({"total": "99999999999999999999"}, "less than or equal to"),
        ({"more_counts": "pensioners: 31"}, "at most the total"),
        ({"more_counts": "pensioners: many"}, "“pensioners: many”: write what is counted and how many"),
        ({"more_counts": '["x"]'}, "write what is counted and how many"),
    ],
)
def test_numbers_that_contradict_each_other_are_told(reviewer: Any, numbers: dict[str, str], sentence: str) -> None:
    announcement = make_announcement()
    typed = {f"statements-0-{name}": value for name, value in numbers.items()}

    response = save(reviewer, page_of(announcement), **typed, **WHY)

    assert sentence in errors_of(response)


def test_further_counts_are_typed_in_words_and_told_in_the_history(reviewer: Any) -> None:
    announcement = make_announcement()

    response = save(reviewer, page_of(announcement), **{"statements-0-more_counts": "pensioners: 3; ill: 2"}, **WHY)

    assert errors_of(response) == ""
    second_word()
    assert announcement.statements.get().more_counts == {"pensioners": 3, "ill": 2}
    history = reviewer.get(page_of(announcement).replace("/change/", "/history/")).content.decode()
    assert "ill: 2, pensioners: 3" in history
    assert "ill: 2; pensioners: 3" in reviewer.get(page_of(announcement)).content.decode()


def test_chosen_statement_changes_in_one_save(reviewer: Any) -> None:
    announcement = make_announcement()
    better = make_statement(announcement, 31)

    response = save(reviewer, page_of(announcement), statements__0__is_chosen="", statements__1__is_chosen="on", **WHY)

    assert errors_of(response) == ""
    second_word()
    assert Announcement.objects.get().chosen_statement == better


def test_two_chosen_statements_are_told(reviewer: Any) -> None:
    announcement = make_announcement()
    make_statement(announcement, 31)

    response = save(reviewer, page_of(announcement), statements__1__is_chosen="on", **WHY)

    assert "One statement is chosen already" in errors_of(response)


def test_two_announcements_are_set_to_distinct(reviewer: Any) -> None:
    july, august = make_announcement("release", "2024-07", 18), make_announcement()
    answer = {"kind": "distinct", "second": august.pk, "reason": "Other people."}
    rows = {f"relations_as_first-0-{name}": value for name, value in answer.items()}

    response = save(reviewer, page_of(july), **rows, **{"relations_as_first-TOTAL_FORMS": 1}, **WHY)

    assert errors_of(response) == ""
    second_word()
    assert Relation.objects.get().kind == "distinct"


def test_answer_given_the_other_way_round_is_told(reviewer: Any) -> None:
    july, august = make_announcement("release", "2024-07", 18), make_announcement()
    Relation.objects.create(first=august, second=july)
    rows = {"relations_as_first-TOTAL_FORMS": 1, "relations_as_first-0-second": august.pk}

    response = save(reviewer, page_of(july), **rows, **{"relations_as_first-0-kind": "distinct"}, **WHY)

    assert "is recorded already: change that answer" in errors_of(response)


@pytest.mark.parametrize(
    ("problem", "totals"),
    [("no_chosen_statement", [4]), ("overfull", [1]), ("open_places", [2]), ("overlap", [2, 1])],
)
def test_problem_lists(reviewer: Any, problem: str, totals: list[int]) -> None:
    crowded = make_announcement(total=1, act_on="2024-08-16", rest="1")
    for name in ("One", "Two"):
        identify(crowded, make_prisoner(name), by=None, publication="published")
    make_announcement(total=2, act_on="2024-09-04", rest="2")
    make_announcement(total=None, act_on="2019", rest="4").statements.update(is_chosen=False)

    response = reviewer.get(list_of(Announcement), {"problem": problem})

    assert [int(each.rest) for each in response.context["cl"].result_list] == totals


def test_answered_overlap_is_no_problem(reviewer: Any) -> None:
    july, august = make_announcement("release", "2024-07", 18), make_announcement()
    Relation.objects.create(first=august, second=july, kind="distinct")

    response = reviewer.get(list_of(Announcement), {"problem": "overlap"})

    assert list(response.context["cl"].result_list) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    ["pardon", "Pardon", "august", "Aug", "2024-08", "2024-08-16", "16 August 2024", "BY", "belarus",
     "pardon, 16 August 2024, BY"],
)  # fmt: skip
def test_announcement_is_found_by_what_names_it(typed: str) -> None:
    announcement = make_announcement("pardon", "2024-08-16", 30)
    make_announcement("release", "2023-07-03", 18, country="CU")

    assert announcements_offered(signed_in("editor"), typed) == [str(announcement.pk)]


@pytest.mark.django_db
def test_announcement_without_a_day_of_its_act_is_found_by_the_day_it_was_announced() -> None:
    announcement, client = make_announcement("pardon", None, 30, announced_on="2024-09"), signed_in("editor")

    assert announcements_offered(client, "September") == [str(announcement.pk)]
    assert announcements_offered(client, "May") == []


def announcements_offered(client: Any, typed: str) -> list[str]:
    """The keys that the autocomplete of an identification's page offers."""
    asked = {"app_label": "pardons", "model_name": "identification", "field_name": "announcement", "term": typed}
    found = client.get("/admin/autocomplete/", asked).json()
    return [each["id"] for each in found["results"]]


@pytest.mark.django_db
def test_more_women_than_the_total_are_told_as_such() -> None:
    announcement = make_announcement("pardon", "2024-08-16", 10, publication="draft")

    errors = errors_of(save(signed_in("editor"), page_of(announcement), statements__0__women="60"))

    assert "60 are more than the total of 10" in errors
    assert "Women and men together" not in errors


@pytest.mark.django_db
def test_state_of_an_announcement_stands_beside_its_name() -> None:
    make_announcement()

    page = signed_in("editor").get(list_of(Announcement))

    assert page.context["cl"].list_display[1:3] == ["__str__", "publication"]


TEACHING = {
    "pardons_announcement": ["kind", "frees_number", "political_by", "not_political_number", "names_given"],
    "pardons_identification": [
        "announcement", "prisoner", "pardon", "release", "detention", "conviction", "recognition", "shows_death",
    ],
    "pardons_pardon": ["effect", "outcome", "conditions"],
    "prisoners_release": ["restrictions_remain", "left_the_country", "documents_taken"],
    "prisoners_recognition": ["act", "recognised_by", "definition"],
    "prisoners_detention": ["proceeding"],
    "prisoners_conviction": ["sentence", "in_absentia"],
    "prisoners_charge": ["stage"],
    "prisoners_appeal": ["outcome"],
    "registry_source": ["kind", "reliability"],
    "pardons_reportedfigure": ["metric", "unit", "measure", "qualifier"],
    "prisoners_request": [
        "prisoner", "kind", "scope", "made_by", "received_on", "decision", "decided_on", "review_on", "notes",
    ],
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("page", TEACHING)
def test_fields_that_drive_counts_say_what_to_enter(page: str) -> None:
    form = signed_in("administrator").get(reverse(f"admin:{page}_add")).context["adminform"].form

    assert [name for name in TEACHING[page] if not form.fields[name].help_text] == []
