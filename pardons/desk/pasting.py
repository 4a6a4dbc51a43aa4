"""A piece begun from a pasted list: what the pages of people and of events share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from pardons.desk.piece_forms import PasteForm, new_token
from pardons.desk.unsent import forget_unsent, keep_unsent
from pardons.linking import pieces
from pardons.linking.models import Piece
from pardons.linking.pasted import Pasted
from registry.publishing import Publication

# In what is kept of a paste form: the piece after which the rest of its list comes.
REST_OF = "rest_of"
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
    """What is longer than a piece waits for the sending of that piece, with its source and what is given for all."""
    rest = form.names_left()
    if outcome.was_done:
        return
    if not rest.named:
        forget_unsent(request.user, place)
        return
    source = outcome.piece.source.public_id if outcome.piece.source else ""
    lines = "\n".join(line for line, _named in rest.lines)
    kept = MultiValueDict({"names": [lines], "source": [source], REST_OF: [outcome.piece.token]})
    kept["country"] = outcome.piece.country
    for name, value in outcome.piece.given.items():
        kept.setlist(f"all-{name}", value if isinstance(value, list) else [value])
    keep_unsent(request.user, place, kept)
    messages.warning(
        request,
        _("This part has %(most)d names. The other %(count)d come by themselves once you have sent it to review.")
        % {"most": len(outcome.piece.rows), "count": len(rest.named)},
    )


def say_unread(request: HttpRequest, pasted: Pasted) -> None:
    if pasted.unread:
        lines = "; ".join(f"“{line[:60]}”" for line in pasted.unread[:5])
        messages.warning(request, _("No name was found in: %(lines)s") % {"lines": lines})


def to_piece(request: HttpRequest, outcome: pieces.Outcome) -> HttpResponseRedirect:
    if outcome.was_done:
        messages.info(request, _("This form was sent before: here is what it made. Nothing was made twice."))
    return redirect("desk-piece", token=outcome.piece.token)
