"""One step stops an account: sessions, sign-in, pending work; opened again, it has nothing that others may have."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from pardons.linking.models import Piece
from registry.freezing import freeze, lift
from registry.history import changeset
from registry.models import Freeze, ProposedChange, Source
from registry.proposals import propose
from registry.sessions import end_sessions
from tests.changesets import next_changeset
from tests.editors import PASSWORD, make_editor, signed_in
from tests.factories import make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Any:
    return make_editor("editor", "arrested")


def client_of(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_reviewer_freezes_an_account_in_one_step(editor: Any) -> None:
    theirs, other = client_of(editor), signed_in("viewer")

    signed_in("reviewer").post(reverse("desk-account", args=[editor.pk]), {"why": "taken this morning"})

    assert theirs.get("/desk/")["Location"].startswith("/account/login/")
    assert other.get("/desk/").status_code == 200
    assert Client().post("/account/login/", {"login": "arrested", "password": PASSWORD}).status_code == 200


def test_only_reviewers_freeze(editor: Any) -> None:
    answers = [
        signed_in(role).post(reverse("desk-account", args=[editor.pk]), {"why": "so"}).status_code
        for role in ("viewer", "editor", "reviewer")
    ]

    assert answers == [403, 403, 302]


def test_what_waited_is_set_aside_and_counted(editor: Any) -> None:
    with changeset(by=editor):
        source = make_source(publication="in_review")
    next_changeset()
    with changeset(by=make_editor("reviewer")):
        of_another = make_source(publication="in_review")
    next_changeset()
    piece = Piece.objects.create(kind="people", state="in_review", editor=editor, hands=[editor.pk])
    proposed = propose(source, [], by=editor, why="so", nature="correction")

    frozen = freeze(editor, by=None, why="taken")

    assert [Source.objects.get(pk=each.pk).publication for each in (source, of_another)] == ["draft", "in_review"]
    assert (Piece.objects.get(pk=piece.pk).state, ProposedChange.objects.get(pk=proposed.pk).state) == (
        "draft",
        "declined",
    )
    assert sorted(number for _words, number in frozen.set_aside) == [1, 1, 1]


def test_last_changes_are_listed(editor: Any) -> None:
    with changeset(by=editor, note="the last thing they did"):
        make_source()
    made = next_changeset()

    page = signed_in("reviewer").get(reverse("desk-account", args=[editor.pk])).content.decode()

    assert "the last thing they did" in page
    assert reverse("admin:registry_changeset_change", args=[made]) in page


def test_freezing_needs_a_reason_and_happens_once(editor: Any) -> None:
    with pytest.raises(ValidationError, match="Say what happened"):
        freeze(editor, by=None, why="  ")
    freeze(editor, by=None, why="taken")
    with pytest.raises(ValidationError, match="frozen already"):
        freeze(editor, by=None, why="taken")


def test_account_opened_again_has_neither_password_nor_second_factor(editor: Any) -> None:
    Authenticator.objects.create(user=editor, type="totp", data={"secret": "x"})
    freeze(editor, by=None, why="taken")

    answer = signed_in("administrator").post(reverse("desk-account-open", args=[editor.pk]))

    editor.refresh_from_db()
    assert (answer.status_code, editor.is_active, editor.has_usable_password()) == (302, True, False)
    assert not Authenticator.objects.filter(user=editor).exists()


def test_nobody_opens_their_own() -> None:
    account = make_editor("administrator")
    freeze(account, by=None, why="taken")

    with pytest.raises(ValidationError, match="Somebody else"):
        lift(account, by=account)


def test_reviewer_does_not_open_and_the_admin_offers_no_way_around(editor: Any) -> None:
    freeze(editor, by=None, why="taken")
    assert signed_in("reviewer").post(reverse("desk-account-open", args=[editor.pk])).status_code == 403

    page = reverse("admin:auth_user_change", args=[editor.pk])
    signed_in("administrator").post(page, {"username": "arrested", "is_active": "on"})

    editor.refresh_from_db()
    assert not editor.is_active


def test_operator_freezes_and_opens(editor: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("freeze_account", "arrested", why="taken")
    call_command("freeze_account", "arrested", open_again=True)

    assert "changepassword arrested" in capsys.readouterr().out
    assert Freeze.objects.get().lifted_at is not None


def test_only_the_sessions_of_one_account_end(editor: Any) -> None:
    client_of(editor), client_of(editor), signed_in("viewer")

    end_sessions(editor)

    assert Session.objects.count() == 1
