"""One piece of work at the desk: a choice for each name, and a second person who publishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pardons.desk.laying_over import as_shown, laid_over, last_hand
from pardons.desk.next_part import to_next_part
from pardons.desk.pasting import answer_kept, known_names
from pardons.desk.piece_forms import flat, typed_rows
from pardons.desk.piece_page import PiecePage, page_of
from pardons.desk.unsent import forget_unsent, unsent
from pardons.linking import pieces
from pardons.linking.given import FORMS, without_null
from pardons.linking.matching import propose
from pardons.linking.models import Piece
from pardons.linking.pasted import Named
from pardons.linking.pieces import Refused, Stale
from prisoners.duplicates import compare_waiting
from prisoners.models import Court, Place, Prisoner
from registry.accounts import AT_THE_DESK
from registry.desk import desk_page
from registry.forms import whole_number

MOST_SEARCHES = 20
SECONDS_TO_COMPARE = 0.5


@desk_page()
def piece(request: HttpRequest, token: str) -> HttpResponse:
    """A piece as it stands: a form while it is a draft; what is in it and its steps after that."""
    found = get_object_or_404(with_relations(), token=token)
    if request.POST.get("step") == "keep":
        return answer_kept(request, place_of(found)) if found.state == Piece.State.DRAFT else HttpResponse(status=409)
    if request.method == "POST":
        return take_step(request, found)
    typed = unsent(request.user, place_of(found)) if found.state == Piece.State.DRAFT else None
    return show_typed_before(request, found, typed) if typed else show(request, page_of(found))


def place_of(found: Piece) -> str:
    return f"piece {found.token}"


def show_typed_before(request: HttpRequest, found: Piece, typed: MultiValueDict[str, str]) -> HttpResponse:
    """The piece with what this editor typed and did not save laid over it, and over what others saved since."""
    shown = as_shown(found, version_in(typed)) or found
    ours = with_typed(shown, typed)
    conflicts = laid_over(found, flat(shown.rows, shown.given), flat(ours.rows, ours.given))
    return show(request, page_of(found), conflicts=conflicts, is_typed_before=True)


def with_relations() -> Any:
    return Piece.objects.select_related("announcement", "source", "editor", "reviewer")


def show(
    request: HttpRequest, page: PiecePage, *, status: int = 200, conflicts: Any = (), is_typed_before: bool = False
) -> HttpResponse:
    found = page.piece
    may_edit = request.user.has_perm(AT_THE_DESK["edit"])
    is_own = request.user.pk in found.hands
    context = {
        "here": "people" if found.kind == Piece.Kind.PEOPLE else "events",
        "piece": found,
        "page": page,
        "conflicts": conflicts,
        "is_typed_before": is_typed_before,
        "sexes": [each for each in Prisoner.Sex.choices if each[0] != Prisoner.Sex.UNKNOWN],
        "known_places": known_names(Place, found.country) if "place" in page.form.fields else (),
        "known_courts": known_names(Court, found.country) if "court" in page.form.fields else (),
        "is_form": found.state == Piece.State.DRAFT and may_edit,
        "may_take_back": found.state == Piece.State.IN_REVIEW and is_own and may_edit,
        "may_review": found.state == Piece.State.IN_REVIEW and not is_own
        and request.user.has_perm(AT_THE_DESK["review"]),
        "version": found.version,
    }  # fmt: skip
    return render(request, "desk/piece.html", context, status=status)


def version_in(sent: Mapping[str, str]) -> int:
    return whole_number(sent.get("version", ""), digits=9) or 0


def take_step(request: HttpRequest, found: Piece) -> HttpResponse:
    """Keep what was typed, then do what was asked. Somebody else's change in between is shown, and nothing is lost."""
    action = request.POST.get("action", "save")
    try:
        if action == "forget":
            forget_unsent(request.user, place_of(found))
            return redirect(found)
        if action == "take_back":
            pieces.take_back(found.token, by=request.user, version=version_in(request.POST))
            messages.success(request, _("Taken back: it is a draft again."))
            return redirect(found)
        return save_and(action, request, found)
    except Stale as stale:
        return show_what_changed(request, found, stale.piece)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)


def save_and(action: str, request: HttpRequest, found: Piece) -> HttpResponse:
    typed = with_typed(found, request.POST)
    if action == "search":
        search_rows(typed)
    if action == "send":
        look_again_for_renamed(typed, found)
    saved = pieces.change(
        found.token, by=request.user, version=version_in(request.POST), rows=typed.rows, given=typed.given
    )  # fmt: skip
    forget_unsent(request.user, place_of(found))
    if action == "discard":
        pieces.discard(saved.token, by=request.user, version=saved.version)
        messages.success(request, _("The piece is given up; nothing of it was public."))
        return redirect(reverse("desk-people", args=[found.announcement.public_id]) if found.announcement else "desk")
    if action == "send":
        return send(request, saved)
    messages.success(request, _("Kept as a draft."))
    return redirect(found)


def with_typed(found: Piece, sent: Mapping[str, str]) -> Piece:
    """The piece as the form would have it."""
    form = FORMS[found.kind](sent, prefix="all", country=found.country)
    carries_given = any(name.startswith("all-") for name in sent)
    typed = Piece(kind=found.kind, country=found.country)
    typed.rows = typed_rows(found, sent)
    typed.given = form.typed() if carries_given else found.given
    return typed


def search_rows(typed: Piece) -> None:
    """Look again for the rows in which another spelling was typed; what is found stands beside what was."""
    asked = [row for row in typed.rows if row["search"]][:MOST_SEARCHES]
    found = propose([Named(row["search"], row["search"]) for row in asked], country=typed.country)
    for row, proposal in zip(asked, found, strict=True):
        known = {each["public_id"] for each in row["candidates"]}
        fresh = [each for each in pieces.row_of(proposal)["candidates"] if each["public_id"] not in known]
        row["candidates"] = [*fresh, *row["candidates"]]


def look_again_for_renamed(typed: Piece, found: Piece) -> None:
    """A new person whose name was changed is looked for anew: whoever bears a like name is shown before entering."""
    before = {place: row["name"] for place, row in enumerate(found.rows)}
    renamed = [
        row for place, row in enumerate(typed.rows) if row["choice"] == pieces.NEW and row["name"] != before.get(place)
    ]
    for row, proposal in zip(renamed, propose([Named(row["name"], row["name"]) for row in renamed]), strict=True):
        known = {each["public_id"] for each in row["candidates"]}
        fresh = [each for each in pieces.row_of(proposal)["candidates"] if each["public_id"] not in known]
        row["candidates"] = [*fresh, *row["candidates"]]
        row["choice"] = "" if fresh else pieces.NEW


def send(request: HttpRequest, saved: Piece) -> HttpResponse:
    try:
        sent = pieces.send(saved.token, by=request.user, version=saved.version)
    except Refused as refused:
        return show(request, page_of(with_relations().get(pk=saved.pk), refused.problems), status=400)
    # New people of the piece are compared with everyone, for the queue of likely duplicates.
    compare_waiting(SECONDS_TO_COMPARE)
    messages.success(request, in_review_words(sent.piece))
    return to_next_part(request, sent.piece) or redirect(sent.piece)


def in_review_words(sent: Piece) -> str:
    count = len(sent.taken)
    return ngettext(
        "%(count)d person is in review: a second person publishes the piece.",
        "%(count)d people are in review: a second person publishes the piece.",
        count,
    ) % {"count": count}


def show_what_changed(request: HttpRequest, found: Piece, now: Piece) -> HttpResponse:
    """The newer piece with what this editor typed laid over it; where both changed one thing, both values."""
    now = with_relations().get(pk=now.pk)
    if not any(name.startswith(("row-", "all-")) for name in request.POST):
        messages.warning(request, _("It was changed meanwhile (%(who)s): look again.") % {"who": last_hand(now)})
        return redirect(now)
    shown = as_shown(found, version_in(request.POST)) or now
    typed = with_typed(shown, request.POST)
    conflicts = laid_over(now, flat(shown.rows, shown.given), flat(typed.rows, typed.given))
    messages.warning(
        request,
        _("%(who)s changed this meanwhile. What you typed is below, over the newer values, and not saved yet.")
        % {"who": last_hand(now)},
    )
    return show(request, page_of(now), status=409, conflicts=conflicts)


@desk_page(change="review")
def publish(request: HttpRequest, token: str) -> HttpResponse:
    """Publish a piece whole; asked again, says that it is done."""
    found = get_object_or_404(with_relations(), token=token)
    if request.method != "POST":
        return redirect(found)
    note = without_null(request.POST.get("note"))[:1000]
    try:
        outcome = pieces.publish(token, by=request.user, version=version_in(request.POST), note=note)
    except Refused as refused:
        messages.error(request, _("It can't be published as it stands: see the rows marked below, and send it back."))
        return show(request, page_of(found, refused.problems), status=400)
    except Stale as stale:
        messages.warning(
            request, _("It was changed meanwhile (%(who)s): look again.") % {"who": last_hand(stale.piece)}
        )
        return redirect(found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)
    messages.success(request, _("It was published before.") if outcome.was_done else published_words(outcome))
    return redirect(found)


def published_words(outcome: pieces.Outcome) -> str:
    count = len(outcome.made)
    return ngettext("%(count)d row is public now.", "%(count)d rows are public now.", count) % {"count": count}


@desk_page(change="review")
def send_back(request: HttpRequest, token: str) -> HttpResponse:
    """Give a piece back to its editor with a note."""
    found = get_object_or_404(with_relations(), token=token)
    if request.method != "POST":
        return redirect(found)
    note = without_null(request.POST.get("note"))[:1000]
    try:
        pieces.send_back(token, by=request.user, version=version_in(request.POST), note=note)
        messages.success(request, _("Sent back with your note."))
    except Stale as stale:
        messages.warning(
            request, _("It was changed meanwhile (%(who)s): look again.") % {"who": last_hand(stale.piece)}
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(found)
