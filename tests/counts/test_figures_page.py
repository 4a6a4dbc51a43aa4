"""Reported figures beside our own count: /figures/."""

from datetime import date

import pytest
from django.utils.html import strip_tags

from counts.beside import Beside, our_count_beside
from pardons.models import ReportedFigure
from registry.known import State
from tests.factories import make_announcement, make_figure, make_prisoner, make_recognition, make_source

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def test_our_count_of_the_same_time_stands_beside_a_figure():
    make_announcement("release", "2024-07", 18)
    figure = make_figure(metric="releases", value=36, period_from="2024", period_to="2024")

    ours = beside(figure)

    assert (ours.reading.low, ours.reading.high, ours.coverage) == (18, 18, 50)


def test_figures_of_recognised_prisoners_stand_beside_our_count_of_the_recognised():
    make_recognition(make_prisoner(held=[("2020-08-09",)]), "2021")
    make_prisoner(held=[("2020-08-10",)])
    figure = make_figure(metric="current_political_prisoners", measure="stock", value=1400, on_date="2024-08-16")

    assert beside(figure).reading.named == 1


def test_differences_of_unit_and_scope_are_said():
    figure = make_figure(metric="arrests", unit="prosecutions", value=5, scope="Fines too.", period_from="2020")

    told = " ".join(beside(figure).differences)

    assert "prosecutions" in told
    assert "Fines too" in told


def test_what_we_do_not_count_has_nothing_beside_it():
    assert our_count_beside(make_figure(metric="other"), State(None, TODAY)) is None


def test_page_prints_both_and_never_their_sum(client):
    make_announcement("release", "2024-07", 18)
    make_figure(metric="releases", value=36, period_from="2024", period_to="2024")

    # Without tags: the identifiers in addresses are of any letters and digits.
    page = strip_tags(client.get("/figures/").content.decode())

    assert "50 % of theirs" in page
    assert "54" not in page


def test_quote_of_a_restricted_source_is_not_in_a_count(client):
    source = make_source(title="Secret title", access="restricted")
    make_figure(value=36, source=source, quote="their very words", period_from="2024", period_to="2024")

    answer = client.get("/counts/releases.json?from=2024&to=2024")

    assert answer.json()["reported"][0]["source"] is None
    assert "their very words" not in answer.content.decode()


def beside(figure: ReportedFigure) -> Beside:
    """Our count beside a figure as the database has it, its generated days among it."""
    figure.refresh_from_db()
    found = our_count_beside(figure, State(None, TODAY))
    assert found is not None
    return found
