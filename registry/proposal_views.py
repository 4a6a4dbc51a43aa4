"""The desk's page of a proposed change: what stands and what is proposed, side by side; decided by a second person."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from registry.accounts import may_publish
from registry.desk import admin_page, asked_why, desk_page
from registry.editing import refusal
from registry.forms import whole_number
from registry.models import ProposedChange
from registry.proposals import accept, entered_since, rows_of, send_back, sides, take_back, version


@desk_page()
def proposed_change(request: HttpRequest, token: str) -> HttpResponse:
    """A proposed change: a second person accepts it or sends it back, its author takes it back."""
    found = get_object_or_404(ProposedChange.objects.select_related("by", "decided_by", "content_type"), token=token)
    problem = decided(request, found) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("desk-review")
    found.refresh_from_db()
    return render(request, "desk/proposed.html", page_of(request, found, problem), status=400 if problem else 200)


def page_of(request: HttpRequest, found: ProposedChange, problem: str) -> dict[str, object]:
    is_open = found.state == ProposedChange.State.OPEN
    is_own = found.by == request.user
    others = ProposedChange.objects.open().filter(content_type=found.content_type, object_id=found.object_id)
    return {
        "here": "review",
        "proposed": found,
        "sides": sides(found),
        "entered_since": entered_since(found),
        "version": version(rows_of(found)),
        "others": others.exclude(pk=found.pk) if is_open else [],
        "record_page": admin_page(found.record) if found.record is not None else "",
        "problem": problem,
        "why": asked_why(request),
        "is_own": is_own,
        "may_decide": may_publish(request.user) and is_open and not is_own,
        "may_take_back": is_own and (is_open or found.state == ProposedChange.State.DECLINED),
    }


def decided(request: HttpRequest, found: ProposedChange) -> str:
    """Do what the form asks; the sentence that says what is wrong, empty if it was done."""
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        return _("Choose what to do: accept, send back or take back.")
    try:
        messages.success(request, step(request, found))
    except ValidationError as error:
        return " ".join(error.messages)
    except IntegrityError as error:
        return refusal(error)
    return ""


def accepted(request: HttpRequest, found: ProposedChange) -> str:
    refuse_editors(request)
    accept(found, by=request.user, seen=whole_number(request.POST.get("version", "")))
    return _("Accepted: it is so from now on.")


def sent_back(request: HttpRequest, found: ProposedChange) -> str:
    refuse_editors(request)
    send_back(found, by=request.user, answer=asked_why(request))
    return _("Sent back to %(editor)s.") % {"editor": found.by or _("an account that is gone")}


def taken_back(request: HttpRequest, found: ProposedChange) -> str:
    take_back(found, by=request.user)
    return _("Taken back: nothing of it is proposed any more.")


STEPS: dict[str, Callable[[HttpRequest, ProposedChange], str]] = {
    "accept": accepted,
    "decline": sent_back,
    "take-back": taken_back,
}


def refuse_editors(request: HttpRequest) -> None:
    if not may_publish(request.user):
        raise PermissionDenied
