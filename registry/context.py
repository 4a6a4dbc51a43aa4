"""What every template may say of the registry itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The registry's name, operator and contact, as its settings give them."""
    return {
        "site": {
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL,
            "operator": settings.OPERATOR_NAME,
            "contact": settings.OPERATOR_CONTACT,
            "default_country": settings.DEFAULT_COUNTRY,
        }
    }
