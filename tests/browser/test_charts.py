"""Charts in a real browser: each screen has its picture, and the arrow keys read the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.factories import make_announcement

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/counts/releases/?from=2024&to=2024&by=month"


def test_arrow_keys_read_the_numbers_of_a_chart_and_mark_their_row(page: Page, live_server: LiveServer):
    make_announcement("release", "2024-02", 18)
    page.goto(live_server.url + ADDRESS)

    page.locator(".chart .drawing").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("status")).to_have_text("February 2024: at least 18; 0 named, 18 announced")
    expect(page.locator("tr.pointed")).to_contain_text("February 2024")


def test_a_phone_in_the_dark_has_its_own_picture(browser: Browser, live_server: LiveServer):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.goto(live_server.url + ADDRESS, wait_until="networkidle")

    shown = page.evaluate(
        "[document.querySelector('.chart img').currentSrc, document.querySelector('img').naturalWidth]"
    )
    context.close()

    assert "scheme=dark&width=narrow" in shown[0]
    assert shown[1] == 360
