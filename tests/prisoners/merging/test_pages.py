"""The desk's pages of duplicates: the queue, merging, undoing, and who may do it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from prisoners.duplicates import compare_waiting, likely_pairs, tell_apart
from prisoners.models import LikelyPair, Merge, Name, NotSamePerson, Prisoner, UncomparedPerson
from tests.editors import list_of, make_editor, page_of, second_word, signed_in, told
from tests.factories import identify, make_announcement, make_prisoner

pytestmark = pytest.mark.django_db
QUEUE = "/desk/duplicates/"
MERGE = "/desk/merge/"
WHY = "The same case number."


@pytest.fixture
def reviewer() -> Client:
    return signed_in("reviewer")


def two(**fields: Any) -> tuple[Prisoner, Prisoner]:
    return make_prisoner("Siarhei Prykladny", **fields), make_prisoner("Сергей Прикладный", **fields)


def merge_form(client: Client, first: Prisoner, second: Prisoner, **fields: Any) -> dict[str, Any]:
    """What the page sends if nothing is changed in it but `fields`."""
    page = client.get(MERGE, {"first": first.public_id, "second": second.public_id}).context
    kept, other = page["plan"].kept, page["plan"].other
    ids = {"first": kept.public_id, "second": other.public_id, "keep": kept.public_id}
    return {**ids, "version": page["version"], "same": list(page["ticked"]), "reason": WHY, **fields}


# --- The queue ---


def test_pair_in_two_scripts_is_found_with_its_reason_and_what_differs() -> None:
    one, other = two(born_on="1984")
    Prisoner.objects.filter(pk=other.pk).update(born_on="1985")
    make_prisoner("Piotr Inshy")
    compare_waiting()

    (pair,) = signed_in("viewer").get(QUEUE).context["pairs"]

    assert (pair.first, pair.second) == (one, other)
    assert "script" in pair.reason
    assert [(side.title, side.first, side.second) for side in pair.sides if side.differs] == [("born", "1984", "1985")]


def test_each_person_is_compared_once_and_again_when_a_name_changes() -> None:
    _one, other = two()

    assert (compare_waiting(), compare_waiting()) == (2, 0)
    assert LikelyPair.objects.exists()
    other.names.update(text="Piotr Inshy")

    assert compare_waiting() == 1
    assert not LikelyPair.objects.exists()


def test_look_at_the_queue_writes_nothing_and_says_how_many_wait() -> None:
    two()

    response = signed_in("viewer").get(QUEUE)

    assert (response.context["waiting"], response.context["pairs"]) == (2, [])
    assert not LikelyPair.objects.exists()


def test_editor_has_those_compared_who_wait() -> None:
    two()

    response = signed_in("editor").post(QUEUE, {"step": "compare"}, follow=True)

    assert "2 people were compared." in response.content.decode()
    assert (response.context["waiting"], len(response.context["pairs"])) == (0, 1)


def test_pair_told_apart_leaves_the_queue_and_can_come_back(reviewer: Client) -> None:
    one, other = two()
    compare_waiting()
    ids = {"first": one.public_id, "second": other.public_id}

    refused = reviewer.post(QUEUE, ids)
    reviewer.post(QUEUE, {**ids, "reason": "Born in other years."})
    assert not likely_pairs().exists()
    reviewer.post(QUEUE, {**ids, "step": "take-back"})

    assert "Say how we know" in refused.context["error"]
    assert likely_pairs().exists()


def test_told_apart_is_in_the_history_with_its_author() -> None:
    one, other = two()
    tell_apart(one, other, by=make_editor(), note="Born in other years.")

    row = NotSamePerson.pgh_event_model.objects.get()  # type: ignore[attr-defined]

    assert row.pgh_context["note"] == "Born in other years."


def test_queue_asks_as_many_questions_however_many_people_there_are(django_assert_max_num_queries: Any) -> None:
    two()
    compare_waiting()
    people = Prisoner.objects.bulk_create(Prisoner(country="BY", publication="published") for _ in range(20))
    Name.objects.bulk_create(Name(prisoner=one, text=f"Piotr {one.pk}", kind="main") for one in people)
    UncomparedPerson.objects.all().delete()

    client = signed_in("viewer")
    with django_assert_max_num_queries(30):
        client.get(QUEUE)


# --- Merging ---


def test_merge_page_shows_both_lives_and_the_place_that_opens(reviewer: Client) -> None:
    announcement = make_announcement(total=30)
    one, other = two()
    for person in (one, other, *(make_prisoner(f"Nobody {letter}") for letter in "abcdefghijk")):
        identify(person, announcement)

    page = reviewer.get(MERGE, {"first": one.public_id, "second": other.public_id}).content.decode()

    assert "one place opens again (12 named, 18 unnamed of 30)" in page
    assert "Сергей Прикладный" in page


def test_drafts_are_merged_and_parted_in_one_step() -> None:
    editor = signed_in("editor")
    one, other = two(publication="draft")
    Name.objects.update(publication="draft")

    merged = editor.post(MERGE, merge_form(editor, one, other), follow=True)
    assert Prisoner.objects.get() == one
    undone = editor.post(merged.redirect_chain[0][0], {"reason": "Two people."}, follow=True)

    assert set(Prisoner.objects.all()) == {one, other}
    assert "there are two records again" in undone.content.decode()


def test_the_editor_chooses_which_record_stays_and_which_value(reviewer: Client) -> None:
    one, other = two(biography="A welder.")
    Prisoner.objects.filter(pk=other.pk).update(biography="A poet.")
    name = f"value-prisoners.prisoner-{other.pk}-biography"
    form = merge_form(reviewer, one, other) | {"keep": other.public_id, name: "other", "main_name": "other"}

    reviewer.post(MERGE, form)
    second_word()

    kept = Prisoner.objects.get()
    assert (kept.public_id, kept.biography, kept.display_name) == (other.public_id, "A welder.", "Siarhei Prykladny")


def test_refused_merge_loses_nothing_that_was_typed(reviewer: Client) -> None:
    one, other = two(held=[("2020-08-09", "2024-08-16")])

    response = reviewer.post(MERGE, merge_form(reviewer, one, other, same=[]))

    assert response.status_code == 400
    assert "Two detentions share days" in response.context["error"]
    assert WHY in response.content.decode()
    assert not Merge.objects.exists()


def test_second_merge_of_a_record_says_what_became_of_it(reviewer: Client) -> None:
    one, other = two()
    form = merge_form(reviewer, one, other)
    reviewer.post(MERGE, form)
    second_word()

    response = reviewer.post(MERGE, form)

    assert response.status_code == 404
    assert "has been merged into Siarhei Prykladny" in response.content.decode()
    assert WHY in response.content.decode()


@pytest.mark.parametrize(("role", "state", "expected"), [
    ("viewer", "draft", ""), ("editor", "draft", "/desk/merges/"), ("editor", "published", "/desk/changes/"),
    ("reviewer", "published", "/desk/changes/"), ("reviewer", "withheld", "/desk/changes/"),
])  # fmt: skip
def test_who_merges_what_and_who_proposes(role: str, state: str, expected: str) -> None:
    one, other = two(publication="draft")
    Prisoner.objects.filter(pk=other.pk).update(publication=state)
    form = merge_form(signed_in("viewer", "looking"), one, other)

    response = signed_in(role).post(MERGE, form)

    assert response.get("Location", "").startswith(expected)
    assert (response.status_code, Merge.objects.count()) == (302 if expected else 403, expected == "/desk/merges/")


@pytest.mark.parametrize("typed", [{}, {"first": "nobody"}, {"first": "x" * 500, "second": "\x00"}])
def test_wrong_identifiers_lead_to_the_page_that_asks(reviewer: Client, typed: dict[str, str]) -> None:
    looked, sent = (
        reviewer.get(MERGE, {name: text.replace("\x00", "") for name, text in typed.items()}),
        reviewer.post(MERGE, typed),
    )

    assert "Which two records" in looked.content.decode()
    assert sent.status_code in (400, 404)


def test_merge_that_is_not_there_is_not_found(reviewer: Client) -> None:
    assert reviewer.get(reverse("desk-merge-record", args=[10**30])).status_code == 404


# --- In the admin ---


def test_admin_leads_two_chosen_people_to_the_page_that_merges(reviewer: Client) -> None:
    one, other = two()
    chosen = {"action": "merge_selected", "_selected_action": [one.pk, other.pk]}

    response = reviewer.post(list_of(Prisoner), chosen)

    assert response["Location"].startswith(MERGE)
    assert one.public_id in response["Location"]


def test_admin_asks_for_two_where_one_is_chosen(reviewer: Client) -> None:
    chosen = {"action": "merge_selected", "_selected_action": [two()[0].pk]}

    assert "Choose the two records" in told(reviewer.post(list_of(Prisoner), chosen, follow=True))[0]


def test_open_page_of_a_merged_record_says_what_became_of_it(reviewer: Client) -> None:
    one, other = two()
    address = page_of(other)
    reviewer.post(MERGE, merge_form(reviewer, one, other))
    second_word()

    response = reviewer.post(address, {"biography": "A poet."}, follow=True)

    assert response.redirect_chain[0][0] == page_of(one)
    assert "has been merged into Siarhei Prykladny" in " ".join(told(response))


def test_history_page_of_both_tells_of_the_merge(reviewer: Client) -> None:
    one, other = two()
    reviewer.post(MERGE, merge_form(reviewer, one, other))
    second_word()

    kept, merged = (reviewer.get(page_of(person, "history")).content.decode() for person in (one, other))

    assert "Сергей Прикладный: changed" in kept
    assert "deleted" in merged


def test_command_compares_everyone_who_waits(capsys: pytest.CaptureFixture[str]) -> None:
    two()

    call_command("find_duplicates")

    assert capsys.readouterr().out == "2 people compared, 0 wait, 1 pairs to look at.\n"
