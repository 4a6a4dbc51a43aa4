"""The public pages in a real browser: accessible, readable on a phone, usable with a keyboard and without script."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from registry.models import Citation
from tests.accessible import serious_complaints
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_figure,
    make_prisoner,
    make_recognition,
    make_source,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EVERYTHING = os.environ.get("TEST_LONG") == "1"
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
LISTS = ["/prisoners/", "/releases/", "/announcements/", "/figures/"]
PLAIN = ["/", "/counts/", "/counts/releases/", "/counts/releases/explain/?from=2024&to=2024", "/method/", "/data/"]
PROBLEMS = ["/prisoners/?x=1", "/nothing/", "/prisoners/?q=nobody"]


@pytest.fixture
def addresses() -> list[str]:
    """Every kind of public page, with something on it."""
    person = make_prisoner("Jan Exemplar", held=[("2020-08-09", "2024-07"), ("2025",)], names=["Ян Эксемпляр"])
    make_conviction(person, "2021", sentence="imprisonment", length_months=54)
    make_recognition(person, "2021")
    announcement, source = make_announcement(women=14, men=16), make_source()
    make_announcement("release", "2024-07", 18)
    identify(person, announcement)
    Citation.objects.create(source=source, record=person, quote="so it was")
    make_figure(metric="releases", value=18, qualifier="over", period_from="2024", source=source)
    records = [record.get_absolute_url() for record in (person, make_prisoner("Without Dates"), announcement, source)]
    return [*PLAIN, *LISTS, *PROBLEMS, *records]


def test_pages_are_accessible_by_day_and_by_night_and_fit_a_phone(
    browser: Browser, live_server: LiveServer, addresses: list[str]
):
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    page, complaints, widths = context.new_page(), [], {}
    for number, address in enumerate(addresses):
        page.emulate_media(color_scheme="light")
        page.goto(live_server.url + address)
        complaints += serious_complaints(page)
        # Only colours differ in the dark, and pages share them: every second page, or all.
        if EVERYTHING or number % 2 == 0:
            page.emulate_media(color_scheme="dark")
            complaints += serious_complaints(page, "color-contrast")
        page.set_viewport_size(PHONE)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(WIDE)
    context.close()

    assert complaints == []
    assert widths == dict.fromkeys(addresses, 390)


def test_long_name_without_spaces_fits_a_phone(browser: Browser, live_server: LiveServer):
    person = make_prisoner("Exemplar" * 20, held=[("2020-08-09", "2024-07")])
    identify(person, make_announcement())
    addresses = [*LISTS, person.get_absolute_url(), person.get_absolute_url() + "history/", "/prisoners/?q=Exemplar"]
    context = browser.new_context(viewport=PHONE)
    page, widths = context.new_page(), {}
    for address in addresses:
        page.goto(live_server.url + address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert widths == dict.fromkeys(addresses, 390)


def test_values_in_a_history_are_readable_on_a_phone(browser: Browser, live_server: LiveServer):
    person = make_prisoner("Jan Exemplar", held=[("2020-08-09", "2024-07")])
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url + person.get_absolute_url() + "history/")
    widths = page.evaluate("[...document.querySelectorAll('.public-changes dd')].map(value => value.offsetWidth)")
    context.close()

    assert min(widths) >= 160


def test_search_and_filters_work_without_script(browser: Browser, live_server: LiveServer, addresses: list[str]):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)

    page.get_by_role("searchbox").fill("эксемпляр")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{live_server.url}/prisoners/?country=all&q={quote('эксемпляр')}")
    expect(page.get_by_role("link", name="Jan Exemplar")).to_be_visible()

    page.get_by_text("Taken", exact=True).click()
    page.get_by_label("Taken from").fill("2025-02")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("taken_from=2025-02"))
    expect(page.get_by_role("link", name="Remove filter Taken from: 2025-02")).to_be_visible()
    context.close()


def test_keyboard_reaches_the_content_first_and_shows_where_it_is(page: Page, live_server: LiveServer):
    page.goto(f"{live_server.url}/prisoners/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_printed_page_leaves_out_what_only_a_screen_can_use(
    browser: Browser, live_server: LiveServer, addresses: list[str]
):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{live_server.url}/prisoners/")

    page.emulate_media(media="print")

    expect(page.locator(".nav").first).to_be_hidden()
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.get_by_role("link", name="Jan Exemplar")).to_be_visible()
    context.close()
