"""Downloads of people and of what happened to them: the columns of each list, in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractYear
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from prisoners.events import EVENT_LISTS
from prisoners.filters import PrisonerFilter, standing_recognitions
from prisoners.listing import PEOPLE_ORDERS
from prisoners.lists import membership_columns
from prisoners.merging.addresses import moved_or_gone
from prisoners.models import (
    Appeal,
    Article,
    Charge,
    Conviction,
    Court,
    Detention,
    Name,
    Occupation,
    Organisation,
    Place,
    Prisoner,
    Recognition,
    Release,
    Stay,
)
from registry.columns import (
    Column,
    column,
    country,
    day,
    identifier,
    named_source,
    one,
    page,
    sources_of,
    text,
    texts,
    word,
    words,
    yes_no,
)
from registry.downloads import Download, about_this_file, json_rows
from registry.earlier_views import KNOWN_ON, as_readers_knew, known_query
from registry.parameters import canonical_query


def status_choices() -> list[tuple[str, str]]:
    return [
        ("held", _("held")),
        ("free", _("released")),
        ("out", _("no longer held")),
        ("died", _("died")),
        ("none", _("no detention recorded")),
    ]


def prisoner_columns() -> list[Column]:
    latest = latest_detention()
    release = latest.annotate(how=Case(When(release__publication="published", then="release__kind")))
    return [
        identifier(),
        page("prisoner-detail"),
        text("name", main_name("pk"), _("the main name")),
        texts("other_names", other_names(), _("other public spellings")),
        *country("country", _("the country whose list the person is on, as a two-letter code")),
        texts("citizenships", "citizenships", _("two-letter codes of countries")),
        word("sex", "sex", Prisoner.Sex.choices, _("as a source says")),
        column("birth_year", birth_year(), _("the year of birth where one year is certain")),
        texts("occupations", occupations("pk"), _("occupations and callings")),
        text("home_region", "home_region__name", _("the region the person is from")),
        word("status", status(), status_choices(), _("where the person stands by the events recorded")),
        column("detentions", number_of(Detention), _("how many detentions are recorded")),
        column("last_taken_on", one(latest, "taken_on"), _("when the latest detention began (EDTF)")),
        column("last_ended_on", one(latest, "ended_on"), _("when the latest detention ended (EDTF)")),
        word("last_ended_how", one(latest, "ended_how"), Detention.End.choices, _("how the latest detention ended")),
        word("last_release_kind", one(release, "how"), Release.Kind.choices, _("if it ended by release: its kind")),
        column("last_confirmed_on", one(latest, "last_confirmed_on"), _("when a source last said that it goes on")),
        texts("recognised_by", recognised_by(), _("organisations whose recognition stands")),
        column("convictions", number_of(Conviction, "case__prisoner"), _("how many verdicts are recorded")),
        *day("died_on", "died_on", "died_on_earliest", "died_on_latest", _("the day of death (EDTF)")),
        word("death_circumstance", "death_circumstance", Prisoner.DeathCircumstance.choices, _("how the person died")),
        text("biography", "biography", _("the life in words")),
        *sources_of(Prisoner),
        *membership_columns(),
    ]


def person_columns(path: str) -> list[Column]:
    """Whom an event is about. `path` leads from the event to the person; empty if the row is the person."""
    prefix = f"{path}__" if path else ""
    return [
        column("prisoner", f"{prefix}public_id", _("the public identifier of the person")),
        page("prisoner-detail", f"{prefix}public_id", "prisoner_url", _("the person’s page in this registry")),
        text("name", main_name(path or "pk"), _("the person’s main name")),
        *country(f"{prefix}country", _("the country whose list the person is on, as a two-letter code")),
        word("sex", f"{prefix}sex", Prisoner.Sex.choices, _("as a source says")),
    ]


def detention_columns() -> list[Column]:
    release = Release.objects.published().filter(detention=OuterRef("pk"))
    stays = Stay.objects.published().filter(detention=OuterRef("pk"))
    return [
        identifier(),
        *person_columns("prisoner"),
        column("held_in", "country", _("the country where the person is held, as a two-letter code")),
        *day("taken_on", "taken_on", "taken_earliest", "taken_latest", _("the day taken (EDTF)")),
        word("proceeding", "proceeding", Detention.Proceeding.choices, _("criminal, administrative or none")),
        words("forms", forms_of(stays), Stay.Form.choices, _("the forms of its stays")),
        texts("places", places_of(stays), _("the places of its stays")),
        *day("ended_on", "ended_on", "out_earliest", "out_latest", _("the day out (EDTF); it is not a day held")),
        word("ended_how", "ended_how", Detention.End.choices, _("empty: not known to have ended")),
        word("release_kind", one(release, "kind"), Release.Kind.choices, _("if it ended by release: its kind")),
        word("revokes_release", "revokes_release", Detention.Revokes.choices, _("whether it revokes a release")),
        column("last_confirmed_on", "last_confirmed_on", _("when a source last said that the person is held (EDTF)")),
        *named_source("confirmed_by", "last_confirmed_by", _("the source that says so")),
        *sources_of(Detention),
    ]


def conviction_columns() -> list[Column]:
    court = Court.objects.published().filter(pk=OuterRef("court"))
    articles = Article.objects.filter(conviction_links__conviction=OuterRef("pk")).order_by("code", "number")
    latest_appeal = Appeal.objects.published().filter(conviction=OuterRef("pk"))
    latest_appeal = latest_appeal.order_by(F("decided_earliest").desc(nulls_first=True), "-pk")
    return [
        identifier(),
        *person_columns("case__prisoner"),
        text("case_number", "case__number", _("the number of the case")),
        text("co_defendants", "case__co_defendants", _("the name of the group of co-defendants")),
        *day("decided_on", "decided_on", "decided_earliest", "decided_latest", _("the day of the verdict (EDTF)")),
        text("court", one(court, "name"), _("the court")),
        text("judge", "judge", _("the judge")),
        texts("articles", ArraySubquery(articles.values("number")), _("numbers of the articles")),
        texts("codes", ArraySubquery(articles.values("code")), _("the code of each article, in the same order")),
        word("sentence", "sentence", Conviction.Sentence.choices, _("the kind of sentence")),
        column("length_months", "length_months", _("its length in months")),
        column("length_days", "length_days", _("its length in days, for administrative arrest")),
        column("stated_end_on", "stated_end_on", _("the end that a source states (EDTF); it changes nobody’s status")),
        *named_source("stated_end_by", "stated_end_source", _("the source that states it")),
        yes_no("in_absentia", "in_absentia", _("whether the person was absent")),
        word("appeal", one(latest_appeal, "outcome"), Appeal.Outcome.choices, _("what the latest appeal made of it")),
        column("appeal_decided_on", one(latest_appeal, "decided_on"), _("when that appeal was decided (EDTF)")),
        column("appeal_length_months", one(latest_appeal, "new_length_months"), _("the new length in months")),
        *sources_of(Conviction),
    ]


def recognition_columns() -> list[Column]:
    by = Organisation.objects.published().filter(recognition_links__recognition=OuterRef("pk")).order_by("name")
    withdrawn = Recognition.public.filter(pk=OuterRef("withdraws"))
    return [
        identifier(),
        *person_columns("prisoner"),
        word("act", "act", Recognition.Act.choices, _("recognised, recognised after release, withdrawn or declined")),
        *day("acted_on", "acted_on", "acted_earliest", "acted_latest", _("the day of the act (EDTF)")),
        texts("organisations", ArraySubquery(by.values("name")), _("by whom")),
        texts("definitions", ArraySubquery(by.values("slug")), _("their short names, as `definition` takes them")),
        word("definition", "definition", Recognition.Definition.choices, _("the definition used")),
        column("withdraws", one(withdrawn, "public_id"), _("the identifier of the recognition that it takes back")),
        *named_source("statement", "statement", _("the document that recognises")),
        *sources_of(Recognition),
    ]


def release_columns() -> list[Column]:
    stays = Stay.objects.published().filter(detention=OuterRef("detention"))
    return [
        identifier(),
        *person_columns("detention__prisoner"),
        column("detention", "detention__public_id", _("the identifier of the detention that it ends")),
        *day(
            "released_on", "detention__ended_on", "detention__out_earliest", "detention__out_latest",
            _("the day of release (EDTF): the detention’s day out"),
        ),
        word("kind", "kind", Release.Kind.choices, _("the kind of release")),
        texts("places", places_of(stays), _("the places of the detention")),
        word("restrictions_remain", "restrictions_remain", Release.YesNo.choices, _("whether restrictions remain")),
        word("left_the_country", "left_the_country", Release.YesNo.choices, _("whether the person left the country")),
        word("documents_taken", "documents_taken", Release.YesNo.choices, _("whether documents were taken")),
        yes_no(
            "belongs_to_no_announcement", "belongs_to_no_announcement",
            _("yes: announcements were checked; no: not checked, or it belongs to one"),
        ),
        *sources_of(Release),
    ]  # fmt: skip


def death_columns() -> list[Column]:
    return [
        *person_columns(""),
        *day("died_on", "died_on", "died_on_earliest", "died_on_latest", _("the day of death (EDTF)")),
        word("death_circumstance", "death_circumstance", Prisoner.DeathCircumstance.choices, _("how the person died")),
        column("birth_year", birth_year(), _("the year of birth where one year is certain")),
        *sources_of(Prisoner),
    ]


def main_name(path: str) -> Subquery:
    return one(Name.objects.published().filter(prisoner=OuterRef(path), kind=Name.Kind.MAIN), "text")


def other_names() -> ArraySubquery:
    names = Name.objects.published().filter(prisoner=OuterRef("pk")).exclude(kind=Name.Kind.MAIN)
    return ArraySubquery(names.order_by("pk").values("text"))


def occupations(path: str) -> ArraySubquery:
    return ArraySubquery(Occupation.objects.filter(prisoner_links__prisoner=OuterRef(path)).values("name"))


def birth_year() -> Case:
    """Years only: the day of birth tells a person from namesakes no better and may harm."""
    is_certain = When(born_on_earliest__year=F("born_on_latest__year"), then=ExtractYear("born_on_earliest"))
    return Case(is_certain, default=None)


def latest_detention() -> QuerySet[Detention]:
    """A person's detentions: one that goes on comes first, then the latest; those without any date come last."""
    goes_on = Case(When(ended_how="", then=0), default=1)
    first_known = Coalesce("taken_earliest", "taken_latest", "out_earliest")
    last_known = Coalesce("out_latest", first_known)
    mine = Detention.objects.published().filter(prisoner=OuterRef("pk"))
    return mine.order_by(goes_on, first_known.desc(nulls_last=True), last_known.desc(nulls_last=True), "-pk")


def status() -> Case:
    """The code of where a person stands: the twin of `prisoners.status` in SQL."""
    # By one row, and not by whether there is any: a file would wait until all detentions were gathered for that.
    came_of = Case(
        When(ended_how="", then=Value("held")), When(ended_how="release", then=Value("free")), default=Value("out")
    )
    return Case(
        When(~Q(death_circumstance=""), then=Value("died")),
        default=Coalesce(one(latest_detention().annotate(came_of=came_of), "came_of"), Value("none")),
    )


def number_of(model: Any, person: str = "prisoner") -> Coalesce:
    mine = model.public.filter(**{person: OuterRef("pk")}).order_by().values(person)
    return Coalesce(Subquery(mine.annotate(number=Count("pk")).values("number")), 0)


def recognised_by() -> ArraySubquery:
    standing = standing_recognitions().filter(prisoner=OuterRef(OuterRef("pk")))
    by = Organisation.objects.published().filter(recognition_links__recognition__in=standing)
    return ArraySubquery(by.order_by("name").values("name").distinct())


def forms_of(stays: QuerySet[Stay]) -> ArraySubquery:
    return ArraySubquery(in_order(stays).values("form"))


def places_of(stays: QuerySet[Stay]) -> ArraySubquery:
    return ArraySubquery(in_order(stays).filter(place__publication="published").values("place__name"))


def in_order(stays: QuerySet[Stay]) -> QuerySet[Stay]:
    return stays.order_by(F("from_earliest").asc(nulls_first=True), "pk")


def name_columns() -> list[Column]:
    return [
        text("text", "text", _("one spelling")),
        text("language", "language", _("its language")),
        text("script", "script", _("its script")),
        word("kind", "kind", Name.Kind.choices, _("main name, transliteration, former name, alias or with patronymic")),
        *sources_of(Name),
    ]


def stay_columns() -> list[Column]:
    place = Place.objects.published().filter(pk=OuterRef("place"))
    return [
        identifier(),
        column("detention", "detention__public_id", _("the identifier of the detention")),
        word("form", "form", Stay.Form.choices, _("the form")),
        text("place", one(place, "name"), _("the place")),
        *day("from_on", "from_on", "from_earliest", "from_latest", _("from (EDTF)")),
        *day("to_on", "to_on", "to_earliest", "to_latest", _("to (EDTF)")),
        *sources_of(Stay),
    ]


def charge_columns() -> list[Column]:
    return [
        identifier(),
        column("case", "case__public_id", _("the identifier of the case")),
        text("case_number", "case__number", _("the number of the case")),
        text("code", "article__code", _("the code")),
        text("article", "article__number", _("the number of the article")),
        word("stage", "stage", Charge.Stage.choices, _("how far it came")),
        column("stage_on", "stage_on", _("since when (EDTF)")),
        *sources_of(Charge),
    ]


def event_download(name: str, columns: Callable[[], Sequence[Column]]) -> Download:
    """The file of one event list, such as detentions: its rows, filters and orders are the page's."""
    shown = EVENT_LISTS[f"{name.removesuffix('s')}-list"]
    return Download(name, shown.rows, columns, shown.filters, shown.orders)


PRISONERS = Download("prisoners", Prisoner.public.all, prisoner_columns, PrisonerFilter, PEOPLE_ORDERS)
DETENTIONS = event_download("detentions", detention_columns)
CONVICTIONS = event_download("convictions", conviction_columns)
RECOGNITIONS = event_download("recognitions", recognition_columns)
RELEASES = event_download("releases", release_columns)
DEATHS = event_download("deaths", death_columns)
DOWNLOADS = (PRISONERS, DETENTIONS, CONVICTIONS, RECOGNITIONS, RELEASES, DEATHS)


@dataclass(frozen=True)
class Part:
    """What a person's file holds beside the person: some public rows, and the way from a row to the person."""

    rows: Callable[[], QuerySet]
    person: str
    columns: Callable[[], Sequence[Column]]


# The app above adds pardons and announcements.
PARTS: dict[str, Part] = {
    "names": Part(Name.public.all, "prisoner", name_columns),
    "detentions": Part(Detention.public.all, "prisoner", detention_columns),
    "stays": Part(Stay.public.all, "detention__prisoner", stay_columns),
    "releases": Part(Release.public.into_freedom, "detention__prisoner", release_columns),
    "charges": Part(Charge.public.all, "case__prisoner", charge_columns),
    "convictions": Part(Conviction.public.all, "case__prisoner", conviction_columns),
    "recognitions": Part(Recognition.public.all, "prisoner", recognition_columns),
}


@canonical_query(KNOWN_ON)
@as_readers_knew
def prisoner_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """One life as JSON."""
    person = Prisoner.public.filter(public_id=public_id).first()
    if person is None:
        return moved_or_gone(public_id, "prisoner-json", known_query(request))
    life = {"meta": about_this_file(request)} | life_rows(person)
    return JsonResponse(life, json_dumps_params={"ensure_ascii": False, "indent": 1})


def life_rows(person: Prisoner) -> dict[str, Any]:
    """One life: the person as in the list, and every event as in its own list."""
    life: dict[str, Any] = {"prisoner": json_rows(prisoner_columns(), Prisoner.public.filter(pk=person.pk))[0]}
    for name, part in PARTS.items():
        rows = part.rows().filter(**{part.person: person.pk}).order_by("pk")
        life[name] = json_rows(part.columns(), rows)
    return life
