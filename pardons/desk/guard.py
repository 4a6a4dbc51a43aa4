"""The overlap guard: which announcements can be about the same people as a new one, and what the editor answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pardons.editing import days_apart, may_be_same
from pardons.models import Announcement, Relation
from pardons.overlaps import NEAR, WAYS_OUT
from pardons.places import done, headline, qualified, said_in_words
from registry.dates import PartialDate
from registry.publishing import Publication

# The nearest are asked about; the others may overlap until someone answers.
MOST_ASKED = 12
# Of a text that tells of many acts each asks about fewer, so that the page stays one that can be answered, and loaded.
MOST_ON_A_PAGE = 40
# Other kinds of act are shown where their numbers differ by no more than this share.
SIMILAR_SIZE = 0.1
HERE = (Publication.DRAFT, Publication.IN_REVIEW, Publication.PUBLISHED)

SAME, INSIDE = Relation.Kind.SAME.value, "inside"
ANSWERS: dict[str, Any] = {
    Relation.Kind.DISTINCT.value: _("other people: nobody is in both"),
    Relation.Kind.MAY_OVERLAP.value: _("may be partly the same people"),
    SAME: _("the same act: add what this report says to it"),
    Relation.Kind.CONTAINS.value: _("this one takes in the other"),
    INSIDE: _("this one is part of the other"),
}


@dataclass(frozen=True)
class NewAct:
    """An announcement of a report, as far as its form says what it is."""

    key: str
    kind: str
    country: str
    day: PartialDate | None
    total: int | None
    qualifier: str
    is_recalled: bool
    women: int | None = None
    men: int | None = None
    frees: str = "all"
    frees_number: int | None = None

    @property
    def headline(self) -> str:
        if self.total is None:
            return headline(Announcement(kind=self.kind), None)
        return done(self.kind, self.total) % {"count": qualified(self.total, self.qualifier)}


@dataclass
class Pair:
    """A new announcement and one that can be about the same people: recorded (`announcement`), or of this report."""

    act: NewAct
    other: str
    title: str
    day: PartialDate | None
    announcement: Announcement | None = None
    sibling: NewAct | None = None
    answer: str = ""
    is_proposed: bool = False
    is_missing: bool = False
    choose: bool = False
    why: str = ""
    statements: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the answer in the form."""
        return f"{self.act.key}-vs-{self.other}"

    @property
    def options(self) -> list[tuple[str, Any]]:
        """The answers that can be given: two acts of one report are never one statement."""
        return [(value, words) for value, words in ANSWERS.items() if value != SAME or self.announcement]


def pairs_of(acts: list[NewAct], sent: Mapping[str, str]) -> dict[str, list[Pair]]:
    """By the key of each new act: what is to be answered, with the answers given so far."""
    most = max(1, min(MOST_ASKED, MOST_ON_A_PAGE // max(len(acts), 1)))
    found: dict[str, list[Pair]] = {act.key: [] for act in acts}
    for act in acts[: MOST_ON_A_PAGE // 2]:
        found[act.key] = [*recorded_pairs(act, most), *sibling_pairs(act, acts)[-most:]]
    for pairs in found.values():
        for pair in pairs:
            take_answer(pair, sent)
    return found


def take_answer(pair: Pair, sent: Mapping[str, str]) -> None:
    answer = sent.get(pair.name, "")
    pair.answer = answer if answer in dict(pair.options) else ""
    pair.choose = f"{pair.name}-choose" in sent
    pair.why = sent.get(f"{pair.name}-why", "").strip()[:300]
    # An act that the report only recalls and that is recorded: proposed as the same, for the editor to see.
    if not sent and pair.announcement and pair.act.is_recalled and is_recorded(pair.act, pair.announcement):
        pair.answer, pair.is_proposed = SAME, True


def recorded_pairs(act: NewAct, most: int) -> list[Pair]:
    """The recorded announcements near a new one, the likeliest first."""
    likely = sorted(could_overlap(act), key=lambda other: likeness(act, other))
    return [recorded_pair(act, other) for other in likely[:most]]


def recorded_pair(act: NewAct, other: Announcement) -> Pair:
    return Pair(
        act=act,
        other=other.public_id,
        title=headline(other, other.chosen_statement),
        day=other.counted_on,
        announcement=other,
        statements=[said_in_words(statement) for statement in other.statements.all()],
    )


def sibling_pairs(act: NewAct, acts: Iterable[NewAct]) -> list[Pair]:
    """The acts before this one in the same report that can be about the same people."""
    earlier = []
    for other in acts:
        if other.key == act.key:
            break
        if compatible(act.kind, other.kind) and is_near(act.day, other.day):
            earlier.append(other)
    return [Pair(act, other.key, other.headline, other.day, sibling=other) for other in earlier]


def could_overlap(act: NewAct) -> list[Announcement]:
    """Announcements of the country, public or not, whose acts lie within 60 days, of similar kind or size."""
    near = Announcement.objects.filter(country=act.country, publication__in=HERE)
    found = within_reach(near, act.day).prefetch_related("statements__source")
    return [other for other in found if compatible(act.kind, other.kind) or is_of_similar_size(act, other)]


def within_reach(announcements: QuerySet[Announcement], day: PartialDate | None) -> QuerySet[Announcement]:
    """Those at most 60 days away; a bound that is not known shuts nothing out."""
    if day is not None and day.latest is not None:
        announcements = announcements.filter(Q(day_earliest=None) | Q(day_earliest__lte=day.latest + NEAR))
    if day is not None and day.earliest is not None:
        announcements = announcements.filter(Q(day_latest=None) | Q(day_latest__gte=day.earliest - NEAR))
    return announcements


def compatible(one: str, other: str) -> bool:
    return one == other or (one in WAYS_OUT and other in WAYS_OUT)


def is_near(one: PartialDate | None, other: PartialDate | None) -> bool:
    return one is None or other is None or days_apart(one, other) <= NEAR.days


def is_of_similar_size(act: NewAct, other: Announcement) -> bool:
    return bool(act.total) and size_apart(act, other) <= SIMILAR_SIZE


def size_apart(act: NewAct, other: Announcement) -> float:
    """How far apart two numbers are, as a share of the larger; 1 where one is not known."""
    totals = [statement.total for statement in other.statements.all() if statement.total]
    if not act.total or not totals:
        return 1.0
    return min(abs(act.total - total) / max(act.total, total) for total in totals)


def likeness(act: NewAct, other: Announcement) -> tuple[bool, float, int, int]:
    """Sorts the likeliest first: kinds that go together, then numbers, then days."""
    apart = days_apart(act.day, other.counted_on) if act.day and other.counted_on else 0
    return (not compatible(act.kind, other.kind), size_apart(act, other), apart, other.pk)


def is_recorded(act: NewAct, other: Announcement) -> bool:
    """Whether an announcement can be this very act: kinds that go together, the same number, days that agree."""
    same_number = any(statement.total == act.total for statement in other.statements.all())
    return compatible(act.kind, other.kind) and same_number and may_be_same(act.day, other.counted_on)
