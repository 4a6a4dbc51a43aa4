"""The list behind a number has as many rows as it names, for every metric, group, period, definition and form."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest

from counts import behind
from counts.explain import Explanation
from counts.questions import METRICS, Question, question_from
from counts.series import count
from prisoners.models import Article, Case, Charge, Occupation, PrisonerOccupation, Region
from tests.counts.asking import question
from tests.counts.inventing import ORGANISATIONS, invent
from tests.counts.recording import Recording
from tests.counts.test_slow_twin import CUT_OFF, groups_of, questions
from tests.factories import identify, make_announcement, make_detention, make_organisation, make_prisoner

pytestmark = pytest.mark.django_db

SEEDS = range(100) if "TEST_LONG" in os.environ else (9, 15)


def asked(seed: int) -> Iterator[Question]:
    """Each metric, cut, scoped and filtered at random; then by each of its groups."""
    yield from questions(seed)
    for metric in METRICS:
        every = [group for group in groups_of(metric) if group]
        for group in every if "TEST_LONG" in os.environ else Random(seed).sample(every, 2):
            yield replace(question(metric, "2024", country="all"), group=group, cut_off=CUT_OFF)


@pytest.mark.parametrize("seed", SEEDS)
def test_list_of_a_number_and_its_withheld_line_are_the_named(seed):
    Recording(invent(seed))
    for name in ORGANISATIONS:
        make_organisation(name)
    wrong, numbers = [], 0

    for one in asked(seed):
        for row in count(one).rows:
            if row.reading is None or not row.reading.high:
                continue
            cell = tuple((row.group or {}).values())
            explanation = Explanation(replace(one.about(row.period), cell=cell))
            assert question_from(one.metric, explanation.question.query, today=CUT_OFF) == explanation.question
            numbers += row.reading.named > 0
            listed = [len(explanation.behind.counted(0, 10_000)), explanation.how_many.counted]
            if explanation.row.reading != row.reading or listed != [row.reading.named - row.withheld] * 2:
                wrong.append((one, row, explanation.row, listed))

    assert wrong == []
    assert numbers


def text_of(answer: Any) -> str:
    """What a page or a streamed file says."""
    return b"".join(answer).decode()


@pytest.mark.parametrize(("metric", "ending"), list(product(["arrests", "held"], ["/", ".json", ".csv"])))
def test_page_and_files_of_the_rows_have_the_same_people(client, metric, ending):
    for number in range(3):
        make_prisoner(f"Exemplar {number}", held=[("2024-02-01",)], sex="female")
    make_prisoner("Somebody Withheld", publication="withheld", held=[("2024-02-01",)])

    answer = text_of(client.get(f"/counts/{metric}/rows{ending}?from=2024&to=2024"))

    assert [answer.count(f"Exemplar {number}") for number in range(3)] == [1, 1, 1]
    assert "Somebody" not in answer
    assert ("With 1 whose names are withheld: 4." in answer) == (ending == "/")


def test_files_of_the_rows_are_read_some_at_a_time(client, monkeypatch):
    monkeypatch.setattr(behind, "AT_A_TIME", 2)
    for number in range(5):
        make_prisoner(f"Exemplar {number}", held=[("2024-02-01",), ("2024-03-01",)])

    rows = json.loads(text_of(client.get("/counts/arrests/rows.json?from=2024&unit=people")))["rows"]

    assert [row["name"] for row in rows] == [f"Exemplar {number}" for number in range(5)]


def test_wrong_question_is_refused_before_a_file_is_sent(client):
    assert client.get("/counts/arrests/rows.csv?from=never").status_code == 400


def test_rows_come_in_pages(client):
    for number in range(101):
        make_prisoner(f"Exemplar {number}", held=[("2024-02-01",)])

    first, second = (client.get(f"/counts/arrests/rows/?from=2024&page={page}") for page in (1, 2))

    assert (len(first.context["shown"].rows), len(second.context["shown"].rows)) == (100, 1)
    assert client.get("/counts/arrests/rows/?from=2024&page=3").status_code == 400


def test_explanation_leads_to_the_list_of_its_cell(client):
    make_prisoner(sex="female", held=[("2024-02-01",)])
    make_prisoner(sex="male", held=[("2024-02-01",)])

    [row] = [
        row for row in client.get("/counts/arrests.json?from=2024&to=2024&group=sex").json()["series"]
        if row["group"]["sex"] == "female"
    ]  # fmt: skip
    explained = client.get(row["explain"].replace("/explain/", "/explain.json")).json()
    listed = json.loads(text_of(client.get(explained["rows"].replace("/rows/", "/rows.json"))))

    assert explained["answer"]["series"][0]["group"] == {"sex": "female"}
    assert (explained["rows_total"], listed["total"], listed["named"]) == (1, 1, 1)


@pytest.mark.parametrize("query", ["cell=female", "group=sex&cell=female;pardon", "group=sex,kind&cell=female"])
def test_group_that_does_not_fit_the_question_is_refused(client, query):
    answer = client.get(f"/counts/releases/explain/?{query}")

    assert answer.status_code == 400 and "cell" in answer.content.decode()


def standing_in(country: str, region: str, occupation: str, number: str, publication: str) -> None:
    """Somebody of a region, with an occupation, charged under an article."""
    home = Region.objects.create(country=country, slug=region, name=region)
    person = make_prisoner(country=country, home_region=home, publication=publication)
    PrisonerOccupation.objects.create(
        prisoner=person, occupation=Occupation.objects.get_or_create(slug=occupation, name=occupation)[0]
    )
    article = Article.objects.get_or_create(country="BY", code="Code", number=number)[0]
    Charge.objects.create(
        case=Case.objects.create(prisoner=person, publication="published"), article=article, publication="published"
    )


@pytest.mark.parametrize(
    ("group", "cell", "right"),
    [("sex", "femal", "female, male"), ("kind", "fine", "criminal, administrative"), ("age", "25-33", "25-34, 35-44"),
     ("form", "castle", "custody, prison"), ("country", "Belarus", "such as BY"),
     ("region", "BY/north", "of: north, ZZ/east, unknown"),
     ("charge", "Code 9", "of: Code 100, unknown"), ("occupation", "baker", "of: poet, unknown")],
)  # fmt: skip
def test_group_that_there_cannot_be_is_refused_with_those_there_are(client, group, cell, right):
    standing_in("BY", "north", "poet", "100", publication="published")
    standing_in("ZZ", "east", "poet", "100", publication="published")
    # What only somebody withheld has is not told.
    standing_in("BY", "south", "mime", "101", publication="withheld")

    answer = client.get("/counts/arrests/rows/", {"country": "BY", "group": group, "cell": cell})

    assert answer.status_code == 400
    assert right in answer.content.decode()


def test_group_without_anything_is_none_recorded(client):
    answer = client.get("/counts/releases/explain/?group=sex&cell=other").content.decode()

    assert "none recorded" in answer


def test_announcement_without_places_of_a_group_is_not_in_its_explanation():
    july = make_announcement("release", "2024-07-05", 18)
    release = make_detention(make_prisoner(sex="male"), "2023", "2024-07-05").release
    identify(release.detention.prisoner, july, release=release)
    pardoned = make_announcement("pardon", "2024-08-16", 30, women=14)

    explained = [
        Explanation(replace(question("releases", "2024", group="sex"), cell=(sex,))).open_places
        for sex in ("female", "male")
    ]  # fmt: skip

    assert [[(places.announcement, places.open, places.moved) for places in one] for one in explained] == [
        [(pardoned, 14, 0)], [(july, 0, 0)]
    ]  # fmt: skip


def test_places_of_a_cell_are_those_of_its_sex():
    make_announcement("pardon", "2024-08-16", 30, women=14)

    explanation = Explanation(replace(question("releases", "2024", group="sex"), cell=("female",)))

    assert explanation.row.reading is not None
    assert explanation.row.reading.low == 14
    assert explanation.sentence.startswith(
        "at least 14 people documented as released in Belarus in 2024, female; 0 by name; "
    )
