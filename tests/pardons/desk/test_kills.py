"""The process is killed while it links and publishes: nothing half done, nothing acknowledged lost, nothing doubled."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from pardons.linking.models import Piece
from pardons.models import Announcement, Identification
from prisoners.models import Prisoner, Release
from tests.editors import signed_in
from tests.factories import make_announcement, make_prisoner
from tests.kills import KILLS, chance, forked, heard_until, kill, wait_for_what_was_under_way
from tests.pardons.desk.pieces import SOURCE, fields_of, spelled

pytestmark = pytest.mark.django_db(transaction=True)

# More than workers get through before the last one is killed.
LISTS = KILLS + 4
STEPS = ("pasted", "sent", "published")
# Of an editor and a reviewer, with `get` and `post`.
People = tuple[Any, Any]
Told = list[tuple[str, str]]


def work(people: People, announcement: Announcement, number: int, told: Callable[[str, str], Any]) -> None:
    """Paste, send and publish one list of two, as two people would, and say each step that was acknowledged.

    Who was interrupted does the same again, from the beginning.
    """
    editor, reviewer = people
    token = f"listnumber{number:04}xx"
    names = f"{held(number)}\n{unknown(number)}"
    address = reverse("desk-people", args=[announcement.public_id])
    assert editor.post(address, {"token": token, "names": names, **SOURCE}).status_code == 302
    told("pasted", token)
    piece = Piece.objects.get(token=token)
    if piece.state == Piece.State.DRAFT:
        person = Prisoner.objects.get(names__text=held(number))
        chosen = {"row-0-choice": f"person:{person.public_id}", "row-1-choice": "new"}
        sent = fields_of(editor, piece) | {"action": "send", "all-fate": "freed"} | chosen
        assert editor.post(piece.get_absolute_url(), sent).status_code == 302
        piece.refresh_from_db()
    told("sent", token)
    publish = reverse("desk-piece-publish", args=[token])
    assert reviewer.post(publish, {"version": piece.version}).status_code == 302
    told("published", token)


def held(number: int) -> str:
    return f"Exemplar {spelled(number)}"


def unknown(number: int) -> str:
    return f"Niebyvaly {spelled(number)}"


def live_and_die(people: People, announcement: Announcement, first: int, moment: float) -> Told:
    """Start a worker, kill it after `moment` seconds, and give every step that it acknowledged."""

    def lives(writing: int) -> None:
        for number in range(first, LISTS):
            work(people, announcement, number, lambda *told: os.write(writing, (" ".join(told) + "\n").encode()))

    child, reading = forked(lives)
    heard = heard_until(reading, time.monotonic() + moment) + kill(child, reading)
    wait_for_what_was_under_way()
    return [(step, token) for step, token in (line.split() for line in heard.decode().splitlines())]


def half_done(acknowledged: Told) -> list[str]:
    """Lists that are there with a part of what they tell of, or not as far as was said."""
    states = {piece.token: piece for piece in Piece.objects.all()}
    torn = [token for token, piece in states.items() if not is_whole(piece)]
    return torn + [token for step, token in acknowledged if not reached(states[token], step)]


def is_whole(piece: Piece) -> bool:
    """Published with everything it tells of, or with nothing."""
    places = Identification.objects.filter(prisoner__public_id__in=[row["person"] for row in piece.made])
    people = Prisoner.objects.filter(names__text=piece.rows[1]["name"])
    if piece.state == Piece.State.PUBLISHED:
        return len(piece.made) == 2 == places.filter(release__publication="published").count() == people.count() * 2
    return not piece.made and people.count() == (1 if piece.state == Piece.State.IN_REVIEW else 0)


def reached(piece: Piece, step: str) -> bool:
    order = [Piece.State.DRAFT, Piece.State.IN_REVIEW, Piece.State.PUBLISHED]
    return order.index(Piece.State(piece.state)) >= STEPS.index(step)


def at_the_end() -> tuple[int, int, int, int]:
    """Lists that are published, places that they filled, releases, and people whom they brought."""
    people = Prisoner.objects.filter(names__text__startswith="Niebyvaly")
    lists = Piece.objects.filter(state=Piece.State.PUBLISHED)
    return lists.count(), Identification.objects.count(), Release.objects.count(), people.count()


def each_once() -> tuple[int, int, int, int]:
    """The same, if every list that was begun is published once, with its two people and no more."""
    begun = Piece.objects.count()
    return begun, 2 * begun, 2 * begun, begun


def test_killed_at_random_moments_it_leaves_nothing_half_done_and_loses_nothing_acknowledged() -> None:
    announcement = make_announcement(total=5000)
    people = signed_in("editor"), signed_in("reviewer")
    for number in range(LISTS):
        make_prisoner(held(number), held=[("2021",)])
    acknowledged: Told = []
    # The first one reads tables that later ones find in memory.
    for number in range(2):
        began = time.monotonic()
        work(people, announcement, number, lambda *told: acknowledged.append(told))
    one_list = time.monotonic() - began

    for _ in range(KILLS):
        # A worker takes up what the one before it left: most need more than one life for a list.
        acknowledged += live_and_die(people, announcement, last(acknowledged), chance.uniform(0.02, 0.6) * one_list)
        assert half_done(acknowledged) == []
    done = last(acknowledged)
    for number in (done, done + 1):
        work(people, announcement, number, lambda *told: acknowledged.append(told))

    assert half_done(acknowledged) == []
    assert at_the_end() == each_once()


def last(acknowledged: Told) -> int:
    """The number of the last list that was said to be published: it is sent again, and then what came after it."""
    return len({token for step, token in acknowledged if step == "published"}) - 1
