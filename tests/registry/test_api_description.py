"""The API against its own description: no error of the server's, and no answer that is not described."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import islice, product
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

IS_LONG = bool(os.environ.get("TEST_LONG"))
# Together a thousand and more in every run.
RANDOM_CASES = 5_000 if IS_LONG else 40
FEWEST_PROBES = 940
# Of the right ones fewer than of the wrong: each reads rows, which takes ten times as long as a refusal.
ONE_IN = {GenerationMode.POSITIVE: 1 if IS_LONG else 4, GenerationMode.NEGATIVE: 1}
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
def told(client, db) -> dict[str, Any]:
    """The description, of a registry with one record of each kind."""
    death = {"died_on": "2025", "death_circumstance": "unknown"}
    prisoner = make_prisoner(sex="female", held=[("2020-08-09", "2024-07")], **death)
    make_conviction(prisoner, "2021")
    make_recognition(prisoner, "2020")
    identify(prisoner, make_announcement())
    make_figure()
    told: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return told


def test_every_answer_to_random_cases_is_described(told):
    description = schemathesis.openapi.from_dict(told)
    operations = [found.ok() for found in description.get_all_operations()]
    strategies = [each.as_strategy(generation_mode=mode) for each in operations for mode in GenerationMode]
    statuses: set[int] = set()

    @settings(max_examples=RANDOM_CASES, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(one_of(strategies))
    def check(case: Any) -> None:
        statuses.add(answered(case))

    check()

    assert statuses
    assert max(statuses) < 500


def test_every_answer_to_a_probe_of_one_parameter_is_described(told):
    description = schemathesis.openapi.from_dict(told if IS_LONG else each_parameter_once(told))

    statuses = [answered(case) for case in probes(description)]

    assert len(statuses) >= FEWEST_PROBES
    assert max(statuses) < 500


def answered(case: Any) -> int:
    status: int = case.call_and_validate(app=application, checks=CHECKS).status_code
    return status


def probes(description: Any) -> Iterator[Any]:
    """What schemathesis makes of each parameter: every value of a choice, borders, other kinds, none."""
    for mode, operation in product(GenerationMode, description.get_all_operations()):
        chosen = description.config.generation_for(operation=operation.ok(), phase="coverage")
        made = description.iter_coverage_cases(operation.ok(), generation_modes=[mode], generation_config=chosen)
        yield from islice(made, 0, None, ONE_IN[mode])


def each_parameter_once(told: dict[str, Any]) -> dict[str, Any]:
    """The description with every parameter at one address only, of those that take it alike: a fifth of the probes."""
    operations = [each["get"] for each in told["paths"].values()]
    takers: dict[str, list[dict[str, Any]]] = {}
    for operation in operations:
        for parameter in operation["parameters"]:
            takers.setdefault(json.dumps(parameter, sort_keys=True), []).append(operation)
        operation["parameters"] = [each for each in operation["parameters"] if each["in"] == "path"]
    for text, taking in takers.items():
        if (parameter := json.loads(text))["in"] != "path":
            min(taking, key=lambda operation: len(operation["parameters"]))["parameters"].append(parameter)
    return told
