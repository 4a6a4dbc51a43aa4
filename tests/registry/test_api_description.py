"""The API against its own description: no error of the server's, and no answer that is not described."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_figure,
    make_prisoner,
    make_recognition,
)

CASES = 5_000 if os.environ.get("TEST_LONG") else 100
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]


HANDLER = ClientHandler(enforce_csrf_checks=False)


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The registry, in the transaction of the test."""
    response: Any = HANDLER(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.getvalue()]


@pytest.fixture
def description(client, db) -> Any:
    death = {"died_on": "2025", "death_circumstance": "unknown"}
    prisoner = make_prisoner(sex="female", held=[("2020-08-09", "2024-07")], **death)
    make_conviction(prisoner, "2021")
    make_recognition(prisoner, "2020")
    identify(prisoner, make_announcement())
    make_figure()
    return schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_answer_is_described(description, mode):
    operations = [found.ok() for found in description.get_all_operations()]
    statuses: set[int] = set()

    @settings(
        max_examples=CASES // len(GenerationMode), suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(one_of([operation.as_strategy(generation_mode=mode) for operation in operations]))
    def check(case: Any) -> None:
        statuses.add(case.call_and_validate(app=application, checks=CHECKS).status_code)

    check()

    assert statuses
    assert max(statuses) < 500
