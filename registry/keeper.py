"""The process whose child the embedded server is: it starts it, restarts it after a crash, and stops it when unused."""

from __future__ import annotations

import ctypes
import fcntl
import locale
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from registry.environment import read_env_file
from registry.postgres import DATABASE, ROLE, Cluster, PostgresError, found_cluster, locked

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Durability, said here so that no file in the data folder can say otherwise.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # For a laptop with a solid-state disk; a server of its own is tuned by whoever runs it.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log must not repeat what people entered: neither statements nor the values in an error's detail.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
LONGEST_LOG = 1_000_000
# An earlier server that was killed may leave backends or a shutting-down parent behind for a while.
PASSING_FAILURES = ("is still in use", "postmaster.pid", "already exists")
PATIENCE_SECONDS = 60


def main() -> int:
    """Keep the server until no command uses it; 0 at once when another keeper already does."""
    read_env_file()
    cluster = found_cluster()
    try:
        lock = locked(cluster.keeper_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    signal.signal(signal.SIGTERM, stop_at_once)
    try:
        create_data_folder(cluster)
        keep(cluster, lock)
    except StopAtOnce:
        return 0
    except (PostgresError, OSError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


class StopAtOnce(BaseException):
    """Someone asked the keeper itself to end."""


def stop_at_once(*_: Any) -> None:
    raise StopAtOnce


def keep(cluster: Cluster, lock: int) -> None:
    """Run the server until the users' lock can be had alone, restarting it when it dies by itself."""
    server = start(cluster)
    let_go_of_terminal()
    try:
        while (alone := sole_user(cluster)) is None:
            if server.poll() is not None:
                server = start(cluster)
            time.sleep(0.2)
    finally:
        stop(server)
    # First the keeper's lock, then the users': whoever waits to join must find the place free.
    os.close(lock)
    os.close(alone)


def sole_user(cluster: Cluster) -> int | None:
    """The users' lock held alone, or None while a command uses the server."""
    try:
        return locked(cluster.users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    """The server, ready. Raises PostgresError when it ends instead, except for what passes within a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        server = launch(cluster)
        if becomes_ready(cluster, server):
            return server
        reason = last_complaint(cluster)
        if time.monotonic() > deadline or not any(words in reason for words in PASSING_FAILURES):
            raise PostgresError(f"PostgreSQL did not start: {reason}. Its log is {cluster.log}.")
        time.sleep(0.5)


def becomes_ready(cluster: Cluster, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server answers, however long it recovers; False when it ends instead."""
    try:
        while server.poll() is None:
            if cluster.is_ready():
                return True
            time.sleep(0.05)
    except StopAtOnce:
        stop(server)
        raise
    return False


def launch(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the server as our child, writing to its log file."""
    command = [cluster.binary("postgres"), "-D", str(cluster.data), "-k", str(cluster.socket_folder)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    if cluster.log.exists() and cluster.log.stat().st_size > LONGEST_LOG:
        cluster.log.replace(cluster.log.with_suffix(".old"))
    with cluster.log.open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent(), **cluster.as_account())  # noqa: PLW1509 (one thread)


def die_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel asks the server to stop if this process is killed; elsewhere there is no such means."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, signal.SIGINT)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask our own child to end its sessions and stop. One that hangs stops at once, and recovers at the next start."""
    for way in (signal.SIGINT, signal.SIGQUIT):
        if server.poll() is None:
            server.send_signal(way)
        with suppress(subprocess.TimeoutExpired):
            server.wait(PATIENCE_SECONDS)


def last_complaint(cluster: Cluster) -> str:
    """The last fatal line of the log without its time, as PostgreSQL wrote it."""
    lines = cluster.log.read_text(errors="replace").splitlines()[-20:]
    complaints = [line for line in lines if "FATAL:" in line or "PANIC:" in line] or lines or ["no reason was given"]
    return without_prefix(complaints[-1])


def without_prefix(line: str) -> str:
    """What PostgreSQL says in a line of its log, without the time and the weight."""
    return line.split("FATAL:")[-1].strip().rstrip(".")


def let_go_of_terminal() -> None:
    """Nobody reads our messages once the server is up."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def create_data_folder(cluster: Cluster) -> None:
    """Make a data folder with the database in it. It gets its name when it is whole: a kill half-way leaves none."""
    if cluster.data.exists():
        return
    unfinished = cluster.home / "data.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if cluster.account:
        os.chown(unfinished, cluster.account.pw_uid, cluster.account.pw_gid)
    run(cluster, [cluster.binary("initdb"), "-D", str(unfinished), *initdb_flags(cluster.major)])
    create = [cluster.binary("postgres"), "--single", "-D", str(unfinished), "postgres"]
    run(cluster, create, f'CREATE DATABASE "{DATABASE}";\n')
    unfinished.rename(cluster.data)


def initdb_flags(major: int) -> list[str]:
    """Cyrillic must fold and have trigrams: C.UTF-8 whatever the environment says, built in since PostgreSQL 17."""
    characters = character_type()
    flags = ["--encoding=UTF8", "--data-checksums", f"--username={ROLE}", "--auth-local=trust", "--auth-host=reject"]
    flags += ["--text-search-config=simple", "--lc-messages=C", "--lc-monetary=C", "--lc-numeric=C", "--lc-time=C"]
    if major >= 17:
        flags += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", f"--lc-ctype={characters}"]
    else:
        flags += ["--locale-provider=libc", "--lc-collate=C", f"--lc-ctype={characters}"]
    return flags


def character_type() -> str:
    """The first UTF-8 locale that this machine's C library knows; macOS may lack C.UTF-8."""
    for name in ("C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        return name
    raise PostgresError("This machine has neither the locale C.UTF-8 nor en_US.UTF-8: install one of them.")


def run(cluster: Cluster, command: list[str], text: str = "") -> None:
    """Run one of PostgreSQL's programs on a data folder in the making; its last words explain a failure."""
    arguments = cluster.as_account()
    del arguments["stdin"]
    done = subprocess.run(command, check=False, input=text, capture_output=True, text=True, **arguments)
    if done.returncode:
        complaints = [line for line in done.stderr.splitlines() if "error" in line.lower() or "FATAL" in line]
        reason = (complaints or done.stderr.splitlines() or ["no reason was given"])[-1].strip()
        raise PostgresError(f"The database could not be created in {cluster.home}: {without_prefix(reason)}.")


if __name__ == "__main__":
    sys.exit(main())
