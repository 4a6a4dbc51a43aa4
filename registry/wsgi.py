"""The application as a web server calls it."""

import os

from django.core.wsgi import get_wsgi_application

from registry import postgres

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
postgres.join()
application = get_wsgi_application()
