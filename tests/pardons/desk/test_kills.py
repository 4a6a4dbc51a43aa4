"""The process is killed while it links and publishes: nothing half done, nothing acknowledged lost, nothing doubled."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pardons.linking.models import Piece
from pardons.models import Announcement, Identification
from prisoners.models import Prisoner, Release
from tests.editors import signed_in
from tests.factories import make_announcement, make_prisoner
from tests.kills import KILLS, chance, forked, heard_until, kill, wait_for_what_was_under_way
from tests.pardons.desk.pieces import SOURCE, fields_of, spelled

pytestmark = pytest.mark.django_db(transaction=True)

# More than a worker gets through before it is killed.
ROUNDS = 12 if KILLS > 3 else 5
STEPS = ("pasted", "sent", "published")
People = tuple[Client, Client]


def work(people: People, announcement: Announcement, life: int, number: int, told: Any) -> None:
    """Paste, send and publish one list of two, as two people would, and say each step that was acknowledged."""
    editor, reviewer = people
    token = f"life{life:04}round{number:04}xx"
    names = f"{held(life, number)}\n{unknown(life, number)}"
    address = reverse("desk-people", args=[announcement.public_id])
    assert editor.post(address, {"token": token, "names": names, **SOURCE}).status_code == 302
    told("pasted", token)
    piece = Piece.objects.get(token=token)
    if piece.state == Piece.State.DRAFT:
        person = Prisoner.objects.get(names__text=held(life, number))
        chosen = {"row-0-choice": f"person:{person.public_id}", "row-1-choice": "new"}
        sent = fields_of(editor, piece) | {"action": "send", "all-fate": "freed"} | chosen
        assert editor.post(piece.get_absolute_url(), sent).status_code == 302
        piece.refresh_from_db()
    told("sent", token)
    publish = reverse("desk-piece-publish", args=[token])
    assert reviewer.post(publish, {"version": piece.version}).status_code == 302
    told("published", token)


def held(life: int, number: int) -> str:
    return f"Exemplar {spelled(life)} Held{spelled(number).lower()}"


def unknown(life: int, number: int) -> str:
    return f"Niebyvaly {spelled(life)} New{spelled(number).lower()}"


def live_and_die(people: People, announcement: Announcement, life: int, moment: float) -> list[tuple[str, str]]:
    """Start a worker, kill it after `moment` seconds, and give every step that it acknowledged."""

    def lives(writing: int) -> None:
        for number in range(ROUNDS):
            work(people, announcement, life, number, lambda *told: os.write(writing, (" ".join(told) + "\n").encode()))

    child, reading = forked(lives)
    heard = heard_until(reading, time.monotonic() + moment) + kill(child, reading)
    wait_for_what_was_under_way()
    return [(step, token) for step, token in (line.split() for line in heard.decode().splitlines())]


def is_whole(piece: Piece) -> bool:
    """Published with everything it tells of, or with nothing."""
    places = Identification.objects.filter(prisoner__public_id__in=[row["person"] for row in piece.made])
    people = Prisoner.objects.filter(names__text=piece.rows[1]["name"])
    if piece.state == Piece.State.PUBLISHED:
        return len(piece.made) == 2 == places.filter(release__publication="published").count() == people.count() * 2
    return not piece.made and people.count() == (1 if piece.state == Piece.State.IN_REVIEW else 0)


def test_killed_at_random_moments_it_leaves_nothing_half_done_and_loses_nothing_acknowledged() -> None:
    announcement = make_announcement(total=5000)
    people = signed_in("editor"), signed_in("reviewer")
    for life in range(KILLS + 1):
        for number in range(ROUNDS):
            make_prisoner(held(life, number), held=[("2021",)])
    # The first one reads tables that later ones find in memory.
    work(people, announcement, 0, 0, lambda step, token: None)
    began = time.monotonic()
    work(people, announcement, 0, 1, lambda step, token: None)
    one_round = time.monotonic() - began
    for life in range(1, KILLS + 1):
        acknowledged = live_and_die(people, announcement, life, chance.uniform(0.05, 1.5) * one_round)

        states = {piece.token: piece for piece in Piece.objects.all()}
        assert all(is_whole(piece) for piece in states.values())
        assert all(reached(states[token], step) for step, token in acknowledged)
        # What it was at when it was killed is sent again, and what it had just been told is done.
        done = len({token for _step, token in acknowledged})
        for number in range(max(done - 1, 0), done + 1):
            work(people, announcement, life, number, lambda step, token: None)
        assert all(is_whole(piece) and piece.state == "published" for piece in Piece.objects.all())
    assert Identification.objects.count() == Release.objects.count() == 2 * Piece.objects.count()
    assert Prisoner.objects.filter(names__text__startswith="Niebyvaly").count() == Piece.objects.count()


def reached(piece: Piece, step: str) -> bool:
    order = [Piece.State.DRAFT, Piece.State.IN_REVIEW, Piece.State.PUBLISHED]
    return order.index(Piece.State(piece.state)) >= STEPS.index(step)
