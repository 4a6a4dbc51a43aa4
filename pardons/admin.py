"""The admin's pages about announcements, pardons, releases and figures, and about people with their pardons."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pardons import models
from pardons.editing import (
    not_checked,
    overfull,
    with_open_places,
    with_places,
    with_unanswered_overlap,
    without_chosen_statement,
)
from pardons.forms import IdentificationForm, IdentificationRowForm, StatementFormSet, StatementRowForm
from prisoners.admin import BOOKKEEPING, OfPerson, PrisonerAdmin, without_citation
from prisoners.models import Prisoner, Release
from registry.countries import country_choices
from registry.record_admin import (
    CitationInline,
    PrivatePart,
    RecordAdmin,
    StackedRows,
    TabularRows,
    country_filter,
    day_column,
    problem_filter,
)

MOST_PEOPLE_SHOWN = 300
# Letters of a month's name that are searched for.
SHORTEST_MONTH = 3
NOT_CHECKED = (_("not checked against announcements"), not_checked)


# --- People with their pardons, and how detentions ended ---


class PardonInline(TabularRows):
    model = models.Pardon
    fields = ("act_on", "effect", "outcome", "conditions", "belongs_to_no_announcement", "publication")
    show_change_link = True


@admin.register(Prisoner)
class PrisonerWithPardonsAdmin(PrisonerAdmin):
    fields: ClassVar[Any] = (*PrisonerAdmin.fields, "identified_with")
    readonly_fields: ClassVar[Any] = (*PrisonerAdmin.readonly_fields, "identified_with")
    inlines: ClassVar[Any] = (*PrisonerAdmin.inlines[:4], PardonInline, *PrisonerAdmin.inlines[4:])

    @admin.display(description=_("fills a place of"))
    def identified_with(self, prisoner: Any) -> Any:
        """The announcements that this person is identified with, each with a link to its page."""
        if prisoner.pk is None:
            return ""
        rows = prisoner.identifications.select_related("announcement").order_by("pk")[:MOST_PEOPLE_SHOWN]
        return links((row.announcement, row.get_publication_display()) for row in rows)


@admin.register(models.Pardon)
class PardonAdmin(OfPerson):
    list_display = ("person", "act", "effect", "outcome", "belongs_to_no_announcement", "publication", "public_id")
    list_filter = (
        "publication", "effect", "outcome", country_filter("prisoner__country"),
        problem_filter(not_checked=NOT_CHECKED, no_source=(_("no source cited"), without_citation)),
    )  # fmt: skip
    search_fields = ("public_id",)
    autocomplete_fields = ("prisoner",)
    fields = ("prisoner", "act_on", "effect", "conditions", "outcome", "belongs_to_no_announcement", *BOOKKEEPING)
    inlines = (CitationInline,)

    act = staticmethod(day_column("act_on", _("date of the act"), "act_earliest"))


@admin.register(Release)
class ReleaseAdmin(OfPerson):
    person_path = "detention__prisoner"
    list_display = ("person", "day", "kind", "belongs_to_no_announcement", "publication", "public_id")
    list_filter = (
        "publication", "kind", "restrictions_remain", "left_the_country", "documents_taken",
        country_filter("detention__prisoner__country"),
        problem_filter(not_checked=NOT_CHECKED, no_source=(_("no source cited"), without_citation)),
    )  # fmt: skip
    search_fields = ("public_id",)
    autocomplete_fields = ("detention",)
    fields = (
        "detention", "kind", "restrictions_remain", "left_the_country", "documents_taken",
        "belongs_to_no_announcement", *BOOKKEEPING,
    )  # fmt: skip
    inlines = (CitationInline,)

    @admin.display(description=_("day out"), ordering="detention__out_latest")
    def day(self, release: Any) -> str:
        return release.detention.ended_on.display() if release.detention.ended_on else ""


# --- Announcements ---


class StatementInline(StackedRows):
    model = models.Statement
    form = StatementRowForm
    formset = StatementFormSet
    fields = (
        "source", ("total", "qualifier", "is_chosen"), ("women", "men", "minors"), "more_counts", "words",
        ("as_of", "act_on"), "publication",
    )  # fmt: skip
    autocomplete_fields = ("source",)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0


class IdentifyInline(TabularRows):
    """Adds people; those who fill a place already are shown above, so that a wave of hundreds stays one page."""

    model = models.Identification
    form = IdentificationRowForm
    fields = ("prisoner", "release", "was_not_freed", "publication")
    autocomplete_fields = ("prisoner", "release")
    verbose_name = _("person to identify")
    verbose_name_plural = _("identify people: choose a person, the rest may stay empty")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).none()

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 3 if obj is not None else 0


class FirstRelationInline(TabularRows):
    model = models.Relation
    fk_name = "first"
    fields = ("kind", "second", "reason")
    autocomplete_fields = ("second",)
    verbose_name_plural = _("how it is related to other announcements")


class SecondRelationInline(TabularRows):
    model = models.Relation
    fk_name = "second"
    fields = ("first", "kind", "reason")
    autocomplete_fields = ("first",)
    verbose_name_plural = _("how other announcements are related to it")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Entered from the first announcement; here it is seen and changed.
        return False


class AnnouncementPrivateInline(PrivatePart):
    model = models.AnnouncementPrivate


@admin.register(models.Announcement)
class AnnouncementAdmin(RecordAdmin):
    list_display = ("__str__", "publication", "act", "announced_day", "places", "names_given", "public_id")
    list_filter = (
        "publication", "kind", "frees", "names_given", country_filter(),
        problem_filter(
            no_chosen_statement=(_("no statement chosen"), without_chosen_statement),
            overfull=(_("more identified than announced"), overfull),
            open_places=(_("unnamed places open"), with_open_places),
            overlap=(_("overlap not answered"), with_unanswered_overlap),
            no_source=(_("no source cited"), without_citation),
        ),
    )  # fmt: skip
    search_fields = ("authority", "public_id", "political_by", "statements__words")
    ordering = ("-pk",)
    readonly_fields: ClassVar[Any] = (*RecordAdmin.readonly_fields, "places", "identified_people")
    fields = (
        "kind", "country", "act_on", "announced_on", "authority", "frees", "frees_number", "rest", "conditions",
        "political_number", "political_by", "not_political_number", "names_given", "choice_reason",
        *BOOKKEEPING, "places", "identified_people",
    )  # fmt: skip
    inlines = (
        StatementInline, IdentifyInline, FirstRelationInline, SecondRelationInline, AnnouncementPrivateInline,
        CitationInline,
    )  # fmt: skip
    actions: Any = (*RecordAdmin.actions, "publish_whole_selected")

    act = staticmethod(day_column("act_on", _("date of the act"), "day_earliest"))
    announced_day = staticmethod(day_column("announced_on", _("announced")))

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_places(super().get_queryset(request))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """What each word finds in the search fields, or in the kind, day and country that name an announcement."""
        for word in search_term.replace(",", " ").split():
            found, _may_double = super().get_search_results(request, queryset, word)
            queryset = queryset.filter(Q(pk__in=found.order_by().values("pk")) | called(word))
        return queryset, False

    @admin.display(description=_("places"))
    def places(self, announcement: Any) -> str:
        """How many of those announced are named by published identifications."""
        if announcement.pk is None:
            return ""
        if announcement.announced is None:
            return gettext("%(named)d named, no number announced") % {"named": announcement.identified}
        unnamed = max(announcement.announced - announcement.identified, 0)
        return gettext("%(named)d of %(all)d named, %(unnamed)d unnamed") % {
            "named": announcement.identified, "all": announcement.announced, "unnamed": unnamed,
        }  # fmt: skip

    @admin.display(description=_("people identified"))
    def identified_people(self, announcement: Any) -> Any:
        if announcement.pk is None:
            return ""
        rows = announcement.identifications.select_related("prisoner").prefetch_related("prisoner__names")
        shown = links((row, row.get_publication_display()) for row in rows.order_by("pk")[:MOST_PEOPLE_SHOWN])
        whole = reverse("admin:pardons_identification_changelist") + f"?announcement__id__exact={announcement.pk}"
        return format_html('{} <a href="{}">{}</a>', shown, whole, gettext("All as a list"))

    def after_save(self, request: HttpRequest, record: Any, formsets: Any) -> None:
        self.warn_if(request, overfull, record, gettext("More people are identified than were announced."))
        self.warn_if(
            request, with_unanswered_overlap, record,
            gettext("Another announcement may be about some of the same people: say below how the two are related."),
        )  # fmt: skip

    def warn_if(self, request: HttpRequest, problem: Any, record: Any, sentence: str) -> None:
        if problem(models.Announcement.objects.filter(pk=record.pk)).exists():
            self.message_user(request, sentence, messages.WARNING)


def called(word: str) -> Q:
    """The announcements whose name, as the admin prints it, has this word."""
    typed = word.casefold()
    kinds = [kind for kind, label in models.Announcement.Kind.choices if typed in str(label).casefold()]
    countries = [code for code, name in country_choices() if typed in (code.casefold(), *str(name).casefold().split())]
    names = MONTHS.items() if len(typed) >= SHORTEST_MONTH else ()
    months = [month for month, name in names if str(name).casefold().startswith(typed)]
    as_written = Q(pk__in=dated_in_text(word).values("pk"))
    on_day = Q(day_earliest__day=int(word)) if word.isdecimal() and len(word) <= len("31") else Q()
    found = Q(kind__in=kinds) | Q(country__in=countries) | Q(day_earliest__month__in=months) | as_written
    return found | on_day if on_day else found


def dated_in_text(word: str) -> QuerySet[Any]:
    """The announcements whose day, as it is entered, has these characters: 2024-08."""
    day = Cast(Coalesce("act_on", "announced_on"), TextField())
    return models.Announcement.objects.annotate(counted_text=day).filter(counted_text__contains=word)


def links(rows: Any) -> Any:
    """Records as a list of links to their pages, each with its state."""
    told = [
        (reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]), name_of(row), state)
        for row, state in rows
    ]
    items = format_html_join("", '<li><a href="{}">{}</a> ({})</li>', told)
    return format_html('<ul class="registry-people">{}</ul>', items)


def name_of(row: Any) -> str:
    return str(row.prisoner) if isinstance(row, models.Identification) else str(row)


@admin.register(models.Identification)
class IdentificationAdmin(OfPerson):
    form = IdentificationForm
    list_display = ("person", "announcement", "shown_by", "was_not_freed", "publication", "public_id")
    list_filter = ("publication", "was_not_freed", "announcement__kind", country_filter("announcement__country"))
    list_select_related = ("prisoner", "announcement")
    search_fields = ("announcement__public_id", "public_id")
    autocomplete_fields = (
        "announcement", "prisoner", "pardon", "release", "detention", "conviction", "recognition",
    )  # fmt: skip
    fields = (
        "announcement", "prisoner", "pardon", "release", "detention", "conviction", "recognition", "shows_death",
        "was_not_freed", *BOOKKEEPING,
    )  # fmt: skip
    inlines = (CitationInline,)

    @admin.display(description=_("shown by"))
    def shown_by(self, row: Any) -> str:
        """The kinds of record that show it."""
        names = ("pardon", "release", "detention", "conviction", "recognition")
        shown = [row._meta.get_field(name).verbose_name for name in names if getattr(row, f"{name}_id")]
        return ", ".join(str(name) for name in [*shown, *([_("death")] if row.shows_death else [])])


@admin.register(models.ReportedFigure)
class ReportedFigureAdmin(RecordAdmin):
    list_display = ("metric", "amount", "unit", "measure", "who_says", "said", "country", "publication", "public_id")
    list_filter = ("publication", "metric", "unit", "measure", country_filter())
    search_fields = ("who_says", "quote", "scope", "public_id")
    autocomplete_fields = ("organisation", "source")
    ordering = ("-pk",)
    fields = (
        "metric", "unit", "measure", "country", "qualifier", "value", "value_high", "women", "men", "on_date",
        "period_from", "period_to", "said_on", "scope_forms", "definition", "scope", "who_says", "organisation",
        "quote", "source", *BOOKKEEPING,
    )  # fmt: skip
    inlines = (CitationInline,)

    said = staticmethod(day_column("said_on", _("said on")))

    @admin.display(description=_("value"), ordering="value")
    def amount(self, figure: Any) -> str:
        number = f"{figure.value}–{figure.value_high}" if figure.value_high else str(figure.value)
        return f"{figure.get_qualifier_display()} {number}"
