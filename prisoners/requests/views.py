"""The desk's pages of requests, for reviewers alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prisoners.models import Request
from prisoners.requests.closing import DECISIONS, Outcome, close
from registry.desk import desk_page
from registry.forms import LONGEST_REASON
from registry.waiting import PAGE

LARGEST_KEY = 2**63 - 1


class OutcomeForm(forms.Form):
    """What came of a request."""

    decision = forms.ChoiceField(
        label=gettext_lazy("decision"), choices=[(each.value, each.label) for each in DECISIONS]
    )
    words = forms.CharField(
        label=gettext_lazy("what was done"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Or why it was refused. For reviewers; kept with the request, never published."),
    )
    review_on = forms.DateField(
        label=gettext_lazy("look again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("A day such as 2027-05-01, or nothing."),
    )


@desk_page(look="review", change=None)
def open_requests(request: HttpRequest) -> HttpResponse:
    """What is open, oldest first; and what was to be looked at again by now."""
    found = Request.objects.select_related("prisoner").prefetch_related("prisoner__names")
    context = {
        "here": "requests",
        "open": found.filter(decision=Request.Decision.OPEN).order_by("received_on", "pk")[:PAGE],
        "again": found.filter(review_on__lte=timezone.now().date()).exclude(decision=Request.Decision.OPEN)[:PAGE],
    }
    return render(request, "desk/requests.html", context)


@desk_page(look="review", change="review")
def request_page(request: HttpRequest, number: int) -> HttpResponse:
    """One request: what is asked, the page where it is acted on, and its outcome."""
    found = get_object_or_404(Request.objects.select_related("prisoner"), pk=min(number, LARGEST_KEY))
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close(found.pk, Outcome(**form.cleaned_data), by=request.user, today=timezone.now().date())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Closed. No total has moved: no event was touched."))
            return redirect("desk-request", number)
    return page(request, found, form)


def page(request: HttpRequest, found: Request, form: Any) -> HttpResponse:
    context = {
        "here": "requests",
        "asked": found,
        "form": form,
        "is_open": found.decision == Request.Decision.OPEN,
        "hides": found.kind != Request.Kind.CORRECT,
    }
    return render(request, "desk/request.html", context, status=400 if form.is_bound and form.errors else 200)
