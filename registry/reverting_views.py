"""The desk's page on which a reviewer takes one changeset back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.desk import asked_why, desk_page
from registry.editing import refusal
from registry.models import Changeset
from registry.reverting import STAY, Turn, plan, revert


@desk_page(look="review", change="review")
def revert_page(request: HttpRequest, number: int) -> HttpResponse:
    """What would become of each row of a changeset; POST does it, with a reason."""
    made = get_object_or_404(Changeset.objects.select_related("by"), pk=number)
    problem = ""
    leave = set(request.POST.getlist("leave"))
    if request.method == "POST":
        try:
            turns, proposed = revert(made, by=request.user, why=asked_why(request), leave=leave)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except IntegrityError as error:
            problem = refusal(error)
        else:
            messages.success(request, done(turns) if proposed is None else half_done())
            return redirect(proposed or reverse("desk-revert", args=[number]))
    return page(request, made, problem, leave)


def page(request: HttpRequest, made: Changeset, problem: str, leave: set[str]) -> HttpResponse:
    turns: list[Turn] = []
    why_not = ""
    try:
        turns = plan(made)
    except ValidationError as error:
        why_not = " ".join(error.messages)
    context = {
        "here": "review",
        "made": made,
        "going": [(turn, turn.token in leave) for turn in turns if turn.does != STAY],
        "staying": [turn for turn in turns if turn.does == STAY],
        "why_not": why_not,
        "problem": problem,
        "why": asked_why(request),
    }
    return render(request, "desk/revert.html", context, status=400 if problem else 200)


def half_done() -> str:
    return _("What it published is retracted. What readers would see changed is proposed: a second person decides.")


def done(turns: list[Turn]) -> str:
    left = sum(turn.does == STAY for turn in turns)
    return _("Taken back: %(done)d; left as they are: %(left)d.") % {"done": len(turns) - left, "left": left}
