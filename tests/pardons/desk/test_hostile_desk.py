"""Hostile values in every form of the desk, from who is signed in: an answer in words, never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pardons.models import Announcement
from tests.editors import make_editor
from tests.hostile import VALUES
from tests.pardons.desk.reports import entered, fields_of, paste

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("effects_are_not_counted")]
FINE = {200, 204, 302, 400, 404}


@pytest.fixture
def reviewer() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_editor("reviewer"))
    return client


def statuses(client: Client, address: str, buttons: list[str], part: int) -> set[Any]:
    """What a form answers with one value in each of its fields, another value for each of its buttons."""
    typed = fields_of(client.get(address).content.decode())
    wrong = set()
    for number, value in enumerate(VALUES[part::16]):
        shown = value.encode("utf-8", "replace").decode()
        keep = {name: sent for name, sent in typed.items() if name.endswith(("-keep", "token"))}
        sent = dict.fromkeys(typed, shown) | keep | {"step": buttons[number % len(buttons)]}
        answer = client.post(address, sent)
        wrong |= {(answer.status_code, value[:60])} if answer.status_code not in FINE else set()
    return wrong


def test_forms_of_a_report_survive_hostile_values(reviewer: Client) -> None:
    assert statuses(reviewer, reverse("desk-new"), ["keep", ""], 0) == set()
    address = str(paste(reviewer)["Location"])

    assert statuses(reviewer, f"{address}text/", [""], 1) == set()
    assert (
        statuses(reviewer, str(paste(reviewer, again="1")["Location"]), ["review", "look", "add:act", "keep", "x"], 2)
        == set()
    )


def test_forms_of_a_review_survive_hostile_values(reviewer: Client) -> None:
    entry = entered(reviewer)
    record = ["announcement", Announcement.objects.earliest("pk").public_id]

    assert statuses(reviewer, entry, ["publish", "back", "submit", "x"], 3) == set()
    assert statuses(reviewer, reverse("desk-record", args=record), ["withhold", "retract", "x"], 4) == set()
    assert statuses(reviewer, reverse("desk-correct", args=record), [""], 5) == set()
