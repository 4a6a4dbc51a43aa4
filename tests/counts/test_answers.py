"""Answers as page, JSON and CSV: their shape, and that they say the same."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from itertools import product
from typing import Any

import pytest

from counts.questions import METRICS
from tests.counts.asking import ask
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

QUERIES = ["", "by=month&from=2024-05&to=2024-10", "group=sex,kind&from=2024", "country=all&by=quarter&from=2024"]
TABLES = list(product(METRICS, QUERIES))


@pytest.fixture(autouse=True)
def records() -> None:
    """A little of everything that counts, with a partial date, a withheld person and a draft."""
    announcement = make_announcement("pardon", "2024-08-16", 30, women=14, men=16)
    make_announcement("release", "2024-07", 18)
    freed = make_prisoner(sex="female", held=[("2023-03-01", "2024-08-17")])
    identify(freed, announcement, release=freed.detentions.get().release)
    held = make_prisoner(held=[("2024",)])
    make_conviction(held, "2024-06-01")
    make_recognition(held, "2024-06-02")
    make_prisoner(publication="withheld", held=[("2024-05-05",)])
    make_prisoner(publication="draft", held=[("2024-05-05",)])
    make_prisoner(died_on="2024-09-01", death_circumstance="in_custody")
    make_figure(metric="releases", value=18, period_from="2024-07", period_to="2024-07", qualifier="about")


def json_of(client, metric: str, query: str = "") -> dict[str, Any]:
    return client.get(f"/counts/{metric}.json?{query}").json()


def csv_of(client, metric: str, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/counts/{metric}.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_json_has_the_shape_that_others_rely_on(client):
    answer = json_of(client, "releases", "country=BY&from=2024-07&to=2024-08&by=total")
    [row] = answer["series"]

    assert {name: answer[name] for name in ("metric", "unit", "measure", "country", "definition", "recognised")} == {
        "metric": "releases", "unit": "people", "measure": "flow", "country": "BY", "definition": "everyone",
        "recognised": "by-cutoff",
    }  # fmt: skip
    assert answer.keys() >= {"forms", "cut_off", "changeset", "method", "series", "not_placed", "reported"}
    assert row | {"reported": [], "explain": ""} == {
        "period": "2024-07/2024-08", "group": None, "complete": True, "state": "counted", "named": 1,
        "best": {"low": 30, "value": 30, "high": 48}, "announced": 48, "reported": [], "explain": "",
    }  # fmt: skip


def test_explain_address_in_a_row_answers_with_the_same_number(client):
    [row] = json_of(client, "releases", "country=BY&from=2024-07&to=2024-08&by=total")["series"]

    explained = client.get(row["explain"].replace("/explain/", "/explain.json")).json()

    assert explained["answer"]["series"][0]["best"] == row["best"]


def test_two_groups_are_named_in_the_row(client):
    rows = json_of(client, "releases", "group=sex,kind&by=total")["series"]

    assert {"sex": "female", "kind": "pardon"} in [row["group"] for row in rows]


def test_what_fits_in_no_row_has_its_period_and_its_reason(client):
    [line] = json_of(client, "arrests", "from=2024&to=2024&by=month")["not_placed"]

    assert line == {
        "period": "2024", "group": None, "why": "month not known", "named": 1,
        "best": {"low": 1, "value": 1, "high": 1}, "announced": 1,
        "explain": "/counts/arrests/explain/?country=BY&from=2024&to=2024",
    }  # fmt: skip


def test_unknown_row_has_no_readings(client):
    row = json_of(client, "arrests", "from=2900&to=2901&by=year")["series"][0]

    assert (row["state"], row["named"], row["best"], row["announced"]) == ("unknown", None, None, None)


def test_reported_figure_stands_once_above_and_in_the_row_it_lies_in(client):
    answer = json_of(client, "releases", "from=2024-06&to=2024-08&by=month")

    assert [figure["value"] for figure in answer["reported"]] == [18]
    assert [len(row["reported"]) for row in answer["series"]] == [0, 1, 0]
    assert answer["reported"][0] | {"id": "", "source": ""} == {
        "metric": "releases", "unit": "people", "measure": "flow", "value": 18, "value_high": None, "women": None,
        "men": None, "qualifier": "about", "period": "2024-07", "said_on": None, "scope": "", "definition": "",
        "who_says": "A news agency", "quote": "", "id": "", "source": "",
    }  # fmt: skip


@pytest.mark.parametrize(("metric", "query"), TABLES)
def test_page_csv_and_json_say_the_same(client, metric, query):
    answer, rows = json_of(client, metric, query), csv_of(client, metric, query)
    page = client.get(f"/counts/{metric}/?{query}").content.decode()

    assert [as_cells(item) for item in [*answer["series"], *answer["not_placed"]]] == [
        (row["period"], row["named"], row["best_low"], row["best_value"], row["best_high"], row["announced"])
        for row in rows
    ]
    assert printed_readings(page) == [as_printed(row) for row in answer["series"]]


def as_cells(item: dict[str, Any]) -> tuple[str, ...]:
    best = item["best"] or {}
    numbers = (item["named"], best.get("low"), best.get("value"), best.get("high"), item["announced"])
    return (item["period"] or "", *("" if number is None else str(number) for number in numbers))


def printed_readings(page: str) -> list[str]:
    """The cells with numbers, of each row of the table that is no aside, as a reader sees them."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)
    cells = [re.findall(r'<td class="number[^>]*>(.*?)</td>', row, re.DOTALL) for row in rows]
    return [" | ".join(" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row) for row in cells]


@pytest.mark.parametrize("query", ["by=month&from=2024", "by=year&from=2023-03", "group=sex"])
def test_every_number_of_the_table_leads_to_what_explains_it(client, query):
    page = client.get(f"/counts/releases/?{query}").content.decode()
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]

    numbers = re.findall(r'<td class="number[^>]*>(.*?)</td>', re.sub(r'(?s)<tr class="aside">.*?</tr>', "", table))
    lines = re.findall(r'(?s)<tr class="aside">.*?</tr>', table)

    assert numbers
    assert [number for number in numbers if "href" not in number and number != "0"] == []
    assert all("as a whole, explained" in line for line in lines)


def as_printed(row: dict[str, Any]) -> str:
    if row["state"] != "counted":
        return row["state"].replace("_", " ").replace("unknown", "not known")
    low, high = row["best"]["low"], row["best"]["high"]
    best = f"{low}" if low == high else f"{low} to {high}"
    return f"{row['named']} | Explain: {best} | {row['announced']}"


def test_every_answer_carries_who_counts_cut_off_changeset_and_method(client):
    [row] = csv_of(client, "held", "from=2024&to=2024&by=total&definition=recognised&forms=prison")

    assert (row["definition"], row["recognised"], row["forms"]) == ("recognised", "then", "prison")
    assert row["cut_off"] and row["changeset"] and row["method"] == "1"


def test_csv_begins_with_a_byte_order_mark_for_spreadsheets(client):
    assert client.get("/counts/held.csv").content.startswith(b"\xef\xbb\xbfmetric,")


def test_wrong_parameter_is_a_400_that_names_it(client):
    answer = client.get("/counts/releases.json?by=week")

    assert answer.status_code == 400
    assert "by" in answer.content.decode() and "week" in answer.content.decode()


@pytest.mark.parametrize("group", ["charge", "occupation", "sex,charge"])
def test_page_says_of_groups_that_they_do_not_add_up(client, group):
    notes = json_of(client, "releases", f"group={group}")["notes"]
    page = client.get(f"/counts/releases/?group={group}").content.decode()

    assert any("do not add up" in note for note in notes)
    assert all(note in unescape(page) for note in notes)


def test_scope_that_is_no_default_stands_in_the_heading_and_not_above_it_too(client):
    page = client.get("/counts/held/?definition=recognised").content.decode()

    [kicker], [heading] = (re.findall(rf"<{tag}>(.*?)</", page) for tag in ('p class="kicker"', "h1"))
    assert ("by any organisation" in kicker, "by any organisation" in heading) == (False, True)


def test_metric_nobody_counts_is_not_found(client):
    assert client.get("/counts/escapes/").status_code == 404


def test_withheld_person_is_counted_in_years_and_said_to_be_left_out_of_months(client):
    years, months = (
        json_of(client, "arrests", "from=2024&to=2024"),
        json_of(client, "arrests", "from=2024&to=2024&by=month"),
    )

    assert (years["withheld"], years["series"][0]["named"], years["series"][0]["withheld"]) == ("counted", 2, 1)
    assert (months["withheld"], sum(row["named"] for row in months["series"])) == ("left out", 0)


def test_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries):
    make_detention(make_prisoner(), "2020-01-01")

    # Two of them where the sums have too few people who may fill a place.
    with django_assert_max_num_queries(14):
        ask("releases", "2020/2024", by="month")
