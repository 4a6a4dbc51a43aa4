"""Records that were one person, and pairs that may be: merges, pairs told apart, likely pairs. None is public."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext_lazy as _

from prisoners.models.prisoner import Prisoner
from registry.history import ChangesetNumber, tracked


class MergeQuerySet(models.QuerySet[Any]):
    def standing(self) -> MergeQuerySet:
        """Merges that have not been undone."""
        return self.filter(undone_at=None)

    def in_changeset(self, number: int) -> MergeQuerySet:
        """Merges that a changeset made or undid."""
        return self.filter(Q(changeset=number) | Q(undone_changeset=number))

    def leads_to(self, public_id: str) -> str:
        """The identifier of the record that an identifier stands for now, through later merges; itself if none."""
        while (taken := self.standing().filter(merged_public_id=public_id).first()) is not None:
            public_id = taken.kept_public_id
        return public_id


class Merge(models.Model):
    """One record taken into another: who, when, why, and every row as it was, so that it can be undone exactly.

    Plain numbers and identifiers instead of relations: the merged row is gone, and the kept one may go the same way.
    """

    kept_key = models.BigIntegerField(_("record kept"), db_index=True)
    kept_public_id = models.CharField(_("identifier kept"), max_length=24)
    kept_name = models.CharField(_("name of the record kept"), max_length=200)
    merged_key = models.BigIntegerField(_("record merged"), db_index=True)
    merged_public_id = models.CharField(_("identifier merged"), max_length=24, db_index=True)
    merged_name = models.CharField(_("name of the record merged"), max_length=200)
    made_at = models.DateTimeField(_("merged at"), db_default=Now())
    # No constraint: the record of a merge must stand even when the account is gone.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    reason = models.TextField(_("reason"))
    changeset = models.BigIntegerField(_("changeset"), db_default=ChangesetNumber(), db_index=True)
    rows = models.JSONField(_("what was done to rows, in order"), default=list)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+",
        verbose_name=_("undone by"),
    )  # fmt: skip
    undone_reason = models.TextField(_("why it was undone"), blank=True)
    undone_changeset = models.BigIntegerField(_("changeset that undid it"), null=True, db_index=True)

    objects: ClassVar = MergeQuerySet.as_manager()

    same_in_every_state = True
    private_fields = (
        "id", "kept_key", "kept_public_id", "kept_name", "merged_key", "merged_public_id", "merged_name", "made_at",
        "by", "reason", "changeset", "rows", "undone_at", "undone_by", "undone_reason", "undone_changeset",
    )  # fmt: skip

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["merged_key"],
                condition=Q(undone_at=None),
                name="record_is_merged_once_at_a_time",
                violation_error_message=_("This record has been merged already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.merged_name} → {self.kept_name}"


@tracked
class NotSamePerson(models.Model):
    """Two records that look alike and were found to be two people."""

    first = models.ForeignKey(Prisoner, models.CASCADE, related_name="not_same_first", verbose_name=_("one person"))
    second = models.ForeignKey(Prisoner, models.CASCADE, related_name="not_same_second", verbose_name=_("another"))
    reason = models.TextField(_("how we know"))

    private_fields = ("id", "first", "second", "reason")

    class Meta:
        verbose_name = _("pair told apart")
        verbose_name_plural = _("pairs told apart")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                Least("first_id", "second_id"), Greatest("first_id", "second_id"),
                name="pair_is_told_apart_once",
                violation_error_message=_("These two are recorded as different people already."),
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="pair_is_of_two_people",
                violation_error_message=_("Choose two different people."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


class LikelyPair(models.Model):
    """Two people whose names are alike, found by the index of names. Made anew from names, never edited.

    No constraints in the database: a merge need not know of it, and a row that names nobody is passed over.
    """

    first = models.ForeignKey(Prisoner, models.DO_NOTHING, db_constraint=False, related_name="+")
    second = models.ForeignKey(Prisoner, models.DO_NOTHING, db_constraint=False, related_name="+")
    likeness = models.FloatField(_("likeness"))

    private_fields = ("id", "first", "second", "likeness")

    class Meta:
        verbose_name = _("likely pair")
        verbose_name_plural = _("likely pairs")
        default_permissions = ()
        indexes = [models.Index(fields=["-likeness", "first", "second"], name="likely_pair_likeness")]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="likely_pair_is_found_once",
                violation_error_message=_("These two people are in the queue already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id} / {self.second_id}"


class UncomparedPerson(models.Model):
    """Someone whose names changed and have yet to be compared. Written by a trigger; may be listed twice."""

    prisoner_key = models.BigIntegerField(_("person"))

    private_fields = ("id", "prisoner_key")

    class Meta:
        verbose_name = _("person to be compared")
        verbose_name_plural = _("people to be compared")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.prisoner_key)
