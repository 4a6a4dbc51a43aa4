"""Published lists: their editions and entries, as written."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from prisoners.models.prisoner import Prisoner
from registry.dates import EarliestDay, PartialDateField
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


@tracked
class ListEdition(Record):
    """A published list at a date. Number 1 of two lists is two people."""

    list_name = models.CharField(_("list"), max_length=200, help_text=_("The same words for every edition."))
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    dated_on = PartialDateField(_("dated"), null=True, blank=True)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    licence = models.CharField(_("licence and attribution"), max_length=300, blank=True)
    source = models.ForeignKey(
        "registry.Source", models.PROTECT, null=True, blank=True, related_name="editions", verbose_name=_("source")
    )
    dated_earliest = models.GeneratedField(
        expression=EarliestDay("dated_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = ("list_name", "publisher", "dated_on", "file_sha256", "licence", "source", "dated_earliest")

    class Meta(Record.Meta):
        verbose_name = _("list edition")
        verbose_name_plural = _("list editions")
        constraints = [
            models.UniqueConstraint(
                fields=["list_name", "file_sha256"],
                # A list that was taken back may be imported again.
                condition=~models.Q(file_sha256="") & ~models.Q(publication="retracted"),
                name="edition_file_is_imported_once",
                violation_error_message=_("This file is recorded as an edition of this list already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_name}, {self.dated_on.display()}" if self.dated_on else self.list_name


@tracked
class ListEntry(models.Model):
    """One row of an edition, and whom it is about."""

    edition = models.ForeignKey(ListEdition, models.CASCADE, related_name="entries", verbose_name=_("edition"))
    external_id = models.CharField(
        _("identifier in the list"), max_length=200, help_text=_("Unique within its edition.")
    )
    prisoner = models.ForeignKey(
        Prisoner, models.SET_NULL, null=True, blank=True, related_name="list_entries", verbose_name=_("prisoner")
    )

    public_fields = ("edition", "external_id", "prisoner")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("list entry")
        verbose_name_plural = _("list entries")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "external_id"],
                name="external_id_is_unique_within_its_edition",
                violation_error_message=_("This edition has an entry with this identifier already."),
            )
        ]
        indexes = [models.Index(fields=["external_id"])]

    def __str__(self) -> str:
        return f"{self.edition}: {self.external_id}"


@tracked
class ListEntryPrivate(models.Model):
    """Every original cell of an entry, as written: lists hold more than the public may see."""

    entry = models.OneToOneField(ListEntry, models.CASCADE, related_name="private", verbose_name=_("list entry"))
    cells = models.JSONField(_("cells as written"), default=dict, blank=True)

    private_fields = ("id", "entry", "cells")

    class Meta:
        verbose_name = _("cells of a list entry")
        verbose_name_plural = _("cells of list entries")

    def __str__(self) -> str:
        return str(self.entry)
