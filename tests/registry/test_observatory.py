"""The ten checks of a browser's observatory, scored as it scores them, on every kind of page."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from tests.editors import list_of, signed_in
from tests.factories import identify, make_announcement, make_figure, make_prisoner, make_source
from tests.test_hostile_input import addresses
from tests.test_public_pages import COUNTS, EXPLAINED, LISTS, PLAIN, Tags

pytestmark = pytest.mark.django_db

BEST = 130
EVERYTHING = os.environ.get("TEST_LONG") == "1"
PAGES = [*PLAIN, *LISTS[:2], *COUNTS[:1], *EXPLAINED[:1], "/account/login/", "/healthz", "/readyz"]
ERRORS = ["/nowhere/", "/prisoners/?nothing=1", "/method/?%00", "/admin/", "/static/site.css", "/static/favicon.svg"]
INSIDE = [
    "/desk/",
    "/desk/review/",
    "/desk/accounts/",
    "/admin/",
    "/admin/prisoners/prisoner/add/",
    "/account/password/",
]
# Other sites may use these, so that they have the ten points for what only we may use no more.
FILES = ["/prisoners.csv", "/prisoners.json", "/counts/releases.json", "/counts/releases.svg"]


@pytest.fixture(autouse=True)
def https(settings: Any) -> None:
    """What SITE_URL=https:// sets: tests/registry/test_settings.py shows that it does."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";")) if words}


def content_security_policy(response: Any) -> int:
    policy = directives(response.headers.get("Content-Security-Policy", ""))
    words = {word for sources in policy.values() for word in sources}
    if not policy or words & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "data:"}:
        return -25
    return (
        10 if policy.get("default-src") == ["'none'"] and policy.get("form-action") in (["'self'"], ["'none'"]) else 5
    )


def cookies(response: Any) -> int:
    given = list(response.cookies.values())
    if any(not cookie["secure"] or not cookie["httponly"] for cookie in given):
        return -40
    return 5 if given and all(cookie["samesite"] in ("Lax", "Strict") for cookie in given) else 0


def cross_origin_sharing(response: Any) -> int:
    allowed = response.headers.get("Access-Control-Allow-Origin")
    return -50 if allowed and response.headers.get("Access-Control-Allow-Credentials") else 0


def redirection(response: Any) -> int:
    # As a proxy passes on what came to it without https.
    answer = Client().get(response.request["PATH_INFO"], headers={"X-Forwarded-Proto": "http"}, secure=False)
    return (
        0
        if answer.status_code in (301, 400, 405, 414) and answer.headers.get("Location", "https").startswith("https")
        else -20
    )


def referrer_policy(response: Any) -> int:
    return 5 if response.headers.get("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin") else -5


def transport_security(response: Any) -> int:
    told = response.headers.get("Strict-Transport-Security", "")
    seconds = int(told.partition("max-age=")[2].partition(";")[0] or 0)
    return 0 if seconds >= 15_768_000 else -20


def script_integrity(response: Any) -> int:
    if response.streaming or "html" not in response["Content-Type"]:
        return 0
    scripts = [attributes for tag, attributes in Tags(response.content.decode()).found if tag == "script"]
    return 0 if all(str(each.get("src", "")).startswith("/") for each in scripts) else -50


def content_type_options(response: Any) -> int:
    return 0 if response.headers.get("X-Content-Type-Options") == "nosniff" else -5


def framing(response: Any) -> int:
    policy = directives(response.headers.get("Content-Security-Policy", ""))
    return 5 if policy.get("frame-ancestors") == ["'none'"] else -20


def cross_origin_resources(response: Any) -> int:
    return 10 if response.headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0


CHECKS = (
    content_security_policy, cookies, cross_origin_sharing, redirection, referrer_policy, transport_security,
    script_integrity, content_type_options, framing, cross_origin_resources,
)  # fmt: skip


def score(response: Any) -> int:
    return 100 + sum(check(response) for check in CHECKS)


@pytest.mark.parametrize("address", [*PAGES, *ERRORS])
def test_page_has_the_best_mark(address: str) -> None:
    response = Client().get(address, secure=True)

    assert score(response) >= BEST, {check.__name__: check(response) for check in CHECKS}


def test_pages_of_those_signed_in_have_the_best_mark() -> None:
    client = signed_in("administrator")

    marks = {address: score(client.get(address, secure=True)) for address in INSIDE}

    assert {address: mark for address, mark in marks.items() if mark < BEST} == {}


@pytest.mark.parametrize("address", FILES)
def test_files_for_other_sites_lack_only_what_keeps_other_sites_out(address: str) -> None:
    response = Client().get(address, secure=True)
    b"".join(response)

    assert score(response) >= BEST - 10


def every_address() -> list[str]:
    """Every kind of page, file and answer there is, with real identifiers; some of them in the ordinary suite."""
    announcement, person = make_announcement(), make_prisoner(held=[("2020-08", "2024-08-16")])
    identify(person, announcement)
    ids = {"prisoner": person, "announcement": announcement, "figure": make_figure(), "source": make_source()}
    found = addresses({kind: record.public_id for kind, record in ids.items()})
    inside = [list_of(model, page) for model in admin.site._registry for page in ("changelist", "add")]
    return [*found, *inside] if EVERYTHING else found[::25]


def test_every_address_has_the_best_mark_for_whoever_asks() -> None:
    clients = {"reader": Client(), "administrator": signed_in("administrator")}
    below = {}

    for who, client, address in ((who, client, each) for each in every_address() for who, client in clients.items()):
        answer = client.get(address, secure=True)
        b"".join(answer)
        is_shared = answer.headers.get("Cross-Origin-Resource-Policy") == "cross-origin"
        if (mark := score(answer)) < BEST - 10 * is_shared:
            below[who, address] = mark

    assert below == {}


def test_missing_header_costs_points() -> None:
    response = Client().get("/method/", secure=True)
    best = score(response)

    for header in ("Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options"):
        kept = response.headers[header]
        del response.headers[header]
        assert score(response) < best, header
        response.headers[header] = kept
