"""The public pages in a real browser: accessible, readable on a phone, usable with a keyboard and without script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe

from registry.models import Citation
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
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Scheme = Literal["light", "dark"]
SERIOUS = ("serious", "critical")
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


def test_axe_finds_nothing_serious(browser: Browser, live_server: LiveServer, addresses: list[str]):
    assert complaints_of_axe(browser, live_server, addresses, "light", {}) == []


def test_colours_of_the_dark_are_told_apart(browser: Browser, live_server: LiveServer, addresses: list[str]):
    assert complaints_of_axe(browser, live_server, addresses, "dark", {"runOnly": ["color-contrast"]}) == []


def complaints_of_axe(
    browser: Browser, live_server: LiveServer, addresses: list[str], scheme: Scheme, options: dict
) -> list[tuple[str, str, str]]:
    """The address, rule and element of each serious complaint."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page, found = context.new_page(), []
    for address in addresses:
        page.goto(live_server.url + address)
        violations = Axe().run(page, options=options).response["violations"]
        found += [(address, each["id"], each["nodes"][0]["html"]) for each in violations if each["impact"] in SERIOUS]
    context.close()
    return found


def test_no_page_is_wider_than_a_phone(browser: Browser, live_server: LiveServer, addresses: list[str]):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page, widths = context.new_page(), {}

    for address in addresses:
        page.goto(live_server.url + address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert widths == dict.fromkeys(addresses, 390)


def test_search_and_filters_work_without_script(browser: Browser, live_server: LiveServer, addresses: list[str]):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)

    page.get_by_role("searchbox").fill("эксемпляр")
    page.get_by_role("button", name="Search").click()
    assert unquote(page.url) == f"{live_server.url}/prisoners/?country=all&q=эксемпляр"
    assert page.get_by_role("link", name="Jan Exemplar").is_visible()

    page.get_by_text("Taken", exact=True).click()
    page.get_by_label("Taken from").fill("2025-02")
    page.get_by_role("button", name="Apply").click()
    assert "taken_from=2025-02" in page.url
    assert page.get_by_role("link", name="Remove filter Taken from: 2025-02").is_visible()
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

    assert not page.locator(".nav").first.is_visible()
    assert not page.locator(".filters").is_visible()
    assert page.get_by_role("link", name="Jan Exemplar").is_visible()
    context.close()
