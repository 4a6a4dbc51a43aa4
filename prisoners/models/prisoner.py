"""A person; status is never typed in, it follows from events."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.countries import country_choices
from registry.dates import EarliestDay, LatestDay, PartialDateField
from registry.history import tracked
from registry.publishing import (
    COUNTED_PEOPLE,
    Publication,
    PublicManager,
    PublishableQuerySet,
    Record,
)


def default_country() -> str:
    return settings.DEFAULT_COUNTRY


@tracked
class Occupation(models.Model):
    """What a person does or did for a living or as a calling, in one spelling."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)

    public_fields = ("slug", "name")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PrisonerQuerySet(PublishableQuerySet):
    def counted(self) -> Self:
        """People who count: published, or withheld (identity hidden)."""
        return self.filter(publication__in=COUNTED_PEOPLE)

    def related(self, name: str) -> Any:
        """The rows of a model that stands in a file above this one and points here."""
        model: Any = self.model._meta.get_field(name).related_model
        return model.objects.all()

    def held_on(self, day: date) -> Self:
        """People certainly held on `day`: the day taken counts, the day out does not (rule 3)."""
        # Exists, not a join: a person with two detentions is still one person.
        return self.filter(Exists(self.related("detentions").counted().covering(day).filter(prisoner=OuterRef("pk"))))

    def with_main_name(self) -> Self:
        """Adds `main_name` and `sort_key`, from the one main name of each person."""
        main = self.related("names").filter(prisoner=OuterRef("pk"), kind="main")
        return self.annotate(
            main_name=Subquery(main.values("text")[:1]), sort_key=Subquery(main.values("sort_key")[:1])
        )

    def alphabetical(self) -> Self:
        return self.with_main_name().order_by("sort_key", "public_id")


@tracked
class Prisoner(Record):
    """A person. Two people with the same name are normal."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("not known")

    class DeathCircumstance(models.TextChoices):
        IN_CUSTODY = "in_custody", _("in custody")
        AT_ARREST = "at_arrest", _("at arrest")
        AFTER_RELEASE = "after_release", _("after release")
        UNKNOWN = "unknown", _("not known")

    country = models.CharField(
        _("country"), max_length=2, choices=country_choices, default=default_country,
        help_text=_("The country whose list this person is on."),
    )  # fmt: skip
    citizenships = ArrayField(
        models.CharField(max_length=2, choices=country_choices), verbose_name=_("citizenships"),
        default=list, blank=True, help_text=_("Two-letter country codes separated by commas, such as BY, PL."),
    )  # fmt: skip
    sex = models.CharField(
        _("sex"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN,
        help_text=_("Only as a source says; never guessed from a name."),
    )  # fmt: skip
    born_on = PartialDateField(
        _("born"),
        null=True,
        blank=True,
        help_text=_("Published as entered. A year tells namesakes apart: give a day only if it is public already."),
    )
    occupations = models.ManyToManyField(
        Occupation, through="PrisonerOccupation", related_name="prisoners", verbose_name=_("occupations"), blank=True
    )
    home_region = models.ForeignKey(
        "prisoners.Region", models.PROTECT, null=True, blank=True, related_name="prisoners",
        verbose_name=_("home region"),
    )  # fmt: skip
    biography = models.TextField(
        _("biography"), blank=True,
        help_text=_("Public. Only what is public already and needed: no addresses, relatives or health details."),
    )  # fmt: skip
    died_on = PartialDateField(_("died on"), null=True, blank=True)
    death_circumstance = models.CharField(
        _("how they died"), max_length=20, choices=DeathCircumstance.choices, blank=True,
        help_text=_("Empty: not known to have died."),
    )  # fmt: skip

    born_on_earliest = models.GeneratedField(
        expression=EarliestDay("born_on"), output_field=models.DateField(), db_persist=True
    )
    born_on_latest = models.GeneratedField(
        expression=LatestDay("born_on"), output_field=models.DateField(), db_persist=True
    )
    died_on_earliest = models.GeneratedField(
        expression=EarliestDay("died_on"), output_field=models.DateField(), db_persist=True
    )
    died_on_latest = models.GeneratedField(
        expression=LatestDay("died_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = PrisonerQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PrisonerQuerySet)()

    public_fields = (
        "country", "citizenships", "sex", "born_on", "occupations", "home_region", "biography", "died_on",
        "death_circumstance", "born_on_earliest", "born_on_latest", "died_on_earliest", "died_on_latest",
    )  # fmt: skip
    is_identity = True
    shown_as_of_today = ("biography", "born_on", "born_on_earliest", "born_on_latest")

    class Meta(Record.Meta):
        verbose_name = _("prisoner")
        verbose_name_plural = _("prisoners")
        indexes = [
            models.Index(fields=["country", "publication"]),
            models.Index(fields=["died_on_earliest"], condition=~Q(death_circumstance=""), name="prisoner_died"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(died_on=None) | ~Q(death_circumstance=""),
                name="prisoner_death_has_a_circumstance",
                violation_error_message=_("Say how the person died; “not known” is an answer."),
            ),
            models.CheckConstraint(
                condition=Q(born_on=None) | Q(died_on=None) | Q(died_on_latest__gte=F("born_on_earliest")),
                name="prisoner_dies_after_birth",
                violation_error_message=_("The death can't lie before the birth: check both dates."),
            ),
        ]
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="has_a_main_name",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (SELECT FROM prisoners_prisoner WHERE id = NEW.id)
                    AND NOT EXISTS (SELECT FROM prisoners_name WHERE prisoner_id = NEW.id AND kind = 'main') THEN
                        RAISE EXCEPTION 'A prisoner needs exactly one main name.'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'prisoner_has_a_main_name';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        annotated = getattr(self, "main_name", None)
        return annotated or self.display_name

    @property
    def display_name(self) -> str:
        """The main name; the public identifier while there is none, or while a public person's is not public."""
        main = next((name for name in self.names.all() if name.kind == "main"), None)
        if main is not None and self.publication == Publication.PUBLISHED != main.publication:
            return self.public_id
        return main.text if main else self.public_id

    @property
    def birth_year(self) -> int | None:
        """The year of birth where one year is certain: it tells namesakes apart."""
        if self.born_on is None or self.born_on.earliest is None or self.born_on.latest is None:
            return None
        first, last = self.born_on.earliest.year, self.born_on.latest.year
        return first if first == last else None

    def get_absolute_url(self) -> str:
        return reverse("prisoner-detail", args=[self.public_id])


@tracked
class PrisonerOccupation(models.Model):
    prisoner = models.ForeignKey(Prisoner, models.CASCADE, related_name="occupation_links")
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="prisoner_links")

    public_fields = ("prisoner", "occupation")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("occupation of a prisoner")
        verbose_name_plural = _("occupations of prisoners")
        constraints = [
            models.UniqueConstraint(
                fields=["prisoner", "occupation"],
                name="occupation_is_named_once_per_prisoner",
                violation_error_message=_("This occupation is entered already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.occupation)


@tracked
class PrisonerPrivate(models.Model):
    """What the public never sees of a person."""

    prisoner = models.OneToOneField(Prisoner, models.CASCADE, related_name="private", verbose_name=_("prisoner"))
    notes = models.TextField(_("editors’ notes"), blank=True, help_text=_("Never published."))
    withheld_because = models.TextField(_("why the identity is withheld"), blank=True, help_text=_("Never published."))

    private_fields = ("id", "prisoner", "notes", "withheld_because")

    class Meta:
        verbose_name = _("private part of a prisoner")
        verbose_name_plural = _("private parts of prisoners")

    def __str__(self) -> str:
        return str(self.prisoner)
