"""What an editor is told who typed something that is not a partial date."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.date_guesses import guess
from registry.date_mistakes import explain_mistake
from registry.dates import PartialDate, PartialDateError
from tests.registry.test_dates import partial_dates, read_or_refused

MEANT = {
    "16.07.2024": "2024-07-16",
    "16. 07. 2024": "2024-07-16",
    "16/07/2024": "2024-07-16",
    "07/16/2024": "2024-07-16",
    "07/07/2024": "2024-07-07",
    "2024/07/16": "2024-07-16",
    "2024.07.16": "2024-07-16",
    "2024-7-1": "2024-07-01",
    "20240716": "2024-07-16",
    "2024–07–16": "2024-07-16",
    "２０２４-07": "2024-07",
    "٢٠٢٤-٠٧-١٦": "2024-07-16",
    "2024-07-16T12:00:00Z": "2024-07-16",
    "2024-07-16 12:00": "2024-07-16",
    "07.2024": "2024-07",
    "7/2024": "2024-07",
    "July 2024": "2024-07",
    "16 July 2024": "2024-07-16",
    "July 16, 2024": "2024-07-16",
    "16th of July, 2024": "2024-07-16",
    "Sept. 2020": "2020-09",
    "16 июля 2024": "2024-07-16",
    "16 июля 2024 г.": "2024-07-16",
    "июль 2024 года": "2024-07",
    "9 жніўня 2020": "2020-08-09",
    "16 lipca 2024": "2024-07-16",
    "9 de agosto de 2020": "2020-08-09",
    "summer 2021": "2021-22",
    "лето 2021": "2021-22",
    "about March 2021": "2021-03~",
    "ca. 1980": "1980~",
    "около 2020": "2020~",
    "before 12 March 2021": "../2021-03-12",
    "до 12 марта 2021": "../2021-03-12",
    "after 12.03.2021": "2021-03-12/..",
    "с 2020": "2020/..",
    "between 3 and 16 July 2024": "2024-07-03/2024-07-16",
    "between 28 June and 3 July 2024": "2024-06-28/2024-07-03",
    "3–16 July 2024": "2024-07-03/2024-07-16",
    "с 3 по 16 июля 2024": "2024-07-03/2024-07-16",
    "3.07.2024-16.07.2024": "2024-07-03/2024-07-16",
    "2024-07-03..2024-07-16": "2024-07-03/2024-07-16",
    "2020-2021": "2020/2021",
    "../July 2024": "../2024-07",
    "16.07.2024/..": "2024-07-16/..",
    "Q3 2024": "2024-07/2024-09",
    "2020-08-xx": "2020-08-XX",
    "2020-08-??": "2020-08-XX",
    "~2024": "2024~",
    "2024~-07": "2024-07~",
    "2024-07-~16": "2024-07-16~",
    "2024-07~?": "2024-07%",
    "2024-07-16/": "2024-07-16/..",
    "/2024-07-16": "../2024-07-16",
    "2024-08/2024-07": "2024-07/2024-08",
    "16.08.2024 - 16.07.2024": "2024-07-16/2024-08-16",
}  # fmt: skip

REASONS = {
    "": "There is no date here",
    "2024-02-30": "February 2024 has the days 01 to 29",
    "29.02.2023": "February 2023 has the days 01 to 28",
    "32.01.2020": "January 2020 has the days 01 to 31",
    "2021-04-31/2021-05": "April 2021 has the days 01 to 30",
    "2024-13": "there is no month 13",
    "2024-00-01": "there is no month 00",
    "13/13/2020": "there is no month 13",
    "2021-25": "seasons 21 (spring)",
    "2021-22-05": "a season (21 to 24) has no days",
    "0001-01-01": "between 1000 and 2999",
    "20240-07": "between 1000 and 2999",
    "3024": "between 1000 and 2999",
    "-0044": "between 1000 and 2999",
    "2024-0X": "2020-08-10/2020-08-19",
    "202X": "2020-08-10/2020-08-19",
    "2020-XX-12": "first and the last day",
    "2024/2025/2026": "one slash at most",
    "03/07/2024": "write 2024-07-03 or 2024-03-07",
    "16 July": "has no year in four digits",
    "16.07.24": "has no year in four digits",
    "yesterday": "means another day in another week",
    "три дня назад": "means another day in another week",
    "unknown": "leave it empty",
    "неизвестно": "leave it empty",
    "..": "leave it empty",
    "../..": "leave it empty",
    "late July 2024": "is not a date. Write 16 July 2024 as 2024-07-16",
    "2024-07-16\x00": "“2024-07-16\N{REPLACEMENT CHARACTER}” is not a date",
    "x" * 65: "too long",
}


def answer_to(text: str) -> str:
    with pytest.raises(PartialDateError) as refusal:
        PartialDate.parse(text)
    return str(refusal.value)


@pytest.mark.parametrize(("text", "meant"), MEANT.items())
def test_date_in_another_notation_is_answered_with_ours(text, meant):
    assert re.search(rf"[Ww]rite {re.escape(meant)}(?![0-9X])", answer_to(text))
    assert PartialDate.parse(meant)


@pytest.mark.parametrize(("text", "reason"), REASONS.items())
def test_answer_says_what_was_wrong(text, reason):
    assert reason in answer_to(text)


def test_long_text_is_quoted_short_and_on_one_line():
    sentence = explain_mistake("a\nb\u202e" * 16)

    assert sentence.isprintable()
    assert len(sentence) < 200


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("0123456789./- ,~?XxabetuояндQгс"), max_size=40))
def test_whatever_is_typed_is_read_or_answered(text):
    found = read_or_refused(text)

    assert found is None or found.text == text.strip()


@settings(max_examples=200, deadline=None)
@given(partial_dates)
def test_partial_date_is_never_guessed_to_be_another(text):
    assert guess(text) in ("", text)


@settings(max_examples=200, deadline=None)
@given(st.dates(), st.sampled_from(["%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%d-%m-%Y", "%Y%m%d"]))
def test_every_common_notation_of_a_day_is_understood(day, notation):
    day = day.replace(year=2000 + day.year % 100, day=min(day.day, 28))

    assert guess(day.strftime(notation)) == day.isoformat()
