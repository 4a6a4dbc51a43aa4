"""Slow clients wait at the door: an ordinary page comes at once, and what is sent in pieces arrives whole."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from registry.environment import BASE_DIR
from registry.gathering import is_whole
from tests.at_once import LONGEST_SECONDS
from tests.registry.test_postgres import killed_if_it_hangs
from tests.registry.test_serve import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIPPING = 100
SERVER = """
import sys
from gunicorn.app.base import BaseApplication
from registry.server import Worker

def echo(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

class Server(BaseApplication):
    def load_config(self):
        for name, value in {"bind": f"127.0.0.1:{sys.argv[1]}", "worker_class": Worker, "threads": 4}.items():
            self.cfg.set(name, value)
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("when_ready", lambda _: print("ready", flush=True))
        self.cfg.set("loglevel", "critical")

    def load(self):
        return echo

Server().run()
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server of four threads that answers with what it is sent."""
    chosen = free_port()
    command = [sys.executable, "-c", SERVER, str(chosen)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "registry.settings"}
    with subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True) as server:
        with killed_if_it_hangs(server):
            assert server.stdout is not None and server.stdout.readline() == "ready\n"
        yield chosen
        server.terminate()
        server.wait(LONGEST_SECONDS)


def connected(port: int, words: bytes) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=20)
    opened.sendall(words)
    return opened


def read_until(opened: socket.socket, words: bytes) -> bytes:
    """What comes, until these words have: an answer may come in pieces."""
    came = b""
    while words not in came and (piece := opened.recv(65536)):
        came += piece
    return came


def answer(opened: socket.socket) -> bytes:
    """What comes until the other side closes."""
    with opened:
        return b"".join(iter(lambda: opened.recv(65536), b""))


WHOLE = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
BEGINNINGS = [b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n"]


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=["head", "body"])
def test_dripping_connections_keep_nobody_waiting(port: int, beginning: bytes) -> None:
    times = []
    with ExitStack() as open_ones:
        dripping = [open_ones.enter_context(connected(port, beginning)) for _ in range(DRIPPING)]
        for _ in range(10):
            for each in dripping:
                each.sendall(b"a")
            began = time.monotonic()
            assert answer(connected(port, WHOLE)).endswith(b"hello")
            times.append(time.monotonic() - began)

    # The third of ten: other work on the machine slows some, and who is kept waiting waits each time.
    assert sorted(times)[2] < 0.3


def test_request_in_pieces_arrives_whole(port: int) -> None:
    opened = connected(port, WHOLE[:20])
    for place in range(20, len(WHOLE), 7):
        opened.sendall(WHOLE[place : place + 7])

    assert answer(opened).endswith(b"hello")


def test_second_request_of_a_connection_waits_at_the_door_too(port: int) -> None:
    first = WHOLE.replace(b"Connection: close\r\n", b"")
    with connected(port, first + WHOLE[:30]) as opened:
        assert read_until(opened, b"hello").endswith(b"hello")

        opened.sendall(WHOLE[30:])

        assert answer(opened).endswith(b"hello")


def test_long_body_goes_through_and_who_waits_for_a_word_gets_it(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n\r\n"
    with connected(port, head) as opened:
        assert read_until(opened, b"\r\n\r\n").startswith(b"HTTP/1.1 100 Continue")

        opened.sendall(b"x" * 3_000_000)

        assert answer(opened).count(b"x") >= 3_000_000


@pytest.mark.parametrize(
    ("gathered", "whole"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", True),
        (b"a" * 70_000, True),
    ],
)
def test_whole_requests_are_told_from_begun_ones(gathered: bytes, whole: bool) -> None:
    assert is_whole(gathered) is whole
