"""Explanations: the number again, its rows, its open places, what was left out, and how to cite it."""

from __future__ import annotations

import re
from html import unescape
from itertools import product
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counts import sentences
from counts.explain import Explanation
from counts.questions import METRICS
from pardons.models import Announcement
from registry.row_files import ENDINGS
from tests.counts.asking import question, reading
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_figure,
    make_pardon,
    make_prisoner,
    make_recognition,
    relate,
)

pytestmark = pytest.mark.django_db


def explain(metric: str, period: str = "", **asked) -> Explanation:
    return Explanation(question(metric, period, **asked))


@pytest.fixture
def life() -> None:
    """One person to whom everything happens in 2024, and one whose dates are not well known."""
    person = make_prisoner("Ana Example", held=[("2024-01-05", "2024-08-16"), ("2024-10-01",)])
    make_conviction(person, "2024-03-01")
    make_recognition(person, "2024-03-02")
    make_pardon(person, "2024-08-16", belongs_to_no_announcement=True)
    make_prisoner("Eva Example", held=[("2024-12-20/2025-01-10",)], died_on="2024-12", death_circumstance="unknown")


@pytest.mark.parametrize(("metric", "period"), list(product(METRICS, ["2024", "2024-12", ""])))
def test_named_rows_are_the_named_number(life, metric, period):
    explanation = explain(metric, period)

    certain = {row.person for row in explanation.named if row.is_certain}

    unit_is_people = explanation.question.unit == "people"
    rows = len(certain) if unit_is_people else sum(row.is_certain for row in explanation.named)
    assert rows == reading(metric, period).named


def test_explanation_asks_the_same_count_again(life):
    assert explain("releases", "2024").series.rows[0].reading == reading("releases", "2024")


def test_open_places_are_shown_by_announcement_with_what_they_may_share():
    july = make_announcement("release", "2024-07-05", 18)
    august = make_announcement("pardon", "2024-08-16", 30, women=14, men=16)

    first, second = explain("releases", "2024").open_places

    assert [(places.announcement, places.total, places.open) for places in (first, second)] == [
        (july, 18, 18), (august, 30, 30)
    ]  # fmt: skip
    assert first.may_share_with == (august,) and (second.women, second.men) == (14, 16)


def test_answered_announcements_share_nothing():
    relate(make_announcement("release", "2024-07-05", 18), make_announcement("pardon", "2024-08-16", 30), "distinct")

    assert [places.may_share_with for places in explain("releases", "2024").open_places] == [(), ()]


def questions_about_open_places() -> int:
    with CaptureQueriesContext(connection) as asked:
        assert all(places.sharing for places in explain("releases", "2024").open_places)
    return len(asked)


def test_what_many_announcements_may_share_is_told_with_no_more_questions():
    for day in (1, 2):
        make_announcement("release", f"2024-07-0{day}", 18)
    of_two = questions_about_open_places()
    for day in (3, 4, 5):
        make_announcement("release", f"2024-07-0{day}", 18)

    assert questions_about_open_places() == of_two


def test_page_counts_the_sexes_of_its_sentence_once(client, life, monkeypatch):
    readings = Mock(return_value={"female": 1})
    monkeypatch.setattr(sentences, "readings_by_sex", readings)

    page = client.get("/counts/releases/explain/?country=BY&from=2024&to=2024").content.decode()

    assert "1 of them women" in page and readings.call_count == 1


def test_explanation_is_the_same_for_every_reader_and_can_be_kept(client):
    assert "Cookie" not in client.get("/counts/releases/explain/?country=BY").headers.get("Vary", "")


def test_every_file_that_the_explanation_of_a_group_names_is_there(client, life):
    page = client.get("/counts/arrests/explain/?from=2024&to=2024&group=sex&cell=unknown").content.decode()

    files = re.findall(r'href="(/counts/[^"?]+\.(?:csv|json|jsonl)\?[^"]*)"', page)

    assert "/counts/arrests/explain.json" in page and len(files) > len(ENDINGS)
    assert {client.get(unescape(each)).status_code for each in files} == {200}


def test_person_who_fills_a_place_and_counts_elsewhere_is_listed_as_moved():
    announcement = make_announcement("release", "2024-07-31", 18)
    release = make_detention(make_prisoner(), "2023", "2024-08-02").release
    identify(release.detention.prisoner, announcement, release=release)

    [places] = explain("releases", "2024-07").open_places

    assert (places.total, places.filled, places.open, places.moved) == (18, 1, 17, 1)


def test_announcement_without_a_number_has_no_places(life):
    make_announcement("pardon", "2024-08-16", None)

    [places] = explain("pardons", "2024").open_places

    assert (places.total, places.open) == (0, 0)


def test_draft_announcement_and_draft_person_are_not_explained():
    Announcement.objects.filter(pk=make_announcement("pardon", "2024-08-16", 30).pk).update(publication="draft")
    make_prisoner("Hidden Draft", publication="draft", held=[("2023", "2024-08-20")])

    explanation = explain("releases", "2024")

    assert (explanation.open_places, explanation.named) == ([], [])


def test_withheld_person_is_in_the_number_and_named_nowhere(client):
    make_prisoner("Secret Exemplar", publication="withheld", sex="female", held=[("2024-02-02",)])

    page = client.get("/counts/arrests/explain/?from=2024&to=2024")
    text = page.content.decode() + client.get("/counts/arrests/explain.json?from=2024&to=2024").content.decode()

    assert page.context["series"].rows[0].reading.named == 1
    assert "Secret" not in text
    assert [part.why for part in explain("arrests", "2024").left_out] == ["Withheld, and counted", "Not published"]


def test_what_was_left_out_is_told_with_its_reason():
    make_announcement("release", "2024-07-05", 18)
    make_announcement("pardon", "2024-08-16", 30)
    for number, out in enumerate(("2024-07-20", "2023-07-20", "2023-12-20/2024-01-05")):
        make_prisoner(f"Exemplar {number}", held=[("2022", out)])
    make_detention(make_prisoner(), "2024-01-02", "2024-01-10", proceeding="administrative")

    told = {part.why: part.text for part in explain("releases", "2024").left_out}

    assert told["By date"].startswith("1 named")
    assert told["Possible"].startswith("Up to 19 more") and "1 named event may" in told["Possible"]
    assert told["Overlapped"].startswith("18 unnamed places")
    assert told["Out of scope"].startswith("1 named")


def test_only_editors_are_told_how_many_drafts_wait(client, admin_client):
    make_prisoner("Hidden Draft", held=[("2024-02-02",)]).detentions.update(publication="draft")

    told = [reader.get("/counts/arrests/explain/?from=2024").content.decode() for reader in (client, admin_client)]

    assert ["1 of them may fall" in text for text in told] == [False, True]
    assert all("Drafts and what is in review are not counted" in text for text in told)


def test_rival_figure_has_its_coverage_and_every_difference():
    make_prisoner(held=[("2022", "2024-07-20")])
    make_figure(metric="releases", value=4, period_from="2024-07", period_to="2024-07", unit="detentions", scope="All.")
    make_figure(metric="releases", value=2, period_from="2024", period_to="2024")

    of_all, of_july = sorted(explain("releases", "2024").reported, key=lambda rival: rival.reported.figure.value)

    assert (of_all.coverage, of_all.differences) == (50, ())
    assert (of_july.coverage, of_july.differences) == (
        25, ("their time: July 2024, ours: 2024", "they count detentions, we count people", "their scope: All")
    )  # fmt: skip


def test_release_that_was_not_checked_is_listed():
    make_announcement("release", "2024-07-05", 18)
    make_prisoner("Ana Example", held=[("2023", "2024-07-20")])

    assert [row.name for row in explain("releases", "2024").unchecked] == ["Ana Example"]


def test_sentence_to_print_says_number_women_names_day_and_address():
    announcement = make_announcement("pardon", "2024-08-16", 30, women=14)
    release = make_detention(make_prisoner(sex="female"), "2023", "2024-08-17").release
    identify(release.detention.prisoner, announcement, release=release)

    sentence = explain("releases", "2024").sentence

    assert sentence.startswith(
        "at least 30 people documented as released in Belarus in 2024, 14 of them women, sex not stated for 16; "
        "1 by name; as known on 15 January 2026; "
    )
    assert sentence.endswith("/counts/releases/explain/?country=BY&from=2024&to=2024&known_on=2026-01-15/1")


def test_nothing_recorded_makes_no_sentence():
    assert explain("releases", "2024").sentence == ""


def test_citation_carries_title_day_changeset_method_and_address(life):
    explanation = explain("releases", "2024")

    citation = explanation.citation

    assert "Releases, Belarus, 2024" in citation and "as known on 15 January 2026" in citation
    assert f"changeset {explanation.series.changeset}, method 1" in citation
    assert citation.endswith("/counts/releases/explain/?country=BY&from=2024&to=2024&known_on=2026-01-15/1")


def test_rival_figures_stand_in_the_explanation():
    make_figure(metric="releases", value=18, period_from="2024", period_to="2024")

    assert [item.figure.value for item in explain("releases", "2024").series.reported] == [18]


@pytest.mark.parametrize("metric", METRICS)
def test_explanation_names_the_rules_of_its_metric(metric):
    numbers = [rule.number for rule in explain(metric, "2024").rules]

    assert (24 in numbers) == (metric == "held")
    assert (23 in numbers) == (metric in ("pardons", "releases"))
