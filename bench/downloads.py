"""The CSV of everything over HTTP: beside psql's \\copy of the same query, and beside the ORM with csv.writer.

    python -m bench.downloads --people 100000 --keep

Works in a database of its own (registry_bench_downloads_<people>), which --keep leaves for the next run, with a
gunicorn of its own with one worker. No file of a list is read from what counts are read from: that is not made.
"""

from __future__ import annotations

import argparse
import csv
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from urllib.request import urlopen

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

ROUNDS = 5
PIECE = 64 * 1024
EXPORTS_AT_ONCE = 3
WARM = 8_000_000


class Server:
    """gunicorn with one worker on a free port, on the database of the benchmark."""

    def __init__(self) -> None:
        from django.db import connection

        found = connection.settings_dict
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        url = f"postgres://{found['USER']}@{quote(found['HOST'], safe='')}:{found['PORT']}/{found['NAME']}"
        command = ["-m", "gunicorn", "-c", "python:registry.server", "-w", "1", "-b", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [sys.executable, *command, "registry.wsgi"], env={**os.environ, "DATABASE_URL": url, "SITE_URL": ""}
        )
        self.wait()

    def wait(self) -> None:
        for _ in range(600):
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("The server did not start.")

    def get(self, path: str, most: float = inf) -> Sent:
        """The file, or its beginning of so many bytes."""
        started_at = time.perf_counter()
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=600) as answer:
            size, lines = len(answer.read(1)), 0
            first = time.perf_counter() - started_at
            while size < most and (piece := answer.read(PIECE)):
                size += len(piece)
                lines += piece.count(b"\n")
            whole = time.perf_counter() - started_at
        return Sent(first, whole, size, lines)

    def memory(self) -> int:
        """Bytes of memory that the worker has to itself or shares."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(resident(pid) for pid in children)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Sent(NamedTuple):
    """What came of a file: seconds to its first byte and to its last, bytes, and lines."""

    first: float
    whole: float
    size: int
    lines: int


def resident(pid: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def statement() -> str:
    """The very query that the download sends."""
    from prisoners.exports import PRISONERS
    from registry.downloads import csv_statement

    return csv_statement(PRISONERS.columns(), PRISONERS.matching({"country": "all"}))


def by_psql(query: str, most: float) -> Callable[[], float]:
    from django.db import connection

    from registry import postgres

    found = connection.settings_dict
    psql = postgres.binary_folder() / "psql"
    environment = {**os.environ, "PGOPTIONS": "-c timezone=UTC"}
    text = " ".join(line for line in query.splitlines())
    target = ["-h", found["HOST"], "-p", str(found["PORT"]), "-U", found["USER"], "-d", found["NAME"]]

    def run() -> float:
        started_at, size = time.perf_counter(), 0
        told = f"\\copy ({text}) TO STDOUT WITH (FORMAT csv, HEADER true)"
        command = [psql, "-X", "-q", *target, "-c", told]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as copy:
            assert copy.stdout
            while size < most and (piece := copy.stdout.read(PIECE)):
                size += len(piece)
            whole = time.perf_counter() - started_at
            copy.kill()
        return whole

    return run


def by_orm(most: int) -> float:
    """As Django's documentation has it: objects, and a line of csv.writer for each. Seconds for `most` people."""
    from prisoners.exports import PRISONERS
    from prisoners.listing import for_rows, person_rows

    class Echo:
        def write(self, value: str) -> str:
            return value

    started_at = time.perf_counter()
    writer: Any = csv.writer(Echo())
    for start in range(0, most, 2_000):
        people = list(for_rows(PRISONERS.rows().order_by("pk"))[start : start + 2_000])
        for row in person_rows(people):
            held = list(row.person.detentions.all())
            latest = held[-1] if held else None
            writer.writerow(
                [row.person.public_id, row.name, " | ".join(other.text for other in row.spellings), row.person.country,
                 row.person.get_sex_display(), row.status.kind, len(held), latest and latest.taken_on,
                 latest and latest.ended_on, " | ".join(row.recognised_by)]
            )  # fmt: skip
    return time.perf_counter() - started_at


def growth(server: Server, path: str, most: float) -> tuple[int, int]:
    """How much the worker grows while several exports run, at most; and the memory it began with."""
    before, largest = server.memory(), 0
    threads = [threading.Thread(target=server.get, args=[path, most]) for _ in range(EXPORTS_AT_ONCE)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        largest = max(largest, server.memory())
        time.sleep(0.05)
    return max(largest - before, 0), before


def measure(server: Server, rounds: int, orm_people: int, most: float) -> None:
    copy = by_psql(statement(), most)
    path = "/prisoners.csv?country=all"
    # What follows finds the database as warm as a beginning of the file makes it.
    server.get(path, min(most, WARM))
    copied, sent = [], []
    for _ in range(rounds):
        copied.append(copy())
        sent.append(one := server.get(path, most))
        print(
            f"psql {copied[-1]:.2f} s, over HTTP {one.whole:.2f} s, first byte {one.first * 1e3:.0f} ms,"
            f" load {os.getloadavg()[0]:.1f}"
        )
    ours, theirs = statistics.median(one.whole for one in sent), statistics.median(copied)
    begun, size, lines = statistics.median(one.first for one in sent), sent[-1].size, sent[-1].lines
    print(f"CSV of everything over HTTP  {ours:8.2f} s for {size / 1e6:.1f} MB, first byte {begun * 1e3:.0f} ms")
    print(f"psql \\copy of the same query {theirs:8.2f} s: ours takes {ours / theirs:.2f} times as long")
    grown, before = growth(server, path, most)
    print(f"worker while {EXPORTS_AT_ONCE} exports run  grows {grown / 1e6:.1f} MB, from {before / 1e6:.0f} MB")
    if orm_people:
        slow = by_orm(orm_people) / orm_people * lines
        print(
            f"ORM and csv.writer           {slow:8.2f} s for as many, by {orm_people:,}: {slow / ours:.1f} times ours"
        )


def main() -> None:
    from bench import _database, _people

    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=ROUNDS, help="0 only makes the records")
    arguments.add_argument("--orm-people", type=int, default=10_000, help="how many the ORM writes; 0 leaves it out")
    arguments.add_argument("--megabytes", type=float, default=inf, help="stop after so many of each file")
    arguments.add_argument("--keep", action="store_true", help="keep the database, and use one that is there")
    arguments.add_argument("--database", help="use this one that is there, of another benchmark, and keep it")
    chosen = arguments.parse_args()
    name = chosen.database or f"registry_bench_downloads_{chosen.people}"
    if chosen.database or (chosen.keep and _database.exists(name)):
        _database.switch(name)
    else:
        _database.make(name)
        with _database.timed(f"{chosen.people:,} people, all told"):
            _people.fill(chosen.people, with_counts=False)
    if chosen.rounds:
        server = Server()
        try:
            measure(server, chosen.rounds, chosen.orm_people, chosen.megabytes * 1e6)
        finally:
            server.stop()
    if not chosen.keep and not chosen.database:
        _database.drop(name)


if __name__ == "__main__":
    import django

    from registry import postgres

    postgres.join()
    django.setup()
    main()
