"""The end of a detention in freedom."""

from __future__ import annotations

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from prisoners.models.detention import Detention
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


class ReleaseQuerySet(PublishableQuerySet):
    def into_freedom(self) -> Self:
        """Releases that are releases: a lighter penalty or measure that leads to another stay is none."""
        following = Detention.objects.published().filter(
            prisoner=OuterRef("detention__prisoner"), taken_earliest=OuterRef("detention__out_latest")
        )
        moved_on = Q(kind__in=Release.ONLY_IF_NO_STAY_FOLLOWS) & Exists(following.exclude(pk=OuterRef("detention")))
        return self.exclude(moved_on)


@tracked
class Release(Record):
    """A detention that ended in freedom: its date is the detention's end."""

    class Kind(models.TextChoices):
        FULL_TERM = "full_term", _("full term served")
        PARDON = "pardon", _("pardon")
        AMNESTY = "amnesty", _("amnesty")
        PAROLE = "parole", _("parole")
        LIGHTER_PENALTY = "lighter_penalty", _("lighter penalty")
        NON_CUSTODIAL = "non_custodial", _("non-custodial sentence")
        MEASURE_CHANGED = "measure_changed", _("measure changed")
        CASE_CLOSED = "case_closed", _("case closed")
        ACQUITTED = "acquitted", _("acquitted")
        QUASHED = "quashed", _("conviction quashed")
        MEDICAL = "medical", _("medical")
        EXCHANGE = "exchange", _("exchange")
        EXPELLED = "expelled", _("expelled")
        UNKNOWN = "unknown", _("not known")

    ONLY_IF_NO_STAY_FOLLOWS = (Kind.LIGHTER_PENALTY, Kind.MEASURE_CHANGED)

    class YesNo(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("not known")

    parents = ("detention", "detention__prisoner")

    detention = models.OneToOneField(Detention, models.CASCADE, related_name="release", verbose_name=_("detention"))
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind.choices, default=Kind.UNKNOWN,
        help_text=_("“Released” in a report is “not known”: never guess."),
    )  # fmt: skip
    restrictions_remain = models.CharField(
        _("restrictions remain"),
        max_length=10,
        choices=YesNo.choices,
        default=YesNo.UNKNOWN,
        help_text=_("Out of prison is not yet free. “Not known” unless a source says yes or no."),
    )
    left_the_country = models.CharField(
        _("left the country"),
        max_length=10,
        choices=YesNo.choices,
        default=YesNo.UNKNOWN,
        help_text=_("Whether the person went or was taken abroad. “Not known” unless a source says yes or no."),
    )
    documents_taken = models.CharField(
        _("documents taken"),
        max_length=10,
        choices=YesNo.choices,
        default=YesNo.UNKNOWN,
        help_text=_("Such as a passport that was not given back. “Not known” unless a source says yes or no."),
    )
    belongs_to_no_announcement = models.BooleanField(
        _("belongs to no announcement"), default=False,
        help_text=_("Tick after checking the announcements of that time. Unticked: not checked."),
    )  # fmt: skip

    objects: ClassVar = ReleaseQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(ReleaseQuerySet)()

    public_fields = (
        "detention", "kind", "restrictions_remain", "left_the_country", "documents_taken", "belongs_to_no_announcement",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        indexes = [models.Index(fields=["kind"])]
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="ends_its_detention",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func="PERFORM registry_check_detention(NEW.detention_id); RETURN NULL;",
            ),
            pgtrigger.Trigger(
                name="leaves_its_detention_whole",
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func="PERFORM registry_check_detention(OLD.detention_id); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        ended_on = self.detention.ended_on
        when = ended_on.display() if ended_on else _("day not known")
        return f"{self.detention.prisoner}, {self.get_kind_display()}, {when}"
