"""What one editor typed, laid over what another has saved meanwhile: nothing of either is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pardons.desk.piece_forms import flat
from pardons.linking.models import Piece
from prisoners.models import Prisoner
from registry.changes import author, version_of
from registry.models import Changeset


def as_shown(found: Piece, version: int) -> Piece | None:
    """The piece as the form showed it, from its history."""
    model: Any = Piece
    row = model.pgh_event_model.objects.filter(pgh_obj_id=found.pk, version=version).order_by("pgh_id").last()
    if row is None:
        return None
    return Piece(kind=row.kind, country=row.country, rows=row.rows, given=row.given, version=version)


def last_hand(now: Piece) -> str:
    changed = Changeset.objects.select_related("by").filter(number=version_of(now)).first()
    return author(changed) if changed else ""


def laid_over(now: Piece, shown: Mapping[str, Any], typed: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Lay what was typed over the newer piece; the field, their value and ours where both changed one thing."""
    saved = flat(now.rows, now.given)
    conflicts = []
    for name in sorted({*shown, *typed}):
        ours, before, theirs = typed.get(name, ""), shown.get(name, ""), saved.get(name, "")
        if ours in (before, theirs):
            continue
        if theirs != before:
            conflicts.append((field_in_words(name), in_words(now, theirs), in_words(now, ours)))
        write(now, name, ours)
    return conflicts


def write(now: Piece, name: str, value: Any) -> None:
    if name.startswith("all-"):
        now.given[name.removeprefix("all-")] = value
        return
    _row, place, field = name.split("-", 2)
    row = now.rows[int(place)] if int(place) < len(now.rows) else {"given": {}}
    (row if field in ("choice", "name", "sex", "keep_spelling") else row["given"])[field] = value


def field_in_words(name: str) -> str:
    if name.startswith("all-"):
        return _("for all: %(field)s") % {"field": name.removeprefix("all-").replace("_", " ")}
    _row, place, field = name.split("-", 2)
    said = {"number": int(place) + 1, "field": field.replace("_", " ")}
    return _("row %(number)d: %(field)s") % said


def in_words(now: Piece, value: Any) -> str:
    text = str(value)
    if text.startswith("person:"):
        person = Prisoner.objects.filter(public_id=text.removeprefix("person:")).first()
        return str(person) if person else text
    return text or "–"
