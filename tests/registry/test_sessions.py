"""One's own sessions: listed without a trace of where from, and ended one by one or all others."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.editors import make_editor, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/account/sessions/"


@pytest.fixture
def browsers() -> list[Client]:
    """Three browsers of one account, and one of somebody else."""
    account = make_editor("editor")
    found = [Client() for _ in range(3)]
    for client in found:
        client.force_login(account)
    return [*found, signed_in("reviewer")]


def listed(client: Client) -> list[Any]:
    return list(client.get(PAGE).context["sessions"])


def is_in(client: Client) -> bool:
    return client.get(reverse("desk")).status_code == 200


def test_own_sessions_are_listed_and_no_key_is_shown(browsers: list[Client]) -> None:
    page = browsers[0].get(PAGE).content.decode()

    assert [each.is_this for each in listed(browsers[0])].count(True) == 1
    assert len(listed(browsers[0])) == 3 and len(listed(browsers[3])) == 1
    assert not any(each.pk in page for each in Session.objects.all())


def test_one_is_ended_and_then_all_others(browsers: list[Client]) -> None:
    mine, *_others = browsers
    other = next(each.name for each in listed(mine) if not each.is_this)

    assert "1 session has ended" in mine.post(PAGE, {"session": other}, follow=True).content.decode()
    assert [is_in(client) for client in browsers].count(True) == 3
    mine.post(PAGE, {"session": "others"})

    assert [is_in(client) for client in browsers] == [True, False, False, True]


def test_session_of_somebody_else_is_not_ended(browsers: list[Client]) -> None:
    (theirs,) = listed(browsers[3])

    browsers[0].post(PAGE, {"session": theirs.name})
    browsers[0].post(PAGE, {"session": "\x00nonsense"})

    assert all(is_in(client) for client in browsers)


def test_what_the_clock_has_ended_is_not_listed(browsers: list[Client]) -> None:
    session = browsers[1].session
    session["seen"] = time.time() - 3601
    session.save()

    assert len(listed(browsers[0])) == 2


def test_ending_asks_again_after_a_quarter_of_an_hour(browsers: list[Client]) -> None:
    session = browsers[0].session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 901, "reauthenticated": True}]
    session.save()

    assert browsers[0].get(PAGE).status_code == browsers[0].post(PAGE, {"session": "others"}).status_code == 302
    assert Session.objects.count() == 4
