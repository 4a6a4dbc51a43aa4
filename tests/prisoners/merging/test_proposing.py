"""Merging and undoing where one of the two is public: one person proposes it, another accepts it."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from hypothesis import given, settings

from prisoners.merging.joining import Answers, in_order, merge, plan, version
from prisoners.merging.proposing import merge_or_propose, undo_or_propose, were_public
from prisoners.models import Merge, Prisoner
from registry.models import Changeset, ProposedChange
from tests.changesets import next_changeset
from tests.editors import make_editor, second_word, signed_in
from tests.factories import make_detention, make_prisoner
from tests.prisoners.merging.lives import World, lives, tables

pytestmark = pytest.mark.django_db
EXAMPLES = 200 if os.environ.get("TEST_LONG") == "1" else 3
WHY = "The same case number."
NONE_SAME = Answers()


def two() -> tuple[Prisoner, Prisoner]:
    return make_prisoner("Siarhei Prykladny"), make_prisoner("Сергей Прикладный", held=[("2020-08-09",)])


def propose(kept: Prisoner, other: Prisoner, by: Any, answers: Answers = NONE_SAME) -> Any:
    seen = version(kept, other)
    return merge_or_propose(kept, other, by=by, note=WHY, answers=answers, seen=seen)


def merge_form(client: Client, one: Prisoner, other: Prisoner) -> dict[str, Any]:
    ids = {"first": one.public_id, "second": other.public_id, "keep": one.public_id}
    return {**ids, "version": client.get("/desk/merge/", ids).context["version"], "reason": WHY}


@given(lives, lives)
@settings(max_examples=EXAMPLES)
def test_accepted_merge_and_undoing_leave_what_those_in_one_step_leave(one: Any, other: Any) -> None:
    with transaction.atomic():
        world, author, _second = World(), make_editor("editor"), make_editor("reviewer", "second")
        kept, gone = in_order(world.person(one), world.person(other))
        likely = Answers(same=frozenset(twins.name for twins in plan(kept, gone).events if twins.is_likely))
        before, expected = tables(), merged_at_once(kept, gone, likely)

        if expected is not None and were_public((kept, gone)):
            propose(kept, gone, author, likely)
            assert tables() == before
            second_word()
            assert tables() == expected
            undo_or_propose(Merge.objects.get(), by=author, note=WHY, anyway=False)
            assert tables() == expected
            second_word()

        assert tables() == before
        transaction.set_rollback(True)


def merged_at_once(kept: Prisoner, gone: Prisoner, answers: Answers) -> dict[str, list[str]] | None:
    """What a merge in one step makes of every table, taken back again; None where it is refused."""
    with transaction.atomic():
        try:
            merge(kept, gone, by=None, note=WHY, answers=answers)
            return tables()
        except ValidationError:
            return None
        finally:
            transaction.set_rollback(True)


def test_page_of_the_proposal_shows_what_becomes_of_each_row_and_leads_to_both_lives() -> None:
    one, other = two()
    editor = signed_in("editor")

    shown = editor.post("/desk/merge/", merge_form(editor, one, other), follow=True).content.decode()

    assert "Merge: Сергей Прикладный → Siarhei Prykladny" in shown
    assert "Detention" in shown and "Prisoner <span" in shown and "is deleted" in shown
    assert f"/desk/merge/?first={one.public_id}&amp;second={other.public_id}" in shown
    assert Prisoner.objects.count() == 2


def test_nobody_accepts_the_merge_that_they_proposed() -> None:
    reviewer = make_editor("reviewer", "second")
    propose(*two(), reviewer)

    with pytest.raises(ValidationError, match="A second person has to decide"):
        second_word()

    assert not Merge.objects.exists()


def test_accepted_merge_is_its_authors_and_names_who_accepted_it() -> None:
    author = make_editor("editor")
    propose(*two(), author)
    next_changeset()

    second_word()

    made, last = Merge.objects.get(), Changeset.objects.latest("number")
    assert (made.by, made.reason, made.changeset) == (author, WHY, last.number)
    assert "accepted by second" in last.note and (last.by, last.reason) == (author, "joined")


def test_what_was_entered_since_stops_a_merge_that_was_proposed_without_it() -> None:
    one, other = two()
    propose(one, other, make_editor("editor"))
    next_changeset()
    make_detention(other, "2023-01-02", "2023-01-05")

    with pytest.raises(ValidationError, match="it would do something else now"):
        second_word()

    assert Prisoner.objects.count() == 2
    assert ProposedChange.objects.get().state == "open"


def test_page_of_a_proposed_merge_tells_what_was_entered_since() -> None:
    one, other = two()
    propose(one, other, make_editor("editor"))
    next_changeset()
    since = [make_detention(other, "2023-01-02", "2023-01-05")]

    shown = signed_in("reviewer").get(ProposedChange.objects.get().get_absolute_url())

    assert shown.context["entered_since"] == since
    assert f"Detention: {since[0]}" in shown.content.decode()


def test_what_was_changed_since_stops_a_merge_and_its_undoing() -> None:
    one, other = two()
    propose(one, other, make_editor("editor"))
    Prisoner.objects.filter(pk=one.pk).update(biography="A welder.")
    Prisoner.objects.filter(pk=other.pk).update(biography="A poet.")

    with pytest.raises(ValidationError, match="has changed since this was proposed"):
        second_word()

    assert not Merge.objects.exists()


def test_second_editor_is_told_who_has_proposed_the_same() -> None:
    one, other = two()
    propose(one, other, make_editor("editor", "first"))

    with pytest.raises(ValidationError, match="first has proposed to merge these two already"):
        propose(other, one, make_editor("editor", "late"))

    assert ProposedChange.objects.count() == 1


def test_second_editor_is_told_who_has_proposed_to_undo_the_same_merge() -> None:
    made = merge(*two(), by=None, note=WHY)
    next_changeset()
    undo_or_propose(made, by=make_editor("editor", "first"), note="Two people.", anyway=False)

    with pytest.raises(ValidationError, match="first has proposed to undo this merge already: “Two people"):
        undo_or_propose(made, by=make_editor("editor", "late"), note="Two, I think.", anyway=False)

    assert ProposedChange.objects.count() == 1


def test_same_form_sent_twice_is_one_proposal_and_opens_again_as_it_was_typed() -> None:
    one, other = two()
    editor = signed_in("editor")
    form = merge_form(editor, one, other) | {"main_name": "other"}

    first, again = (editor.post("/desk/merge/", form)["Location"] for _time in range(2))
    page = editor.get("/desk/merge/", {"again": ProposedChange.objects.get().token})

    assert first == again
    assert (page.context["reason"], page.context["takes_main_name"]) == (WHY, True)


def test_undoing_a_merge_of_somebody_public_is_proposed_on_its_page() -> None:
    made = merge(*two(), by=None, note=WHY)
    next_changeset()

    response = signed_in("reviewer").post(f"/desk/merges/{made.pk}/", {"reason": "Two people."})
    assert response["Location"].startswith("/desk/changes/") and Prisoner.objects.count() == 1
    second_word()

    made.refresh_from_db()
    assert Prisoner.objects.count() == 2
    assert (made.undone_by.get_username(), made.undone_reason) == ("reviewer-account", "Two people.")  # type: ignore[union-attr]
