"""A piece begun from a pasted list: what the pages of people and of events share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from pardons.desk.piece_forms import MOST_NAMES, PasteForm, new_token
from pardons.desk.unsent import forget_unsent, keep_unsent
from pardons.linking import pieces
from pardons.linking.models import Piece
from pardons.linking.pasted import Pasted
from registry.publishing import Publication

OPEN_STATES = (Piece.State.DRAFT, Piece.State.IN_REVIEW)


def known_names(model: Any, country: str) -> Any:
    kept = model.objects.filter(country=country).exclude(publication=Publication.RETRACTED)
    return kept.order_by("name").values_list("name", flat=True)[:500]


def answer_kept(request: HttpRequest, place: str) -> HttpResponse:
    """A form is kept as it is typed."""
    keep_unsent(request.user, place, request.POST)
    return HttpResponse(status=204)


def typed_before(typed: MultiValueDict[str, str]) -> dict[str, Any]:
    """First values of a paste form: what was typed into it before, under a token of its own."""
    return {name: typed[name] for name in PasteForm.base_fields if name in typed} | {"token": new_token()}


def wait_for_next(request: HttpRequest, place: str, form: PasteForm, outcome: pieces.Outcome) -> None:
    """What is longer than a piece waits in the paste form, with its source; else nothing is kept of the form."""
    rest = form.names_left()
    if not rest or outcome.was_done:
        forget_unsent(request.user, place)
        return
    source = outcome.piece.source.public_id if outcome.piece.source else ""
    keep_unsent(request.user, place, MultiValueDict({"names": ["\n".join(rest)], "source": [source]}))
    messages.warning(
        request,
        _("This piece has the first %(most)d names. The other %(count)d wait where you pasted them, for the next one.")
        % {"most": MOST_NAMES, "count": len(rest)},
    )


def say_unread(request: HttpRequest, pasted: Pasted) -> None:
    if pasted.unread:
        lines = "; ".join(f"“{line[:60]}”" for line in pasted.unread[:5])
        messages.warning(request, _("No name was found in: %(lines)s") % {"lines": lines})


def to_piece(request: HttpRequest, outcome: pieces.Outcome) -> HttpResponseRedirect:
    if outcome.was_done:
        messages.info(request, _("This form was sent before: here is what it made. Nothing was made twice."))
    return redirect("desk-piece", token=outcome.piece.token)
