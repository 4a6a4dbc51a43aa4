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

    seen = crawled(signed_in_page, live_server.url, waiting, PAGES)
    if PAGES > 10:
        signed_in_page.context.clear_cookies()
        seen |= crawled(signed_in_page, live_server.url, [reverse("account_login"), reverse("desk")], PAGES // 4)

    assert complaints == []
    assert len(seen) >= PAGES


def crawled(page: Page, home: str, waiting: list[str], most: int) -> set[str]:
    """Follow links from page to page: each address once, and with its parameters when no other is left."""
    seen: set[str] = set()
    while waiting and len(seen) < most:
        address = min(waiting, key=lambda each: "?" in each)
        waiting.remove(address)
        seen.add(address)
        page.goto(home + address)
        waiting += [link for link in links_of(page, home) if link not in {*seen, *waiting}]
    return seen


def links_of(page: Page, home: str) -> list[str]:
    """Where the pages of the site lead, but for files and the ends of the session."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])")
    inside = [link.removeprefix(home) for link in found if link.startswith(f"{home}/")]
    return [link for link in dict.fromkeys(inside) if link.partition("?")[0].endswith("/") and "logout" not in link]


def test_browser_refuses_what_is_inline(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + reverse("account_login"))

    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")

    assert page.evaluate("window.ran") is None
