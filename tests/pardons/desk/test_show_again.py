"""What is withheld two people show again, on whatever way: one proposes it and another accepts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from prisoners.models import Prisoner
from registry.editing import move_all, states_open_to
from registry.models import ProposedChange
from registry.proposals import accept, rows_of, version
from registry.publishing import move, publish, retract
from tests.changesets import next_changeset
from tests.editors import make_editor
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db


@pytest.fixture
def withheld() -> Any:
    person = make_prisoner(publication="withheld")
    next_changeset()
    return person


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_nobody_shows_again_alone(withheld: Any) -> None:
    reviewer = make_editor("reviewer")

    with pytest.raises(ValidationError, match="Two people"):
        publish(withheld, by=reviewer)

    assert move_all(Prisoner.objects.all(), "published", by=reviewer) == (0, 1)
    assert "published" not in states_open_to(reviewer, "withheld")
    assert not Prisoner.public.exists()


def test_detour_over_retracted_is_no_way_for_one_person(withheld: Any) -> None:
    reviewer, second = make_editor("reviewer", "one"), make_editor("reviewer", "two")
    retract(withheld, by=reviewer, note="A detour.")
    next_changeset()
    move(withheld, "draft", by=reviewer, note="", nature="correction")
    next_changeset()

    with pytest.raises(ValidationError, match="second person"):
        publish(withheld, by=reviewer)
    publish(withheld, by=second)
    assert Prisoner.public.exists()


def test_one_proposes_and_another_accepts_at_the_desk(withheld: Any) -> None:
    first, second = make_editor("reviewer", "one"), make_editor("reviewer", "two")
    page = f"/desk/records/prisoner/{withheld.public_id}/"

    answer = signed_in(first).post(page, {"step": "publish", "why": "The family agrees."}, follow=True)
    proposed = ProposedChange.objects.get()
    next_changeset()

    assert "a second person decides" in answer.content.decode()
    assert not Prisoner.public.exists()
    seen = version(rows_of(proposed))
    with pytest.raises(ValidationError, match="your own"):
        accept(proposed, by=first, seen=seen)
    accepted = {"step": "accept", "version": seen}
    decided = signed_in(second).post(f"/desk/changes/{proposed.token}/", accepted, follow=True)
    assert decided.status_code == 200
    assert Prisoner.public.get() == withheld


def test_operator_is_not_held_up(withheld: Any) -> None:
    publish(withheld, by=None)

    assert Prisoner.public.get() == withheld
