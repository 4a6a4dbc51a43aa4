"""The desk in a real browser: the worked example from a pasted report to the public numbers, by hand and by keys."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pardons.models import Announcement, ReportedFigure
from tests.accessible import serious_complaints
from tests.editors import sign_in, signed_in
from tests.pardons.desk.reports import PASTED, REPORT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STEPS = 12
BETWEEN = "country=BY&from=2024-07&to=2024-08&by=total"


class Hand:
    """An editor's hand: each click and each group of keys is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def click(self, target: Any) -> None:
        target.click()
        self.steps += 1

    def type(self, text: str) -> None:
        """Text into the field that has the focus, as a paste or a word typed."""
        self.page.keyboard.insert_text(text)
        self.steps += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.steps += 1


def desk_of(browser: Browser, live_server: LiveServer, role: str, **options: Any) -> Page:
    """The desk of someone who has signed in."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, **options).new_page()
    sign_in(page, live_server, signed_in(role))
    page.goto(live_server.url + reverse("desk"))
    return page


def paste_report(hand: Hand) -> None:
    """The text is pasted where the page puts the cursor; the rest follows by the tabulator."""
    hand.page.locator("textarea:focus").wait_for()
    hand.type(REPORT)
    for value in (PASTED["url"], PASTED["publisher"], PASTED["published_on"]):
        hand.page.keyboard.press("Tab")
        hand.type(value)
    hand.press("Enter")


def asked(page: Page, address: str) -> str:
    return page.request.get(address).text()


def test_worked_example_from_paste_to_published_by_a_second_account(browser: Browser, live_server: LiveServer) -> None:
    page = desk_of(browser, live_server, "editor")
    hand = Hand(page)
    hand.click(page.get_by_role("link", name="New announcement"))
    paste_report(hand)
    page.get_by_text("14 + 16 = 30").wait_for()
    hand.press("2")
    hand.press("Control+Enter")
    page.get_by_text("4 parts are entered.").wait_for()
    assert hand.steps < MOST_STEPS

    assert set(Announcement.objects.values_list("publication", flat=True)) == {"in_review"}
    assert json.loads(asked(page, f"{live_server.url}/counts/releases.json?{BETWEEN}"))["series"][0]["best"]["low"] == 0

    second = desk_of(browser, live_server, "reviewer")
    second.get_by_role("link", name="Review", exact=True).click()
    second.get_by_role("link", name="2 announcements").click()
    second.get_by_role("button", name="Publish").click()
    second.get_by_text("Published.").wait_for()

    numbers_are_right(second, live_server)


def numbers_are_right(page: Page, live_server: LiveServer) -> None:
    """The table of the worked example, on the page, in the CSV and in the JSON."""
    releases = json.loads(asked(page, f"{live_server.url}/counts/releases.json?{BETWEEN}"))["series"][0]
    assert (releases["best"], releases["announced"]) == ({"low": 30, "value": 30, "high": 48}, 48)
    row = next(
        csv.DictReader(io.StringIO(asked(page, f"{live_server.url}/counts/pardons.csv?country=BY&from=2024&to=2024")))
    )
    assert (row["best_low"], row["best_high"], row["announced"]) == ("30", "30", "30")
    by_sex = json.loads(asked(page, f"{live_server.url}/counts/pardons.json?country=BY&from=2024&to=2024&group=sex"))
    assert {each["group"]["sex"]: each["best"]["low"] for each in by_sex["series"] if each["best"]["low"]} == {
        "female": 14, "male": 16,
    }  # fmt: skip
    page.goto(live_server.url + Announcement.objects.get(kind="pardon").get_absolute_url())
    expect(page.get_by_role("heading", name="30 pardoned")).to_be_visible()
    expect(page.get_by_text("May be partly the same people")).to_be_visible()
    assert ReportedFigure.public.count() == 2


def test_report_is_entered_without_script_too(browser: Browser, live_server: LiveServer) -> None:
    page = desk_of(browser, live_server, "editor", java_script_enabled=False)
    page.goto(live_server.url + reverse("desk-new"))
    for name in ("text", "url", "publisher", "published_on"):
        page.fill(f"#id_{name}", PASTED[name])
    page.get_by_role("button", name="Read").click()

    page.get_by_label("other people: nobody is in both").check()
    page.get_by_role("button", name="Send to review").click()

    expect(page.get_by_text("4 parts are entered.")).to_be_visible()


def test_what_is_typed_is_kept_without_a_click(browser: Browser, live_server: LiveServer) -> None:
    page = desk_of(browser, live_server, "editor")
    page.goto(live_server.url + reverse("desk-new"))
    paste_report(Hand(page))

    page.fill("#id_a0-authority", "Half a word")
    page.get_by_text("Kept.").wait_for()
    page.reload()

    assert page.input_value("#id_a0-authority") == "Half a word"


def test_pages_of_a_report_are_accessible_and_fit_a_phone(browser: Browser, live_server: LiveServer) -> None:
    page = desk_of(browser, live_server, "editor")
    page.goto(live_server.url + reverse("desk-new"))
    paste_report(Hand(page))
    page.get_by_text("14 + 16 = 30").wait_for()

    serious = serious_complaints(page)
    page.set_viewport_size({"width": 390, "height": 844})

    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
