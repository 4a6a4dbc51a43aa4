"""What an answer about two announcements does to a count, before it is given. Nothing is written for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from counts.acts import KINDS_OF, Act, as_acts, public_announcements, related, relations_of
from counts.flows import flow_readings
from counts.labels import grouped
from counts.questions import METRICS, UNITS, Question
from counts.readings import Reading
from counts.scope import Scope, scope_of
from counts.withheld import Withheld, withheld_in
from pardons.desk.guard import INSIDE, SAME, NewAct, Pair
from pardons.models import Announcement, Identification, Relation, Statement
from pardons.overlaps import WAYS_OUT
from registry.dates import PartialDate

# Keys that no recorded announcement has.
NEW, SIBLING = -1, -2


@dataclass(frozen=True)
class Effect:
    """A count as it is, and as it would be with each answer, in words."""

    title: str
    now: str
    with_answer: dict[str, str]


@dataclass(frozen=True)
class Ground:
    """A count as it is published: asked for once for all the questions of a page about the same years."""

    question: Question

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.question)

    @cached_property
    def public(self) -> list[Announcement]:
        return public_announcements(self.question.metric, self.question.country)

    @cached_property
    def acts(self) -> dict[int, Act]:
        """By announcement: none of them depends on another before they are related."""
        return {act.key: act for act in as_acts(self.question.metric, self.public, self.scope)}

    @cached_property
    def withheld(self) -> list[Withheld]:
        return withheld_in(self.question, self.scope)

    @cached_property
    def now(self) -> Reading:
        return self.read(self.public, {}, {})

    def counting(self, supposed: list[Announcement]) -> dict[Announcement, Act]:
        """Announcements as they would count, of those whose kind does."""
        counting = [each for each in supposed if each.kind in KINDS_OF[self.question.metric]]
        return dict(zip(counting, as_acts(self.question.metric, counting, self.scope), strict=True))

    def read(
        self, public: list[Announcement], supposed: dict[Announcement, Act], answered: dict[frozenset[int], Relation]
    ) -> Reading:
        """The count with these of the published announcements, and others as if they were published."""
        acts = related(
            self.question.metric,
            [*(self.acts[each.pk] for each in public), *supposed.values()],
            relations_of(each for each in [*public, *supposed] if each.pk > 0) | answered,
        )
        rows, _lines = flow_readings(self.question, acts, self.scope, self.withheld)
        return rows[0].reading or Reading(0, 0, 0, 0)


Grounds = dict[Question, Ground]


@dataclass(frozen=True)
class Supposing:
    """A count in which two announcements stand as if both were published."""

    pair: Pair
    ground: Ground

    @cached_property
    def new(self) -> Announcement:
        return supposed(self.pair.act, NEW)

    @cached_property
    def other(self) -> Announcement:
        if self.pair.sibling is not None:
            return supposed(self.pair.sibling, SIBLING)
        return recorded(self.pair)

    def after(self, answer: str) -> Reading:
        """With this answer, and every other question about the new one open."""
        others = [each for each in self.ground.public if each.pk != self.other.pk]
        if answer == SAME:
            return self.ground.read(others, self.ground.counting([self.with_its_numbers()]), {})
        return self.ground.read(others, self.both, self.relation(answer))

    @cached_property
    def both(self) -> dict[Announcement, Act]:
        return self.ground.counting([self.other, self.new])

    def with_its_numbers(self) -> Announcement:
        """The recorded announcement once this report's statement is added to it, and chosen if so asked."""
        if not self.pair.choose:
            return self.other
        announcement = recorded(self.pair)
        announcement._prefetched_objects_cache["statements"] = statements_of(self.pair.act)  # type: ignore[attr-defined]
        return announcement

    def relation(self, answer: str) -> dict[frozenset[int], Relation]:
        first, second = (self.other, self.new) if answer == INSIDE else (self.new, self.other)
        kind = Relation.Kind.CONTAINS if answer == INSIDE else answer
        return {frozenset((NEW, self.other.pk)): Relation(first_id=first.pk, second_id=second.pk, kind=kind)}


def effect_of(pair: Pair, grounds: Grounds | None = None) -> Effect:
    """What each answer to a question of the overlap guard does to the count of the years that both acts lie in.

    `grounds` holds what the questions of one page share.
    """
    question = question_of(pair)
    ground = ({} if grounds is None else grounds).setdefault(question, Ground(question))
    supposing = Supposing(pair, ground)
    return Effect(
        title=title_of(question),
        now=in_words(ground.now),
        with_answer={answer: in_words(supposing.after(answer)) for answer, _words in pair.options},
    )


def question_of(pair: Pair) -> Question:
    metric = metric_of(pair)
    first, last = years_of([pair.act.day, pair.day])
    question = Question(metric=metric, unit=UNITS[metric][0], country=pair.act.country)
    return replace(question, first=first, last=last, by="total")


def metric_of(pair: Pair) -> str:
    """Releases for two ways out of prison of different kinds; else the series of the new act."""
    other = pair.announcement.kind if pair.announcement is not None else pair.sibling.kind if pair.sibling else ""
    if pair.act.kind in WAYS_OUT and not pair.act.kind == other == Announcement.Kind.PARDON:
        return "releases"
    return next(metric for metric, kinds in KINDS_OF.items() if pair.act.kind in kinds)


def years_of(days: list[PartialDate | None]) -> tuple[date | None, date | None]:
    """The whole years that hold both days; open where one is not known."""
    firsts = [day.earliest if day else None for day in days]
    lasts = [day.latest if day else None for day in days]
    first = None if None in firsts else min(day for day in firsts if day).replace(month=1, day=1)
    last = None if None in lasts else max(day for day in lasts if day).replace(month=12, day=31)
    return first, last


def title_of(question: Question) -> str:
    title = str(METRICS[question.metric])
    if question.first is None and question.last is None:
        return title
    return _("%(metric)s, %(period)s") % {"metric": title, "period": question.span.label}


def in_words(reading: Reading) -> str:
    """The number that is printed, and the highest that it can be."""
    if reading.low == reading.high:
        return grouped(reading.low)
    return _("%(low)s to %(high)s") % {"low": grouped(reading.low), "high": grouped(reading.high)}


# --- Announcements that are not recorded, as if they were ---


def supposed(act: NewAct, key: int) -> Announcement:
    """A new act as a published announcement, which is never saved."""
    frees_number = act.frees_number if act.frees == Announcement.Frees.NUMBER else None
    announcement = Announcement(
        pk=key, kind=act.kind, country=act.country, act_on=act.day, frees=act.frees, frees_number=frees_number
    )
    days = {"day_earliest": act.day and act.day.earliest, "day_latest": act.day and act.day.latest}
    kept = {"statements": statements_of(act), "identifications": [], "relations_as_first": []}
    # Django asks the database for what it takes to be there: for this one nothing is.
    vars(announcement).update(days, _prefetched_objects_cache=kept)
    return announcement


def statements_of(act: NewAct) -> list[Statement]:
    return [Statement(total=act.total, women=act.women, men=act.men, is_chosen=True)]


def recorded(pair: Pair) -> Announcement:
    """A recorded announcement with its chosen statement, public or not."""
    chosen = Prefetch("statements", Statement.objects.filter(is_chosen=True))
    people = Prefetch("identifications", Identification.objects.counted().for_counting())
    found = Announcement.objects.filter(public_id=pair.other).prefetch_related(chosen, people, "relations_as_first")
    return found.get()
