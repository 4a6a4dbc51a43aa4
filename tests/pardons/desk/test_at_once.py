"""Two people at once on one announcement: nothing lost, nothing doubled, no failure.

Each pair of requests starts together, in two threads with connections of their own. A form that waited too long for
the other is refused whole and sent again, as its editor would; how many were is printed at the end (`pytest -s`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pardons.desk.piece_forms import new_token
from pardons.linking import pieces
from pardons.linking.models import Piece
from pardons.models import Announcement, Identification, Pardon
from registry.history import changeset
from registry.models import Changeset, ProposedChange
from tests import at_once as threads
from tests.editors import added_rows, errors_of, make_editor, page_of, typed
from tests.factories import make_announcement, make_prisoner
from tests.pardons.desk.pieces import SOURCE, fields_in, fields_of, ready, spelled

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS = 500 if os.environ.get("TEST_LONG") == "1" else 8
MOST_TIMES_SENT = 10
REFUSED_FOR_NOW: list[str] = []
WHY = {"why": "A source says so.", "nature": "correction"}


class Desk:
    """An announcement, two editors and two reviewers, and what has been acknowledged so far."""

    def __init__(self) -> None:
        self.announcement = make_announcement(total=5000)
        self.accounts = {
            name: make_editor(role, name)
            for name, role in (("one", "editor"), ("two", "editor"), ("three", "reviewer"), ("four", "reviewer"))
        }
        self.clients = {name: signed_in_as(account) for name, account in self.accounts.items()}
        self.named: set[str] = set()

    def people(self, number: int, *kinds: str) -> list[Any]:
        return [make_prisoner(f"Exemplar {kind} Number{number}", held=[("2021",)]) for kind in kinds]

    def piece(self, people: list[Any], by: str = "one", *, in_review: bool = True) -> Piece:
        return ready(self.announcement, people, self.accounts[by], in_review=in_review)

    def publish(self, by: str, piece: Piece) -> Callable[[], Any]:
        address = reverse("desk-piece-publish", args=[piece.token])
        return lambda: self.clients[by].post(address, {"version": piece.version})

    def accept(self, reviewer: str, by: str) -> Callable[[], Any]:
        """Press “Accept” on the newest proposal of somebody, as its page shows it now."""
        address = ProposedChange.objects.open().filter(by__username=by).latest("pk").get_absolute_url()
        seen = self.clients[reviewer].get(address).context["version"]
        return lambda: self.clients[reviewer].post(address, {"step": "accept", "version": seen})


def signed_in_as(account: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def at_once(*requests: Callable[[], Any]) -> list[Any]:
    """The answers to requests that start together."""
    answers = threads.at_once([lambda request=request: patiently(request) for request in requests])  # type: ignore[misc]
    assert all(answer is not None and answer.status_code < 500 for answer in answers), answers
    return answers


def patiently(request: Callable[[], Any]) -> Any:
    """The answer to a form, which is sent again while it is told that it took too long."""
    for _ in range(MOST_TIMES_SENT):
        answer = request()
        if answer.status_code != 503 or not answer["Retry-After"]:
            return answer
        REFUSED_FOR_NOW.append(answer.request["PATH_INFO"])
    return answer


def two_links(desk: Desk, number: int) -> None:
    """Two pieces that share a person are published together."""
    shared, first, second = desk.people(number, "Shared", "First", "Second")
    one, two = desk.piece([shared, first], "one"), desk.piece([second, shared], "two")

    at_once(desk.publish("three", one), desk.publish("four", two))

    desk.named |= {shared.public_id, first.public_id, second.public_id}


def two_reviews(desk: Desk, number: int) -> None:
    """Two reviewers publish one piece."""
    people = desk.people(number, "Reviewed")
    piece = desk.piece(people)

    at_once(desk.publish("three", piece), desk.publish("four", piece))

    desk.named |= {people[0].public_id}


def review_and_return(desk: Desk, number: int) -> None:
    """One reviewer publishes what another sends back: one of them is too late and is told."""
    people = desk.people(number, "Returned")
    piece = desk.piece(people)
    back = reverse("desk-piece-send-back", args=[piece.token])
    sent = {"version": piece.version, "note": "Which one?"}

    at_once(desk.publish("three", piece), lambda: desk.clients["four"].post(back, sent))

    piece.refresh_from_db()
    is_named = Identification.objects.filter(prisoner=people[0]).exists()
    assert (piece.state, is_named) in (("published", True), ("draft", False))
    desk.named |= {people[0].public_id} if is_named else set()


def two_edits_of_a_piece(desk: Desk, number: int) -> None:
    """Two editors change one draft: the later one sees the other's change, and both values are kept in the end."""
    piece = desk.piece(desk.people(number, "Drafted"), in_review=False)
    shown = fields_of(desk.clients["one"], piece)
    changes = {"one": {"row-0-sex": "female"}, "two": {"all-left_the_country": "yes"}}

    def save(name: str) -> Callable[[], Any]:
        return lambda: desk.clients[name].post(piece.get_absolute_url(), shown | changes[name] | {"action": "save"})

    answers = dict(zip(changes, at_once(*(save(name) for name in changes)), strict=True))

    late = next(name for name, answer in answers.items() if answer.status_code == 409)
    again = fields_in(answers[late].content.decode()) | {"action": "save"}
    assert desk.clients[late].post(piece.get_absolute_url(), again).status_code == 302
    piece.refresh_from_db()
    assert (piece.rows[0]["sex"], piece.given) == ("female", {"left_the_country": "yes"})


def two_edits_of_the_announcement(desk: Desk, number: int) -> None:
    """Two people change two fields of a public announcement, and each accepts the other's: both values are there.

    One of the two changes meets the other's: its author looks at it again, and it is accepted then.
    """
    address = page_of(desk.announcement)
    changes = {"three": {"authority": f"Office {number}"}, "four": {"rest": f"Rest {number}"}}
    shown = {name: desk.clients[name].get(address) for name in changes}

    def save(name: str) -> Callable[[], Any]:
        sent = typed(shown[name]) | added_rows(shown[name], {}) | changes[name] | WHY
        return lambda: desk.clients[name].post(address, sent, follow=True)

    at_once(*(save(name) for name in changes))
    accepted = at_once(desk.accept("four", by="three"), desk.accept("three", by="four"))

    assert sorted(answer.status_code for answer in accepted) == [302, 400]
    late = ProposedChange.objects.open().values_list("by__username", "token").get()
    author, again = desk.clients[late[0]], f"{address}?again={late[1]}"
    assert errors_of(author.post(again, typed(author.get(again)), follow=True)) == ""
    assert desk.accept("four" if late[0] == "three" else "three", by=late[0])().status_code == 302
    now = Announcement.objects.get(pk=desk.announcement.pk)
    assert (now.authority, now.rest) == (f"Office {number}", f"Rest {number}")


def edit_and_link(desk: Desk, number: int) -> None:
    """A change of the announcement's record is proposed and accepted while people are linked to it."""
    people = desk.people(number, "Linked")
    piece, address = desk.piece(people), page_of(desk.announcement)
    sent = typed(desk.clients["three"].get(address)) | WHY | {"political_by": f"Speaker {number}"}
    desk.clients["three"].post(address, sent, follow=True)

    accepted, _published = at_once(desk.accept("four", by="three"), desk.publish("four", piece))

    assert accepted.status_code == 302
    desk.named |= {people[0].public_id}
    assert Announcement.objects.get(pk=desk.announcement.pk).political_by == f"Speaker {number}"


def one_form_sent_twice(desk: Desk, number: int) -> None:
    """A list pasted with one token, twice at once, is one piece."""
    address = reverse("desk-people", args=[desk.announcement.public_id])
    sent = {"token": new_token(), "names": f"Niebyvaly {spelled(number)}", **SOURCE}

    at_once(*[lambda: desk.clients["one"].post(address, sent)] * 2)

    assert Piece.objects.filter(token=sent["token"]).count() == 1


def sent_and_published(desk: Desk, number: int) -> None:
    """An editor takes a piece back while a reviewer publishes it."""
    people = desk.people(number, "Taken")
    piece = desk.piece(people)
    back = {"version": piece.version, "action": "take_back"}

    at_once(lambda: desk.clients["one"].post(piece.get_absolute_url(), back), desk.publish("three", piece))

    piece.refresh_from_db()
    is_named = Identification.objects.filter(prisoner=people[0]).exists()
    assert (piece.state, is_named) in (("published", True), ("draft", False))
    desk.named |= {people[0].public_id} if is_named else set()


KINDS = [
    two_links, two_reviews, review_and_return, two_edits_of_a_piece, two_edits_of_the_announcement, edit_and_link,
    one_form_sent_twice, sent_and_published,
]  # fmt: skip


def rounds() -> Iterator[tuple[int, Callable[[Desk, int], None]]]:
    return ((number, KINDS[number % len(KINDS)]) for number in range(PAIRS))


def test_pairs_of_edits_links_and_reviews_lose_and_double_nothing() -> None:
    desk = Desk()

    for number, pair in rounds():
        pair(desk, number)

    places = Identification.objects.filter(announcement=desk.announcement)
    assert set(places.values_list("prisoner__public_id", flat=True)) == desk.named
    assert places.count() == Pardon.objects.count() == len(desk.named)
    assert {row["person"] for piece in published() for row in piece.made} == desk.named
    print(f"{PAIRS} pairs, {len(REFUSED_FOR_NOW)} forms refused for now and sent again")


def published() -> list[Piece]:
    return list(Piece.objects.filter(state=Piece.State.PUBLISHED))


def test_piece_that_was_changed_under_the_reviewer_is_not_published() -> None:
    desk = Desk()
    piece = desk.piece(desk.people(1, "Changed"))
    pieces.take_back(piece.token, by=desk.accounts["one"], version=piece.version)

    desk.publish("three", piece)()

    assert not Identification.objects.exists()


def test_form_that_waited_too_long_writes_nothing_and_is_taken_when_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.patience.EDITORS_LOCK", 50)
    desk = Desk()
    piece = desk.piece(desk.people(1, "Waiting"))
    publish, before = desk.publish("three", piece), Changeset.latest_number()

    with changeset(by=None):
        refused = threads.at_once([publish])[0]

    assert (refused.status_code, refused["Retry-After"], Changeset.latest_number()) == (503, "10", before)
    assert publish().status_code == 302 and Identification.objects.count() == 1
