"""The demo: the worked example as the domain page has it, invented people, and nothing of the operator's touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from pardons.models import Announcement, Identification, Relation, ReportedFigure
from prisoners.models import Detention, Prisoner
from registry.models import Changeset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def accounts_file(settings, tmp_path: Path) -> Path:
    settings.DEMO_ACCOUNTS_FILE = tmp_path / "demo-accounts.txt"
    return settings.DEMO_ACCOUNTS_FILE


def test_demo_holds_the_worked_example_and_nothing_else_for_belarus():
    call_command("load_demo")

    assert [str(person) for person in Prisoner.public.filter(country="BY")] == ["Ryhor Kastusiou"]
    assert Announcement.public.filter(country="BY").count() == 2
    assert ReportedFigure.public.filter(country="BY").count() == 4
