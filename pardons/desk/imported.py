"""The page of an import's people who may fill open places, by announcement."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pardons.desk.queues import title_of
from pardons.linking.imported import begin_piece, proposed
from prisoners.models import ListImport
from registry.desk import desk_page


@desk_page(look="edit")
def people(request: HttpRequest, token: str) -> HttpResponse:
    """Who was freed near which announcement; POST begins the piece of work that names them with it."""
    found = get_object_or_404(ListImport.objects.select_related("edition__source"), token=token)
    every = proposed(found)
    if request.method == "POST":
        asked = request.POST.get("announcement", "")
        chosen = next((each for each in every if each.announcement.public_id == asked), None)
        if chosen is not None:
            return redirect(begin_piece(found, chosen, by=request.user).piece)
        messages.warning(request, _("Nobody is left to be named with that announcement: look again."))
        return redirect("desk-import-people", token=token)
    rows = [(title_of(each.announcement), each) for each in every]
    return render(request, "desk/import_people.html", {"here": "import", "import": found, "rows": rows})
