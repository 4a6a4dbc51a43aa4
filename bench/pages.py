"""Pages that are asked for again, and 304s, against Django's "hello" on the same server, in turn.

    python -m bench.pages                        on the database of the settings
    python -m bench.pages --rounds 9

Requests go one after another on eight connections that stay open; what counts is the ratio.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

CONNECTIONS = 8
SECONDS = 2.0
HELLO = """
import sys
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from gunicorn.app.base import BaseApplication
import registry.wsgi
from registry import server, urls

urls.urlpatterns.append(path("healthz/hello", lambda request: HttpResponse("hello")))

class Bench(BaseApplication):
    def load_config(self):
        for name in ("worker_class", "workers", "threads", "keepalive", "loglevel", "control_socket_disable"):
            self.cfg.set(name, getattr(server, name))
        self.cfg.set("bind", f"127.0.0.1:{sys.argv[1]}")
        self.cfg.set("when_ready", lambda _: print("ready", flush=True))

    def load(self):
        return registry.wsgi.application

Bench().run()
"""


def ask(port: int, request: bytes, until: float, counts: list[int]) -> None:
    """Ask on one connection until the time is over; how many answers came."""
    answered = 0
    with socket.create_connection(("127.0.0.1", port)) as opened:
        while time.monotonic() < until:
            opened.sendall(request)
            read_answer(opened)
            answered += 1
    counts.append(answered)


def read_answer(opened: socket.socket) -> bytes:
    """One answer: its head, and as much after it as it says."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += opened.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    told = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
    missing = (int(told) if told else 0) - len(body) if b" 304 " not in head[:15] else 0
    while missing > 0:
        missing -= len(opened.recv(65536))
    return head


def per_second(port: int, request: bytes) -> float:
    counts: list[int] = []
    until = time.monotonic() + SECONDS
    threads = [threading.Thread(target=ask, args=(port, request, until, counts)) for _ in range(CONNECTIONS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(counts) / SECONDS


def requests(port: int) -> dict[str, Callable[[], float]]:
    def written(path: str, more: str = "") -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode()

    def tag_of(path: str) -> str:
        with socket.create_connection(("127.0.0.1", port)) as opened:
            opened.sendall(written(path))
            head = read_answer(opened).decode()
        return next(line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("etag"))

    again = written("/method/", f"If-None-Match: {tag_of('/method/')}\r\n")
    asked = {"hello": written("/healthz/hello"), "page kept": written("/method/"), "304": again}
    return {what: lambda request=request: per_second(port, request) for what, request in asked.items()}  # type: ignore[misc]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--port", type=int, default=8199)
    chosen = options.parse_args()
    command = [sys.executable, "-c", HELLO, str(chosen.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdout.readline() == "ready\n"
        try:
            report(chosen.port, chosen.rounds)
        finally:
            server.terminate()


def report(port: int, rounds: int) -> None:
    asked = requests(port)
    for measure in asked.values():
        measure()
    found: dict[str, list[float]] = {what: [] for what in asked}
    for _ in range(rounds):
        for what, measure in asked.items():
            found[what].append(measure())
    middle = {what: statistics.median(rates) for what, rates in found.items()}
    for what, rate in middle.items():
        ratio = statistics.median(a / b for a, b in zip(found[what], found["hello"], strict=True))
        print(f"{what:12} {rate:8.0f} a second {ratio:6.2f} of hello")


if __name__ == "__main__":
    main()
