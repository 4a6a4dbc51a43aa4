"""Partial dates as readers see them."""

import pytest
from django.utils import translation
from hypothesis import given, settings

from registry.dates import PartialDate
from registry.environment import BASE_DIR
from tests.registry.test_dates import partial_dates

WORDS = {
    "2024": "2024",
    "2024-XX": "2024",
    "2024-XX-XX": "2024",
    "2024-07": "July 2024",
    "2020-08-XX": "August 2020",
    "2024-07-16": "16 July 2024",
    "2024-07-06": "6 July 2024",
    "2021-21": "spring 2021",
    "2021-22": "summer 2021",
    "2021-23": "autumn 2021",
    "2021-24": "winter 2021–22",
    "2021-03~": "about March 2021",
    "2021~": "about 2021",
    "2024-07-16?": "16 July 2024 (uncertain)",
    "2021-22%": "about summer 2021 (uncertain)",
    "2024-07-03/2024-07-16": "between 3 and 16 July 2024",
    "2024-06-28/2024-07-03": "between 28 June and 3 July 2024",
    "2023-12-28/2024-01-03": "between 28 December 2023 and 3 January 2024",
    "2020-08/2020-10": "between August and October 2020",
    "2020-12/2021-01": "between December 2020 and January 2021",
    "2021-21/2021-22": "between spring and summer 2021",
    "2020/2021": "between 2020 and 2021",
    "2024/2024-07": "between 2024 and July 2024",
    "2024-07/2024-07-03": "between July 2024 and 3 July 2024",
    "2021-03~/2021-06": "between about March 2021 and June 2021",
    "2024-07-03/2024-07-16?": "between 3 July 2024 and 16 July 2024 (uncertain)",
    "2024-07-16/2024-07-16": "16 July 2024",
    "../2021-03-12": "on or before 12 March 2021",
    "2021-03-12/..": "on or after 12 March 2021",
    "../2021-03": "in or before March 2021",
    "2021/..": "in or after 2021",
    "../2021-22~": "in or before about summer 2021",
}


@pytest.mark.parametrize(("text", "words"), WORDS.items())
def test_partial_date_is_shown_in_words(text, words):
    assert PartialDate.parse(text).display() == words


@settings(max_examples=200, deadline=None)
@given(partial_dates)
def test_words_name_every_year_of_the_date(text):
    words = PartialDate.parse(text).display()

    assert all(end[:4] in words for end in text.split("/") if end != "..")


@settings(max_examples=200, deadline=None)
@given(partial_dates)
def test_marks_are_never_lost_in_words(text):
    found = PartialDate.parse(text)

    assert ("about" in found.display()) == found.is_approximate
    assert ("uncertain" in found.display()) == found.is_uncertain


def test_table_of_the_documentation_is_true():
    rows = [
        line.strip("| ").split(" | ") for line in (BASE_DIR / "docs/dates.md").read_text(encoding="utf-8").splitlines()
    ]
    examples = [
        (form.strip("`"), *rest) for forms, *rest in rows if rest and forms[0] == "`" for form in forms.split(", ")
    ]

    for text, words, first, last in examples:
        found = PartialDate.parse(text)
        assert (found.display(), str(found.earliest or "open"), str(found.latest or "open")) == (words, first, last)
    assert len(examples) == 16


def test_month_after_a_day_takes_the_case_of_its_language():
    with translation.override("ru"):
        assert PartialDate.parse("2024-07-16").display() == "16 июля 2024"
        assert PartialDate.parse("2024-07").display() == "Июль 2024"
