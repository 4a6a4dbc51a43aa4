"""What the desk's tests share."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client


@pytest.fixture
def each_request_is_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each request make a changeset of its own, as it does for editors, though a test is one transaction."""
    asked = Client.request

    def request(client: Client, **given: Any) -> Any:
        answer = asked(client, **given)
        with connection.cursor() as cursor:
            for name in ("registry.changeset", "pghistory.context_metadata"):
                cursor.execute("SELECT set_config(%s, '', true)", [name])
        return answer

    monkeypatch.setattr(Client, "request", request)
