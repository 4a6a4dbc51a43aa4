"""The demo: the worked example as the domain page has it, and invented people who show every word of the registry."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.test import override_settings

from counts.demo.clearing import MODELS, demo_rows
from pardons.models import Announcement, Identification, Relation, ReportedFigure, Statement
from prisoners.models import Detention, Prisoner, Release
from registry.models import Changeset, Source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Loaded once: each test takes back what it changes, and the last one everything."""
    accounts_file = tmp_path_factory.mktemp("var") / "demo-accounts.txt"
    with override_settings(DEMO_ACCOUNTS_FILE=accounts_file), django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def how_many() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def test_belarus_holds_the_worked_example_and_nothing_else():
    belarus = {"country": "BY"}

    assert [str(person) for person in Prisoner.objects.filter(**belarus)] == ["Ryhor Kastusiou"]
    assert Detention.objects.filter(**belarus).count() == 1
    assert Announcement.objects.filter(**belarus).count() == 2
    assert ReportedFigure.objects.filter(**belarus).count() == 4


def test_two_announcements_of_belarus_have_the_published_numbers_and_may_overlap():
    july, august = Statement.public.filter(announcement__country="BY").order_by("announcement__day_earliest")
    relation = Relation.objects.get(first=july.announcement, second=august.announcement)

    assert (july.total, august.total, august.women, august.men) == (18, 30, 14, 16)
    assert relation.kind == Relation.Kind.MAY_OVERLAP


def test_kastusiou_was_released_in_july_and_taken_on_an_unknown_date():
    identified = Identification.public.get(announcement__country="BY")
    release: Any = identified.release
    detention = release.detention

    assert (detention.taken_on, detention.ended_on.text) == (None, "2024-07")
    assert release.kind == Release.Kind.UNKNOWN
    assert identified.announcement.kind == Announcement.Kind.RELEASE


def test_arrests_since_2020_are_reported_as_35000_and_65000():
    figures = ReportedFigure.public.filter(country="BY", metric="arrests").order_by("value")

    assert [(figure.qualifier, figure.value) for figure in figures] == [("over", 35_000), ("exactly", 65_000)]
    assert all(figure.starts.year == 2020 for figure in figures)


def test_exampleland_has_about_sixty_people_and_every_state():
    people = Prisoner.objects.filter(country="ZZ")

    assert people.count() == 60
    assert set(people.values_list("publication", flat=True)) == {
        "draft", "in_review", "published", "withheld", "retracted"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "field"),
    [(Release, "kind"), (Detention, "ended_how"), (Prisoner, "sex"), (Prisoner, "death_circumstance"),
     (Announcement, "kind"), (Relation, "kind"), (Source, "kind"), (Source, "reliability")],
)  # fmt: skip
def test_exampleland_shows_every_word_of_a_field(model, field):
    shown = set(model._default_manager.filter(**country_of(model)).values_list(field, flat=True))
    words = {word for word, label in model._meta.get_field(field).choices}

    assert shown >= words - MISSING_ON_PURPOSE.get((model, field), set())


# Waves of convictions and recognitions are rare; the demo stays with what readers meet.
MISSING_ON_PURPOSE = {(Announcement, "kind"): {"convictions", "recognitions"}}


def country_of(model) -> dict[str, str]:
    paths = {Release: "detention__country", Relation: "first__country", Source: "public_id__startswith"}
    path = paths.get(model, "country")
    return {path: "demo-zz-" if path.startswith("public_id") else "ZZ"}


def test_every_record_of_the_demo_passes_its_own_validation():
    some = None if "TEST_LONG" in os.environ else 6
    records = [record for model in MODELS for record in demo_rows(model).order_by("pk")[:some]]

    refused = {record: problem for record in records if (problem := problem_with(record))}

    assert records
    assert refused == {}


def problem_with(record: Any) -> str:
    """What a record's own validation says against it."""
    try:
        record.full_clean()
    except ValidationError as problem:
        return str(problem)
    return ""


def test_no_demo_date_lies_after_2026():
    late = Q(taken_latest__year__gt=2026) | Q(out_latest__year__gt=2026)

    assert not Detention.objects.filter(late).exists()


def test_one_life_has_more_than_thirty_events():
    person = Prisoner.objects.get(public_id="demo-zz-p01")
    detentions, cases = person.detentions.all(), person.cases.all()
    events = [*detentions, *person.recognitions.all(), *person.pardons.all(), *person.identifications.all()]
    events += [stay for detention in detentions for stay in detention.stays.all()]
    events += [verdict for case in cases for verdict in [*case.charges.all(), *case.convictions.all()]]

    assert len(events) >= 30


def test_loading_twice_changes_nothing():
    before, changesets = how_many(), Changeset.objects.count()

    call_command("load_demo", verbosity=0)

    assert how_many() == before
    assert Changeset.objects.count() == changesets


def test_demo_is_one_changeset_by_nobody():
    changeset = Changeset.objects.get()

    assert (changeset.by, changeset.note) == (None, "Demo data")


def test_second_load_keeps_what_an_editor_changed():
    Relation.objects.filter(first__country="BY").update(kind="distinct")

    call_command("load_demo", verbosity=0)

    assert Relation.objects.get(first__country="BY").kind == "distinct"


def test_accounts_can_sign_in_with_the_passwords_of_a_private_file():
    accounts = dict(line.split() for line in settings.DEMO_ACCOUNTS_FILE.read_text().splitlines())

    assert set(accounts) >= {"demo-editor", "demo-reviewer", "demo-administrator"}
    assert all(authenticate(username=name, password=password) for name, password in accounts.items())
    assert settings.DEMO_ACCOUNTS_FILE.stat().st_mode & 0o777 == 0o600


def test_lost_passwords_are_made_anew():
    settings.DEMO_ACCOUNTS_FILE.unlink()

    call_command("load_demo", verbosity=0)

    name, password = settings.DEMO_ACCOUNTS_FILE.read_text().splitlines()[0].split()
    assert authenticate(username=name, password=password)
