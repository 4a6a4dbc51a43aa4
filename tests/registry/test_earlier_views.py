"""Pages, lists and files as known earlier: the same for ever, and nobody in them who is hidden today."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import Any

import pytest
from django.test import Client

from pardons.models import Announcement
from prisoners.models import Prisoner
from tests.changesets import next_changeset
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_figure,
    make_prisoner,
    make_recognition,
)

pytestmark = pytest.mark.django_db
EVERYTHING = os.environ.get("TEST_LONG") == "1"
LISTS = ("prisoners", "detentions", "convictions", "recognitions", "releases", "deaths", "pardons", "announcements",
         "figures")  # fmt: skip


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.getvalue().decode()


@pytest.fixture
def person() -> Prisoner:
    """With one of everything that a list shows."""
    person = make_prisoner("Jan Exemplar", held=[("2020-08", "2024-08-16")], death_circumstance="after_release")
    make_conviction(person, "2021")
    make_recognition(person, "2020")
    identify(person, make_announcement())
    make_figure()
    return person


def everything_of(client: Client, person: Any, known_on: int) -> list[str]:
    announcement = Announcement.objects.values_list("public_id", flat=True).first()
    ends = ("/", ".csv", ".json", ".jsonl")
    lists = [
        f"/{name}{end}" for turn, name in enumerate(LISTS) for end in (ends if EVERYTHING else ends[turn % 4 :][:1])
    ]
    records = [f"/{path}{end}" for path in (f"prisoners/{person.public_id}", f"announcements/{announcement}")
               for end in ("/", ".json")]  # fmt: skip
    return [text_of(client, f"{address}?known_on={known_on}") for address in (*lists, *records)]


def test_every_list_page_and_file_of_a_state_is_the_same_after_more_changes(client: Client, person: Prisoner) -> None:
    first = next_changeset()
    before = everything_of(client, person, first)

    make_detention(person, "2025-01")
    make_prisoner("Late Example", held=[("2020", "2021")])
    make_announcement(total=99)
    Prisoner.objects.filter(pk=person.pk).update(sex="female", death_circumstance="")
    next_changeset()

    assert everything_of(client, person, first) == before


def test_person_withheld_today_is_in_no_earlier_list_page_or_file(client: Client, person: Prisoner) -> None:
    first = next_changeset()
    Prisoner.objects.filter(pk=person.pk).update(publication="withheld")

    asked = [f"/{name}{end}?known_on={first}" for name in LISTS for end in ("/", ".jsonl")]
    lists = [text_of(client, address) for address in (asked if EVERYTHING else asked[::4] + asked[3::4])]

    assert not [text for text in lists if "Exemplar" in text or person.public_id in text]
    assert client.get(f"/prisoners/{person.public_id}/?known_on={first}").status_code == 404


def test_page_says_which_state_it_is_and_keeps_its_links_in_it(client: Client, person: Prisoner) -> None:
    number = next_changeset()

    page = text_of(client, f"/prisoners/?known_on={number}")

    assert f"(changeset {number})" in page
    assert f"/prisoners/{person.public_id}/?known_on={number}" in page
    assert 'href="/prisoners/">As known now' in page


def test_file_of_an_earlier_state_is_named_for_it(client: Client, person: Prisoner) -> None:
    number = next_changeset()
    make_prisoner("Late Example")

    answer = client.get(f"/prisoners.json?known_on={number}")
    meta = json.loads(answer.getvalue())["meta"]

    assert (meta["changeset"], meta["query"]) == (number, {"known_on": str(number)})
    assert meta["cut_off"] in answer["Content-Disposition"]


def test_filters_hold_in_the_earlier_state(client: Client, person: Prisoner) -> None:
    number = next_changeset()
    Prisoner.objects.filter(pk=person.pk).update(sex="female")

    then = text_of(client, f"/prisoners.csv?sex=unknown&known_on={number}")

    assert len(list(csv.DictReader(io.StringIO(then.removeprefix("\ufeff"))))) == 1
    assert "Exemplar" not in text_of(client, "/prisoners.csv?sex=unknown")


@pytest.mark.parametrize("address", ["/prisoners/", "/detentions.csv", "/pardons.json"])
def test_search_in_an_earlier_state_is_refused_in_words(client: Client, person: Prisoner, address: str) -> None:
    answer = client.get(f"{address}?q=Jan&known_on={next_changeset()}")

    assert answer.status_code == 400
    assert "searched as they are today" in answer.content.decode()


@pytest.mark.parametrize("asked", ["2999-01-01", "0", "May"])
def test_state_that_nobody_knows_is_refused(client: Client, person: Prisoner, asked: str) -> None:
    assert client.get(f"/prisoners/{person.public_id}/?known_on={asked}").status_code == 400
