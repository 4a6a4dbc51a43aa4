"""Nobody who reads leaves a trace: marks are planted in every request and looked for in database, memory and log."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import caches
from django.db import connection
from django.test import Client

from registry import clients, kept_pages, kept_statements, limits
from registry.logs import WithoutReaders
from tests.editors import PASSWORD, make_editor
from tests.registry.test_sign_in import code_of

pytestmark = pytest.mark.django_db

ADDRESS, AGENT, REFERRER, ASKED = (
    "203.0.113.77",
    "Marked-Browser/77",
    "https://marked-mail.example/inbox",
    "markedquery",
)
MARKS = (ADDRESS, AGENT, "marked-mail", ASKED)
BROWSER = {
    "REMOTE_ADDR": ADDRESS,
    "HTTP_X_FORWARDED_FOR": ADDRESS,
    "HTTP_X_REAL_IP": ADDRESS,
    "HTTP_USER_AGENT": AGENT,
    "HTTP_REFERER": REFERRER,
}
ASKED_FOR = [
    "/", "/prisoners/?q=markedquery", "/prisoners/?markedquery=1", "/nowhere/?markedquery", "/healthz?markedquery=%00",
    "/prisoners.csv?q=markedquery", "/counts/releases/?country=markedquery", "/desk/?markedquery",
    "/admin/?markedquery", "/account/login/?next=/desk/?markedquery",
]  # fmt: skip


@pytest.fixture
def log() -> Any:
    """Everything that is logged, at every level, as the handler of the settings would write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(WithoutReaders())
    root = logging.getLogger()
    level, root.level = root.level, logging.DEBUG
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)
    root.level = level


def read_everything(account: Any) -> None:
    """Reading, failing, signing in, asking too much, and a page that breaks."""
    client = Client(raise_request_exception=False, **BROWSER)  # type: ignore[arg-type]
    for address in ASKED_FOR:
        b"".join(client.get(address))
    client.post("/account/login/?markedquery", {"login": account.username, "password": "wrong"})
    client.post("/account/login/?next=/desk/?markedquery", {"login": account.username, "password": "wrong"})
    client.post("/account/login/?next=/desk/?markedquery", {"login": account.username, "password": PASSWORD})
    client.post("/account/second-factor/login/", {"code": code_of(account)})
    client.get("/desk/?markedquery")
    client.get("/account/password/?markedquery")


def in_the_database() -> list[str]:
    """The tables that hold a mark."""
    anywhere = [f"%{mark}%" for mark in MARKS]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = "SELECT '{0}' WHERE EXISTS (SELECT FROM \"{0}\" AS row WHERE row::text ILIKE ANY(%(marks)s))"
        asked = (found.format(name) for name in tables)
        cursor.execute(" UNION ALL ".join(asked), {"marks": anywhere})
        return [name for (name,) in cursor.fetchall()]


def test_nothing_of_a_reader_is_kept(log: io.StringIO, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEPT_PAGES_MEGABYTES = 1
    account: Any = make_editor("editor")
    account.secret = generate_totp_secret()
    TOTP.activate(account, account.secret)
    monkeypatch.setattr("registry.views.method", broken)

    read_everything(account)

    assert in_the_database() == []
    assert [mark for mark in MARKS if mark in log.getvalue()] == []
    keys = [*kept_pages.pages.kept, *kept_statements._kept]
    memory = repr((limits._counts, clients._key, keys, [vars(each) for each in caches.all()]))
    assert [mark for mark in MARKS if mark in memory] == []


def broken(*_: Any) -> Any:
    raise AssertionError


def test_log_of_a_failure_names_its_place_and_not_what_was_typed(log: io.StringIO) -> None:
    try:
        int(ASKED)
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/prisoners/?q=markedquery")

    assert "test_no_trace.py" in log.getvalue() and "ValueError" in log.getvalue()
    assert ASKED not in log.getvalue()


def test_planted_mark_would_be_found() -> None:
    make_editor("editor", "markedquery")

    assert in_the_database() == ["auth_user"]
