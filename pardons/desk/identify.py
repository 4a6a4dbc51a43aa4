"""Identifying people at the desk: a pasted list, a choice for each name, and a second person who publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pardons.desk.identify_forms import MOST_NAMES, PasteForm, flat, new_token, typed_rows
from pardons.desk.identify_page import PiecePage, page_of, places_now
from pardons.desk.unsent import forget_unsent, keep_unsent, unsent
from pardons.linking import pieces
from pardons.linking.forms import FORMS, without_null
from pardons.linking.matching import propose
from pardons.linking.models import Piece
from pardons.linking.pasted import Named, Pasted
from pardons.linking.pieces import Refused, Stale
from pardons.models import Announcement, Identification
from prisoners.duplicates import compare_waiting
from prisoners.models import Court, Place, Prisoner
from registry.accounts import AT_THE_DESK
from registry.changes import author, version_of
from registry.desk import desk_page
from registry.models import Changeset, Source
from registry.publishing import Publication

MOST_SEARCHES = 20
LONGEST_NUMBER = 9
SECONDS_TO_COMPARE = 0.5


@desk_page()
def people(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who fills the places of an announcement, and a list of names to be pasted."""
    announcement = get_object_or_404(Announcement, public_id=public_id)
    place = f"people {announcement.public_id}"
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
        "people": kept.select_related("prisoner").prefetch_related("prisoner__names").order_by("pk"),
        "pieces": announcement.pieces.filter(state__in=OPEN_STATES).select_related("editor").order_by("-entered_at"),
    }
    return render(request, "desk/people.html", context, status=400 if form.errors else 200)


OPEN_STATES = (Piece.State.DRAFT, Piece.State.IN_REVIEW)


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


def begin_with_people(request: HttpRequest, form: PasteForm, announcement: Announcement) -> pieces.Outcome:
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
        source=form.found_source(),
        announcement=announcement,
    )


def say_unread(request: HttpRequest, pasted: Pasted) -> None:
    if pasted.unread:
        lines = "; ".join(f"“{line[:60]}”" for line in pasted.unread[:5])
        messages.warning(request, _("No name was found in: %(lines)s") % {"lines": lines})


def to_piece(request: HttpRequest, outcome: pieces.Outcome) -> HttpResponseRedirect:
    if outcome.was_done:
        messages.info(request, _("This form was sent before: here is what it made. Nothing was made twice."))
    return redirect("desk-piece", token=outcome.piece.token)


# --- One piece ---


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


def known_names(model: Any, country: str) -> Any:
    kept = model.objects.filter(country=country).exclude(publication=Publication.RETRACTED)
    return kept.order_by("name").values_list("name", flat=True)[:500]


def version_in(sent: Mapping[str, str]) -> int:
    carried = sent.get("version", "")
    return int(carried) if carried.isascii() and carried.isdecimal() and len(carried) <= LONGEST_NUMBER else 0


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
    return redirect(sent.piece)


def in_review_words(sent: Piece) -> str:
    count = len(sent.taken)
    return ngettext(
        "%(count)d person is in review: a second person publishes the piece.",
        "%(count)d people are in review: a second person publishes the piece.",
        count,
    ) % {"count": count}


# --- Two editors at once ---


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


# --- Review ---


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
