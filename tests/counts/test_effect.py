"""What an answer about two announcements does to a count, told before it is given: as it would be once given."""

from __future__ import annotations

import re

import pytest

from counts.effect import effect_of
from counts.questions import Question
from counts.series import count
from pardons.desk.guard import INSIDE, NewAct, Pair, recorded_pair, sibling_pairs
from pardons.models import Announcement
from registry.dates import PartialDate
from tests.editors import signed_in
from tests.factories import identify, make_announcement, make_prisoner, relate
from tests.pardons.desk.reports import paste

pytestmark = pytest.mark.django_db
JULY = NewAct("a1", "release", "BY", PartialDate.parse("2024-07"), 18, "exactly", is_recalled=True)
AUGUST = NewAct("a0", "pardon", "BY", PartialDate.parse("2024-08-16"), 30, "exactly", is_recalled=False)


def with_recorded(act: NewAct, other: Announcement) -> Pair:
    return recorded_pair(act, Announcement.objects.prefetch_related("statements").get(pk=other.pk))


def test_worked_example_is_30_to_48_and_48_if_distinct() -> None:
    effect = effect_of(with_recorded(JULY, make_announcement("pardon", "2024-08-16", 30)))

    assert (effect.title, effect.now) == ("Releases, 2024", "30")
    assert effect.with_answer == {
        "distinct": "48", "may_overlap": "30 to 48", "same": "30", "contains": "30", INSIDE: "30",
    }  # fmt: skip


def test_two_acts_of_one_report_are_counted_as_if_published() -> None:
    (pair,) = sibling_pairs(JULY, [AUGUST, JULY])
    effect = effect_of(pair)

    assert (effect.now, effect.with_answer["distinct"], effect.with_answer["may_overlap"]) == ("0", "48", "30 to 48")


def test_draft_counts_only_in_what_would_be() -> None:
    effect = effect_of(with_recorded(JULY, make_announcement("pardon", "2024-08-16", 30, publication="draft")))

    assert (effect.now, effect.with_answer["distinct"]) == ("0", "48")


@pytest.mark.parametrize("answer", ["distinct", "may_overlap", "contains", INSIDE])
def test_told_effect_is_the_count_once_the_answer_is_recorded(answer: str) -> None:
    august = make_announcement("pardon", "2024-08-16", 30)
    identify(make_prisoner(held=[("2021", "2024-08-16")]), august)
    told = effect_of(with_recorded(JULY, august)).with_answer[answer]

    july = make_announcement("release", "2024-07", 18)
    first, second = (august, july) if answer == INSIDE else (july, august)
    relate(first, second, "contains" if answer == INSIDE else answer)

    assert told == released_in_2024()


def released_in_2024() -> str:
    day = PartialDate.parse("2024")
    question = Question("releases", "people", by="total", country="BY", first=day.earliest, last=day.latest)
    reading = count(question).rows[0].reading
    assert reading is not None
    return f"{reading.low}" if reading.low == reading.high else f"{reading.low} to {reading.high}"


def test_numbers_chosen_for_the_same_act_count_in_what_would_be() -> None:
    pair = with_recorded(JULY, make_announcement("release", "2024-07", 17))
    pair.choose = True

    assert effect_of(pair).with_answer["same"] == "18"


def test_act_without_a_date_is_counted_over_all_time() -> None:
    undated = NewAct("a0", "release", "BY", None, 5, "exactly", is_recalled=False)

    assert effect_of(with_recorded(undated, make_announcement("release", "2024-07", 17))).title == "Releases"


def test_effect_of_each_answer_stands_beside_it_on_the_page() -> None:
    editor = signed_in("editor")

    shown = editor.get(paste(editor)["Location"]).content.decode()

    effects = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r'class="effect">(.*?)</(?:p|span)>', shown)]
    assert effects[:3] == ["Releases, 2024: 0 as published now", "→ 48", "→ 30 to 48"]
