"""Staying up: limits for each client, work at once, time for each question, read-only, pages kept."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from registry import clients, kept_pages, limits
from registry.limits import Valve
from registry.patience import at_most, connection_options, patience
from tests.at_once import finish
from tests.changesets import next_changeset
from tests.editors import signed_in
from tests.factories import make_prisoner

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS = "203.0.113.9"


# --- Requests a minute ---


@pytest.fixture
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REQUESTS_A_MINUTE = 3
    monkeypatch.setattr(limits, "_counts", {})
    monkeypatch.setattr("registry.limits.time.time", lambda: 1_700_000_000.0)


def test_client_that_asks_too_much_is_told_when_to_come_back(few: None) -> None:
    answers = [Client(REMOTE_ADDR=ADDRESS).get("/healthz") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 61


def test_others_are_not_told_so_and_this_machine_never_is(few: None) -> None:
    for _ in range(5):
        Client(REMOTE_ADDR=ADDRESS).get("/healthz")

    assert Client(REMOTE_ADDR="203.0.113.10").get("/healthz").status_code == 200
    for gate in ("127.0.0.1", "172.17.0.1", "::1", "unix:", ""):
        assert {Client(REMOTE_ADDR=gate).get("/healthz").status_code for _ in range(5)} == {200}, gate


def test_proxy_may_tell_the_address_in_a_header(few: None, settings: Any) -> None:
    settings.CLIENT_ADDRESS_HEADER = "HTTP_X_CLIENT_ADDRESS"

    answers = [Client().get("/healthz", headers={"X-Client-Address": "2001:db8::1"}) for _ in range(4)]

    assert answers[-1].status_code == 429


def test_hash_of_a_client_is_another_one_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    today = clients.hash_of_today(ADDRESS)
    assert clients.hash_of_today(ADDRESS) == today

    monkeypatch.setattr("registry.clients.time.time", lambda: 4_000_000_000.0)
    assert clients.hash_of_today(ADDRESS) != today


# --- Work at once ---


class Told:
    """What a WSGI server was told."""

    def __call__(self, status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        self.status, self.headers = status, dict(headers)


class Sent:
    """A response of Django's as the valve sees it: whole, or streamed."""

    def __init__(self, content: bytes, *, streaming: bool = False) -> None:
        self.content = content
        self.streaming = streaming

    def close(self) -> None:
        pass


def answered(response: Any, before: Callable[[], None] = lambda: None) -> Callable[..., Any]:
    def application(environ: dict[str, Any], start_response: Any) -> Any:
        before()
        start_response("200 OK", [])
        return response

    return application


def test_too_much_work_is_refused_at_once_and_nothing_is_left_over() -> None:
    may_end, has_begun = threading.Event(), threading.Event()

    def work() -> None:
        has_begun.set()
        may_end.wait(10)

    valve = Valve(answered(Sent(b"done"), work), working=1, waiting=0)
    worker = threading.Thread(target=valve, args=({"PATH_INFO": "/"}, Told()))
    worker.start()
    has_begun.wait(10)
    refused = Told()
    valve({"PATH_INFO": "/"}, refused)
    may_end.set()
    worker.join(10)

    assert (refused.status, refused.headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert "Content-Security-Policy" in refused.headers
    assert b"".join(valve({"PATH_INFO": "/"}, Told())) == b"done"


def test_one_who_waits_is_let_in_when_another_has_finished() -> None:
    valve = Valve(answered(Sent(b"done"), lambda: time.sleep(0.05)), working=1, waiting=1)
    told = [Told(), Told()]
    finish([threading.Thread(target=valve, args=({"PATH_INFO": "/"}, each), daemon=True) for each in told])

    assert [each.status for each in told] == ["200 OK", "200 OK"]


def test_slow_readers_of_files_keep_no_page_from_being_answered() -> None:
    valve = Valve(answered(Sent(b"rows", streaming=True)), working=1, files=1)
    slow = valve({"PATH_INFO": "/"}, Told())
    second = Told()
    valve({"PATH_INFO": "/"}, second)

    assert second.status.startswith("503")
    slow.close()  # type: ignore[attr-defined]
    third = Told()
    valve({"PATH_INFO": "/"}, third)
    assert third.status == "200 OK"


def test_failed_work_gives_its_place_back() -> None:
    def fail() -> None:
        raise RuntimeError

    valve = Valve(answered(Sent(b"done"), fail), working=1, waiting=0)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            valve({"PATH_INFO": "/"}, Told())


def test_health_is_always_answered() -> None:
    assert b"".join(Valve(answered([b"alive"]), working=0)({"PATH_INFO": "/healthz"}, Told())) == b"alive"


# --- Time for each question ---


@pytest.mark.django_db
def test_question_that_takes_too_long_is_503_in_words(rf: RequestFactory, client: Client) -> None:
    with pytest.raises(OperationalError) as caught, transaction.atomic(), at_most(1), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
    request = rf.get("/")

    response = patience(lambda _: HttpResponse()).process_exception(request, caught.value)  # type: ignore[attr-defined]

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "took too long" in response.content.decode()


@pytest.mark.django_db
def test_connection_that_the_database_has_closed_is_503_in_words(rf: RequestFactory) -> None:
    other: Any = connection.copy()
    with other.cursor() as cursor, connection.cursor() as own:
        cursor.execute("SELECT pg_backend_pid()")
        own.execute("SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone())
    found: list[Exception] = []
    # The first question hears why, the next one only that nobody is there.
    for _turn in range(2):
        with pytest.raises((OperationalError, InterfaceError)) as caught:
            other.cursor().execute("SELECT 1")
        found.append(caught.value)
    other.close()

    answers = [patience(lambda _: HttpResponse()).process_exception(rf.get("/"), each) for each in found]  # type: ignore[attr-defined]

    assert [answer.status_code for answer in answers] == [503, 503]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asks", ["registry.kept_pages.tag_of", "django.contrib.sessions.backends.db.SessionStore.load"]
)
def test_database_that_is_away_before_a_page_is_asked_is_503_in_words(
    asks: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.KEPT_PAGES_MEGABYTES = 1
    client = signed_in() if "sessions" in asks else Client()
    client.raise_request_exception = False
    monkeypatch.setattr(asks, gone)

    answer = client.get("/prisoners/" if "kept" in asks else "/desk/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "took too long" in answer.content.decode()


def gone(*_: object) -> None:
    raise OperationalError from psycopg.OperationalError("the connection is closed")


@pytest.mark.django_db
def test_time_is_given_back_after_a_question() -> None:
    with at_most(1234, lock=99):
        assert setting("statement_timeout") == "1234ms"

    assert setting("statement_timeout") == "0"


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_editors_have_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the page finds is a problem, and so 503.
    monkeypatch.setattr("registry.health.current_problems", lambda: setting("statement_timeout") == "30s")

    answers = [client.get("/readyz").status_code for client in (Client(), signed_in("viewer"))]

    assert answers == [200, 503]


def test_connections_of_the_web_server_have_bounds(settings: Any) -> None:
    assert "-c statement_timeout=5000 -c lock_timeout=2000" in connection_options()

    settings.READ_ONLY = True
    assert "default_transaction_read_only=on" in connection_options()


# --- Read-only ---


@pytest.mark.django_db
def test_in_read_only_nothing_is_changed_and_everything_is_read(settings: Any) -> None:
    editor = signed_in("editor")
    settings.READ_ONLY = True

    answers = [editor.post("/desk/new/", {}), Client().post("/account/login/", {"login": "a", "password": "b"})]

    assert [(answer.status_code, "Reading works" in answer.content.decode()) for answer in answers] == [(503, True)] * 2
    assert (Client().get("/").status_code, editor.get("/desk/").status_code) == (200, 200)


# --- Pages kept ---


@pytest.fixture
def kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEPT_PAGES_MEGABYTES = 1
    monkeypatch.setattr(kept_pages, "FRESH_SECONDS", 0)
    kept_pages.pages.forget()


@pytest.mark.django_db
def test_page_is_kept_until_the_data_changes(kept: None, client: Client) -> None:
    before = client.get("/prisoners/")
    assert client.get("/prisoners/").content == before.content
    assert len(kept_pages.pages.kept) == 1

    make_prisoner("Jan Exemplar")
    next_changeset()
    after = client.get("/prisoners/")

    assert "Jan Exemplar" in after.content.decode()
    assert after["ETag"] != before["ETag"]


@pytest.mark.django_db
def test_page_that_is_still_right_is_not_sent_again(kept: None, client: Client) -> None:
    tag = client.get("/method/")["ETag"]

    answer = client.get("/method/", headers={"If-None-Match": f'W/"x", {tag}'})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
def test_answer_from_memory_is_the_answer(kept: None, client: Client, django_assert_num_queries: Any) -> None:
    first = client.get("/method/")
    with django_assert_num_queries(1):
        second = client.get("/method/")

    assert (first.content, dict(first.items())) == (second.content, dict(second.items()))


@pytest.mark.django_db
def test_nothing_is_kept_for_those_signed_in_nor_of_errors(kept: None, client: Client) -> None:
    editor = signed_in("editor")
    for address in ("/", "/desk/", "/admin/"):
        assert "ETag" not in editor.get(address).headers
    for address in ("/nowhere/", "/prisoners/?nothing=1", "/healthz", "/readyz", "/account/login/"):
        client.get(address)

    assert not kept_pages.pages.kept


@pytest.mark.django_db
def test_who_is_signed_in_gets_no_page_from_memory(kept: None, client: Client) -> None:
    tag = client.get("/method/")["ETag"]
    editor = signed_in("editor")

    answers = [editor.get("/method/"), editor.get("/method/", headers={"If-None-Match": tag})]

    assert [(answer.status_code, answer.headers.get("ETag")) for answer in answers] == [(200, None)] * 2


@pytest.mark.django_db
def test_memory_is_bounded(kept: None, client: Client) -> None:
    page = kept_pages.Page(HttpResponse(b"x" * 300_000))
    for number in range(10):
        kept_pages.pages.keep(str(number), page)

    assert list(kept_pages.pages.kept) == ["7", "8", "9"]


@pytest.mark.django_db
def test_file_reaches_editors_too_and_their_patience_ends_with_it() -> None:
    """Its rows come on the connection whose timeouts they have: asked between them, it would wait for ever."""
    answer = signed_in().get("/prisoners.csv")

    assert b"".join(answer).startswith(b"\xef\xbb\xbf")
    assert setting("statement_timeout") == "0"
