"""Filters of announcements, pardons and reported figures."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pardons.models import Announcement, Identification, Pardon, ReportedFigure, Statement
from prisoners.filters import EventFilter, organisation_choices
from registry.filters import (
    Answers,
    Countries,
    OneChoice,
    PartDate,
    SeveralChoices,
    StrictFilterSet,
    bound,
    countries_of,
    in_range,
    narrowed,
    one_of,
    refuse_reversed,
)


class AnnouncementFilter(StrictFilterSet):
    country = Countries(label=_("Country"))
    kind = SeveralChoices(label=_("Kind"), choices=Announcement.Kind.choices)
    act_from = PartDate(label=_("From"))
    act_to = PartDate(label=_("To"))
    dates = OneChoice(
        label=_("Dates known in part"),
        choices=[("possible", _("may fall in the range")), ("certain", _("must fall in the range"))],
    )
    places = SeveralChoices(label=_("Places"), choices=[("open", _("still unnamed")), ("filled", _("all named"))])

    def matching(self, answers: Answers) -> QuerySet:
        found = in_countries(self.queryset, answers)
        asked = narrowed(
            found.all,
            one_of(answers, "kind", "kind"),
            in_range(answers, "act", "day_earliest", "day_latest"),
        )
        return with_places(found if asked is None else asked, answers.get("places", []))


def in_countries(rows: QuerySet, answers: Answers) -> QuerySet:
    countries = countries_of(answers)
    return rows if countries is None else rows.filter(country__in=countries)


def with_places(announcements: QuerySet, asked: list[str]) -> QuerySet:
    """Announcements with places still unnamed, with none, or both; those without a number have no places."""
    if len(asked) != 1:
        return announcements
    chosen = Statement.objects.published().filter(announcement=OuterRef("pk"), is_chosen=True)
    named = Identification.public.filter(announcement=OuterRef("pk")).order_by().values("announcement")
    announcements = announcements.annotate(
        announced_total=Subquery(chosen.values("total")[:1]),
        named_total=Coalesce(Subquery(named.annotate(people=Count("pk")).values("people")), 0),
    )
    is_open = Q(announced_total__gt=F("named_total"))
    return announcements.filter(is_open if asked == ["open"] else Q(announced_total__lte=F("named_total")))


class PardonFilters(StrictFilterSet):
    pardoned_from = PartDate(label=_("Pardoned from"))
    pardoned_to = PartDate(label=_("Pardoned to"))
    effect = SeveralChoices(label=_("Legal effect"), choices=Pardon.Effect.choices)
    outcome = SeveralChoices(label=_("What came of it"), choices=Pardon.Outcome.choices)


class PardonFilter(PardonFilters, EventFilter):
    """Filters of the people list, and the pardon's own on the pardon itself."""

    event, person = "pardon", "prisoner"

    def rows(self, answers: Answers) -> QuerySet | None:
        return narrowed(
            Pardon.public.all,
            in_range(answers, "pardoned", "act_earliest", "act_latest"),
            one_of(answers, "effect", "effect"),
            one_of(answers, "outcome", "outcome"),
        )


class ReportedFigureFilter(StrictFilterSet):
    country = Countries(label=_("Country"))
    metric = SeveralChoices(label=_("What is counted"), choices=ReportedFigure.Metric.choices)
    unit = SeveralChoices(label=_("Unit"), choices=ReportedFigure.Unit.choices)
    measure = SeveralChoices(label=_("Measure"), choices=ReportedFigure.Measure.choices)
    organisation = SeveralChoices(label=_("Organisation"), choices=organisation_choices)
    about_from = PartDate(label=_("About the time from"))
    about_to = PartDate(label=_("About the time to"))

    def matching(self, answers: Answers) -> QuerySet:
        first, last = bound(answers, "about_from"), bound(answers, "about_to")
        refuse_reversed("about", first, last)
        figures: Any = self.queryset
        touching = in_countries(figures.touching(first, last), answers)
        asked = narrowed(
            touching.all,
            one_of(answers, "metric", "metric"),
            one_of(answers, "unit", "unit"),
            one_of(answers, "measure", "measure"),
            one_of(answers, "organisation", "organisation__slug"),
        )
        return touching if asked is None else asked
