"""An import of a list, from the file to what it became: work of editors, never public."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from prisoners.models.edition import ListEdition
from registry.identifiers import new_public_id


class ListImportQuerySet(models.QuerySet["ListImport"]):
    def begun(self) -> ListImportQuerySet:
        """Imports of which some rows are applied and some are not: killed, or still running."""
        return self.filter(state=ListImport.State.APPLYING)

    def in_review(self) -> ListImportQuerySet:
        return self.filter(state=ListImport.State.IN_REVIEW)


class ListImport(models.Model):
    """A file on its way into the registry. Its rows are staged; nothing of it is a record before it is applied.

    `mapping` is the mapping as a mapping file would say it, `given` what is said of the list as a whole. The number of
    the last row that is applied is written in the transaction that applied it; `changesets` are those transactions, by
    which the import can be undone. `version` rises with every change of a plan.
    """

    class State(models.TextChoices):
        READ = "read", _("read")
        PLANNED = "planned", _("planned")
        IN_REVIEW = "in_review", _("waiting for a second person")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")
        DISCARDED = "discarded", _("given up")

    token = models.CharField(_("token"), max_length=24, unique=True, default=new_public_id)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READ)
    file_name = models.CharField(_("file"), max_length=200)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    read_as = models.CharField(_("read as"), max_length=100, blank=True)
    header = models.JSONField(_("columns of the file"), default=list)
    mapping = models.JSONField(_("what the columns mean"), default=dict)
    given = models.JSONField(_("said of the whole list"), default=dict)
    total = models.IntegerField(_("rows"), default=0)
    counts = models.JSONField(_("rows by outcome"), default=dict)
    applied_to = models.IntegerField(_("applied to row"), default=0)
    changesets = models.JSONField(_("changesets"), default=list)
    version = models.PositiveIntegerField(_("version"), default=1)
    edition = models.ForeignKey(
        ListEdition, models.SET_NULL, null=True, related_name="imports", verbose_name=_("edition")
    )
    # Work outlives the account that began it.
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    hands = models.JSONField(_("prepared by"), default=list)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    kept = models.JSONField(_("what an undo left as edited since"), default=list)
    begun_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True)

    objects: ClassVar = ListImportQuerySet.as_manager()

    private_fields = (
        "id", "token", "state", "file_name", "file_sha256", "read_as", "header", "mapping", "given", "total", "counts",
        "applied_to", "changesets", "version", "edition", "editor", "hands", "reviewer", "note", "kept", "begun_at",
        "applied_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("import of a list")
        verbose_name_plural = _("imports of lists")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "begun_at"], name="imports_by_state")]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.token}"

    def get_absolute_url(self) -> str:
        return reverse("desk-import", args=[self.token])


class ImportRow(models.Model):
    """A row of a file: its cells as written, what they mean, and what becomes of it.

    People are named by their public identifiers, so that a merge or a removal in between leaves the row readable.
    """

    class Outcome(models.TextChoices):
        CREATE = "create", _("new person")
        MATCH = "match", _("known person, nothing to change")
        CHANGE = "change", _("known person, changed")
        REFUSED = "refused", _("refused")
        SKIPPED = "skipped", _("left out")

    list_import = models.ForeignKey(ListImport, models.CASCADE, related_name="rows", db_index=False)
    number = models.IntegerField(_("row"))
    cells = models.JSONField(_("cells as written"), default=list)
    external_id = models.CharField(_("identifier in the list"), max_length=200, blank=True)
    told = models.JSONField(_("what it means"), default=dict)
    odd = models.JSONField(_("what is odd"), default=list)
    problems = models.JSONField(_("why it is refused"), default=list)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.CREATE)
    person = models.CharField(_("person"), max_length=24, blank=True)
    # Why this person, and who else it may be, as sentences; people it may be, by their public identifiers.
    reasons = models.JSONField(_("reasons"), default=list)
    alike = models.JSONField(_("may be"), default=list)
    # One dictionary per differing cell: field, before, after, now, is_conflict, take.
    changes = models.JSONField(_("changes"), default=list)
    choice = models.CharField(_("an editor’s choice"), max_length=40, blank=True)

    private_fields = (
        "id", "list_import", "number", "cells", "external_id", "told", "odd", "problems", "outcome", "person",
        "reasons", "alike", "changes", "choice",
    )  # fmt: skip

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["list_import", "number"],
                name="import_row_is_staged_once",
                violation_error_message=_("This row is staged already."),
            )
        ]
        indexes = [
            models.Index(fields=["list_import", "external_id"], name="import_rows_by_identifier"),
            models.Index(
                fields=["list_import", "person"], name="import_rows_by_person", condition=~models.Q(person="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_import_id}: {self.number}"

    def as_written(self, header: list[str]) -> dict[str, Any]:
        """The cells by the headings of the file."""
        return dict(zip(header, self.cells, strict=False))
