"""Stocks that are read from the sums by month are those of the detentions themselves."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from counts import stocks
from counts.month_sums import month_sums
from counts.questions import Question
from counts.series import count
from prisoners.models import Occupation, Region, Stay
from tests.counts.inventing import invent
from tests.counts.recording import Recording
from tests.factories import make_detention, make_prisoner

pytestmark = pytest.mark.django_db

HOW_MANY = 60 if "TEST_LONG" in os.environ else 4
# Two years to a day that ends no month.
HELD = Question(
    "held", "people", "quarter", date(2023, 1, 1), date(2025, 3, 1), country="BY", recognised="then",
    cut_off=date(2025, 3, 1),
)  # fmt: skip
ASKED: list[dict[str, Any]] = [
    {"group": ("region",)}, {"group": ("age", "sex")}, {"group": ("occupation",)}, {"group": ("charge",)},
    {"definition": "recognised"}, {"definition": "unrecognised", "group": ("region",)},
    {"definition": "example-rights-watch", "group": ("charge",)}, {"definition": "recognised", "group": ("age",)},
    {"filters": (("sex", "female"),), "country": None}, {"filters": (("region", "north,BY/south"),)},
    {"filters": (("occupation", "poet"), ("sex", "male,female"))},
]  # fmt: skip
NOT_TOLD: list[dict[str, Any]] = [
    {"definition": "recognised", "recognised": "by-cutoff"}, {"forms": ("prison",)}, {"group": ("kind",)},
    {"group": ("region", "age")}, {"group": ("occupation",), "filters": (("occupation", "poet"),)},
    {"filters": (("occupation", "poet,teacher"),)}, {"filters": (("proceeding", "criminal"),)},
]  # fmt: skip


@pytest.mark.parametrize("seed", range(HOW_MANY))
def test_sums_by_month_and_detentions_one_by_one_agree(seed, monkeypatch):
    for region, occupation in (("north", "poet"), ("south", "teacher")):
        # Who is in the filters' choices, and never held.
        somebody = make_prisoner(home_region=Region.objects.create(country="BY", slug=region, name=region))
        somebody.occupations.add(Occupation.objects.create(slug=occupation, name=occupation))
    with transaction.atomic():
        Recording(invent(seed))
        questions = [replace(HELD, **asked) for asked in ASKED]
        by_sums = [count(question).rows for question in questions]
        monkeypatch.setattr(stocks, "month_sums", lambda question: None)
        one_by_one = [count(question).rows for question in questions]
        transaction.set_rollback(True)

    assert by_sums == one_by_one
    assert all(month_sums(question) for question in questions)


@pytest.mark.parametrize("asked", NOT_TOLD)
def test_sums_by_month_are_not_asked_what_they_cannot_tell(asked):
    assert month_sums(replace(HELD, **asked)) is None


def test_person_held_in_two_usual_forms_is_one_stretch_of_the_sums():
    detention = make_detention(make_prisoner(), "2023-02-05")
    for form, moved in (("pre-trial", "2023-02-05"), ("prison", "2023-08-01")):
        Stay.objects.create(detention=detention, form=form, from_on=moved, publication="published")

    rows = count(replace(HELD, definition="unrecognised")).rows

    assert [row.reading and row.reading.named for row in rows] == [1] * 9
