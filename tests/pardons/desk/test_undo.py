"""Undo of the last step: all of it or nothing, never of what was public, never under what rests on it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pardons.models import Announcement, DeskDraft, Piece, Relation, ReportedFigure, Statement
from prisoners.models import Prisoner
from registry.models import Changeset, Citation, Source
from tests.editors import left_to_tell, signed_in
from tests.factories import make_announcement
from tests.pardons.desk.pieces import SOURCE
from tests.pardons.desk.pieces import paste as paste_names
from tests.pardons.desk.pieces import send as send_piece
from tests.pardons.desk.reports import entered, send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("each_request_is_a_transaction", "effects_are_not_counted"),
]
ENTERED = (Announcement, Statement, Relation, ReportedFigure, Source, Citation)


@pytest.fixture
def editor() -> Client:
    return signed_in("editor")


@pytest.fixture
def address(editor: Client) -> str:
    """The page of a report that has been entered in review."""
    entered(editor)
    return reverse("desk-report", args=[DeskDraft.objects.get().token])


def undo(client: Client, number: str = "") -> str:
    """Undo the newest step there is, or another; what the desk answers."""
    answer = client.post(reverse("desk-undo"), {"number": number or str(Changeset.latest_number())})
    return " ".join(left_to_tell(answer))


def test_entered_report_is_taken_back_and_the_draft_is_still_there(editor: Client, address: str) -> None:
    assert "Undo" in editor.get(reverse("desk")).content.decode()

    assert "Undone" in undo(editor)

    assert [model.objects.count() for model in ENTERED] == [0] * len(ENTERED)
    assert Changeset.objects.latest("number").nature == "correction"
    send(editor, address, "review", **{"a1-vs-a0": "distinct"})
    assert (Announcement.objects.count(), Relation.objects.get().kind) == (2, "distinct")
    assert DeskDraft.objects.count() == 1


def test_sending_to_review_is_taken_back(editor: Client) -> None:
    entry = entered(editor, step="draft")
    keys = [f"announcement:{each.public_id}" for each in Announcement.objects.all()]
    editor.post(entry, {"step": "submit", "record": keys})

    undo(editor)

    assert set(Announcement.objects.values_list("publication", flat=True)) == {"draft"}


def test_publishing_is_not_undone(editor: Client, address: str) -> None:
    reviewer = signed_in("reviewer")
    announcement = Announcement.objects.get(kind="pardon")
    entry = reverse("desk-entry", args=[Changeset.latest_number()])
    reviewer.post(entry, {"step": "publish", "record": [f"announcement:{announcement.public_id}"]})

    assert "with a reason" in undo(reviewer)
    assert "It can’t be undone" in reviewer.get(reverse("desk")).content.decode()
    assert Announcement.public.get() == announcement


def test_nobody_undoes_the_step_of_another(editor: Client, address: str) -> None:
    assert "Only your own last step" in undo(signed_in("reviewer"))
    assert Announcement.objects.count() == 2


def test_what_was_changed_since_is_not_undone(editor: Client, address: str) -> None:
    Announcement.objects.update(authority="Changed by another.")

    assert "changed since" in undo(editor, str(Changeset.latest_number() - 1))
    assert Announcement.objects.count() == 2


def test_what_others_rest_on_is_not_undone(editor: Client, address: str) -> None:
    number = str(Changeset.latest_number())
    Relation.objects.create(first=make_announcement(), second=Announcement.objects.get(kind="release"), kind="distinct")

    assert "rests on it" in undo(editor, number)
    assert ReportedFigure.objects.count() == 2


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "0"])
def test_step_that_is_none_is_told(editor: Client, number: str) -> None:
    answer = editor.post(reverse("desk-undo"), {"number": number})

    assert "no such step" in " ".join(left_to_tell(answer))


def test_piece_of_work_that_was_begun_is_taken_back_with_the_source_it_brought(editor: Client) -> None:
    announcement = make_announcement()
    editor.get(reverse("desk"))
    piece = paste_names(editor, announcement, "Zachar Niebyvaly")

    assert "Undone" in undo(editor)

    assert not Piece.objects.exists() and not Source.objects.filter(url=SOURCE["source_url"]).exists()
    assert editor.get(piece.get_absolute_url()).status_code == 404
    assert Announcement.objects.get() == announcement


def test_begun_piece_that_was_sent_is_undone_last_step_first(editor: Client) -> None:
    piece = paste_names(editor, make_announcement(), "Zachar Niebyvaly")
    send_piece(editor, piece)
    assert Prisoner.objects.get().publication == "in_review"

    assert "Undone" in undo(editor)

    piece.refresh_from_db()
    assert (piece.state, Prisoner.objects.count()) == ("draft", 0)
