"""Corrections: at once where nobody has seen the record, proposed where it was public, decided by a second person."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from pardons.models import Announcement
from registry.models import Changeset, ProposedChange
from tests.editors import signed_in
from tests.factories import make_announcement, make_statement
from tests.pardons.desk.reports import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_request_is_a_transaction")]
WHY = {"why": "The decree gives the day.", "nature": "correction"}


def correct(client: Client, record: Any, **changes: str) -> Any:
    """Open the form of a record, change some of it and send it; the answer."""
    address = reverse("desk-correct", args=[record._meta.model_name, record.public_id])
    typed = fields_of(client.get(address).content.decode())
    return client.post(address, typed | WHY | changes, follow=True)


def decide(client: Client, step: str, why: str = "") -> Any:
    address = reverse("desk-change", args=[ProposedChange.objects.get().token])
    shown = client.get(address).context
    return client.post(address, {"step": step, "why": why, "version": shown["version"]}, follow=True)


def test_draft_is_corrected_at_once() -> None:
    announcement = make_announcement(publication="draft")

    correct(signed_in("editor"), announcement, act_on="2024-08-15")

    announcement.refresh_from_db()
    assert str(announcement.act_on) == "2024-08-15"
    made = Changeset.objects.latest("number")
    assert (made.note, made.nature) == (WHY["why"], "correction")


def test_published_record_stands_until_a_second_person_accepts() -> None:
    announcement = make_announcement()
    correct(signed_in("editor"), announcement, act_on="2024-08-15", nature="new_fact")
    announcement.refresh_from_db()
    assert str(announcement.act_on) == "2024-08-16"

    reviewer = signed_in("reviewer")
    shown = reviewer.get(reverse("desk-change", args=[ProposedChange.objects.get().token])).content.decode()
    decide(reviewer, "accept")

    announcement.refresh_from_db()
    assert "2024-08-16" in shown and "2024-08-15" in shown
    assert str(announcement.act_on) == "2024-08-15"
    assert Changeset.objects.latest("number").nature == "new_fact"


def test_nobody_accepts_their_own_proposal() -> None:
    announcement, reviewer = make_announcement(), signed_in("reviewer")
    correct(reviewer, announcement, act_on="2024-08-15")

    assert "A second person has to decide" in decide(reviewer, "accept").content.decode()

    announcement.refresh_from_db()
    assert str(announcement.act_on) == "2024-08-16"


def test_proposal_is_decided_once() -> None:
    correct(signed_in("editor"), make_announcement(), rest="Terms halved.")
    reviewer = signed_in("reviewer")
    assert "Say what has to be changed" in decide(reviewer, "decline").content.decode()
    decide(reviewer, "decline", "No source.")

    assert "decided already" in decide(signed_in("reviewer", "another"), "accept").content.decode()
    assert (Announcement.objects.get().rest, ProposedChange.objects.get().answer) == ("", "No source.")


def test_proposal_on_a_record_that_has_changed_since_is_not_made() -> None:
    announcement = make_announcement()
    correct(signed_in("editor"), announcement, rest="Terms halved.")
    Announcement.objects.update(authority="Another word.")

    page = decide(signed_in("reviewer"), "accept").content.decode()

    assert "would be overwritten" in page and "Another word." in page
    assert (Announcement.objects.get().rest, ProposedChange.objects.get().state) == ("", "open")


def test_second_editor_of_a_draft_is_told_and_loses_nothing() -> None:
    announcement = make_announcement(publication="draft")
    client = signed_in("editor")
    address = reverse("desk-correct", args=["announcement", announcement.public_id])
    typed = fields_of(client.get(address).content.decode())
    # The page was opened before this.
    announcement_before = dict(typed, version="0")

    late = client.post(address, announcement_before | WHY | {"rest": "Terms halved."})

    assert late.status_code == 400 and "changed while you had it open" in late.content.decode()
    assert 'value="Terms halved."' in late.content.decode()


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        ({"why": "", "rest": "x"}, "This field is required"),
        ({}, "Nothing was changed"),
        ({"act_on": "16.8."}, 'value="16.8."'),
    ],
)
def test_mistake_in_a_correction_is_told(mistake: dict[str, str], sentence: str) -> None:
    answer = correct(signed_in("editor"), make_announcement(), **mistake)

    assert answer.status_code == 400 and sentence in answer.content.decode()
    assert not ProposedChange.objects.exists()


def test_kind_that_the_desk_does_not_correct_is_not_found() -> None:
    assert signed_in("editor").get("/desk/records/prisoner/x/correct/").status_code == 404


def test_proposal_outlives_its_account_and_not_its_record() -> None:
    announcement, editor = make_announcement(), signed_in("editor")
    correct(editor, announcement, rest="Terms halved.")
    get_user_model().objects.filter(username="editor-account").delete()
    decide(signed_in("reviewer"), "accept")
    assert Announcement.objects.get().rest == "Terms halved."

    ProposedChange.objects.update(state="open")
    announcement.delete()

    reviewer = signed_in("reviewer", "another")
    assert "It is gone since this was proposed." in decide(reviewer, "accept").content.decode()
    assert reviewer.get(reverse("desk-review")).status_code == 200


def test_choice_of_a_public_statement_is_proposed_and_a_second_person_makes_it() -> None:
    announcement = make_announcement(total=30)
    first = announcement.statements.get(is_chosen=True)
    second = make_statement(announcement, total=31)
    correct(signed_in("editor"), second, is_chosen="on")
    assert announcement.statements.get(is_chosen=True) == first

    decide(signed_in("reviewer"), "accept")

    announcement.refresh_from_db()
    assert [each.total for each in announcement.statements.filter(is_chosen=True)] == [31]
    assert announcement.choice_reason == WHY["why"]


def test_statement_that_is_not_public_is_not_chosen_for_a_public_announcement() -> None:
    announcement = make_announcement(total=30)
    correct(signed_in("editor"), make_statement(announcement, total=31, publication="in_review"), is_chosen="on")

    assert "not public" in decide(signed_in("reviewer"), "accept").content.decode()

    assert announcement.statements.get(is_chosen=True).total == 30
