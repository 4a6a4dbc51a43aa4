"""The application as a web server calls it."""

import os
from copy import deepcopy

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from registry import postgres
from registry.limits import Valve
from registry.patience import connection_options
from registry.public_connection import READER_ALIAS


def take_roles() -> None:
    """From here on this process can't rewrite history, and its public pages can't read what is private."""
    if settings.WEB_DATABASE:
        settings.DATABASES["default"].update(settings.WEB_DATABASE)
    if settings.READER_DATABASE:
        settings.DATABASES[READER_ALIAS] = deepcopy({**settings.DATABASES["default"], **settings.READER_DATABASE})


def pool_connections() -> None:
    """Let the threads of a web server share connections.

    A command does without: it has one connection, and a pool would hide why that can't be had.
    """
    if settings.DATABASE_POOL:
        pool = {"min_size": 1, "max_size": settings.DATABASE_POOL, "timeout": 10}
        for database in settings.DATABASES.values():
            database.setdefault("OPTIONS", {})["pool"] = pool
            # Else each that was open while the database started anew would fail somebody's request.
            database["CONN_HEALTH_CHECKS"] = True


def limit_patience() -> None:
    """No statement of a web server takes for ever. A command takes the time it needs."""
    for database in settings.DATABASES.values():
        options = database.setdefault("OPTIONS", {})
        options["options"] = f"{options.get('options', '')} {connection_options()}".strip()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
postgres.join()
take_roles()
pool_connections()
limit_patience()
application = Valve(get_wsgi_application())
