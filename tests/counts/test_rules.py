"""The counting rules, each by its number: every test fails when its rule is broken."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from counts.answers import as_json
from counts.explain import Explanation
from counts.questions import METRICS, UNITS
from pardons.models import Announcement
from prisoners.models import (
    Article,
    Case,
    CaseDetention,
    Charge,
    Detention,
    Occupation,
    PrisonerOccupation,
    Region,
    Release,
    Stay,
)
from registry.parameters import BadParameter
from tests.counts.asking import ask, best, by_group, lows, named, only_row, parts, question, reading, readings
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


def released(name: str = "Jan Exemplar", out: str = "2024-07-05", kind: str = "unknown", **fields) -> Release:
    """A named release that was checked and belongs to no announcement, unless told otherwise."""
    checked = fields.pop("checked", True)
    person = make_prisoner(name, **fields)
    release = {"kind": kind, "belongs_to_no_announcement": checked}
    return make_detention(person, "2023-01-10", out, release=release).release


def link(release: Release, announcement: Announcement, **fields) -> None:
    identify(release.detention.prisoner, announcement, release=release, **fields)


# Rule 1: units are separate series.


def test_rule_01_person_arrested_twice_is_two_detentions_and_one_person():
    make_prisoner(held=[("2024-02-01", "2024-02-10"), ("2024-06-01", "2024-06-09")])

    assert named("arrests", "2024") == 2
    assert named("arrests", "2024", unit="people") == 1


@pytest.mark.parametrize(
    ("metric", "unit"),
    [("arrests", "detentions"), ("convictions", "verdicts"), ("recognitions", "recognitions"), ("pardons", "people"),
     ("releases", "people"), ("deaths", "people"), ("held", "people")],
)  # fmt: skip
def test_rule_01_answer_states_its_unit(metric, unit):
    assert as_json(ask(metric, "2024"))["unit"] == unit


def test_rule_01_unit_of_another_series_is_refused():
    with pytest.raises(BadParameter, match="verdicts"):
        question("releases", "2024", unit="verdicts")


# Rule 2: stock, flow, cumulative.


def test_rule_02_held_is_a_stock_and_all_else_a_flow():
    measures = {metric: as_json(ask(metric, "2024"))["measure"] for metric in METRICS}

    assert [metric for metric, measure in measures.items() if measure == "stock"] == ["held"]


def test_rule_02_stock_is_the_number_of_the_last_day_and_no_sum():
    make_prisoner(held=[("2024-01-02", "2024-03-01"), ("2024-05-31",)])

    assert lows("held", "2024-01/2024-06", by="month") == {"2024-01": 1, "2024-02": 1, "2024-05": 1, "2024-06": 1}


# Rule 3: who is held on a day.


def test_rule_03_day_taken_is_a_day_held_and_day_out_is_not():
    make_prisoner(held=[("2024-02-01", "2024-02-03")])

    found = {day: named("held", f"2024-02-0{day}") for day in (1, 2, 3)}

    assert found == {1: 1, 2: 1, 3: 0}
    assert named("held", "2024-01-31") == 0


# Rule 4: held twice.


def test_rule_04_person_released_twice_in_a_year_is_one_person_and_two_detentions():
    make_prisoner(held=[("2024-01-05", "2024-02-05"), ("2024-08-05", "2024-09-05")])

    assert named("releases", "2024") == 1
    assert named("releases", "2024", unit="detentions") == 2


# Rule 5: the date of the event.


def test_rule_05_events_count_on_their_own_date_and_not_on_the_day_of_entry():
    make_prisoner(held=[("2021-03-04",)])

    assert lows("arrests", by="year", **{"from": "2020", "to": "2026"}) == {"2021": 1}


# Rule 6: unnamed people count on the date of the act.


def test_rule_06_unnamed_people_count_on_the_date_of_the_act():
    make_announcement("release", "2024-07-02", 5, announced_on="2024-08-01")

    assert best("releases", "2024-07") == (5, 5)
    assert best("releases", "2024-08") == (0, 0)


def test_rule_06_without_a_date_of_the_act_they_count_on_the_date_announced():
    make_announcement("release", None, 5, announced_on="2024-08-01")

    assert best("releases", "2024-08") == (5, 5)


def test_rule_06_pardon_counts_as_pardoned_all_and_as_released_those_whom_it_frees():
    make_announcement("pardon", "2024-08-16", 30, frees="number", frees_number=12)

    assert best("pardons", "2024") == (30, 30)
    assert best("releases", "2024") == (12, 12)


def test_rule_06_amnesty_that_may_free_all_or_none_says_so_in_its_range():
    make_announcement("amnesty", "2024-08-16", 30, frees="unknown")

    assert best("releases", "2024") == (0, 30)


@pytest.mark.parametrize("metric", ["arrests", "convictions", "recognitions", "deaths"])
def test_rule_06_announcement_of_another_kind_counts_in_its_own_series_only(metric):
    make_announcement(metric, "2024-08-16", 7)

    assert {other: best(other, "2024")[0] for other in UNITS if other != "held"} == {
        other: 7 if other == metric else 0 for other in UNITS if other != "held"
    }


# Rule 7: an identified person fills a place and never adds one.


def test_rule_07_identified_person_fills_a_place_and_adds_none():
    announcement = make_announcement("release", "2024-07-05", 18)
    link(released(), announcement)

    found = reading("releases", "2024")

    assert (found.named, found.low, found.high, found.announced) == (1, 18, 18, 18)


def test_rule_07_person_linked_to_a_pardon_fills_a_place_before_a_release_is_known():
    announcement = make_announcement("pardon", "2024-08-16", 30)
    identify(make_prisoner(), announcement)

    assert (named("pardons", "2024"), best("pardons", "2024")) == (1, (30, 30))
    assert (named("releases", "2024"), best("releases", "2024")) == (0, (30, 30))


def test_rule_07_pardoned_person_whose_release_fits_the_act_fills_a_place_of_the_releases():
    announcement = make_announcement("pardon", "2024-08-16", 30)
    release = released(out="2024-08-20", kind="pardon")
    identify(release.detention.prisoner, announcement)

    assert (named("releases", "2024"), best("releases", "2024")) == (1, (30, 30))


@pytest.mark.parametrize(
    ("out", "kind"), [("2024-08-08", "pardon"), ("2024-10-16", "pardon"), ("2024-08-20", "acquitted")]
)
def test_rule_07_release_that_does_not_fit_the_act_fills_no_place(out, kind):
    announcement = make_announcement("pardon", "2024-08-16", 30)
    identify(released(out=out, kind=kind).detention.prisoner, announcement)

    assert best("releases", "2024") == (31, 31)


def test_rule_07_person_recorded_as_not_freed_lowers_the_releases_by_one():
    announcement = make_announcement("pardon", "2024-08-16", 30, women=14)
    identify(make_prisoner(sex="female"), announcement, was_not_freed=True)

    assert best("releases", "2024") == (29, 29)
    assert lows("releases", "2024", group="sex") == {"female": 13, "unknown": 16}
    assert best("pardons", "2024") == (30, 30)


def test_rule_07_draft_fills_nothing():
    announcement = make_announcement("release", "2024-07-05", 18)
    link(released(out="2024-07-06"), announcement, publication="draft")

    assert best("releases", "2024") == (19, 19)


def test_rule_07_draft_pardon_does_not_say_that_somebody_was_not_freed():
    announcement = make_announcement("pardon", "2024-08-16", 30)
    person = make_prisoner()
    identify(person, announcement, pardon=make_pardon(person, outcome="still_held", publication="draft"))

    assert best("releases", "2024") == (30, 30)


def test_rule_07_release_named_by_a_draft_is_free_for_the_published_link():
    pardoned = make_announcement("pardon", "2024-08-16", 30)
    other = make_announcement("release", "2024-08-16", 5)
    relate(pardoned, other, "distinct")
    release = released(out="2024-08-16", kind="pardon")
    identify(release.detention.prisoner, pardoned)
    link(release, other, publication="draft")

    assert best("releases", "2024") == (35, 35)


def test_rule_07_release_that_led_to_another_stay_fills_no_place():
    announcement = make_announcement("release", "2024-07-05", 18)
    release = released(out="2024-07-05", kind="lighter_penalty")
    make_detention(release.detention.prisoner, "2024-07-05")
    link(release, announcement)

    assert (named("releases", "2024"), best("releases", "2024")) == (0, (18, 18))


def test_rule_07_withdrawn_recognition_fills_no_place_of_an_announcement_of_recognitions():
    announcement = make_announcement("recognitions", "2024-07-05", 18)
    person = make_prisoner()
    identify(person, announcement, recognition=make_recognition(person, "2024-07-05", act="declined"))

    assert (named("recognitions", "2024"), best("recognitions", "2024")) == (0, (18, 18))


def test_rule_07_verdict_in_a_draft_case_fills_no_place_of_an_announcement_of_convictions():
    announcement = make_announcement("convictions", "2024-07-05", 18)
    person = make_prisoner()
    draft = Case.objects.create(prisoner=person, publication="draft")
    identify(person, announcement, conviction=make_conviction(person, "2024-07-05", case=draft))

    assert (named("convictions", "2024"), best("convictions", "2024")) == (0, (18, 18))


def test_rule_07_person_of_unknown_sex_fills_a_place_of_neither_women_nor_men():
    announcement = make_announcement("release", "2024-07-05", 10, women=4, men=4)
    link(released(sex="unknown"), announcement)

    found = by_group(ask("releases", "2024", group="sex"))

    assert {sex: (cell.named, cell.low) for sex, cell in found.items()} == {
        "female": (0, 4), "male": (0, 4), "unknown": (1, 2)
    }  # fmt: skip


def test_rule_07_period_follows_the_persons_own_date():
    announcement = make_announcement("release", "2024-07-31", 18)
    link(released(out="2024-08-02"), announcement)

    assert lows("releases", "2024-07/2024-08", by="month") == {"2024-07": 17, "2024-08": 1}
    assert Explanation(question("releases", "2024-07")).open_places[0].moved == 1


def test_rule_07_person_of_another_countrys_list_fills_a_place_and_adds_none():
    announcement = make_announcement("exchange", "2024-08-01", 8)
    link(released(out="2024-08-01", kind="exchange", country="ZZ"), announcement)

    assert best("releases", "2024", country="all") == (8, 8)


def test_rule_07_more_people_linked_than_announced_raise_the_count_and_flag_the_announcement():
    announcement = make_announcement("release", "2024-07-05", 2)
    for name in ("Ana Example", "Eva Example", "Ola Example"):
        link(released(name), announcement)

    found = reading("releases", "2024")

    assert (found.low, found.high, found.announced) == (3, 3, 3)
    assert Explanation(question("releases", "2024")).open_places[0].is_overfull


# Rule 8: parts are at most the whole, and unknown is a value.


def test_rule_08_women_and_men_above_the_total_are_refused():
    with pytest.raises(IntegrityError, match="at_most_the_total"), transaction.atomic():
        make_announcement("pardon", "2024-08-16", 30, women=20, men=11)


def test_rule_08_places_of_no_stated_sex_stand_under_not_known():
    make_announcement("pardon", "2024-08-16", 30, women=14)

    assert lows("pardons", "2024", group="sex") == {"female": 14, "unknown": 16}


# Rule 9: announced, political and verified are kept apart.


def test_rule_09_open_places_are_in_no_low_under_a_definition():
    make_announcement("pardon", "2024-08-16", 30, political_number=12)

    assert best("pardons", "2024", definition="recognised") == (0, 12)
    assert best("pardons", "2024") == (30, 30)


def test_rule_09_high_takes_all_places_where_nobody_says_how_many_are_political():
    make_announcement("pardon", "2024-08-16", 30)

    assert best("pardons", "2024", definition="recognised") == (0, 30)


def test_rule_09_linked_person_who_is_not_recognised_leaves_the_high_of_the_recognised():
    announcement = make_announcement("release", "2024-07-05", 10)
    link(released(), announcement)

    assert best("releases", "2024", definition="recognised") == (0, 9)


# Rule 10: the fewest and the most distinct people.


def test_rule_10_announcements_that_may_overlap_can_share_people():
    make_announcement("release", "2024-07-05", 18)
    make_announcement("pardon", "2024-08-16", 30)

    found = reading("releases", "2024")

    assert (found.low, found.high, found.announced) == (30, 48, 48)


def test_rule_10_distinct_announcements_add_up():
    relate(make_announcement("release", "2024-07-05", 18), make_announcement("pardon", "2024-08-16", 30), "distinct")

    assert best("releases", "2024") == (48, 48)


def test_rule_10_announcements_more_than_60_days_apart_or_of_other_countries_do_not_overlap():
    make_announcement("release", "2024-07-05", 18)
    make_announcement("pardon", "2024-09-04", 30)
    make_announcement("pardon", "2024-07-05", 5, country="ZZ")

    assert best("releases", "2024", country="all") == (53, 53)


def test_rule_10_one_between_two_that_are_distinct_is_shared_out_between_them():
    make_announcement("pardon", "2024-08-16", 15)
    july, september = make_announcement("release", "2024-07-20", 10), make_announcement("pardon", "2024-09-16", 8)
    relate(july, september, "distinct")

    assert best("releases", "2024") == (18, 33)


def test_rule_10_announcements_that_are_the_same_are_one_with_the_smaller_and_the_larger_total():
    relate(make_announcement("release", "2024-07-05", 8), make_announcement("release", "2024-07-05", 10), "same")

    found = reading("releases", "2024")

    assert (found.low, found.high, found.announced) == (8, 10, 18)


def test_rule_10_announced_women_are_no_announced_men():
    make_announcement("release", "2024-07-05", 10, women=10, men=0)
    make_announcement("pardon", "2024-08-16", 12, women=2, men=10)

    assert best("releases", "2024") == (20, 22)


def test_rule_10_places_of_no_stated_sex_can_be_anybodys():
    make_announcement("release", "2024-07-05", 10, women=4)
    make_announcement("pardon", "2024-08-16", 12, women=2, men=10)

    # The 4 women are 2 of the pardoned and 2 others; the other 6 can be men of the pardon.
    assert best("releases", "2024") == (14, 22)


def test_rule_10_unchecked_man_is_none_of_the_women():
    make_announcement("release", "2024-07-05", 5, women=5)
    released("Ana Example", out="2024-07-20", checked=False, sex="female")
    released("Jan Exemplar", out="2024-07-20", checked=False, sex="male")
    released("Eva Exemplar", out="2024-07-20", checked=False, sex="unknown")

    assert best("releases", "2024") == (6, 8)


def test_rule_10_women_who_may_be_in_contents_of_another_time_are_in_no_low_of_the_container():
    whole = make_announcement("release", "2024-08-01", 6, women=3)
    relate(whole, make_announcement("release", "2024-07-05", 3), "contains")

    assert lows("releases", "2024-08", group="sex") == {}
    assert best("releases", "2024-08") == (3, 3)


def test_rule_10_breakdowns_of_the_same_act_give_a_low_that_is_never_above_the_high():
    fewer = make_announcement("release", "2024-07-05", 8, women=5, men=3)
    more = make_announcement("release", "2024-07-05", 10, women=3, men=3)
    relate(fewer, more, "same")

    found = by_group(ask("releases", "2024", group="sex"))

    assert {sex: (cell.low, cell.high) for sex, cell in found.items()} == {
        "female": (3, 5), "male": (3, 3), "unknown": (0, 4)
    }  # fmt: skip


def test_rule_10_container_counts_once():
    whole, part = make_announcement("release", "2024-07", 18), make_announcement("release", "2024-07-05", 7)
    relate(whole, part, "contains")

    assert best("releases", "2024-07") == (18, 18)


def test_rule_10_container_of_another_time_leaves_its_contents_to_their_own():
    whole, part = make_announcement("release", "2024-08-01", 18), make_announcement("release", "2024-07-05", 7)
    relate(whole, part, "contains")

    assert lows("releases", "2024-07/2024-08", by="month") == {"2024-07": 7, "2024-08": 11}


def test_rule_10_content_may_tell_of_women_where_its_container_tells_nothing_of_the_sexes():
    whole = make_announcement("release", "2024-08-01", 18)
    relate(whole, make_announcement("release", "2024-07-05", 9, women=9), "contains")

    assert [cell for cell in by_group(ask("releases", "2024-08", group="sex")).values() if cell.high < 0] == []
    assert best("releases", "2024-08", sex="female") == (0, 0)


def test_rule_10_what_is_distinct_from_a_container_is_distinct_from_its_contents():
    whole, part = make_announcement("release", "2024-07", 18), make_announcement("release", "2024-07-05", 7)
    other = make_announcement("pardon", "2024-07-05", 5)
    relate(whole, part, "contains")
    relate(whole, other, "distinct")

    assert best("releases", "2024-07-05") == (12, 23)


def test_rule_10_cells_of_a_range_need_not_add_up():
    make_announcement("release", "2024-07-05", 18)
    make_announcement("pardon", "2024-08-16", 30)

    answer = ask("releases", "2024-07/2024-08", by="month")

    assert [cell.low for cell in readings(answer)] == [18, 30]
    assert any("need not add up" in note for note in as_json(answer)["notes"])


# Rule 11: qualifiers are printed.


def test_rule_11_qualifier_of_an_announcement_is_printed():
    make_announcement("release", "2024-07-05", 30, qualifier="about")

    [places] = Explanation(question("releases", "2024")).open_places

    assert places.headline == "About 30 released"


# Rule 12: zero, none reported and unknown.


def test_rule_12_none_recorded_and_not_known_are_told_apart():
    make_prisoner(held=[("2025-03-01",)])

    rows = ask("arrests", "2025/2027", by="year", today=date(2026, 6, 30)).rows

    assert [(row.state, row.reading is None) for row in rows] == [
        ("counted", False), ("none_recorded", False), ("unknown", True)
    ]  # fmt: skip


# Rule 13: partial dates.


def test_rule_13_year_known_alone_stands_in_the_year_and_in_no_month():
    make_prisoner(held=[("2024",)])

    answer = ask("arrests", "2024", by="month")

    assert [cell.named for cell in readings(answer)] == [0] * 12
    assert [(line.period.text, line.why, line.reading.low) for line in answer.not_placed] == [
        ("2024", "month not known", 1)
    ]
    assert named("arrests", "2024") == 1


@pytest.mark.parametrize(
    ("taken", "period", "why"),
    [
        ("2024-02", "2024-02", "day not known"),
        ("2024-07-20/2024-08-03", "2024-07/2024-09", "month not known"),
        ("2024-21", "2024", "month not known"),
        ("2023-12-20/2024-01-05", "2023/2024", "year not known"),
        ("../2024-03-12", "../2024", "year not known"),
    ],
)
def test_rule_13_line_is_the_smallest_period_around_the_whole_interval(taken, period, why):
    make_prisoner(held=[(taken,)])

    [line] = ask("arrests", "2024-01/2024-09", by="day").not_placed

    assert (line.period.text, line.why) == (period, why)


def test_rule_13_undated_record_stands_in_its_own_line():
    make_prisoner(held=[(None,)])

    [line] = ask("arrests", "2024", by="year").not_placed

    assert (line.why, line.reading.named) == ("undated", 1)


def test_rule_13_low_has_what_certainly_falls_in_the_period_and_high_what_possibly_does():
    make_prisoner(held=[("2024-07-20/2024-08-03",)])

    assert best("arrests", "2024-07") == (0, 1)
    assert best("arrests", "2024-07/2024-08") == (1, 1)


def test_rule_13_rows_and_lines_together_are_the_named_total():
    for taken in ("2024-02-03", "2024-02", "2024", "2024-21", "2023-12-20/2024-01-05", "2024-07/2024-09"):
        make_prisoner(held=[(taken,)])

    answer = ask("arrests", "2023/2024", by="month")

    assert sum(cell.named for cell in [*readings(answer), *(line.reading for line in answer.not_placed)]) == 6


# Rule 14: unfinished and clipped periods.


def test_rule_14_current_period_is_not_complete():
    make_prisoner(held=[("2025-03-01",)])

    rows = ask("arrests", "2025/2026", by="year", today=date(2026, 6, 30)).rows

    assert [row.is_complete for row in rows] == [True, False]


def test_rule_14_clipped_year_is_called_by_its_days():
    rows = ask("arrests", "2023-07/2024-08", by="year").rows

    assert [row.period.text for row in rows] == ["2023-07/2023-12", "2024-01/2024-08"]
    assert [row.period.label for row in rows] == ["July to December 2023", "January to August 2024"]


# Rule 16: bookkeeping is no freedom.


def test_rule_16_retracted_detention_leaves_the_stock_and_is_no_release():
    person = make_prisoner(held=[("2024-02-01",)])

    person.detentions.update(publication="retracted")

    assert (named("held", "2024"), named("releases", "2024")) == (0, 0)


def test_rule_16_withdrawn_recognition_is_no_release():
    person = make_prisoner(held=[("2024-02-01",)])
    recognition = make_recognition(person, "2024-03-01")
    make_recognition(person, "2024-06-01", act="withdrawn", withdraws=recognition)

    assert [named("held", day, definition="recognised") for day in ("2024-05-01", "2024-07-01")] == [1, 0]
    assert named("releases", "2024") == 0


def test_rule_16_lighter_penalty_followed_by_another_stay_is_no_release():
    release = released(out="2024-07-05", kind="lighter_penalty")
    assert named("releases", "2024") == 1

    make_detention(release.detention.prisoner, "2024-07-05")

    assert named("releases", "2024") == 0


def test_rule_16_draft_of_a_following_stay_changes_no_public_number():
    release = released(out="2024-07-05", kind="lighter_penalty")

    make_detention(release.detention.prisoner, "2024-07-05", publication="draft")

    assert named("releases", "2024") == 1


# Rule 17: deaths.


@pytest.mark.parametrize("end", ["death", "escape", "handed_over", "unknown"])
def test_rule_17_death_escape_and_transfer_are_no_releases(end):
    make_detention(make_prisoner(), "2024-01-05", "2024-03-01", ended_how=end)

    assert reading("releases", "2024").high == 0
    assert named("held", "2024") == 0


def test_rule_17_deaths_are_a_series_of_their_own_by_circumstance():
    make_prisoner(died_on="2024-05-02", death_circumstance="in_custody")
    make_prisoner(died_on="2024-06-02", death_circumstance="after_release")

    assert lows("deaths", "2024", group="kind") == {"after_release": 1, "in_custody": 1}


# Rule 18: what is not known is shown.


@pytest.mark.parametrize("dimension", ["sex", "age", "region", "charge", "occupation", "form"])
def test_rule_18_not_known_is_a_group_of_its_own(dimension):
    make_prisoner(held=[("2024-02-01",)])

    assert lows("arrests", "2024", group=dimension) == {"unknown": 1}


def test_rule_18_regions_of_two_countries_with_one_name_are_two_groups():
    for country in ("BY", "ZZ"):
        north = Region.objects.create(country=country, slug="north", name="North")
        make_prisoner(country=country, home_region=north, held=[("2024-02-01",)])

    assert lows("arrests", "2024", group="region", country="all") == {"BY/north": 1, "ZZ/north": 1}
    assert lows("arrests", "2024", group="region") == {"north": 1}


# Rule 19: charges and occupations do not add up.


def test_rule_19_counts_by_occupation_are_not_additive_and_say_so():
    person = make_prisoner(held=[("2024-02-01",)])
    for name in ("teacher", "poet"):
        occupation = Occupation.objects.create(slug=name, name=name)
        PrisonerOccupation.objects.create(prisoner=person, occupation=occupation)

    answer = ask("arrests", "2024", group="occupation")

    assert [cell.named for cell in readings(answer)] == [1, 1]
    assert any("do not add up" in note for note in as_json(answer)["notes"])


def test_rule_19_counts_by_charge_are_not_additive_and_say_so():
    person = make_prisoner(held=[("2024-02-01",)])
    case = Case.objects.create(prisoner=person, publication="published")
    for number in ("100", "200"):
        article = Article.objects.create(country="BY", code="Criminal Code", number=number)
        Charge.objects.create(case=case, article=article, publication="published")

    answer = ask("arrests", "2024", group="charge")

    assert [cell.named for cell in readings(answer)] == [1, 1]
    assert any("do not add up" in note for note in as_json(answer)["notes"])


# Rule 20: withheld people.


def test_rule_20_withheld_person_counts_in_totals_by_country_and_whole_years():
    make_prisoner(publication="withheld", sex="female", held=[("2024-02-01",)])

    assert (named("arrests", "2024"), only_row("arrests", "2024").withheld) == (1, 1)
    assert lows("arrests", "2023/2024", by="year", group="country") == {"BY": 1}


@pytest.mark.parametrize(
    ("period", "asked"),
    [("2024-02", {}), ("2024-01/2024-11", {}), ("2024", {"by": "month"}), ("2024", {"group": "sex"}),
     ("2024", {"group": "kind"}), ("2024", {"unit": "people"}), ("2024", {"forms": "custody,prison,unknown"}),
     ("2024", {"definition": "unrecognised"})],
)  # fmt: skip
def test_rule_20_withheld_person_is_in_no_finer_answer(period, asked):
    make_prisoner(publication="withheld", sex="female", held=[("2024-02-01",)])

    answer = ask("arrests", period, **asked)

    assert not any(cell.high for cell in readings(answer))
    assert as_json(answer)["withheld"] == "left out"


@pytest.mark.parametrize("is_linked", [True, False])
def test_rule_20_nobody_learns_whether_a_withheld_person_fills_a_place(is_linked):
    announcement = make_announcement("release", "2024-07-05", 18)
    release = released(publication="withheld")
    if is_linked:
        link(release, announcement)

    assert (named("releases", "2024-07"), best("releases", "2024-07")) == (0, (18, 18))
    assert (named("releases", "2024"), best("releases", "2024")) == (1, (18, 19))


def test_rule_20_place_of_a_withheld_person_released_in_another_year_stays_open_in_the_year_of_the_act():
    announcement = make_announcement("release", "2024-12-30", 18)
    link(released(out="2025-01-02", publication="withheld"), announcement)

    assert (best("releases", "2024"), best("releases", "2025")) == ((18, 18), (1, 1))
    assert best("releases", "2024/2025") == (18, 19)


def test_rule_20_withheld_event_whose_year_is_not_known_counts_in_no_answer():
    make_prisoner(publication="withheld", held=[("2024-12-30/2025-01-02",)])

    assert (named("arrests"), named("arrests", "2024/2025"), named("held")) == (0, 0, 1)


def test_rule_20_withheld_person_released_twice_counts_once_over_the_years_and_once_in_their_sum():
    make_prisoner(publication="withheld", held=[("2023-01-05", "2023-02-05"), ("2024-08-05", "2024-09-05")])

    assert named("releases", "2023/2024") == named("releases", "2023") + named("releases", "2024") == 1
    assert named("releases", "2023/2024", unit="detentions") == 0


@pytest.mark.parametrize("known", [{"taken": "2026-03"}, {"taken": "2024-01-05", "end": "2026-04-05"}])
def test_rule_20_no_day_of_a_running_year_tells_when_somebody_withheld_was_taken_or_should_be_out(known):
    detention = sentenced(known.get("end", "2036-01-01"), taken=known["taken"], publication="withheld")
    assert detention.taken_latest

    days = [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 5), date(2026, 4, 6)]

    # Nothing is recorded between these days: only the clock goes on.
    assert len({named("held", "2026", today=day) for day in days}) == 1


def test_rule_20_parts_of_the_held_and_their_low_do_not_tell_what_is_known_of_a_withheld_person():
    make_prisoner(publication="withheld", held=[("2024-06-01",)])

    assert (best("held", "2024"), parts("held", "2024")) == ((1, 1), (0, 0))


# Rule 21: reported figures are never inputs.


def test_rule_21_reported_figures_are_never_inputs_of_our_counts():
    make_figure(metric="releases", value=900, period_from="2024", period_to="2024", women=300)

    answer = ask("releases", "2024")

    assert [figure.figure.value for figure in answer.reported] == [900]
    assert readings(answer)[0].announced == 0


# Rule 22: no estimates.


@pytest.mark.parametrize("metric", METRICS)
def test_rule_22_every_answer_says_that_the_number_is_a_minimum(metric):
    assert "A documented number is a minimum" in as_json(ask(metric, "2024"))["notes"][0]


# Rule 23: not checked against announcements.


def test_rule_23_unchecked_release_near_an_act_lowers_low_and_not_high():
    make_announcement("release", "2024-07-05", 18)
    released(out="2024-07-20", checked=False)

    found = reading("releases", "2024")

    assert (found.named, found.low, found.high) == (1, 18, 19)


def test_rule_23_checked_release_adds_to_the_announced():
    make_announcement("release", "2024-07-05", 18)
    released(out="2024-07-20")

    assert best("releases", "2024") == (19, 19)


@pytest.mark.parametrize(
    ("out", "low"), [("2024-06-27", 19), ("2024-06-28", 18), ("2024-09-03", 18), ("2024-09-04", 19)]
)
def test_rule_23_near_is_from_7_days_before_to_60_days_after_the_act(out, low):
    make_announcement("release", "2024-07-05", 18)
    released(out=out, checked=False)

    assert best("releases", "2024") == (low, 19)


@pytest.mark.parametrize(("out", "low"), [("2024-06-27", 2), ("2024-06-28", 1), ("2024-09-03", 1), ("2024-09-04", 2)])
def test_rule_23_near_is_the_same_where_sums_by_week_have_somebody_for_every_place(out, low):
    make_announcement("release", "2024-07-05", 1)
    released(out=out, checked=False)

    assert best("releases", "2024") == (low, 2)


@pytest.mark.parametrize(("kind", "country"), [("full_term", "BY"), ("acquitted", "BY"), ("unknown", "ZZ")])
def test_rule_23_another_kind_or_country_can_be_no_place_of_the_act(kind, country):
    make_announcement("release", "2024-07-05", 18)
    released(out="2024-07-20", kind=kind, country=country, checked=False)

    assert best("releases", "2024", country="all") == (19, 19)


def test_rule_23_unchecked_release_of_another_month_lowers_low_all_the_same():
    make_announcement("release", "2024-07-31", 18)
    released(out="2024-08-02", checked=False)

    assert lows("releases", "2024-07/2024-08", by="month") == {"2024-07": 17, "2024-08": 1}


def test_rule_23_release_linked_to_an_announcement_of_another_country_is_checked():
    link(released(out="2024-07-20", checked=False), make_announcement("release", "2024-07-05", 3, country="ZZ"))
    make_announcement("release", "2024-07-05", 18)

    assert best("releases", "2024") == (19, 19)


def test_rule_23_unchecked_pardon_lowers_low_of_the_pardons():
    make_announcement("pardon", "2024-07-05", 18)
    make_pardon(make_prisoner(), "2024-07-05")

    assert best("pardons", "2024") == (18, 19)


# Rule 24: held in two parts.


def sentenced(end: str, taken: str = "2020-01-10", publication: str = "published", **fields) -> Detention:
    person = make_prisoner(publication=publication)
    detention = make_detention(person, taken, **fields)
    case = Case.objects.create(prisoner=person, publication="published")
    CaseDetention.objects.create(case=case, detention=detention)
    make_conviction(person, "2020-06-01", case=case, stated_end_on=end)
    return detention


def test_rule_24_end_of_sentence_passed_with_no_news_leaves_low_and_not_high():
    sentenced("2023-01-10")

    assert (named("held", "2024-12-31"), best("held", "2024-12-31")) == (1, (0, 1))
    assert parts("held", "2024-12-31") == (0, 1)


def test_rule_24_person_confirmed_after_the_end_of_the_sentence_stays_in_low():
    sentenced("2023-01-10", last_confirmed_on="2024-03-01")

    assert best("held", "2024-12-31") == (1, 1)
    assert parts("held", "2024-12-31") == (1, 0)


def test_rule_24_open_places_of_acts_that_freed_by_then_leave_low():
    for _number in range(3):
        make_prisoner(held=[("2024-01-10",)])
    make_announcement("pardon", "2024-08-16", 2)

    assert best("held", "2024-08-15") == (3, 3)
    assert best("held", "2024-08-16") == (1, 3)


def test_rule_24_nobody_is_freed_twice_on_days_that_end_no_month():
    make_announcement("release", "2024-06-01", 6)
    make_prisoner(held=[("2024-04-19",)])

    by_day = ask("held", "2024-07-01/2024-07-09", by="day", group="region").rows

    assert {row.reading and (row.reading.named, row.reading.low) for row in by_day} == {(1, 0)}


def test_rule_24_nobody_is_freed_by_an_act_before_being_taken():
    make_prisoner(held=[("2024-01-10",)])
    make_prisoner(held=[("2024-09-10",)])
    make_announcement("pardon", "2024-08-16", 30)

    assert best("held", "2024-12-31") == (1, 2)


def test_rule_24_places_of_women_free_no_men():
    for sex in ("female", "male", "male", "unknown"):
        make_prisoner(sex=sex, held=[("2024-01-10",)])
    make_announcement("pardon", "2024-08-16", 3, women=3, men=0)

    # The woman, and whoever's sex is not known.
    assert best("held", "2024-12-31") == (2, 4)


def test_rule_24_places_of_each_country_free_people_of_that_country():
    for country in ("BY", "ZZ"):
        make_prisoner(country=country, held=[("2024-01-10",)])
        make_announcement("pardon", "2024-08-16", 1, country=country)

    assert best("held", "2024-12-31", country="all") == (0, 2)


# Rule 25: definition and scope.


def test_rule_25_answer_says_who_counts_and_which_forms():
    answer = as_json(ask("held", "2024", definition="recognised", forms="prison,open-type"))

    assert (answer["definition"], answer["recognised"], answer["forms"]) == (
        "recognised", "then", ["prison", "open-type"]
    )  # fmt: skip


def test_rule_25_person_recognised_after_release_is_in_the_releases_and_not_in_the_stock_of_the_time():
    person = released(out="2024-05-05").detention.prisoner
    make_recognition(person, "2024-05-20", act="ex_post_facto")

    assert named("releases", "2024", definition="recognised") == 1
    assert named("releases", "2024", definition="recognised", recognised="then") == 0
    assert named("held", "2024-05-01", definition="recognised") == 0


def test_rule_25_organisation_asked_for_is_the_one_that_recognised():
    make_recognition(make_prisoner(held=[("2024-02-01",)]), "2024-03-01", by=["Example Rights Watch"])
    make_recognition(make_prisoner(held=[("2024-02-01",)]), "2024-03-01", by=["Sample Monitor"])
    make_prisoner(held=[("2024-02-01",)])

    definitions = ("everyone", "recognised", "sample-monitor", "unrecognised")

    assert [named("held", "2024", definition=definition) for definition in definitions] == [3, 2, 1, 1]


@pytest.mark.parametrize(
    ("form", "default"),
    [("pre-trial", 1), ("prison", 1), ("open-type", 1), ("home-confinement", 0), ("house-arrest", 0)],
)
def test_rule_25_home_confinement_and_house_arrest_count_on_request(form, default):
    detention = make_detention(make_prisoner(), "2024-02-01")
    Stay.objects.create(detention=detention, form=form, from_on="2024-02-01", publication="published")

    assert named("held", "2024") == default
    assert named("held", "2024", forms="custody,prison,open-type,home-confinement,house-arrest") == 1


def test_rule_25_administrative_arrest_counts_on_request():
    make_detention(make_prisoner(), "2024-02-01", proceeding="administrative")

    assert (named("arrests", "2024"), named("arrests", "2024", forms="administrative")) == (0, 1)


def test_rule_25_form_is_that_of_the_day():
    detention = make_detention(make_prisoner(), "2024-02-01")
    for form, since in (("prison", "2024-02-01"), ("home-confinement", "2024-06-01")):
        Stay.objects.create(detention=detention, form=form, from_on=since, publication="published")

    assert [named("held", day) for day in ("2024-05-31", "2024-06-01")] == [1, 0]
