"""History: every way of changing a row is seen, and changesets have no gaps and follow commit order."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from prisoners.models import Occupation, Prisoner
from registry import changes
from registry.history import changeset
from registry.models import Changeset
from tests.at_once import at_once
from tests.editors import make_editor
from tests.factories import make_prisoner

Past: Any = Occupation.pgh_event_model  # type: ignore[attr-defined]
THREADS, ROUNDS = (8, 25) if os.environ.get("TEST_LONG") else (4, 3)


def labels() -> list[tuple[str, str]]:
    return list(Past.objects.order_by("pgh_id").values_list("pgh_label", "name"))


def numbers() -> list[int]:
    return list(Changeset.objects.order_by("number").values_list("number", flat=True))


@pytest.fixture
def welder() -> Occupation:
    return Occupation.objects.create(slug="welder", name="welder")


@pytest.mark.django_db
def test_insert_update_and_delete_are_kept(welder: Occupation) -> None:
    welder.name = "pipe welder"
    welder.save()
    welder.delete()

    assert labels() == [("insert", "welder"), ("update", "pipe welder"), ("delete", "pipe welder")]


@pytest.mark.django_db
def test_bulk_changes_are_kept(welder: Occupation) -> None:
    [poet] = Occupation.objects.bulk_create([Occupation(slug="poet", name="poet")])
    poet.name = "bard"
    Occupation.objects.bulk_update([poet], ["name"])
    Occupation.objects.filter(pk=welder.pk).update(name="smith")
    Occupation.objects.all().delete()

    assert sorted(labels()[1:4]) == [("insert", "poet"), ("update", "bard"), ("update", "smith")]
    assert sorted(labels()[4:]) == [("delete", "bard"), ("delete", "smith")]


@pytest.mark.django_db
def test_raw_sql_and_copy_are_kept() -> None:
    with connection.cursor() as cursor:
        with cursor.copy("COPY prisoners_occupation (slug, name) FROM STDIN") as copy:
            copy.write_row(("poet", "poet"))
        cursor.execute("UPDATE prisoners_occupation SET name = 'bard'")

    assert labels() == [("insert", "poet"), ("update", "bard")]


@pytest.mark.django_db
def test_save_that_changes_nothing_leaves_no_row(welder: Occupation) -> None:
    welder.save()

    assert labels() == [("insert", "welder")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rewriting",
    [lambda: Past.objects.update(name="never"), lambda: Past.objects.all().delete()],
    ids=["update", "delete"],
)
def test_history_is_append_only(welder: Occupation, rewriting) -> None:
    with pytest.raises(DatabaseError, match=r"append-only|Cannot"), transaction.atomic():
        rewriting()

    assert labels() == [("insert", "welder")]


@pytest.mark.django_db
def test_changeset_keeps_who_why_and_what_kind() -> None:
    editor = make_editor()

    with changeset(by=editor, note="The court's own register.", nature="correction"):
        Occupation.objects.create(slug="poet", name="poet")

    made = Changeset.objects.get()
    assert (made.by, made.note, made.nature) == (editor, "The court's own register.", "correction")
    assert Past.objects.get().pgh_changeset == made.number


@pytest.mark.django_db
def test_author_of_the_outer_changeset_stands() -> None:
    outer, inner = make_editor(username="outer"), make_editor(username="inner")

    with changeset(by=outer, note="One step."), changeset(by=inner, note="A part of it."):
        Occupation.objects.create(slug="poet", name="poet")

    assert Changeset.objects.get().by == outer


@pytest.mark.django_db
def test_change_without_an_author_is_the_command_lines(welder: Occupation) -> None:
    made = Changeset.objects.select_related("by").get()

    assert changes.author(made) == "command line"


@pytest.mark.django_db
def test_author_is_told_though_the_account_is_gone(welder: Occupation) -> None:
    Changeset.objects.update(by_id=4321)

    assert changes.author(Changeset.objects.select_related("by").get()) == "account 4321, deleted"


@pytest.mark.django_db
def test_steps_tell_each_field_before_and_after() -> None:
    person = make_prisoner()
    Prisoner.objects.filter(pk=person.pk).update(sex="female")

    [step] = changes.steps(
        changes.row_changes(Prisoner, changes.history_of(Prisoner, pgh_obj_id=person.pk), changes.Words())
    )

    told = [(change.verbose_name, change.before, change.after) for change in step.rows[1].fields]
    assert told == [("sex", "not known", "female")]


# --- With real transactions ---


def create_and_roll_back() -> None:
    with transaction.atomic():
        Occupation.objects.create(slug="smith", name="smith")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_each_transaction_is_the_next_number() -> None:
    for word in ("poet", "smith"):
        with transaction.atomic():
            Occupation.objects.create(slug=word, name=word)
            Occupation.objects.create(slug=f"{word}-2", name=f"{word} 2")

    assert numbers() == [1, 2]
    assert list(Past.objects.order_by("pgh_id").values_list("pgh_changeset", flat=True)) == [1, 1, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_rolled_back_transaction_leaves_no_gap() -> None:
    Occupation.objects.create(slug="poet", name="poet")
    create_and_roll_back()
    Occupation.objects.create(slug="welder", name="welder")

    assert numbers() == [1, 2]
    assert labels() == [("insert", "poet"), ("insert", "welder")]


@pytest.mark.django_db(transaction=True)
def test_rolled_back_savepoint_leaves_no_gap() -> None:
    with transaction.atomic():
        create_and_roll_back()
        Occupation.objects.create(slug="welder", name="welder")

    assert numbers() == [1]
    assert labels() == [("insert", "welder")]


@pytest.mark.django_db(transaction=True)
def test_concurrent_changesets_have_no_gaps_and_follow_commit_order() -> None:
    seen: list[bool] = []

    at_once([partial(change_and_look, number, seen) for number in range(THREADS)])

    assert numbers() == list(range(1, THREADS * ROUNDS + 1))
    # Each thread looked right after its commit: every lower number was there already.
    assert all(seen)


def change_and_look(thread: int, seen: list[bool]) -> None:
    for turn in range(ROUNDS):
        with transaction.atomic():
            Occupation.objects.create(slug=f"{thread}-{turn}", name=f"{thread} {turn}")
            mine = Past.objects.latest("pgh_id").pgh_changeset
        seen.append(Changeset.objects.filter(number__lte=mine).count() == mine)
