"""gunicorn itself is killed, or PostgreSQL under it, while several people link, publish and import through it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from prisoners.importing.commanding import Asked, prepared
from prisoners.models import ListImport, Prisoner
from registry.postgres import found_cluster
from tests.at_once import LONGEST_SECONDS
from tests.editors import signed_in
from tests.factories import make_announcement, make_prisoner
from tests.kills import (
    KILLS,
    KILLS_THE_DATABASE,
    LONG,
    chance,
    kill_postgres,
    wait_for_what_was_under_way,
    wait_until_back,
)
from tests.pardons.desk.test_kills import Told, at_the_end, each_once, half_done, held, last, work
from tests.prisoners.importing.files import write_list
from tests.served import Browser, UnansweredError, environment_of, kill_all, kill_master, kill_one_worker, served

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not LONG, reason="starts a server after each kill: make test-long"),
]
PAIRS = 3
# Of each pair: more than it gets through.
LISTS = 4 * KILLS + 4
ROWS = 20
MOST_SECONDS = 4.0


class Busy:
    """Somebody at work in a thread of their own, until the server is killed under them; each life takes it up again."""

    people: Any

    def begin(self, port: int) -> None:
        for browser in self.people:
            browser.port = port
        self.is_over = threading.Event()
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()

    def live(self) -> None:
        try:
            self.work()
        except (UnansweredError, OperationalError):
            # The test's own question may meet the killed database, too.
            pass
        except BaseException as failure:
            self.failure = failure
        finally:
            connections.close_all()

    def work(self) -> None:
        raise NotImplementedError

    def stop_if_over(self) -> None:
        if self.is_over.is_set():
            raise UnansweredError

    def end(self) -> None:
        """Raises what went wrong with the work, other than the end of the server."""
        self.is_over.set()
        self.thread.join(LONGEST_SECONDS)
        assert not self.thread.is_alive()
        if self.failure:
            raise self.failure


class Pair(Busy):
    """An editor who pastes and sends lists of two, and a reviewer who publishes them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.announcement = make_announcement(total=5000)
        self.people = Browser(signed_in("editor", f"editor{number}")), Browser(signed_in("reviewer", f"other{number}"))
        self.told: Told = []

    def work(self) -> None:
        for number in range(max(last(self.told), 0), LISTS):
            work(self.people, self.announcement, self.number * LISTS + number, self.tell)

    def note(self, step: str, token: str) -> None:
        self.told.append((step, token))

    def tell(self, step: str, token: str) -> None:
        self.note(step, token)
        self.stop_if_over()


class Importer(Busy):
    """A reviewer who applies short lists that are planned already."""

    def __init__(self, folder: Path) -> None:
        self.people = (Browser(signed_in("reviewer", "importer")),)
        self.imports = [planned(folder, number) for number in range(2 * KILLS)]
        self.told: list[str] = []

    def work(self) -> None:
        for each in self.imports[max(len(set(self.told)) - 1, 0) :]:
            assert self.people[0].post(each.get_absolute_url(), {"step": "apply"}).status_code == 302
            self.told.append(each.token)
            self.stop_if_over()

    def half_applied(self) -> list[str]:
        """Lists that are there with a part of their rows, and those that were acknowledged and are not applied."""
        found = []
        for each in ListImport.objects.all():
            is_applied = each.state == ListImport.State.APPLIED
            entered = Prisoner.objects.filter(list_entries__edition__imports=each).count()
            if entered != ROWS * is_applied or not (is_applied or each.token not in self.told):
                found.append(each.token)
        return found


def planned(folder: Path, number: int) -> ListImport:
    rows = [
        {"external_id": f"X{row}", "name": f"Jan Exempel{number}b{row}a", "country": "BY", "taken_on": "2021-05"}
        for row in range(ROWS)
    ]
    file = write_list(folder / f"list{number}.csv", "external_id,name,country,taken_on", *rows)
    return prepared(Asked(file, profile="registry", list_name=f"A list {number}"))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return environment_of(tmp_path)


def kill_database(server: subprocess.Popen[bytes]) -> None:
    """The server stays: its connections end, and its keeper starts the database again."""
    cluster = found_cluster()
    kill_postgres(cluster)
    time.sleep(1)
    wait_until_back(cluster)


def test_killed_server_leaves_nothing_half_done_and_loses_nothing_acknowledged(
    environment: dict[str, str], tmp_path: Path
) -> None:
    pairs, importer = [Pair(number) for number in range(PAIRS)], Importer(tmp_path)
    for number in range(PAIRS * LISTS):
        make_prisoner(held(number), held=[("2021",)])
    ways = [kill_database] if KILLS_THE_DATABASE else [kill_one_worker, kill_master, kill_all]

    with ExitStack() as running:
        server, port = running.enter_context(served(environment))
        for number in range(KILLS):
            kill = ways[number % len(ways)]
            live(port, [*pairs, importer], chance.uniform(0.05, MOST_SECONDS), partial(kill, server))
            wait_for_what_was_under_way()
            assert half_done([told for pair in pairs for told in pair.told]) == []
            assert importer.half_applied() == []
            if kill in (kill_master, kill_all):
                server, port = running.enter_context(served(environment))
        finish(port, pairs)

    assert at_the_end() == each_once()
    lists, imported = sum(last(pair.told) + 1 for pair in pairs), len(set(importer.told))
    print(f"{KILLS} kills, {lists} lists linked and published, {imported} imported")


def live(port: int, busy: list[Busy], seconds: float, kill: Callable[[], None]) -> None:
    for each in busy:
        each.begin(port)
    time.sleep(seconds)
    kill()
    for each in busy:
        each.end()
    connections.close_all()


def finish(port: int, pairs: list[Pair]) -> None:
    """Everything that was begun is sent again, to its end."""
    for pair in pairs:
        first = max(last(pair.told), 0)
        for browser in pair.people:
            browser.port = port
        for number in (first, first + 1):
            work(pair.people, pair.announcement, pair.number * LISTS + number, pair.note)
