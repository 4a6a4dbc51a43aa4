"""`make run` and the commands: refusals in one sentence, and a server that leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError

import manage
from registry.environment import BASE_DIR
from registry.management.commands.serve import Server, is_empty, refuse_taken_port
from tests.at_once import LONGEST_SECONDS
from tests.registry.test_postgres import (
    cluster_of,
    folder_for_a_server,
    killed_if_it_hangs,
    wait_for_the_server_to_stop,
)

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of manage.py, run to its end."""
    environment = os.environ | variables
    return run_to_its_end([sys.executable, "manage.py", *arguments], environment)


def run_to_its_end(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Raises TimeoutExpired where there is none."""
    return subprocess.run(
        command, check=False, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=LONGEST_SECONDS
    )


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def test_taken_port_is_refused_with_another_to_take() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=f"Port {port} is taken: choose another, such as PORT={port + 1}"):
            refuse_taken_port(port)


def test_server_listens_on_this_machine_alone() -> None:
    assert Server(print).cfg.address == [("127.0.0.1", 8000)]


@pytest.mark.django_db
def test_registry_with_an_account_is_not_empty() -> None:
    assert is_empty()

    User.objects.create(username="editor")

    assert not is_empty()


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ([], False),
        (["help"], False),
        (["migrate", "--help"], False),
        (["check", "--deploy"], False),
        (["migrate"], True),
    ],
)
def test_words_about_a_command_need_no_database(arguments: list[str], needed: bool) -> None:
    assert manage.needs_database(arguments) is needed


def test_database_that_cannot_be_reached_is_said_in_one_sentence() -> None:
    done = run("showmigrations", DATABASE_URL=f"postgres://registry@127.0.0.1:{free_port()}/registry")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: The database can't be used: connection failed")
    assert done.stderr.count("\n") == 1


def test_web_server_refuses_a_database_that_it_cannot_reach() -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:registry.server", "registry.wsgi"]
    environment = os.environ | {"DATABASE_URL": f"postgres://registry@127.0.0.1:{free_port()}/registry"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    done = run_to_its_end(command, environment)

    assert done.returncode == 1
    assert done.stderr.strip().startswith("Error: The database does not answer: connection failed")


def test_wrong_setting_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = run("check", DEFAULT_COUNTRY="Belarus", VAR_DIR=str(tmp_path), DATABASE_URL="postgres:///registry")

    assert done.returncode == 1
    assert "DEFAULT_COUNTRY must be two capital letters" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not os.environ.get("TEST_LONG"), reason="migrates a new database: make test-long")
def test_server_answers_and_takes_everything_with_it_when_interrupted() -> None:
    with folder_for_a_server() as var:
        port = free_port()
        environment = os.environ | {"VAR_DIR": str(var), "PORT": str(port), "DEMO": "0", "SITE_URL": ""}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-u", "manage.py", "serve"]
        with subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            with killed_if_it_hangs(server):
                assert any(f"http://127.0.0.1:{port}/" in line for line in server.stdout)
            server.send_signal(signal.SIGINT)
            server.wait(LONGEST_SECONDS)

        wait_for_the_server_to_stop(var)
        assert (server.returncode, cluster_of(var).is_ready()) == (0, False)
