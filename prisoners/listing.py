"""What the lists of people and of events need beside their filters: orders, rows, facets, ranges to fill in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import DateField, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prisoners.filters import PrisonerFilter, standing_recognitions
from prisoners.finding import Sought
from prisoners.models import Case, Detention, Name, Occupation, Organisation, Prisoner, Region, Release, Stay
from prisoners.names.likeness import SAME_SPELLING
from prisoners.names.search import Found
from prisoners.otherwise import reasons
from prisoners.status import Status, status
from registry.countries import country_name
from registry.facets import Facet, FacetChoice, address_with, counts_by, facet, table_facet
from registry.filters import EVERYWHERE, StrictFilterSet
from registry.paging import Order

LONG_AGO = date(1, 1, 1)
# A person may have a charge for each part of an article that was asked for.
MOST_TOLD = 3
RECOGNISED_BY_EACH_AND_ANYONE = """
    SELECT slug, name, count(DISTINCT prisoner) FROM (%s) AS standing (prisoner, slug, name)
    GROUP BY GROUPING SETS ((slug, name), ())
"""

# A join, not a query for each person: the index on sort keys leads to where a page begins.
MAIN_NAME = FilteredRelation("names", condition=Q(names__kind="main"))
LATEST_ARREST = Detention.public.filter(prisoner=OuterRef("pk"), taken_latest__isnull=False).order_by("-taken_latest")
ARREST_KEY = Coalesce(Subquery(LATEST_ARREST.values("taken_latest")[:1]), Value(LONG_AGO), output_field=DateField())
BY_NAME = Order(
    "name", gettext_lazy("by name"), ("name_key",),
    annotations={"of_main": MAIN_NAME, "name_key": F("of_main__sort_key")}, always=Q(name_key__isnull=False),
)  # fmt: skip
BY_ARREST = Order(
    "-taken", gettext_lazy("latest arrest first"), ("arrest_key",), descending=True,
    annotations={"arrest_key": ARREST_KEY},
)  # fmt: skip
LAST_ADDED = Order("-added", gettext_lazy("last added first"), ("published_at",), descending=True)
PEOPLE_ORDERS = (BY_NAME, BY_ARREST, LAST_ADDED)

STAYS = Stay.public.filter(detention__prisoner=OuterRef("pk"), place__publication="published")
LATEST_PLACE = Subquery(STAYS.order_by(F("from_earliest").desc(nulls_last=True), "-pk").values("place__name")[:1])

Ranges = Sequence[tuple[Any, tuple[str, ...]]]
RANGES: Ranges = (
    (gettext_lazy("Taken"), ("taken_from", "taken_to")),
    (gettext_lazy("Convicted"), ("convicted_from", "convicted_to", "article")),
    (gettext_lazy("Recognised"), ("recognised_from", "recognised_to")),
    (gettext_lazy("Pardoned"), ("pardoned_from", "pardoned_to")),
    (gettext_lazy("Released"), ("released_from", "released_to")),
    (gettext_lazy("Died"), ("died_from", "died_to")),
    (gettext_lazy("Born"), ("born_from", "born_to")),
    (gettext_lazy("Held on a day"), ("held_on",)),
)


@dataclass(frozen=True)
class PersonRow:
    """One person as a list shows them: the main name, other public spellings, where they stand.

    `matched` is the spelling by which a search found them, if it isn't the main name, and `reason` says why it fits;
    `told` says what else of them the text names, and `apart` tells namesakes on one page apart.
    """

    person: Prisoner
    name: str
    spellings: list[Name]
    status: Status
    recognised_by: list[str]
    matched: str
    reason: str
    told: list[str]
    apart: list[str]


def for_rows(people: QuerySet[Prisoner]) -> QuerySet[Prisoner]:
    """People with what a row shows, published parts only."""
    recognitions = standing_recognitions().prefetch_related(Prefetch("organisations", Organisation.objects.published()))
    return people.prefetch_related(
        Prefetch("names", Name.objects.published().order_by("pk")),
        Prefetch("detentions", Detention.objects.published()),
        Prefetch("detentions__release", Release.objects.published()),
        Prefetch("recognitions", recognitions, to_attr="standing"),
    )


def person_rows(people: Sequence[Any], sought: Sought | None = None) -> list[PersonRow]:
    """Rows of people fetched with `for_rows`, with what a search found them by."""
    found = sought.by_person if sought else {}
    told = reasons(sought.told, [person.pk for person in people]) if sought else {}
    apart = telling_apart(people)
    return [
        person_row(person, found.get(person.pk), told.get(person.pk, []), apart.get(person.pk, [])) for person in people
    ]


def person_row(person: Any, found: Found | None, told: list[str], apart: list[str]) -> PersonRow:
    name = person.display_name
    matched = found.matched_name if found and found.matched_name != name else ""
    return PersonRow(
        person,
        name,
        [other for other in person.names.all() if other.kind != Name.Kind.MAIN and other.text != matched],
        status(person),
        sorted({str(by) for recognition in person.standing for by in recognition.organisations.all()}),
        matched,
        in_plain_words(found.reason) if found else "",
        told[:MOST_TOLD],
        apart,
    )


def in_plain_words(reason: str) -> str:
    """Why a spelling fits, in the reader's language; nothing where it is what was typed."""
    parts = [part for part in reason.split("; ") if part and part != SAME_SPELLING]
    return "; ".join(_(part) for part in parts)


def telling_apart(people: Sequence[Any]) -> dict[int, list[str]]:
    """For people who share their main name with another on the page: region, latest place, cases."""
    shared = Counter(person.display_name for person in people)
    namesakes = [person.pk for person in people if shared[person.display_name] > 1]
    if not namesakes:
        return {}
    known = Prisoner.public.filter(pk__in=namesakes).select_related("home_region").annotate(latest_place=LATEST_PLACE)
    known = known.prefetch_related(Prefetch("cases", Case.objects.published().order_by("pk")))
    return {person.pk: apart_by(person) for person in known}


def apart_by(person: Any) -> list[str]:
    home = [_("from %(region)s") % {"region": person.home_region}] if person.home_region else []
    place = [_("held in %(place)s") % {"place": person.latest_place}] if person.latest_place else []
    cases = [case.co_defendants or case.number for case in person.cases.all() if case.co_defendants or case.number]
    return [*home, *place, *(_("case: %(case)s") % {"case": case} for case in cases[:2])]


def people_facets(request: HttpRequest, filters: PrisonerFilter) -> list[Facet]:
    return [
        country_facet(request, filters, "country"),
        facet(request, filters, "sex", "sex", Prisoner.Sex.choices),
        definition_facet(request, filters),
        table_facet(request, filters, "region", "home_region", Region),
        table_facet(request, filters, "occupation", "occupations", Occupation),
    ]


def event_facets(request: HttpRequest, filters: PrisonerFilter, person: str, own: tuple[str, str, Any]) -> list[Facet]:
    """Country and sex of the people, and the one parameter that is the event's own: name, column, choices."""
    prefix = "" if person == "pk" else f"{person}__"
    return [
        country_facet(request, filters, f"{prefix}country"),
        facet(request, filters, *own),
        facet(request, filters, "sex", f"{prefix}sex", Prisoner.Sex.choices),
    ]


def country_facet(request: HttpRequest, filters: StrictFilterSet, path: str) -> Facet:
    """Countries, one at a time: choosing another leaves the first; “all” comes last."""
    counts = counts_by(filters.matching({**filters.answers, "country": [EVERYWHERE]}), path)
    codes = sorted({*counts, *(filters.countries or [])}, key=country_name)
    chosen = filters.countries or []
    choices = [
        FacetChoice(country_name(code), counts.get(code, 0), code in chosen, address_with(request, country=code))
        for code in codes
    ]
    everywhere_too = address_with(request, country=EVERYWHERE)
    choices.append(FacetChoice(_("all countries"), None, filters.countries is None, everywhere_too))
    return Facet("country", _("Country"), choices)


def definition_facet(request: HttpRequest, filters: PrisonerFilter) -> Facet:
    """Recognised by anyone, or by one organisation: one at a time, since they are not parts of a whole."""
    anyone, each = recognised_among(filters.without("definition"))
    asked = filters.answers.get("definition", "everyone")
    choices = [
        definition_choice(request, _("by anyone"), "recognised", asked, anyone),
        *(definition_choice(request, name, slug, asked, people) for slug, name, people in each),
    ]
    return Facet("definition", _("Recognised"), [choice for choice in choices if choice.count or choice.is_chosen])


def recognised_among(people: QuerySet[Prisoner]) -> tuple[int, list[tuple[str, str, int]]]:
    """How many of these people anyone recognises, and each organisation, most first: all of it in one reading."""
    standing = standing_recognitions().filter(prisoner__in=people.values("pk"), organisations__publication="published")
    told = standing.order_by().values_list("prisoner", "organisations__slug", "organisations__name")
    statement, values = told.query.get_compiler(standing.db, elide_empty=False).as_sql()
    with connections[standing.db].cursor() as cursor:
        cursor.execute(RECOGNISED_BY_EACH_AND_ANYONE % statement, values)
        rows = cursor.fetchall()
    anyone = sum(number for slug, _name, number in rows if slug is None)
    each = [(slug, name, number) for slug, name, number in rows if slug is not None]
    return anyone, sorted(each, key=lambda row: (-row[2], row[1]))


def definition_choice(request: HttpRequest, label: str, value: str, asked: str, count: int) -> FacetChoice:
    is_chosen = asked == value
    return FacetChoice(label, count, is_chosen, address_with(request, definition=None if is_chosen else value))


@dataclass(frozen=True)
class EventList:
    """One list of events: its words, its rows, and what is its own among the filters."""

    name: str
    title: Any
    nothing: Any
    filters: type[PrisonerFilter]
    rows: Callable[[], QuerySet]
    person: str
    day: tuple[str, str]
    own_facet: tuple[str, str, Any]
    fetch: Callable[[QuerySet], QuerySet]
    describe: Callable[[Any], EventRow]

    @property
    def orders(self) -> tuple[Order, ...]:
        """Newest first or oldest first, by the first day known; what has no date comes last or first."""
        earliest, latest = self.day
        keys = {"day_key": Coalesce(earliest, latest, Value(LONG_AGO), output_field=DateField())}
        return (
            Order("-date", gettext_lazy("newest first"), ("day_key",), descending=True, annotations=keys),
            Order("date", gettext_lazy("oldest first"), ("day_key",), annotations=keys),
        )


@dataclass(frozen=True)
class EventRow:
    """One event as a list shows it."""

    person: Prisoner
    when: Any
    title: str
    details: list[str]
    record: Any
