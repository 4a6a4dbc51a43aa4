"""The outermost middleware: headers everywhere, refusals in words."""

import logging

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings

from registry.headers import CONTENT_SECURITY_POLICY, HEADERS, LONGEST_QUERY, headers
from registry.logs import WithoutReaders
from registry.server import error_answer, status_of

ANSWERS = ["/healthz", "/method/", "/admin/", "/static/admin/css/base.css", "/no-such-page", "/healthz?q=%00"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_headers(client: Client, address: str) -> None:
    response = client.get(address)
    response.close()

    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_policy_allows_nothing_inline_and_no_other_host() -> None:
    sources = {word for part in CONTENT_SECURITY_POLICY.split("; ") for word in part.split()[1:]}

    assert sources == {"'self'", "'none'"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused_with_the_ones_that_work(client: Client, method: str) -> None:
    response = client.generic(method, "/healthz")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("address", ["/healthz?name=%00", "/healthz%00", "/healthz?%00=1"])
def test_nul_byte_in_an_address_is_refused(client: Client, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 400
    assert b"NUL" in response.content


def test_overlong_query_is_refused_and_the_longest_one_is_not(client: Client) -> None:
    assert client.get("/healthz?" + "a" * LONGEST_QUERY).status_code == 200
    assert client.get("/healthz?" + "a" * (LONGEST_QUERY + 1)).status_code == 414


@pytest.mark.django_db
def test_answer_to_someone_signed_in_is_never_stored(client: Client, admin_client: Client) -> None:
    assert "no-store" in admin_client.get("/healthz")["Cache-Control"]
    assert "Cache-Control" not in client.get("/healthz").headers


def test_head_has_the_length_of_the_page_and_no_page(rf: RequestFactory) -> None:
    page = HttpResponse("thirty", headers={"Content-Length": "6"})

    answer = headers(lambda _: page)(rf.head("/"))

    assert (answer["Content-Length"], b"".join(answer)) == ("6", b"")


def test_head_of_a_download_starts_no_download(rf: RequestFactory) -> None:
    rows = iter(["row 1\n", "row 2\n"])

    answer = headers(lambda _: StreamingHttpResponse(rows))(rf.head("/prisoners.csv"))

    assert b"".join(answer) == b""
    assert next(rows) == "row 1\n"


@override_settings(SECURE_HSTS_SECONDS=63_072_000)
def test_refusal_carries_transport_security_too(client: Client) -> None:
    response = client.get("/healthz?%00")

    assert response["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


def test_answer_to_what_is_no_request_at_all_carries_the_headers() -> None:
    from gunicorn.http.errors import LimitRequestLine

    head, _, body = error_answer(status_of(LimitRequestLine(9000, 8190))).decode().partition("\r\n\r\n")

    assert head.startswith("HTTP/1.1 414 ") and "9000" not in body
    assert all(f"{name}: {value}" in head.split("\r\n") for name, value in HEADERS.items())


@pytest.mark.parametrize(
    ("logger", "said", "logged"),
    [
        ("django.request", "Not Found: /prisoners/?q=Kastusiou", "Not Found: /prisoners/"),
        ("django.security.csrf", "Referer checking failed - https://mail.example/inbox", "A request was refused."),
        ("registry.checks", "The server may lose what was saved.", "The server may lose what was saved."),
    ],
)
def test_log_does_not_say_what_a_reader_asked_for(logger: str, said: str, logged: str) -> None:
    record = logging.LogRecord(logger, logging.WARNING, "views.py", 1, "%s", (said,), None)

    WithoutReaders().filter(record)

    assert record.getMessage() == logged
