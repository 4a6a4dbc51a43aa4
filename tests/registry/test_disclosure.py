"""Every field is declared public or private, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from registry.publishing import disclosure

APPS = ("registry", "prisoners", "pardons", "counts")
# What a model with public fields may hold besides: keys, and who made a change and why.
BOOKKEEPING = {"id", "content_type", "object_id", "is_private", "by", "note", "made_in", "salt", "shape"}


def is_history(model: Any) -> bool:
    return getattr(model, "pgh_tracked_model", None) is not None


MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models() if not is_history(model)]


def undeclared(model: Any) -> set[str]:
    fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    return fields ^ set(disclosure(model))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_declared_public_or_private(model: Any) -> None:
    assert not undeclared(model), (
        f"{model.__name__}: {sorted(undeclared(model))} must stand in public_fields (readers and files see it) or in "
        "private_fields (nobody but editors does), once, and nothing else may stand there."
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_private_fields_lie_in_tables_of_their_own(model: Any) -> None:
    declared = disclosure(model)
    private = {name for name, is_public in declared.items() if not is_public}

    assert not any(declared.values()) or private <= BOOKKEEPING, (
        f"{model.__name__}: {sorted(private - BOOKKEEPING)} must move to a one-to-one private table: the ORM reads "
        "every column, and the public's database role is not granted that table."
    )


def test_undeclared_field_is_found() -> None:
    class Forgetful:
        public_fields = ("name",)
        private_fields = ()
        _meta: Any = type(
            "Meta", (), {"concrete_fields": [models.CharField(name="name"), models.CharField(name="home_address")]}
        )

    Forgetful._meta.many_to_many = []

    assert undeclared(Forgetful) == {"home_address"}


def test_field_declared_twice_is_refused() -> None:
    class Undecided(models.Model):
        public_fields = ("id",)
        private_fields = ("id",)

        class Meta:
            app_label = "tests"

        def __str__(self) -> str:
            return ""

    with pytest.raises(ValueError, match="declares a field twice"):
        disclosure(Undecided)
