"""The page of a correction: the form of one record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pardons.desk.corrections import CORRECTABLE, Why, change, form_class
from pardons.desk.in_review import model_of
from registry.changes import version_of
from registry.desk import desk_page
from registry.editing import PUBLIC_ONCE, refusal
from registry.forms import whole_number
from registry.models import ProposedChange
from registry.proposals import give_up, typed_again


@desk_page(look="edit")
def correct(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Change one record: at once if it was never public, else as a proposal."""
    model = model_of(kind)
    if model not in CORRECTABLE:
        raise Http404
    record = get_object_or_404(model, public_id=public_id)
    is_posted = request.method == "POST"
    posted = request.POST if is_posted else typed_again(request.GET.get("again", ""), request.path, request.user)
    form, why = form_class(model)(posted, instance=record), Why(posted, initial={"nature": "correction"})
    problem = ""
    if is_posted and form.is_valid() & why.is_valid():
        proposed, problem = save(request, record, form, why)
        if not problem:
            return redirect(proposed or reverse("desk-record", args=[kind, public_id]))
    # A form shows what is typed; the record itself may have been changed by it.
    stands = get_object_or_404(model, public_id=public_id)
    context = {
        "here": "review", "record": stands, "kind": kind, "form": form, "why_form": why, "problem": problem,
        "version": version_of(stands), "is_proposal": stands.publication in PUBLIC_ONCE,
    }  # fmt: skip
    return render(request, "desk/correct.html", context, status=400 if is_posted else 200)


def save(request: HttpRequest, record: Any, form: Any, why: Why) -> tuple[ProposedChange | None, str]:
    """Save or propose; the proposal, if it is one, and the sentence that says what is wrong, empty if it was done."""
    seen = whole_number(request.POST.get("version", "")) or 0
    given = {"why": why.cleaned_data["why"], "nature": why.cleaned_data["nature"], "address": request.path}
    try:
        proposed = change(record, form, by=request.user, seen=seen, **given)
    except ValidationError as error:
        return None, " ".join(error.messages)
    except IntegrityError as error:
        return None, refusal(error)
    if proposed is not None:
        give_up(request.GET.get("again", ""), proposed, by=request.user)
    messages.success(request, _("Proposed: a second person decides.") if proposed else _("Saved."))
    return proposed, ""
