"""The next part of a list that is longer than a piece: begun by itself once the part before is in review."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from pardons.desk.events import begin_with_event, place_of_events
from pardons.desk.pasting import REST_OF, typed_before, wait_for_next
from pardons.desk.people import begin_with_people, place_of_people
from pardons.desk.piece_forms import PasteForm
from pardons.desk.unsent import unsent
from pardons.linking.given import FORMS
from pardons.linking.models import Piece
from pardons.linking.pieces import Outcome


def to_next_part(request: HttpRequest, sent: Piece) -> HttpResponse | None:
    """The page of the next part; None where the list ends with the piece that was sent."""
    place = place_of_people(sent.announcement) if sent.announcement else place_of_events(sent.kind)
    typed = unsent(request.user, place)
    if typed is None or typed.get(REST_OF) != sent.token:
        return None
    form = PasteForm(typed_before(typed), announcement=sent.announcement)
    outcome = begin_next(request, sent, form, typed) if form.is_valid() else None
    if outcome is None:
        return redirect(page_of_list(sent))
    wait_for_next(request, place, form, outcome)
    return redirect(outcome.piece)


def begin_next(request: HttpRequest, sent: Piece, form: PasteForm, typed: MultiValueDict[str, str]) -> Outcome | None:
    """None where what is given for all no longer holds: then its form is shown."""
    if sent.announcement is not None:
        return begin_with_people(request, form, sent.announcement, given=sent.given)
    given = FORMS[sent.kind](typed, prefix="all", country=sent.country)
    return begin_with_event(request, Piece.Kind(sent.kind), sent.country, form, given) if given.is_valid() else None


def page_of_list(sent: Piece) -> str:
    """Where the rest of the list stands."""
    if sent.announcement is not None:
        return reverse("desk-people", args=[sent.announcement.public_id])
    return f"{reverse('desk-events')}?kind={sent.kind}&country={sent.country}"
