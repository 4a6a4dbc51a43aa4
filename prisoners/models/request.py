"""What a person, family or lawyer asks of the registry. Nothing here is ever public."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from prisoners.models.prisoner import Prisoner
from registry.history import tracked


@tracked
class Request(models.Model):
    """A wish to withhold, correct or remove."""

    class Kind(models.TextChoices):
        WITHHOLD = "withhold", _("withhold")
        CORRECT = "correct", _("correct")
        REMOVE = "remove", _("remove")

    class Decision(models.TextChoices):
        OPEN = "open", _("open")
        GRANTED = "granted", _("granted")
        GRANTED_IN_PART = "granted_in_part", _("granted in part")
        REFUSED = "refused", _("refused")

    prisoner = models.ForeignKey(
        Prisoner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("prisoner"),
        help_text=_("Whom it is about; empty if the registry has no record of them."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        help_text=_("Withhold hides the identity and keeps the count. Correct mends a record. Remove takes words out."),
    )
    scope = models.TextField(_("scope"), help_text=_("What is to be withheld, corrected or removed."))
    made_by = models.CharField(
        _("made by"), max_length=200, blank=True, help_text=_("Person, family or lawyer; no more than is needed.")
    )
    received_on = models.DateField(_("received on"), help_text=_("The day on which it reached the registry."))
    decision = models.CharField(
        _("decision"),
        max_length=20,
        choices=Decision.choices,
        default=Decision.OPEN,
        help_text=_("Open until someone has decided. Deciding here changes no record by itself."),
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, help_text=_("Empty while it is open."))
    review_on = models.DateField(
        _("review on"), null=True, blank=True, help_text=_("When to look at it again, if it was granted for a time.")
    )
    notes = models.TextField(
        _("notes"),
        blank=True,
        help_text=_("For other editors: why it was decided so. No more about the person than is needed."),
    )

    private_fields = (
        "id", "prisoner", "kind", "scope", "made_by", "received_on", "decision", "decided_on", "review_on", "notes",
    )  # fmt: skip

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["received_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="open", decided_on=None)
                | (~models.Q(decision="open") & models.Q(decided_on__isnull=False)),
                name="request_decision_has_a_date",
                violation_error_message=_("A decision has its date; an open request has none."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.received_on}"
