"""What the database refuses of announcements, each constraint by its name, and what an editor reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from pardons.models import Announcement, Identification
from registry.editing import constraint_message, refusal
from registry.known_views import OUR_APPS
from registry.models import Citation, RemovedRow, Source
from tests.editors import refused
from tests.factories import (
    identify,
    make_announcement,
    make_figure,
    make_pardon,
    make_prisoner,
    make_source,
    make_statement,
    relate,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("freed", [{"frees": "number"}, {"frees": "all", "frees_number": 3}])
def test_number_freed_without_its_choice(freed: dict[str, Any]) -> None:
    name, sentence = refused(lambda: Announcement.objects.create(kind="pardon", country="BY", **freed))

    assert name == "announcement_number_freed_goes_with_its_choice"
    assert sentence == "Give the number freed if, and only if, a number of them is freed."


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"women": 15, "men": 16}, "statement_women_and_men_are_at_most_the_total"),
        ({"women": 31}, "statement_women_and_men_are_at_most_the_total"),
        ({"minors": 31}, "statement_minors_are_at_most_the_total"),
        ({"total": 10_000_001}, "statement_total_is_at_most_ten_million"),
        ({"more_counts": {"pensioners": 31}}, "statement_further_counts_are_at_most_the_total"),
        ({"more_counts": {"pensioners": -1}}, "statement_further_counts_are_at_most_the_total"),
        ({"more_counts": {"pensioners": 1.5}}, "statement_further_counts_are_at_most_the_total"),
        ({"more_counts": {"pensioners": "many"}}, "statement_further_counts_are_at_most_the_total"),
        ({"more_counts": ["pensioners"]}, "statement_further_counts_are_at_most_the_total"),
    ],
)
def test_parts_of_a_total(numbers: dict[str, Any], expected: str) -> None:
    announcement = make_announcement()

    assert refused(lambda: make_statement(announcement, **{"total": 30} | numbers))[0] == expected


def test_parts_without_a_total_are_kept() -> None:
    assert make_statement(make_announcement(), None, women=14, men=16, more_counts={"pensioners": 3}).pk


def test_two_chosen_statements() -> None:
    announcement = make_announcement()

    name, sentence = refused(lambda: make_statement(announcement, 31, is_chosen=True))

    assert name == "announcement_has_one_chosen_statement"
    assert sentence == "One statement is chosen already: untick that one first."


def test_relation_of_an_announcement_with_itself() -> None:
    announcement = make_announcement()

    assert (
        refused(lambda: relate(announcement, announcement, kind="same"))[0] == "relation_is_between_two_announcements"
    )


@pytest.mark.parametrize("turned", [False, True], ids=["same order", "turned round"])
def test_two_answers_about_the_same_two(turned: bool) -> None:
    july, august = make_announcement("release", "2024-07", 18), make_announcement()
    relate(july, august, kind="distinct")

    first, second = (august, july) if turned else (july, august)
    assert refused(lambda: relate(first, second, kind="may_overlap"))[0] == "relation_of_two_announcements_is_one"


def test_person_identified_twice_with_one_announcement() -> None:
    person, announcement = make_prisoner(), make_announcement()
    identify(person, announcement)

    name, sentence = refused(lambda: identify(person, announcement))

    assert name == "person_is_identified_once_per_announcement"
    assert sentence == "This person fills a place of this announcement already."


def test_identification_that_nothing_shows() -> None:
    place = {"prisoner": make_prisoner(), "announcement": make_announcement()}

    assert refused(lambda: Identification.objects.create(**place))[0] == "identification_names_what_shows_it"


def test_freed_and_not_freed() -> None:
    person = make_prisoner(held=[("2020-08-09", "2024-08-16")])
    release = person.detentions.get().release
    place = {"prisoner": person, "announcement": make_announcement(), "release": release, "was_not_freed": True}

    assert refused(lambda: Identification.objects.create(**place))[0] == "identification_frees_or_does_not"


def test_pardon_that_fills_a_place_is_not_deleted() -> None:
    person = make_prisoner()
    pardon = make_pardon(person, "2024-08-16")
    identify(person, make_announcement(), pardon=pardon)

    with pytest.raises(models.ProtectedError) as caught:
        pardon.delete()

    assert "Change or delete that first" in refusal(caught.value)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ({"value": 20, "value_high": 19}, "figure_range_rises"),
        ({"value": 20, "women": 12, "men": 9}, "figure_women_and_men_are_at_most_the_value"),
        ({"on_date": "2024-08-16", "period_from": "2024"}, "figure_has_a_day_or_a_period"),
        ({"on_date": "2024-08-16", "period_to": "2024"}, "figure_has_a_day_or_a_period"),
    ],
)
def test_figure_that_contradicts_itself(figure: dict[str, Any], expected: str) -> None:
    assert refused(lambda: make_figure(**figure))[0] == expected


@pytest.mark.parametrize("digits", ["abc", "A" * 64, "g" * 64])
def test_hash_that_is_none(digits: str) -> None:
    assert refused(lambda: Source.objects.create(title="A report", sha256=digits))[0] == "source_hash_is_sha256"


def test_citation_made_twice() -> None:
    source, person = make_source(), make_prisoner()
    cite = {"source": source, "record": person, "field": "sex", "locator": "p. 2"}
    Citation.objects.create(**cite)

    assert refused(lambda: Citation.objects.create(**cite))[0] == "citation_is_made_once"


def test_every_named_constraint_speaks_to_editors() -> None:
    written = {model for label in OUR_APPS for model in apps.get_app_config(label).get_models()} - {RemovedRow}
    named = [constraint.name for model in written for constraint in model._meta.constraints]
    ours = [name for name in named if name.count("_") > 1]

    silent = [name for name in ours if "Constraint" in (constraint_message(name) or "Constraint")]

    assert silent == []
