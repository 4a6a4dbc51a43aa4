"""Hostile input on every address and form: an answer in words, never a 500."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from counts.questions import METRICS
from tests.editors import not_drawn
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_figure,
    make_prisoner,
    make_recognition,
    make_source,
)
from tests.hostile import MEGABYTE, VALUES, in_turn

pytestmark = pytest.mark.django_db
EVERYTHING = os.environ.get("TEST_LONG") == "1"
REFUSED = {400, 404, 405, 413, 414}
FINE = {200, 301, 302} | REFUSED
# All addresses take a while: several processes share them.
PARTS = 4


def test_the_corpus_is_large_enough():
    assert len(set(VALUES)) >= 80


@pytest.fixture
def things(settings: Any) -> dict[str, str]:
    """One record of each kind, and the identifiers that stand in addresses."""
    prisoner = make_prisoner("Jan Exemplar", held=[("2020-08", "2024-08-16")])
    make_conviction(prisoner, "2021")
    make_recognition(prisoner, "2020")
    announcement = make_announcement()
    identify(prisoner, announcement)
    figure = make_figure()
    source = make_source(url="https://news.example/1")
    return {
        "prisoner": prisoner.public_id,
        "announcement": announcement.public_id,
        "figure": figure.public_id,
        "source": source.public_id,
    }


@pytest.fixture
def reader() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")


def patterns(resolver: Any, prefix: str = "") -> list[str]:
    """Every address of the registry but those of the admin, as written in its urls."""
    found = []
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += [] if route.startswith("admin/") else patterns(entry, route)
        elif isinstance(entry, URLPattern):
            found.append(route)
    return found


def addresses(things: dict[str, str]) -> list[str]:
    """Each address once, with a real identifier in it."""
    found = []
    for route in patterns(get_resolver()):
        kind = next((name for name in things if route.startswith(name)), "prisoner")
        path = re.sub(r"<int:[^>]+>", "1", re.sub(r"<[^>]*metric>", "releases", route))
        found.append("/" + re.sub(r"<[^>]+>", things[kind], path))
    return sorted(set(found))


def parameters_of(reader: Client, path: str) -> list[str]:
    """What the page itself says that it takes, and one that it doesn't."""
    answer = reader.get(path, {"no_such_parameter": "1"}).content.decode(errors="replace")
    told = re.search(r"This page takes: ([\w, ]+)\.", answer)
    return [*(told.group(1).split(", ") if told else []), "no_such_parameter"]


def problem(answer: Any, request: str) -> str:
    """What is wrong with an answer; empty if nothing is."""
    if answer.status_code not in FINE:
        return f"{answer.status_code} {request}"
    if answer.status_code in REFUSED and not answer.content.strip():
        return f"{answer.status_code} without a word: {request}"
    return ""


def hash_of(text: str) -> int:
    """A number that is the same in every run, to take another part of the corpus for each address or form."""
    return sum(text.encode())


def values_for(path: str) -> list[str]:
    """A fifth of the values for a page, another for the next; fewer for a file, which asks its page's filters."""
    parts = 5 if is_page(path) else 20
    return VALUES[hash_of(path) % parts :: parts]


def asked_alone(path: str, names: list[str]) -> list[tuple[str, str]]:
    """Pairs that are sent one by one, since the first parameter that is refused hides what the others would do."""
    if EVERYTHING:
        return [(name, value) for name in names for value in VALUES]
    if len(names) == 1:
        return [(names[0], value) for value in values_for(path)[::4]]
    return in_turn(some_of(names, path, 2 if is_page(path) else 8), values_for(path))


def asked_together(path: str, names: list[str]) -> list[list[tuple[str, str]]]:
    """All values, many in each question, at addresses that take many parameters or none: they are read as one form.

    A file reads its page's form: it is sent a quarter of them, the next file another.
    """
    taken = names[:-1] or [f"{names[0]}_{number}" for number in range(10)]
    if len(taken) < 10:
        return []
    values = VALUES if is_page(path) else some_of(VALUES, path, 4)
    return [list(zip(taken, values[at:], strict=False)) for at in range(0, len(values), len(taken))]


def some_of(things: Sequence[str], path: str, parts: int) -> Sequence[str]:
    """One part of several, another for the next address."""
    return things if EVERYTHING else things[hash_of(path) % parts :: parts]


def is_page(path: str) -> bool:
    """A page, and no file or answer of the API."""
    return path.endswith("/") and not path.startswith("/api/v1/")


def get(reader: Client, address: str) -> str:
    return problem(reader.get(address), f"GET {address[:200]}")


def query_of(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_parameter_of_every_address_survives_hostile_values(reader, things, part):
    problems = []
    for path in addresses(things)[part::PARTS]:
        names = parameters_of(reader, path)
        questions = [[pair] for pair in asked_alone(path, names)] + asked_together(path, names)
        problems += [get(reader, f"{path}?{query_of(pairs)}") for pairs in questions]

    assert [line for line in problems if line] == []


ODD_QUERIES = ("=", "&&&", "a=b=c", "%", "%zz", "[]=1", "x" * 9000)


def test_repeated_and_unnamed_parameters_are_answered(reader, things):
    problems = []
    for path in addresses(things):
        names = parameters_of(reader, path) if EVERYTHING or is_page(path) else ["no_such_parameter"]
        for name in some_of(names, path, 8) or names[:1]:
            problems += [get(reader, f"{path}?{name}=1&{name}=2"), get(reader, f"{path}?{name}&{name}=")]
        odd = [*some_of(ODD_QUERIES, path, 7), "&".join(ODD_QUERIES)]
        problems += [get(reader, f"{path}?{query}") for query in odd]

    assert [line for line in problems if line] == []


def test_every_place_in_a_path_survives_hostile_values(reader, things):
    routes = [route for route in patterns(get_resolver()) if "<" in route]
    problems = [
        get(reader, "/" + re.sub(r"<[^>]+>", quote(value.encode("utf-8", "surrogatepass"), safe=""), route))
        for route in routes
        for value in some_of(VALUES, route, 15)
    ]

    assert [line for line in problems if line] == []


def test_a_megabyte_is_refused_in_words(reader, things):
    pages = some_of([path for path in addresses(things) if EVERYTHING or is_page(path)], "q", 4)
    written = quote(MEGABYTE)
    problems = [get(reader, f"{path}?q={written}") for path in pages]
    # A page and the admin: a path that long is the same nonsense everywhere.
    apps = ("/sources/", "/admin/")
    problems += [get(reader, f"{path}{written}/") for path in apps]

    assert [line for line in problems if line] == []


METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW")


def test_public_addresses_are_read_only(reader, things):
    # The desk takes forms, from who is signed in: tests/pardons/desk/test_access.py; and people sign in with one.
    public = [path for path in addresses(things) if not path.startswith(("/desk/", "/account/"))]
    statuses = {(method, path): reader.generic(method, path).status_code for method in METHODS for path in public}

    assert {asked: status for asked, status in statuses.items() if status != 405} == {}


HEADERS = (
    "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_REFERER",
)  # fmt: skip


def test_hostile_headers_are_answered(reader, things):
    problems = []
    pages = ("/data/", f"/sources/{things['source']}/", "/counts/releases.json", "/account/login/")
    for number, path in enumerate(pages):
        # Each page takes other values, an eighth of them.
        some = in_turn(HEADERS, VALUES)[number :: 2 * len(pages)]
        for header, value in [(header, value) for header in HEADERS for value in VALUES] if EVERYTHING else some:
            written = value.encode("utf-8", "surrogatepass").decode("latin-1")
            answer = reader.get(path, **{header: re.sub(r"[\r\n]", " ", written)})
            problems.append(problem(answer, f"{path} {header}={value[:80]!r}"))

    assert [line for line in problems if line] == []


def test_unknown_metrics_and_hosts_are_refused(things):
    stranger = Client(raise_request_exception=False, SERVER_NAME="evil.example")

    assert stranger.get("/").status_code == 400
    assert stranger.get("/counts/nonsense/").status_code == 400


FORMS = [
    "registry/source", "prisoners/prisoner", "prisoners/detention", "prisoners/case", "prisoners/conviction",
    "prisoners/recognition", "prisoners/place", "prisoners/organisation", "pardons/announcement", "pardons/pardon",
    "pardons/reportedfigure",
]  # fmt: skip


@pytest.fixture
def administrator() -> Client:
    user = User.objects.create_user("hostile", password="a long enough password", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=["editor", "reviewer", "administrator"]))
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def fields_of(page: str) -> dict[str, str]:
    """The fields of the form on a page, with the values that it would send untouched."""
    found = {}
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name.group(1)] = value.group(1) if value else ""
    return found


@pytest.mark.parametrize("form", FORMS)
def test_every_editing_form_survives_hostile_values(administrator, form):
    path = f"/admin/{form}/add/"
    fields = fields_of(administrator.get(path).content.decode())
    assert fields, "the form has no fields: may this account add?"
    kept = {name: value for name, value in fields.items() if name.endswith("_FORMS") or name.startswith("_")}
    values = [value.encode("utf-8", "replace").decode() for value in VALUES]
    # As many forms as it takes until each value was in one field; or each in every field.
    beginnings = range(0, len(values), 1 if EVERYTHING else len(fields))
    problems = []
    for at in beginnings:
        typed = dict(zip(fields, cycle(values[at:] + values[:at]), strict=False))
        problems.append(problem(administrator.post(path, typed | kept), f"{path} from value {at}"))

    assert [line for line in problems if line] == []


def test_lists_of_the_admin_survive_hostile_searches(administrator, things):
    with not_drawn():
        problems = [
            problem(administrator.get(f"/admin/{form}/", {"q": value}), f"{form} q={value[:60]!r}")
            for number, form in enumerate(FORMS)
            for value in (VALUES if EVERYTHING else VALUES[number :: 2 * len(FORMS)])
            if "\x00" not in value and not re.search("[\ud800-\udfff]", value)
        ]

    assert [line for line in problems if line] == []


def test_the_sign_in_form_survives_hostile_values(reader):
    typed = [value for value in some_of(VALUES, "sign in", 3) if not re.search("[\ud800-\udfff]", value)]
    problems = [
        problem(reader.post("/account/login/", dict.fromkeys(("login", "password", "code"), value)), f"{value[:60]!r}")
        for value in typed
    ]

    assert [line for line in problems if line] == []


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_says_what_would_be_right(reader, metric):
    answer = reader.get(f"/counts/{metric}.json", {"by": "century"})

    assert answer.status_code == 400
    assert "day, month, quarter, year, total" in answer.json()["error"]
