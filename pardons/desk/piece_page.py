"""The page of a piece: each name with those who may be meant, what speaks against them, and what will come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pardons.linking.cautions import Act, act_of, cautions, for_cautions, no_place_left, verdicts_of
from pardons.linking.given import FORMS, GivenForm, overlaid
from pardons.linking.models import Piece
from pardons.linking.pieces import NEW, SKIP, person_of, problems_of_choices
from pardons.models import Announcement, Identification
from pardons.places import AnnouncementRow, Places, for_rows, row_of
from prisoners.comparing import facts
from prisoners.models import Prisoner
from prisoners.status import status
from registry.dates import PartialDate, PartialDateError
from registry.publishing import COUNTED_PEOPLE, Publication


@dataclass
class Option:
    """One answer to the question who is meant."""

    value: str
    label: str
    person: Prisoner | None = None
    why: str = ""
    tells: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    is_here: bool = False


@dataclass
class RowPage:
    """One row as the page prints it."""

    place: int
    row: Mapping[str, Any]
    options: list[Option]
    form: GivenForm
    problem: str = ""

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def prefix(self) -> str:
        return f"row-{self.place}"

    @property
    def same_number(self) -> str:
        choice = str(self.row["choice"])
        return str(int(choice.removeprefix("same:")) + 1) if choice.startswith("same:") else ""

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.value == self.row["choice"]), None)

    @property
    def is_new(self) -> bool:
        return bool(self.row["choice"] == NEW)

    @property
    def is_skipped(self) -> bool:
        return bool(self.row["choice"] == SKIP)

    @property
    def differs(self) -> list[str]:
        """What is given for this row alone, in words."""
        return in_words(self.form)


@dataclass(frozen=True)
class Change:
    """The places of an announcement before and after."""

    before: AnnouncementRow
    places: Places
    women: Places
    men: Places
    waiting: int = 0


@dataclass
class PiecePage:
    """Everything that the template of a piece prints."""

    piece: Piece
    rows: list[RowPage]
    form: GivenForm
    change: Change | None = None

    @property
    def undecided(self) -> int:
        return sum(not each.row["choice"] for each in self.rows)

    @property
    def given(self) -> list[str]:
        return in_words(self.form)

    @property
    def names_more_than_announced(self) -> bool:
        return self.change is not None and self.change.places.is_overfull


def page_of(piece: Piece, problems: Mapping[int, str] | None = None) -> PiecePage:
    """The page of a piece as it stands, saved or not."""
    people = people_of(piece)
    change = change_of(piece, people)
    act = act_for(piece, change)
    here = identified(piece.announcement)
    told = problems or {}
    rows = [
        RowPage(
            place,
            row,
            options_of(row, place, piece, people, act, here),
            row_form(piece, row, place),
            told.get(place, ""),
        )
        for place, row in enumerate(piece.rows)
    ]
    form = FORMS[piece.kind](prefixed(piece.given, "all"), prefix="all", country=piece.country)
    return PiecePage(piece, rows, form, change)


def prefixed(given: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in given.items()}


def row_form(piece: Piece, row: Mapping[str, Any], place: int) -> GivenForm:
    prefix = f"row-{place}"
    return FORMS[piece.kind](prefixed(row["given"], prefix), prefix=prefix, is_row=True, country=piece.country)


def people_of(piece: Piece) -> dict[str, Prisoner]:
    """Everyone a row stands for or may stand for, by public identifier: one look, however many rows."""
    wanted = {each["public_id"] for row in piece.rows for each in row["candidates"]}
    wanted |= {person_of(row) for row in piece.rows} - {""}
    found = for_cautions(Prisoner.objects.filter(public_id__in=wanted))
    return {person.public_id: person for person in found}


def identified(announcement: Announcement | None) -> set[str]:
    """People who are named with the announcement already."""
    if announcement is None:
        return set()
    kept = Identification.objects.filter(announcement=announcement).exclude(publication=Publication.RETRACTED)
    return set(kept.values_list("prisoner__public_id", flat=True))


# --- What each row offers ---


def options_of(
    row: Mapping[str, Any], place: int, piece: Piece, people: Mapping[str, Prisoner], act: Act, here: set[str]
) -> list[Option]:
    options = [
        option_of(people[each["public_id"]], each, act, each["public_id"] in here)
        for each in row["candidates"]
        if each["public_id"] in people
    ]
    chosen = str(row["choice"])
    if chosen.startswith("same:"):
        first = int(chosen.removeprefix("same:"))
        name = piece.rows[first]["name"] if first < len(piece.rows) else ""
        said = {"number": first + 1, "name": name}
        options.insert(0, Option(chosen, _("the same person as row %(number)d, %(name)s") % said))
    new = Prisoner(sex=row["sex"] or Prisoner.Sex.UNKNOWN)
    tells = cautions_of_new(new, act)
    options.append(Option(NEW, _("a new person, not in the registry yet"), cautions=tells))
    options.append(Option(SKIP, _("skip this name")))
    return options


def cautions_of_new(person: Prisoner, act: Act) -> list[str]:
    held = _("Never recorded as held") if act.frees else ""
    return [caution for caution in (held, no_place_left(person.sex, act)) if caution]


def option_of(person: Prisoner, found: Mapping[str, Any], act: Act, is_here: bool) -> Option:
    told = [] if is_here else cautions(person, act)
    if person.publication not in COUNTED_PEOPLE:
        told = [_("Not public yet: becomes public with this piece"), *told]
    reason = ", ".join(part for part in (found["matched_name"], found["reason"]) if part)
    return Option(
        value=f"person:{person.public_id}",
        label=person.display_name,
        person=person,
        why=reason,
        tells=tells_of(person),
        differences=list(found["differences"]),
        cautions=told,
        is_here=is_here,
    )


def tells_of(person: Prisoner) -> list[str]:
    """What tells this person from namesakes: birth, region, detentions, case and where the person stands now."""
    known = [fact for fact in facts(person) if fact.words and fact.name in ("born", "home_region")]
    told = [f"{fact.title}: {fact.words}" for fact in known]
    cases = [case.number or case.co_defendants for case in person.cases.all() if case.number or case.co_defendants]
    told += [_("case: %(name)s") % {"name": name} for name in cases[:2]]
    verdicts = [verdict.decided_on.display() for verdict in verdicts_of(person) if verdict.decided_on]
    told += [_("convicted %(day)s") % {"day": day} for day in verdicts[:1]]
    return [*told, status(person).sentence]


# --- What comes of it ---


def act_for(piece: Piece, change: Change | None) -> Act:
    if piece.announcement is not None and change is not None:
        women, men = change.women, change.men
        women_left = None if women.announced is None else women.announced - women.named
        men_left = None if men.announced is None else men.announced - men.named
        # What the rows themselves take is no reason against each of them: only what goes beyond the places.
        return act_of(piece.announcement, beyond(women_left), beyond(men_left))
    from_prison = piece.kind in (Piece.Kind.RELEASES, Piece.Kind.TRANSFERS)
    days = [piece.given.get(name, "") for name in ("released_on", "moved_on", "taken_on")]
    return Act(on=day_of(next(filter(None, days), "")), frees=from_prison, begins=piece.kind == Piece.Kind.ARRESTS)


def beyond(left: int | None) -> int | None:
    """1 while there is room for everyone taken, 0 where somebody is too many; None where nothing is stated."""
    return None if left is None else int(left >= 0)


def day_of(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if text else None
    except PartialDateError:
        return None


def change_of(piece: Piece, people: Mapping[str, Prisoner]) -> Change | None:
    """Named and unnamed, women and men, now and once the piece is published. Withheld people fill no public place."""
    if piece.announcement is None:
        return None
    before = places_now(piece.announcement)
    if piece.state == Piece.State.PUBLISHED:
        return Change(before, before.places, before.women, before.men)
    sexes = list(sexes_of_newcomers(piece, people))
    return Change(
        before=before,
        places=Places(before.places.announced, before.places.named + len(sexes)),
        women=Places(before.women.announced, before.women.named + sexes.count(Prisoner.Sex.FEMALE)),
        men=Places(before.men.announced, before.men.named + sexes.count(Prisoner.Sex.MALE)),
        waiting=waiting_elsewhere(piece),
    )


def places_now(announcement: Announcement) -> AnnouncementRow:
    """As the public sees them, or would if the announcement were public."""
    return row_of(for_rows(Announcement.objects.filter(pk=announcement.pk)).get())


def sexes_of_newcomers(piece: Piece, people: Mapping[str, Prisoner]) -> Iterable[str]:
    places = Identification.public.filter(announcement=piece.announcement)
    filled = set(places.values_list("prisoner__public_id", flat=True))
    for public_id in {person_of(row) for row in piece.taken} - {""} - filled:
        person = people.get(public_id)
        if person is not None and person.publication != Publication.WITHHELD:
            yield person.sex
    for row in piece.taken:
        if not person_of(row):
            yield row["sex"] or Prisoner.Sex.UNKNOWN


def waiting_elsewhere(piece: Piece) -> int:
    """How many people other pieces in review would name with the same announcement."""
    others = Piece.objects.in_review().filter(announcement=piece.announcement).exclude(pk=piece.pk)
    return len({person_of(row) for other in others for row in other.taken} - {""})


def in_words(form: GivenForm) -> list[str]:
    """What was typed into a form, each value with its label."""
    told = []
    for bound in form:
        value = bound.value()
        if value:
            field: Any = bound.field
            choices = dict(getattr(field, "choices", None) or ())
            words = [str(choices.get(each, each)) for each in (value if isinstance(value, list) else [value])]
            told.append(f"{str(bound.label).capitalize()}: {', '.join(words)}")
    return told


def told_in_words(piece: Piece, row: Mapping[str, Any]) -> list[str]:
    """What a row will record, with what is given for all."""
    return in_words(FORMS[piece.kind](overlaid(piece.given, row["given"]), country=piece.country))


def undecided(piece: Piece) -> dict[int, str]:
    return problems_of_choices(piece.rows)
