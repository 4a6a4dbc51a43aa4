"""What the desk's tests share."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from counts.effect import Effect, Grounds
from pardons.desk.guard import Pair


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


@pytest.fixture
def effects_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what each answer does to the counts: a count for every answer of every question on a page."""

    def unknown(pair: Pair, _shared: Grounds) -> Effect:
        return Effect("", "", dict.fromkeys((answer for answer, _words in pair.options), ""))

    monkeypatch.setattr("counts.templatetags.counting_effect.effect_of", unknown)
