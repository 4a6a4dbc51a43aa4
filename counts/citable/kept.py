"""The releases that were made: their folders, what is told of each, and when one has to be issued again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from registry.downloads import State
from registry.known import State as Known
from registry.packages import About
from registry.publishing import Publication, Record

TOLD = "release.json"
HIDDEN = (Publication.WITHHELD, Publication.RETRACTED)


def folder_of_releases() -> Path:
    return Path(settings.VAR_DIR) / "releases"


def about_release(known: Known) -> About:
    number = known.number
    state = State(number, known.cut_off)
    title = _("Release of changeset %(number)d") % {"number": number}
    return About(f"registry-{number}", title, f"/data/releases/{number}/", [], [], state)


def releases() -> list[dict[str, Any]]:
    """What is told of every release, newest first."""
    found = [json.loads(path.read_text()) for path in folder_of_releases().glob(f"*/{TOLD}")]
    return sorted(found, key=lambda told: -told["changeset"])


def release_of(number: int) -> dict[str, Any] | None:
    # A longer number is no changeset, and no name that a folder can have.
    if len(str(number)) > 19:
        return None
    path = folder_of_releases() / str(number) / TOLD
    return json.loads(path.read_text()) if path.is_file() else None


def names_someone_withheld_since(told: dict[str, Any]) -> bool:
    """Whether an identity may have been withheld after the files were last found to name nobody who is."""
    since = told["issues"][-1]["checked_at"]
    return any(identities_hidden(model, since) for model in apps.get_models() if is_identity(model))


def is_identity(model: Any) -> bool:
    return issubclass(model, Record) and model.is_identity


def identities_hidden(model: Any, since: int) -> bool:
    """Whether a name or a person was withheld, taken back, made private or deleted after a changeset."""
    hidden = Q(pgh_label="delete") | Q(pgh_label="update", publication__in=HIDDEN)
    if any(each.name == "is_private" for each in model._meta.concrete_fields):
        hidden |= Q(pgh_label="update", is_private=True)
    return bool(model.pgh_event_model.objects.filter(hidden, pgh_changeset__gt=since).exists())
