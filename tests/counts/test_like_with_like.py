"""Beside a part of a year stand the same days of the year before, and nothing else (rule 14)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from counts.like_with_like import a_year_earlier, alike
from counts.periods import Period
from tests.counts.asking import ask
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db


def released(*days: str) -> None:
    for number, day in enumerate(days):
        make_prisoner(f"Exemplar {number}", held=[("2020-01-01", day)])


def compared(metric: str, period: str = "", **asked: str) -> list[tuple[str, int, str, int]]:
    return [
        (pair.days.text, pair.reading.named, pair.before.text, pair.reading_before.named)
        for pair in alike(ask(metric, period, **asked)).values()
    ]


def test_rule_14_current_year_stands_beside_the_same_days_of_the_year_before() -> None:
    released("2025-01-10", "2025-01-15", "2025-01-16", "2025-11-01", "2026-01-12")

    assert compared("releases", "2025/2026", by="year") == [("2026-01-01/2026-01-15", 1, "2025-01-01/2025-01-15", 2)]


def test_rule_14_clipped_year_stands_beside_the_same_months_of_the_year_before() -> None:
    released("2023-07-03", "2023-08-31", "2023-09-01", "2024-07-20")

    assert compared("releases", "2024-07/2024-08", by="year") == [("2024-07/2024-08", 1, "2023-07/2023-08", 2)]


def test_rule_14_full_year_is_compared_with_nothing() -> None:
    released("2023-07-03", "2024-07-20")

    assert compared("releases", "2023/2024", by="year") == []
    assert compared("releases", "2024-07/2024-08", by="month") == []


def test_rule_14_stock_of_a_part_of_a_year_stands_beside_the_same_day() -> None:
    released("2023-07-03", "2025-07-20")

    assert compared("held", "2024-01/2024-06", by="year") == [("2024-06-30", 1, "2023-06-30", 2)]


def test_rule_14_groups_are_compared_each_with_itself() -> None:
    make_prisoner("Ala Exemplar", sex="female", held=[("2020-01-01", "2023-07-03")])
    make_prisoner("Jan Exemplar", sex="male", held=[("2020-01-01", "2024-07-03")])

    found = compared("releases", "2024-07/2024-08", by="year", group="sex")

    assert [(now, then) for _days, now, _before, then in found] == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("days", "before"),
    [
        ((date(2024, 1, 1), date(2024, 2, 29)), (date(2023, 1, 1), date(2023, 2, 28))),
        ((date(2025, 1, 1), date(2025, 2, 28)), (date(2024, 1, 1), date(2024, 2, 29))),
        ((date(2024, 7, 1), date(2024, 8, 31)), (date(2023, 7, 1), date(2023, 8, 31))),
    ],
)
def test_end_of_february_stays_the_end(days: tuple[date, date], before: tuple[date, date]) -> None:
    assert a_year_earlier(Period(*days)) == Period(*before)


def test_page_and_json_say_both_parts(client: Client) -> None:
    released("2023-07-03", "2023-08-31", "2024-07-20")
    asked = "from=2024-07&to=2024-08"

    page = client.get(f"/counts/releases/?{asked}").content.decode()
    [pair] = client.get(f"/counts/releases.json?{asked}").json()["like_with_like"]

    assert "the same days of the year before, July to August 2023:" in page
    assert pair["year_before"]["best"]["value"] == 2
    assert pair["these_days"]["period"] == pair["period"] == "2024-07/2024-08"
