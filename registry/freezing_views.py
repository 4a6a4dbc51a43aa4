"""The desk's pages of accounts: who works here, and the one step that stops one of them."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from registry.desk import asked_why, desk_page
from registry.freezing import freeze, lift
from registry.models import Changeset, Freeze

MOST_CHANGES = 100


@desk_page(look="review", change=None)
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account, the frozen ones marked."""
    people = get_user_model().objects.order_by("username").prefetch_related("groups")
    frozen = set(Freeze.objects.in_force().values_list("account_id", flat=True))
    return render(request, "desk/accounts.html", {"here": "accounts", "accounts": people, "frozen": frozen})


@desk_page(look="review", change="review")
def account(request: HttpRequest, number: int) -> HttpResponse:
    """One account: what it changed last, and what stops it."""
    found = get_object_or_404(get_user_model(), pk=number)
    if request.method == "POST":
        try:
            freeze(found, by=request.user, why=asked_why(request))
        except ValidationError as error:
            return account_page(request, found, problem=" ".join(error.messages))
        return redirect("desk-account", number)
    return account_page(request, found)


@desk_page(look="accounts", change="accounts")
@reauthentication_required(app="registry")
def open_again(request: HttpRequest, number: int) -> HttpResponse:
    """Lift a freeze: asked on a page of its own, after the second factor."""
    found = get_object_or_404(get_user_model(), pk=number)
    problem = ""
    if request.method == "POST":
        try:
            lift(found, by=request.user)
            return redirect("desk-account", number)
        except ValidationError as error:
            problem = " ".join(error.messages)
    context = {"here": "accounts", "account": found, "problem": problem}
    return render(request, "desk/account_open.html", context, status=400 if problem else 200)


def account_page(request: HttpRequest, found: Any, problem: str = "") -> HttpResponse:
    context = {
        "here": "accounts",
        "account": found,
        "freeze": Freeze.objects.in_force().filter(account=found).select_related("by").first(),
        "changes": Changeset.objects.filter(by=found).order_by("-number")[:MOST_CHANGES],
        "problem": problem,
    }
    return render(request, "desk/account.html", context, status=400 if problem else 200)
