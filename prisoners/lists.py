"""Published lists beside our own people: who is on both, only here, only there; membership as columns of 0 and 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count
from typing import Any
from urllib.parse import urlencode

from anyascii import anyascii
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from prisoners.importing.rows import NOT_RECOGNISED
from prisoners.models import ImportRow, ListEdition, ListEntry, Prisoner
from registry.changes import history_of
from registry.columns import Column, number, texts
from registry.lent import Lent, lent_by
from registry.models import Source
from registry.publishing import Publication, Record

LONGEST_COLUMN = 50


@dataclass(frozen=True)
class Compared:
    """An edition beside our public people of its country. Whom we do not show is told as a number alone."""

    edition: ListEdition
    rows: int
    on_both: int
    only_theirs: int
    only_ours: int
    held_only_ours: int | None
    both_address: str
    ours_address: str
    held_address: str


def newest_editions() -> list[ListEdition]:
    """The newest public edition of each list, the newest list first."""
    newest: dict[str, ListEdition] = {}
    for edition in ListEdition.public.select_related("source").order_by("dated_earliest", "pk"):
        newest[edition.list_name] = edition
    return sorted(newest.values(), key=lambda each: -each.pk)


def edition_choices() -> list[tuple[str, str]]:
    """Every public edition, by its public identifier."""
    return [(each.public_id, str(each)) for each in ListEdition.public.order_by("-pk")]


def on_edition(*public_ids: str) -> Exists:
    """Whether a person stands on one of some public editions."""
    editions = ListEdition.public.filter(public_id__in=public_ids)
    return Exists(recognised().filter(prisoner=OuterRef("pk"), edition__in=editions))


def recognised() -> QuerySet[ListEntry]:
    """The rows of lists, without those that their own list marks as not recognised: these put nobody on it."""
    marked = ImportRow.objects.filter(
        list_import__edition=OuterRef("edition"), external_id=OuterRef("external_id"), told__status=NOT_RECOGNISED
    )
    return ListEntry.objects.exclude(Exists(marked))


def lists_compared() -> list[Compared]:
    return [compared(edition) for edition in newest_editions()]


def compared(edition: ListEdition) -> Compared:
    rows = ListEntry.objects.filter(edition=edition).count()
    shown = recognised().filter(edition=edition, prisoner__in=Prisoner.public.all())
    on_both = shown.values("prisoner").distinct().count()
    ours = our_people(edition).exclude(on_edition(edition.public_id))
    day = edition.dated_on.latest if edition.dated_on else None
    beside = {"off_list": edition.public_id, "country": country_of(edition) or "all"}
    held = ours.held_on(day) if day else None
    return Compared(
        edition, rows, on_both, rows - on_both, ours.count(), held.count() if held is not None else None,
        address({"country": "all", "on_list": edition.public_id}), address(beside),
        address({**beside, "held_on": str(day)}) if day else "",
    )  # fmt: skip


def our_people(edition: ListEdition) -> Any:
    """Our public people of the one country that a list is about; all of them for a list of several countries."""
    country = country_of(edition)
    return Prisoner.public.filter(country=country) if country else Prisoner.public.all()


def country_of(edition: ListEdition) -> str:
    """The country of a list whose people are all of one; empty else."""
    of_its_people = Prisoner.public.filter(list_entries__edition=edition).order_by()
    countries = list(of_its_people.values_list("country", flat=True).distinct()[:2])
    return countries[0] if len(countries) == 1 else ""


def address(pairs: dict[str, str]) -> str:
    return f"{reverse('prisoner-list')}?{urlencode(sorted(pairs.items()))}"


# --- Columns of downloads ---


def membership_columns() -> list[Column]:
    """What the lists ask of readers; then of each list whether the person stands on its newest public edition."""
    newest = {edition.list_name: edition for edition in newest_editions()}
    members = [
        number(
            name, is_member(newest[each]), _("1: on the newest edition of the list “%(list)s”") % {"list": newest[each]}
        )
        for each, name in column_names(lists_ever_public()).items()
        if each in newest
    ]
    return [texts("list_terms", terms(), _("licence and attribution of the lists that the row came from")), *members]


def lists_ever_public() -> list[str]:
    """The names of all lists in the order in which they first became public, also of those that were taken back."""
    events = history_of(ListEdition, publication=Publication.PUBLISHED).order_by("pgh_id")
    return list(dict.fromkeys(events.values_list("list_name", flat=True)))


def column_names(lists: list[str]) -> dict[str, str]:
    """`on_viasna_political_prisoners`: from the list's name, the same for every edition and whatever lists follow.

    `lists` are in the order in which their columns were named: of two that are spelled alike the later has a number.
    """
    names: dict[str, str] = {}
    for name in lists:
        plain = "on_" + (slugify(anyascii(name)).replace("-", "_") or "list")[:LONGEST_COLUMN]
        spelled = chain([plain], (f"{plain}_{again}" for again in count(2)))
        names[name] = next(each for each in spelled if each not in names.values())
    return names


def is_member(edition: ListEdition) -> Case:
    entries = recognised().filter(edition=edition.pk, prisoner=OuterRef("pk"))
    return Case(When(Exists(entries), then=Value(1)), default=Value(0))


def terms() -> ArraySubquery:
    """The licences of the public lists that a person stands on; the publisher's name where a list states none."""
    editions: QuerySet[ListEdition] = ListEdition.public.filter(entries__prisoner=OuterRef("pk"))
    said = Coalesce(NullIf("licence", Value("")), NullIf("publisher", Value("")), "list_name")
    return ArraySubquery(editions.annotate(said=said).order_by("said").values("said").distinct())


# --- What the lists ask of whoever passes their rows on ---


def lists_behind(rows: Iterable[QuerySet]) -> list[Lent]:
    """The public lists that people in some rows stand on, or that some sources are of."""
    behind: Any = Q(pk__in=[])
    for each in rows:
        path = way_to_person(each.model)
        if path is not None:
            people = each.order_by().values(path or "pk")
            behind |= Exists(ListEntry.objects.filter(edition=OuterRef("pk"), prisoner__in=people))
        elif each.model is Source:
            behind |= Q(source__in=each.order_by().values("pk"))
        elif each.model is ListEdition:
            behind |= Q(pk__in=each.order_by().values("pk"))
    return lent_of(ListEdition.public.filter(behind))


def way_to_person(model: Any) -> str | None:
    """The relations from a record to its person: none of a person, and None where it is about nobody."""
    if model is Prisoner:
        return ""
    parents = model.parents if issubclass(model, Record) else ()
    return next((parent for parent in parents if parent.split("__")[-1] == "prisoner"), None)


def lists_behind_record(record: Any) -> list[Lent]:
    """The public lists that a person stands on, or that a source is of."""
    if isinstance(record, Prisoner):
        entries = ListEntry.objects.filter(edition=OuterRef("pk"), prisoner=record)
        return lent_of(ListEdition.public.filter(Exists(entries)))
    return lent_of(ListEdition.public.filter(source=record)) if isinstance(record, Source) else []


def lent_of(editions: QuerySet[ListEdition]) -> list[Lent]:
    open_sources = Source.public.open().filter(pk=OuterRef("source"))
    told = editions.annotate(open_address=Subquery(open_sources.values("url"))).order_by("list_name", "public_id")
    return [Lent(str(each), each.publisher, each.licence, each.open_address or "") for each in told]


lent_by(lists_behind, lists_behind_record)


def membership(on: list[str], off: list[str]) -> Q | None:
    """People on one of some editions, and on none of others; None where neither is asked."""
    if not on and not off:
        return None
    condition = Q(on_edition(*on)) if on else Q()
    return condition & ~Q(on_edition(*off)) if off else condition
