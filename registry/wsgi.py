"""The application as a web server calls it."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from registry import postgres


def pool_connections() -> None:
    """Let the threads of a web server share connections.

    A command does without: it has one connection, and a pool would hide why that can't be had.
    """
    if settings.DATABASE_POOL:
        pool = {"min_size": 1, "max_size": settings.DATABASE_POOL, "timeout": 10}
        for database in settings.DATABASES.values():
            database.setdefault("OPTIONS", {})["pool"] = pool


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
postgres.join()
pool_connections()
application = get_wsgi_application()
