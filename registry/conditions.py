"""A record's conditions, asked of the database in one question instead of one each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import models, router
from django.db.models import BooleanField, CheckConstraint, Q
from django.db.models.constraints import BaseConstraint
from django.db.models.functions import Coalesce


class ConditionsTogether(models.Model):
    """Django asks each condition in a savepoint of its own.

    Here that is left for a record that breaks one: each has its own message.
    """

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        self.conditions_held = held_together(self, exclude)
        try:
            super().validate_constraints(exclude)
        finally:
            del self.conditions_held

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[BaseConstraint]]]:
        held: set[str] = getattr(self, "conditions_held", set())
        return [
            (model, [one for one in constraints if one.name not in held])
            for model, constraints in super().get_constraints()
        ]


def held_together(record: models.Model, exclude: Collection[str] | None) -> set[str]:
    """The names of the conditions that hold, as the database says; none where one of them does not.

    What is said of a field that a form leaves out is not asked: Django passes over it.
    """
    left_out = set(exclude or ())
    asked = [one for one in conditions(type(record)) if not one.fields & left_out]
    if not asked:
        return set()
    named = set().union(*(one.fields for one in asked))
    others = {field.name for field in record._meta.local_concrete_fields} - named
    values: Any = record
    against = values._get_field_expression_map(meta=record._meta, exclude=others | {"pk"} - named)
    held = Q(*(one.condition for one in asked)).check(against, using=router.db_for_write(type(record), instance=record))
    return {one.name for one in asked} if held else set()


class Condition(NamedTuple):
    name: str
    condition: Q
    # Those it names, and those that a generated field it names is made of.
    fields: frozenset[str]


@cache
def conditions(model: type[models.Model]) -> list[Condition]:
    checks = [one for one in model._meta.constraints if isinstance(one, CheckConstraint)]
    return [Condition(one.name, never_unknown(one.condition), fields_of(model, Q(one.condition))) for one in checks]


def never_unknown(condition: Any) -> Q:
    """A condition that comes to NULL is not broken, as in the table itself."""
    return Q(Coalesce(Q(condition), True, output_field=BooleanField()))


def fields_of(model: Any, condition: Q) -> frozenset[str]:
    named = condition.referenced_base_fields
    made = [field for field in model._meta.local_concrete_fields if field.name in named and field.generated]
    behind = [path for field in made for path in model._get_expr_references(field.expression)]
    return frozenset(named | {path[0] for path in behind})
