"""Names surface days later, in a real browser: five, then eight more of whom two are one person spelled differently."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from pardons.models import Announcement
from tests.accessible import serious_complaints
from tests.editors import sign_in, signed_in
from tests.factories import make_announcement, make_prisoner

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIVE = "Siarhei Uzorny, 1984; Алена Прыклад\nJan Exemplar\nMikalai Testavy (40)\nVera Muster"
EIGHT = """1. Павел Выдуманы
2. Anna Nowhere
3. Кастусь Нябыты
4. Julia Fictiva
5. Пётр Прыдуманы, 1990
6. Olga Nonexista
7. Piotr Prydumany
8. Zmicier Imaginary"""


def browser_of(browser: Browser, live_server: LiveServer, role: str) -> Page:
    # Without script: everything here works so.
    page = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False).new_page()
    sign_in(page, live_server, signed_in(role))
    page.goto(f"{live_server.url}/desk/")
    return page


def enter(page: Page, live_server: LiveServer, announcement: Announcement, names: str) -> str:
    """Paste and send to review; the address of the piece."""
    page.goto(f"{live_server.url}/desk/announcements/{announcement.public_id}/people/")
    page.get_by_label("Names").fill(names)
    page.get_by_label("Web address").fill("https://news.example/names")
    page.get_by_role("button", name="Find these people").click()
    page.get_by_role("button", name="Send to review").click()
    expect(page.get_by_role("status")).to_contain_text("in review")
    return page.url


def publish(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Publish all of it").click()
    expect(page.get_by_role("status")).to_contain_text("public now")


def told(page: Page, live_server: LiveServer, announcement: Announcement) -> dict[str, Any]:
    """What page, JSON and CSV say: announced, named, unnamed."""
    page.goto(f"{live_server.url}/announcements/{announcement.public_id}/")
    tally = page.locator(".tally dd").all_inner_texts()
    as_json = json.loads(page.request.get(f"{live_server.url}/announcements/{announcement.public_id}.json").text())
    rows = list(
        csv.DictReader(io.StringIO(page.request.get(f"{live_server.url}/announcements.csv").text().lstrip("\ufeff")))
    )
    return {"page": tally, "json": as_json, "csv": rows[0]}


def test_five_then_eight_of_whom_two_are_one_leave_eighteen_of_thirty(
    browser: Browser, live_server: LiveServer
) -> None:
    announcement = make_announcement(total=30, women=14, men=16)
    for name in ("Сяргей Узорны", "Alena Pryklad"):
        make_prisoner(name, held=[("2021",)])
    editor, reviewer = (browser_of(browser, live_server, role) for role in ("editor", "reviewer"))

    publish(reviewer, enter(editor, live_server, announcement, FIVE))
    publish(reviewer, enter(editor, live_server, announcement, EIGHT))

    found = told(reviewer, live_server, announcement)
    assert [text.split()[0] for text in found["page"]] == ["30", "12", "18"]
    assert numbers_of(found["json"]["announcement"]) == numbers_of(found["csv"]) == (30, 12, 18)


def numbers_of(row: dict[str, Any]) -> tuple[int, int, int]:
    return int(row["total"]), int(row["named"]), int(row["unnamed"])


def test_pages_of_a_piece_are_accessible_and_fit_a_phone(browser: Browser, live_server: LiveServer) -> None:
    announcement = make_announcement(total=30, women=14, men=16)
    make_prisoner("Сяргей Узорны", held=[("2021",)])
    page = browser_of(browser, live_server, "editor")
    address = enter(page, live_server, announcement, FIVE)
    scripted = browser.new_context(
        viewport={"width": 390, "height": 844}, storage_state=page.context.storage_state()
    ).new_page()
    sites = [
        "/desk/",
        f"/desk/announcements/{announcement.public_id}/people/",
        "/desk/events/?kind=arrests",
        "/desk/queues/open-places/",
    ]
    wrong = []

    for site in [*(live_server.url + each for each in sites), address]:
        scripted.goto(site)
        serious = serious_complaints(scripted)
        wrong += [(site, serious)] if serious or scripted.evaluate("document.documentElement.scrollWidth") > 390 else []

    assert wrong == []
