"""The admin's pages about people and what happened to them; those that need announcements are in pardons."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from prisoners import models
from prisoners.editing import possibly_overlapping, record_missing_releases
from prisoners.forms import (
    CaseForm,
    ConvictionForm,
    DetentionForm,
    DetentionRowForm,
    NameForm,
    NameFormSet,
    NamePageForm,
    PrisonerForm,
    RecognitionForm,
    RecognitionRowForm,
)
from prisoners.merging.joining import what_became_of
from prisoners.names.search import search
from registry.publishing import Publication
from registry.record_admin import (
    CitationInline,
    EditingAdmin,
    PrivatePart,
    RecordAdmin,
    StackedRows,
    TabularRows,
    country_filter,
    day_column,
    problem_filter,
)

# Of one search for a name; more are other people.
MOST_FOUND = 200
BOOKKEEPING = ("publication", "public_id", "entered_at", "published_at")


# --- Words that records are described with ---


@admin.register(models.Occupation)
class OccupationAdmin(EditingAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug")


@admin.register(models.Region)
class RegionAdmin(EditingAdmin):
    list_display = ("name", "country", "slug")
    list_filter = (country_filter(),)
    search_fields = ("name", "slug", "other_spellings")
    ordering = ("country", "name")
    fields = ("country", "name", "slug", "other_spellings")


@admin.register(models.Article)
class ArticleAdmin(EditingAdmin):
    list_display = ("number", "code", "version", "country", "title")
    list_filter = (country_filter(), "code")
    search_fields = ("number", "code", "title")
    ordering = ("country", "code", "number")
    fields = ("country", "code", "version", "number", "title")


@admin.register(models.Organisation)
class OrganisationAdmin(RecordAdmin):
    list_display = ("name", "slug", "publication")
    list_filter = ("publication",)
    search_fields = ("name", "slug", "public_id")
    ordering = ("name",)
    fields = ("name", "slug", "url", *BOOKKEEPING)


class LocationAdmin(RecordAdmin):
    list_filter: ClassVar[Any] = ("publication", country_filter())
    list_select_related = ("region",)
    search_fields = ("name", "other_spellings", "public_id")
    autocomplete_fields = ("region",)
    ordering = ("country", "name")


@admin.register(models.Place)
class PlaceAdmin(LocationAdmin):
    list_display = ("name", "kind", "region", "country", "publication")
    list_filter = ("publication", country_filter(), "kind")
    fields = ("country", "name", "other_spellings", "kind", "region", *BOOKKEEPING)


@admin.register(models.Court)
class CourtAdmin(LocationAdmin):
    list_display = ("name", "region", "country", "publication")
    fields = ("country", "name", "other_spellings", "region", *BOOKKEEPING)


# --- People ---


class TellsLookAlikes(RecordAdmin):
    """A page whose form comes back once with the people who may be the one entered."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        found = getattr(request, "lookalikes", [])
        context |= {
            "lookalikes": found,
            "lookalikes_seen": ",".join(str(alike.person.pk) for alike in found),
            "enters_anyway": getattr(request, "enters_anyway", False),
        }
        return super().render_change_form(request, context, *args, **kwargs)


class FoundByName(RecordAdmin):
    """A page of people, or of what belongs to one, found by any spelling of a name, private and withheld too."""

    person_path = "pk"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """What the page's own search fields find and whom the index of names finds, the likeliest first."""
        listed, _may_double = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return listed, False
        people = [found.prisoner_id for found in search(search_term, public=False, limit=MOST_FOUND)]
        by_name = Q(**{f"{self.person_path}__in": people})
        found = queryset.filter(by_name | Q(pk__in=listed.order_by().values("pk")))
        return found if "o" in request.GET else self.likeliest_first(found, people), False

    def likeliest_first(self, rows: Any, people: list[int]) -> Any:
        places = [When(**{self.person_path: person}, then=Value(place)) for place, person in enumerate(people)]
        return rows.order_by(Case(*places, default=Value(len(people))), "-pk") if places else rows


class NameInline(TabularRows):
    model = models.Name
    form = NameForm
    formset = NameFormSet
    fields = ("text", "kind", "language", "script", "is_private", "publication")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0


class RecognitionInline(StackedRows):
    model = models.Recognition
    form = RecognitionRowForm
    fields = (("act", "acted_on"), "recognised_by", "definition", "statement", "withdraws", "publication")
    autocomplete_fields = ("statement", "withdraws")
    show_change_link = True


class DetentionInline(TabularRows):
    model = models.Detention
    form = DetentionRowForm
    fields = ("taken_on", "proceeding", "ended_on", "ended_how", "revokes_release", "publication")
    show_change_link = True
    verbose_name_plural = _("detentions (open one for its places and its release)")


class CaseInline(TabularRows):
    model = models.Case
    fields = ("number", "co_defendants", "publication")
    show_change_link = True
    verbose_name_plural = _("cases (open one for its charges and verdicts)")


class PrisonerPrivateInline(PrivatePart):
    model = models.PrisonerPrivate


def without_detention(people: QuerySet[Any]) -> QuerySet[Any]:
    kept = models.Detention.objects.exclude(publication=Publication.RETRACTED)
    return people.exclude(Exists(kept.filter(prisoner=OuterRef("pk"))))


def without_recognition(people: QuerySet[Any]) -> QuerySet[Any]:
    kept = models.Recognition.objects.exclude(publication=Publication.RETRACTED)
    return people.exclude(Exists(kept.filter(prisoner=OuterRef("pk"))))


def with_possible_overlap(people: QuerySet[Any]) -> QuerySet[Any]:
    return people.filter(Exists(possibly_overlapping().filter(prisoner=OuterRef("pk"))))


def without_citation(records: QuerySet[Any]) -> QuerySet[Any]:
    return records.filter(citations=None)


class PrisonerAdmin(TellsLookAlikes, FoundByName):
    """People. Registered by pardons, which adds what is known of their pardons."""

    form = PrisonerForm
    list_display = ("main_name_column", "public_id", "country", "sex", "born", "died", "publication", "entered_at")
    list_filter = (
        "publication", "sex", "death_circumstance", country_filter(),
        problem_filter(
            no_detention=(_("no detention recorded"), without_detention),
            possible_overlap=(_("detentions may overlap"), with_possible_overlap),
            no_recognition=(_("no recognition recorded"), without_recognition),
            no_source=(_("no source cited"), without_citation),
        ),
    )  # fmt: skip
    search_fields = ("public_id",)
    autocomplete_fields = ("home_region",)
    ordering = ("-pk",)
    fields: ClassVar[Any] = (
        "country", "citizenships", "sex", "born_on", "occupations_named", "home_region", "biography",
        "died_on", "death_circumstance", *BOOKKEEPING,
    )  # fmt: skip
    inlines: ClassVar[Any] = (
        NameInline,
        DetentionInline,
        RecognitionInline,
        CaseInline,
        PrisonerPrivateInline,
        CitationInline,
    )
    actions: Any = (*RecordAdmin.actions, "publish_whole_selected", "merge_selected")
    also_told = (
        (models.PrisonerOccupation, "prisoner_id"),
        (models.NotSamePerson, "first_id"),
        (models.NotSamePerson, "second_id"),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        people: Any = super().get_queryset(request)
        people = people.with_main_name()
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            # Namesakes are normal: a choice by name alone would link the wrong person.
            told_apart = Concat(F("main_name"), Value(" · "), F("country"), Value(" · "), F("public_id"))
            return people.annotate(named=told_apart).annotate(main_name=F("named"))
        return people

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, NameInline) and not obj.pk:
            kwargs["initial"] = [{"kind": models.Name.Kind.MAIN}]
        return kwargs

    @admin.action(description=_("Merge two records of one person"), permissions=["change"])
    def merge_selected(self, request: HttpRequest, queryset: Any) -> Any:
        """Leads to the desk's page that shows both lives before anything is merged."""
        chosen = list(queryset.values_list("public_id", flat=True)[:3])
        if len(chosen) != len(("one", "other")):
            self.message_user(request, gettext("Choose the two records that are one person."), messages.WARNING)
            return None
        return HttpResponseRedirect(f"{reverse('desk-merge')}?first={chosen[0]}&second={chosen[1]}")

    @admin.action(description=_("Withhold identity"), permissions=["publish"])
    def withhold_selected(self, request: HttpRequest, queryset: Any) -> Any:
        """Leads to the desk's page that lists the public texts with the name: one person at a time."""
        chosen = list(queryset.values_list("public_id", flat=True)[:2])
        if len(chosen) != 1:
            self.message_user(
                request, gettext("Choose one person: the texts with their name are looked through."), messages.WARNING
            )
            return None
        return HttpResponseRedirect(reverse("desk-withhold", args=chosen))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Whoever has a merged record's page open is told what became of it, and led there."""
        taken = models.Merge.objects.standing().filter(merged_key=object_id if object_id.isdecimal() else None).last()
        if taken is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]
        self.message_user(request, what_became_of(taken.merged_public_id), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:prisoners_prisoner_change", args=[taken.kept_key]))

    @admin.display(description=_("name"), ordering="sort_key")
    def main_name_column(self, prisoner: Any) -> str:
        return str(prisoner)

    born = staticmethod(day_column("born_on", _("born"), "born_on_earliest"))
    died = staticmethod(day_column("died_on", _("died"), "died_on_earliest"))

    def after_save(self, request: HttpRequest, record: Any, formsets: Any) -> None:
        record_missing_releases(record.detentions.all())
        warn_of_overlap(self, request, record)


def warn_of_overlap(page: admin.ModelAdmin, request: HttpRequest, prisoner: Any) -> None:
    """A possible overlap is no mistake, but often one person's detention entered twice."""
    count = possibly_overlapping().filter(prisoner=prisoner).count()
    if count:
        sentence = ngettext(
            "%(count)d detention of this person may overlap with another: check that none is entered twice.",
            "%(count)d detentions of this person may overlap: check that none is entered twice.",
            count,
        )
        page.message_user(request, sentence % {"count": count}, messages.WARNING)


class OfPerson(FoundByName):
    """A page of something that belongs to a person, found by every spelling of their names."""

    person_path = "prisoner"
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related(self.person_path)
        return rows.prefetch_related(f"{self.person_path}__names")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        path = self.person_path
        return (f"{path}__public_id", *self.search_fields)

    @admin.display(description=_("person"))
    def person(self, record: Any) -> str:
        for name in self.person_path.split("__"):
            record = getattr(record, name)
        return str(record)


@admin.register(models.Name)
class NameAdmin(TellsLookAlikes, OfPerson):
    """Spellings of names, to be found; a main name changes place on its person's page."""

    form = NamePageForm
    list_display = ("text", "kind", "person", "language", "script", "is_private", "publication")
    list_filter = ("publication", "kind", "is_private", "language", "script")
    search_fields = ("text", "sort_key", "public_id")
    autocomplete_fields = ("prisoner",)
    fields = ("prisoner", "text", "kind", "language", "script", "is_private", *BOOKKEEPING)


@admin.register(models.Recognition)
class RecognitionAdmin(OfPerson):
    form = RecognitionForm
    list_display = ("person", "act", "acted", "definition", "publication", "public_id")
    list_filter = (
        "publication", "act", "definition", "organisations", country_filter("prisoner__country"),
        problem_filter(
            no_source=(_("no statement and no source"), lambda rows: without_citation(rows).filter(statement=None))
        ),
    )  # fmt: skip
    search_fields = ("public_id",)
    autocomplete_fields = ("prisoner", "statement", "withdraws")
    fields = ("prisoner", "act", "acted_on", "recognised_by", "definition", "statement", "withdraws", *BOOKKEEPING)
    inlines = (CitationInline,)
    also_told = ((models.RecognitionBy, "recognition_id"),)

    acted = staticmethod(day_column("acted_on", _("date"), "acted_earliest"))


class StayInline(TabularRows):
    model = models.Stay
    fields = ("form", "place", "from_on", "to_on", "publication")
    autocomplete_fields = ("place",)


class ReleaseInline(StackedRows):
    model = models.Release
    fields = (
        "kind", ("restrictions_remain", "left_the_country", "documents_taken"), "belongs_to_no_announcement",
        "publication",
    )  # fmt: skip
    verbose_name_plural = _("release, if it ended by one")
    show_change_link = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1


@admin.register(models.Detention)
class DetentionAdmin(OfPerson):
    form = DetentionForm
    list_display = ("person", "taken", "out", "ended_how", "proceeding", "country", "publication", "public_id")
    list_filter = (
        "publication", "ended_how", "proceeding", "revokes_release", country_filter(),
        problem_filter(
            possible_overlap=(
                _("may overlap with another"),
                lambda rows: rows.filter(pk__in=possibly_overlapping().values("pk")),
            ),
            no_stay=(_("no stay recorded"), lambda rows: rows.filter(stays=None)),
            no_day=(_("day taken not known"), lambda rows: rows.filter(taken_on=None)),
            no_source=(_("no source cited"), without_citation),
        ),
    )  # fmt: skip
    search_fields = ("public_id",)
    autocomplete_fields = ("prisoner", "last_confirmed_by")
    fields = (
        "prisoner", "country", "taken_on", "proceeding", "ended_on", "ended_how", "last_confirmed_on",
        "last_confirmed_by", "revokes_release", *BOOKKEEPING,
    )  # fmt: skip
    inlines = (StayInline, ReleaseInline, CitationInline)

    taken = staticmethod(day_column("taken_on", _("taken"), "taken_earliest"))
    out = staticmethod(day_column("ended_on", _("out"), "out_latest"))

    def after_save(self, request: HttpRequest, record: Any, formsets: Any) -> None:
        if record_missing_releases(models.Detention.objects.filter(pk=record.pk)):
            self.message_user(request, gettext("Its release was recorded, of a kind not known."), messages.INFO)
        warn_of_overlap(self, request, record.prisoner)


@admin.register(models.Stay)
class StayAdmin(OfPerson):
    person_path = "detention__prisoner"
    list_display = ("person", "form", "place", "from_day", "to_day", "publication")
    list_filter = ("publication", "form")
    list_select_related = ("place", "detention__prisoner")
    search_fields = ("place__name", "public_id")
    autocomplete_fields = ("detention", "place")
    fields = ("detention", "form", "place", "from_on", "to_on", *BOOKKEEPING)
    inlines = (CitationInline,)

    from_day = staticmethod(day_column("from_on", _("from"), "from_earliest"))
    to_day = staticmethod(day_column("to_on", _("to"), "to_earliest"))


class ChargeInline(TabularRows):
    model = models.Charge
    fields = ("article", "stage", "stage_on", "publication")
    autocomplete_fields = ("article",)


class ConvictionInline(TabularRows):
    model = models.Conviction
    fields = ("decided_on", "court", "sentence", "length_months", "length_days", "publication")
    autocomplete_fields = ("court",)
    show_change_link = True
    verbose_name_plural = _("convictions (open one for its articles and appeals)")


@admin.register(models.Case)
class CaseAdmin(OfPerson):
    form = CaseForm
    list_display = ("person", "number", "co_defendants", "publication", "public_id")
    list_filter = ("publication", country_filter("prisoner__country"))
    search_fields = ("number", "co_defendants", "public_id")
    autocomplete_fields = ("prisoner",)
    fields = ("prisoner", "number", "co_defendants", "detentions_explained", *BOOKKEEPING)
    inlines = (ChargeInline, ConvictionInline, CitationInline)
    also_told = ((models.CaseDetention, "case_id"),)


@admin.register(models.Charge)
class ChargeAdmin(OfPerson):
    person_path = "case__prisoner"
    list_display = ("person", "article", "stage", "since", "publication")
    list_filter = ("publication", "stage")
    list_select_related = ("article", "case__prisoner")
    search_fields = ("article__number", "public_id")
    autocomplete_fields = ("case", "article")
    fields = ("case", "article", "stage", "stage_on", *BOOKKEEPING)
    inlines = (CitationInline,)

    since = staticmethod(day_column("stage_on", _("since"), "stage_earliest"))


class AppealInline(TabularRows):
    model = models.Appeal
    fields = ("outcome", "decided_on", "court", "new_length_months", "publication")
    autocomplete_fields = ("court",)


@admin.register(models.Conviction)
class ConvictionAdmin(OfPerson):
    form = ConvictionForm
    person_path = "case__prisoner"
    list_display = ("person", "decided", "sentence", "length_months", "length_days", "court", "publication")
    list_filter = ("publication", "sentence", "in_absentia", country_filter("case__prisoner__country"))
    list_select_related = ("court", "case__prisoner")
    search_fields = ("case__number", "public_id")
    autocomplete_fields = ("case", "court", "stated_end_source")
    fields = (
        "case", "decided_on", "court", "judge", "articles_named", "sentence", "length_months", "length_days",
        "stated_end_on", "stated_end_source", "in_absentia", *BOOKKEEPING,
    )  # fmt: skip
    inlines = (AppealInline, CitationInline)
    also_told = ((models.ConvictionArticle, "conviction_id"),)

    decided = staticmethod(day_column("decided_on", _("date"), "decided_earliest"))


@admin.register(models.Appeal)
class AppealAdmin(OfPerson):
    person_path = "conviction__case__prisoner"
    list_display = ("person", "outcome", "decided", "court", "publication")
    list_filter = ("publication", "outcome")
    list_select_related = ("court", "conviction__case__prisoner")
    search_fields = ("public_id",)
    autocomplete_fields = ("conviction", "court")
    fields = ("conviction", "outcome", "decided_on", "court", "new_length_months", *BOOKKEEPING)
    inlines = (CitationInline,)

    decided = staticmethod(day_column("decided_on", _("decided"), "decided_earliest"))


# --- Lists and requests ---


@admin.register(models.ListEdition)
class ListEditionAdmin(RecordAdmin):
    list_display = ("list_name", "publisher", "dated", "publication", "public_id")
    list_filter = ("publication", "list_name")
    search_fields = ("list_name", "publisher", "public_id")
    autocomplete_fields = ("source",)
    ordering = ("-pk",)
    fields = ("list_name", "publisher", "dated_on", "file_sha256", "licence", "source", *BOOKKEEPING)

    dated = staticmethod(day_column("dated_on", _("dated"), "dated_earliest"))


class ListEntryPrivateInline(PrivatePart):
    model = models.ListEntryPrivate


@admin.register(models.ListEntry)
class ListEntryAdmin(EditingAdmin):
    list_display = ("external_id", "edition", "prisoner")
    list_filter = (
        "edition__list_name",
        problem_filter(nobody=(_("about nobody yet"), lambda rows: rows.filter(prisoner=None))),
    )
    search_fields = ("external_id", "prisoner__names__text", "prisoner__public_id")
    autocomplete_fields = ("edition", "prisoner")
    ordering = ("-pk",)
    fields = ("edition", "external_id", "prisoner")
    inlines = (ListEntryPrivateInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("edition", "prisoner")
        return rows.prefetch_related("prisoner__names")


@admin.register(models.Request)
class RequestAdmin(EditingAdmin):
    """What people, families and lawyers ask for: for reviewers and administrators alone."""

    list_display = ("received_on", "kind", "prisoner", "decision", "review_on")
    list_filter = ("decision", "kind", "review_on")
    search_fields = ("prisoner__names__text", "prisoner__public_id", "scope")
    autocomplete_fields = ("prisoner",)
    ordering = ("-received_on", "-pk")
    fields = (
        "prisoner", "kind", "scope", "made_by", "received_on", "decision", "decided_on", "review_on", "notes",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("prisoner").prefetch_related("prisoner__names")
