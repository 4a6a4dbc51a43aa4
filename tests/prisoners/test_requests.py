"""What families ask for is queued, acted on and closed with an outcome; no total moves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from prisoners.models import Prisoner, Request
from tests.editors import signed_in
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db
DONE = {"decision": "granted", "words": "Withheld; the family was told."}


@pytest.fixture
def reviewer() -> Client:
    return signed_in("reviewer")


@pytest.fixture
def asked() -> Any:
    person = make_prisoner("Jan Exemplar", held=[("2020-08", "2024-08-16")])
    return Request.objects.create(
        prisoner=person, kind="withhold", scope="The name.", made_by="a sister", received_on="2026-11-20"
    )


def page_of_request(asked: Request) -> str:
    return reverse("desk-request", args=[asked.pk])


def totals() -> list[bytes]:
    series = Client().get("/counts/releases.json?country=BY&from=2024&to=2024").json()
    held = Client().get("/counts/held.json?country=BY&from=2023&to=2023").json()
    return [answer["series"][0]["best"] for answer in (series, held)]


def test_open_requests_are_a_queue_for_reviewers_alone(reviewer: Client, asked: Any) -> None:
    words = "open requests of people, families and lawyers"

    assert words in reviewer.get(reverse("desk")).content.decode()
    assert words not in signed_in("editor").get(reverse("desk")).content.decode()
    assert "Jan Exemplar" in reviewer.get(reverse("desk-requests")).content.decode()


def test_request_leads_to_withholding_and_back_and_totals_stay(reviewer: Client, asked: Any) -> None:
    before = totals()
    way = f"{reverse('desk-withhold', args=[asked.prisoner.public_id])}?request={asked.pk}"
    assert way in reviewer.get(page_of_request(asked)).content.decode()

    answer = reviewer.post(way.split("?")[0], {"why": "The family asked.", "request": asked.pk})
    assert answer["Location"] == page_of_request(asked)
    reviewer.post(page_of_request(asked), DONE | {"review_on": "2027-11-20"})

    asked.refresh_from_db()
    assert (asked.decision, str(asked.review_on), asked.notes) == ("granted", "2027-11-20", DONE["words"])
    assert totals() == before and Prisoner.objects.get().publication == "withheld"
    assert "Nothing waits here" in reviewer.get(reverse("desk-requests")).content.decode()


def test_correction_leads_to_the_page_where_it_is_proposed(reviewer: Client, asked: Any) -> None:
    Request.objects.update(kind="correct")

    page = reviewer.get(page_of_request(asked)).content.decode()

    assert reverse("desk-correct", args=["prisoner", asked.prisoner.public_id]) in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (DONE, "The person is still public"),
        ({"decision": "granted", "words": " "}, "This field is required"),
        ({"decision": "open", "words": "Nothing."}, "Select a valid choice"),
        (DONE | {"review_on": "soon"}, "Enter a valid date"),
    ],
)
def test_request_is_not_closed_without_its_outcome(reviewer: Client, asked: Any, sent: Any, said: str) -> None:
    answer = reviewer.post(page_of_request(asked), sent)

    assert (answer.status_code, said in answer.content.decode()) == (400, True)
    asked.refresh_from_db()
    assert asked.decision == "open"


def test_request_is_closed_once(reviewer: Client, asked: Any) -> None:
    refused = {"decision": "refused", "words": "It is about somebody else."}
    assert reviewer.post(page_of_request(asked), refused).status_code == 302

    answer = reviewer.post(page_of_request(asked), refused)

    assert answer.status_code == 400
    asked.refresh_from_db()
    assert asked.notes == refused["words"]


def test_request_to_look_at_again_comes_back(reviewer: Client, asked: Any) -> None:
    Request.objects.update(decision="refused", decided_on="2026-01-01", review_on="2026-06-01")

    assert "To be looked at again" in reviewer.get(reverse("desk-requests")).content.decode()
