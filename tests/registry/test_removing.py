"""Words are taken out of the whole database when a life depends on it, and the chain still verifies."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from prisoners.models import Name, Prisoner
from prisoners.models.prisoner import PrisonerPrivate
from registry.history import changeset
from registry.models import Changeset, Citation, Link, RemovedRow
from registry.removing import places_of, remove_words
from registry.verifying import Head, chain_head, verify
from tests.changesets import next_changeset
from tests.database import rows_made_by_migrations
from tests.editors import signed_in
from tests.factories import make_prisoner, make_source
from tests.registry.test_chain import below_the_application, seal

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

pytestmark = pytest.mark.django_db
WORDS = "Niebyvaly Źródłowski"
WHY = "A life depends on it."


@pytest.fixture
def head() -> Head:
    """The words in names, texts, notes, an address and JSON, of today and of earlier; the chain's head before."""
    with changeset(by=None, note=f"As {WORDS} told us", told=f"{WORDS} was added."):
        person = make_prisoner(WORDS, names=["Exemplar"], biography=f"{WORDS.upper()}, a baker.")
        PrisonerPrivate.objects.create(prisoner=person, notes=WORDS)
        source = make_source(
            title=f"“{WORDS}” is free", url="https://news.example/Niebyvaly%20%C5%B9r%C3%B3d%C5%82owski"
        )
        kind = ContentType.objects.get_for_model(Prisoner)
        Citation.objects.create(source=source, content_type=kind, object_id=person.pk, quote=f"a\n{WORDS}\nb")
    next_changeset()
    Prisoner.objects.update(biography="A baker.")
    Citation.objects.all().delete()
    noted = seal()
    # As if each had been made in a transaction of its own.
    below_the_application("UPDATE registry_changeset SET made_in = 1")
    return noted


def dumped() -> str:
    """Everything that a dump would hold; letters in any case."""
    rows = rows_made_by_migrations(cast("DatabaseWrapper", connection))
    return b"\n".join(rows.values()).decode().casefold()


def test_words_are_nowhere_and_the_chain_verifies(head: Head) -> None:
    assert dumped().count("niebyvaly") > 15
    next_changeset()

    remove_words(WORDS, why=WHY)

    assert "niebyvaly" not in dumped() and "dłowski" not in dumped()
    verdict = verify([head])
    assert (verdict.problems, verdict.removed) == ([], RemovedRow.objects.count())
    assert verdict.removed >= 8


def test_history_says_that_and_why_but_not_what(head: Head) -> None:
    next_changeset()
    removed = remove_words(WORDS, why=WHY)

    made = Changeset.objects.latest("number")
    assert made.note == f"Words were removed from {len(removed)} rows: {WHY}"
    assert (made.by, made.reason, made.nature) == (None, "taken_back", "correction")


def test_pages_of_today_and_earlier_stand(head: Head) -> None:
    person = Prisoner.objects.get()
    next_changeset()
    remove_words(WORDS, why=WHY)
    connection.check_constraints()
    next_changeset()

    public = [f"/prisoners/{person.public_id}{end}" for end in ("/", "/history/", ".json")]
    asked = [*public, *(f"{public[0]}?known_on={number}" for number in (1, 2, 3)), "/prisoners/?known_on=1"]
    desk = [reverse("desk-revert", args=[number]) for number in (1, 2, 3)]
    answers = [*map(Client().get, asked), *map(signed_in("reviewer").get, desk)]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert not any("Niebyvaly" in answer.content.decode() for answer in answers)
    assert "[name withheld]" in answers[0].content.decode()


def test_nobody_can_put_other_words_there(head: Head) -> None:
    next_changeset()
    remove_words(WORDS, why=WHY)
    next_changeset()

    for statement in (
        "UPDATE prisoners_prisonerhistory SET biography = 'A spy.' WHERE pgh_changeset = 1",
        "UPDATE registry_changeset SET note = 'Never.' WHERE number = 1",
        "UPDATE registry_removedrow SET left_as = stands_for_it",
        "DELETE FROM registry_removedrow",
    ):
        with transaction.atomic():
            below_the_application(statement)
            assert verify([head]).problems != [], statement
            transaction.set_rollback(True)


def test_salt_that_is_taken_away_hides_no_other_note(head: Head) -> None:
    below_the_application("UPDATE registry_link SET salt = '' WHERE number = 1")
    below_the_application("UPDATE registry_changeset SET note = 'Never.' WHERE number = 1")

    assert "Who, when or why of changeset 1" in " ".join(verify([head]).problems)


def test_words_removed_twice_from_one_row_leave_what_first_stood_for_it(head: Head) -> None:
    next_changeset()
    remove_words(WORDS, why=WHY)
    next_changeset()
    remove_words("a baker", why=WHY)
    next_changeset()

    assert "baker" not in dumped()
    assert verify([head]).problems == []


def test_record_of_somebody_else_keeps_the_words(head: Head) -> None:
    other = make_prisoner(WORDS)
    next_changeset()
    mine = f"prisoners_name:{Name.objects.get(prisoner=other).pk}"

    remove_words(WORDS, why=WHY, leave=[mine])

    connection.check_constraints()
    assert {place.record for place in places_of(WORDS)} == {mine}
    assert verify([head]).problems == []


def test_nothing_is_removed_without_a_reason_or_at_random(head: Head) -> None:
    for words, why, said in (
        (WORDS, " ", "Give a reason"),
        (WORDS, f"For {WORDS.lower()}", "reason tells the words"),
        ("Jan", WHY, "at least four letters"),
        ("Nobody Anywhere", WHY, "No row holds"),
    ):
        with pytest.raises(ValidationError, match=said):
            remove_words(words, why=why)

    assert chain_head() == head and not RemovedRow.objects.exists()


def test_traces_of_rewriting_are_not_removed_with_the_words(head: Head) -> None:
    next_changeset()
    below_the_application("UPDATE registry_link SET rows = hash WHERE number = 2")

    with pytest.raises(ValidationError, match="run verify_history first"):
        remove_words(WORDS, why=WHY)

    assert places_of(WORDS) != [] and Link.objects.count() == 2


def test_command_lists_first_and_removes_with_a_reason(
    head: Head, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(words: str, **options: Any) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{words}\n"))
        call_command("remove_words", **options)
        return capsys.readouterr().out

    next_changeset()
    assert "Nothing was changed" in run(WORDS)
    assert places_of(WORDS) != []
    assert "Make a new backup" in run(WORDS, why=WHY)
    with pytest.raises(CommandError, match="No row holds"):
        run(WORDS, why=WHY)
