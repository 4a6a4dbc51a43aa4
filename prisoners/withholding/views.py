"""The desk's page on which a person is withheld, with every public text that holds their name."""

from __future__ import annotations

from math import inf
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prisoners.models import Prisoner, Request
from prisoners.names.search import LIKE_ENOUGH, others_named
from prisoners.withholding.finishing import Decided, withhold_person
from prisoners.withholding.texts import StillLookingError, texts_naming
from registry.desk import asked_why, desk_page
from registry.editing import refusal
from registry.forms import keys_among
from registry.publishing import STEPS, Publication

SECONDS_OF_A_LOOK = 20.0


@desk_page(look="review", change="review")
def withhold_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """A person about to be withheld, or withheld before: then it looks for what was written since."""
    person = get_object_or_404(Prisoner, public_id=public_id)
    problem = why_not(person)
    if request.method == "POST" and not problem:
        try:
            count = withhold_person(person, decided(request), by=request.user)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except IntegrityError as error:
            problem = refusal(error)
        else:
            messages.success(request, done(count))
            asked = asked_in(request)
            return redirect("desk-request", asked.pk) if asked else redirect("desk-record", "prisoner", public_id)
        person.refresh_from_db()
        return render(request, "desk/withhold.html", shown(request, person, problem), status=400)
    status = 400 if request.method == "POST" else 200
    try:
        return render(request, "desk/withhold.html", shown(request, person, problem, SECONDS_OF_A_LOOK), status=status)
    except StillLookingError as still:
        return still_looking(request, person, still.words)


def still_looking(request: HttpRequest, person: Prisoner, words: int) -> HttpResponse:
    """A page that asks for itself again, until all texts are looked through: no proxy waits for minutes."""
    response = render(request, "desk/withhold_waits.html", {"here": "review", "person": person, "words": words})
    response["Refresh"] = "1"
    return response


def asked_in(request: HttpRequest) -> Request | None:
    """The request that led here, whose page comes next."""
    number = keys_among([request.POST.get("request") or request.GET.get("request")])
    return Request.objects.filter(pk__in=number).first()


def why_not(person: Prisoner) -> str:
    if person.publication == Publication.WITHHELD or Publication.WITHHELD in STEPS[person.publication]:
        return ""
    return _("This record is %(state)s: nothing of it is public.") % {"state": person.get_publication_display()}


def decided(request: HttpRequest) -> Decided:
    return Decided(
        why=asked_why(request),
        seen=set(request.POST.getlist("seen")),
        blank=set(request.POST.getlist("blank")),
        why_others_stay=asked_why(request, "others"),
    )


def done(count: int) -> str:
    texts = ngettext("%(count)d text was blanked.", "%(count)d texts were blanked.", count) % {"count": count}
    return f"{_('Withheld: the identity is hidden, the person still counts.')} {texts}"


def shown(request: HttpRequest, person: Prisoner, problem: str, seconds: float = inf) -> dict[str, Any]:
    """Ticked at first: where more than one word of the name stands. Then what the editor has ticked."""
    texts = texts_naming(person, seconds)
    seen = set(request.POST.getlist("seen"))
    ticked = set(request.POST.getlist("blank"))
    chosen = [text.may_blank and (text.token in ticked if text.token in seen else text.is_whole) for text in texts]
    return {
        "here": "review",
        "person": person,
        "asked": asked_in(request),
        "is_withheld": person.publication == Publication.WITHHELD,
        "may_withhold": not why_not(person),
        "spellings": person.names.order_by("pk"),
        "texts": list(zip(texts, chosen, strict=True)),
        "namesakes": namesakes(person),
        "problem": problem,
        "why": asked_why(request),
        "others": asked_why(request, "others"),
    }


def namesakes(person: Prisoner) -> list[Prisoner]:
    """Public people with such a name: a second record of this person would tell the identity all the same."""
    found = [each.prisoner_id for each in others_named(str(person), besides=person.pk) if each.score >= LIKE_ENOUGH]
    return list(Prisoner.public.filter(pk__in=found).exclude(pk=person.pk).prefetch_related("names").order_by("pk"))
