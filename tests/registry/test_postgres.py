"""The embedded PostgreSQL: shared by commands, stopped after the last, back after a crash, refused in one sentence."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from registry import postgres
from registry.environment import BASE_DIR
from registry.keeper import stop
from tests.at_once import LONGEST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A command that says it has joined and then runs until its input ends.
COMMAND = """
import sys
from registry import postgres
postgres.join()
print("joined", flush=True)
sys.stdin.read()
postgres.leave()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")


@contextmanager
def folder_for_a_server() -> Iterator[Path]:
    """A folder as VAR_DIR that the server's account can enter; the folder that a test's is not."""
    var = Path(tempfile.mkdtemp(prefix="registry-tests-"))
    var.chmod(0o755)
    yield var
    for home in var.glob("postgres-*"):
        shutil.rmtree((home / "socket").resolve(), ignore_errors=True)
        shutil.rmtree(home.resolve())
    shutil.rmtree(var)


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder with a server's data in it, made under a locale that knows no Cyrillic, over an unfinished one."""
    with folder_for_a_server() as folder:
        (folder / f"postgres-{postgres.found_cluster().major}" / "data.part").mkdir(parents=True)
        with command(folder, LC_ALL="C", LANG="C"):
            pass
        yield folder


@contextmanager
def command(var: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A command that has joined the server of a folder; it leaves at the end of the block."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"VAR_DIR": str(var), **variables}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND], cwd=BASE_DIR, env=environment, stdin=pipe, stdout=pipe, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        with killed_if_it_hangs(process):
            assert process.stdout.readline() == "joined\n"
        yield process
        process.stdin.close()
        process.wait(LONGEST_SECONDS)


@contextmanager
def killed_if_it_hangs(process: subprocess.Popen[str]) -> Iterator[None]:
    """Nobody waits longer than LONGEST_SECONDS for the words of a process."""
    watch = threading.Timer(LONGEST_SECONDS, process.kill)
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def cluster_of(var: Path) -> postgres.Cluster:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("VAR_DIR", str(var))
        return postgres.found_cluster()


@contextmanager
def session(var: Path) -> Iterator[psycopg.Connection]:
    host = str(cluster_of(var).socket_folder)
    with psycopg.connect(
        host=host, user=postgres.ROLE, dbname=postgres.DATABASE, autocommit=True, connect_timeout=30
    ) as connection:
        yield connection


def answer(var: Path, statement: str) -> object:
    with session(var) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row and row[0]


def server_process(var: Path) -> int:
    return int((cluster_of(var).data / "postmaster.pid").read_text().split()[0])


def wait_until(holds: Callable[[], bool], trouble: str) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < LONGEST_SECONDS, trouble
        time.sleep(0.02)


def wait_for_the_server_to_stop(var: Path) -> None:
    wait_until(lambda: has_no_keeper(cluster_of(var)), "the server does not stop")


def has_no_keeper(cluster: postgres.Cluster) -> bool:
    try:
        os.close(postgres.locked(cluster.keeper_lock, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def test_server_made_under_the_c_locale_knows_cyrillic(var: Path) -> None:
    with command(var, LC_ALL="C"), session(var) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        found = connection.execute("SELECT lower('Ы'), cardinality(show_trgm('Ян')), 'Ў' ~ '[[:alpha:]]'").fetchone()

    assert found == ("ы", 3, True)


def test_server_is_durable_and_its_pages_have_checksums(var: Path) -> None:
    names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")

    with command(var):
        found = {name: answer(var, f"SHOW {name}") for name in names}

    assert found == dict.fromkeys(names, "on")


def test_commands_share_a_server_that_stops_after_the_last(var: Path) -> None:
    with command(var) as second:
        with command(var):
            first_server = server_process(var)
        assert answer(var, "SELECT 1") == 1
        assert (server_process(var), second.poll()) == (first_server, None)

    wait_for_the_server_to_stop(var)
    assert not cluster_of(var).is_ready()


def test_server_stops_when_its_only_command_is_killed(var: Path) -> None:
    with command(var) as process:
        process.kill()

    wait_for_the_server_to_stop(var)
    assert not (cluster_of(var).data / "postmaster.pid").exists()


def test_killed_server_comes_back_with_what_was_saved(var: Path) -> None:
    with command(var):
        with session(var) as connection:
            connection.execute("CREATE TABLE saved AS SELECT 30 AS pardoned")
        os.kill(server_process(var), signal.SIGKILL)
        with command(var):
            assert answer(var, "SELECT pardoned FROM saved") == 30


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_server_goes_down_in_good_order_with_its_keeper(var: Path) -> None:
    with command(var):
        stat_of_server = Path(f"/proc/{server_process(var)}/stat")
        os.kill(int(stat_of_server.read_text().split()[3]), signal.SIGKILL)
        # A command that came before that may meet the old server on its way down.
        wait_until(lambda: not stat_of_server.exists(), "the server does not go down")

        with command(var):
            assert answer(var, "SELECT 1") == 1


def test_server_that_hangs_while_it_stops_is_stopped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.keeper.PATIENCE_SECONDS", 0.05)
    # A run in the background leaves its children deaf to SIGQUIT too.
    deaf = """import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
print("up", flush=True)
sys.stdin.read()"""
    with subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None and server.stdout.readline() == b"up\n"

        stop(server)

        assert server.wait(LONGEST_SECONDS) == -signal.SIGQUIT


def test_socket_has_a_short_path_and_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    with folder_for_a_server() as folder:
        deep = folder / ("in-a-very-long-place-" * 5)
        monkeypatch.setenv("VAR_DIR", str(deep))
        socket_folder = postgres.prepared_cluster().socket_folder

        assert len(str(socket_folder / postgres.SOCKET_NAME)) < 100
        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700

        shutil.rmtree(socket_folder)


@as_root
def test_root_keeps_the_data_outside_a_folder_that_the_account_cannot_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    with folder_for_a_server() as folder:
        folder.chmod(0o700)
        monkeypatch.setenv("VAR_DIR", str(folder))

        cluster = postgres.prepared_cluster()

        assert not cluster.home.is_relative_to(folder)
        assert cluster.socket_folder.stat().st_uid == (cluster.account and cluster.account.pw_uid) != 0


def write_program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def binaries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for pretended programs of PostgreSQL, and a new VAR_DIR beside it."""
    with folder_for_a_server() as folder:
        monkeypatch.setenv("PGBIN", str(folder))
        monkeypatch.setenv("VAR_DIR", str(folder / "var"))
        monkeypatch.delenv("DATABASE_URL", raising=False)
        write_program(folder, "pg_isready", "exit 2")
        write_program(folder, "postgres", "echo 'postgres (PostgreSQL) 18.6'")
        yield folder


def test_unsupported_version_is_refused_by_its_name(binaries: Path) -> None:
    write_program(binaries, "postgres", "echo 'postgres (PostgreSQL) 14.1'")

    with pytest.raises(postgres.PostgresError, match=r"14\.1 is not supported: PGBIN must name PostgreSQL 15 to 18"):
        postgres.join()


def test_folder_without_postgresql_is_refused(binaries: Path) -> None:
    (binaries / "postgres").unlink()

    with pytest.raises(postgres.PostgresError, match="There is no PostgreSQL that runs in"):
        postgres.join()


def test_full_disk_is_said_in_one_sentence(binaries: Path) -> None:
    write_program(binaries, "initdb", "echo 'initdb: error: write failed: No space left on device' >&2; exit 1")

    with pytest.raises(postgres.PostgresError, match=r"(?s)^The database could not be created in [^\n]*No space left"):
        postgres.join()


def test_folder_that_cannot_be_used_is_said_in_one_sentence(binaries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(binaries / "postgres"))

    with pytest.raises(postgres.PostgresError, match="can't be used for the database: File exists"):
        postgres.join()
