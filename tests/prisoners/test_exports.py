"""Downloads of people and their events: what leaves, in which words, and what never leaves."""

from __future__ import annotations

import csv
import io
import json

import pytest

from prisoners.exports import DOWNLOADS, PRISONERS, prisoner_columns
from prisoners.models import Name, Organisation, Place, Prisoner, PrisonerPrivate, Stay
from prisoners.status import status
from registry.downloads import json_rows
from registry.models import Citation, Source, SourcePrivate
from tests.factories import make_conviction, make_detention, make_prisoner, make_recognition, make_source

pytestmark = pytest.mark.django_db

ADDRESSES = [f"/{download.name}.{form}" for download in DOWNLOADS for form in ("csv", "json", "jsonl")]


def body(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.getvalue().decode("utf-8-sig")


def csv_rows(client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(client, address))))


def test_people_leave_with_identifier_address_words_and_sources(client, settings):
    settings.SITE_URL = "https://registry.example"
    person = make_prisoner("Ivan Exemplar", sex="female", held=[("2020-08-09", "2024-07")])
    Citation.objects.create(source=make_source(url="https://news.example/1"), record=person)

    (row,) = csv_rows(client, "/prisoners.csv")

    assert row["url"] == f"https://registry.example/prisoners/{row['id']}/"
    assert (row["name"], row["country_name"], row["sex"], row["status"]) == (
        "Ivan Exemplar", "Belarus", "female", "released"
    )  # fmt: skip
    assert row["source_addresses"] == "https://news.example/1"


def test_release_of_a_row_is_that_of_its_own_latest_detention(client):
    for name, ends in (("A", ["full_term"]), ("B", ["full_term", "pardon"]), ("C", ["amnesty"])):
        person = make_prisoner(name)
        for year, kind in enumerate(ends, start=2021):
            make_detention(person, f"{year}-03-05", f"{year}-05-06", release={"kind": kind})
    make_prisoner("D", held=[("2024-07-05",)])

    rows = json.loads(body(client, "/prisoners.json"))["rows"]

    assert [(row["name"], row["last_release_kind"], row["status"]) for row in rows] == [
        ("A", "full_term", "free"), ("B", "pardon", "free"), ("C", "amnesty", "free"), ("D", None, "held"),
    ]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_private_and_no_one_hidden_leaves(client, address):
    plant_secrets()

    assert "SECRET" not in body(client, f"{address}?country=all")


def plant_secrets() -> None:
    """Marks in every private field of public records, and in public fields of records that are not public."""
    source = make_source(title="SECRET title", url="https://SECRET.example", publisher="SECRET", access="restricted")
    SourcePrivate.objects.create(source=source, notes="SECRET", stored_text="SECRET")
    person = make_prisoner("Open Person", died_on="2024", death_circumstance="unknown", born_on="1984-02-03")
    PrisonerPrivate.objects.create(prisoner=person, notes="SECRET", withheld_because="SECRET")
    Name.objects.create(prisoner=person, text="SECRET name", is_private=True, publication="published")
    Name.objects.create(prisoner=person, text="SECRET draft", publication="draft")
    place = Place.objects.create(country="BY", name="SECRET place", publication="draft")
    detention = make_detention(person, "2020", "2021", last_confirmed_on="2020-12", last_confirmed_by=source)
    Stay.objects.create(detention=detention, place=place, publication="published")
    conviction = make_conviction(person, "2020", stated_end_source=source)
    recognition = make_recognition(person, "2020", statement=source)
    recognition.organisations.add(Organisation.objects.create(name="SECRET group", slug="x", publication="draft"))
    for record in (person, detention, detention.release, conviction, recognition):
        Citation.objects.create(source=source, record=record, quote="SECRET", locator="SECRET")
    for state in ("draft", "in_review", "withheld", "retracted"):
        hidden = make_prisoner(f"SECRET {state}", publication=state, died_on="2024", death_circumstance="unknown")
        make_detention(hidden, "2020", "2021")
        make_conviction(hidden, "2020", judge="SECRET")
        make_recognition(hidden, "2020")


def test_secrets_stay_in_the_file_of_one_person_too(client):
    plant_secrets()
    person = Prisoner.public.get()

    text = body(client, f"/prisoners/{person.public_id}.json")

    assert "SECRET" not in text
    assert "restricted source" in text


@pytest.mark.parametrize("state", ["draft", "in_review", "withheld", "retracted"])
def test_person_who_is_not_public_has_no_file(client, state):
    person = make_prisoner(publication=state)

    assert client.get(f"/prisoners/{person.public_id}.json").status_code == 404


def test_birth_leaves_as_a_year_and_only_if_it_is_certain(client):
    make_prisoner("Certain", born_on="1984-02-03")
    make_prisoner("Uncertain", born_on="1984/1985")

    assert [row["birth_year"] for row in csv_rows(client, "/prisoners.csv")] == ["1984", ""]
    assert "1984-02-03" not in body(client, "/prisoners.json")


def test_file_of_one_person_holds_the_whole_life(client):
    person = make_prisoner(names=["Ян Экзэмпляр"], held=[("2020-08-09", "2020-08-24"), ("2021", None)])
    make_conviction(person, "2021-09-03")
    make_recognition(person, "2021-03-02")

    life = json.loads(body(client, f"/prisoners/{person.public_id}.json"))

    assert [name["text"] for name in life["names"]] == ["Jan Exemplar", "Ян Экзэмпляр"]
    assert [detention["taken_on"] for detention in life["detentions"]] == ["2020-08-09", "2021"]
    assert len(life["convictions"]) == len(life["recognitions"]) == len(life["releases"]) == 1


def test_file_holds_what_the_list_holds_under_the_same_filters(client):
    make_prisoner("Wanted", sex="female", held=[("2021-02-03",)])
    make_prisoner("Too early", sex="female", held=[("2020-02-03",)])
    make_prisoner("Another", sex="male", held=[("2021-02-03",)])

    for list_name in ("prisoners", "detentions"):
        rows = csv_rows(client, f"/{list_name}.csv?sex=female&taken_from=2021")
        assert [row["name"] for row in rows] == ["Wanted"]


def test_sort_of_the_list_holds_for_the_file(client):
    for name in ("Beta", "Alpha"):
        make_prisoner(name)

    assert [row["name"] for row in csv_rows(client, "/prisoners.csv?sort=name")] == ["Alpha", "Beta"]


def test_several_values_stand_in_one_cell_and_as_a_list(client):
    person = make_prisoner(names=["One", "Two"])
    make_recognition(person, "2021", by=["Example Rights Watch", "A Committee"])

    (row,) = csv_rows(client, "/prisoners.csv")
    (as_json,) = json.loads(body(client, "/prisoners.json"))["rows"]

    assert (row["other_names"], row["recognised_by"]) == ("One | Two", "A Committee | Example Rights Watch")
    assert as_json["other_names"] == ["One", "Two"]


LIVES = {
    "held": {"held": [("2020", "2021"), ("2022",)]},
    "free": {"held": [("2020", "2021-05-06")]},
    "none": {},
    "died": {"held": [("2020",)], "death_circumstance": "in_custody"},
}


@pytest.mark.parametrize(("expected", "life"), LIVES.items())
def test_status_of_the_file_is_the_status_of_the_page(expected, life):
    person = make_prisoner(**life)

    (row,) = json_rows(prisoner_columns(), PRISONERS.rows())

    assert row["status"] == status(person).kind == expected


def test_status_is_out_where_the_latest_detention_ended_otherwise():
    person = make_prisoner(held=[("2020", "2021")])
    make_detention(person, "2022", "2023", ended_how="escape")

    (row,) = json_rows(prisoner_columns(), PRISONERS.rows())

    assert row["status"] == status(person).kind == "out"


def test_source_file_names_what_rests_on_it_and_hides_restricted_sources(client):
    source = make_source(title="Open report")
    person = make_prisoner()
    Citation.objects.create(source=source, record=person)
    restricted = Source.objects.create(title="x", access="restricted", publication="published")

    content = json.loads(body(client, f"/sources/{source.public_id}.json"))

    assert content["rests_on_it"][0]["records"][0]["id"] == person.public_id
    assert client.get(f"/sources/{restricted.public_id}.json").status_code == 404
