"""Drafts of reports: begun from a pasted text, kept while typing, found again, thrown away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from pardons.desk.forms import first_line
from pardons.desk.models import DeskDraft
from pardons.desk.proposal import blank_part, parts_of
from pardons.reading import Reading, read
from registry.models import Source

LETTER = {"act": "a", "figure": "f"}
# What a browser sends with a form that is none of its fields.
NOT_TYPED = ("csrfmiddlewaretoken", "step", "token")


def begin_report(editor: Any, token: str, report: Mapping[str, str], *, knows_source: bool = False) -> DeskDraft:
    """The draft of a pasted report, with the reader's proposal; the one there is if its form was sent before."""
    DeskDraft.objects.outdated().delete()
    draft = own_or_new(editor, token)
    # A form that was sent before has been read, and may have been corrected since.
    if is_unread(draft):
        keep(draft, with_proposal(report) | {"knows_source": knows_source})
    return draft


def own_or_new(editor: Any, token: str) -> DeskDraft:
    """The editor's draft with this token; a new one where there is none, under another token if that is taken."""
    try:
        with transaction.atomic():
            return DeskDraft.objects.get_or_create(token=token, editor=editor)[0]
    except IntegrityError:
        return DeskDraft.objects.create(editor=editor)


def is_unread(draft: DeskDraft) -> bool:
    """Whether its text is still being typed."""
    return "parts" not in draft.typed


def keep_unread(editor: Any, token: str, sent: Mapping[str, str]) -> None:
    """Keep a report as far as it is typed; one that has been read by now is left as it is."""
    draft = own_or_new(editor, token)
    if is_unread(draft):
        report = {name: value.replace("\x00", "") for name, value in sent.items() if name not in NOT_TYPED}
        keep(draft, {"report": {**report, "title": report.get("title") or first_line(report.get("text", ""))}})


def with_proposal(report: Mapping[str, str]) -> dict[str, Any]:
    """What a draft holds of a report before anyone has corrected it."""
    reading = reading_of(report)
    report = {**report, "language": report.get("language") or reading.language}
    return {"report": report, "parts": parts_of(reading, report["publisher"]), "form": {}}


def reading_of(report: Mapping[str, str]) -> Reading:
    return read(report["text"], report.get("published_on"), report.get("language") or None)


def change_report(draft: DeskDraft, report: Mapping[str, str]) -> None:
    """Take a changed text or source over. Another text or day is read anew; else what was corrected stays."""
    typed, before = draft.typed, draft.typed["report"]
    same = not is_unread(draft) and all(
        before.get(name) == report.get(name) for name in ("text", "published_on", "language")
    )
    keep(draft, {**typed, **({"report": report} if same else with_proposal(report))})


def keep_form(draft: DeskDraft, sent: Mapping[str, str]) -> None:
    """Keep what stands in the form of parts, whether right or wrong."""
    form = {name: value.replace("\x00", "") for name, value in sent.items() if name not in NOT_TYPED}
    keep(draft, {**draft.typed, "form": form})


def add_part(draft: DeskDraft, kind: str) -> str:
    """A part that the reader has not found; its key."""
    parts = draft.typed["parts"]
    numbers = [int(key[1:]) for key in parts if key[0] == LETTER[kind]]
    key = f"{LETTER[kind]}{max(numbers, default=-1) + 1}"
    keep(draft, {**draft.typed, "parts": {**parts, key: blank_part(kind)}})
    return key


def keep(draft: DeskDraft, typed: dict[str, Any]) -> None:
    draft.typed = typed
    DeskDraft.objects.filter(pk=draft.pk).update(typed=typed, touched_at=Now())


def drafts_of(editor: Any) -> QuerySet[DeskDraft]:
    """What an editor has begun and not entered, the newest first."""
    begun = DeskDraft.objects.filter(editor=editor, entered={}, typed__has_key="report")
    return begun.order_by("-touched_at", "pk")


def begun_with(editor: Any, text: str, token: str) -> DeskDraft | None:
    """The editor's own draft of this very text that was not entered yet, other than this form's own."""
    return drafts_of(editor).filter(typed__report__text=text, typed__has_key="parts").exclude(token=token).first()


def hash_of(text: str) -> str:
    """The SHA-256 of a text as it is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def source_with(text: str) -> Source | None:
    """The source that holds this very text; None if nobody has entered it."""
    return Source.objects.filter(sha256=hash_of(text)).order_by("pk").first()
