"""The worked example of the domain page and the longer series of 2024, with every figure they give."""

from __future__ import annotations

from itertools import combinations

import pytest

from counts.answers import as_json
from pardons.models import Announcement, ReportedFigure
from prisoners.models import Prisoner
from tests.counts.asking import ask, best, by_group, named, reading
from tests.factories import identify, make_announcement, make_detention, make_figure, make_prisoner, relate

pytestmark = pytest.mark.django_db

JULY_TO_AUGUST = "2024-07/2024-08"


@pytest.fixture
def july() -> Announcement:
    """Announcement A: 18 released in July, one of them named."""
    announcement = make_announcement("release", "2024-07", 18, political_number=18)
    make_figures()
    release = make_detention(make_prisoner(sex="male"), None, "2024-07").release
    identify(release.detention.prisoner, announcement, release=release)
    return announcement


@pytest.fixture
def august() -> Announcement:
    """Announcement B: 30 pardoned on 16 August, names not given."""
    return make_announcement("pardon", "2024-08-16", 30, women=14, men=16, names_given="none")


def make_figures() -> None:
    since = {"period_from": "2020", "said_on": "2024-08", "metric": "arrests", "measure": "cumulative"}
    make_figure(value=35_000, qualifier="over", who_says="A news agency", **since)
    make_figure(value=65_000, who_says="A rights group", **since)
    stock = {"on_date": "2024-08-16", "metric": "current_political_prisoners", "measure": "stock"}
    make_figure(value=1_400, qualifier="about", who_says="A rights group", **stock)
    make_figure(value=1_400, qualifier="nearly", who_says="A politician", **stock)


def name_thirteen(announcement: Announcement) -> None:
    for number in range(13):
        person = make_prisoner(f"Exemplar {number}", sex="female" if number < 5 else "male")
        identify(person, announcement)


def test_released_in_july_and_august_while_both_may_overlap(july, august):
    found = reading("releases", JULY_TO_AUGUST)

    assert (found.named, found.low, found.high, found.announced) == (1, 30, 48, 48)


def test_released_in_july_and_august_when_both_are_distinct(july, august):
    relate(july, august, "distinct")

    found = reading("releases", JULY_TO_AUGUST)

    assert (found.named, found.low, found.high, found.announced) == (1, 48, 48, 48)


def test_pardoned_in_2024(july, august):
    found = reading("pardons", "2024")
    sexes = {sex: cell.low for sex, cell in by_group(ask("pardons", "2024", group="sex")).items()}

    assert (found.named, found.low, found.high, found.announced) == (0, 30, 30, 30)
    assert sexes == {"female": 14, "male": 16}


def test_thirteen_of_the_thirty_linked_leave_seventeen_unnamed_and_the_total_at_thirty(july, august):
    name_thirteen(august)

    found = reading("pardons", "2024")
    sexes = by_group(ask("pardons", "2024", group="sex"))

    assert (found.named, found.low, found.high, found.announced) == (13, 30, 30, 30)
    assert found.low - found.named == 17
    assert {sex: (cell.named, cell.low) for sex, cell in sexes.items()} == {"female": (5, 14), "male": (8, 16)}


def test_thirteen_linked_to_the_pardon_leave_the_range_of_the_releases_as_it_was(july, august):
    name_thirteen(august)

    assert (named("releases", JULY_TO_AUGUST), best("releases", JULY_TO_AUGUST)) == (1, (30, 48))


def test_arrests_since_2020_have_the_reported_figures_beside_them_and_not_added(july, august):
    answer = as_json(ask("arrests", "2020/2026"))

    assert [(figure["qualifier"], figure["value"]) for figure in answer["reported"]] == [
        ("exactly", 65_000), ("over", 35_000)
    ]  # fmt: skip
    # The one person was taken on an unknown day: possibly since 2020.
    assert (answer["series"][0]["named"], answer["series"][0]["best"]["high"]) == (0, 1)


def test_held_on_the_day_has_both_reported_figures_beside_it(july, august):
    figures = ask("held", "2024-08-16").reported

    assert sorted(item.figure.qualifier for item in figures) == ["about", "nearly"]


# The later rounds of 2024: day, total, women, men (None: not published).
ROUNDS = [
    ("2024-08-16", 30, 14, 16),
    ("2024-09-04", 30, 7, 23),
    ("2024-09-16", 37, 6, None),
    ("2024-11-07", 31, 2, 29),
    ("2024-11-20", 32, 8, 24),
    ("2024-12-09", 29, 11, 18),
    ("2024-12-28", 20, 11, None),
]


@pytest.fixture
def rounds(july) -> list[Announcement]:
    found = [july, *make_rounds()]
    for first, second in combinations(found, 2):
        relate(first, second, "distinct")
    make_running_totals()
    return found


def make_rounds() -> list[Announcement]:
    return [make_announcement("pardon", day, total, women=women, men=men) for day, total, women, men in ROUNDS]


def make_running_totals() -> None:
    scope = "takes in the 18 of July and leaves out the round it came with"
    for value, said_on in ((178, "2024-12-09"), (207, "2024-12-28")):
        make_figure(
            metric="pardons", measure="cumulative", value=value, period_from="2024-07", said_on=said_on, scope=scope
        )


def test_209_are_pardoned_from_august_to_december_and_227_released_from_july(rounds):
    pardoned, freed = reading("pardons", "2024-08/2024-12"), reading("releases", "2024-07/2024-12")

    assert (pardoned.low, pardoned.high, pardoned.announced) == (209, 209, 209)
    assert (freed.named, freed.low, freed.high, freed.announced) == (1, 227, 227, 227)


def test_of_the_209_59_are_women_110_men_and_40_not_stated(rounds):
    sexes = by_group(ask("pardons", "2024-08/2024-12", group="sex"))

    assert {sex: (cell.low, cell.high) for sex, cell in sexes.items()} == {
        "female": (59, 59), "male": (110, 110), "unknown": (40, 40)
    }  # fmt: skip


def test_months_of_the_series_are_those_of_the_rounds(rounds):
    rows = ask("releases", "2024-07/2024-12", by="month").rows

    assert [row.reading.low for row in rows if row.reading] == [18, 30, 67, 0, 63, 49]


def test_rounds_that_nobody_has_answered_for_keep_a_low_that_can_be_stood_by(july):
    make_rounds()

    # The 14 women of 16 August and the 23 men of 4 September can't be the 11 women of December and the 29 men of
    # 7 November; all others can be among these.
    assert best("pardons", "2024-08/2024-12") == (14 + 23 + 11 + 29, 209)


def test_running_totals_of_the_press_are_reported_figures_whose_scope_says_what_they_take_in(rounds):
    answer = as_json(ask("pardons", "2024-07/2024-12"))

    assert [figure["value"] for figure in answer["reported"]] == [207, 178]
    assert all("leaves out the round it came with" in figure["scope"] for figure in answer["reported"])
    assert answer["series"][0]["best"]["low"] == 209


def test_no_person_is_invented_for_an_unnamed_place(rounds):
    assert (Prisoner.objects.count(), ReportedFigure.objects.count()) == (1, 6)
