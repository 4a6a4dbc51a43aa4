"""Why a number is that number: its rules, its rows, its open places, what was left out, what others say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counts.acts import Act, Acts, acts_of
from counts.answers import as_json, explain_address, rows_address
from counts.behind import Behind, HowMany
from counts.events import Event
from counts.flows import may_fill_open_place
from counts.labels import heading, scoped_heading
from counts.left_out import LeftOut, left_out
from counts.questions import Question
from counts.rivals import Rival, rival
from counts.rows import Row, act_in_group
from counts.rules import RULE_OF_METRIC, rules_for
from counts.scope import Scope, scope_of
from counts.sentences import print_sentence
from counts.series import Series, count
from pardons.models import Announcement
from pardons.places import headline
from prisoners.models import Name, Prisoner
from registry.known import in_state
from registry.method import Rule

MOST_ROWS = 500
MOST_RIVALS = 30


@dataclass(frozen=True)
class OpenPlaces:
    """One announcement in the number: its places, who fills them, what is left."""

    announcement: Announcement
    headline: str
    total: int
    filled: int
    women: int | None
    men: int | None
    open: int
    # People who fill a place and count on their own date, outside this period (rule 7).
    moved: int
    may_share_with: tuple[Announcement, ...]
    is_certain: bool

    @property
    def is_overfull(self) -> bool:
        return self.filled > self.total

    @property
    def sharing(self) -> list[tuple[Announcement, str]]:
        """Each announcement that it may share people with, and its headline."""
        return [(other, headline(other, other.chosen_statement)) for other in self.may_share_with]


@dataclass(frozen=True)
class NamedRow:
    """One named event of the number, or one person of it, whose identity is public."""

    person: Prisoner
    earliest: date | None
    latest: date | None
    is_certain: bool
    is_unchecked: bool

    @property
    def name(self) -> str:
        return self.person.display_name

    def as_json(self) -> dict[str, Any]:
        return {
            "person": self.person.public_id,
            "name": self.name,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "latest": self.latest.isoformat() if self.latest else None,
            "unchecked": self.is_unchecked,
        }


@dataclass(frozen=True)
class Explanation:
    """One number explained. It is asked again here, of the same functions, so that page and number can't differ."""

    question: Question
    # Editors are told how many drafts wait; the public is told only that drafts don't count.
    for_editors: bool = False

    @cached_property
    def series(self) -> Series:
        return count(self.question)

    @property
    def title(self) -> str:
        return heading(self.question)

    @property
    def rule(self) -> str:
        """What the metric counts, in words."""
        return str(RULE_OF_METRIC[self.question.metric])

    @property
    def rules(self) -> list[Rule]:
        return rules_for(self.question)

    @cached_property
    def sentence(self) -> str:
        return print_sentence(self.question, self.row) if self.is_one_number else ""

    @property
    def is_one_number(self) -> bool:
        return bool(self.question.cell or not self.question.group)

    @property
    def row(self) -> Row:
        return self.series.rows[0]

    @cached_property
    def acts(self) -> Acts:
        return acts_of(self.question.metric, self.question.country, self.scope)

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.question)

    @cached_property
    def behind(self) -> Behind:
        """The named rows of the number: the same selection as its list."""
        return Behind(self.question, self.scope, self.acts)

    @property
    def how_many(self) -> HowMany:
        return self.behind.how_many

    @cached_property
    def named(self) -> list[NamedRow]:
        """The events behind the named reading and the possible ones, at most some hundreds; a list has them all."""
        return self.as_rows(self.behind.possible(MOST_ROWS))

    def as_rows(self, events: Collection[Event]) -> list[NamedRow]:
        people = names_of((event.person for event in events), self.question)
        return [
            NamedRow(
                people[event.person],
                event.earliest,
                event.latest,
                event.is_in_scope,
                event.is_unchecked and may_fill_open_place(event, self.acts),
            )
            for event in events
            if event.person in people
        ]

    @property
    def named_not_shown(self) -> int:
        return max(0, self.how_many.possible - MOST_ROWS)

    @property
    def rows_address(self) -> str:
        """The list whose total is the named reading without the withheld."""
        return rows_address(self.question, self.question.span)

    @cached_property
    def unchecked(self) -> list[NamedRow]:
        """Named releases or pardons that nobody has checked against announcements near in time (rule 23)."""
        return [row for row in self.named if row.is_unchecked]

    @cached_property
    def reported(self) -> list[Rival]:
        return [rival(item, self.question, self.row.reading) for item in self.series.reported[:MOST_RIVALS]]

    @cached_property
    def left_out(self) -> list[LeftOut]:
        return left_out(self)

    def stands_in_group(self, act: Act) -> bool:
        return act_in_group(self.question.metric, act, self.question.group_of_cell)

    @property
    def is_of_some(self) -> bool:
        """Whether it is a number of one group, or of those whom filters ask for."""
        return bool(self.question.cell or self.scope.filters)

    @property
    def sex(self) -> str | None:
        return (self.question.group_of_cell or {}).get("sex")

    @cached_property
    def linked_here(self) -> dict[int, bool]:
        """Events that fill a place and may lie in the period: whether they are of the group that is asked for."""
        linked = {event for act in self.acts.as_announced for event in act.events}
        return self.behind.which_are_here(linked) if linked and not self.question.is_stock else {}

    @cached_property
    def acts_here(self) -> list[Act]:
        """The announcements whose places, or whose people, are in the number."""
        here = {event for event, is_of_cell in self.linked_here.items() if is_of_cell}
        return [
            act
            for act in self.acts.as_announced
            if self.question.span.touches(act.earliest, act.latest)
            and self.stands_in_group(act)
            and (not self.is_of_some or act.open_high.of(self.sex) or act.events & here)
        ]

    @cached_property
    def open_places(self) -> list[OpenPlaces]:
        acts = self.acts_here
        found = {
            announcement.pk: announcement
            for announcement in Announcement.public.filter(pk__in=self.announcements_named(acts)).with_numbers()
        }
        return [self.places_of(act, found) for act in acts]

    def announcements_named(self, acts: Iterable[Act]) -> set[int]:
        keys = {act.key for act in acts}
        return keys | {other for key in keys for other in self.acts.neighbours.get(key, ())}

    def places_of(self, act: Act, found: dict[int, Announcement]) -> OpenPlaces:
        announcement = found[act.key]
        return OpenPlaces(
            announcement=announcement,
            headline=headline(announcement, announcement.chosen_statement),
            total=act.high.total,
            filled=len(act.filled),
            women=act.high.female,
            men=act.high.male,
            open=act.open_high.of(self.sex),
            # Under a filter nobody is moved: whoever is missing here may be somebody it does not ask for.
            moved=0 if self.scope.filters else len(act.events - self.linked_here.keys()),
            may_share_with=tuple(found[key] for key in sorted(self.acts.neighbours.get(act.key, ())) if key in found),
            is_certain=self.question.span.contains(act.earliest, act.latest),
        )

    @property
    def citation(self) -> str:
        """A line to cite the number by: permanent address, changeset, method."""
        return _(
            "%(registry)s, “%(title)s”, as known on %(day)s (changeset %(changeset)d, method %(method)d), %(address)s"
        ) % {
            "registry": settings.SITE_NAME,
            "title": scoped_heading(self.question),
            "day": date_format(self.question.cut_off, "j F Y"),
            "changeset": self.series.changeset,
            "method": self.series.method,
            "address": self.address,
        }

    @property
    def address(self) -> str:
        """The permanent one: it gives this state of knowledge for ever."""
        return settings.SITE_URL + explain_address(
            self.question.permanent, self.question.span, self.question.group_of_cell
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "rule": self.rule,
            "rules": [{"number": rule.number, "name": str(rule.name), "text": str(rule.text)} for rule in self.rules],
            "answer": as_json(self.series),
            "sentence": self.sentence,
            "named": [row.as_json() | {"certain": row.is_certain} for row in self.named],
            "named_not_shown": self.named_not_shown,
            "rows": settings.SITE_URL + self.rows_address,
            "rows_total": self.how_many.counted,
            "open_places": [
                {
                    "announcement": places.announcement.public_id,
                    "headline": places.headline,
                    "announced": places.total,
                    "women": places.women,
                    "men": places.men,
                    "filled": places.filled,
                    "open": places.open,
                    "moved": places.moved,
                    "may_share_with": [other.public_id for other in places.may_share_with],
                    "certain": places.is_certain,
                }
                for places in self.open_places
            ],
            "left_out": [{"why": item.why, "text": item.text} for item in self.left_out],
            "reported": [item.as_json() for item in self.reported],
            "citation": self.citation,
        }


def names_of(people: Iterable[int], question: Question) -> dict[int, Prisoner]:
    """Public people by key, with the names that may be shown: whoever is hidden today is in no earlier state."""
    with in_state(question.state, shown=True):
        found = Prisoner.public.filter(pk__in=set(people)).prefetch_related(Prefetch("names", Name.objects.published()))
        return {person.pk: person for person in found}
