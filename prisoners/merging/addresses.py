"""Where the address of a merged record leads: to the record that took it in, for as long as the merge stands."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from prisoners.models import Merge, Prisoner


def moved_or_gone(public_id: str, page: str, query: str = "") -> HttpResponse:
    """A redirect for ever to the same page of the record that took this one in, if that is public; else no such page.

    Where it is not public the redirect would tell that the two are one person.
    """
    kept = Merge.objects.leads_to(public_id)
    if kept == public_id or not Prisoner.public.filter(public_id=kept).exists():
        raise Http404
    redirect = HttpResponsePermanentRedirect(reverse(page, args=[kept]) + query)
    # A browser that kept it would never see the page again after the merge is undone.
    redirect["Cache-Control"] = "no-cache"
    return redirect
