"""Counts as known on an earlier day: the same answer for ever, whatever is learned later (rule 5)."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from counts.questions import UNITS
from prisoners.models import Detention, Organisation, Prisoner, Region, Release
from registry.models import Changeset, Source
from tests.changesets import next_changeset
from tests.counts.asking import named, only_row
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_figure,
    make_prisoner,
    make_recognition,
)

pytestmark = pytest.mark.django_db
ASKED = "from=2020&to=2025&group=region,kind"


def record_much() -> None:
    """Something in every metric."""
    region = Region.objects.create(country="BY", slug="north", name="North")
    person = make_prisoner(
        held=[("2021-03", "2024-07-20")], died_on="2025-03-03", death_circumstance="unknown", home_region=region
    )
    make_conviction(person, "2021-09-01")
    make_recognition(person, "2021-10-01")
    identify(person, make_announcement(total=5))
    make_figure(value=18, quote="Eighteen.")
    make_prisoner("Ala Exemplar", held=[("2024-02-01",)])


def change_everything() -> None:
    """New facts, corrections, renamings and removals."""
    Region.objects.update(name="The Far North")
    Organisation.objects.update(name="Renamed Watch")
    Release.objects.update(kind="exchange")
    Prisoner.objects.filter(names__text="Ala Exemplar").update(publication="retracted")
    Detention.objects.filter(ended_how="").update(taken_on="2023-02-01")
    make_prisoner("Late Exemplar", held=[("2022-01-01", "2024-08-01")])
    make_announcement(total=9, act_on="2024-09-01")
    make_figure(value=99)


def bodies(client: Client, query: str) -> dict[str, bytes]:
    return {
        f"{metric}{ending}": client.get(f"/counts/{metric}{ending}?{query}").content
        for metric in UNITS
        for ending in (".json", ".csv")
    }


def test_rule_05_answer_as_known_is_the_same_to_the_byte_after_many_changes(client: Client) -> None:
    record_much()
    asked = f"{ASKED}&known_on={next_changeset()}"
    before = bodies(client, asked)

    for _time in range(3):
        change_everything()
        next_changeset()

    assert bodies(client, asked) == before
    assert bodies(client, ASKED) != before


def test_rule_05_answer_of_now_is_found_again_under_its_permanent_address(client: Client) -> None:
    record_much()
    number = next_changeset()
    query = "country=BY&from=2020&to=2025&by=total"
    today = {metric: client.get(f"/counts/{metric}.json?{query}").json() for metric in UNITS}
    change_everything()
    next_changeset()

    day = today["held"]["cut_off"]
    for metric, answer in today.items():
        then = client.get(f"/counts/{metric}.json?{query}&known_on={day}/{number}").json()
        for key in ("series", "not_placed", "changeset", "cut_off"):
            assert without_addresses(then[key]) == without_addresses(answer[key]), (metric, key)


def without_addresses(part: Any) -> Any:
    if isinstance(part, list):
        return [{key: value for key, value in row.items() if key != "explain"} for row in part]
    return part


def test_rule_05_late_discovery_is_not_in_what_was_known_before() -> None:
    make_prisoner(held=[("2021-03-01", "2024-07-20")])
    first = next_changeset()
    make_prisoner("Late Exemplar", held=[("2021-03-01", "2024-07-20")])

    assert named("releases", "2024") == 2
    assert named("releases", "2024", known_on=str(first)) == 1


def test_rule_05_what_lies_after_the_state_is_not_known_in_it() -> None:
    make_prisoner(held=[("2021-03-01",)])
    first = next_changeset()
    Changeset.objects.update(made_at="2024-05-03T12:00Z")

    assert only_row("held", "2024-05-04", known_on=str(first)).state == "unknown"
    assert only_row("held", "2024-05-03", known_on=str(first)).state == "counted"
    assert not only_row("releases", "2024", known_on="2024-05-03").is_complete


def test_state_is_named_in_title_sentence_citation_and_files(client: Client) -> None:
    make_prisoner(held=[("2021-03-01", "2024-07-20")])
    number = next_changeset()
    Changeset.objects.update(made_at="2025-05-03T12:00Z")
    said = f"as known on 3 May 2025 (changeset {number})"

    page = client.get(f"/counts/releases/?from=2024&known_on={number}").content.decode()
    told = client.get(f"/counts/releases/explain.json?from=2024&to=2024&known_on={number}").json()
    table = client.get(f"/counts/releases.csv?from=2024&known_on={number}").content.decode()

    assert page.count(said) >= 3
    assert said in told["title"]
    assert said in told["sentence"]
    assert f"known_on=2025-05-03/{number}" in told["citation"]
    assert f",2025-05-03,{number},{number}," in table


def test_command_asks_as_known_too() -> None:
    make_prisoner(held=[("2021-03-01", "2024-07-20")])
    first = next_changeset()
    make_prisoner("Late Exemplar", held=[("2021-03-01", "2024-07-20")])
    said = StringIO()

    call_command("count", "releases", "--by=total", "--json", f"--known-on={first}", stdout=said)

    assert json.loads(said.getvalue())["series"][0]["named"] == 1


def test_command_says_what_is_wrong_with_a_state() -> None:
    with pytest.raises(CommandError, match="--known-on: Nothing is recorded yet"):
        call_command("count", "releases", "--known-on=3")


@pytest.mark.parametrize("asked", ["2999-01-01", "4711", "yesterday"])
@pytest.mark.parametrize("place", ["", ".json", ".csv", "/explain", "/explain.json"])
def test_state_nobody_can_know_is_refused(client: Client, place: str, asked: str) -> None:
    make_prisoner()
    ending = "/" if place in ("", "/explain") else ""

    response = client.get(f"/counts/releases{place}{ending}?known_on={asked}")

    assert (response.status_code, b"known_on" in response.content) == (400, True)


def test_person_hidden_later_stays_counted_and_is_named_nowhere(client: Client) -> None:
    make_prisoner("Jan Exemplar", held=[("2021-03-01", "2024-07-20")])
    hidden = make_prisoner("Canary Exemplar", held=[("2021-03-01", "2024-07-20")])
    asked = f"from=2024&to=2024&known_on={next_changeset()}"
    Prisoner.objects.filter(pk=hidden.pk).update(publication="withheld")

    answer = client.get(f"/counts/releases.json?{asked}").json()
    pages = [client.get(f"/counts/releases/explain{ending}?{asked}") for ending in ("/", ".json")]

    assert answer["series"][0]["named"] == 2
    assert all(b"Jan" in page.content for page in pages)
    assert not any(b"Canary" in page.content or hidden.public_id.encode() in page.content for page in pages)


def test_source_restricted_later_is_quoted_in_no_earlier_state(client: Client) -> None:
    make_figure(on_date="2024-08-16", quote="Canary.")
    asked = f"from=2024&known_on={next_changeset()}"
    assert b"Canary" in client.get(f"/counts/releases.json?{asked}").content

    Source.objects.update(access="restricted")

    assert b"Canary" not in client.get(f"/counts/releases.json?{asked}").content
