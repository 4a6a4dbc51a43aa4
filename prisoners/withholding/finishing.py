"""The step that withholds a person: texts are blanked and the identity hidden together, or nothing happens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prisoners.models import Prisoner
from prisoners.withholding.texts import Text, texts_naming
from registry.editing import settle
from registry.history import Nature, changeset
from registry.models import Changeset
from registry.publishing import Publication, withhold


@dataclass(frozen=True)
class Decided:
    """What an editor decided: why, which texts are blanked, and why the others they saw may stay."""

    why: str
    seen: Collection[str] = field(default_factory=set)
    blank: Collection[str] = field(default_factory=set)
    why_others_stay: str = ""

    @property
    def note(self) -> str:
        stays = _("Texts that stay: %(why)s") % {"why": self.why_others_stay} if self.why_others_stay else ""
        return "\n".join(part for part in (self.why, stays) if part)


def withhold_person(person: Prisoner, decided: Decided, *, by: Any) -> int:
    """Blank what was ticked and withhold the person, unless withheld already; how many texts were blanked.

    Raises ValidationError without a reason, while a text holds the name that nobody has looked at, and while one stays
    without a word on why.
    """
    if not decided.why:
        raise ValidationError(_("Give a reason: it is kept in the history."), code="reason_missing")
    # Before the lock, for which all editors wait. Every text changes with a changeset: without a new one none has.
    number, found = Changeset.latest_number(), texts_naming(person)
    with changeset(by=by, note=decided.note, nature=Nature.CORRECTION):
        person.refresh_from_db()
        if Changeset.latest_number() != number:
            found = texts_naming(person)
        refuse_open(found, decided)
        chosen = [text for text in found if text.token in decided.blank]
        for text in chosen:
            blank(text)
        if person.publication != Publication.WITHHELD:
            withhold(person, by=by, note=decided.note)
        settle()
    return len(chosen)


def refuse_open(found: list[Text], decided: Decided) -> None:
    """Every text is blanked, or stays for a reason, or the step is refused."""
    if any(text.token not in decided.seen for text in found):
        raise ValidationError(
            _("Public texts hold the name, or were changed since you looked: they are listed below."), code="not_seen"
        )
    fixed = [text for text in found if text.token in decided.blank and not text.may_blank]
    left = [text for text in found if text.token not in decided.blank]
    if fixed or (left and not decided.why_others_stay):
        sentence = ngettext(
            "%(count)d public text still holds the name: tick it, or say in writing why it is another person.",
            "%(count)d public texts still hold the name: tick them, or say in writing why they are of another person.",
            len(left) + len(fixed),
        )
        raise ValidationError(sentence % {"count": len(left) + len(fixed)}, code="name_left")


def blank(text: Text) -> None:
    text.model._base_manager.filter(pk=text.key).update(**{text.field.name: text.becomes})
