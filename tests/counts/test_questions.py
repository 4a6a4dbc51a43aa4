"""Questions: what an address asks, what is refused, and that a question can be asked again from its own address."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counts.questions import FORMS, METRICS, UNITS, Question, dimensions_of, question_from
from registry.parameters import BadParameter

TODAY = date(2026, 1, 15)


def asked(metric: str = "releases", **query: str) -> Question:
    return question_from(metric, {name.rstrip("_"): value for name, value in query.items()}, today=TODAY)


def test_question_without_parameters_has_the_defaults_of_the_method():
    question = asked()

    assert (question.unit, question.by, question.country, question.definition) == ("people", "year", "BY", "everyone")
    assert (question.first, question.last, question.group, question.cut_off) == (None, None, (), TODAY)
    assert question.forms == ("custody", "prison", "open-type", "unknown")


@pytest.mark.parametrize(("metric", "recognised"), [("held", "then"), ("releases", "by-cutoff")])
def test_stock_asks_who_was_recognised_then_and_flows_by_the_cut_off(metric, recognised):
    assert asked(metric).recognised == recognised


def test_from_and_to_take_partial_dates_and_are_both_inclusive():
    question = asked(from_="2024-07", to="2024-08")

    assert (question.first, question.last) == (date(2024, 7, 1), date(2024, 8, 31))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"from_": "soon"}, "from"),
        ({"from_": "../2024"}, "from"),
        ({"to": "2024-13"}, "to"),
        ({"from_": "2024-08", "to": "2024-07"}, "to"),
        ({"by": "week"}, "by"),
        ({"from_": "1900", "to": "2024", "by": "day"}, "by"),
        ({"unit": "verdicts"}, "unit"),
        ({"country": "Belarus"}, "country"),
        ({"group": "shoe-size"}, "group"),
        ({"group": "sex,kind,country"}, "group"),
        ({"recognised": "maybe"}, "recognised"),
        ({"forms": "prison,castle"}, "forms"),
    ],
)
def test_wrong_parameter_is_refused_by_its_name(query, names):
    with pytest.raises(BadParameter) as problem:
        asked(**query)

    assert problem.value.name == names


@pytest.mark.django_db
def test_definition_nobody_has_is_refused_by_its_name():
    with pytest.raises(BadParameter) as problem:
        asked(definition="no-such-organisation")

    assert problem.value.name == "definition"


def test_only_what_happens_to_a_detention_can_be_grouped_by_form():
    assert "form" in dimensions_of("releases")
    with pytest.raises(BadParameter, match="form"):
        asked("pardons", group="form")


@given(
    st.sampled_from(list(METRICS)).flatmap(lambda metric: st.tuples(st.just(metric), st.sampled_from(UNITS[metric]))),
    st.sampled_from(["", "2024", "2024-07", "2024-07-16", "2023-01"]),
    st.sampled_from(["", "2024", "2024-12", "2025-02-03"]),
    st.sampled_from(["day", "month", "quarter", "year", "total"]),
    st.lists(st.sampled_from(["sex", "country", "kind", "age"]), unique=True, max_size=2),
    st.lists(st.sampled_from(FORMS), unique=True),
)
def test_question_asked_again_from_its_own_address_is_the_same(metric_and_unit, first, last, by, group, forms):
    metric, unit = metric_and_unit
    query = {"from": first, "to": last, "by": by, "unit": unit, "group": ",".join(group), "forms": ",".join(forms)}

    question = question_from(metric, query | {"country": "ZZ"}, today=TODAY)

    assert question_from(metric, question.query, today=TODAY) == question
