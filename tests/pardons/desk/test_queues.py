"""What waits for editors: each queue holds what it says, leads to where it is solved, and stays bounded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pardons.desk.queues_page import lines, printed
from prisoners.duplicates import compare_waiting
from prisoners.models import Appeal, CaseDetention
from prisoners.models.conviction import expected_ends
from registry.dates import PartialDate
from registry.waiting import MOST_COUNTED, QUEUES, Queue, Row, page
from tests.editors import make_editor
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_figure,
    make_organisation,
    make_prisoner,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def rows(name: str) -> list[Row]:
    return page(QUEUES[name], TODAY, None).rows


def titles(name: str) -> str:
    return " | ".join(row.title for row in rows(name))


def sentenced(name: str, taken: str, **verdict: Any) -> Any:
    person = make_prisoner(name, held=[(taken,)])
    conviction = make_conviction(person, "2021", **{"sentence": "imprisonment"} | verdict)
    CaseDetention.objects.create(case=conviction.case, detention=person.detentions.get())
    return conviction


def test_announcement_with_unnamed_places_leads_to_its_people() -> None:
    announcement = make_announcement(total=2)
    make_announcement("pardon", "2020", total=0)
    identify(make_prisoner(), announcement)

    [row] = rows("open-places")

    assert (row.address, row.about) == (reverse("desk-people", args=[announcement.public_id]), "1 of 2 named")


def test_release_near_an_open_announcement_leads_to_that_announcement() -> None:
    announcement = make_announcement("pardon", "2024-08-16", 30)
    make_prisoner("Near Exemplar", held=[("2021", "2024-08-18")])
    make_prisoner("Far Exemplar", held=[("2021", "2025-08-18")])
    make_detention(
        make_prisoner("Checked Exemplar"), "2021", "2024-08-18", release={"belongs_to_no_announcement": True}
    )

    [row] = rows("freed-near")

    assert row.title.startswith("Near Exemplar")
    assert row.address == reverse("desk-people", args=[announcement.public_id])


@pytest.mark.parametrize(
    ("kind", "order"),
    [
        ("pardon", ["2024-08-16", "2024-07-20", "2024-08-10", "2024-08-12"]),
        ("amnesty", ["2024-08-12", "2024-08-10", "2024-08-16", "2024-07-20"]),
        ("unknown", ["2024-08-12", "2024-08-10", "2024-08-16", "2024-07-20"]),
        ("full_term", ["2024-08-10", "2024-08-12", "2024-08-16", "2024-07-20"]),
    ],
)
def test_release_leads_to_an_act_of_its_kind_first_then_to_the_nearest(kind: str, order: list[str]) -> None:
    for act, day in [("pardon", "2024-07-20"), ("release", "2024-08-10"), ("amnesty", "2024-08-12")]:
        make_announcement(act, day)
    make_announcement("pardon", "2024-08-16")
    make_announcement("pardon", "2024-08-13", country="AZ")
    make_detention(make_prisoner(), "2021", "2024-08-13", release={"kind": kind})

    [row] = rows("freed-near")

    said = [row.about, *(words for words, _address in row.more[:-1])]
    assert [words.split(", ")[-1] for words in said] == [PartialDate.parse(day).display() for day in order]


def test_sentence_that_is_over_with_no_news_waits() -> None:
    sentenced("Over Exemplar", "2021-01-31", length_months=13)
    sentenced("Long Exemplar", "2021-01-31", length_months=300)
    sentenced("Life Exemplar", "2000", sentence="life")
    heard = sentenced("Heard Exemplar", "2021-01-31", length_months=13)
    heard.case.detentions.update(last_confirmed_on="2026-01")

    assert "Over Exemplar" in titles("sentence-over")
    assert len(rows("sentence-over")) == 1


def test_end_of_a_sentence_is_the_same_as_where_it_is_counted() -> None:
    reduced = sentenced("One Exemplar", "2021-08-31", length_months=30)
    Appeal.objects.create(conviction=reduced, outcome="reduced", new_length_months=6, publication="published")
    sentenced("Two Exemplar", "2021-01-31", length_months=1)
    sentenced("Three Exemplar", "2022-02", length_days=15)
    sentenced("Four Exemplar", "2022", stated_end_on="2023-05", length_months=90)

    found = {each.pk: each.expected_end for each in QUEUES["sentence-over"].find(TODAY)}

    assert found == expected_ends(QUEUES["unconfirmed"].find(TODAY))
    assert len(found) == 4


def test_person_nobody_has_confirmed_for_a_year_waits() -> None:
    make_prisoner("Silent Exemplar", held=[("2021",)])
    make_detention(make_prisoner("Heard Exemplar"), "2021", last_confirmed_on="2026-08")
    make_detention(make_prisoner("New Exemplar"), "2026-10")

    assert "Silent Exemplar" in titles("unconfirmed")
    assert len(rows("unconfirmed")) == 1


def test_contradictions_wait() -> None:
    dead = make_prisoner("Dead Exemplar", held=[("2021",)], death_circumstance="in_custody", died_on="2022")
    freed = make_prisoner("Freed Exemplar", held=[("2021", "2024-08-18")])
    identify(freed, make_announcement(total=0), was_not_freed=True)
    make_prisoner("Twice Exemplar", held=[("2020-08", "2020-08"), ("2020-08", "2020-09")])

    assert (titles("dead-and-held"), len(rows("not-freed"))) == (dead.display_name, 1)
    assert "Twice Exemplar" in titles("detentions-overlap")
    assert len(rows("overfull")) == 1


def test_figure_far_from_our_count_waits_and_a_near_one_does_not() -> None:
    make_detention(make_prisoner(), "2024-01", "2024-02")
    make_figure(value=1, period_from="2024", period_to="2024")
    make_figure(value=500, period_from="2024", period_to="2024")

    [row] = rows("figures")

    assert "500" in row.title


def test_front_page_leads_to_every_queue_and_each_opens() -> None:
    make_announcement(total=2)
    make_organisation()
    reviewer, client = make_editor("reviewer"), Client()
    client.force_login(reviewer)
    client.get(reverse("desk"))

    answers = {line.address: client.get(line.address).status_code for line in lines(TODAY, reviewer)}

    assert set(answers.values()) <= {200, 302}
    assert len(answers) == len(QUEUES) >= 11


def duplicates_line() -> Any:
    return next(line for line in lines(TODAY, make_editor("reviewer")) if line.address == reverse("desk-duplicates"))


def test_front_page_says_that_people_have_yet_to_be_compared() -> None:
    make_prisoner("Jan Exemplar")
    make_prisoner("Anna Sample")

    line = duplicates_line()

    assert (line.number, line.is_empty) == ("0", False)
    assert line.words == "pairs of people who may be one (2 people have yet to be compared)"


def test_front_page_says_nothing_of_comparing_once_it_is_done() -> None:
    make_prisoner("Jan Exemplar")
    compare_waiting()

    line = duplicates_line()

    assert (line.words, line.is_empty) == ("pairs of people who may be one", True)


def test_queue_is_read_page_by_page() -> None:
    for number in range(3):
        make_prisoner(f"Silent {'abc'[number]}", held=[("2021",)])
    by_two = Queue("silent", "silent", QUEUES["unconfirmed"].find, QUEUES["unconfirmed"].row, size=2)

    first = page(by_two, TODAY, None)
    second = page(by_two, TODAY, first.after)

    assert ([row.title for row in first.rows], second.after) == (["Silent c", "Silent b"], None)
    assert [row.title for row in second.rows] == ["Silent a"]


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (MOST_COUNTED + 1, "1,000+"), (None, "…")])
def test_number_of_a_queue_says_where_it_stopped_counting(number: int | None, shown: str) -> None:
    assert printed(number) == shown


def test_reported_day_is_asked_of_the_view_alone() -> None:
    """A year later, a person confirmed today has long not been."""
    make_detention(make_prisoner("Heard Exemplar"), "2021", last_confirmed_on="2026-08")

    assert page(QUEUES["unconfirmed"], TODAY + timedelta(days=365), None).rows
