"""One life in order, and where the person stands."""

import pytest

from prisoners.life import Life, life_of
from prisoners.life import for_life as with_life
from prisoners.life_events import length_in_words
from prisoners.models import Organisation, Place, Prisoner, Recognition, Stay
from prisoners.status import status
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_pardon,
    make_prisoner,
    make_recognition,
)

pytestmark = pytest.mark.django_db


def life(person: Prisoner) -> Life:
    return life_of(with_life(Prisoner.public.all()).get(pk=person.pk))


def titles(person: Prisoner) -> list[str]:
    return [event.title for event in life(person).dated]


def stands(person: Prisoner) -> tuple[str, str]:
    found = status(with_life(Prisoner.public.all()).get(pk=person.pk))
    return found.kind, found.sentence


def test_events_stand_in_the_order_in_which_they_happened():
    person = make_prisoner()
    make_recognition(person, "2021-04-01")
    make_conviction(person, "2021-03-02", sentence="imprisonment", length_months=54)
    make_detention(person, "2020-08-09", "2024-07", release={"kind": "pardon"})
    make_pardon(person, "2024-07-03")

    assert titles(person) == [
        "Taken",
        "Convicted: imprisonment, 4 years 6 months",
        "Recognised as a political prisoner",
        "Pardoned",
        "Released: pardon",
    ]


def test_time_inside_lasts_from_taken_to_released():
    person = make_prisoner(held=[("2020-08-09", "2020-08-24"), ("2021",)])

    assert [event.is_inside for event in life(person).dated] == [True, False, True]


def test_day_taken_that_is_not_known_stands_before_the_release():
    person = make_prisoner(held=[(None, "2024-07")])

    assert titles(person) == ["Taken", "Released"]


def test_event_without_any_date_stands_apart():
    person = make_prisoner(held=[(None,)])

    found = life(person)

    assert found.dated == []
    assert [event.title for event in found.undated] == ["Taken"]


def test_move_is_neither_release_nor_arrest():
    person = make_prisoner()
    detention = make_detention(person, "2020-08-09")
    colony = Place.objects.create(country="BY", name="Colony of Nowhere", publication="published")
    Stay.objects.create(detention=detention, form="custody", from_on="2020-08-09", publication="published")
    Stay.objects.create(detention=detention, form="prison", place=colony, from_on="2021", publication="published")

    assert titles(person) == ["Taken", "Moved: prison or colony, Colony of Nowhere"]


def test_place_that_is_not_published_is_not_named():
    detention = make_detention(make_prisoner(), "2020-08-09")
    Stay.objects.create(
        detention=detention,
        place=Place.objects.create(country="BY", name="Secret Flat"),
        from_on="2021",
        publication="published",
    )

    assert titles(detention.prisoner) == ["Taken", "Moved"]


def test_organisation_that_is_not_published_is_not_named():
    person = make_prisoner()
    make_recognition(person, "2021", by=["Quiet Group"])
    Organisation.objects.update(publication="draft")

    assert life(person).dated[0].details == []


def test_unpublished_events_are_left_out():
    person = make_prisoner()
    make_detention(person, "2020-08-09", publication="draft")
    make_recognition(person, "2021", publication="in_review")
    make_pardon(person, "2022", publication="retracted")

    assert life(person).events == []


def test_release_that_was_revoked_says_so():
    person = make_prisoner(held=[("2020", "2021")])
    make_detention(person, "2022", revokes_release="yes")

    assert "revoked by a later detention" in life(person).dated[1].details


def test_event_leads_to_its_public_announcement_only():
    person = make_prisoner()
    shown, hidden = make_announcement(), make_announcement(publication="draft")
    identify(person, shown)
    identify(person, hidden)

    assert [event.announcements for event in life(person).dated] == [[shown], []]


def test_withdrawn_recognition_is_told_as_such():
    person = make_prisoner()
    first = make_recognition(person, "2021")
    make_recognition(person, "2022", act=Recognition.Act.WITHDRAWN, withdraws=first)

    assert titles(person) == ["Recognised as a political prisoner", "Recognition withdrawn"]


@pytest.mark.parametrize(
    ("held", "kind", "sentence"),
    [
        ([], "none", "No detention recorded"),
        ([("2020-08-09",)], "held", "Held; taken 9 August 2020"),
        ([(None,)], "held", "Held; day taken not known"),
        ([("2020", "2024-07")], "free", "Released, July 2024"),
        ([("2020", "2021"), ("2022",)], "held", "Held; taken 2022"),
        ([("2022",), ("2020", "2021")], "held", "Held; taken 2022"),
    ],
)
def test_status_follows_from_the_detentions(held: list, kind: str, sentence: str):
    assert stands(make_prisoner(held=held)) == (kind, sentence)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("escape", "Escaped, 2021"),
        ("handed_over", "Handed to another country, 2021"),
        ("unknown", "No longer held; how it ended is not known, 2021"),
    ],
)
def test_other_ends_are_no_release(how: str, sentence: str):
    person = make_prisoner()
    make_detention(person, "2020", "2021", ended_how=how)

    assert stands(person) == ("out", sentence)


def test_death_is_the_last_word():
    person = make_prisoner(died_on="2021-05", death_circumstance="in_custody")
    make_detention(person, "2020", "2021-05", ended_how="death")

    assert stands(person) == ("died", "Died in custody, May 2021")
    assert titles(person) == ["Taken", "Died: in custody"]


def test_end_of_sentence_that_has_passed_changes_nothing():
    person = make_prisoner(held=[("2020-08-09",)])
    make_conviction(person, "2020-09-01", sentence="imprisonment", length_months=1, stated_end_on="2020-10-01")

    assert stands(person) == ("held", "Held; taken 9 August 2020")


@pytest.mark.parametrize(
    ("months", "days", "words"),
    [
        (54, None, "4 years 6 months"),
        (12, None, "1 year"),
        (1, None, "1 month"),
        (None, 15, "15 days"),
        (None, None, ""),
    ],
)
def test_length_of_a_sentence_in_words(months: int | None, days: int | None, words: str):
    assert length_in_words(months, days) == words
