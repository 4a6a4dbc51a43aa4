"""Undoing a merge: both records exactly as they were, and nothing lost that was edited since."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import given, settings

from prisoners.merging.joining import Answers, in_order, merge, plan
from prisoners.merging.undoing import undo
from prisoners.models import CaseDetention, Merge, Name, Prisoner
from tests.editors import make_editor
from tests.factories import identify, make_announcement, make_conviction, make_prisoner
from tests.prisoners.merging.lives import World, lives, tables

pytestmark = pytest.mark.django_db
WHY = "They are two people."
EXAMPLES = 500 if os.environ.get("TEST_LONG") == "1" else 4


def merged(kept: Prisoner, other: Prisoner, **answers: Any) -> Merge:
    return merge(kept, other, by=None, note="One person.", answers=Answers(**answers))


@given(lives, lives)
@settings(max_examples=EXAMPLES)
def test_merging_then_undoing_changes_no_table(one: dict[str, Any], other: dict[str, Any]) -> None:
    with transaction.atomic():
        world = World()
        kept, gone = in_order(world.person(one), world.person(other))
        before = tables()

        likely = [twins.name for twins in plan(kept, gone).events if twins.is_likely]
        made = merged_or_refused(kept, gone, likely)
        assert made is None or tables() != before
        if made is not None:
            undo(made, by=None, note=WHY)

        assert tables() == before
        transaction.set_rollback(True)


def merged_or_refused(kept: Prisoner, gone: Prisoner, likely: list[str]) -> Merge | None:
    """A merge, or None where two detentions stand in each other's way; then nothing may have changed either."""
    try:
        return merged(kept, gone, same=frozenset(likely), takes_main_name=len(likely) % 2 == 1)
    except ValidationError as refused:
        if refused.code not in ("overlap", "refused"):
            raise
        return None


def test_edits_made_since_stay() -> None:
    kept, other = make_prisoner("Jan Exemplar"), make_prisoner("Piotr Inshy", held=[("2020-08-09",)])
    made = merged(kept, other)
    Prisoner.objects.filter(pk=kept.pk).update(biography="A welder.")
    other_detention = kept.detentions.get()
    type(other_detention).objects.filter(pk=other_detention.pk).update(proceeding="administrative")

    undo(made, by=None, note=WHY)

    other = Prisoner.objects.get(public_id=other.public_id)
    assert Prisoner.objects.get(pk=kept.pk).biography == "A welder."
    assert other.detentions.get().proceeding == "administrative"


def test_edit_that_stands_in_the_way_is_named_and_asked_about() -> None:
    kept, other = make_prisoner(sex="unknown"), make_prisoner(sex="male")
    made = merged(kept, other)
    Prisoner.objects.filter(pk=kept.pk).update(sex="female")

    with pytest.raises(ValidationError, match="prisoner: sex stays as edited since"):
        undo(made, by=None, note=WHY)
    undo(made, by=None, note=WHY, anyway=True)

    assert dict(Prisoner.objects.values_list("pk", "sex")) == {kept.pk: "female", other.pk: "male"}


def test_link_made_since_between_the_two_is_named() -> None:
    kept, other = make_prisoner(), make_prisoner(held=[("2020-08-09",)])
    case = make_conviction(kept, "2021").case
    made = merged(kept, other)
    CaseDetention.objects.create(case=case, detention=kept.detentions.get())

    with pytest.raises(ValidationError, match="it would then join two people: detention explained by a case"):
        undo(made, by=None, note=WHY)

    assert Prisoner.objects.count() == 1


def test_place_is_filled_again() -> None:
    announcement = make_announcement(total=30)
    kept, other = make_prisoner(), make_prisoner()
    for person in (kept, other):
        identify(person, announcement)

    undo(merged(kept, other), by=None, note=WHY)

    assert announcement.identifications.count() == 2


def test_merges_are_undone_last_first() -> None:
    first, second, third = make_prisoner("Jan Exemplar"), make_prisoner("Piotr Inshy"), make_prisoner("Anna Trecia")
    earlier = merged(second, third)
    later = merged(first, second)

    with pytest.raises(ValidationError, match="A later merge took in one of these records"):
        undo(earlier, by=None, note=WHY)
    undo(later, by=None, note=WHY)
    undo(earlier, by=None, note=WHY)

    assert set(Name.objects.values_list("text", flat=True)) == {"Jan Exemplar", "Piotr Inshy", "Anna Trecia"}


def test_merge_is_undone_once_and_says_by_whom() -> None:
    made = merged(make_prisoner(), make_prisoner("Piotr Inshy"))
    undo(made, by=make_editor("reviewer"), note=WHY)

    with pytest.raises(ValidationError, match="undone already, by reviewer-account"):
        undo(made, by=None, note=WHY)


def test_undoing_is_recorded_with_its_reason() -> None:
    made = undo(merged(make_prisoner(), make_prisoner("Piotr Inshy")), by=make_editor("reviewer"), note=WHY)

    assert made.undone_by is not None
    assert (made.undone_reason, made.undone_changeset) == (WHY, made.changeset)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM prisoners_prisoner")
        assert cursor.fetchone() == (2,)
