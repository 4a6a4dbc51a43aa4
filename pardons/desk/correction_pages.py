"""The pages of a correction: the form of one record, and what is proposed to the second person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pardons.desk.corrections import CORRECTABLE, Why, accept, change, decline, differences, form_class
from pardons.desk.in_review import kind_of, model_of
from pardons.desk.review import asked_why
from pardons.models import ProposedChange
from registry.accounts import may_publish
from registry.changes import version_of
from registry.desk import desk_page
from registry.editing import PUBLIC_ONCE, refusal

LONGEST_NUMBER = 18


@desk_page(look="edit")
def correct(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Change one record: at once if it was never public, else as a proposal."""
    model = model_of(kind)
    if model not in CORRECTABLE:
        raise Http404
    record = get_object_or_404(model, public_id=public_id)
    posted = request.POST if request.method == "POST" else None
    form, why = form_class(model)(posted, instance=record), Why(posted, initial={"nature": "correction"})
    problem = ""
    if posted is not None and form.is_valid() & why.is_valid():
        problem = save(request, record, form, why)
        if not problem:
            return redirect("desk-record", kind=kind, public_id=public_id)
    # A form shows what is typed; the record itself may have been changed by it.
    stands = get_object_or_404(model, public_id=public_id)
    context = {
        "here": "review", "record": stands, "kind": kind, "form": form, "why_form": why, "problem": problem,
        "version": version_of(stands), "is_proposal": stands.publication in PUBLIC_ONCE,
    }  # fmt: skip
    return render(request, "desk/correct.html", context, status=400 if posted is not None else 200)


def save(request: HttpRequest, record: Any, form: Any, why: Why) -> str:
    """Save or propose; the sentence that says what is wrong, empty if it was done."""
    carried = request.POST.get("version", "")
    seen = int(carried) if carried.isascii() and carried.isdigit() and len(carried) <= LONGEST_NUMBER else 0
    given = {"why": why.cleaned_data["why"], "nature": why.cleaned_data["nature"]}
    try:
        proposed = change(record, form, by=request.user, seen=seen, **given)
    except ValidationError as error:
        return " ".join(error.messages)
    except IntegrityError as error:
        return refusal(error)
    messages.success(request, _("Proposed: a second person decides.") if proposed else _("Saved."))
    return ""


@desk_page(change="review")
def proposed_change(request: HttpRequest, token: str) -> HttpResponse:
    """A proposed change, before and after: accepted or declined by a second person."""
    found = get_object_or_404(ProposedChange.objects.select_related("by", "decided_by"), token=token)
    if found.record is None:
        raise Http404
    problem = decided(request, found) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("desk-review")
    context = {
        "here": "review", "proposed": found, "differences": differences(found), "kind": kind_of(found.record),
        "problem": problem, "why": asked_why(request), "is_own": found.by == request.user,
        "may_decide": may_publish(request.user) and found.state == ProposedChange.State.OPEN,
    }  # fmt: skip
    return render(request, "desk/proposed.html", context, status=400 if problem else 200)


def decided(request: HttpRequest, found: ProposedChange) -> str:
    """Accept or decline; the sentence that says what is wrong, empty if it was done."""
    try:
        if request.POST.get("step") == "accept":
            accept(found, by=request.user)
            messages.success(request, _("Accepted: it is so from now on."))
        else:
            decline(found, by=request.user, answer=asked_why(request))
            messages.success(request, _("Declined."))
    except ValidationError as error:
        return " ".join(error.messages)
    except IntegrityError as error:
        return refusal(error)
    return ""
