"""People whom an imported list has as freed near an announcement with open places, proposed as identified with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pardons.desk.queues import act_near, freed_near_an_act, open_acts
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
    """An announcement with the releases of an import that may fill its places; the piece, where one was begun."""

    announcement: Announcement
    releases: list[Release]
    piece: Piece | None


def proposed(list_import: ListImport) -> list[Proposed]:
    """By announcement, the nearest to each release; releases that somebody has checked are left out."""
    found: dict[Any, list[Release]] = {}
    acts = open_acts()
    for release in freed_near_an_act(releases_of(list_import)):
        act = act_near(release.detention, acts)
        if act is not None:
            found.setdefault(act, []).append(release)
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
    rows = [row_for(release) for release in found.releases]
    token = token_for(list_import, found.announcement)
    return begin(token, Piece.Kind.PEOPLE, by=by, rows=rows, source=source, announcement=found.announcement)


def row_for(release: Release) -> dict[str, Any]:
    """Somebody of the list as chosen, with the day the list gives."""
    person, detention = release.detention.prisoner, release.detention
    reason = _("freed near the act, by an imported list: %(days)s") % {"days": in_words(detention)}
    candidate = Candidate(person.public_id, 1.0, str(person), reason)
    row = row_of(Proposal(Named(str(person), str(person)), candidates=[candidate], chosen=person.public_id))
    return row | {"given": {"released_on": detention.ended_on.text if detention.ended_on else ""}}
