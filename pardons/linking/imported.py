"""People whom an imported list has as freed near an announcement with open places, proposed as identified with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pardons.desk.queues import acts_near, freed_near_an_act, open_acts, people_of
from pardons.linking.matching import Candidate, Proposal
from pardons.linking.models import Piece
from pardons.linking.pasted import Named
from pardons.linking.pieces import Outcome, begin, row_of
from pardons.models import Announcement
from prisoners.editing import in_words
from prisoners.models import ListImport, Release
from registry.changes import history_of
from registry.publishing import Publication


@dataclass(frozen=True)
class Proposed:
    """An announcement with the releases of an import that may fill its places; the piece, where one was begun.

    Beside each release stand the other announcements that fit it, each in words with the page of its people.
    """

    announcement: Announcement
    releases: list[tuple[Release, list[tuple[str, str]]]]
    piece: Piece | None


def proposed(list_import: ListImport) -> list[Proposed]:
    """By the announcement that fits each release best; releases that somebody has checked are left out."""
    found: dict[Any, list[tuple[Release, list[tuple[str, str]]]]] = {}
    acts = open_acts()
    for release in freed_near_an_act(releases_of(list_import)):
        near = acts_near(release, acts)
        if near:
            found.setdefault(near[0], []).append((release, [people_of(act) for act in near[1:]]))
    return [Proposed(act, releases, piece_for(list_import, act)) for act, releases in found.items()]


def releases_of(list_import: ListImport) -> Any:
    """Releases that the import entered, and those it gave their day."""
    entered = history_of(Release, pgh_changeset__in=list_import.changesets, pgh_label="insert")
    kept = Release.objects.filter(pk__in=entered.values("pgh_obj_id")).exclude(publication=Publication.RETRACTED)
    return kept.filter(detention__out_latest__isnull=False).order_by("pk")


def token_for(list_import: ListImport, act: Announcement) -> str:
    """The same for an import and an announcement, so that it begins one piece."""
    return f"{list_import.token}{act.public_id}"[:24]


def piece_for(list_import: ListImport, act: Announcement) -> Piece | None:
    return Piece.objects.filter(token=token_for(list_import, act)).first()


def begin_piece(list_import: ListImport, found: Proposed, *, by: Any) -> Outcome:
    """A piece of work that names these people with the announcement: a draft, until it was looked at and reviewed."""
    source = list_import.edition.source if list_import.edition else None
    rows = [row_for(release) for release, _others in found.releases]
    token = token_for(list_import, found.announcement)
    return begin(token, Piece.Kind.PEOPLE, by=by, rows=rows, source=source, announcement=found.announcement)


def row_for(release: Release) -> dict[str, Any]:
    """Somebody of the list as chosen, with the day the list gives."""
    person, detention = release.detention.prisoner, release.detention
    reason = _("freed near the act, by an imported list: %(days)s") % {"days": in_words(detention)}
    candidate = Candidate(person.public_id, 1.0, str(person), reason)
    row = row_of(Proposal(Named(str(person), str(person)), candidates=[candidate], chosen=person.public_id))
    return row | {"given": {"released_on": detention.ended_on.text if detention.ended_on else ""}}
