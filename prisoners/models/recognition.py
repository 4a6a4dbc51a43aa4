"""Acts of recognition: dated, by somebody, never a flag on a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prisoners.models.organisation import Organisation
from prisoners.models.prisoner import Prisoner
from registry.dates import EarliestDay, LatestDay, PartialDateField
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


@tracked
class Recognition(Record):
    """One dated act about one person, by one or more organisations together."""

    class Act(models.TextChoices):
        RECOGNISED = "recognised", _("recognised")
        EX_POST_FACTO = "ex_post_facto", _("recognised after release")
        WITHDRAWN = "withdrawn", _("withdrawn")
        DECLINED = "declined", _("declined")

    class Definition(models.TextChoices):
        PACE_1900 = "pace_1900", _("Resolution 1900 (2012) of the Council of Europe’s Assembly")
        GUIDELINES_2013 = "guidelines_2013", _("guidelines of 2013 (Viasna, Memorial and others)")
        PRISONER_OF_CONSCIENCE = "prisoner_of_conscience", _("prisoner of conscience (Amnesty International)")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("not stated")

    parents = ("prisoner",)

    prisoner = models.ForeignKey(Prisoner, models.CASCADE, related_name="recognitions", verbose_name=_("prisoner"))
    act = models.CharField(
        _("act"),
        max_length=15,
        choices=Act.choices,
        default=Act.RECOGNISED,
        help_text=_("What was done on that day. “After release” for people first recognised once they were out."),
    )
    acted_on = PartialDateField(_("date"), null=True, blank=True)
    organisations = models.ManyToManyField(
        Organisation, through="RecognitionBy", related_name="recognitions", verbose_name=_("by")
    )
    definition = models.CharField(
        _("definition used"),
        max_length=30,
        choices=Definition.choices,
        default=Definition.UNKNOWN,
        help_text=_("The definition that those who recognise name themselves. “Not stated” if they name none."),
    )
    statement = models.ForeignKey(
        "registry.Source", models.PROTECT, null=True, blank=True, related_name="recognitions",
        verbose_name=_("statement"), help_text=_("The document that recognises."),
    )  # fmt: skip
    withdraws = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="withdrawals",
        verbose_name=_("withdraws"), help_text=_("Only for a withdrawal: the recognition that it takes back."),
    )  # fmt: skip

    acted_earliest = models.GeneratedField(
        expression=EarliestDay("acted_on"), output_field=models.DateField(), db_persist=True
    )
    acted_latest = models.GeneratedField(
        expression=LatestDay("acted_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = (
        "prisoner", "act", "acted_on", "organisations", "definition", "statement", "withdraws",
        "acted_earliest", "acted_latest",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        indexes = [models.Index(fields=["acted_earliest", "acted_latest"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(act="withdrawn", withdraws__isnull=False)
                | (~Q(act="withdrawn") & Q(withdraws__isnull=True)),
                name="withdrawal_names_what_it_withdraws",
                violation_error_message=_(
                    "A withdrawal names the recognition that it takes back, and nothing else does."
                ),
            ),
        ]

    def __str__(self) -> str:
        when = self.acted_on.display() if self.acted_on else _("day not known")
        return f"{self.prisoner}, {self.get_act_display()}, {when}"


@tracked
class RecognitionBy(models.Model):
    recognition = models.ForeignKey(Recognition, models.CASCADE, related_name="by_links")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="recognition_links")

    public_fields = ("recognition", "organisation")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("organisation that recognises")
        verbose_name_plural = _("organisations that recognise")
        constraints = [
            models.UniqueConstraint(
                fields=["recognition", "organisation"],
                name="organisation_recognises_once_per_act",
                violation_error_message=_("This organisation is named already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
