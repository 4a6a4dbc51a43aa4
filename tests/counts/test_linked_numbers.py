"""Every number of ours on a public page leads to what explains it, or to the people it counts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from pardons.models import Announcement
from registry.history import changeset
from tests.factories import make_announcement, make_detention, make_figure, make_prisoner

pytestmark = pytest.mark.django_db

PAGES = [
    "/?country=BY",
    "/counts/releases/?by=month&from=2024-07&to=2024-09",
    "/counts/releases/?by=year&from=2024&to=2024&group=sex",
    "/counts/held/?by=year&from=2023&to=2024",
    "/counts/account/?from=2024&to=2024",
    "/counts/account/?from=2024&to=2024&since=1&term=perhaps_held",
    "/counts/releases/changes/?since=1&by=month&from=2024-07&to=2024-09",
    "/counts/held/changes/?since=1",
    "/counts/held/changes/?since=1&definition=unrecognised&group=sex",
    "/announcements/",
    "/figures/?country=BY",
]
# Where a number of ours stands in a sentence.
WORDS = ("still unnamed", "of theirs", "in no line")


class Unlinked(HTMLParser):
    """The texts with a digit, in the cells, readings and sentences of a page, that stand in no link."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        # A changeset has a number, and is none of ours.
        is_cell = tag == "td" and "number" in classes and "changeset" not in classes
        is_reading = tag in ("p", "dl") and classes & {"value", "readings", "tally"}
        if tag not in ("br", "input", "img", "meta", "link", "source"):
            self.open.append((tag, bool(is_cell or is_reading)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        is_told = any(is_ours for _tag, is_ours in self.open) or any(word in data for word in WORDS)
        is_number = is_told and any(letter.isdigit() for letter in data)
        self.seen += is_number
        if is_number and all(tag != "a" for tag, _ in self.open):
            self.found.append(data.strip())


@pytest.fixture
def records() -> None:
    """Rows with nobody named and with nobody at all, a line beside them, somebody withheld and somebody held."""
    with changeset(by=None):
        make_detention(make_prisoner(), "2024-01-05", "2024-07-20")
    with changeset(by=None):
        make_announcement("pardon", "2024-08-16", total=3, women=1)
        make_detention(make_prisoner(sex="female"), "2024-01-05", "2024-08-20", release={"kind": "pardon"})
        make_detention(make_prisoner(), "2024-01-05", "2024")
        make_detention(make_prisoner(), "2024", "2024")
        make_figure(value=18)
        make_detention(make_prisoner(publication="withheld"), "2023-02-05")
        make_prisoner(held=[("2023-05-06",)])


def numbers_on(client: Any, address: str) -> tuple[bool, list[str]]:
    """Whether a page tells numbers of ours, and those of them that lead nowhere."""
    page = Unlinked()
    page.feed(client.get(address, follow=True).content.decode())
    return bool(page.seen), page.found


def test_every_number_of_an_announcement_leads_to_what_explains_it(client: Any, records: None) -> None:
    assert numbers_on(client, Announcement.objects.get().get_absolute_url()) == (True, [])


@pytest.mark.parametrize("address", PAGES)
def test_every_number_leads_to_what_explains_it(address: str, client: Any, records: None) -> None:
    assert client.get(address, follow=True).status_code == 200
    assert numbers_on(client, address) == (True, [])
