"""Records for tests: published and complete by default, so that a test says only what matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from pardons.models import Announcement, Identification, Pardon, Relation, ReportedFigure, Statement
from prisoners.models import Case, Conviction, Detention, Name, Organisation, Prisoner, Recognition, Release
from registry.dates import PartialDate
from registry.models import Source

PUBLISHED = "published"


def make_source(**fields: Any) -> Source:
    return Source.objects.create(
        **{"title": "A report", "publisher": "A news agency", "publication": PUBLISHED} | fields
    )


@transaction.atomic(savepoint=False)
def make_prisoner(
    name: str = "Jan Exemplar",
    *,
    held: Iterable[Sequence[Any]] = (),
    names: Iterable[str] = (),
    **fields: Any,
) -> Prisoner:
    """A published person. `held` holds (taken,) or (taken, out): each is a detention, the second ended by release."""
    prisoner = Prisoner.objects.create(**{"country": "BY", "publication": PUBLISHED} | fields)
    Name.objects.create(prisoner=prisoner, text=name, kind="main", publication=PUBLISHED)
    for other in names:
        Name.objects.create(prisoner=prisoner, text=other, publication=PUBLISHED)
    for taken, *out in held:
        make_detention(prisoner, taken, *out)
    return prisoner


@transaction.atomic(savepoint=False)
def make_detention(
    prisoner: Prisoner,
    taken: str | None = None,
    out: str | None = None,
    *,
    ended_how: str | None = None,
    release: dict[str, Any] | None = None,
    **fields: Any,
) -> Detention:
    """A published detention; with `out` it ended by release unless `ended_how` says otherwise."""
    how = ended_how if ended_how is not None else "release" if out or release is not None else ""
    defaults = {"country": prisoner.country, "proceeding": "criminal", "publication": PUBLISHED}
    detention = Detention.objects.create(
        **defaults | {"prisoner": prisoner, "taken_on": taken, "ended_on": out, "ended_how": how} | fields
    )
    if how == "release":
        Release.objects.create(**{"detention": detention, "publication": PUBLISHED} | (release or {}))
    detention.refresh_from_db()
    return detention


def make_conviction(prisoner: Prisoner, decided_on: str | None = None, **fields: Any) -> Conviction:
    case = fields.pop("case", None) or Case.objects.create(prisoner=prisoner, publication=PUBLISHED)
    return Conviction.objects.create(**{"case": case, "decided_on": decided_on, "publication": PUBLISHED} | fields)


def make_organisation(name: str = "Example Rights Watch", **fields: Any) -> Organisation:
    slug = name.lower().replace(" ", "-")
    return Organisation.objects.get_or_create(slug=slug, defaults={"name": name, "publication": PUBLISHED} | fields)[0]


def make_recognition(
    prisoner: Prisoner, acted_on: str | None = None, by: Sequence[str] = ("Example Rights Watch",), **fields: Any
) -> Recognition:
    recognition = Recognition.objects.create(
        **{"prisoner": prisoner, "acted_on": acted_on, "publication": PUBLISHED} | fields
    )
    recognition.organisations.set([make_organisation(name) for name in by])
    return recognition


def make_announcement(
    kind: str = "pardon",
    act_on: str | None = "2024-08-16",
    total: int | None = 30,
    *,
    women: int | None = None,
    men: int | None = None,
    qualifier: str = "exactly",
    **fields: Any,
) -> Announcement:
    """A published announcement with one chosen statement; frees all unless told otherwise."""
    announcement = Announcement.objects.create(
        **{"kind": kind, "act_on": act_on, "country": "BY", "publication": PUBLISHED} | fields
    )
    make_statement(announcement, total, women=women, men=men, qualifier=qualifier, is_chosen=True)
    announcement.refresh_from_db()
    return announcement


def make_statement(announcement: Announcement, total: int | None, **fields: Any) -> Statement:
    source = fields.pop("source", None) or make_source()
    return Statement.objects.create(
        **{"announcement": announcement, "source": source, "total": total, "publication": PUBLISHED} | fields
    )


def relate(first: Announcement, second: Announcement, kind: str) -> Relation:
    return Relation.objects.create(first=first, second=second, kind=kind)


def make_pardon(prisoner: Prisoner, act_on: PartialDate | str | None = None, **fields: Any) -> Pardon:
    return Pardon.objects.create(**{"prisoner": prisoner, "act_on": act_on, "publication": PUBLISHED} | fields)


def identify(prisoner: Prisoner, announcement: Announcement, **shown_by: Any) -> Identification:
    """Fills a place of the announcement; a pardon of the act's date shows it unless told otherwise."""
    if not shown_by or set(shown_by) <= {"was_not_freed", "publication"}:
        shown_by["pardon"] = make_pardon(prisoner, announcement.act_on)
    return Identification.objects.create(
        **{"prisoner": prisoner, "announcement": announcement, "publication": PUBLISHED} | shown_by
    )


def make_figure(**fields: Any) -> ReportedFigure:
    defaults = {
        "metric": "releases", "measure": "flow", "country": "BY", "value": 18, "who_says": "A news agency",
        "publication": PUBLISHED,
    }  # fmt: skip
    source = fields.pop("source", None) or make_source()
    return ReportedFigure.objects.create(**defaults | {"source": source} | fields)
