"""Downloads of announcements, pardons and reported figures: the columns of each list, in their order."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from pardons.filters import AnnouncementFilter, ReportedFigureFilter
from pardons.models import Announcement, Identification, Pardon, Qualifier, Relation, ReportedFigure, Statement
from pardons.tables import ALL_TABLES
from pardons.views import ANNOUNCEMENT_ORDERS, FIGURE_ORDERS, PARDON_LIST
from prisoners.exports import DOWNLOADS as OF_PRISONERS
from prisoners.exports import PARTS, Part, person_columns
from prisoners.models import Organisation
from registry.columns import (
    Column,
    column,
    country,
    day,
    identifier,
    json_text,
    named_source,
    number,
    one,
    one_source,
    page,
    sources_of,
    text,
    texts,
    unless_restricted,
    word,
    yes_no,
)
from registry.downloads import Download, about_this_file, json_rows
from registry.earlier_views import KNOWN_ON, as_readers_knew
from registry.exports import SOURCES
from registry.models import Source
from registry.packages import Resource, dictionary, everything, list_resource, provenance, zip_response
from registry.parameters import canonical_query, given_pairs
from registry.sharing import shared


def pardon_columns() -> list[Column]:
    announcements = identified_in("pardon")
    return [
        identifier(),
        *person_columns("prisoner"),
        *day("act_on", "act_on", "act_earliest", "act_latest", _("the day of the act (EDTF)")),
        word("effect", "effect", Pardon.Effect.choices, _("the legal effect")),
        text("conditions", "conditions", _("conditions")),
        word("outcome", "outcome", Pardon.Outcome.choices, _("what came of it")),
        texts("announcements", announcements, _("identifiers of the announcements whose place the person fills")),
        yes_no(
            "belongs_to_no_announcement", "belongs_to_no_announcement",
            _("yes: announcements were checked; no: not checked, or it belongs to one"),
        ),
        *sources_of(Pardon),
    ]  # fmt: skip


def announcement_columns() -> list[Column]:
    chosen = Statement.objects.published().filter(announcement=OuterRef("pk"), is_chosen=True)
    total = one(chosen, "total")
    return [
        identifier(),
        page("announcement-detail"),
        word("kind", "kind", Announcement.Kind.choices, _("the kind of act")),
        *country("country", _("the country, as a two-letter code")),
        column("act_on", "act_on", _("the date of the act (EDTF)")),
        column("announced_on", "announced_on", _("the date announced (EDTF)")),
        column("counted_on_earliest", "day_earliest", _("the first day that it can count on")),
        column("counted_on_latest", "day_latest", _("the last day that it can count on")),
        text("authority", "authority", _("who decided or announced it")),
        number("total", total, _("how many people, by the chosen statement; empty if no source gives a number")),
        word("qualifier", one(chosen, "qualifier"), Qualifier.choices, _("exactly, about, over and so on")),
        number("women", one(chosen, "women"), _("how many women, as stated")),
        number("men", one(chosen, "men"), _("how many men, as stated")),
        number("minors", one(chosen, "minors"), _("how many minors, as stated")),
        number("named", named(), _("how many people are identified")),
        number("unnamed", unnamed(total), _("how many places are open")),
        word("frees", "frees", Announcement.Frees.choices, _("how many the act frees")),
        number("frees_number", "frees_number", _("the number, if a number of them")),
        text("rest", "rest", _("what happens to the rest")),
        text("conditions", "conditions", _("on what conditions, as a source words them")),
        number("political_number", "political_number", _("how many are said to be political")),
        text("political_by", "political_by", _("by whose word")),
        number("not_political_number", "not_political_number", _("how many were found not to be")),
        word("names_given", "names_given", Announcement.NamesGiven.choices, _("whether names were given")),
        text("choice_reason", "choice_reason", _("why this statement was chosen")),
        *one_source("statement", source_of_chosen_statement(), _("the source of the chosen statement")),
        *sources_of(Announcement),
    ]


def figure_columns() -> list[Column]:
    organisation = Organisation.objects.published().filter(pk=OuterRef("organisation"))
    return [
        identifier(),
        word("metric", "metric", ReportedFigure.Metric.choices, _("what is counted")),
        word("unit", "unit", ReportedFigure.Unit.choices, _("in which unit")),
        word("measure", "measure", ReportedFigure.Measure.choices, _("on a day, in a period, or ever so far")),
        *country("country", _("the country, as a two-letter code")),
        word("qualifier", "qualifier", Qualifier.choices, _("exactly, about, over and so on")),
        number("value", "value", _("the value")),
        number("value_high", "value_high", _("the upper value, if a range is said")),
        number("women", "women", _("how many women")),
        number("men", "men", _("how many men")),
        column("on_date", "on_date", _("on which day (EDTF)")),
        column("period_from", "period_from", _("the begin of the period (EDTF)")),
        column("period_to", "period_to", _("the end of the period (EDTF); empty with a begin: until it was said")),
        column("said_on", "said_on", _("when it was said (EDTF)")),
        texts("scope_forms", "scope_forms", _("the forms that it takes in")),
        text("definition", "definition", _("the definition, in the words of who says it")),
        text("scope", "scope", _("what it includes and leaves out")),
        text("who_says", "who_says", _("who says it")),
        column("organisation", one(organisation, "slug"), _("the short name of the organisation")),
        text("quote", unless_restricted("quote"), _("the words")),
        *named_source("source", "source", _("the source")),
        *sources_of(ReportedFigure),
    ]


def statement_columns() -> list[Column]:
    return [
        identifier(),
        number("total", "total", _("how many people")),
        word("qualifier", "qualifier", Qualifier.choices, _("exactly, about, over and so on")),
        number("women", "women", _("how many women")),
        number("men", "men", _("how many men")),
        number("minors", "minors", _("how many minors")),
        json_text("more_counts", "more_counts", _("further counts")),
        text("words", unless_restricted("words"), _("the words used")),
        column("as_of", "as_of", _("as of when (EDTF)")),
        column("act_on", "act_on", _("the date it gives for the act (EDTF)")),
        yes_no("is_chosen", "is_chosen", _("whether its numbers count")),
        *named_source("source", "source", _("the source")),
        *sources_of(Statement),
    ]


def identification_columns() -> list[Column]:
    return [
        identifier(),
        column("announcement", "announcement__public_id", _("the identifier of the announcement")),
        page("announcement-detail", "announcement__public_id", "announcement_url", _("the announcement’s page")),
        *person_columns("prisoner"),
        *(column(each, shown_by(each), _("the identifier of what shows it")) for each in WHAT_SHOWS_IT),
        yes_no("shows_death", "shows_death", _("whether the person’s death shows it")),
        yes_no("was_not_freed", "was_not_freed", _("whether a source says that the act did not free the person")),
        *sources_of(Identification),
    ]


def source_of_chosen_statement() -> QuerySet[Source]:
    chosen = {"statements__is_chosen": True, "statements__publication": "published"}
    return Source.public.filter(statements__announcement=OuterRef("pk"), **chosen)


WHAT_SHOWS_IT = ("pardon", "release", "detention", "conviction", "recognition")


def shown_by(name: str) -> Subquery:
    """The identifier of a record that shows an identification, if it is public."""
    shown: Any = Identification._meta.get_field(name).related_model
    return one(shown.public.filter(pk=OuterRef(name)), "public_id")


def named() -> Coalesce:
    """How many public people fill places of an announcement; a withheld person stays among the unnamed."""
    people = Identification.public.filter(announcement=OuterRef("pk")).order_by().values("announcement")
    return Coalesce(Subquery(people.annotate(people=Count("pk")).values("people")), 0)


def unnamed(total: Subquery) -> Case:
    """The open places, never fewer than none; null where no source gives a number."""
    return Case(When(IsNull(total, True), then=None), default=Greatest(total - named(), 0))


def identified_in(name: str) -> ArraySubquery:
    filled = Identification.public.filter(**{name: OuterRef("pk")}).order_by("pk")
    return ArraySubquery(filled.values("announcement__public_id"))


PARDONS = Download("pardons", PARDON_LIST.rows, pardon_columns, PARDON_LIST.filters, PARDON_LIST.orders)
ANNOUNCEMENTS = Download(
    "announcements", Announcement.public.all, announcement_columns, AnnouncementFilter, ANNOUNCEMENT_ORDERS
)
FIGURES = Download("figures", ReportedFigure.public.all, figure_columns, ReportedFigureFilter, FIGURE_ORDERS)
DOWNLOADS = (PARDONS, ANNOUNCEMENTS, FIGURES)

PARTS["pardons"] = Part(Pardon.public.all, "prisoner", pardon_columns)
PARTS["identifications"] = Part(Identification.public.all, "prisoner", identification_columns)


@shared
@canonical_query(KNOWN_ON)
def whole_package(request: HttpRequest) -> Any:
    """All public records as one package."""
    return zip_response(request, "registry", everything(ALL_TABLES, request.path, given_pairs(request.GET)))


def described_lists() -> list[Resource]:
    """Every list that is a file, and the table of who says so, for the dictionary."""
    lists = [list_resource(each) for each in (*OF_PRISONERS, *DOWNLOADS, SOURCES)]
    return [*lists, provenance([(of, of.rows()) for of in ALL_TABLES[:1]])]


@canonical_query()
def data_dictionary(request: HttpRequest) -> HttpResponse:
    """What every column of every list holds."""
    tables = [(each.name, each.columns, each.types()) for each in described_lists()]
    described = [
        {"name": name, "columns": [(column, types[column.name]) for column in columns]}
        for name, columns, types in tables
    ]
    return render(request, "pardons/data_dictionary.html", {"section": "data", "tables": described})


@shared
@canonical_query()
def data_dictionary_file(request: HttpRequest) -> HttpResponse:
    resources = described_lists()
    content = dictionary(resources, {each.name: each.types() for each in resources})
    response = HttpResponse(content, content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = 'attachment; filename="dictionary.csv"'
    return response


@canonical_query(KNOWN_ON)
@as_readers_knew
def announcement_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """One announcement as JSON."""
    announcement = get_object_or_404(Announcement.public, public_id=public_id)
    content = {"meta": about_this_file(request)} | announcement_rows(announcement)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})


def announcement_rows(announcement: Announcement) -> dict[str, Any]:
    """One announcement: as in the list, with what each source says, who fills its places, and its relations."""
    itself = Announcement.public.filter(pk=announcement.pk)
    of_it = {"announcement": announcement.pk}
    return {
        "announcement": json_rows(announcement_columns(), itself)[0],
        "statements": json_rows(statement_columns(), Statement.public.filter(**of_it).order_by("pk")),
        "identifications": json_rows(identification_columns(), Identification.public.filter(**of_it).order_by("pk")),
        "relations": [relation_row(relation) for relation in public_relations(announcement)],
    }


def public_relations(announcement: Announcement) -> QuerySet[Relation]:
    both = {"first__publication": "published", "second__publication": "published"}
    mine = announcement.relations_as_first.all() | announcement.relations_as_second.all()
    return mine.filter(**both).select_related("first", "second").order_by("pk")


def relation_row(relation: Relation) -> dict[str, str]:
    return {
        "first": relation.first.public_id,
        "second": relation.second.public_id,
        "kind": relation.kind,
        "reason": relation.reason,
    }
