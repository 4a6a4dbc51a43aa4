"""One event for many people: its kind, the names, and what is given once for all of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _lazy

from pardons.desk.pasting import (
    OPEN_STATES,
    REST_OF,
    answer_kept,
    known_names,
    say_unread,
    to_piece,
    typed_before,
    wait_for_next,
)
from pardons.desk.piece_forms import PasteForm, new_token
from pardons.desk.unsent import unsent
from pardons.linking import pieces
from pardons.linking.given import FORMS, GivenForm
from pardons.linking.matching import propose
from pardons.linking.models import Piece
from prisoners.models import Court, Place
from prisoners.models.prisoner import default_country
from registry.countries import country_choices, is_country
from registry.dates import PartialDate
from registry.desk import desk_page


class CountryForm(forms.Form):
    """Whose list new people of a piece go on; the names and places of that country are offered."""

    country = forms.ChoiceField(label=_lazy("Country it is about"), choices=country_choices, required=False)


KINDS = [kind for kind in Piece.Kind if kind != Piece.Kind.PEOPLE]


@desk_page()
def events(request: HttpRequest) -> HttpResponse:
    """Choose a kind; paste the names; give date, place or organisation and source once."""
    sent = request.POST if request.method == "POST" else request.GET
    kind = next((each for each in KINDS if each == sent.get("kind")), None)
    if kind is None:
        return render(request, "desk/events.html", {"here": "events", "kinds": KINDS, "pieces": open_pieces()})
    place = place_of_events(kind)
    if request.POST.get("step") == "keep":
        return answer_kept(request, place)
    typed = unsent(request.user, place)
    country = country_in(sent.get("country") or country_typed(typed))
    data = request.POST if request.method == "POST" else None
    paste = PasteForm(data, initial=typed_before(typed) if typed else {"token": new_token()})
    given = FORMS[kind](data, prefix="all", country=country, initial=given_before(typed, kind))
    about = CountryForm(data, initial={"country": country})
    if request.method == "POST" and all([paste.is_valid(), given.is_valid(), about.is_valid()]):
        outcome = begin_with_event(request, kind, country, paste, given)
        wait_for_next(request, place, paste, outcome)
        return to_piece(request, outcome)
    context = {
        "here": "events",
        "kinds": KINDS,
        "kind": kind,
        "about": about,
        "is_wrong": any(each.errors for each in (paste, given, about)),
        "form": paste,
        "given": given,
        "is_typed_before": typed is not None,
        "is_rest": typed is not None and REST_OF in typed,
        "known_places": known_names(Place, country) if "place" in given.fields else (),
        "known_courts": known_names(Court, country) if "court" in given.fields else (),
    }
    return render(request, "desk/events.html", context, status=400 if context["is_wrong"] else 200)


def place_of_events(kind: str) -> str:
    """How what is typed on this page is kept."""
    return f"events {kind}"


def given_before(typed: MultiValueDict[str, str] | None, kind: Piece.Kind) -> dict[str, Any]:
    """First values of what is given for all: what was typed there and not sent."""
    return FORMS[kind](typed, prefix="all").typed() if typed else {}


def country_typed(typed: MultiValueDict[str, str] | None) -> str:
    return (typed.getlist("country") or [""])[-1] if typed else ""


def country_in(code: str) -> str:
    return code if is_country(code) else default_country()


def open_pieces() -> Any:
    """Events that are not published yet, newest first."""
    kept = Piece.objects.filter(state__in=OPEN_STATES).exclude(kind=Piece.Kind.PEOPLE)
    return kept.select_related("editor").order_by("-entered_at")[:50]


def begin_with_event(
    request: HttpRequest, kind: Piece.Kind, country: str, paste: PasteForm, given: GivenForm
) -> pieces.Outcome:
    pasted = paste.names_read()
    say_unread(request, pasted)
    proposals = propose(pasted.named, country=country, act_year=year_in(given))
    return pieces.begin(
        paste.cleaned_data["token"],
        kind,
        by=request.user,
        rows=[pieces.row_of(proposal) for proposal in proposals],
        pasted=paste.cleaned_data["names"],
        given=given.typed(),
        source=paste.found_source(),
        country=country,
    )


def year_in(given: GivenForm) -> int | None:
    """The year that the event's date gives, for reading ages."""
    days = [value for value in given.cleaned_data.values() if isinstance(value, PartialDate) and value.earliest]
    return days[0].earliest.year if days and days[0].earliest else None
