"""The steps of a piece: begun, changed, sent for review, sent back, published, given up. Each is one changeset.

All of them wait for the changeset lock before they look, so what they find is what they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pardons.linking.given import told_of
from pardons.linking.matching import Proposal
from pardons.linking.models import Piece
from pardons.linking.recording import cite, keep_spellings, new_person, record_row
from pardons.models import Announcement
from prisoners.models import Merge, Name, Prisoner
from registry.dates import PartialDate
from registry.editing import refusal, settle
from registry.history import Nature, changeset
from registry.models import Source
from registry.publishing import Publication

NEW, SKIP = "new", "skip"
WAITING = (Publication.DRAFT, Publication.IN_REVIEW)


class Stale(Exception):  # noqa: N818 - what happened, not an error of the program
    """The form shows an older version of the piece than there is now."""

    def __init__(self, piece: Piece) -> None:
        super().__init__(f"{piece.token} is at version {piece.version}")
        self.piece = piece


class Refused(Exception):  # noqa: N818
    """Some rows can't be recorded as they stand: why, by the row's place."""

    def __init__(self, problems: dict[int, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Outcome:
    """What a step did. `was_done` where the same step had been taken before: nothing was done twice."""

    piece: Piece
    was_done: bool = False
    made: list[dict[str, Any]] = field(default_factory=list)


# --- Rows ---


def row_of(proposal: Proposal) -> dict[str, Any]:
    """A proposal as a row that can be kept: only strings, numbers and lists of them."""
    named = proposal.named
    choice = f"person:{proposal.chosen}" if proposal.chosen else NEW if proposal.is_new else ""
    if proposal.same_as is not None:
        choice = f"same:{proposal.same_as}"
    return {
        "name": named.name, "written": named.written, "also": list(named.also), "born": named.born, "age": named.age,
        "remarks": named.remarks, "candidates": [asdict(each) for each in proposal.candidates], "choice": choice,
        "search": "", "sex": "", "keep_spelling": True, "given": {}, "person": "",
    }  # fmt: skip


def person_of(row: Mapping[str, Any]) -> str:
    """The public identifier of the person a row stands for: the one chosen, or the draft made for it; else empty."""
    choice: str = row["choice"]
    return choice.removeprefix("person:") if choice.startswith("person:") else str(row["person"])


def problems_of_choices(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Rows nobody has decided, that point nowhere, or that take a person whom another row takes."""
    problems, taken = {}, dict[str, int]()
    for place, row in enumerate(rows):
        choice = row["choice"]
        if choice.startswith("same:") and not points_to_a_person(rows, choice):
            problems[place] = _("The row it is the same as stands for nobody: choose again.")
        elif not choice:
            problems[place] = _("Say who is meant, or skip the name.")
        elif choice.startswith("person:") and (first := taken.setdefault(choice, place)) != place:
            problems[place] = _("Row %(number)d stands for this person already.") % {"number": first + 1}
    return problems


def points_to_a_person(rows: Sequence[Mapping[str, Any]], choice: str) -> bool:
    number = choice.removeprefix("same:")
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else len(rows)
    return place < len(rows) and (rows[place]["choice"] == NEW or rows[place]["choice"].startswith("person:"))


def spellings_of(rows: Sequence[Mapping[str, Any]], place: int) -> list[str]:
    """Every spelling that the list gives of a row's person and that is to be kept."""
    same = [row for row in rows if row["choice"] == f"same:{place}"]
    return [text for row in (rows[place], *same) if row["keep_spelling"] for text in (row["name"], *row["also"])]


# --- Steps ---


def begin(
    token: str,
    kind: str,
    *,
    by: Any,
    rows: Sequence[dict[str, Any]],
    pasted: str = "",
    given: Mapping[str, Any] | None = None,
    source: Source | None = None,
    announcement: Announcement | None = None,
    country: str = "",
) -> Outcome:
    """A new piece under its one-time token; the piece that is there already if the form is sent again."""
    with changeset(by=by, note=_("A piece of work is begun")):
        known = Piece.objects.filter(token=token).first()
        if known is not None:
            return Outcome(known, was_done=True)
        if source is not None and source.pk is None:
            source.save()
        own_country = announcement.country if announcement else country
        piece = Piece.objects.create(
            token=token, kind=kind, editor=by, hands=[by.pk], rows=list(rows), pasted=pasted, given=dict(given or {}),
            source=source, announcement=announcement, **({"country": own_country} if own_country else {}),
        )  # fmt: skip
    return Outcome(piece)


@contextmanager
def opened(token: str, *, by: Any, note: str = "", nature: str = Nature.NEW_FACT) -> Iterator[Piece]:
    """The piece as it is now, all to oneself, saved at the end. Raises Piece.DoesNotExist."""
    with changeset(by=by, note=note, nature=nature):
        piece = Piece.objects.select_for_update(of=("self",)).select_related("announcement", "source").get(token=token)
        yield piece
        piece.version += 1
        piece.save()
        settle()


def change(token: str, *, by: Any, version: int, rows: Sequence[dict[str, Any]], given: Mapping[str, Any]) -> Piece:
    """Keep what an editor typed. Raises Stale where somebody has changed the piece since the form was shown."""
    with opened(token, by=by, note=_("A piece of work is changed")) as piece:
        be_current(piece, version, Piece.State.DRAFT)
        piece.rows, piece.given = list(rows), dict(given)
        add_hand(piece, by)
    return piece


def be_current(piece: Piece, version: int, *states: str) -> None:
    if piece.version != version or piece.state not in states:
        raise Stale(piece)


def add_hand(piece: Piece, by: Any) -> None:
    if by.pk not in piece.hands:
        piece.hands = [*piece.hands, by.pk]


def send(token: str, *, by: Any, version: int) -> Outcome:
    """Hand the piece to the second person, with its new people as drafts in review. Refused where it could not be
    published as it stands: it is tried out and taken back."""
    with opened(token, by=by, note=_("Sent for review")) as piece:
        if piece.state == Piece.State.IN_REVIEW and by.pk in piece.hands:
            raise Stale(piece)
        be_current(piece, version, Piece.State.DRAFT)
        try_out(piece)
        make_new_people(piece)
        piece.state, piece.note = Piece.State.IN_REVIEW, ""
        add_hand(piece, by)
    return Outcome(piece)


def make_new_people(piece: Piece) -> None:
    """A person in review for each new name; whom an earlier sending made under another name is taken back."""
    for place, row in enumerate(piece.rows):
        before = waiting_person(row)
        if before is not None and (row["choice"] != NEW or before.display_name != row["name"]):
            take_back_people(piece, {before.public_id})
            before = None
        if row["choice"] != NEW:
            row["person"] = ""
        elif before is None:
            row["person"] = person_for(piece, place).public_id
        else:
            before.sex, before.born_on = row["sex"] or Prisoner.Sex.UNKNOWN, birth_of(row)
            before.save()
    made = [row["person"] for row in piece.rows if row["person"]]
    for waiting in (Prisoner.objects.filter(public_id__in=made), Name.objects.filter(prisoner__public_id__in=made)):
        waiting.filter(publication=Publication.DRAFT).update(publication=Publication.IN_REVIEW)


def waiting_person(row: Mapping[str, Any]) -> Prisoner | None:
    """The person in review who was made for a row when the piece was sent before."""
    kept = Prisoner.objects.filter(publication__in=WAITING)
    return kept.filter(public_id=row["person"]).first() if row["person"] else None


def take_back_people(piece: Piece, made: set[str]) -> None:
    """Retract people who were made for a piece, unless something else is recorded of them or stands for them."""
    waiting = Prisoner.objects.filter(public_id__in=made - taken_elsewhere(piece), publication__in=WAITING)
    unused = waiting.filter(identifications=None, detentions=None, recognitions=None, cases=None, pardons=None)
    unused.update(publication=Publication.RETRACTED)


def person_for(piece: Piece, place: int) -> Prisoner:
    row = piece.rows[place]
    return new_person(row["name"], country=piece.country, born_on=birth_of(row), sex=row["sex"])


def birth_of(row: Mapping[str, Any]) -> PartialDate | None:
    return PartialDate.parse(row["born"]) if row["born"] else None


class TriedOut(Exception):  # noqa: N818
    """Thrown to take back what was only tried."""


def try_out(piece: Piece) -> None:
    """Publish the piece and take it back: raises Refused with every row that can't be recorded."""
    try:
        with transaction.atomic():
            carry_out(piece)
            raise TriedOut
    except TriedOut:
        return


def carry_out(piece: Piece) -> list[dict[str, Any]]:
    """Make every row's records; what became of each. Raises Refused with all the rows that can't be recorded."""
    problems, made = problems_of_choices(piece.rows), []
    if not piece.taken:
        raise Refused(problems or {0: _("No row stands for a person: choose somebody, or give the piece up.")})
    for place, row in enumerate(piece.rows):
        if place in problems or not (row["choice"] == NEW or row["choice"].startswith("person:")):
            continue
        try:
            with transaction.atomic():
                made.append(carry_out_row(piece, place))
                settle()
        except ValidationError as error:
            problems[place] = " ".join(error.messages)
        except IntegrityError as error:
            problems[place] = refusal(error)
    if problems:
        raise Refused(problems)
    return made


def carry_out_row(piece: Piece, place: int) -> dict[str, Any]:
    row = piece.rows[place]
    person = found_person(piece, place)
    record = record_row(piece, person, told_of(piece, row))
    keep_spellings(person, spellings_of(piece.rows, place))
    cite(person, piece.source)
    return {"row": place, "person": person.public_id, "what": record._meta.label_lower, "record": record.public_id}


def found_person(piece: Piece, place: int) -> Prisoner:
    """The person of a row; a new one is made here only where the piece is tried out before it is sent."""
    row = piece.rows[place]
    if not person_of(row):
        return person_for(piece, place)
    # Two records of one person may have been merged since the piece was entered.
    public_id = Merge.objects.leads_to(person_of(row))
    person = Prisoner.objects.filter(public_id=public_id).first()
    if person is None:
        raise ValidationError(_("This person is no longer in the registry: choose again."))
    return person


def publish(token: str, *, by: Any, version: int, note: str = "") -> Outcome:
    """Publish everything of a piece at once, by someone who had no hand in it. A second time does nothing more."""
    with changeset(by=by, note=note):
        if (done := done_before(token, Piece.State.PUBLISHED)) is not None:
            return Outcome(done, was_done=True, made=done.made)
        with opened(token, by=by, note=note) as piece:
            be_current(piece, version, Piece.State.IN_REVIEW)
            refuse_own(piece, by)
            announcement = piece.announcement
            if announcement is not None and announcement.publication != Publication.PUBLISHED:
                raise ValidationError(_("The announcement is not public yet: publish that first."), code="too_early")
            publish_source(piece.source)
            piece.made = carry_out(piece)
            piece.state, piece.reviewer = Piece.State.PUBLISHED, by
    return Outcome(piece, made=piece.made)


def done_before(token: str, state: str) -> Piece | None:
    return Piece.objects.filter(token=token, state=state).first()


def refuse_own(piece: Piece, by: Any) -> None:
    if by.pk in piece.hands:
        raise ValidationError(_("You had a hand in this yourself: another person publishes it."), code="own_work")


def publish_source(source: Source | None) -> None:
    if source is not None and source.publication in WAITING:
        source.publication = Publication.PUBLISHED
        source.save(update_fields=["publication"])


def send_back(token: str, *, by: Any, version: int, note: str) -> Piece:
    """Give a piece back to those who entered it, with the reason."""
    if not note.strip():
        raise ValidationError(_("Say what is to be changed: the editor sees this note."), code="reason_missing")
    with opened(token, by=by, note=note) as piece:
        be_current(piece, version, Piece.State.IN_REVIEW)
        piece.state, piece.note = Piece.State.DRAFT, note
    return piece


def take_back(token: str, *, by: Any, version: int) -> Piece:
    """Undo the sending: the piece is a draft again, for whoever had a hand in it."""
    with opened(token, by=by, note=_("Taken back from review")) as piece:
        be_current(piece, version, Piece.State.IN_REVIEW)
        if by.pk not in piece.hands:
            raise ValidationError(_("Send it back with a note: it is not yours."), code="not_own")
        piece.state = Piece.State.DRAFT
    return piece


def discard(token: str, *, by: Any, version: int) -> Piece:
    """Give a piece up. People who were made for it and are nowhere else used are taken back with it."""
    with opened(token, by=by, note=_("A piece of work is given up")) as piece:
        be_current(piece, version, Piece.State.DRAFT)
        piece.state = Piece.State.DISCARDED
        take_back_people(piece, {row["person"] for row in piece.rows if row["person"]})
    return piece


def taken_elsewhere(piece: Piece) -> set[str]:
    """People whom other unfinished pieces stand for."""
    others = Piece.objects.unfinished().exclude(pk=piece.pk)
    return {person_of(row) for other in others for row in other.taken}


def people_in_review(announcement: Announcement, but: Iterable[int] = ()) -> set[str]:
    """People whom pieces in review would name with an announcement."""
    pieces = announcement.pieces.filter(state=Piece.State.IN_REVIEW).exclude(pk__in=list(but))
    return {person_of(row) for piece in pieces for row in piece.taken}
