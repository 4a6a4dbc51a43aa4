"""What every template may say of the registry itself."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from registry.earlier_views import address_of_now, known_query
from registry.known import State
from registry.verifying import Head, chain_head


def site(request: HttpRequest) -> dict[str, Any]:
    """The registry's name, operator and contact, as its settings give them."""
    return {
        "site": {
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL,
            "operator": settings.OPERATOR_NAME,
            "contact": settings.OPERATOR_CONTACT,
            "default_country": settings.DEFAULT_COUNTRY,
            "password_alone": settings.PASSWORD_ALONE,
        }
    }


def history(request: HttpRequest) -> dict[str, Any]:
    """The head of the chain in the state of knowledge of a page, for its foot."""
    known: State | None = getattr(request, "known", None)
    return {"chain_head": partial(head_if_known, known.changeset if known else None)}


def head_if_known(changeset: int | None) -> Head | None:
    """None also where the database does not answer: the page that says so has a foot too."""
    try:
        return chain_head(changeset)
    except DatabaseError:
        return None


def knowledge(request: HttpRequest) -> dict[str, Any]:
    """The earlier state of knowledge that a page shows, if it does, and what keeps a link in it."""
    query = known_query(request)
    return {
        "known": getattr(request, "known", None) if query else None,
        "known_query": query,
        "as_known_now": address_of_now(request) if query else "",
    }
