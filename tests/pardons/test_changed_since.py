"""What changed since a state: added, changed, withdrawn or merged, told apart as new fact or correction."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest

from prisoners.models import Detention, Merge, Name, Prisoner
from registry.history import changeset
from tests.changesets import next_changeset
from tests.factories import make_announcement, make_detention, make_prisoner, make_recognition

pytestmark = pytest.mark.django_db


def changed(client: Any, since: int) -> set[tuple[str, str, str, str]]:
    content = client.get(f"/data/changes.exact.csv?since={since}").getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    asked = client.get(f"/api/v1/changes/?since={since}").json()["rows"]
    assert [{name: str(value or "") for name, value in row.items()} for row in asked] == rows
    return {(row["table"], row["id"], row["change"], row["nature"]) for row in rows}


@pytest.fixture
def person() -> Prisoner:
    person = make_prisoner("Jan Exemplar", held=[("2020",)])
    next_changeset()
    return person


def test_new_record_is_an_added_new_fact(client, person):
    detention = make_detention(person, "2024")

    assert changed(client, 1) == {("detentions", detention.public_id, "added", "new_fact")}


def test_changes_are_a_file_in_four_forms(client, person):
    detention = make_detention(person, "2024")
    csv_file, exact, whole, lines = (
        client.get(f"/data/changes.{form}?since=1").getvalue().decode()
        for form in ("csv", "exact.csv", "json", "jsonl")
    )
    [row] = json.loads(whole)["rows"]

    assert row == json.loads(lines)
    assert exact.splitlines()[1] == f"detentions,{detention.public_id},added,new_fact,{row['changeset']},"
    assert csv_file.startswith("\ufefftable,id,") and f",added,new fact,{row['changeset']}," in csv_file


def test_mended_record_is_a_changed_correction(client, person):
    with changeset(by=None, note="Misread", nature="correction"):
        Prisoner.objects.filter(pk=person.pk).update(sex="male")

    assert changed(client, 1) == {("prisoners", person.public_id, "changed", "correction")}


def test_new_fact_about_a_known_record_is_a_changed_new_fact(client, person):
    Detention.objects.filter(prisoner=person).update(ended_on="2024", ended_how="escape")
    detention = person.detentions.get()

    assert changed(client, 1) == {("detentions", detention.public_id, "changed", "new_fact")}


def test_new_link_changes_the_record(client, person):
    recognition = make_recognition(person, "2020")
    before = next_changeset()
    recognition.organisations.clear()

    assert changed(client, before) == {("recognitions", recognition.public_id, "changed", "new_fact")}


def test_what_was_done_and_undone_is_no_change(client, person):
    for sex in ("male", "unknown"):
        Prisoner.objects.filter(pk=person.pk).update(sex=sex)
        next_changeset()

    assert changed(client, 1) == set()


@pytest.mark.parametrize("state", ["withheld", "retracted"])
def test_withdrawn_person_goes_with_every_event_and_without_a_word_of_when_and_why(client, person, state):
    Prisoner.objects.filter(pk=person.pk).update(publication=state)
    gone = {("prisoners", person.public_id), ("names", person.names.get().public_id),
            ("detentions", person.detentions.get().public_id)}  # fmt: skip

    assert changed(client, 1) == {(*each, "withdrawn", "correction") for each in gone}
    assert {row["changeset"] for row in client.get("/api/v1/changes/?since=1").json()["rows"]} == {None}


def test_person_who_was_never_public_is_in_no_change(client, person):
    hidden = make_prisoner("SECRET", publication="draft")
    next_changeset()
    Prisoner.objects.filter(pk=hidden.pk).update(publication="withheld")

    assert changed(client, 1) == set()


def test_merged_person_leads_to_the_one_kept(client, person):
    kept = make_prisoner("Kept")
    before = next_changeset()
    Merge.objects.create(
        kept_key=kept.pk, kept_public_id=kept.public_id, merged_key=person.pk, merged_public_id=person.public_id
    )
    person.detentions.all().delete()
    Name.objects.filter(prisoner=person).delete()
    person.delete()

    rows = client.get(f"/api/v1/changes/?since={before}").json()["rows"]

    assert [(row["change"], row["into"]) for row in rows if row["table"] == "prisoners"] == [("merged", kept.public_id)]


def test_pages_of_changes_hold_each_once(client, person):
    for number in range(3):
        make_detention(person, str(2021 + number))
    address, found = "/api/v1/changes/?since=1&limit=2", []
    while address:
        page = client.get(address).json()
        found += [row["id"] for row in page["rows"]]
        address = (page["next"] or "").partition(":8000")[2]

    assert len(found) == len(set(found)) == 3


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?since=99",
        "?since=nonsense",
        "?since=1&after=nose/1",
        "?changeset=99&since=1",
        "?changeset=2026-11-23&since=1",
    ],
)
def test_wrong_state_is_refused_by_name(client, person, query):
    response = client.get(f"/api/v1/changes/{query}")

    assert response.status_code == 400
    assert response.json()["parameter"] == next((each for each in ("after", "changeset") if each in query), "since")


def test_feeds_tell_of_announcements_and_changes(client, person):
    make_announcement(total=30)
    make_announcement(total=17, publication="draft")

    announced = ElementTree.fromstring(client.get("/feeds/announcements.atom").content)  # noqa: S314 (our own)
    changes = client.get("/feeds/changes.atom").content.decode()

    assert [each.text for each in announced.findall("{*}entry/{*}title")] == ["Belarus: 30 pardoned, 16 August 2024"]
    summary = announced.findtext("{*}entry/{*}summary")
    assert summary == "30 pardoned. Country: Belarus. Kind of act: pardon. Day: 16 August 2024."
    assert "announcements added: 1" in changes
    assert "/data/changes.csv?changeset=2&amp;since=1" in changes


def test_changes_of_one_changeset_are_told_alone(client, person):
    detention = make_detention(person, "2021")
    next_changeset()
    make_detention(person, "2023")

    (row,) = client.get("/api/v1/changes/?since=1&changeset=2").json()["rows"]
    file = client.get("/data/changes.exact.csv?changeset=2&since=1").getvalue().decode()

    assert (row["table"], row["id"], row["changeset"]) == ("detentions", detention.public_id, 2)
    assert len(file.splitlines()) == 2 and detention.public_id in file
