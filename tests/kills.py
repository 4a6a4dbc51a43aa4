"""SIGKILL at random moments: a process that works for the test, or the database below it."""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections.abc import Callable

from django.db import connections

from registry.history import changeset
from registry.postgres import Cluster, found_cluster
from tests.at_once import LONGEST_SECONDS

LONG = os.environ.get("TEST_LONG") == "1"
KILLS = int(os.environ.get("TEST_KILLS", "20" if LONG else "10"))
# Every other process on that server fails with it: only for a run that has a VAR_DIR of its own.
KILLS_THE_DATABASE = os.environ.get("TEST_KILL") == "postgres"
chance = random.Random(os.environ.get("TEST_SEED", "20"))


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """A child at work and what it writes into the pipe that it is given, which ends with it."""
    for connection in connections.all():
        # Those that the pool keeps as well: a child that used one would leave it in the midst of a transaction.
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(writing)
        finally:
            os._exit(1)
    os.close(writing)
    return child, reading


def told_by(reading: int, moment: float, most: int = 1) -> bytes:
    """What the child wrote; nothing after the moment, or where the child has ended and its pipe with it."""
    left = max(moment - time.monotonic(), 0)
    return os.read(reading, most) if select.select([reading], [], [], left)[0] else b""


def kill(child: int, reading: int) -> bytes:
    """Kill the child, or the database under it; what the child had written and nobody has read."""
    heard = kill_the_database(reading) if KILLS_THE_DATABASE else b""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    heard += heard_until(reading, time.monotonic())
    os.close(reading)
    return heard


def kill_the_database(reading: int) -> bytes:
    """And wait until it is up again. The child has a while to find out, and must not go on."""
    cluster = found_cluster()
    kill_postgres(cluster)
    heard = heard_until(reading, time.monotonic() + 1)
    wait_until_back(cluster)
    return heard


def kill_postgres(cluster: Cluster) -> None:
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def wait_until_back(cluster: Cluster) -> None:
    """Until the keeper has started it again."""
    latest = time.monotonic() + LONGEST_SECONDS
    while not cluster.is_ready():
        assert time.monotonic() < latest, "the database did not come back"
        time.sleep(0.1)


def heard_until(reading: int, moment: float) -> bytes:
    """All that the child writes until a moment, or its end."""
    heard = b""
    while piece := told_by(reading, moment, 1 << 16):
        heard += piece
    return heard


def wait_for_what_was_under_way() -> None:
    """A server process that lost its client ends its statement first: its changeset lock is free after that.

    One whose socket this process inherited as well does not learn that its client is gone: it is told.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
        )
    with changeset(by=None):
        pass
