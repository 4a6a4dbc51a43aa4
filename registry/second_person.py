"""Which changes need a second person: those of what the public sees, unless they only hide something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType

from registry.accounts import may_publish
from registry.editing import NEEDS_A_REASON, PUBLIC_ONCE
from registry.models import Source
from registry.publishing import Publication, Record
from registry.rows import Row
from registry.trying import Written

HIDDEN = {"is_private": True, "access": Source.Access.RESTRICTED}


def needs_second_person(written: Iterable[Written], by: Any) -> bool:
    """Whether something of this is for another person to accept."""
    return any(is_seen(each) for each in in_two(written, by)[1])


def in_two(written: Iterable[Written], by: Any) -> tuple[list[Written], list[Written]]:
    """What has to be done at once because it protects somebody, and the rest.

    Withholding, retracting, making a name private and restricting a source is up to those who may publish, alone.
    """
    at_once, rest = [], []
    for each in written:
        hiding = hides(each) if may_publish(by) else {}
        left = {column: value for column, value in each.after.items() if column not in hiding}
        if hiding:
            at_once.append(replace(each, after=hiding))
        if left or not hiding:
            rest.append(replace(each, before=each.before | hiding, after=left) if hiding else each)
    return at_once, rest


def hides(each: Written) -> Row:
    """The values of a change that take something from the public."""
    if each.verb != "update":
        return {}
    hidden = {column: value for column, value in HIDDEN.items() if each.after.get(column) == value}
    if each.after.get("publication") in NEEDS_A_REASON:
        hidden["publication"] = each.after["publication"]
    return hidden


def is_seen(each: Written) -> bool:
    """Whether a change shows in what the public sees, was shown once, or counts."""
    model: Any = each.model
    if issubclass(model, Record):
        return is_seen_record(each)
    if not getattr(model, "public_fields", ()):
        return False
    named = list(records_named(model, each.before or each.after))
    if not named:
        return each.verb != "insert" and is_used(model, each.key)
    return all(was_public(*record) for record in named) or (
        each.verb == "update" and all(was_public(*record) for record in records_named(model, each.before | each.after))
    )


def is_seen_record(each: Written) -> bool:
    if each.verb == "insert":
        return each.after["publication"] in PUBLIC_ONCE and parents_were_public(each.model, each.after)
    if each.before["publication"] not in PUBLIC_ONCE or not parents_were_public(each.model, each.before):
        return False
    # What was retracted is taken back to a draft, which nobody sees, and goes the way of every draft.
    is_step_back = set(each.after) == {"publication"} and each.after["publication"] == Publication.DRAFT
    return not is_step_back


def parents_were_public(model: Any, row: Row) -> bool:
    """Whether everything that a record belongs to is or was public."""
    direct = {path.split("__")[0] for path in model.parents}
    fields = [model._meta.get_field(name) for name in direct]
    return all(was_public(each.related_model, row[each.column]) for each in fields if row[each.column] is not None)


def was_public(model: Any, key: int) -> bool:
    """Whether a record, and what it belongs to, is or was public."""
    within = {f"{parent}__publication__in": PUBLIC_ONCE for parent in model.parents}
    return bool(model._base_manager.filter(pk=key, publication__in=PUBLIC_ONCE, **within).exists())


def records_named(model: Any, row: Row) -> Iterator[tuple[Any, int]]:
    """The records that a row without a state of its own names: it is as public as they are together."""
    for field in model._meta.concrete_fields:
        target = field.related_model
        if isinstance(target, type) and issubclass(target, Record) and row[field.column] is not None:
            yield target, row[field.column]
    for field in model._meta.private_fields:
        if isinstance(field, GenericForeignKey):
            target = ContentType.objects.get_for_id(row[f"{field.ct_field}_id"]).model_class()
            if target is not None and issubclass(target, Record):
                yield target, row[field.fk_field]


def is_used(model: Any, key: int) -> bool:
    """Whether any record is described with a word of a vocabulary."""
    relations = (each for each in model._meta.get_fields(include_hidden=True) if each.one_to_many or each.one_to_one)
    return any(
        each.related_model._base_manager.filter(**{each.field.name: key}).exists()
        for each in relations
        if each.auto_created and not hasattr(each.related_model, "pgh_tracked_model")
    )
