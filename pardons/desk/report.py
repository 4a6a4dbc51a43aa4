"""New announcement: a report is pasted, read, corrected part by part, and entered."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pardons.desk.drafts import (
    add_part,
    begin_report,
    begun_with,
    change_report,
    drafts_of,
    is_unread,
    keep_form,
    keep_unread,
    source_with,
)
from pardons.desk.entering import enter
from pardons.desk.forms import ReportForm
from pardons.desk.models import DeskDraft
from pardons.desk.page import Page, page_of
from registry.desk import desk_page
from registry.editing import refusal
from registry.identifiers import new_public_id
from registry.publishing import Publication

TOKEN = re.compile(r"[0-9a-z]{10,24}\Z")
MOST_DRAFTS = 20
STATES = {"review": Publication.IN_REVIEW, "draft": Publication.DRAFT}


@desk_page(look="edit")
def new(request: HttpRequest) -> HttpResponse:
    """Paste a report. Its form carries a token, so that sending it twice begins one draft."""
    if request.method != "POST":
        return paste_page(request, ReportForm(), new_public_id())
    token = request.POST.get("token", "")
    token = token if TOKEN.match(token) else new_public_id()
    if request.POST.get("step") == "keep":
        keep_unread(request.user, token, request.POST.dict())
        return HttpResponse(status=204)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return paste_page(request, form, token, status=400)
    known = source_with(form.cleaned_data["text"])
    if known is not None and "again" not in request.POST:
        return paste_page(request, form, token, known=known)
    mine = begun_with(request.user, form.cleaned_data["text"], token)
    if mine is not None and "again" not in request.POST:
        return paste_page(request, form, token, mine=mine)
    draft = begin_report(request.user, token, told(form), knows_source=known is not None)
    return redirect("desk-report", token=draft.token)


def told(form: ReportForm) -> dict[str, str]:
    """A report as a draft keeps it: texts only."""
    return {name: "" if value is None else str(value) for name, value in form.cleaned_data.items()}


def paste_page(request: HttpRequest, form: ReportForm, token: str, *, status: int = 200, **more: Any) -> HttpResponse:
    begun = drafts_of(request.user)[:MOST_DRAFTS]
    context = {"here": "new", "form": form, "token": token, "begun": begun, "known": None, "mine": None} | more
    return render(request, "desk/new.html", context, status=status)


def own_draft(request: HttpRequest, token: str) -> DeskDraft:
    """A draft of the one who asks; anybody else's is not found."""
    return get_object_or_404(DeskDraft, token=token, editor=request.user, typed__has_key="report")


@desk_page(look="edit")
def text(request: HttpRequest, token: str) -> HttpResponse:
    """The text and source of a draft, to be changed."""
    draft = own_draft(request, token)
    form = ReportForm(request.POST) if request.method == "POST" else ReportForm(initial=draft.typed["report"])
    if request.method == "POST" and form.is_valid():
        change_report(draft, told(form))
        return redirect("desk-report", token=draft.token)
    context = {"here": "new", "form": form, "draft": draft}
    return render(request, "desk/new.html", context, status=400 if form.is_bound else 200)


@desk_page(look="edit")
def discard(request: HttpRequest, token: str) -> HttpResponse:
    """Throw a draft away; what was entered from it stays."""
    draft = own_draft(request, token)
    if request.method == "POST":
        draft.delete()
        messages.success(request, _("The draft is deleted."))
    return redirect("desk-new")


@desk_page(look="edit")
def report(request: HttpRequest, token: str) -> HttpResponse:
    """The proposal beside the text: corrected, dropped, added to, and entered one by one or together."""
    draft = own_draft(request, token)
    if is_unread(draft):
        return redirect("desk-report-text", token=token)
    if request.method != "POST":
        return parts_page(request, page_of(draft))
    keep_form(draft, request.POST.dict())
    step, _colon, what = request.POST.get("step", "").partition(":")
    if step == "keep":
        return HttpResponse(status=204)
    if step == "add" and what in ("act", "figure"):
        key = add_part(draft, what)
        return HttpResponseRedirect(reverse("desk-report", args=[token]) + f"#part-{key}")
    if step in STATES:
        return enter_parts(request, draft, STATES[step], what)
    return parts_page(request, page_of(draft))


def enter_parts(request: HttpRequest, draft: DeskDraft, to: str, only: str) -> HttpResponse:
    """Enter what is kept, or one part; a mistake comes back beside what was typed."""
    page = page_of(draft, checked=True, only=only if only in draft.typed["parts"] else "")
    if page.has_errors:
        return parts_page(request, page, problem=_("Not entered yet: look at what is marked below."))
    try:
        number = enter(draft, page.entries(only), by=request.user, to=to)
    except ValidationError as error:
        return parts_page(request, page, problem=" ".join(error.messages))
    except IntegrityError as error:
        return parts_page(request, page, problem=refusal(error))
    return after_entering(request, draft, number, only)


def after_entering(request: HttpRequest, draft: DeskDraft, number: int | None, only: str) -> HttpResponse:
    if number is None:
        messages.info(request, _("Nothing new: all of it was entered before, and nothing is there twice."))
        return redirect("desk-report", token=draft.token)
    count = sum(part.get("changeset") == number for part in draft.entered.values())
    sentence = ngettext("%(count)d part is entered.", "%(count)d parts are entered.", count) % {"count": count}
    messages.success(request, sentence)
    if only:
        return redirect("desk-report", token=draft.token)
    return redirect("desk-entry", number=number)


def parts_page(request: HttpRequest, page: Page, problem: str = "") -> HttpResponse:
    context = {"here": "new", "page": page, "draft": page.draft, "problem": problem}
    return render(request, "desk/report.html", context, status=400 if problem else 200)
