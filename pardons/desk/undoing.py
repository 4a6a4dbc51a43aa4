"""Undo of the last step, from the desk."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from registry.desk import desk_page
from registry.undo import undo

LONGEST_NUMBER = 18


@desk_page()
def undo_last(request: HttpRequest) -> HttpResponse:
    """Take back the step whose number the form carries: an older page undoes nothing newer."""
    if request.method == "POST":
        number = request.POST.get("number", "")
        try:
            undo(
                int(number) if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER else 0,
                by=request.user,
            )
            messages.success(request, _("Undone. What you had typed is still there."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("desk")
