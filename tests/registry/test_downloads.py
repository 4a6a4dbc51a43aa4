"""Files as such: headers, forms, blocks, and what happens when something goes wrong on the way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection

from pardons.exports import DOWNLOADS as OF_PARDONS
from prisoners.exports import DOWNLOADS as OF_PRISONERS
from registry import downloads, kept_statements
from registry.downloads import Started, as_object, copied
from registry.environment import BASE_DIR
from registry.exports import SOURCES
from tests.changesets import next_changeset
from tests.factories import make_prisoner

DOWNLOADS = [*OF_PRISONERS, *OF_PARDONS, SOURCES]


@pytest.mark.django_db
@pytest.mark.parametrize("download", DOWNLOADS, ids=lambda download: download.name)
def test_empty_result_is_a_file_with_its_header(client, download):
    response = client.get(f"/{download.name}.csv")
    content = response.getvalue()

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").rstrip("\n").split(",") == [each.name for each in download.columns()]


@pytest.mark.django_db
@pytest.mark.parametrize("download", DOWNLOADS, ids=lambda download: download.name)
def test_empty_result_as_json_has_no_rows_and_says_so(client, download):
    as_json = json.loads(client.get(f"/{download.name}.json").getvalue())

    assert as_json["rows"] == []
    assert client.get(f"/{download.name}.jsonl").getvalue() == b""


@pytest.mark.django_db
@pytest.mark.parametrize("download", DOWNLOADS, ids=lambda download: download.name)
def test_columns_are_documented_in_their_order(download):
    chapter = (BASE_DIR / "docs" / "data.md").read_text().split(f"### {download.name}\n")[1].split("\n### ")[0]
    documented = [line.split("`")[1] for line in chapter.splitlines() if line.startswith("| `")]

    assert documented == [each.name for each in download.columns()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "content_type"),
    [("csv", "text/csv; charset=utf-8; header=present"), ("json", "application/json"),
     ("jsonl", "application/jsonl; charset=utf-8")],
)  # fmt: skip
def test_head_answers_as_get_does_without_a_body(client, form, content_type):
    got, asked = client.get(f"/prisoners.{form}"), client.head(f"/prisoners.{form}")

    assert asked.getvalue() == b""
    assert "Content-Length" not in asked
    assert asked["Content-Disposition"] == got["Content-Disposition"]
    assert asked["Content-Type"] == got["Content-Type"] == content_type


@pytest.mark.django_db
def test_file_is_named_for_its_list_and_the_day(client, monkeypatch):
    state = downloads.State(41, date(2026, 11, 22))
    monkeypatch.setattr(downloads, "current_state", lambda: state)

    response = client.get("/detentions.csv")

    assert response["Content-Disposition"] == 'attachment; filename="detentions-2026-11-22.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_json_says_what_it_rests_on(client, settings):
    settings.SITE_URL = "https://registry.example"
    make_prisoner()

    meta = json.loads(client.get("/prisoners.json?sex=unknown").getvalue())["meta"]

    assert meta["url"] == "https://registry.example/prisoners.json?sex=unknown"
    assert (meta["query"], meta["changeset"]) == ({"sex": "unknown"}, 1)
    assert "minimum" in meta["note"]


@pytest.mark.django_db
def test_wrong_parameter_is_refused_by_its_name(client):
    response = client.get("/prisoners.csv?sex=woman")

    assert response.status_code == 400
    assert response.content.startswith(b"sex: ")


@pytest.mark.django_db
def test_page_of_a_list_means_nothing_for_the_whole_file(client):
    make_prisoner()

    assert client.get("/prisoners.csv?after=nobody").getvalue() == client.get("/prisoners.csv").getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1", "a;=1", "'=1"])
def test_no_name_is_a_formula(client, name):
    make_prisoner(name)

    (row,) = csv.DictReader(io.StringIO(client.get("/prisoners.csv").getvalue().decode("utf-8-sig")))

    assert row["name"] != name
    assert row["name"].replace("'", "") == name.replace("'", "")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ['quote " and, comma', "back\\slash", "100 % sure", "{}", "Ганна – Ł", "two\nlines"])
def test_odd_names_arrive_whole(client, name):
    make_prisoner(name)

    (row,) = csv.DictReader(io.StringIO(client.get("/prisoners.csv").getvalue().decode("utf-8-sig"), newline=""))
    (line,) = client.get("/prisoners.jsonl").getvalue().decode().splitlines()

    assert row["name"] == json.loads(line)["name"] == name


def test_many_blocks_make_one_json_object():
    blocks = as_object({"a": 1}, iter([b'{"n": 1}\n{"n": 2}\n', b'{"n": 3}\n']))

    assert json.loads(b"".join(blocks)) == {"meta": {"a": 1}, "rows": [{"n": 1}, {"n": 2}, {"n": 3}]}


def test_json_broken_off_is_not_a_whole_object():
    def breaking() -> Iterator[bytes]:
        yield b'{"n": 1}\n'
        raise DatabaseError

    blocks = as_object({}, breaking())
    sent = next(blocks)

    with pytest.raises(DatabaseError):
        next(blocks)
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(sent)


def test_what_fails_at_once_fails_before_anything_is_sent():
    def failing() -> Iterator[bytes]:
        raise DatabaseError
        yield b""

    with pytest.raises(DatabaseError):
        Started(failing())


@pytest.mark.django_db
def test_rows_leave_in_large_blocks():
    blocks = list(copied("SELECT repeat('x', 99) FROM generate_series(1, 2000)", "FORMAT csv"))

    assert sum(map(len, blocks)) == 200_000
    assert len(blocks[0]) < downloads.BLOCK_BYTES
    assert all(len(block) >= downloads.BLOCK_BYTES for block in blocks[1:-1])


@pytest.mark.django_db
def test_short_file_frees_the_connection_before_it_is_read():
    unread = Started(copied("SELECT 1", "FORMAT csv"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT 2")
        assert cursor.fetchone() == (2,)
    assert list(unread) == [b"1\n"]


@pytest.mark.django_db(transaction=True)
def test_reader_who_leaves_frees_the_connection():
    endless = Started(copied("SELECT repeat('x', 99), generate_series(1, 1000000000)", "FORMAT csv"))
    next(endless)

    endless.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.fixture
def put_together(settings, monkeypatch) -> Iterator[list[str]]:
    """The queries of files that were made anew, with memory as it is in service."""
    made: list[str] = []
    compiled = downloads.inner_statement

    def noted(*given: Any) -> str:
        made.append(compiled(*given))
        return made[-1]

    monkeypatch.setattr(downloads, "inner_statement", noted)
    settings.KEPT_PAGES_MEGABYTES = 1
    kept_statements.forget()
    yield made
    kept_statements.forget()


@pytest.mark.django_db
def test_query_of_a_file_is_put_together_once_and_its_rows_are_asked_anew(client, put_together):
    make_prisoner("Vydumany Pryklad")
    client.get("/prisoners.exact.csv").getvalue()
    make_prisoner("Niebyvaly Uzor")

    again = client.get("/prisoners.exact.csv").getvalue().decode()

    assert len(put_together) == 1
    assert "Vydumany Pryklad" in again and "Niebyvaly Uzor" in again


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["/prisoners.exact.csv?sex=male", "/detentions.exact.csv", "/prisoners.csv"])
def test_another_question_has_a_query_of_its_own(client, put_together, asked):
    make_prisoner()
    client.get("/prisoners.exact.csv").getvalue()

    client.get(asked).getvalue()

    assert len(put_together) == 2


@pytest.mark.django_db
def test_query_is_put_together_anew_after_each_changeset_and_for_each_search(client, put_together):
    make_prisoner("Vydumany Pryklad")
    client.get("/prisoners.csv").getvalue()
    next_changeset()
    make_prisoner("Niebyvaly Uzor")

    client.get("/prisoners.csv").getvalue()
    found = [client.get("/prisoners.csv?q=Uzor").getvalue() for _ in range(2)]

    assert len(put_together) == 4
    assert found[0] == found[1]
