"""What holds on every public page: safe to open, read-only, self-contained, and a way to reach the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import resolve

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
    from pytest_django import DjangoDbBlocker

pytestmark = pytest.mark.django_db

LISTS = [
    "/prisoners/", "/detentions/", "/convictions/", "/recognitions/", "/pardons/", "/releases/", "/deaths/",
    "/announcements/", "/figures/",
]  # fmt: skip
COUNTS = [
    f"/counts/{metric}/"
    for metric in ("arrests", "convictions", "recognitions", "pardons", "releases", "deaths", "held")
]
EXPLAINED = [f"{path}explain/" for path in COUNTS]
PLAIN = ["/", "/counts/", "/method/", "/data/"]


def make_registry() -> list[str]:
    """A small registry, and the addresses of its records."""
    person = make_prisoner("Jan Exemplar", held=[("2020-08-09", "2024-07")], names=["Ян"])
    make_conviction(person, "2021")
    make_recognition(person, "2021")
    announcement, source = make_announcement(women=14, men=16), make_source()
    identify(person, announcement)
    Citation.objects.create(source=source, record=person, quote="so it was")
    make_figure(metric="arrests", value=35000, qualifier="over", period_from="2020", source=source)
    return [record.get_absolute_url() for record in (person, announcement, source)]


@dataclass(frozen=True)
class Answer:
    """What came back from one address."""

    status: int
    page: str
    cookies: list[str]

    @property
    def tags(self) -> list[tuple[str, dict[str, str | None]]]:
        return Tags(self.page).found


@pytest.fixture(scope="module")
def crawled(django_db_setup, django_db_blocker: DjangoDbBlocker) -> dict[str, Answer]:
    """Every public page of a small registry, opened once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = {address: opened(address) for address in [*PLAIN, *LISTS, *COUNTS, *EXPLAINED, *make_registry()]}
        transaction.set_rollback(True)
    return found


def opened(address: str) -> Answer:
    response = Client().get(address)
    return Answer(response.status_code, response.content.decode(), list(response.cookies))


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("address", [*PLAIN, *LISTS, *COUNTS, *EXPLAINED])
def test_page_of_an_empty_registry_opens(client, address: str):
    assert client.get(address).status_code == 200


def test_every_page_opens(crawled: dict[str, Answer]):
    assert {address: answer.status for address, answer in crawled.items()} == dict.fromkeys(crawled, 200)


def test_every_page_says_how_to_reach_the_operator(client, crawled: dict[str, Answer]):
    problems = [client.get(address).content.decode() for address in ["/nothing/here/", "/prisoners/?x=1"]]

    for page in [*problems, *(answer.page for answer in crawled.values())]:
        assert settings.OPERATOR_CONTACT in page
        assert "withheld" in page


def test_no_page_has_inline_script_or_style(crawled: dict[str, Answer]):
    """The content security policy would refuse it, and the page would look broken."""
    for address, answer in crawled.items():
        for tag, attributes in answer.tags:
            assert tag not in ("style", "iframe", "object", "embed"), address
            assert tag != "script" or str(attributes.get("src", "")).startswith("/static/"), address
            assert not {name for name in attributes if name == "style" or name.startswith("on")}, address


def test_no_page_loads_anything_from_elsewhere(crawled: dict[str, Answer]):
    for address, answer in crawled.items():
        for tag, attributes in answer.tags:
            loaded = [attributes.get("src"), attributes.get("href") if tag in ("link", "use") else None]
            assert all(url is None or is_our_own(url) for url in loaded), (address, tag, loaded)


def is_our_own(url: str) -> bool:
    """A file of the site's own, or a chart of it."""
    return url.startswith(("/static/", "/counts/"))


def test_every_page_has_one_heading_a_title_and_a_language(crawled: dict[str, Answer]):
    for address, answer in crawled.items():
        assert answer.page.count("<h1") == 1, address
        assert re.search(r"<title>\s*\S.* – ", answer.page), address
        assert '<html lang="en" dir="ltr">' in answer.page, address


def test_no_page_gives_readers_a_cookie(crawled: dict[str, Answer]):
    assert [address for address, answer in crawled.items() if answer.cookies] == []


def test_every_link_within_the_site_leads_somewhere(client, crawled: dict[str, Answer]):
    """Pages and files; of each view so many links that each parameter was in one."""
    make_registry()
    links = {
        str(attributes["href"]).partition("#")[0]
        for answer in crawled.values()
        for tag, attributes in answer.tags
        if tag == "a" and str(attributes.get("href", "")).startswith("/") and not is_a_record(str(attributes["href"]))
    }
    pages = enough_of(links)

    assert {link: status_of(client, link) for link in pages} == dict.fromkeys(pages, 200)


def enough_of(links: set[str]) -> list[str]:
    chosen: list[str] = []
    seen: set[tuple[str, str]] = set()
    for link in sorted(links, key=lambda link: (-link.count("="), link)):
        view, names = form_of(link)
        brings = {(view, name) for name in names} - seen
        chosen += [link] if brings else []
        seen |= brings
    return chosen


def is_a_record(link: str) -> bool:
    """Whether a link leads to one record: those of the crawl are gone, and their pages were opened by it."""
    return "public_id" in resolve(link.partition("?")[0].partition("#")[0]).kwargs


def form_of(link: str) -> tuple[str, tuple[str, ...]]:
    """The view of a link and the names of its parameters."""
    path, _, query = link.partition("?")
    return resolve(path).view_name, tuple(sorted(part.partition("=")[0] for part in query.split("&")))


def status_of(client, address: str) -> int:
    """A file is read to its end, where a fault of its rows would show."""
    response = client.get(address)
    if response.streaming:
        b"".join(response)
    return response.status_code


@pytest.mark.parametrize("address", [*PLAIN, *LISTS, *COUNTS[:1], *EXPLAINED[:1]])
def test_pages_are_read_only(client, address: str):
    assert client.post(address, {"q": "x"}).status_code == 405
    assert client.head(address).status_code == 200


@pytest.mark.parametrize("address", [*LISTS, *COUNTS, *PLAIN])
def test_unknown_parameter_is_refused_everywhere(client, address: str):
    response = client.get(address, {"certainly_unknown": "1"})

    assert response.status_code == 400
    assert "certainly_unknown" in response.content.decode()


@pytest.mark.parametrize("address", [*LISTS, *COUNTS, *PLAIN])
def test_trackers_are_redirected_away(client, address: str):
    response = client.get(address, {"utm_source": "letter", "fbclid": "1", "gclid": "2"})

    assert (response.status_code, response["Location"]) == (302, address)


def test_what_was_written_is_never_printed_as_markup(client):
    page = client.get("/prisoners/", {"q": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "address",
    [
        "/prisoners/nobody/", "/prisoners/%00/", "/announcements/nothing/", "/sources/none/", "/counts/nothing/",
        "/prisoners/" + quote("я" * 50) + "/", "/prisoners/" + "a" * 3000 + "/", "/nothing", "/elsewhere.example/",
        "/prisoners/../admin/", "/prisoners/1%20OR%201=1/", "/counts/releases/explain/nothing/",
    ],
)  # fmt: skip
def test_address_that_does_not_exist_is_not_found(client, address: str):
    assert client.get(address).status_code in (301, 400, 404)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_other_methods_are_refused(client, method: str):
    response = client.generic(method.upper(), "/prisoners/")

    assert response.status_code == 405
    assert "GET" in response["Allow"]


ADDRESSES_WITH_A_COUNTRY = ("/", "/prisoners/", "/releases/", "/announcements/", "/figures/", "/counts/releases/")


@pytest.mark.parametrize("path", ADDRESSES_WITH_A_COUNTRY)
def test_page_says_so_where_invented_people_are_among_its_own(client, path):
    among_all, invented = "the invented people of Exampleland are among", "Exampleland is invented"
    make_prisoner("Jan Exemplar", country="BY")

    assert among_all not in client.get(path, {"country": "all"}).content.decode()

    make_prisoner("Ewa Muster", country="ZZ")

    assert among_all in client.get(path, {"country": "all"}).content.decode()
    assert invented in client.get(path, {"country": "ZZ"}).content.decode()
    assert among_all not in client.get(path, {"country": "BY"}).content.decode()
