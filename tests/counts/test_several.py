"""Flows that are read from sums are those of the events one by one: people with several, and people not checked."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from counts import flows, near, totals
from counts.questions import Question
from counts.series import count
from prisoners.models import Prisoner
from tests.counts.asking import best
from tests.counts.inventing import invent
from tests.counts.recording import Recording
from tests.factories import identify, make_announcement, make_detention, make_prisoner, make_recognition

pytestmark = pytest.mark.django_db

HOW_MANY = 80 if "TEST_LONG" in os.environ else 3
RELEASES = Question(
    "releases", "people", "month", date(2023, 1, 1), date(2025, 3, 31), country="BY", recognised="by-cutoff",
    cut_off=date(2025, 3, 1),
)  # fmt: skip
ALWAYS = {"by": "total", "first": None, "last": None}
ASKED: list[dict[str, Any]] = [
    {}, {"by": "quarter", "group": ("sex",)}, {"by": "year", "last": date(2024, 12, 31), "country": None}, ALWAYS,
    {"by": "quarter", "country": None, "group": ("country",)}, {"group": ("kind",)}, {"unit": "detentions"},
    {"metric": "pardons"}, {"metric": "pardons", "by": "year", "first": None, "last": None},
    {"metric": "recognitions"}, {"metric": "recognitions", **ALWAYS, "country": None},
    {"metric": "convictions", "by": "quarter", "first": None, "last": None},
]  # fmt: skip


@pytest.mark.parametrize("seed", range(HOW_MANY))
def test_sums_and_events_one_by_one_agree(seed, monkeypatch):
    with transaction.atomic():
        Recording(invent(seed))
        questions = [replace(RELEASES, **asked) for asked in ASKED]
        by_sums = [count(question) for question in questions]
        monkeypatch.setattr(flows, "added_up_near", lambda *asked: None)
        monkeypatch.setattr(totals, "has_sums_of_several", lambda *asked: False)
        one_by_one = [count(question) for question in questions]
        transaction.set_rollback(True)

    assert by_sums == one_by_one


def test_people_with_several_events_known_in_part_count_once_each(monkeypatch):
    # A day and months around it; twice in a month; two months, which are no longer event; what lies beyond the span.
    for days in (
        ("2024-03-05", "2024-02/2024-03"),
        ("2024-05", "2024-05-10"),
        ("2024-03", "2024-04"),
        ("2024-09/2024-10", "2024-10"),
    ):
        person = make_prisoner()
        for day in days:
            make_recognition(person, day)
    half_year: dict[str, Any] = {
        "metric": "recognitions",
        "by": "month",
        "first": date(2024, 1, 1),
        "last": date(2024, 6, 30),
    }
    asked = [replace(RELEASES, **half_year), replace(RELEASES, **half_year | {"by": "quarter"})]

    by_sums = [count(question) for question in asked]
    monkeypatch.setattr(totals, "has_sums_of_several", lambda *asked: False)

    assert by_sums == [count(question) for question in asked]
    assert [row.reading and (row.reading.named, row.reading.high) for row in by_sums[1].rows] == [(2, 2), (2, 2)]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The acts near which unchecked people were looked for, one by one, in each reading."""
    asked: list[int] = []
    look = near.people_near

    def noting(rows: Any, acts: Any) -> str:
        asked.append(len(acts))
        return look(rows, acts)

    monkeypatch.setattr(near, "people_near", noting)
    return asked


def pardoned() -> Prisoner:
    """Somebody whose release nobody has held against an announcement."""
    return make_detention(make_prisoner(), "2024-01-05", "2024-08-20", release={"kind": "pardon"}).prisoner


@pytest.mark.parametrize(("people", "high", "looked_at"), [(2, 5, [1]), (3, 6, [])])
def test_unchecked_people_are_looked_at_where_the_sums_have_too_few(people, high, looked_at, opened):
    make_announcement("pardon", "2024-08-16", total=3)
    for _ in range(people):
        pardoned()

    assert best("releases", "2024-08") == (3, high)
    assert opened == looked_at


def test_person_who_fills_a_place_may_fill_no_other():
    identify(pardoned(), make_announcement("pardon", "2024-08-16", total=2))

    assert best("releases", "2024-08") == (2, 2)
