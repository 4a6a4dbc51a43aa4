"""Closing a request with what came of it. It touches no event, so no total moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from prisoners.models import Request
from registry.history import Nature, changeset
from registry.publishing import Publication

Kind, Decision = Request.Kind, Request.Decision
DECISIONS = [each for each in Decision if each != Decision.OPEN]
# While the person is public, these were not granted.
HIDES = (Kind.WITHHOLD, Kind.REMOVE)


@dataclass(frozen=True)
class Outcome:
    """What was decided, what was done in the reviewer's words, and when to look again, if at all."""

    decision: str
    words: str
    review_on: date | None = None


def close(number: int, outcome: Outcome, *, by: Any, today: date) -> Request:
    """Give an open request its outcome.

    Raises ValidationError without a decision or a word on what was done, if it is closed already, and where it is said
    to be granted while the person is still public.
    """
    refuse_unsaid(outcome)
    with changeset(by=by, note=_("A request is closed"), nature=Nature.CORRECTION):
        request = Request.objects.select_for_update(of=("self",)).select_related("prisoner").get(pk=number)
        if request.decision != Decision.OPEN:
            raise ValidationError(_("This request was closed meanwhile."), code="closed")
        refuse_undone(request, outcome)
        request.decision, request.decided_on = outcome.decision, today
        request.review_on = outcome.review_on
        request.notes = "\n\n".join(part for part in (request.notes, outcome.words.strip()) if part)
        request.save(update_fields=["decision", "decided_on", "review_on", "notes"])
    return request


def refuse_unsaid(outcome: Outcome) -> None:
    if outcome.decision not in DECISIONS:
        raise ValidationError(_("Say whether it was granted."), code="decision_missing")
    if not outcome.words.strip():
        raise ValidationError(_("Say what was done, or why it was not: reviewers read it."), code="outcome_missing")


def refuse_undone(request: Request, outcome: Outcome) -> None:
    person = request.prisoner
    granted = outcome.decision == Decision.GRANTED and request.kind in HIDES
    if granted and person is not None and person.publication == Publication.PUBLISHED:
        raise ValidationError(
            _("The person is still public: withhold them first, or say that it was granted in part."), code="public"
        )
