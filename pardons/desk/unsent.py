"""What an editor has typed into a form of the desk and not sent: kept for them alone, and laid into the form again."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from pardons.desk.drafts import NOT_TYPED, keep, own_or_new
from pardons.desk.models import DeskDraft

# Buttons are pressed and not typed.
PRESSED = (*NOT_TYPED, "action")


def token_of(editor: Any, place: str) -> str:
    """One draft for each editor and form."""
    return hashlib.sha256(f"{editor.pk} {place}".encode()).hexdigest()[:24]


def keep_unsent(editor: Any, place: str, sent: QueryDict | MultiValueDict[str, str]) -> None:
    """Keep a form as far as it is typed, in place of what was kept of it before."""
    form = {name: [value.replace("\x00", "") for value in values] for name, values in sent.lists()}
    typed = {name: values for name, values in form.items() if name not in PRESSED}
    DeskDraft.objects.outdated().delete()
    keep(own_or_new(editor, token_of(editor, place)), {"unsent": typed})


def unsent(editor: Any, place: str) -> MultiValueDict[str, str] | None:
    """What an editor typed there and did not send; None if nothing is kept."""
    draft = kept_of(editor, place).first()
    return MultiValueDict(draft.typed["unsent"]) if draft else None


def forget_unsent(editor: Any, place: str) -> None:
    kept_of(editor, place).delete()


def kept_of(editor: Any, place: str) -> QuerySet[DeskDraft]:
    return DeskDraft.objects.filter(editor=editor, token=token_of(editor, place), typed__has_key="unsent")
