"""The registry as known earlier: each table as its history had it, and identities that stay hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from prisoners.models import Name, NameWord, Occupation, Prisoner
from registry import checks
from registry.changes import tracked_models
from registry.known import as_known, looking_back, newest_changeset, state_asked
from registry.known_views import OUR_APPS, columns_in, derived_tables, drop_views, make_views, missing_views
from registry.models import Changeset
from registry.parameters import BadParameter
from registry.publishing import withhold
from tests.changesets import next_changeset
from tests.factories import make_prisoner, make_source

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 15)


def names() -> list[str]:
    return list(Occupation.objects.order_by("pk").values_list("name", flat=True))


def test_every_state_has_the_rows_of_its_time() -> None:
    welder = Occupation.objects.create(slug="welder", name="welder")
    first = next_changeset()
    Occupation.objects.filter(pk=welder.pk).update(name="smith")
    Occupation.objects.create(slug="poet", name="poet")
    second = next_changeset()
    welder.delete()

    states = []
    for number in (first, second, second + 1):
        with as_known(number):
            states.append(names())

    assert states == [["welder"], ["smith", "poet"], ["poet"]]


def test_today_is_back_when_the_look_back_is_over() -> None:
    Occupation.objects.create(slug="poet", name="poet")
    first = next_changeset()
    Occupation.objects.update(name="bard")

    with as_known(first), as_known(first):
        assert names() == ["poet"]

    assert (names(), looking_back()) == (["bard"], None)


def test_today_is_back_after_an_error() -> None:
    Occupation.objects.create(slug="poet", name="poet")
    first = next_changeset()
    Occupation.objects.update(name="bard")

    with pytest.raises(DatabaseError), as_known(first), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")

    assert (names(), looking_back()) == (["bard"], None)


def test_past_can_not_be_written() -> None:
    Occupation.objects.create(slug="poet", name="poet")

    with pytest.raises(DatabaseError, match="cannot update view"), as_known(next_changeset()):
        Occupation.objects.update(name="bard")


def test_newest_changeset_of_a_state_is_its_own() -> None:
    Occupation.objects.create(slug="poet", name="poet")
    first = next_changeset()
    Occupation.objects.update(name="bard")

    with as_known(first):
        assert newest_changeset() == first


# --- No table and no column is forgotten ---


def test_every_tracked_table_and_column_has_its_view() -> None:
    assert missing_views("default") == []


def test_every_model_of_ours_is_tracked_or_refuses_to_tell_of_the_past() -> None:
    ours = {model._meta.db_table for label in OUR_APPS for model in apps.get_app_config(label).get_models()}
    tracked = {model._meta.db_table for model in tracked_models()}
    history = {model.pgh_event_model._meta.db_table for model in tracked_models()}  # type: ignore[attr-defined]

    refusing = set(derived_tables(columns_in("default")))
    assert ours - tracked - history - refusing == {
        "registry_changeset", "registry_link", "registry_shape", "prisoners_merge",
    }  # fmt: skip


def test_what_is_derived_from_live_rows_is_no_answer_from_the_past() -> None:
    make_prisoner()

    with pytest.raises(DatabaseError, match="prisoners_nameword is derived"), as_known(next_changeset()):
        list(NameWord.objects.all())


def test_new_column_has_its_view_after_the_migration() -> None:
    with connection.cursor() as cursor:
        for table in ("prisoners_occupation", "prisoners_occupationhistory"):
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN guild text")

    make_views("default")

    with as_known(1), connection.cursor() as cursor:
        cursor.execute("SELECT count(guild) FROM prisoners_occupation")
        assert cursor.fetchone() == (0,)


def test_missing_views_are_an_error_and_no_answer_from_today(monkeypatch: pytest.MonkeyPatch) -> None:
    drop_views("default")
    monkeypatch.setattr(checks, "migration_problems", list)

    with pytest.raises(DatabaseError, match="as_known"), as_known(1):
        names()
    assert "Earlier states can't be read" in " ".join(checks.database_problems())


# --- Identities stay hidden ---


def shown(changeset: int) -> tuple[list[str], list[str]]:
    """The people and the names that pages show of a state."""
    with as_known(changeset, shown=True):
        return (
            list(Prisoner.public.values_list("public_id", flat=True)),
            list(Name.public.values_list("text", flat=True)),
        )


@pytest.mark.parametrize("step", ["withheld", "retracted"])
def test_person_hidden_today_is_hidden_in_every_earlier_state(step: str) -> None:
    person = make_prisoner("Canary Exemplar")
    first = next_changeset()
    Prisoner.objects.filter(pk=person.pk).update(publication=step)

    assert shown(first) == ([], [])
    with as_known(first):
        assert Prisoner.public.count() == 1


def test_deleted_person_is_hidden_in_every_earlier_state() -> None:
    person = make_prisoner("Canary Exemplar")
    first = next_changeset()
    person.delete()

    assert shown(first) == ([], [])


def test_name_taken_back_is_hidden_though_its_person_is_public() -> None:
    person = make_prisoner("Jan Exemplar", names=["Canary Exemplar"])
    first = next_changeset()
    withhold(Name.objects.get(text="Canary Exemplar"), by=None, note="The family asked.")

    assert shown(first) == ([person.public_id], ["Jan Exemplar"])


def test_what_was_removed_from_a_biography_is_in_no_earlier_state() -> None:
    person = make_prisoner(biography="Canary.", born_on="1990-05-03")
    first = next_changeset()
    Prisoner.objects.filter(pk=person.pk).update(biography="", born_on="1990")

    with as_known(first, shown=True):
        then = Prisoner.public.get()

    assert (then.biography, str(then.born_on), then.born_on_latest) == ("", "1990", date(1990, 12, 31))


def test_source_restricted_today_is_restricted_in_every_earlier_state() -> None:
    source = make_source()
    first = next_changeset()
    type(source).objects.update(access="restricted")

    with as_known(first, shown=True):
        assert type(source).public.get().is_restricted


# --- What an address asks for ---


def two_changesets() -> None:
    """One on 3 May 2025 and two on 5 May."""
    for number, day in enumerate((3, 5, 5), 1):
        Occupation.objects.create(slug=f"poet-{number}", name=f"poet {number}")
        made = next_changeset()
        Changeset.objects.filter(pk=made).update(made_at=datetime(2025, 5, day, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("asked", "changeset", "cut_off"),
    [
        ("", None, TODAY),
        ("2025-05-03", 1, date(2025, 5, 3)),
        ("2025-05-04", 1, date(2025, 5, 4)),
        ("2025-05-05", 3, date(2025, 5, 5)),
        ("2", 2, date(2025, 5, 5)),
        ("2025-06-01/2", 2, date(2025, 6, 1)),
    ],
)
def test_state_is_told_by_a_day_or_a_changeset(asked: str, changeset: int | None, cut_off: date) -> None:
    two_changesets()

    state = state_asked(asked, today=TODAY)

    assert (state.changeset, state.cut_off, state.asked) == (changeset, cut_off, asked)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("2026-01-16", "in the future"),
        ("4", "numbered from 1 to 3"),
        ("0", "numbered from 1 to 3"),
        ("9" * 400, "numbered from 1 to 3"),
        ("2025-05-02", "knew nothing on that day"),
        ("2025-05", "neither a day"),
        ("2025-02-30", "neither a day"),
        ("May", "neither a day"),
        ("٤", "neither a day"),
        ("2025-05-04/2", "was made on 2025-05-05"),
        ("2025-05-04/x", "no changeset"),
        ("2026-01-16/2", "in the future"),
        ("/", "neither a day"),
    ],
)
def test_state_that_nobody_can_know_is_refused_in_words(asked: str, why: str) -> None:
    two_changesets()

    with pytest.raises(BadParameter, match=why):
        state_asked(asked, today=TODAY)


def test_nothing_was_known_before_the_first_record() -> None:
    with pytest.raises(BadParameter, match="Nothing is recorded yet"):
        state_asked("2025-05-03", today=TODAY)
