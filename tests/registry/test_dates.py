"""Partial dates: which days they mean, which texts they are, and python-edtf as a second opinion."""

import calendar
import copy
import os
import pickle
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.dates import PartialDate, PartialDateError

IS_LONG = bool(os.environ.get("TEST_LONG"))
many = settings(max_examples=5_000 if IS_LONG else 300, deadline=None)
few = settings(max_examples=600 if IS_LONG else 100, deadline=None)

days = st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(date.isoformat)
months = days.map(lambda day: day[:7])
years = days.map(lambda day: day[:4])
unknown_days = st.one_of(months.map("{}-XX".format), years.map("{}-XX".format), years.map("{}-XX-XX".format))
seasons = st.builds("{}-{}".format, years, st.integers(21, 24))
bare_points = st.one_of(days, months, years, unknown_days, seasons)
points = st.builds("{}{}".format, bare_points, st.sampled_from(["", "~", "?", "%"]))


def days_of(text: str) -> tuple[date, date]:
    """The first and the last day of a date without open ends."""
    found = PartialDate.parse(text)
    assert found.earliest
    assert found.latest
    return found.earliest, found.latest


def is_in_order(interval: str) -> bool:
    start, end = interval.split("/")
    return days_of(start)[0] <= days_of(end)[1]


def read_or_refused(text: str) -> PartialDate | None:
    """None for a text that is refused with a sentence; any other exception is the test's failure."""
    try:
        return PartialDate.parse(text)
    except PartialDateError as refusal:
        if not str(refusal):
            raise
        return None


intervals = st.builds("{}/{}".format, points, points).filter(is_in_order)
open_intervals = st.one_of(points.map("../{}".format), points.map("{}/..".format))
partial_dates = st.one_of(points, intervals, open_intervals)
near_misses = st.text("0123456789-/.X~?% ", max_size=24)


@pytest.mark.parametrize("year", [1000, 1900, 2000, 2023, 2024, 2999])
def test_every_day_of_a_year_means_itself(year):
    day = date(year, 1, 1)

    while day.year == year:
        assert days_of(day.isoformat()) == (day, day)
        day += timedelta(days=1)


@pytest.mark.parametrize("year", [1000, 1900, 2000, 2023, 2024, 2999])
def test_day_that_its_month_does_not_have_is_refused(year):
    texts = [f"{year}-{month:02}-{day:02}" for month in range(14) for day in range(33)]

    accepted = [text for text in texts if read_or_refused(text)]

    assert len(accepted) == 365 + calendar.isleap(year)


@pytest.mark.parametrize("year", [1000, 1900, 2000, 2023, 2024, 2999])
@pytest.mark.parametrize("form", ["{}-{:02}", "{}-{:02}-XX", "{}-{:02}~"])
def test_month_runs_from_its_first_to_its_last_day(year, form):
    for month in range(1, 13):
        first, last = days_of(form.format(year, month))

        assert (first.year, first.month, first.day) == (year, month, 1)
        assert last.month == month
        assert (last + timedelta(days=1)).day == 1


@pytest.mark.parametrize("text", ["2024", "2024-XX", "2024-XX-XX", "2024?"])
def test_year_runs_from_january_to_december(text):
    assert days_of(text) == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize("year", [1000, 1900, 2000, 2023, 2024, 2998])
def test_four_seasons_follow_each_other_for_one_year(year):
    seasons_of_year = [days_of(f"{year}-{number}") for number in (21, 22, 23, 24)]

    assert seasons_of_year[0][0] == date(year, 3, 1)
    for (_, last), (first, _) in zip(seasons_of_year, [*seasons_of_year[1:], days_of(f"{year + 1}-21")], strict=True):
        assert last + timedelta(days=1) == first


def test_winter_ends_in_february_of_the_next_year():
    assert days_of("2023-24") == (date(2023, 12, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024-07-03/2024-07-16", date(2024, 7, 3), date(2024, 7, 16)),
        ("2020-08/2020-09", date(2020, 8, 1), date(2020, 9, 30)),
        ("2020-08-XX~/2021", date(2020, 8, 1), date(2021, 12, 31)),
        ("2021-22?/2021-24", date(2021, 6, 1), date(2022, 2, 28)),
        ("2024-07-16/2024-07-16", date(2024, 7, 16), date(2024, 7, 16)),
        ("2024-07-16/2024-07", date(2024, 7, 16), date(2024, 7, 31)),
    ],
)
def test_interval_runs_from_its_start_to_its_end(text, earliest, latest):
    assert days_of(text) == (earliest, latest)


def test_open_end_has_no_day():
    before, after = PartialDate.parse("../2021-03-12"), PartialDate.parse("2021-03/..")

    assert (before.earliest, before.latest) == (None, date(2021, 3, 12))
    assert (after.earliest, after.latest) == (date(2021, 3, 1), None)


@pytest.mark.parametrize("text", ["2024-07-16/2024-07-15", "2024-07/2024-06", "2025/2024-12-31", "2021-24/2021-11"])
def test_interval_that_ends_before_it_begins_is_refused(text):
    with pytest.raises(PartialDateError, match="ends before it begins"):
        PartialDate.parse(text)


@many
@given(bare_points, st.sampled_from("~?%"))
def test_about_and_uncertain_never_widen_a_date(text, qualifier):
    qualified = PartialDate.parse(text + qualifier)

    assert (qualified.earliest, qualified.latest) == days_of(text)
    assert (qualified.is_approximate, qualified.is_uncertain) == (qualifier in "~%", qualifier in "?%")


@pytest.mark.parametrize(
    ("text", "is_approximate", "is_uncertain"),
    [
        ("2024-07~/2024-08", True, False),
        ("2024-07/2024-08?", False, True),
        ("../2024%", True, True),
        ("2024", False, False),
    ],
)
def test_interval_is_as_approximate_and_uncertain_as_its_ends(text, is_approximate, is_uncertain):
    found = PartialDate.parse(text)

    assert (found.is_approximate, found.is_uncertain) == (is_approximate, is_uncertain)


@many
@given(partial_dates)
def test_text_of_a_partial_date_reads_back_as_the_same(text):
    found = PartialDate.parse(text)

    assert str(found) == found.text == text
    assert PartialDate.parse(str(found)) == found


@many
@given(partial_dates)
def test_earliest_day_is_never_after_the_latest(text):
    found = PartialDate.parse(text)

    assert found.earliest or found.latest
    assert (found.earliest or date.min) <= (found.latest or date.max)


# What python-edtf reads as we do: its winter is one December, and its seasons and XX take no mark.
points_of_both = st.builds("{}{}".format, st.one_of(days, months, years), st.sampled_from(["", "~", "?", "%"]))
intervals_of_both = st.builds("{}/{}".format, points_of_both, points_of_both).filter(is_in_order)
seasons_of_both = st.builds("{}-{}".format, years, st.integers(21, 23))


@few
@given(st.one_of(points_of_both, intervals_of_both, seasons_of_both, unknown_days))
def test_days_are_those_of_python_edtf(text):
    theirs = parse_edtf(text)

    assert days_of(text) == (date(*theirs.lower_strict()[:3]), date(*theirs.upper_strict()[:3]))


@many
@given(near_misses)
def test_text_of_the_right_letters_is_a_partial_date_or_a_clear_error(text):
    found = read_or_refused(text)

    assert found is None or found.text == text.strip()


@many
@given(st.one_of(st.text(), st.text(min_size=60), st.none(), st.integers(), st.binary(), st.dates()))
def test_garbage_raises_nothing_but_the_one_error(garbage):
    with pytest.raises(PartialDateError):
        PartialDate.parse(f"{garbage}a" if isinstance(garbage, str) else garbage)


@many
@given(points, st.integers(0, 9), st.sampled_from("0123456789-/.X~?% a\n\x00\u0661"))
def test_changed_letter_never_gives_another_year_than_is_written(text, position, letter):
    changed = text[:position] + letter + text[position + 1 :]

    found = read_or_refused(changed)

    assert found is None or str((found.earliest or found.latest or date.max).year) in changed


def test_blanks_around_a_date_are_dropped():
    assert PartialDate.parse(" 2024-07\n") == PartialDate.parse("2024-07")


def test_very_long_text_is_refused_at_once():
    with pytest.raises(PartialDateError, match="too long"):
        PartialDate.parse("2024-07-16/" * 100_000)


def test_day_makes_a_partial_date_whatever_its_hour():
    assert PartialDate.from_day(datetime(2024, 7, 16, 23, 59)).text == "2024-07-16"  # noqa: DTZ001


def test_equal_texts_are_equal_dates():
    assert {PartialDate.parse("2024-07"), PartialDate.parse("2024-07 "), PartialDate.parse("2024-07~")} == {
        PartialDate.parse("2024-07"),
        PartialDate.parse("2024-07~"),
    }


def test_partial_date_does_not_change():
    with pytest.raises(FrozenInstanceError):
        setattr(PartialDate.parse("2024-07"), "text", "2024-08")  # noqa: B010


def test_partial_date_survives_copying_and_pickling():
    found = PartialDate.parse("2024-07-03/2024-07-16~")

    assert pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found  # noqa: S301
    assert pickle.loads(pickle.dumps(found)).latest == date(2024, 7, 16)  # noqa: S301


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2024-07", "2024-08", True),
        ("2024-07", "2024-07-31", False),
        ("2024-07/..", "2025", False),
        ("2024", "../2025", False),
        ("../2024", "2025/..", True),
    ],
)
def test_date_is_certainly_before_another_when_all_its_days_are(one, other, expected):
    assert PartialDate.parse(one).certainly_before(PartialDate.parse(other)) is expected
