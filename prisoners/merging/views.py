"""The desk's pages of duplicates: likely pairs, merging two records, undoing it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prisoners.duplicates import as_shown, compare_waiting, likely_pairs, take_back, tell_apart, told_apart, waiting
from prisoners.merging.joining import Answers, in_order, plan, version, what_became_of, why_not
from prisoners.merging.proposing import (
    merge_or_propose,
    proposed_for,
    touched_the_public,
    undo_or_propose,
    undoing_proposed,
    were_public,
)
from prisoners.merging.proposing import waiting as proposed_merges
from prisoners.merging.undoing import Undoing, entered_since, why_not_undone
from prisoners.models import Merge, NotSamePerson, Prisoner
from registry.desk import asked_why, desk_page
from registry.forms import whole_number
from registry.models import ProposedChange
from registry.proposals import give_up, typed_again

PAIRS_OF_A_PAGE = 20
LATEST_MERGES = 10
# The button of the queue catches up for so long with people who have yet to be compared.
SECONDS_OF_A_PAGE = 3.0
TURNED_DOWN = 400
CHANGED_MEANWHILE = 409


@desk_page()
def duplicates(request: HttpRequest) -> HttpResponse:
    """Likely pairs, the likeliest first. POST compares who waits, tells a pair apart, or takes that back."""
    error, status = "", 200
    if request.method == "POST":
        try:
            sentence = settle_pair(request)
        except ValidationError as refused:
            error, status = refused.messages[0], TURNED_DOWN
        else:
            messages.success(request, sentence)
            return HttpResponseRedirect(reverse("desk-duplicates"))
    page = Paginator(likely_pairs(), PAIRS_OF_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "duplicates",
        "error": error,
        "page": page,
        "pairs": [as_shown(pair) for pair in page],
        "waiting": waiting(),
        "told_apart": NotSamePerson.objects.select_related("first", "second").order_by("-pk")[:LATEST_MERGES],
        "merges": Merge.objects.select_related("by").order_by("-pk")[:LATEST_MERGES],
        "proposed": proposed_merges(),
        "typed": {"reason": request.POST.get("reason", ""), "pair": request.POST.get("pair", "")},
    }
    return render(request, "desk/duplicates.html", context, status=status)


def settle_pair(request: HttpRequest) -> str:
    """Do what a form of the queue asks, and say what was done."""
    if request.POST.get("step") == "compare":
        return compared(compare_waiting(SECONDS_OF_A_PAGE), waiting())
    first, second = (found(request.POST.get(name, "")) for name in ("first", "second"))
    if first is None or second is None:
        raise ValidationError(_("One of the two is gone, merged or deleted meanwhile: look again."), code="gone")
    if request.POST.get("step") == "take-back":
        pair = told_apart(first, second)
        if pair is None:
            raise ValidationError(_("That was taken back already."), code="gone")
        take_back(pair, by=request.user, note=reason(request) or _("They may be one person after all."))
        return _("The two may be one person after all: they are in the queue again.")
    tell_apart(first, second, by=request.user, note=reason(request))
    return _("Recorded: %(first)s and %(second)s are two people.") % {"first": first, "second": second}


def compared(people: int, left: int) -> str:
    done = ngettext("%(count)d person was compared.", "%(count)d people were compared.", people) % {"count": people}
    return done if not left else done + " " + _("More wait: go on, or leave it to the operator’s nightly command.")


@desk_page()
def merge_page(request: HttpRequest) -> HttpResponse:
    """Both lives side by side and what merging them would do; POST merges drafts, and proposes to merge others."""
    asked = sent(request) or request.GET
    people = [found(asked.get(name, "")) for name in ("first", "second")]
    first, second = people
    if first is None or second is None or first == second:
        return which_two(request, asked)
    kept, other = chosen_order(first, second, asked.get("keep", ""))
    if request.method == "POST":
        return merge_or_ask_again(request, kept, other)
    return ask(request, kept, other)


def merge_or_ask_again(request: HttpRequest, kept: Prisoner, other: Prisoner) -> HttpResponse:
    seen = whole_number(request.POST.get("version", ""))
    if seen is None:
        return ask(request, kept, other, _("Look at both records first, then merge."), TURNED_DOWN)
    try:
        made = merge_or_propose(
            kept, other, by=request.user, note=reason(request), answers=answers(request.POST), seen=seen,
            sent=request.POST,
        )  # fmt: skip
    except ValidationError as refused:
        status = CHANGED_MEANWHILE if refused.code in ("changed", "gone") else TURNED_DOWN
        if refused.code == "gone":
            return which_two(request, request.POST, refused.messages[0], status)
        return ask(request, kept, other, refused.messages[0], status)
    return led_on(request, made, _("The two records are one now."))


def led_on(request: HttpRequest, made: Merge | ProposedChange, done: str) -> HttpResponse:
    """To the merge, or to the proposal that a second person decides on."""
    if isinstance(made, ProposedChange):
        give_up(request.GET.get("again", ""), made, by=request.user)
        messages.success(request, _("Proposed: a second person decides. Until then nothing has changed."))
        return HttpResponseRedirect(made.get_absolute_url())
    messages.success(request, done)
    return HttpResponseRedirect(reverse("desk-merge-record", args=[made.pk]))


def ask(request: HttpRequest, kept: Prisoner, other: Prisoner, error: str = "", status: int = 200) -> HttpResponse:
    """The page that shows what a merge would do, with what was typed."""
    posted = sent(request)
    what = plan(kept, other)
    pair = {"first": kept.public_id, "second": other.public_id}
    context = {
        "here": "duplicates",
        "plan": what,
        "people": [kept, other],
        "error": error,
        "problem": why_not(kept, other),
        "asks_a_second": were_public((kept, other)),
        "proposed": proposed_for(kept, other),
        "told_apart": told_apart(kept, other),
        "version": version(kept, other),
        "ticked": set(posted.getlist("same")) if posted else {each.name for each in what.events if each.is_likely},
        "chosen": answers(posted).chosen,
        "takes_main_name": posted.get("main_name") == "other",
        "reason": posted.get("reason", ""),
        "turned": "" if why_not(other, kept) else "?" + urlencode({**pair, "keep": other.public_id}),
    }
    return render(request, "desk/merge.html", context, status=status)


def which_two(request: HttpRequest, asked: Any, error: str = "", status: int = 200) -> HttpResponse:
    """The page that asks which two records are meant, saying what became of one that is gone."""
    typed = {name: asked.get(name, "")[:24] for name in ("first", "second")}
    gone = [value for value in typed.values() if value and found(value) is None]
    if gone and not error:
        error, status = what_became_of(gone[0]), 404
    elif request.method == "POST" and not error:
        error, status = _("Name two different records."), TURNED_DOWN
    return render(
        request, "desk/merge_which.html", {"here": "duplicates", "error": error, "typed": typed}, status=status
    )


@desk_page()
def merge_record(request: HttpRequest, number: int) -> HttpResponse:
    """One merge: who, when, why, what became of it; POST undoes it, or proposes to."""
    made = Merge.objects.select_related("by", "undone_by").filter(pk=number).first()
    if made is None:
        raise Http404
    error, status = "", 200
    if request.method == "POST":
        try:
            anyway = "anyway" in request.POST
            done = undo_or_propose(made, by=request.user, note=reason(request), anyway=anyway, sent=request.POST)
        except ValidationError as refused:
            error, status = refused.messages[0], TURNED_DOWN
            made.refresh_from_db()
        else:
            return led_on(request, done, _("The merge is undone: there are two records again."))
    return render(request, "desk/merge_record.html", record_context(request, made, error), status=status)


def record_context(request: HttpRequest, made: Merge, error: str) -> dict[str, Any]:
    problem = why_not_undone(made)
    posted = sent(request)
    return {
        "here": "duplicates",
        "merge": made,
        "error": error,
        "problem": problem,
        "asks_a_second": touched_the_public(made),
        "proposed": undoing_proposed(made),
        "anyway": "anyway" in posted,
        "edited": [] if problem else Undoing(made).work_out().edited,
        "entered_since": [] if problem else entered_since(made),
        "kept": Prisoner.objects.filter(pk=made.kept_key).first(),
        "other": Prisoner.objects.filter(pk=made.merged_key).first(),
        "reason": posted.get("reason", ""),
    }


# --- What a form says ---


def sent(request: HttpRequest) -> QueryDict:
    """The form: as it is sent, or as it was when its author opens a proposal of theirs again; else empty."""
    if request.method == "POST":
        return request.POST
    return typed_again(request.GET.get("again", ""), request.path, request.user) or QueryDict()


def found(public_id: str) -> Prisoner | None:
    """The record with an identifier; None for whatever else was typed."""
    return Prisoner.objects.filter(public_id=public_id.strip().replace("\x00", "")[:24]).first()


def reason(request: HttpRequest) -> str:
    return asked_why(request, "reason")


def chosen_order(first: Prisoner, second: Prisoner, keep: str) -> tuple[Prisoner, Prisoner]:
    """The record that stays, then the other: as asked, else the older published one first."""
    if keep in (first.public_id, second.public_id):
        return (first, second) if keep == first.public_id else (second, first)
    return in_order(first, second)


def answers(posted: QueryDict) -> Answers:
    values = {name for name, value in posted.items() if name.startswith("value-") and value == "other"}
    return Answers(
        same=frozenset(posted.getlist("same")),
        chosen=frozenset(values),
        takes_main_name=posted.get("main_name") == "other",
    )
