"""Prosecutions: cases, the articles of codes, and the charges under them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from prisoners.models.detention import Detention
from prisoners.models.prisoner import Prisoner
from registry.countries import country_choices
from registry.dates import EarliestDay, PartialDateField
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


@tracked
class Article(models.Model):
    """An article of a criminal or administrative code, in one version of that code."""

    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    code = models.CharField(_("code"), max_length=120, help_text=_("Such as “Criminal Code”."))
    version = models.CharField(
        _("version of the code"), max_length=40, blank=True, help_text=_("The year it was enacted, such as 1999.")
    )
    number = models.CharField(_("number"), max_length=40, help_text=_("As written, such as 342 part 1 or 167.2.2.1."))
    title = models.CharField(_("title"), max_length=300, blank=True)

    public_fields = ("country", "code", "version", "number", "title")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("article of a code")
        verbose_name_plural = _("articles of codes")
        ordering = ["country", "code", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "code", "version", "number"],
                name="article_is_entered_once",
                violation_error_message=_("This article is here already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


@tracked
class Case(Record):
    """A prosecution of one person. Someone awaiting trial has a case and no conviction."""

    parents = ("prisoner",)

    prisoner = models.ForeignKey(Prisoner, models.CASCADE, related_name="cases", verbose_name=_("prisoner"))
    number = models.CharField(_("number"), max_length=100, blank=True)
    co_defendants = models.CharField(
        _("group of co-defendants"), max_length=200, blank=True,
        help_text=_("The name the case is known by; the same words for everyone in it. No names of the unpublished."),
    )  # fmt: skip
    detentions = models.ManyToManyField(
        Detention, through="CaseDetention", related_name="cases", verbose_name=_("detentions it explains"), blank=True
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = ("prisoner", "number", "co_defendants", "detentions")

    class Meta(Record.Meta):
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def __str__(self) -> str:
        return f"{self.prisoner}, {self.number or self.co_defendants or self.public_id}"


@tracked
class CaseDetention(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="detention_links")
    detention = models.ForeignKey(Detention, models.CASCADE, related_name="case_links")

    public_fields = ("case", "detention")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("detention explained by a case")
        verbose_name_plural = _("detentions explained by cases")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "detention"],
                name="case_explains_a_detention_once",
                violation_error_message=_("This detention is linked already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.detention)


@tracked
class Charge(Record):
    """One article that a case alleges, and how far it came."""

    class Stage(models.TextChoices):
        CHARGED = "charged", _("charged")
        CONVICTED = "convicted", _("convicted")
        DROPPED = "dropped", _("dropped")
        ACQUITTED = "acquitted", _("acquitted")

    parents = ("case", "case__prisoner")

    case = models.ForeignKey(Case, models.CASCADE, related_name="charges", verbose_name=_("case"))
    article = models.ForeignKey(Article, models.PROTECT, related_name="charges", verbose_name=_("article"))
    stage = models.CharField(
        _("stage"),
        max_length=10,
        choices=Stage.choices,
        default=Stage.CHARGED,
        help_text=_("How far this article came: charged, then convicted, dropped or acquitted."),
    )
    stage_on = PartialDateField(_("since"), null=True, blank=True)
    stage_earliest = models.GeneratedField(
        expression=EarliestDay("stage_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = ("case", "article", "stage", "stage_on", "stage_earliest")

    class Meta(Record.Meta):
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "article"],
                name="charge_names_an_article_once_per_case",
                violation_error_message=_("This article is charged in this case already: change its stage instead."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.article} ({self.get_stage_display()})"
