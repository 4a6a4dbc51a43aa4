"""What is entered at the desk for many people at once: one piece, from the pasted list to what became of it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from prisoners.models.prisoner import default_country
from registry.countries import country_choices
from registry.history import tracked
from registry.identifiers import new_public_id


class PieceQuerySet(models.QuerySet["Piece"]):
    def in_review(self) -> Self:
        return self.filter(state=Piece.State.IN_REVIEW)

    def unfinished(self) -> Self:
        """Neither published nor given up."""
        return self.filter(state__in=(Piece.State.DRAFT, Piece.State.IN_REVIEW))


@tracked
class Piece(models.Model):
    """Many people and what happened to them, entered together, reviewed and published as one.

    Nothing of it is a record before it is published, except new people, who are drafts: what is published stands until
    a second person has agreed. Its token is the form's one-time token, so that a form sent twice makes one piece.
    `rows` holds one dictionary per name, `given` what the editor typed for all of them, as strings. `version` rises
    with every change, and a form that shows an older one is refused.
    """

    class Kind(models.TextChoices):
        PEOPLE = "people", _("people of an announcement")
        RECOGNITIONS = "recognitions", _("recognitions")
        CONVICTIONS = "convictions", _("verdicts")
        ARRESTS = "arrests", _("arrests")
        TRANSFERS = "transfers", _("transfers")
        RELEASES = "releases", _("releases")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("given up")

    token = models.CharField(_("token"), max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1)
    announcement = models.ForeignKey(
        "pardons.Announcement",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="pieces",
        verbose_name=_("announcement"),
    )
    country = models.CharField(_("country"), max_length=2, choices=country_choices, default=default_country)
    pasted = models.TextField(_("pasted list"), blank=True)
    source = models.ForeignKey(
        "registry.Source", models.PROTECT, null=True, blank=True, related_name="pieces", verbose_name=_("source")
    )
    given = models.JSONField(_("given for all"), default=dict, blank=True)
    rows = models.JSONField(_("rows"), default=list, blank=True)
    note = models.TextField(_("the reviewer’s note"), blank=True)
    # Work outlives the account that began it; the history keeps who it was.
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="pieces", verbose_name=_("begun by")
    )
    # Everyone who had a hand in it: none of them publishes it.
    hands = models.JSONField(_("entered by"), default=list, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    made = models.JSONField(_("what it became"), default=list, blank=True)
    entered_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar = PieceQuerySet.as_manager()

    private_fields = (
        "id", "token", "kind", "state", "version", "announcement", "country", "pasted", "source", "given", "rows",
        "note", "editor", "hands", "reviewer", "made", "entered_at", "changed_at",
    )  # fmt: skip
    # No record: it stays when a changeset is taken back.
    is_work = True

    class Meta:
        verbose_name = _("piece of work")
        verbose_name_plural = _("pieces of work")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "entered_at"], name="pieces_by_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.token}"

    def get_absolute_url(self) -> str:
        return reverse("desk-piece", args=[self.token])

    @property
    def taken(self) -> list[dict[str, Any]]:
        """The rows that stand for a person: not skipped, not another spelling of one above."""
        return [row for row in self.rows if row["choice"] == "new" or row["choice"].startswith("person:")]
