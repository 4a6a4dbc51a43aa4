"""Signing in in a real browser: by app, by recovery code, by passkey, under the policy and from the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.editors import PASSWORD, make_editor
from tests.registry.test_sign_in import code_of

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LISTEN = "document.addEventListener('securitypolicyviolation', said => console.error('CSP ' + said.violatedDirective))"


@pytest.fixture
def complaints(page: Page) -> list[str]:
    heard: list[str] = []
    page.add_init_script(LISTEN)
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def with_a_key(page: Page) -> None:
    """A computer that has a key for passkeys and whose owner always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    agrees = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options | agrees})


def test_app_and_passkey_are_added_and_each_opens_the_desk(
    page: Page, live_server: LiveServer, complaints: list[str]
) -> None:
    account: Any = make_editor("editor")
    # Browsers make no passkeys for a bare address.
    home = live_server.url.replace("127.0.0.1", "localhost")
    with_a_key(page)

    page.goto(home + reverse("desk"))
    page.locator("input:focus").wait_for()
    page.keyboard.type(account.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Add an app").click()
    account.secret = page.locator("code").inner_text()
    page.locator("input:focus").wait_for()
    page.keyboard.type(code_of(account))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    expect(page.locator(".codes li")).to_have_count(10)

    page.goto(home + reverse("mfa_add_webauthn"))
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("Added on").nth(1).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.goto(home + reverse("desk"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Desk").wait_for()

    assert complaints == []
