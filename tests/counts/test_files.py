"""Counts as files for programs: exact CSV and JSON lines, which say what the JSON says, open to other sites."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from counts import account_views, answers, changes_views, row_pages
from tests.changesets import next_changeset
from tests.factories import make_announcement, make_prisoner

pytestmark = pytest.mark.django_db
QUESTION = "from=2024&to=2024&group=sex"
TABLES = {
    "/counts/releases": answers.PLAIN_COLUMNS,
    "/counts/releases/changes": changes_views.PLAIN_COLUMNS,
    "/counts/releases/rows": row_pages.COLUMNS,
    "/counts/account": account_views.LINE_COLUMNS,
}


@pytest.fixture(autouse=True)
def records() -> None:
    make_announcement("release", "2024-07", 18)
    make_prisoner("=Vera Exempel", sex="female", held=[("2023-03-01", "2024-08-17")])
    make_prisoner(held=[("2023-03-01", "2024/2025")])
    next_changeset()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.getvalue().decode()


def exact(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(client, address))))


def lines(client: Client, address: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(client, address).splitlines()]


def in_cell(value: Any) -> str:
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


@pytest.mark.parametrize("table", TABLES)
def test_both_files_hold_the_documented_columns_and_say_the_same(client: Client, table: str) -> None:
    query = "from=2024&to=2024"

    cells, rows = exact(client, f"{table}.exact.csv?{query}"), lines(client, f"{table}.jsonl?{query}")

    assert rows and all(tuple(row) == TABLES[table] for row in [*cells, *rows])
    assert cells == [{name: in_cell(value) for name, value in row.items()} for row in rows]


def test_json_lines_hold_every_row_of_the_series_and_every_line_beside_it(client: Client) -> None:
    told = client.get(f"/counts/releases.json?{QUESTION}").json()

    rows = lines(client, f"/counts/releases.jsonl?{QUESTION}")

    assert [(row["group"], row["named"], row["best_high"], row["state"]) for row in rows if row["placed"]] == [
        (row["group"], row["named"], row["best"]["high"], row["state"]) for row in told["series"]
    ]
    assert [row["why"] for row in rows if not row["placed"]] == [line["why"] for line in told["not_placed"]] != []


def test_exact_file_is_not_guarded_and_the_one_for_spreadsheets_is(client: Client) -> None:
    address = "/counts/releases/rows{}?from=2024&to=2024"

    assert next(row["name"] for row in exact(client, address.format(".exact.csv"))) == "=Vera Exempel"
    assert "'=Vera Exempel" in text_of(client, address.format(".csv"))


@pytest.mark.parametrize("ending", [".csv", ".exact.csv", ".json", ".jsonl"])
@pytest.mark.parametrize("table", TABLES)
def test_every_file_is_open_to_scripts_of_other_sites_and_so_is_what_is_wrong(
    client: Client, table: str, ending: str
) -> None:
    good, bad = client.get(f"{table}{ending}?from=2024"), client.get(f"{table}{ending}?from=soon")

    assert (good.status_code, bad.status_code) == (200, 400)
    assert good["Access-Control-Allow-Origin"] == bad["Access-Control-Allow-Origin"] == "*"
