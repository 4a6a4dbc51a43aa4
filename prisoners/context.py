"""What a page says of the demo's invented country."""

from functools import partial

from django.db import DatabaseError
from django.http import HttpRequest

from prisoners.models import Prisoner
from registry.countries import INVENTED
from registry.filters import EVERYWHERE


def invented(request: HttpRequest) -> dict[str, object]:
    """Whether a page was asked for the invented country, or for all while it has people."""
    asked = request.GET.get("country", "")
    return {
        "asks_invented": INVENTED in asked.split(","),
        "counts_invented": partial(has_invented_people) if asked == EVERYWHERE else False,
    }


def has_invented_people() -> bool:
    """False also where the database does not answer: the page that says so is a page, too."""
    try:
        return Prisoner.public.filter(country=INVENTED).exists()
    except DatabaseError:
        return False
