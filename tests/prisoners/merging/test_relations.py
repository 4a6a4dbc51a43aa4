"""Every relation to a person, and to what may become one with it, is known to merging."""

from __future__ import annotations

from typing import Any

import pytest

from prisoners.merging.relations import ENTERED_TWICE, RELATIONS, Pointer, path_to_person, pointers_at
from prisoners.merging.twins import unique_sets
from prisoners.models import Case, Charge, Prisoner
from registry.models import Citation


def labels_from(model: Any, known: set[str]) -> set[str]:
    """The relations that lead to a model, and to the models of those rows that may become one in their turn."""
    for pointer in pointers_at(model):
        if pointer.model is not Citation and pointer.label not in known:
            known.add(pointer.label)
            if may_become_one(pointer):
                labels_from(pointer.model, known)
    return known


def may_become_one(pointer: Pointer) -> bool:
    entered_twice = pointer.model._meta.label_lower in ENTERED_TWICE
    return entered_twice or any(True for _names in unique_sets(pointer.model, pointer.name))


@pytest.mark.django_db
def test_every_relation_to_a_person_is_known_to_merging() -> None:
    found = labels_from(Prisoner, set())

    assert found == set(RELATIONS), (
        f"{sorted(found ^ set(RELATIONS))}: say in RELATIONS of prisoners/merging/relations.py what becomes of these "
        "rows when two people, or two events of one, become one."
    )


def test_what_may_be_entered_twice_belongs_to_a_person() -> None:
    named = {label.rpartition(".")[0] for label in RELATIONS}

    assert set(ENTERED_TWICE) <= named


@pytest.mark.parametrize(("model", "way"), [(Case, "prisoner"), (Charge, "case__prisoner"), (Prisoner, None)])
def test_way_to_the_person_is_found_through_what_a_row_belongs_to(model: Any, way: str | None) -> None:
    assert path_to_person(model) == way
