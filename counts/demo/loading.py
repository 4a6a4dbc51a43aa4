"""Loading the demo: all of it in one changeset, or nothing."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from counts.demo.accounts import accounts, make_accounts
from counts.demo.records import PREFIX, Records
from prisoners.models import Prisoner
from registry.history import changeset
from registry.models import Source

NOTE = "Demo data"
FOLDER = Path(__file__).parent
TABLES = ("belarus.toml", "exampleland.toml")


def is_loaded() -> bool:
    """Whether records of the demo are here; some may have been changed or deleted since."""
    return any(model.objects.filter(public_id__startswith=PREFIX).exists() for model in (Prisoner, Source))


def load() -> bool:
    """False if the demo was here already: then its records are left as they are."""
    with changeset(by=None, note=NOTE):
        if lacks_accounts():
            make_accounts()
        if is_loaded():
            return False
        for name in TABLES:
            Records(FOLDER / name).save()
    return True


def lacks_accounts() -> bool:
    """Without their file nobody knows the passwords: then they are made anew."""
    return not (settings.DEMO_ACCOUNTS_FILE.exists() and accounts().exists())
