"""Announcements and what sources say of them; pardons, identifications, and figures that others report."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Prefetch, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import Exact, GreaterThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pardons.desk.models import DeskDraft
from pardons.linking.models import Piece
from prisoners.models import Conviction, Detention, Organisation, Prisoner, Recognition, Release
from prisoners.models.prisoner import default_country
from registry.countries import country_choices
from registry.dates import EarliestDay, LatestDay, PartialDate, PartialDateField
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record

__all__ = [
    "Announcement", "AnnouncementPrivate", "DeskDraft", "Identification", "Pardon", "Piece",
    "Qualifier", "Relation", "ReportedFigure", "Statement",
]  # fmt: skip


class Qualifier(models.TextChoices):
    EXACTLY = "exactly", _("exactly")
    ABOUT = "about", _("about")
    OVER = "over", _("over")
    AT_LEAST = "at_least", _("at least")
    NEARLY = "nearly", _("nearly")
    UP_TO = "up_to", _("up to")


class AnnouncementQuerySet(PublishableQuerySet):
    def in_country(self, country: str | None) -> Self:
        """Announcements of one country; of all countries if None."""
        return self if country is None else self.filter(country=country)

    def with_numbers(self) -> Self:
        """With their chosen statements, and how they are related."""
        chosen = Prefetch("statements", queryset=Statement.objects.published().filter(is_chosen=True))
        return self.prefetch_related(chosen, "relations_as_first")

    def newest_first(self) -> Self:
        return self.order_by(F("day_earliest").desc(nulls_last=True), "public_id")


@tracked
class Announcement(Record):
    """One act or wave, about people as a group. A running total over several acts is a reported figure."""

    class Kind(models.TextChoices):
        PARDON = "pardon", _("pardon")
        AMNESTY = "amnesty", _("amnesty")
        RELEASE = "release", _("release")
        EXCHANGE = "exchange", _("exchange")
        EXPULSION = "expulsion", _("expulsion")
        EARLY_RELEASE = "early_release", _("early release")
        ARRESTS = "arrests", _("arrests")
        CONVICTIONS = "convictions", _("convictions")
        RECOGNITIONS = "recognitions", _("recognitions")
        DEATHS = "deaths", _("deaths")

    class Frees(models.TextChoices):
        ALL = "all", _("all of them")
        NONE = "none", _("none of them")
        NUMBER = "number", _("a number of them")
        UNKNOWN = "unknown", _("not known")

    class NamesGiven(models.TextChoices):
        ALL = "all", _("all names given")
        SOME = "some", _("some names given")
        NONE = "none", _("no names given")
        UNKNOWN = "unknown", _("not known")

    kind = models.CharField(
        _("kind"),
        max_length=15,
        choices=Kind.choices,
        help_text=_(
            "What was done to them together. A pardon is an act of clemency, an amnesty a law for whole categories, "
            "which may only shorten terms. A running total over several acts is a reported figure instead."
        ),
    )
    country = models.CharField(_("country"), max_length=2, choices=country_choices, default=default_country)
    act_on = PartialDateField(
        _("date of the act"), null=True, blank=True,
        help_text=_("When it happened, as precisely as a source says: 2024-07 is enough."),
    )  # fmt: skip
    announced_on = PartialDateField(_("date announced"), null=True, blank=True)
    authority = models.CharField(
        _("authority"),
        max_length=200,
        blank=True,
        help_text=_("Who decided or announced it, such as a president’s office."),
    )
    frees = models.CharField(
        _("whom it frees"), max_length=10, choices=Frees.choices, default=Frees.ALL,
        help_text=_(
            "A pardon, release, exchange or expulsion frees all unless its words say otherwise; "
            "an amnesty is “not known” unless said."
        ),
    )  # fmt: skip
    frees_number = models.PositiveIntegerField(
        _("number freed"),
        null=True,
        blank=True,
        help_text=_("Only if a number of them is freed: how many leave prison by this act."),
    )
    rest = models.CharField(
        _("what happens to the rest"), max_length=300, blank=True, help_text=_("Such as: terms halved.")
    )
    conditions = models.CharField(
        _("conditions"),
        max_length=300,
        blank=True,
        help_text=_("On what condition, and what was taken from them, as the source words it: barred from returning."),
    )
    political_number = models.PositiveIntegerField(
        _("number said to be political"), null=True, blank=True, help_text=_("Empty: nobody says how many.")
    )
    political_by = models.CharField(
        _("by whose word"),
        max_length=200,
        blank=True,
        help_text=_("Who says how many are political: an organisation, a politician, a news agency."),
    )
    not_political_number = models.PositiveIntegerField(
        _("number found not to be political"),
        null=True,
        blank=True,
        help_text=_("How many were found not to be political prisoners."),
    )
    names_given = models.CharField(
        _("names given"),
        max_length=10,
        choices=NamesGiven.choices,
        default=NamesGiven.UNKNOWN,
        help_text=_("Whether those who announced it gave names. Some: only a few of them were named."),
    )
    choice_reason = models.CharField(
        _("why this statement was chosen"), max_length=300, blank=True,
        help_text=_("Where sources disagree: why the chosen number is the better one."),
    )  # fmt: skip

    # The day it counts on: the date of the act, else the date announced (rule 6).
    day_earliest = models.GeneratedField(
        expression=models.Case(
            models.When(Q(act_on__isnull=False), then=EarliestDay("act_on")), default=EarliestDay("announced_on")
        ),
        output_field=models.DateField(), db_persist=True,
    )  # fmt: skip
    day_latest = models.GeneratedField(
        expression=models.Case(
            models.When(Q(act_on__isnull=False), then=LatestDay("act_on")), default=LatestDay("announced_on")
        ),
        output_field=models.DateField(), db_persist=True,
    )  # fmt: skip

    objects: ClassVar = AnnouncementQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(AnnouncementQuerySet)()

    public_fields = (
        "kind", "country", "act_on", "announced_on", "authority", "frees", "frees_number", "rest", "conditions",
        "political_number", "political_by", "not_political_number", "names_given", "choice_reason", "day_earliest",
        "day_latest",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [models.Index(fields=["country", "day_earliest"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(frees="number", frees_number__isnull=False)
                | (~Q(frees="number") & Q(frees_number__isnull=True)),
                name="announcement_number_freed_goes_with_its_choice",
                violation_error_message=_("Give the number freed if, and only if, a number of them is freed."),
            ),
        ]

    def __str__(self) -> str:
        when = self.counted_on.display() if self.counted_on else _("day not known")
        return f"{self.get_kind_display()}, {when}, {self.country}"

    @property
    def counted_on(self) -> PartialDate | None:
        """The partial date it counts on: the date of the act, else the date announced (rule 6)."""
        return self.act_on or self.announced_on

    @property
    def chosen_statement(self) -> Statement | None:
        """The statement whose numbers count; None while no source gives any."""
        return next((statement for statement in self.statements.all() if statement.is_chosen), None)

    def get_absolute_url(self) -> str:
        return reverse("announcement-detail", args=[self.public_id])


@tracked
class AnnouncementPrivate(models.Model):
    """What the public never sees of an announcement."""

    announcement = models.OneToOneField(
        Announcement, models.CASCADE, related_name="private", verbose_name=_("announcement")
    )
    notes = models.TextField(_("editors’ notes"), blank=True, help_text=_("Never published."))
    # Who names whom, until the people are identified: {"source": public id, "names": [...]} for each report.
    names_told = models.JSONField(_("names told"), default=list, blank=True, editable=False)

    private_fields = ("id", "announcement", "notes", "names_told")

    class Meta:
        verbose_name = _("private part of an announcement")
        verbose_name_plural = _("private parts of announcements")

    def __str__(self) -> str:
        return str(self.announcement)


@tracked
class Relation(models.Model):
    """The answer to: can two announcements be about the same people? Without one, two that could overlap may."""

    class Kind(models.TextChoices):
        DISTINCT = "distinct", _("distinct: no one is in both")
        MAY_OVERLAP = "may_overlap", _("may overlap")
        SAME = "same", _("same: both are about the same people")
        CONTAINS = "contains", _("contains: the first takes in the second")

    first = models.ForeignKey(
        Announcement, models.CASCADE, related_name="relations_as_first", verbose_name=_("first announcement")
    )
    second = models.ForeignKey(
        Announcement, models.CASCADE, related_name="relations_as_second", verbose_name=_("second announcement")
    )
    kind = models.CharField(_("relation"), max_length=15, choices=Kind.choices, default=Kind.MAY_OVERLAP)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    public_fields = ("first", "second", "kind", "reason")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("relation of two announcements")
        verbose_name_plural = _("relations of announcements")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="relation_is_between_two_announcements",
                violation_error_message=_("Choose another announcement: this is the same record."),
            ),
            models.UniqueConstraint(
                Least("first", "second"),
                Greatest("first", "second"),
                name="relation_of_two_announcements_is_one",
                violation_error_message=_("How these two are related is recorded already: change that answer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}: {self.get_kind_display()}"


class CountsFit(Func):
    """Whether each of some counts is a whole number, at most a total (rule 8)."""

    arg_joiner = """, '$.* ? (@.type() != "number" || @ < 0 || @ > $total || @ != @.floor())', """
    template = "(NOT jsonb_path_exists(%(expressions)s))"
    output_field = models.BooleanField()

    def __init__(self, counts: Any, total: Any, **extra: Any) -> None:
        told = Func(Value("total"), total, function="jsonb_build_object", output_field=models.JSONField())
        super().__init__(counts, told, **extra)


@tracked
class Statement(Record):
    """What one source says of an announcement. All are kept; one is chosen."""

    parents = ("announcement",)

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, related_name="statements", verbose_name=_("announcement")
    )
    source = models.ForeignKey("registry.Source", models.PROTECT, related_name="statements", verbose_name=_("source"))
    total = models.PositiveIntegerField(
        _("total"), null=True, blank=True, help_text=_("How many people. Empty if the source gives no number.")
    )
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier.choices, default=Qualifier.EXACTLY)
    women = models.PositiveIntegerField(
        _("women"), null=True, blank=True, help_text=_("Only as stated; never by subtraction.")
    )
    men = models.PositiveIntegerField(_("men"), null=True, blank=True)
    minors = models.PositiveIntegerField(_("minors"), null=True, blank=True)
    more_counts = models.JSONField(
        _("further counts"),
        default=dict,
        blank=True,
        help_text=_("What else the source counts among them, such as “pensioners: 3; gravely ill: 18”."),
    )
    words = models.CharField(_("the words used"), max_length=500, blank=True)
    as_of = PartialDateField(_("as of"), null=True, blank=True)
    act_on = PartialDateField(
        _("date it gives for the act"), null=True, blank=True, help_text=_("If the source dates the act itself.")
    )
    is_chosen = models.BooleanField(
        _("chosen"), default=False, help_text=_("This statement’s numbers count. One per announcement.")
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = (
        "announcement", "source", "total", "qualifier", "women", "men", "minors", "more_counts", "words", "as_of",
        "act_on", "is_chosen",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.UniqueConstraint(
                fields=["announcement"],
                condition=Q(is_chosen=True),
                name="announcement_has_one_chosen_statement",
                violation_error_message=_("One statement is chosen already: untick that one first."),
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(total__gte=Coalesce(F("women"), 0) + Coalesce(F("men"), 0)),
                name="statement_women_and_men_are_at_most_the_total",
                violation_error_message=_("Women and men together are more than the total: check the numbers."),
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(minors=None) | Q(total__gte=F("minors")),
                name="statement_minors_are_at_most_the_total",
                violation_error_message=_("More minors than the total: check the numbers."),
            ),
            models.CheckConstraint(
                condition=Exact(
                    Func(F("more_counts"), function="jsonb_typeof", output_field=models.TextField()), "object"
                )
                & CountsFit(F("more_counts"), Coalesce(F("total"), 10_000_000)),
                name="statement_further_counts_are_at_most_the_total",
                violation_error_message=_("Each further count is a whole number and at most the total: check them."),
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(total__lte=10_000_000),
                name="statement_total_is_at_most_ten_million",
                violation_error_message=_("More than ten million people: check the total."),
            ),
        ]

    def __str__(self) -> str:
        total = _("no number") if self.total is None else self.total
        return f"{self.get_qualifier_display()} {total}"


@tracked
class Pardon(Record):
    """An act of clemency for one named person."""

    class Effect(models.TextChoices):
        CONVICTION_STANDS = "conviction_stands", _("conviction stands")
        CONVICTION_ERASED = "conviction_erased", _("conviction erased")
        SENTENCE_SHORTENED = "sentence_shortened", _("sentence shortened")
        UNKNOWN = "unknown", _("not known")

    class Outcome(models.TextChoices):
        FREED = "freed", _("freed")
        MILDER_FORM = "milder_form", _("moved to a milder form")
        REFUSED = "refused", _("refused")
        STILL_HELD = "still_held", _("still held")
        UNKNOWN = "unknown", _("not known")

    parents = ("prisoner",)

    prisoner = models.ForeignKey(Prisoner, models.CASCADE, related_name="pardons", verbose_name=_("prisoner"))
    act_on = PartialDateField(_("date of the act"), null=True, blank=True)
    effect = models.CharField(
        _("legal effect"),
        max_length=20,
        choices=Effect.choices,
        default=Effect.UNKNOWN,
        help_text=_(
            "What became of the verdict. A pardon may leave the conviction standing: “not known” unless a source says."
        ),
    )
    conditions = models.CharField(
        _("conditions"),
        max_length=300,
        blank=True,
        help_text=_("On what condition, as the source words it: barred from returning, an admission of guilt."),
    )
    outcome = models.CharField(
        _("what came of it"),
        max_length=15,
        choices=Outcome.choices,
        default=Outcome.UNKNOWN,
        help_text=_("What came of it for the person. Freed: enter the release as well, which ends the detention."),
    )
    belongs_to_no_announcement = models.BooleanField(
        _("belongs to no announcement"), default=False,
        help_text=_("Tick after checking the announcements of that time. Unticked: not checked."),
    )  # fmt: skip

    act_earliest = models.GeneratedField(
        expression=EarliestDay("act_on"), output_field=models.DateField(), db_persist=True
    )
    act_latest = models.GeneratedField(expression=LatestDay("act_on"), output_field=models.DateField(), db_persist=True)

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = (
        "prisoner", "act_on", "effect", "conditions", "outcome", "belongs_to_no_announcement", "act_earliest",
        "act_latest",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("pardon")
        verbose_name_plural = _("pardons")
        indexes = [models.Index(fields=["act_earliest", "act_latest"])]

    def __str__(self) -> str:
        return f"{self.prisoner}, {self.act_on.display() if self.act_on else _('day not known')}"


class IdentificationQuerySet(PublishableQuerySet):
    def for_counting(self) -> Self:
        return self.select_related(
            "prisoner", "pardon", "release__detention", "detention", "conviction__case", "recognition"
        )


SHOWS_IT = _(
    "Choose it if it is what shows that this person fills a place. All links may stay empty: one is then found."
)


@tracked
class Identification(Record):
    """One person fills one place of one announcement, and names the record that shows it (rule 7)."""

    parents = ("announcement", "prisoner")

    announcement = models.ForeignKey(
        Announcement,
        models.CASCADE,
        related_name="identifications",
        verbose_name=_("announcement"),
        help_text=_("The act or wave in which this person fills one place. It adds nobody to the total."),
    )
    prisoner = models.ForeignKey(
        Prisoner,
        models.CASCADE,
        related_name="identifications",
        verbose_name=_("prisoner"),
        help_text=_("Whoever fills the place: once per announcement."),
    )
    pardon = models.ForeignKey(
        Pardon,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="identifications",
        verbose_name=_("pardon"),
        help_text=SHOWS_IT,
    )
    release = models.ForeignKey(
        Release,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="identifications",
        verbose_name=_("release"),
        help_text=SHOWS_IT,
    )
    detention = models.ForeignKey(
        Detention,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="identifications",
        verbose_name=_("detention"),
        help_text=_("For announcements of arrests: the detention that began."),
    )
    conviction = models.ForeignKey(
        Conviction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="identifications",
        verbose_name=_("conviction"),
        help_text=_("For announcements of convictions: the verdict."),
    )
    recognition = models.ForeignKey(
        Recognition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="identifications",
        verbose_name=_("recognition"),
        help_text=_("For announcements of recognitions: the act that recognised this person."),
    )
    shows_death = models.BooleanField(
        _("the person’s death"), default=False, help_text=_("For announcements of deaths.")
    )
    was_not_freed = models.BooleanField(
        _("was not freed"), default=False,
        help_text=_("Tick only if a source says that this person was not freed by the act: the releases fall by one."),
    )  # fmt: skip

    objects: ClassVar = IdentificationQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(IdentificationQuerySet)()

    public_fields = (
        "announcement", "prisoner", "pardon", "release", "detention", "conviction", "recognition", "shows_death",
        "was_not_freed",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("identification")
        verbose_name_plural = _("identifications")
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "prisoner"],
                name="person_is_identified_once_per_announcement",
                violation_error_message=_("This person fills a place of this announcement already."),
            ),
            models.CheckConstraint(
                condition=Q(pardon__isnull=False)
                | Q(release__isnull=False)
                | Q(detention__isnull=False)
                | Q(conviction__isnull=False)
                | Q(recognition__isnull=False)
                | Q(shows_death=True),
                name="identification_names_what_shows_it",
                violation_error_message=_(
                    "Name the pardon, release, detention, conviction, recognition or death that shows it."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(was_not_freed=True, release__isnull=False),
                name="identification_frees_or_does_not",
                violation_error_message=_("A person with a release here was freed: untick “was not freed”."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prisoner} / {self.announcement}"


class ReportedFigureQuerySet(PublishableQuerySet):
    def touching(self, first: date | None, last: date | None) -> Self:
        """Figures whose day or period shares a day with the range; an open bound shuts nothing out."""
        found = self
        if last is not None:
            found = found.filter(Q(starts__isnull=True) | Q(starts__lte=last))
        if first is not None:
            found = found.filter(Q(ends__isnull=True) | Q(ends__gte=first))
        return found


@tracked
class ReportedFigure(Record):
    """What someone says. It stands beside our count; it never feeds it and is never added to another."""

    class Metric(models.TextChoices):
        ARRESTS = "arrests", _("arrests")
        DETENTIONS = "detentions", _("detentions")
        CONVICTIONS = "convictions", _("convictions")
        CURRENT = "current_political_prisoners", _("current political prisoners")
        EVER_RECOGNISED = "ever_recognised", _("ever recognised")
        RELEASES = "releases", _("releases")
        PARDONS = "pardons", _("pardons")
        DIED_IN_CUSTODY = "died_in_custody", _("died in custody")
        OTHER = "other", _("other")

    class Unit(models.TextChoices):
        PEOPLE = "people", _("people")
        DETENTIONS = "detentions", _("detentions")
        PROSECUTIONS = "prosecutions", _("prosecutions")
        VERDICTS = "verdicts", _("verdicts")
        RECOGNITIONS = "recognitions", _("recognitions")

    class Measure(models.TextChoices):
        STOCK = "stock", _("on a day")
        FLOW = "flow", _("in a period")
        CUMULATIVE = "cumulative", _("ever so far")

    metric = models.CharField(
        _("metric"),
        max_length=30,
        choices=Metric.choices,
        help_text=_("What is counted. An arrest may last hours; current political prisoners are those held on a day."),
    )
    unit = models.CharField(
        _("unit"),
        max_length=15,
        choices=Unit.choices,
        default=Unit.PEOPLE,
        help_text=_("What one of them is. A person arrested twice is one person and two detentions."),
    )
    measure = models.CharField(
        _("measure"),
        max_length=10,
        choices=Measure.choices,
        help_text=_("On a day, in a period, or ever so far: three numbers that are never compared with each other."),
    )
    country = models.CharField(_("country"), max_length=2, choices=country_choices, default=default_country)
    value = models.PositiveIntegerField(_("value"))
    value_high = models.PositiveIntegerField(
        _("upper value"), null=True, blank=True, help_text=_("Only if a range is said.")
    )
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)
    men = models.PositiveIntegerField(_("men"), null=True, blank=True)
    qualifier = models.CharField(
        _("qualifier"),
        max_length=10,
        choices=Qualifier.choices,
        default=Qualifier.EXACTLY,
        help_text=_("The word beside the number: “about 1,400”, “over 35,000”. Kept and printed with it."),
    )
    on_date = PartialDateField(_("on the date"), null=True, blank=True, help_text=_("For a figure of one day."))
    period_from = PartialDateField(_("period from"), null=True, blank=True)
    period_to = PartialDateField(
        _("period to"), null=True, blank=True, help_text=_("Empty with a start: until it was said.")
    )
    said_on = PartialDateField(_("said on"), null=True, blank=True)
    scope_forms = ArrayField(
        models.CharField(max_length=20), verbose_name=_("forms it takes in"), default=list, blank=True,
        help_text=_("Such as prison, open-type; empty if not said."),
    )  # fmt: skip
    definition = models.CharField(_("definition"), max_length=200, blank=True)
    scope = models.CharField(
        _("scope"), max_length=500, blank=True, help_text=_("What it includes and leaves out, in words.")
    )
    who_says = models.CharField(_("who says it"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name=_("organisation")
    )
    quote = models.CharField(_("quote"), max_length=500, blank=True)
    source = models.ForeignKey("registry.Source", models.PROTECT, related_name="figures", verbose_name=_("source"))

    starts = models.GeneratedField(
        expression=models.Case(
            models.When(Q(on_date__isnull=False), then=EarliestDay("on_date")), default=EarliestDay("period_from")
        ),
        output_field=models.DateField(), db_persist=True,
    )  # fmt: skip
    ends = models.GeneratedField(
        expression=models.Case(
            models.When(Q(on_date__isnull=False), then=LatestDay("on_date")),
            default=Coalesce(LatestDay("period_to"), LatestDay("said_on")),
        ),
        output_field=models.DateField(), db_persist=True,
    )  # fmt: skip

    objects: ClassVar = ReportedFigureQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(ReportedFigureQuerySet)()

    public_fields = (
        "metric", "unit", "measure", "country", "value", "value_high", "women", "men", "qualifier", "on_date",
        "period_from", "period_to", "said_on", "scope_forms", "definition", "scope", "who_says", "organisation",
        "quote", "source", "starts", "ends",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        indexes = [models.Index(fields=["country", "metric"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(value_high=None) | Q(value_high__gte=F("value")),
                name="figure_range_rises",
                violation_error_message=_("The upper value is smaller than the value."),
            ),
            models.CheckConstraint(
                condition=Q(
                    GreaterThanOrEqual(
                        Coalesce(F("value_high"), F("value")), Coalesce(F("women"), 0) + Coalesce(F("men"), 0)
                    )
                ),
                name="figure_women_and_men_are_at_most_the_value",
                violation_error_message=_("Women and men together are more than the value: check the numbers."),
            ),
            models.CheckConstraint(
                condition=Q(on_date=None) | (Q(period_from=None) & Q(period_to=None)),
                name="figure_has_a_day_or_a_period",
                violation_error_message=_("Give a day or a period, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_qualifier_display()} {self.value} {self.get_metric_display()}, {self.who_says}"

    def get_absolute_url(self) -> str:
        return f"{reverse('figure-list')}#{self.public_id}"
