"""Periods: how a range is cut, what falls in a period, and how it is written."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counts.periods import Period, how_many, smallest_period, split, what_is_not_known
from tests.counts.slow_twin import home_of, inside, may_meet

DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
ENDS = st.none() | DAYS
BYS = st.sampled_from(["day", "month", "quarter", "year", "total"])


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last", "text", "label"),
    [
        ("2024-01-01", "2024-12-31", "2024", "2024"),
        ("2023-01-01", "2024-12-31", "2023/2024", "2023 to 2024"),
        ("2024-07-01", "2024-07-31", "2024-07", "July 2024"),
        ("2024-07-01", "2024-08-31", "2024-07/2024-08", "July to August 2024"),
        ("2023-12-01", "2024-02-29", "2023-12/2024-02", "December 2023 to February 2024"),
        ("2024-07-16", "2024-07-16", "2024-07-16", "16 July 2024"),
        ("2024-07-03", "2024-08-16", "2024-07-03/2024-08-16", "3 July to 16 August 2024"),
        ("2024-01-01", "2024-11-30", "2024-01/2024-11", "January to November 2024"),
    ],
)
def test_period_is_written_in_the_coarsest_form_that_fits_both_ends(first, last, text, label):
    assert (period(first, last).text, period(first, last).label) == (text, label)


@pytest.mark.parametrize(
    ("first", "last", "text", "label"),
    [
        (None, None, "..", "all time"),
        (date(2024, 1, 1), None, "2024/..", "since 2024"),
        (None, date(2024, 7, 31), "../2024-07", "until July 2024"),
    ],
)
def test_open_period_says_so(first, last, text, label):
    written = Period(first, last).text

    assert written in (text, f"{text}/{text}")
    assert Period(first, last).label == label


@given(DAYS, st.integers(0, 900), BYS)
def test_split_covers_every_day_of_the_range_once(first, length, by):
    span = Period(first, first + timedelta(days=length))

    parts = list(split(span, by))

    assert (parts[0].first, parts[-1].last) == (span.first, span.last)
    assert all(earlier.last and later.first == next_day(earlier.last) for earlier, later in pairwise(parts))


def next_day(day: date) -> date:
    return day + timedelta(days=1)


@given(DAYS, st.integers(0, 900), BYS)
def test_how_many_is_never_below_the_number_of_parts(first, length, by):
    span = Period(first, first + timedelta(days=length))

    assert len(list(split(span, by))) <= how_many(span, by)


def test_split_clips_the_first_and_the_last_quarter():
    parts = split(period("2024-02-10", "2024-07-05"), "quarter")

    assert [part.text for part in parts] == ["2024-02-10/2024-03-31", "2024-04/2024-06", "2024-07-01/2024-07-05"]


@given(ENDS, ENDS, ENDS, ENDS)
def test_contains_and_touches_agree_with_the_slow_twin(first, last, earliest, latest):
    found = Period(first, last)

    assert found.contains(earliest, latest) == inside((earliest, latest), (first, last))
    assert found.touches(earliest, latest) == may_meet((earliest, latest), (first, last))


@given(ENDS, ENDS)
def test_smallest_period_contains_the_interval_and_agrees_with_the_slow_twin(earliest, latest):
    if earliest and latest and earliest > latest:
        earliest, latest = latest, earliest

    found = smallest_period(earliest, latest)

    assert found.contains(earliest, latest)
    assert (found.first, found.last) == home_of((earliest, latest))


@pytest.mark.parametrize(
    ("earliest", "latest", "by", "why"),
    [
        ("2024-01-01", "2024-12-31", "month", "month not known"),
        ("2024-01-01", "2024-12-31", "quarter", "quarter not known"),
        ("2024-07-01", "2024-07-31", "day", "day not known"),
        ("2023-12-20", "2024-01-05", "year", "year not known"),
    ],
)
def test_line_says_what_is_not_known(earliest, latest, by, why):
    home = smallest_period(date.fromisoformat(earliest), date.fromisoformat(latest))

    assert what_is_not_known(home, by) == why


def test_undated_line_says_undated():
    assert what_is_not_known(Period(None, None), "month") == "undated"
