"""Verdicts and what appeals made of them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from prisoners.models.case import Article, Case, CaseDetention
from prisoners.models.place import Court
from registry.dates import EarliestDay, LatestDay, PartialDateField
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


@tracked
class Conviction(Record):
    """A verdict in a case. The expected end of a sentence never changes anyone's status."""

    class Sentence(models.TextChoices):
        IMPRISONMENT = "imprisonment", _("imprisonment")
        LIFE = "life", _("life imprisonment")
        OPEN_TYPE = "open_type", _("open-type facility")
        HOME_CONFINEMENT = "home_confinement", _("home confinement")
        ADMINISTRATIVE_ARREST = "administrative_arrest", _("administrative arrest")
        DEFERRED = "deferred", _("deferred")
        FINE = "fine", _("fine")
        PSYCHIATRIC = "psychiatric", _("psychiatric treatment")
        DEATH = "death", _("death")
        UNKNOWN = "unknown", _("not known")

    parents = ("case", "case__prisoner")

    case = models.ForeignKey(Case, models.CASCADE, related_name="convictions", verbose_name=_("case"))
    decided_on = PartialDateField(_("date of the verdict"), null=True, blank=True)
    court = models.ForeignKey(
        Court, models.PROTECT, null=True, blank=True, related_name="convictions", verbose_name=_("court")
    )
    judge = models.CharField(_("judge"), max_length=200, blank=True)
    articles = models.ManyToManyField(
        Article, through="ConvictionArticle", related_name="convictions", verbose_name=_("articles"), blank=True
    )
    sentence = models.CharField(
        _("sentence"),
        max_length=25,
        choices=Sentence.choices,
        default=Sentence.UNKNOWN,
        help_text=_(
            "What the verdict orders, before any appeal. Open-type facility and home confinement are no prison."
        ),
    )
    length_months = models.PositiveIntegerField(
        _("length in months"), null=True, blank=True, help_text=_("4 and a half years are 54 months.")
    )
    length_days = models.PositiveIntegerField(
        _("length in days"), null=True, blank=True, help_text=_("For administrative arrest.")
    )
    stated_end_on = PartialDateField(
        _("stated end"), null=True, blank=True, help_text=_("Only if a source states it; it changes nobody's status.")
    )
    stated_end_source = models.ForeignKey(
        "registry.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who states it")
    )
    in_absentia = models.BooleanField(
        _("in absentia"),
        default=False,
        help_text=_("Tick if the court judged someone who was not there, such as a person abroad."),
    )

    decided_earliest = models.GeneratedField(
        expression=EarliestDay("decided_on"), output_field=models.DateField(), db_persist=True
    )
    decided_latest = models.GeneratedField(
        expression=LatestDay("decided_on"), output_field=models.DateField(), db_persist=True
    )
    stated_end_latest = models.GeneratedField(
        expression=LatestDay("stated_end_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = (
        "case", "decided_on", "court", "judge", "articles", "sentence", "length_months", "length_days",
        "stated_end_on", "stated_end_source", "in_absentia", "decided_earliest", "decided_latest", "stated_end_latest",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("conviction")
        verbose_name_plural = _("convictions")
        indexes = [models.Index(fields=["decided_earliest", "decided_latest"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(length_months=None) | Q(length_days=None),
                name="conviction_length_is_in_months_or_days",
                violation_error_message=_("Give the length in months or in days, not in both."),
            ),
            models.CheckConstraint(
                condition=Q(length_months=None) | Q(length_months__lte=1200),
                name="conviction_length_is_at_most_a_century",
                violation_error_message=_("More than 1,200 months: check the length."),
            ),
            models.CheckConstraint(
                condition=Q(length_days=None) | Q(length_days__lte=36525),
                name="conviction_days_are_at_most_a_century",
                violation_error_message=_("More than 36,525 days: check the length."),
            ),
        ]

    def __str__(self) -> str:
        when = self.decided_on.display() if self.decided_on else _("day not known")
        return f"{self.case.prisoner}, {self.get_sentence_display()}, {when}"

    def expected_end(self, taken: date | None) -> date | None:
        """When the sentence ends: as stated, else `taken` plus its length after appeal; None where neither is known."""
        if self.stated_end_latest is not None:
            return self.stated_end_latest
        if taken is None or self.sentence == self.Sentence.LIFE:
            return None
        lengths = [appeal.new_length_months for appeal in self.appeals.all() if appeal.new_length_months is not None]
        months = lengths[-1] if lengths else self.length_months
        if months is not None:
            return plus_months(taken, months)
        return taken + timedelta(days=self.length_days) if self.length_days is not None else None


@tracked
class ConvictionArticle(models.Model):
    conviction = models.ForeignKey(Conviction, models.CASCADE, related_name="article_links")
    article = models.ForeignKey(Article, models.PROTECT, related_name="conviction_links")

    public_fields = ("conviction", "article")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("article of a conviction")
        verbose_name_plural = _("articles of convictions")
        constraints = [
            models.UniqueConstraint(
                fields=["conviction", "article"],
                name="conviction_names_an_article_once",
                violation_error_message=_("This article is named already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.article)


@tracked
class Appeal(Record):
    """What a higher court made of a verdict: a dated change."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("upheld")
        REDUCED = "reduced", _("reduced")
        INCREASED = "increased", _("increased")
        QUASHED = "quashed", _("quashed")
        PENDING = "pending", _("pending")

    parents = ("conviction", "conviction__case", "conviction__case__prisoner")

    conviction = models.ForeignKey(Conviction, models.CASCADE, related_name="appeals", verbose_name=_("conviction"))
    outcome = models.CharField(
        _("outcome"),
        max_length=10,
        choices=Outcome.choices,
        default=Outcome.PENDING,
        help_text=_("What the higher court did with the verdict. The verdict itself stays as it was given."),
    )
    decided_on = PartialDateField(_("decided on"), null=True, blank=True)
    court = models.ForeignKey(
        Court, models.PROTECT, null=True, blank=True, related_name="appeals", verbose_name=_("court")
    )
    new_length_months = models.PositiveIntegerField(_("new length in months"), null=True, blank=True)
    decided_earliest = models.GeneratedField(
        expression=EarliestDay("decided_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = ("conviction", "outcome", "decided_on", "court", "new_length_months", "decided_earliest")

    class Meta(Record.Meta):
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.decided_on.display() if self.decided_on else _('day not known')}"


def expected_ends(detentions: models.QuerySet[Any]) -> dict[int, date]:
    """By detention: the day its longest published sentence ends, where it can be computed.

    The stated end, else the day taken plus the length after appeal. It changes nobody's status.
    """
    links = (
        CaseDetention.objects.filter(detention__in=detentions)
        .filter(case__publication="published", case__convictions__publication="published")
        .values_list("detention_id", "detention__taken_latest", "case__convictions")
    )
    convictions = {
        conviction.pk: conviction
        for conviction in Conviction.objects.filter(
            pk__in={conviction for _detention, _taken, conviction in links}
        ).prefetch_related(Prefetch("appeals", queryset=Appeal.objects.published()))
    }
    ends: dict[int, date] = {}
    for detention, taken, conviction in links:
        end = convictions[conviction].expected_end(taken)
        if end is not None and end > ends.get(detention, date.min):
            ends[detention] = end
    return ends


def plus_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
