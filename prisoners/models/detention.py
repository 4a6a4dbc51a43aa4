"""Detentions and the stays they consist of."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from prisoners.models.place import Place
from prisoners.models.prisoner import Prisoner, default_country
from registry.countries import country_choices
from registry.dates import EarliestDay, LatestDay, PartialDateField
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


class DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


class CertainDays(Case):
    """The days certainly spent in a detention: latest day taken to earliest day out; none if a bound is unknown."""

    def __init__(self) -> None:
        super().__init__(
            When(
                taken_latest__lt=F("out_earliest"),
                # Greatest: PostgreSQL may work out a branch that is not taken, and refuses a range that falls.
                then=DateRange(F("taken_latest"), Greatest(F("taken_latest"), F("out_earliest"))),
            ),
            output_field=DateRangeField(),
        )


class DetentionQuerySet(PublishableQuerySet):
    def covering(self, day: date) -> Self:
        """Detentions that certainly cover `day`: the day taken counts, the day out does not (rule 3)."""
        return self.filter(taken_latest__lte=day).filter(Q(ended_how="") | Q(out_earliest__gt=day))

    def open(self) -> Self:
        """Detentions not known to have ended."""
        return self.filter(ended_how="")

    def certainly_overlapping(self, detention: Detention) -> Self:
        """Other detentions of the same person that share a certain day with this one (its bounds as saved)."""
        return (
            self.filter(prisoner=detention.prisoner_id)
            .exclude(pk=detention.pk)
            .exclude(publication="retracted")
            .filter(taken_latest__lt=F("out_earliest"))
            .filter(out_earliest__gt=detention.taken_latest, taken_latest__lt=detention.out_earliest)
        )


@tracked
class Detention(Record):
    """One continuous deprivation of liberty of one person."""

    class Proceeding(models.TextChoices):
        CRIMINAL = "criminal", _("criminal")
        ADMINISTRATIVE = "administrative", _("administrative")
        NONE = "none", _("none")
        UNKNOWN = "unknown", _("not known")

    class End(models.TextChoices):
        RELEASE = "release", _("release")
        DEATH = "death", _("death")
        ESCAPE = "escape", _("escape")
        HANDED_OVER = "handed_over", _("handed to another country")
        UNKNOWN = "unknown", _("not known")

    class Revokes(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("not known")

    parents = ("prisoner",)

    prisoner = models.ForeignKey(Prisoner, models.CASCADE, related_name="detentions", verbose_name=_("prisoner"))
    country = models.CharField(
        _("country"), max_length=2, choices=country_choices, default=default_country,
        help_text=_("Where the person is held."),
    )  # fmt: skip
    taken_on = PartialDateField(
        _("taken on"), null=True, blank=True, help_text=_("Empty if no source says: never invent a day.")
    )
    proceeding = models.CharField(
        _("proceeding"),
        max_length=20,
        choices=Proceeding.choices,
        default=Proceeding.UNKNOWN,
        help_text=_(
            "Criminal or administrative, as a source says. “Not known” if none does: never guess from the length."
        ),
    )
    ended_on = PartialDateField(_("ended on"), null=True, blank=True, help_text=_("The day out. It is not a day held."))
    ended_how = models.CharField(
        _("how it ended"), max_length=20, choices=End.choices, blank=True,
        help_text=_("Empty: not known to have ended. A release needs its release below."),
    )  # fmt: skip
    last_confirmed_on = PartialDateField(
        _("last confirmed held on"), null=True, blank=True, help_text=_("The newest day a source says so.")
    )
    last_confirmed_by = models.ForeignKey(
        "registry.Source", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("confirmed by"),
    )  # fmt: skip
    revokes_release = models.CharField(
        _("revokes an earlier release"), max_length=10, choices=Revokes.choices, default=Revokes.UNKNOWN,
        help_text=_("Only after an earlier release: was the person taken back to serve the same sentence?"),
    )  # fmt: skip

    # The two dates narrow each other: out is never before taken, so taken is never after the latest day out.
    taken_earliest = models.GeneratedField(
        expression=EarliestDay("taken_on"), output_field=models.DateField(), db_persist=True
    )
    taken_latest = models.GeneratedField(
        expression=Least(LatestDay("taken_on"), LatestDay("ended_on")),
        output_field=models.DateField(), db_persist=True,
    )  # fmt: skip
    out_earliest = models.GeneratedField(
        expression=Greatest(
            EarliestDay("ended_on"),
            Case(When(~Q(ended_how=""), then=EarliestDay("taken_on"))),
        ),
        output_field=models.DateField(), db_persist=True,
    )  # fmt: skip
    out_latest = models.GeneratedField(
        expression=LatestDay("ended_on"), output_field=models.DateField(), db_persist=True
    )
    last_confirmed_earliest = models.GeneratedField(
        expression=EarliestDay("last_confirmed_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = DetentionQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(DetentionQuerySet)()

    public_fields = (
        "prisoner", "country", "taken_on", "proceeding", "ended_on", "ended_how", "last_confirmed_on",
        "last_confirmed_by", "revokes_release", "taken_earliest", "taken_latest", "out_earliest", "out_latest",
        "last_confirmed_earliest",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("detention")
        verbose_name_plural = _("detentions")
        indexes = [
            models.Index(fields=["prisoner", "taken_earliest"]),
            models.Index(fields=["taken_earliest", "taken_latest"]),
            models.Index(fields=["out_earliest", "out_latest"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(ended_how=""),
                name="detention_end_has_a_kind",
                violation_error_message=_("Say how the detention ended; “not known” is an answer."),
            ),
            models.CheckConstraint(
                # Coalesce: an unknown bound contradicts nothing.
                condition=Q(
                    Coalesce(
                        # The raw bounds: the generated ones are narrowed already.
                        LessThanOrEqual(EarliestDay("taken_on"), LatestDay("ended_on")),
                        models.Value(True),
                    )
                ),
                name="detention_ends_after_it_begins",
                violation_error_message=_(
                    "The day out lies before the day taken: check both dates; leave empty what no source says."
                ),
            ),
            ExclusionConstraint(
                name="detentions_of_a_prisoner_do_not_overlap",
                expressions=[("prisoner", RangeOperators.EQUAL), (CertainDays(), RangeOperators.OVERLAPS)],
                condition=~Q(publication="retracted"),
                violation_error_message=_(
                    "This person has another detention on some of these days: end that one first, or correct a date."
                ),
            ),
        ]
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="agrees_with_its_parts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func="PERFORM registry_check_detention(NEW.id); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        if self.taken_on:
            return _("%(person)s, taken %(day)s") % {
                "person": self.prisoner, "day": self.taken_on.display()
            }  # fmt: skip
        return _("%(person)s, day taken not known") % {"person": self.prisoner}

    def covers(self, day: date) -> bool:
        """The twin of `covering`: True where the person is certainly held on `day`."""
        if self.taken_latest is None or self.taken_latest > day:
            return False
        return not self.ended_how or (self.out_earliest is not None and self.out_earliest > day)


@tracked
class Stay(Record):
    """A part of a detention: one form of deprivation of liberty, in one place."""

    class Form(models.TextChoices):
        CUSTODY = "custody", _("police custody")
        PRE_TRIAL = "pre-trial", _("pre-trial custody")
        PRISON = "prison", _("prison or colony")
        OPEN_TYPE = "open-type", _("open-type facility")
        HOME_CONFINEMENT = "home-confinement", _("home confinement")
        HOUSE_ARREST = "house-arrest", _("house arrest")
        PSYCHIATRIC = "psychiatric", _("compulsory psychiatric treatment")
        UNKNOWN = "unknown", _("not known")

    parents = ("detention", "detention__prisoner")

    detention = models.ForeignKey(Detention, models.CASCADE, related_name="stays", verbose_name=_("detention"))
    form = models.CharField(_("form"), max_length=20, choices=Form.choices, default=Form.UNKNOWN)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="stays", verbose_name=_("place")
    )
    from_on = PartialDateField(_("from"), null=True, blank=True)
    to_on = PartialDateField(_("to"), null=True, blank=True)

    from_earliest = models.GeneratedField(
        expression=EarliestDay("from_on"), output_field=models.DateField(), db_persist=True
    )
    from_latest = models.GeneratedField(
        expression=LatestDay("from_on"), output_field=models.DateField(), db_persist=True
    )
    to_earliest = models.GeneratedField(
        expression=EarliestDay("to_on"), output_field=models.DateField(), db_persist=True
    )
    to_latest = models.GeneratedField(expression=LatestDay("to_on"), output_field=models.DateField(), db_persist=True)

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = (
        "detention", "form", "place", "from_on", "to_on", "from_earliest", "from_latest", "to_earliest", "to_latest",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(to_on=None) | Q(from_earliest=None) | Q(to_latest=None)
                | Q(from_earliest__lte=F("to_latest")),
                name="stay_ends_after_it_begins",
                violation_error_message=_("The stay ends before it begins: check both dates."),
            )
        ]  # fmt: skip
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="lies_inside_its_detention",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func="PERFORM registry_check_detention(NEW.detention_id); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()}, {self.place or _('place not known')}"
