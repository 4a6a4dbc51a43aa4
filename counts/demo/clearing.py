"""Taking the demo away again, without touching what the operator entered."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models

from counts.demo.accounts import remove_accounts
from counts.demo.records import PREFIX
from pardons.models import (
    Announcement,
    AnnouncementPrivate,
    Identification,
    Pardon,
    Relation,
    ReportedFigure,
    Statement,
)
from prisoners.models import (
    Appeal,
    Article,
    Case,
    CaseDetention,
    Charge,
    Conviction,
    ConvictionArticle,
    Court,
    Detention,
    ListEdition,
    ListEntry,
    Name,
    Occupation,
    Organisation,
    Place,
    Prisoner,
    PrisonerOccupation,
    PrisonerPrivate,
    Recognition,
    RecognitionBy,
    Region,
    Release,
    Request,
    Stay,
)
from registry.history import Nature, changeset
from registry.models import Citation, Source, SourcePrivate
from registry.publishing import Record

# What refers to others comes before them, so that nothing is deleted while it is referred to.
MODELS: tuple[type[models.Model], ...] = (
    Citation, ReportedFigure, Relation, Identification, Statement, AnnouncementPrivate, Announcement, Pardon,
    RecognitionBy, Recognition, Appeal, ConvictionArticle, Conviction, Charge, CaseDetention, Case, Release, Stay,
    Detention, Name, PrisonerOccupation, PrisonerPrivate, Request, ListEntry, ListEdition, Prisoner, Article,
    Occupation, Court, Place, Region, Organisation, SourcePrivate, Source,
)  # fmt: skip

Keys = dict[type[models.Model], set[int]]


def clear(*, force: bool = False) -> int:
    """Remove the demo and its accounts; how many records went.

    Raises ValidationError, with a line for each, if other records rest on the demo's; `force` removes them too.
    """
    with changeset(by=None, note="Demo data removed", nature=Nature.CORRECTION):
        doomed = demo_records()
        if own := resting_on(doomed):
            if not force:
                raise ValidationError(in_words(own))
            doomed = with_all_that_rests_on(doomed)
        delete(doomed)
        remove_accounts()
    return sum(len(keys) for keys in doomed.values())


def demo_records() -> Keys:
    """By their identifiers; what has none, by the changeset that entered the demo’s sources."""
    return {model: set(demo_rows(model).values_list("pk", flat=True)) for model in MODELS}


def demo_rows(model: type[models.Model]) -> models.QuerySet:
    rows = model._default_manager.all()
    if issubclass(model, Record):
        return rows.filter(public_id__startswith=PREFIX)
    loaded = insertions(Source).filter(public_id__startswith=PREFIX).values("pgh_changeset")
    return rows.filter(pk__in=insertions(model).filter(pgh_changeset__in=loaded).values("pgh_obj_id"))


def insertions(model: type[models.Model]) -> models.QuerySet:
    """The rows of a model's history that tell when each record was entered."""
    history: Any = model._meta.get_field("history").related_model
    return history.objects.filter(pgh_label="insert")


def resting_on(doomed: Keys) -> Keys:
    """Records that are not among the doomed and refer to one of them."""
    found: Keys = defaultdict(set)
    for model in MODELS:
        referring = model._default_manager.filter(refers_to(model, doomed)).values_list("pk", flat=True)
        if rest := set(referring) - doomed.get(model, set()):
            found[model] = rest
    return found


def refers_to(model: type[models.Model], doomed: Keys) -> models.Q:
    if model is Citation:
        return cites(doomed)
    condition = models.Q(pk__in=[])
    for field in model._meta.concrete_fields:
        if field.related_model and (keys := doomed.get(field.related_model)):
            condition |= models.Q(**{f"{field.name}__in": keys})
    return condition


def cites(doomed: Keys) -> models.Q:
    """Citations of a doomed source, or for a doomed record."""
    condition = models.Q(source__in=doomed.get(Source, set()))
    for model, keys in doomed.items():
        kind = ContentType.objects.get_for_model(model)
        condition |= models.Q(content_type=kind, object_id__in=keys)
    return condition


def with_all_that_rests_on(doomed: Keys) -> Keys:
    """The doomed, what refers to them, what refers to that, and so on."""
    doomed = dict(doomed)
    while more := resting_on(doomed):
        for model, keys in more.items():
            doomed[model] = doomed[model] | keys
    return doomed


def delete(doomed: Keys) -> None:
    for model in MODELS:
        rows = model._default_manager.filter(pk__in=doomed[model])
        if model is Recognition:
            # A withdrawal protects what it withdraws.
            rows.filter(withdraws__isnull=False).delete()
        rows.delete()


def in_words(own: Keys) -> list[str]:
    return [
        f"{model._meta.verbose_name} “{record}” ({record.pk})"
        for model, keys in own.items()
        for record in model._default_manager.filter(pk__in=keys)
    ]
