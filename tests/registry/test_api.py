"""The API: what a program asks and gets, page by page, and what it is told where it asks wrongly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prisoners.models import Merge, Prisoner
from registry.models import Citation
from tests.factories import make_announcement, make_detention, make_prisoner, make_source

pytestmark = pytest.mark.django_db


def answer(client: Any, address: str, **headers: str) -> Any:
    response = client.get(f"/api/v1/{address}", **headers)
    assert response.status_code == 200, response.content
    return response.json()


def test_pages_hold_every_row_once(client):
    names = [f"Person {number}" for number in range(5)]
    for name in reversed(names):
        make_prisoner(name)
    address, found = "prisoners/?limit=2&fields=name&sort=name", []
    while address:
        page = answer(client, address)
        found += [row["name"] for row in page["rows"]]
        address = (page["next"] or "").partition("/api/v1/")[2]

    assert found == names
    assert page["total"] == 5


def test_previous_page_is_the_one_before(client):
    for number in range(3):
        make_prisoner(f"Person {number}")
    second = answer(client, "prisoners/?limit=2&sort=name")["next"].partition("/api/v1/")[2]

    before = answer(client, second)["previous"].partition("/api/v1/")[2]

    assert [row["name"] for row in answer(client, before)["rows"]] == ["Person 0", "Person 1"]


def test_rows_are_those_of_the_download(client):
    person = make_prisoner(sex="female", held=[("2020-08-09", "2024-07")])
    Citation.objects.create(source=make_source(), record=person)

    (row,) = answer(client, "detentions/?sex=female")["rows"]

    assert row == json.loads(client.get("/detentions.jsonl?sex=female").getvalue())


def test_search_names_the_spelling_that_it_found_best_match_first(client):
    make_prisoner("Jan Exemplarovich")
    make_prisoner("Ivan Other", names=["Ян Экземпляр"])

    rows = answer(client, "prisoners/?q=Ян Экземпляр&fields=name,matched_name")["rows"]

    assert rows[0] == {"name": "Ivan Other", "matched_name": "Ян Экземпляр"}


def test_fields_come_in_the_order_asked_and_added_ones_alone(client):
    make_prisoner()

    assert list(answer(client, "prisoners/?fields=name,id")["rows"][0]) == ["name", "id"]
    assert answer(client, "prisoners/?fields=matched_name")["rows"] == [{"matched_name": None}]


@pytest.mark.parametrize("state", ["draft", "in_review", "withheld", "retracted"])
def test_person_who_is_not_public_is_in_no_answer(client, state):
    person = make_prisoner("SECRET", publication=state)
    make_detention(person, "2020")

    assert answer(client, "prisoners/?country=all")["total"] == answer(client, "detentions/?country=all")["total"] == 0
    assert client.get(f"/api/v1/prisoners/{person.public_id}/").status_code == 404


def test_restricted_source_is_in_no_answer(client):
    source = make_source(access="restricted")

    assert answer(client, "sources/")["rows"] == []
    assert client.get(f"/api/v1/sources/{source.public_id}/").status_code == 404


def test_address_of_a_merged_record_leads_to_the_one_kept(client):
    person = make_prisoner()
    Merge.objects.create(kept_key=person.pk, kept_public_id=person.public_id, merged_key=0, merged_public_id="gone")

    moved = client.get("/api/v1/prisoners/gone/")

    assert (moved.status_code, moved["Location"]) == (301, f"/api/v1/prisoners/{person.public_id}/")


def test_earlier_state_is_asked_as_on_the_page(client):
    person = make_prisoner(sex="female")
    Prisoner.objects.filter(pk=person.pk).update(sex="male")

    # One test is one transaction, and so one changeset: the state before it is refused in words.
    assert client.get("/api/v1/prisoners/?known_on=7").status_code == 400
    assert answer(client, "prisoners/?known_on=1")["meta"]["changeset"] == 1
    assert answer(client, f"prisoners/{person.public_id}/?known_on=1")["prisoner"]["sex"] == "male"


def test_count_is_that_of_its_page(client):
    make_announcement()

    assert (
        answer(client, "counts/pardons/?from=2024&to=2024")
        == client.get("/counts/pardons.json?from=2024&to=2024").json()
    )


def test_unchanged_answer_is_not_sent_again_until_something_changes(client):
    tag = client.get("/api/v1/prisoners/")["ETag"]
    unchanged = client.get("/api/v1/prisoners/", HTTP_IF_NONE_MATCH=tag)
    make_prisoner()
    changed = client.get("/api/v1/prisoners/", HTTP_IF_NONE_MATCH=tag)

    assert (unchanged.status_code, unchanged.content, changed.status_code) == (304, b"", 200)


def test_another_question_has_another_tag(client):
    assert client.get("/api/v1/prisoners/")["ETag"] != client.get("/api/v1/prisoners/?sex=male")["ETag"]


def test_pages_of_other_sites_may_read_answers_and_errors_and_headers_stay(client):
    for address in ("prisoners/", "prisoners/?sex=x", "nothing/", "counts/releases/"):
        response = client.get(f"/api/v1/{address}")
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Access-Control-Allow-Credentials" not in response


WRONG = {
    "prisoners/?sex=woman": "sex",
    "prisoners/?fields=nose": "fields",
    "prisoners/?limit=0": "limit",
    "prisoners/?limit=999": "limit",
    "prisoners/?sort=nose": "sort",
    "prisoners/?after=nobody": "after",
    "prisoners/?sexx=male": "sexx",
    "sources/?kind=rumour": "kind",
    "counts/releases/?by=century": "by",
}


@pytest.mark.parametrize(("address", "parameter"), WRONG.items())
def test_wrong_parameter_is_named_with_what_would_be_right(client, address, parameter):
    response = client.get(f"/api/v1/{address}")

    assert response.status_code == 400
    assert response.json()["parameter"] == parameter
    assert len(response.json()["error"]) > 20


@pytest.mark.parametrize(
    ("method", "address", "accept", "status"),
    [("get", "nothing/", "*/*", 404), ("get", "prisoners/nobody/", "*/*", 404), ("get", "counts/noses/", "*/*", 404),
     ("get", "prisoners/", "text/csv", 406), ("post", "prisoners/", "*/*", 405), ("put", "prisoners/", "*/*", 405),
     ("post", "nothing/", "*/*", 405), ("get", "prisoners/%0A/", "*/*", 404), ("get", "a%0Ab", "*/*", 404)],
)  # fmt: skip
def test_every_refusal_is_json_in_words(client, method, address, accept, status):
    response = getattr(client, method)(f"/api/v1/{address}", HTTP_ACCEPT=accept)

    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    assert set(response.json()) == {"error", "parameter"}


def test_missing_last_slash_is_mended(client):
    response = client.get("/api/v1/prisoners?sex=male")

    assert (response.status_code, response["Location"]) == (301, "/api/v1/prisoners/?sex=male")


def test_begin_names_every_address(client):
    addresses = answer(client, "")["addresses"]

    for name in ("prisoners", "announcements", "figures", "sources", "counts"):
        assert f"/api/v1/{name}/" in addresses


def test_nothing_of_the_api_needs_anything_foreign(client):
    for address in ("", "prisoners/", "openapi.json"):
        assert (
            client.get(f"/api/v1/{address}", HTTP_ACCEPT="text/html,*/*").headers["Content-Type"] == "application/json"
        )
