"""The policy in a real browser: the admin works under it, and nothing is asked of another host."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.editors import sign_in
from tests.factories import make_announcement, make_prisoner

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser
PAGES = 400 if os.environ.get("TEST_LONG") else 10


@pytest.fixture
def complaints(page: Page, live_server: LiveServer) -> list[str]:
    """What the browser refused, what failed in it, and what it asked of another host, as it happens."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda asked: found.append(asked.url) if not asked.url.startswith(live_server.url) else None)
    return found


@pytest.fixture
def signed_in_page(page: Page, live_server: LiveServer, admin_client: Client) -> Page:
    """The page of someone who may do everything in the admin."""
    sign_in(page, live_server, admin_client)
    return page


def test_every_page_keeps_to_the_policy(signed_in_page: Page, live_server: LiveServer, complaints: list[str]) -> None:
    person, announcement = make_prisoner("Jan Exemplar", held=[("2020-08-09", "2024-07")]), make_announcement()
    waiting = [reverse("admin:prisoners_prisoner_add"), person.get_absolute_url(), announcement.get_absolute_url()]
    waiting += [reverse("admin:index"), reverse("desk"), reverse("home"), reverse("mfa_index"), "/nowhere/"]
    seen: dict[str, None] = {}

    while waiting and len(seen) < PAGES:
        address = waiting.pop(0)
        seen[address] = None
        signed_in_page.goto(live_server.url + address)
        waiting += [link for link in links_of(signed_in_page, live_server.url) if link not in {*seen, *waiting}]

    assert complaints == []


def links_of(page: Page, home: str) -> list[str]:
    """Where the pages of the site lead, without their parameters and the ends of the session."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.origin + link.pathname)")
    inside = [link.removeprefix(home) for link in found if link.startswith(f"{home}/") and link.endswith("/")]
    return [link for link in dict.fromkeys(inside) if "logout" not in link]


def test_browser_refuses_what_is_inline(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + reverse("account_login"))

    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")

    assert page.evaluate("window.ran") is None
