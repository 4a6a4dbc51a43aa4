"""gunicorn as it is deployed, on the database of a test: started, asked over its port, and killed in several ways."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from registry.environment import BASE_DIR
from tests.at_once import LONGEST_SECONDS
from tests.kills import chance
from tests.registry.test_serve import free_port

CSRF = "c" * 32


class Answer(NamedTuple):
    status_code: int
    content: bytes


class UnansweredError(Exception):
    """The server was killed in the midst of an answer, or had none for want of its database."""


class Browser:
    """What somebody who is signed in sends to a server that may be gone; asks like the client of the tests."""

    port = 0

    def __init__(self, client: Client) -> None:
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"

    def get(self, address: str) -> Answer:
        return self.ask("GET", address)

    def post(self, address: str, data: dict[str, Any]) -> Answer:
        return self.ask("POST", address, urlencode(data | {"csrfmiddlewaretoken": CSRF}))

    def ask(self, method: str, address: str, body: str = "") -> Answer:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_SECONDS)
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
        try:
            asked.request(method, address, body, headers)
            came = asked.getresponse()
            answer = Answer(came.status, came.read())
        except (OSError, http.client.HTTPException) as gone:
            raise UnansweredError from gone
        finally:
            asked.close()
        if answer.status_code == http.client.SERVICE_UNAVAILABLE:
            raise UnansweredError
        assert answer.status_code in (http.client.OK, http.client.FOUND), f"{method} {address}: {answer.content!r}"
        return answer


def address_as(role: str) -> str:
    """The test's database for another role."""
    database = connection.settings_dict
    return f"postgres://{role}@{quote(database['HOST'], safe='')}:{database['PORT']}/{database['NAME']}"


def environment_of(folder: Path) -> dict[str, str]:
    """Of a server on the test's database, in the roles of one that is deployed, with its files collected."""
    found = os.environ | {
        "VAR_DIR": str(folder),
        "DATABASE_URL": address_as(connection.settings_dict["USER"]),
        "WEB_DATABASE_URL": address_as("registry_web"),
        "READER_DATABASE_URL": address_as("registry_reader"),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(collect, check=True, cwd=BASE_DIR, env=found, timeout=LONGEST_SECONDS)
    return found


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A gunicorn that answers, and its port; whatever is left of it is killed at the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:registry.server", "-b", f"127.0.0.1:{port}"]
    with subprocess.Popen([*command, "registry.wsgi"], cwd=BASE_DIR, env=environment, start_new_session=True) as server:
        try:
            wait_for_an_answer(port)
            yield server, port
        finally:
            kill_all(server)


def wait_for_an_answer(port: int) -> None:
    latest = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < latest:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_SECONDS)
        try:
            asked.request("GET", "/readyz")
            if asked.getresponse().status == http.client.OK:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            asked.close()
    pytest.fail("the server does not answer")


def workers(server: subprocess.Popen[bytes]) -> list[int]:
    listed = subprocess.run(
        [shutil.which("ps") or "ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True
    ).stdout
    return [int(pid) for pid, parent in map(str.split, listed.splitlines()) if int(parent) == server.pid]


def kill_all(server: subprocess.Popen[bytes]) -> None:
    """The whole server at once, as when its machine's service manager or memory ends it."""
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        # Only a master that has waited for all of them ends so.
        assert server.poll() is not None
    server.wait(LONGEST_SECONDS)


def kill_master(server: subprocess.Popen[bytes]) -> None:
    """Its workers are left alone and end by themselves, with what they have in hand."""
    os.kill(server.pid, signal.SIGKILL)
    server.wait(LONGEST_SECONDS)


def kill_one_worker(server: subprocess.Popen[bytes]) -> None:
    os.kill(chance.choice(workers(server)), signal.SIGKILL)
