"""Downloads of announcements, pardons and reported figures."""

from __future__ import annotations

import csv
import io
import json

import pytest

from pardons.models import AnnouncementPrivate
from tests.factories import (
    identify,
    make_announcement,
    make_figure,
    make_prisoner,
    make_source,
    make_statement,
    relate,
)

pytestmark = pytest.mark.django_db


def body(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.getvalue().decode("utf-8-sig")


def csv_row(client, address: str) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(body(client, address)))
    return row


def test_thirteen_of_thirty_named_leave_seventeen_unnamed(client):
    announcement = make_announcement(total=30, women=14, men=16)
    for number in range(13):
        identify(make_prisoner(f"Person {number}"), announcement)

    row = csv_row(client, "/announcements.csv")
    (as_json,) = json.loads(body(client, "/announcements.json"))["rows"]

    assert (row["total"], row["women"], row["men"], row["named"], row["unnamed"]) == ("30", "14", "16", "13", "17")
    assert (as_json["total"], as_json["named"], as_json["unnamed"]) == (30, 13, 17)


def test_withheld_person_stays_among_the_unnamed(client):
    announcement = make_announcement(total=30)
    identify(make_prisoner(publication="withheld"), announcement)

    row = csv_row(client, "/announcements.csv")

    assert (row["named"], row["unnamed"]) == ("0", "30")


def test_more_named_than_announced_leave_none_unnamed_and_no_number_leaves_it_open(client):
    announcement = make_announcement(total=1)
    for number in range(2):
        identify(make_prisoner(f"Person {number}"), announcement)
    make_announcement(total=None, act_on="2025")

    crowded, open_ended = csv.DictReader(io.StringIO(body(client, "/announcements.csv")))

    assert (crowded["named"], crowded["unnamed"]) == ("2", "0")
    assert (open_ended["total"], open_ended["unnamed"]) == ("", "")


def test_announcement_file_holds_every_statement_and_relation(client):
    announcement = make_announcement(total=18)
    make_statement(announcement, 30, qualifier="about")
    july = make_announcement("release", "2024-07", 18)
    hidden = make_announcement("release", "2024-07", 5, publication="draft")
    relate(announcement, july, "may_overlap")
    relate(hidden, announcement, "distinct")

    content = json.loads(body(client, f"/announcements/{announcement.public_id}.json"))

    assert [statement["total"] for statement in content["statements"]] == [18, 30]
    assert [(relation["second"], relation["kind"]) for relation in content["relations"]] == [
        (july.public_id, "may_overlap")
    ]


def test_pardon_names_the_announcement_that_it_belongs_to(client):
    announcement = make_announcement(total=30)
    identify(make_prisoner("Jan Exemplar"), announcement)

    row = csv_row(client, "/pardons.csv")

    assert (row["name"], row["announcements"]) == ("Jan Exemplar", announcement.public_id)


def test_figure_leaves_with_its_qualifier_and_who_says_it(client):
    make_figure(metric="arrests", value=35_000, qualifier="over", period_from="2020", who_says="A news agency")

    row = csv_row(client, "/figures.csv")

    assert (row["metric"], row["qualifier"], row["value"], row["period_from"]) == ("arrests", "over", "35000", "2020")
    assert row["who_says"] == "A news agency"


@pytest.mark.parametrize("list_name", ["announcements", "figures", "pardons"])
@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_nothing_private_and_nothing_hidden_leaves(client, list_name, form):
    plant_secrets()

    assert "SECRET" not in body(client, f"/{list_name}.{form}?country=all")


def plant_secrets() -> None:
    restricted = make_source(title="SECRET", url="https://SECRET.example", access="restricted")
    announcement = make_announcement(total=30)
    AnnouncementPrivate.objects.create(announcement=announcement, notes="SECRET")
    make_statement(announcement, 8, source=restricted, words="SECRET words")
    make_statement(announcement, 9, words="SECRET draft", publication="draft")
    identify(make_prisoner("SECRET withheld", publication="withheld"), announcement)
    make_figure(source=restricted, quote="SECRET quote")
    make_figure(publication="draft", who_says="SECRET")
    make_announcement(publication="draft", authority="SECRET", act_on="2025-01-01")


def test_announcement_file_shows_nothing_of_a_restricted_source(client):
    plant_secrets()
    listed = json.loads(body(client, "/announcements.json"))["rows"]

    text = body(client, f"/announcements/{listed[0]['id']}.json")

    assert "SECRET" not in text
    assert [statement["source"] for statement in json.loads(text)["statements"]][1] == "restricted source"
