"""Removing the demo: all of it, and nothing of the operator's."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from counts.demo.clearing import MODELS
from pardons.models import Announcement, Identification
from prisoners.models import Name, Occupation, Organisation
from tests.factories import make_detention, make_prisoner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def accounts_file(settings, tmp_path: Path) -> Path:
    settings.DEMO_ACCOUNTS_FILE = tmp_path / "demo-accounts.txt"
    return settings.DEMO_ACCOUNTS_FILE


def how_many() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def end_changeset() -> None:
    """A test is one transaction, which would be one changeset: what follows is another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(name, '', true) FROM unnest(%s::text[]) AS name", [CHANGESET_SETTINGS])


CHANGESET_SETTINGS = ["registry.changeset", "pghistory.context_metadata"]


def test_clearing_leaves_the_registry_as_it_was(accounts_file):
    make_detention(make_prisoner("Own Person", country="ZZ"), "2024")
    Occupation.objects.create(slug="teacher", name="teacher")
    before = how_many()
    end_changeset()
    call_command("load_demo", verbosity=0)

    call_command("clear_demo", verbosity=0)

    assert how_many() == before
    assert not User.objects.exists()
    assert not accounts_file.exists()


def test_demo_uses_the_operators_own_organisation_and_clearing_keeps_it():
    Organisation.objects.create(slug="viasna", name="Own words for Viasna", publication="published")
    end_changeset()

    call_command("load_demo", verbosity=0)
    call_command("clear_demo", verbosity=0)

    assert [organisation.name for organisation in Organisation.objects.all()] == ["Own words for Viasna"]


def test_clearing_refuses_while_own_records_rest_on_the_demo():
    call_command("load_demo", verbosity=0)
    person = make_prisoner("Own Person")
    pardoned = Announcement.objects.get(country="BY", kind="pardon")
    Identification.objects.create(announcement=pardoned, prisoner=person, shows_death=True)
    before = how_many()

    with pytest.raises(CommandError, match="Own Person"):
        call_command("clear_demo", verbosity=0)

    assert how_many() == before


def test_clearing_by_force_takes_what_rests_on_the_demo_and_no_more():
    call_command("load_demo", verbosity=0)
    person = make_prisoner("Own Person")
    pardoned = Announcement.objects.get(country="BY", kind="pardon")
    Identification.objects.create(announcement=pardoned, prisoner=person, shows_death=True)

    call_command("clear_demo", force=True, verbosity=0)

    assert not Identification.objects.exists()
    assert [name.text for name in Name.objects.all()] == ["Own Person"]
