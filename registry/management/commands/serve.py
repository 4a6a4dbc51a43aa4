"""What `make run` calls: prepares the database and serves on this machine alone."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from gunicorn.app.base import BaseApplication

from registry import server
from registry.checks import database_problems, let_go_of_database
from registry.settings import LOOPBACK

# A registry with none of these is empty: the demo may be loaded into it.
WHAT_A_REGISTRY_HOLDS = ("auth.User", "registry.Source", "prisoners.Prisoner", "pardons.Announcement")


class Command(BaseCommand):
    """Migrate, load the demo into an empty database, collect static files, serve."""

    help = "Serve the registry on this machine: http://127.0.0.1:8000, or PORT=. DEMO=0 leaves an empty database empty."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_taken_port(settings.PORT)
        prepare_database()
        settings.PASSWORD_ALONE = settings.PASSWORD_ALONE or demo_may_do_without_second_factor()
        call_command("collectstatic", interactive=False, verbosity=0)
        let_go_of_database()
        Server(self.announce).run()

    def announce(self) -> None:
        """Print the address, once it answers, and the sign-in of the demo."""
        self.stdout.write(f"\nThe registry is at http://127.0.0.1:{settings.PORT}/ - Ctrl-C stops it.")
        if settings.DEMO_ACCOUNTS_FILE.exists():
            self.stdout.write(
                f"Sign in at http://127.0.0.1:{settings.PORT}/desk/ (kept in {settings.DEMO_ACCOUNTS_FILE}):"
            )
            self.stdout.write(settings.DEMO_ACCOUNTS_FILE.read_text())
        if settings.PASSWORD_ALONE:
            self.stdout.write("The demo's accounts need no second factor: this server listens to this machine alone.")
        self.stdout.flush()


def prepare_database() -> None:
    """Bring the tables up to date, refuse a database that would be quietly wrong, fill an empty one with the demo."""
    with connection.cursor() as cursor:
        # Held until the connection closes: a second server that starts now waits for the first one's migrations.
        cursor.execute("SELECT pg_advisory_lock(hashtext('registry.serve'))")
    call_command("migrate", interactive=False, verbosity=0)
    if problems := database_problems():
        raise CommandError(" ".join(problems))
    if settings.DEMO and is_empty():
        call_command("load_demo")


def demo_may_do_without_second_factor() -> bool:
    """Where a demo is loaded, and neither a public address nor a proxy leads to it."""
    is_private = urlsplit(settings.SITE_URL).hostname in LOOPBACK and settings.SECURE_PROXY_SSL_HEADER is None
    return settings.DEMO_ACCOUNTS_FILE.exists() and is_private


def is_empty() -> bool:
    """Whether nothing was entered yet, by anyone."""
    return not any(apps.get_model(name)._default_manager.exists() for name in WHAT_A_REGISTRY_HOLDS)


def refuse_taken_port(port: int) -> None:
    """Say that a port can't be had before anything else is done."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError as problem:
            taken = "is taken" if problem.errno == errno.EADDRINUSE else f"can't be used ({problem.strerror})"
            raise CommandError(f"Port {port} {taken}: choose another, such as PORT={port + 1} make run.") from problem


class Server(BaseApplication):
    """gunicorn in this very process, so that its end is ours."""

    def __init__(self, when_ready: Callable[..., None]) -> None:
        self.when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        for name in self.cfg.settings:
            if hasattr(server, name):
                self.cfg.set(name, getattr(server, name))
        self.cfg.set("when_ready", lambda _: self.when_ready())
        self.cfg.set("bind", f"127.0.0.1:{settings.PORT}")

    def load(self) -> Any:
        from registry.wsgi import application

        return application
