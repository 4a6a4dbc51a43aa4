"""Suggestions under the search field in a real browser: by keyboard, and said to those who can't see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.accessible import serious_complaints
from tests.factories import make_prisoner

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_suggestion_is_chosen_by_keyboard(page: Page, live_server: LiveServer):
    person = make_prisoner("Вера Узорная")
    page.goto(f"{live_server.url}/prisoners/")

    page.locator("#search").press_sequentially("uzorn")
    page.get_by_role("option", name="Вера Узорная").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.locator("#search").get_attribute("aria-activedescendant") == "search-suggestions-0"
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{person.get_absolute_url()}")


def test_open_suggestions_are_accessible_and_escape_closes_them(page: Page, live_server: LiveServer):
    make_prisoner("Вера Узорная")
    page.goto(f"{live_server.url}/prisoners/")
    page.locator("#search").press_sequentially("uzorn")
    page.get_by_role("option").wait_for()

    serious = serious_complaints(page)
    page.keyboard.press("Escape")

    assert (serious, page.get_by_role("listbox").count()) == ([], 0)


def test_arrow_down_opens_suggestions_again_after_escape(page: Page, live_server: LiveServer):
    make_prisoner("Вера Узорная")
    page.goto(f"{live_server.url}/prisoners/")
    page.locator("#search").press_sequentially("uzorn")
    page.get_by_role("option").wait_for()
    page.keyboard.press("Escape")

    page.keyboard.press("ArrowDown")

    page.get_by_role("option", name="Вера Узорная").wait_for()
    assert page.locator("#search").get_attribute("aria-expanded") == "true"
