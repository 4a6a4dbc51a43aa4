"""Dates in a text."""

from datetime import date

import pytest

from pardons.reading.dates import DateMention, find_dates
from pardons.reading.tokens import tokenize
from pardons.reading.vocabulary import load

FRIDAY = date(2024, 8, 16)


def dates(text: str, language: str = "en", published: date | None = FRIDAY) -> list[DateMention]:
    return find_dates(tokenize(text), load(language), published)


@pytest.mark.parametrize(
    ("language", "text", "edtf"),
    [
        ("en", "on July 16, 2024", "2024-07-16"),
        ("en", "on Nov. 17", "2023-11-17"),
        ("en", "on 9 December", "2023-12-09"),
        ("en", "in July", "2024-07"),
        ("en", "in mid-September 2023", "2023-09"),
        ("en", "said Friday", "2024-08-16"),
        ("en", "on Wednesday, August 14, it", "2024-08-14"),
        ("en", "on Wednesday", "2024-08-14"),
        ("en", "last night", "2024-08-15"),
        ("en", "last month", "2024-07"),
        ("en", "07/30/2024", "2024-07-30"),
        ("ru", "16 августа", "2024-08-16"),
        ("ru", "в прошлом году", "2023"),
        ("uk", "4 липня 2024 року", "2024-07-04"),
        ("be", "3 траўня", "2024-05-03"),
        ("pl", "w czwartek", "2024-08-15"),
        ("de", "am 3. Februar", "2024-02-03"),
        ("de", "am Samstag", "2024-08-10"),
        ("es", "el 19 de octubre de 2023", "2023-10-19"),
        ("es", "Balance al 27/11/2023", "2023-11-27"),
        ("it", "il 2 luglio", "2024-07-02"),
        ("pt", "na quarta-feira", "2024-08-14"),
    ],
)
def test_date_is_written_in_edtf(language: str, text: str, edtf: str) -> None:
    assert [mention.edtf for mention in dates(text, language)] == [edtf]


@pytest.mark.parametrize(("text", "edtf"), [("on May 8", "--05-08"), ("in mid-September", "--09"), ("on Friday", None)])
def test_without_a_day_published_the_year_stays_open(text: str, edtf: str | None) -> None:
    assert [mention.edtf for mention in dates(text, published=None)] == [edtf]


def test_year_stated_once_holds_for_the_days_after_it() -> None:
    found = dates("з літа 2024 року: 16 серпня 30 осіб, 4 вересня ще 30", "uk", published=None)

    assert [mention.edtf for mention in found] == ["2024-22", "2024-08-16", "2024-09-04"]


@pytest.mark.parametrize(
    ("text", "relation"),
    [("since July", "since"), ("until 3 May", "until"), ("as of the morning of July 4", "as_of"), ("on July 4", "on")],
)
def test_word_before_a_date_gives_its_relation(text: str, relation: str) -> None:
    assert [mention.relation for mention in dates(text)] == [relation]


@pytest.mark.parametrize("text", ["it may be", "30 February 2024", "Article 357", "2024 prisoners", "in 3024"])
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert dates(text) == []
