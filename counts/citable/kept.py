"""The releases that were made: their folders, what is told of each, and when one has to be issued again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.changes import tracked_models
from registry.downloads import State
from registry.known import State as Known
from registry.models import RemovedRow
from registry.packages import About
from registry.publishing import NAME_WITHHELD, Publication, Record, prose

TOLD = "release.json"
HIDDEN = (Publication.WITHHELD, Publication.RETRACTED)
# What the files say of the registry itself: each issue says the same.
OF_THE_REGISTRY = (
    "SITE_URL", "SITE_NAME", "OPERATOR_NAME", "DATA_LICENCE", "DATA_LICENCE_URL", "DEFAULT_COUNTRY",
)  # fmt: skip

WHY = {
    "name": gettext_lazy("Issued again because a name was withheld."),
    "record": gettext_lazy("Issued again because records were withheld or taken back, or a source was restricted."),
    "shown": gettext_lazy("Issued again because what was withheld is public again."),
}


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


def why_again(issue: dict[str, Any]) -> str:
    """Why an issue was made after another one, in words; empty for the first."""
    return str(WHY.get(issue.get("why", ""), ""))


def settings_now() -> dict[str, str]:
    return {name: str(getattr(settings, name)) for name in OF_THE_REGISTRY}


@contextmanager
def as_made(told: dict[str, Any] | None) -> Iterator[None]:
    """The settings of a release's first issue: inside a command, for a server would answer others with them."""
    before = {name: getattr(settings, name) for name in OF_THE_REGISTRY}
    try:
        for name, value in (told or {}).get("settings", {}).items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def taken_back_since(told: dict[str, Any]) -> str:
    """Why the files may differ from those issued last, as a code: empty where nothing was withheld or taken back."""
    if names_someone_withheld_since(told):
        return "name"
    since = told["issues"][-1]["checked_at"]
    return "record" if any(is_taken_back(model, since) for model in tracked_models()) else ""


def is_taken_back(model: Any, since: int) -> bool:
    """Whether something else was withheld or deleted, a source restricted or a name taken out of words."""
    names = {each.name for each in model._meta.concrete_fields}
    taken = Q(pgh_label="delete")
    if "publication" in names:
        taken |= Q(publication=Publication.WITHHELD)
    if "access" in names:
        taken |= Q(access="restricted")
    for name in prose(model):
        taken |= Q(**{f"{name}__contains": NAME_WITHHELD})
    return bool(model.pgh_event_model.objects.filter(taken, pgh_changeset__gt=since).exists())


def names_someone_withheld_since(told: dict[str, Any]) -> bool:
    """Whether an identity may have been withheld after the files were last found to name nobody who is.

    Or words removed from the whole database, which a life may depend on.
    """
    since = told["issues"][-1]["checked_at"]
    removed: Any = RemovedRow
    if removed.pgh_event_model.objects.filter(pgh_changeset__gt=since).exists():
        return True
    return any(identities_hidden(model, since) for model in apps.get_models() if is_identity(model))


def is_identity(model: Any) -> bool:
    return issubclass(model, Record) and model.is_identity


def identities_hidden(model: Any, since: int) -> bool:
    """Whether a name or a person was withheld, taken back, made private or deleted after a changeset."""
    hidden = Q(pgh_label="delete") | Q(pgh_label="update", publication__in=HIDDEN)
    if any(each.name == "is_private" for each in model._meta.concrete_fields):
        hidden |= Q(pgh_label="update", is_private=True)
    return bool(model.pgh_event_model.objects.filter(hidden, pgh_changeset__gt=since).exists())
