"""The policy in a real browser: the admin works under it, and nothing is asked of another host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.editors import sign_in

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser


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


def test_admin_works_under_the_policy(signed_in_page: Page, live_server: LiveServer, complaints: list[str]) -> None:
    signed_in_page.goto(live_server.url + reverse("admin:index"))
    for records in ("prisoners_prisoner", "pardons_announcement"):
        signed_in_page.goto(live_server.url + reverse(f"admin:{records}_changelist"))
        signed_in_page.goto(live_server.url + reverse(f"admin:{records}_add"))
        signed_in_page.locator(".add-row a").first.click()

    assert complaints == []


def test_browser_refuses_what_is_inline(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + reverse("account_login"))

    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")

    assert page.evaluate("window.ran") is None
