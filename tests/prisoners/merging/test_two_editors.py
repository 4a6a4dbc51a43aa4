"""Two editors who merge at once: one of them does it, the other is told what changed, and nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from prisoners.merging.joining import merge, version
from prisoners.merging.undoing import undo
from prisoners.models import Merge, Name, Prisoner
from tests import at_once as threads
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 50 if os.environ.get("TEST_LONG") == "1" else 2
WHY = "One person."


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Take steps in as many threads, each with a connection of its own; what was refused to each, empty if nothing."""
    return threads.at_once([partial(refusal, step) for step in steps])


def refusal(step: Callable[[], object]) -> str:
    try:
        step()
    except ValidationError as refused:
        return str(refused.messages[0])
    return ""


def merging(kept: Prisoner, other: Prisoner) -> Callable[[], object]:
    seen = version(kept, other)
    return lambda: merge(kept, other, by=None, note=WHY, seen=seen)


def three_people() -> list[Prisoner]:
    return [make_prisoner(name, held=[(year,)]) for name, year in
            (("Jan Exemplar", "2020"), ("Piotr Inshy", "2021"), ("Anna Trecia", "2022"))]  # fmt: skip


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_one_pair_in_both_directions_is_merged_once(turn: int) -> None:
    first, second, _third = three_people()

    refusals = at_once(merging(first, second), merging(second, first))

    assert sorted(map(bool, refusals)) == [False, True]
    assert "has been merged into" in "".join(refusals)
    assert Prisoner.objects.get(names__text="Jan Exemplar").names.count() == 2


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_pairs_that_share_a_person_are_merged_one_after_the_other(turn: int) -> None:
    first, second, third = three_people()

    refusals = at_once(merging(first, second), merging(second, third))

    assert sorted(map(bool, refusals)) == [False, True]
    assert any(words in "".join(refusals) for words in ("has been merged into", "changed while you looked"))
    assert (Prisoner.objects.count(), Name.objects.count()) == (2, 3)
    assert sum(person.detentions.count() for person in Prisoner.objects.all()) == 3


def test_merge_is_undone_once_by_two_at_once() -> None:
    first, second, _third = three_people()
    made = merge(first, second, by=None, note=WHY)

    refusals = at_once(*[lambda: undo(made, by=None, note="Two people.")] * 2)

    assert sorted(map(bool, refusals)) == [False, True]
    assert (Prisoner.objects.count(), Merge.objects.standing().count()) == (3, 0)
