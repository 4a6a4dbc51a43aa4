"""What every template may say of the registry itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from registry.earlier_views import address_of_now, known_query


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


def knowledge(request: HttpRequest) -> dict[str, Any]:
    """The earlier state of knowledge that a page shows, if it does, and what keeps a link in it."""
    query = known_query(request)
    return {
        "known": getattr(request, "known", None) if query else None,
        "known_query": query,
        "as_known_now": address_of_now(request) if query else "",
    }
