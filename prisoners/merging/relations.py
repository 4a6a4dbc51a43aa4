"""What points at a person, and at what belongs to one: how each relation fares when two rows become one.

A relation that is missing here fails a test, and the merge would be refused by the database: nothing is lost silently.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from prisoners.models import Prisoner
from registry.models import Citation
from registry.publishing import Record

# The row goes along; where the remaining row has its equal (by a unique constraint), the two become one.
GOES_ALONG = "goes along"
# Handled by `prisoners.merging.joining` in a way of its own.
ONE_OF_ITS_KIND = "one of its kind"
# Found anew from names; passed over while it names nobody.
FOUND_ANEW = "found anew"

RELATIONS: dict[str, str] = {
    "prisoners.name.prisoner": GOES_ALONG,
    "prisoners.prisoneroccupation.prisoner": GOES_ALONG,
    "prisoners.prisonerprivate.prisoner": GOES_ALONG,
    "prisoners.detention.prisoner": GOES_ALONG,
    "prisoners.case.prisoner": GOES_ALONG,
    "prisoners.recognition.prisoner": GOES_ALONG,
    "prisoners.request.prisoner": GOES_ALONG,
    "prisoners.listentry.prisoner": GOES_ALONG,
    "prisoners.notsameperson.first": ONE_OF_ITS_KIND,
    "prisoners.notsameperson.second": ONE_OF_ITS_KIND,
    "prisoners.likelypair.first": FOUND_ANEW,
    "prisoners.likelypair.second": FOUND_ANEW,
    "pardons.pardon.prisoner": GOES_ALONG,
    "pardons.identification.prisoner": GOES_ALONG,
    # Of rows that may be one in their turn.
    "prisoners.stay.detention": GOES_ALONG,
    "prisoners.release.detention": GOES_ALONG,
    "prisoners.casedetention.detention": GOES_ALONG,
    "prisoners.casedetention.case": GOES_ALONG,
    "prisoners.charge.case": GOES_ALONG,
    "prisoners.conviction.case": GOES_ALONG,
    "prisoners.convictionarticle.conviction": GOES_ALONG,
    "prisoners.appeal.conviction": GOES_ALONG,
    "prisoners.recognitionby.recognition": GOES_ALONG,
    "prisoners.recognition.withdraws": GOES_ALONG,
    "pardons.identification.pardon": GOES_ALONG,
    "pardons.identification.release": GOES_ALONG,
    "pardons.identification.detention": GOES_ALONG,
    "pardons.identification.conviction": GOES_ALONG,
    "pardons.identification.recognition": GOES_ALONG,
}  # fmt: skip

# Events that are often entered on both records: the field whose date must fit, if there is one.
ENTERED_TWICE = {
    "prisoners.detention": "taken_on",
    "prisoners.case": None,
    "prisoners.conviction": "decided_on",
    "prisoners.recognition": "acted_on",
    "pardons.pardon": "act_on",
}


@dataclass(frozen=True)
class Pointer:
    """A relation by which rows of `model` point at a row; `where` narrows it down for citations."""

    model: Any
    name: str
    column: str
    where: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def rows(self, key: int) -> Any:
        return self.model._base_manager.filter(**{self.column: key}, **self.where).order_by("pk")


def pointers_at(model: type[models.Model]) -> list[Pointer]:
    """Every relation that points at a model, citations last; history keeps pointing at what was."""
    found = [
        Pointer(relation.related_model, relation.field.name, relation.field.column)
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and not is_history(relation.related_model)
    ]
    if issubclass(model, Record):
        kind = ContentType.objects.get_for_model(model).pk
        found.append(Pointer(Citation, "object_id", "object_id", {"content_type_id": kind}))
    return found


def is_history(model: Any) -> bool:
    return getattr(model, "pgh_tracked_model", None) is not None


@cache
def path_to_person(model: Any) -> str | None:
    """The relations from a row to its person, such as `case__prisoner`; None where it belongs to nobody."""
    relations = [each for each in model._meta.concrete_fields if isinstance(each, models.ForeignKey)]
    if is_history(model) or model is Prisoner:
        return None
    for each in relations:
        if each.related_model is Prisoner:
            return each.name
    owners = [each for each in relations if f"{model._meta.label_lower}.{each.name}" in RELATIONS]
    return f"{owners[0].name}__{path_to_person(owners[0].related_model)}" if owners else None
