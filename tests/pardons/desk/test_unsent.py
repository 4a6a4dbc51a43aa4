"""What is typed into the forms of pieces of work and not sent: kept for its editor, and never in another's way."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pardons.desk import piece_forms
from pardons.desk.piece_forms import MOST_NAMES, new_token
from pardons.linking.models import Piece
from pardons.models import Announcement, DeskDraft
from tests.editors import signed_in
from tests.factories import make_announcement
from tests.pardons.desk.pieces import SOURCE, fields_in, fields_of, paste, send, spelled
from tests.pardons.desk.reports import fields_of as fields_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def announcement() -> Announcement:
    return make_announcement(total=200)


def people_page(announcement: Announcement) -> str:
    return reverse("desk-people", args=[announcement.public_id])


def typed_on(client: Client, address: str) -> dict[str, str]:
    return fields_on(client.get(address).content.decode())


def test_names_typed_and_not_sent_are_there_again_for_their_editor_alone(announcement: Announcement) -> None:
    editor, address = signed_in("editor"), people_page(announcement)

    kept = editor.post(address, typed_on(editor, address) | {"step": "keep", "names": "Zachar Niebyvaly"})

    assert kept.status_code == 204 and not Piece.objects.exists()
    assert typed_on(editor, address)["names"] == "Zachar Niebyvaly"
    assert typed_on(signed_in("reviewer"), address)["names"] == ""
    assert "Begun and not entered" not in editor.get(reverse("desk-new")).content.decode()


def test_what_is_sent_is_no_longer_kept(announcement: Announcement) -> None:
    editor, address = signed_in("editor"), people_page(announcement)
    editor.post(address, typed_on(editor, address) | {"step": "keep", "names": "Zachar Niebyvaly"})

    paste(editor, announcement, "Zachar Niebyvaly")

    assert not DeskDraft.objects.exists()


def test_date_and_organisation_of_an_event_are_kept_as_typed() -> None:
    editor, address = signed_in("editor"), reverse("desk-events") + "?kind=arrests"

    editor.post(reverse("desk-events"), typed_on(editor, address) | {"step": "keep", "all-taken_on": "2024-08-"})

    assert typed_on(editor, address)["all-taken_on"] == "2024-08-"


def test_row_typed_and_not_kept_is_laid_over_what_another_saved(announcement: Announcement) -> None:
    editor, other = signed_in("editor"), signed_in("reviewer")
    piece = paste(editor, announcement, "Zachar Niebyvaly\nVera Pryklad")
    ours = fields_of(editor, piece) | {"row-0-sex": "male", "step": "keep"}
    assert editor.post(piece.get_absolute_url(), ours).status_code == 204

    other.post(piece.get_absolute_url(), fields_of(other, piece) | {"row-1-sex": "female", "action": "save"})

    shown = fields_in(editor.get(piece.get_absolute_url()).content.decode())
    assert (shown["row-0-sex"], shown["row-1-sex"]) == ("male", "female")
    piece.refresh_from_db()
    assert piece.rows[0]["sex"] == ""


def test_what_was_typed_is_forgotten_when_asked(announcement: Announcement) -> None:
    editor = signed_in("editor")
    piece = paste(editor, announcement, "Zachar Niebyvaly")
    editor.post(piece.get_absolute_url(), fields_of(editor, piece) | {"row-0-sex": "male", "step": "keep"})

    editor.post(piece.get_absolute_url(), {"action": "forget"})

    assert fields_of(editor, piece)["row-0-sex"] == ""


def test_list_longer_than_a_piece_waits_for_the_next_with_its_source(announcement: Announcement) -> None:
    editor, address = signed_in("editor"), people_page(announcement)
    names = [f"{spelled(number)} Niebyvaly" for number in range(MOST_NAMES + 2)]

    piece = paste(editor, announcement, "\n".join(names), **SOURCE)

    assert len(piece.rows) == MOST_NAMES
    shown = typed_on(editor, address)
    assert shown["names"].split("\n") == names[MOST_NAMES:]
    assert piece.source and shown["source"] == piece.source.public_id


def test_part_that_was_sent_brings_the_next_with_what_was_given_for_all(announcement: Announcement) -> None:
    editor = signed_in("editor")
    names = [f"{spelled(number)} Niebyvaly" for number in range(4)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(piece_forms, "MOST_NAMES", 2)
        first = paste(editor, announcement, "\n".join(names) + ", 1984, electrician", **SOURCE)
        answer = send(editor, first, all_fate="freed")

    second = Piece.objects.latest("pk")
    assert answer["Location"] == second.get_absolute_url() != first.get_absolute_url()
    assert [row["name"] for row in second.rows] == names[2:]
    assert (second.rows[1]["born"], second.given["fate"], second.source) == ("1984", "freed", first.source)
    assert typed_on(editor, people_page(announcement))["names"] == ""


def test_rest_of_a_list_of_events_keeps_its_date() -> None:
    editor, address = signed_in("editor"), reverse("desk-events")
    event = {"kind": "arrests", "country": "ZZ", "all-taken_on": "2024-09-04", "all-form": "custody"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(piece_forms, "MOST_NAMES", 1)
        sent = {"token": new_token(), "names": "Zachar Niebyvaly; Alena Niebyvalaja", **SOURCE, **event}
        editor.post(address, sent)

    shown = typed_on(editor, f"{address}?kind=arrests")
    told = (shown["names"], shown["all-taken_on"], shown["country"])
    assert told == ("Alena Niebyvalaja", "2024-09-04", "ZZ")
