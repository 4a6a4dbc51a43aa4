"""Regions, places of detention, and courts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.countries import country_choices
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record

OTHER_SPELLINGS_HELP = _("Separated by commas. Four spellings of one place are one place.")


@tracked
class Region(models.Model):
    """A region of a country, in one spelling."""

    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    slug = models.SlugField(_("slug"), max_length=60, help_text=_("Stands in addresses; never changes."))
    name = models.CharField(_("name"), max_length=120)
    other_spellings = ArrayField(
        models.CharField(max_length=200), verbose_name=_("other spellings"), default=list, blank=True,
        help_text=OTHER_SPELLINGS_HELP,
    )  # fmt: skip

    public_fields = ("country", "slug", "name", "other_spellings")
    private_fields = ("id",)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["country", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "slug"],
                name="region_slug_is_unique_in_its_country",
                violation_error_message=_("This country has a region with this slug already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Location(Record):
    """What places and courts share."""

    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    name = models.CharField(_("name"), max_length=200, help_text=_("The name it is best known by."))
    other_spellings = ArrayField(
        models.CharField(max_length=200), verbose_name=_("other spellings"), default=list, blank=True,
        help_text=OTHER_SPELLINGS_HELP,
    )  # fmt: skip
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


@tracked
class Place(Location):
    """A prison, colony, station or other facility."""

    class Kind(models.TextChoices):
        POLICE_STATION = "police_station", _("police station")
        PRE_TRIAL_PRISON = "pre_trial_prison", _("pre-trial prison")
        PRISON = "prison", _("prison")
        COLONY = "colony", _("colony")
        OPEN_TYPE = "open_type", _("open-type facility")
        HOSPITAL = "hospital", _("hospital")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.UNKNOWN)

    public_fields = ("country", "name", "other_spellings", "region", "kind")

    class Meta(Location.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "name"],
                name="place_name_is_unique_in_its_country",
                violation_error_message=_("This place is here already: choose it instead of entering it again."),
            )
        ]


@tracked
class Court(Location):
    """A court."""

    public_fields = ("country", "name", "other_spellings", "region")

    class Meta(Location.Meta):
        verbose_name = _("court")
        verbose_name_plural = _("courts")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "name"],
                name="court_name_is_unique_in_its_country",
                violation_error_message=_("This court is here already: choose it instead of entering it again."),
            )
        ]
