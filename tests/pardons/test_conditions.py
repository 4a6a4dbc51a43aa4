"""A record's conditions are one question; one that is broken has its own message."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pardons.models import Statement
from prisoners.models import Stay
from registry.conditions import conditions
from registry.publishing import Record
from tests.factories import make_announcement, make_prisoner

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement() -> Statement:
    return make_announcement(total=30, women=14, men=16).statements.get()


def broken(statement: Statement, exclude: set[str] | None = None) -> list[str]:
    try:
        statement.validate_constraints(exclude)
    except ValidationError as refused:
        return [str(message) for message in refused.messages]
    return []


def test_conditions_that_hold_are_asked_in_one_question(statement):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        statement.validate_constraints(exclude={"announcement", "is_chosen"})

    assert len([query for query in asked if query["sql"].startswith("SELECT 1")]) == 1


def test_each_broken_condition_has_its_message(statement):
    statement.women, statement.minors = 20, 31

    women_and_men, minors = broken(statement)
    assert "Women and men together" in women_and_men
    assert "More minors" in minors


def test_condition_on_a_number_that_is_not_known_is_not_broken(statement):
    statement.total = None

    assert broken(statement) == []


def test_condition_on_a_field_that_a_form_leaves_out_is_passed_over(statement):
    statement.women, statement.minors = 20, 31

    (message,) = broken(statement, exclude={"minors"})
    assert "Women and men" in message


def test_condition_on_days_that_the_database_works_out_is_asked_too():
    detention = make_prisoner(held=[("2020-08", "2021-08")]).detentions.get()
    stay = Stay.objects.create(detention=detention, from_on="2020-09", to_on="2020-10")
    assert "from_earliest" in {name for one in conditions(Stay) for name in one.fields}
    stay.validate_constraints()
    stay.from_on = "2020-11"

    with pytest.raises(ValidationError, match="ends before it begins"):
        stay.validate_constraints()


def test_every_record_names_the_fields_of_its_conditions():
    records = [model for model in apps.get_models() if issubclass(model, Record)]
    unknown = [
        (model.__name__, one.name)
        for model in records
        for one in conditions(model)
        if not one.fields <= {field.name for field in model._meta.local_concrete_fields}
    ]

    assert unknown == []
    assert sum(len(conditions(model)) for model in records) > 15
