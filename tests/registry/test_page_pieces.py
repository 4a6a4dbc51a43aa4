"""Small pieces of pages: numbers, dates, bars and marks."""

from datetime import date

import pytest
from django.template import Context, Template

from registry.dates import PartialDate
from registry.templatetags.pages import figure, in_words, places, web


def drawn(tag: str) -> str:
    return Template("{% load pages %}{% " + tag + " %}").render(Context())


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (35000, "35,000"), (None, "")])
def test_digits_are_grouped(number: int | None, words: str):
    assert figure(number) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (PartialDate.parse("2024-07~"), "about July 2024"),
        (date(2024, 8, 16), "16 August 2024"),
        (None, "day not known"),
    ],
)
def test_days_are_told_in_words(day: PartialDate | date | None, words: str):
    assert in_words(day) == words


def test_bar_has_named_unnamed_and_possible_parts():
    bar = drawn("bar 1 30 48 48")

    assert '<rect class="named" width="1" height="1"/>' in bar
    assert '<rect class="unnamed" width="30" height="1"/>' in bar
    assert '<rect class="possible" width="48" height="1"/>' in bar


def test_bar_is_solid_up_to_the_low_number_where_named_people_are_only_possible():
    bar = drawn("bar 16 3 17 17")

    assert '<rect class="named" width="3" height="1"/>' in bar
    assert 'aria-label="16 named, at least 3, at most 17"' in bar


def test_bar_of_nothing_has_a_width_to_stand_in():
    assert 'viewBox="0 0 1 1"' in drawn("bar 0 0 0 0")


@pytest.mark.parametrize(
    ("named", "unnamed", "marks", "fine"), [(1, 29, True, False), (0, 61, True, True), (1, 400, False, True)]
)
def test_places_are_marks_while_they_can_be_seen(named: int, unnamed: int, marks: bool, fine: bool):
    shown = places(named, unnamed)

    assert (shown["as_marks"], shown["fine"]) == (marks, fine)


def test_only_addresses_of_the_web_are_links():
    assert web("https://x.example/") == "https://x.example/"
    assert web("javascript:alert(1)") == ""
