"""Pieces of work for tests: pasted, sent and published as a browser would, or made ready without one."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from pardons.desk.piece_forms import new_token
from pardons.linking import pieces
from pardons.linking.matching import Proposal
from pardons.linking.models import Piece
from pardons.linking.pasted import Named
from pardons.models import Announcement
from prisoners.models import Prisoner
from tests.editors import signed_in

SOURCE = {"source_url": "https://news.example/names", "source_publisher": "A news agency"}


def spelled(number: int) -> str:
    """A number as a word that can stand in a name, such as Babedo: names hold no digits."""
    syllables = ["ba", "de", "ki", "lo", "mu", "na", "re", "si", "to", "vu"]
    return "".join(syllables[int(digit)] for digit in f"{number:04}").capitalize()


def paste(client: Client, announcement: Announcement, names: str, **more: Any) -> Piece:
    """Paste a list as an editor would; the piece it makes."""
    sent = {"token": new_token(), "names": names, **SOURCE, **more}
    response = client.post(reverse("desk-people", args=[announcement.public_id]), sent)
    assert response.status_code == 302, response.content.decode()
    return Piece.objects.get(token=sent["token"])


def fields_of(client: Client, piece: Piece) -> dict[str, str]:
    """What the form of a piece would send untouched."""
    return fields_in(client.get(piece.get_absolute_url()).content.decode())


def fields_in(page: str) -> dict[str, str]:
    form = page[page.index('class="desk-form"') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        unticked = ('type="radio"' in tag or 'type="checkbox"' in tag) and "checked" not in tag
        if name and not unticked:
            found[name.group(1)] = value.group(1) if value else "on" if 'type="checkbox"' in tag else ""
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"\s+selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def send(client: Client, piece: Piece, **changes: str) -> Any:
    """Send the form of a piece to review. `row_0_choice` stands for `row-0-choice`, `all_fate` for `all-fate`."""
    named = {
        re.sub(r"^(row_\d+|all)_", lambda found: found.group().replace("_", "-"), name): value
        for name, value in changes.items()
    }
    return client.post(piece.get_absolute_url(), fields_of(client, piece) | {"action": "send"} | named)


def publish(client: Client, piece: Piece) -> Any:
    piece.refresh_from_db()
    return client.post(reverse("desk-piece-publish", args=[piece.token]), {"version": piece.version})


def carried_out(announcement: Announcement, names: str, **changes: str) -> Piece:
    """A list pasted, sent and published by two people."""
    editor, reviewer = signed_in("editor"), signed_in("reviewer")
    piece = paste(editor, announcement, names)
    send(editor, piece, **changes)
    publish(reviewer, piece)
    piece.refresh_from_db()
    assert piece.state == "published", piece.rows
    return piece


def ready(announcement: Announcement, people: list[Prisoner], by: Any, *, in_review: bool = True) -> Piece:
    """A piece that names these people with an announcement."""
    rows = [pieces.row_of(Proposal(Named(person.display_name, person.display_name))) for person in people]
    for row, person in zip(rows, people, strict=True):
        row["choice"] = f"person:{person.public_id}"
    piece = pieces.begin(new_token(), Piece.Kind.PEOPLE, by=by, rows=rows, announcement=announcement).piece
    return pieces.send(piece.token, by=by, version=piece.version).piece if in_review else piece
