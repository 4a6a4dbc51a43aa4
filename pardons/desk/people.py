"""The page that identifies people: who fills the places of an announcement, and a list of names to be pasted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pardons.desk.pasting import OPEN_STATES, REST_OF, answer_kept, say_unread, to_piece, typed_before, wait_for_next
from pardons.desk.piece_forms import PasteForm, new_token
from pardons.desk.piece_page import places_now
from pardons.desk.unsent import unsent
from pardons.linking import pieces
from pardons.linking.matching import propose
from pardons.linking.models import Piece
from pardons.models import Announcement, Identification
from registry.desk import desk_page
from registry.models import Source
from registry.publishing import Publication


@desk_page()
def people(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who fills the places of an announcement, and a list of names to be pasted."""
    announcement = get_object_or_404(Announcement, public_id=public_id)
    place = place_of_people(announcement)
    if request.POST.get("step") == "keep":
        return answer_kept(request, place)
    waiting, typed = names_waiting(announcement), unsent(request.user, place)
    first = typed_before(typed) if typed else first_values(request, waiting)
    form = PasteForm(request.POST or None, announcement=announcement, initial=first)
    if request.method == "POST" and form.is_valid():
        outcome = begin_with_people(request, form, announcement)
        wait_for_next(request, place, form, outcome)
        return to_piece(request, outcome)
    kept = Identification.objects.filter(announcement=announcement).exclude(publication=Publication.RETRACTED)
    context = {
        "here": "people",
        "announcement": announcement,
        "row": places_now(announcement),
        "form": form,
        "waiting": waiting,
        "is_typed_before": typed is not None,
        "is_rest": typed is not None and REST_OF in typed,
        "people": kept.select_related("prisoner").prefetch_related("prisoner__names").order_by("pk"),
        "pieces": announcement.pieces.filter(state__in=OPEN_STATES).select_related("editor").order_by("-entered_at"),
    }
    return render(request, "desk/people.html", context, status=400 if form.errors else 200)


def place_of_people(announcement: Announcement) -> str:
    """How what is typed on this page is kept."""
    return f"people {announcement.public_id}"


@dataclass(frozen=True)
class NamesTold:
    """The names that one report told with an announcement and that nobody has taken up yet."""

    source: Source
    names: list[str]


def names_waiting(announcement: Announcement) -> list[NamesTold]:
    """What reports told, each by its source, without the names that are identified or stand in an open piece."""
    private = getattr(announcement, "private", None)
    told = private.names_told if private else []
    sources = {each.public_id: each for each in Source.objects.filter(public_id__in=[each["source"] for each in told])}
    done = names_taken_up(announcement) if told else set()
    found = [
        NamesTold(sources[each["source"]], [name for name in each["names"] if name.casefold() not in done])
        for each in told
        if each["source"] in sources
    ]
    return [each for each in found if each.names]


def names_taken_up(announcement: Announcement) -> set[str]:
    """Spellings of who is identified, and of the rows of open pieces."""
    kept = Identification.objects.filter(announcement=announcement).exclude(publication=Publication.RETRACTED)
    spellings = set(kept.values_list("prisoner__names__text", flat=True)) - {None}
    for rows in announcement.pieces.filter(state__in=OPEN_STATES).values_list("rows", flat=True):
        spellings |= {text for row in rows for text in (row["name"], row["written"])}
    return {spelling.casefold() for spelling in spellings}


def first_values(request: HttpRequest, waiting: list[NamesTold]) -> dict[str, Any]:
    """The paste form begins with the names of one report, the one asked for or the first, and its source."""
    asked = [each for each in waiting if each.source.public_id == request.GET.get("told")] or waiting[:1]
    values: dict[str, Any] = {"token": new_token()}
    for each in asked:
        values |= {"names": "\n".join(each.names), "source": each.source.public_id}
    return values


def begin_with_people(
    request: HttpRequest, form: PasteForm, announcement: Announcement, *, given: Mapping[str, Any] | None = None
) -> pieces.Outcome:
    told = form.cleaned_data
    pasted = form.names_read()
    here = Identification.objects.filter(announcement=announcement).exclude(publication=Publication.RETRACTED)
    act = announcement.counted_on
    proposals = propose(
        pasted.named,
        country=announcement.country,
        act_year=act.earliest.year if act and act.earliest else None,
        here=here.values_list("prisoner_id", flat=True),
    )
    say_unread(request, pasted)
    return pieces.begin(
        told["token"],
        Piece.Kind.PEOPLE,
        by=request.user,
        rows=[pieces.row_of(proposal) for proposal in proposals],
        pasted=told["names"],
        given=dict(given or {}),
        source=form.found_source(),
        announcement=announcement,
    )
