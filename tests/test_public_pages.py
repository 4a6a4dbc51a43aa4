"""What holds on every public page: safe to open, read-only, self-contained, and a way to reach the operator."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.conf import settings
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
LONG = bool(os.environ.get("TEST_LONG"))


@pytest.fixture
def registry() -> list[str]:
    """A small registry, and the addresses of its records."""
    person = make_prisoner("Jan Exemplar", held=[("2020-08-09", "2024-07")], names=["Ян"])
    make_conviction(person, "2021")
    make_recognition(person, "2021")
    announcement, source = make_announcement(women=14, men=16), make_source()
    identify(person, announcement)
    Citation.objects.create(source=source, record=person, quote="so it was")
    make_figure(metric="arrests", value=35000, qualifier="over", period_from="2020", source=source)
    return [record.get_absolute_url() for record in (person, announcement, source)]


@pytest.fixture
def addresses(registry: list[str]) -> list[str]:
    return [*PLAIN, *LISTS, *COUNTS, *EXPLAINED, *registry]


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(client, address: str) -> list[tuple[str, dict[str, str | None]]]:
    return Tags(client.get(address).content.decode()).found


@pytest.mark.parametrize("address", [*PLAIN, *LISTS, *COUNTS, *EXPLAINED])
def test_page_of_an_empty_registry_opens(client, address: str):
    assert client.get(address).status_code == 200


def test_every_page_opens(client, addresses: list[str]):
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_every_page_says_how_to_reach_the_operator(client, addresses: list[str]):
    pages = [client.get(address).content.decode() for address in [*addresses, "/nothing/here/", "/prisoners/?x=1"]]

    assert all(settings.OPERATOR_CONTACT in page for page in pages)
    assert all("withheld" in page for page in pages)


def test_no_page_has_inline_script_or_style(client, addresses: list[str]):
    """The content security policy would refuse it, and the page would look broken."""
    for address in addresses:
        for tag, attributes in tags(client, address):
            assert tag not in ("script", "style", "iframe", "object", "embed"), address
            assert not {name for name in attributes if name == "style" or name.startswith("on")}, address


def test_no_page_loads_anything_from_elsewhere(client, addresses: list[str]):
    for address in addresses:
        for tag, attributes in tags(client, address):
            loaded = [attributes.get("src"), attributes.get("href") if tag in ("link", "use") else None]
            assert all(url is None or url.startswith("/static/") for url in loaded), (address, tag, loaded)


def test_every_page_has_one_heading_a_title_and_a_language(client, addresses: list[str]):
    for address in addresses:
        page = client.get(address).content.decode()
        assert page.count("<h1") == 1, address
        assert re.search(r"<title>\s*\S.* – ", page), address
        assert '<html lang="en" dir="ltr">' in page, address


def test_every_link_within_the_site_leads_somewhere(client, addresses: list[str]):
    """Pages and files; of each view one link with the same parameters is enough."""
    links = {
        str(attributes["href"]).partition("#")[0]
        for address in addresses
        for tag, attributes in tags(client, address)
        if tag == "a" and str(attributes.get("href", "")).startswith("/")
    }
    pages = sorted({form_of(link): link for link in links}.values())

    assert {link: status_of(client, link) for link in pages} == dict.fromkeys(pages, 200)


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


def test_no_page_gives_readers_a_cookie(client, addresses: list[str]):
    for address in addresses:
        assert not client.get(address).cookies, address


def test_pages_are_read_only(client, addresses: list[str]):
    for address in addresses:
        assert client.post(address, {"q": "x"}).status_code == 405, address
        assert client.head(address).status_code == 200, address


@pytest.mark.parametrize("address", [*LISTS, *COUNTS, *PLAIN])
def test_unknown_parameter_is_refused_everywhere(client, address: str):
    response = client.get(address, {"certainly_unknown": "1"})

    assert response.status_code == 400
    assert "certainly_unknown" in response.content.decode()


@pytest.mark.parametrize("address", [*LISTS, *COUNTS, *PLAIN])
def test_trackers_are_redirected_away(client, address: str):
    response = client.get(address, {"utm_source": "letter", "fbclid": "1", "gclid": "2"})

    assert (response.status_code, response["Location"]) == (302, address)


HOSTILE = [
    "'", '"', "' OR 1=1 --", "'; DROP TABLE prisoners_prisoner; --", "\\", "\\'", "%", "_", "%%", "*", "?", "(", ")",
    "[", "{", "|", "^", "$", ".*", "(a+)+$", "a" * 500, "a" * 501, "я" * 400, "0", "-1", "-0", "00", "1.5", "1e309",
    "NaN", "inf", "9" * 30, "2147483648", "9223372036854775808", "-9223372036854775809", "0x10", "١٩٨٤", "²", "½",
    "true", "null", "None", "undefined", "[]", "{}", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "javascript:alert(1)", "{{ 7*7 }}", "{% url 'home' %}", "${7*7}", "%(x)s", "%s%s%s%n", "../../etc/passwd",
    "..%2f..%2f", "//elsewhere.example", "http://elsewhere.example/", "file:///etc/passwd", "\x00", "a\x00b", "\x01",
    "\x7f", "\r\nSet-Cookie: a=b", "\n", "\t", "\ufeff", "\u200b", "\u202e", "\u0000", "\ufffd", "😀", "é", "e\u0301",
    "İ", "ß", "ﬀ", "0000-00-00", "2024-02-30", "2024-13", "99999-01-01", "1000", "2999-12-31", "2024-07-16T00:00:00",
    "16.07.2024", "yesterday", "2024/2023", "../..", "/", "2024-XX-XX", "2024~", "2024?", ",", ",,,", "all,all",
    "BY,BY", "by", "ZZ", "XX", "all", "-name", "name", "sort", " ", "+", "&", "=", "#", ";", "a,b,c,d,e,f,g,h",
]  # fmt: skip


def parameters_of(address: str) -> list[str]:
    """The parameters that an address takes, as its own refusal lists them."""
    view = cast("Any", resolve(address).func)
    return view.parameters().names


@pytest.mark.parametrize("address", ["/prisoners/", "/releases/", "/announcements/", "/figures/", "/counts/releases/"])
def test_hostile_values_are_answered_and_never_fail(client, registry: list[str], address: str):
    """An answer, a redirect, or a sentence that helps. In the ordinary run each parameter meets some of the values."""
    assert len(HOSTILE) >= 80
    names = parameters_of(address)
    for number, value in enumerate(HOSTILE):
        for name in names if LONG else [names[number % len(names)]]:
            response = client.get(address, {name: value})
            assert response.status_code in (200, 302, 400), (name, value)


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
