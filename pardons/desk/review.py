"""Review: what waits for the second person, and what is done to records that were published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pardons.desk.corrections import CORRECTABLE, decide_choice, propose_choice, propose_to_show_again
from pardons.desk.in_review import Choice, Entry, chosen_of, entry_of, kind_of, model_of, sources_of, text_of, waiting
from pardons.editing import choose
from pardons.linking.models import Piece
from pardons.models import Statement
from prisoners.models import Prisoner
from registry.accounts import AT_THE_DESK, may_publish
from registry.changes import Words, history_of, row_changes, steps
from registry.desk import asked_why, desk_page
from registry.editing import PUBLIC_ONCE, publish_together, refusal, step_together
from registry.history import changeset
from registry.models import ProposedChange, Source
from registry.publishing import Publication, retract, withhold

MOST_STEPS = 50


@desk_page(change=None)
def review(request: HttpRequest) -> HttpResponse:
    """Everything in review, by the changeset that entered it; below it what was sent back to who asks."""
    mine = [each for each in waiting(Publication.DRAFT) if each.by_id == request.user.pk]
    context = {"here": "review", "waiting": waiting(), "pieces": Piece.objects.in_review(), "mine": mine[-20:]}
    context["changes"] = ProposedChange.objects.open()
    context["sent_back"] = ProposedChange.objects.sent_back_to(request.user)
    return render(request, "desk/review.html", context)


@desk_page(change="edit")
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry beside its text: published whole or in part, or sent back with a note."""
    found = entry_of(number)
    if request.method != "POST":
        return entry_page(request, found)
    try:
        done = take_step(request, found)
    except ValidationError as error:
        return entry_page(request, found, problem=" ".join(error.messages))
    except IntegrityError as error:
        return entry_page(request, found, problem=refusal(error))
    messages.success(request, done)
    return redirect("desk-entry", number=number)


def take_step(request: HttpRequest, found: Entry) -> str:
    """Do what the form asks, and say what was done. Raises ValidationError in words."""
    step, note = request.POST.get("step", ""), asked_why(request)
    records = chosen_of(found, request.POST.getlist("record"))
    if not records:
        raise ValidationError(_("Tick at least one record."), code="none")
    if step == "submit":
        step_together(records, Publication.IN_REVIEW, by=request.user, note=note)
        return _("In review: a second person looks at it now.")
    if not may_publish(request.user):
        raise PermissionDenied
    if step == "back":
        if not note:
            raise ValidationError(_("Say what has to be changed: its editor reads it."), code="reason_missing")
        step_together(records, Publication.DRAFT, by=request.user, note=note)
        return _("Sent back to %(editor)s.") % {"editor": found.by}
    if step != "publish":
        raise ValidationError(_("Choose what to do: publish or send back."), code="unknown")
    asked = found.choices
    with changeset(by=request.user, note=note):
        publish_together(records, by=request.user)
        proposed = choose_asked(request, asked)
    if proposed:
        return _("Published. That other numbers count is proposed: a second person decides.")
    return _("Published.")


def choose_asked(request: HttpRequest, asked: list[Choice]) -> list[ProposedChange]:
    """Decide on what the editor proposed; what only the reviewer wishes is proposed in its turn, and returned."""
    own_wishes = []
    for choice in asked:
        public_id = choice.announcement.public_id
        wanted = request.POST.get(f"choose-{public_id}", "")
        statement = next((each for each in choice.said if each.public_id == wanted), None)
        if statement is None:
            continue
        is_shared = choice.proposed is not None and statement.pk == choice.proposed.object_id
        if choice.proposed is not None:
            decide_choice(choice.proposed, accepted=is_shared, by=request.user)
        if statement.is_chosen:
            continue
        saying = Statement.objects.select_related("announcement").get(pk=statement.pk)
        if is_shared:
            choose(saying, by=request.user, why=choice.why)
            continue
        own_wishes.append(propose_choice(saying, by=request.user, why=asked_why(request, f"why-{public_id}")))
    return own_wishes


def sees_texts(request: HttpRequest) -> bool:
    """Whether the role may see what editors keep to themselves."""
    return request.user.has_perm("registry.view_sourceprivate")


def entry_page(request: HttpRequest, found: Entry, problem: str = "") -> HttpResponse:
    is_own = found.made.by_id == request.user.pk
    context = {
        "here": "review", "entry": found, "problem": problem, "is_own": is_own, "why": asked_why(request),
        "may_publish": may_publish(request.user), "sees_texts": sees_texts(request),
    }  # fmt: skip
    return render(request, "desk/entry.html", context, status=400 if problem else 200)


@desk_page(change=None)
def source(request: HttpRequest, public_id: str) -> HttpResponse:
    """A source as editors see it: its text, and everything that was made of it."""
    found = get_object_or_404(Source.objects.select_related("private"), public_id=public_id)
    resting = [*found.statements.select_related("announcement").order_by("pk"), *found.figures.order_by("pk")]
    text = text_of(found) if sees_texts(request) else ""
    context = {"here": "review", "source": found, "text": text, "resting": resting}
    return render(request, "desk/source.html", context)


# --- One record ---


@desk_page(change="review")
def record(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """A record as editors see it, with its history; withheld, retracted or published again with a reason."""
    found = get_object_or_404(model_of(kind)._base_manager, public_id=public_id)
    problem = ""
    if request.method == "POST":
        try:
            step_back(request, found)
            return redirect("desk-record", kind=kind, public_id=public_id)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except IntegrityError as error:
            problem = refusal(error)
        found.refresh_from_db()
    return render(request, "desk/record.html", record_context(request, found, problem), status=400 if problem else 200)


def step_back(request: HttpRequest, found: Any) -> None:
    """Withhold or retract what was public once, or propose to show it again. Raises ValidationError in words."""
    asked = request.POST.get("step", "")
    step = {"withhold": withhold, "retract": retract}.get(asked)
    if (step is None and asked != "publish") or found.publication not in PUBLIC_ONCE:
        raise ValidationError(_("Choose what to do with a record that was public."), code="unknown")
    if asked == "withhold" and isinstance(found, Prisoner):
        raise ValidationError(
            _("A person is withheld on their own page, with the public texts that hold their name."), code="own_page"
        )
    why = asked_why(request)
    if not why:
        raise ValidationError(_("Give a reason: it is kept in the history."), code="reason_missing")
    if step is None:
        propose_to_show_again(found, by=request.user, why=why)
        messages.success(request, _("Proposed: a second person decides."))
        return
    step(found, by=request.user, note=why)
    messages.success(request, _("Done: it is %(state)s now.") % {"state": found.get_publication_display()})


def record_context(request: HttpRequest, found: Any, problem: str) -> dict[str, Any]:
    told = list(row_changes(type(found), history_of(type(found), pgh_obj_id=found.pk), Words()))
    now = {change.name: change for row in told for change in row.fields}
    return {
        "here": "review",
        "record": found,
        "kind": kind_of(found),
        "values": [change for change in now.values() if change.after],
        "steps": steps(told)[:MOST_STEPS],
        "sources": sources_of([found]),
        "problem": problem,
        "why": asked_why(request),
        "may_step": may_publish(request.user) and found.publication in PUBLIC_ONCE,
        "may_correct": type(found) in CORRECTABLE and request.user.has_perm(AT_THE_DESK["edit"]),
        "proposed": ProposedChange.objects.open().of(found),
        "address": f"admin:{found._meta.app_label}_{found._meta.model_name}_change",
    }


@desk_page(change=None)
def announcement(request: HttpRequest, public_id: str) -> HttpResponse:
    """An announcement has its page among the records."""
    return redirect("desk-record", kind="announcement", public_id=public_id)
