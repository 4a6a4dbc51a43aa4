"""Why a number is that number: its rules, its rows, its open places, what was left out, what others say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counts.acts import Act, Acts, acts_of
from counts.answers import as_json, explain_address
from counts.events import Event, events_of
from counts.flows import may_fill_open_place
from counts.held import held_detentions
from counts.labels import heading, scoped_heading
from counts.questions import Question
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


@dataclass(frozen=True)
class NamedRow:
    """One named event of the number, with the person where the identity is public."""

    person: Prisoner | None
    name: str
    earliest: date | None
    latest: date | None
    is_certain: bool
    is_unchecked: bool


@dataclass(frozen=True)
class Explanation:
    """One number explained. It is asked again here, of the same functions, so that page and number can't differ."""

    question: Question

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

    @property
    def sentence(self) -> str:
        return print_sentence(self.question, self.series.rows[0]) if self.is_one_number else ""

    @property
    def is_one_number(self) -> bool:
        return not self.question.group and len(self.series.rows) == 1

    @cached_property
    def acts(self) -> Acts:
        return acts_of(self.question.metric, self.question.country, self.scope)

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.question)

    @cached_property
    def events(self) -> list[Event]:
        """The public named events that certainly or possibly fall in the period, in order."""
        if self.question.is_stock:
            return self.held_events
        span = self.question.span
        found = events_of(self.question.metric, self.question.country, self.acts, self.scope)
        touching = [event for event in found if span.touches(event.earliest, event.latest)]
        return sorted(touching, key=lambda event: (event.earliest or date.min, event.person))

    @property
    def held_events(self) -> list[Event]:
        day = min(self.question.last or self.question.cut_off, self.question.cut_off)
        held = held_detentions(self.question.country, self.scope)
        return [detention.as_event(day, self.scope) for detention in held if detention.possibly_counts(day, self.scope)]

    @cached_property
    def named(self) -> list[NamedRow]:
        """The rows behind the named reading, at most some hundreds; the list page has them all."""
        shown = self.events[:MOST_ROWS]
        people = names_of((event.person for event in shown), self.question)
        span = self.question.span
        return [
            NamedRow(
                people[event.person],
                people[event.person].display_name,
                event.earliest,
                event.latest,
                event.is_in_scope and (self.question.is_stock or span.contains(event.earliest, event.latest)),
                event.is_unchecked and may_fill_open_place(event, self.acts),
            )
            for event in shown
            if event.person in people
        ]

    @property
    def named_not_shown(self) -> int:
        return max(0, len(self.events) - MOST_ROWS)

    @property
    def unchecked(self) -> list[NamedRow]:
        """Named releases or pardons that nobody has checked against announcements near in time (rule 23)."""
        return [row for row in self.named if row.is_unchecked]

    @cached_property
    def open_places(self) -> list[OpenPlaces]:
        acts = [act for act in self.acts.as_announced if self.question.span.touches(act.earliest, act.latest)]
        found = {
            announcement.pk: announcement
            for announcement in Announcement.public.filter(pk__in=self.announcements_named(acts)).for_counting()
        }
        return [self.places_of(act, found) for act in acts]

    def announcements_named(self, acts: Iterable[Act]) -> set[int]:
        keys = {act.key for act in acts}
        return keys | {other for key in keys for other in self.acts.neighbours.get(key, ())}

    def places_of(self, act: Act, found: dict[int, Announcement]) -> OpenPlaces:
        announcement = found[act.key]
        here = {event.pk for event in self.events}
        return OpenPlaces(
            announcement=announcement,
            headline=headline(announcement, announcement.chosen_statement),
            total=act.high.total,
            filled=len(act.filled),
            women=act.high.female,
            men=act.high.male,
            open=act.open_high.total,
            moved=len(act.events - here),
            may_share_with=tuple(found[key] for key in sorted(self.acts.neighbours.get(act.key, ())) if key in found),
            is_certain=self.question.span.contains(act.earliest, act.latest),
        )

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """What could be expected in the number and is not in it, and why."""
        reading = self.series.rows[0].reading if self.is_one_number else None
        found = []
        if not self.series.counts_withheld:
            found.append(
                {
                    "why": _("Withheld"),
                    "text": _("People whose names are withheld: they count in totals by country and whole years only."),
                }
            )
        elif self.is_one_number and self.series.rows[0].withheld:
            number = self.series.rows[0].withheld
            found.append(
                {
                    "why": _("Withheld, and counted"),
                    "text": _("Names withheld: %(n)d. They are in the number and not in the list.") % {"n": number},
                }
            )
        if reading and reading.high > reading.low:
            found.append(
                {
                    "why": _("Possible"),
                    "text": _(
                        "Up to %(n)d more: announcements that may be about the same people, "
                        "dates known in part, or names not checked."
                    )
                    % {"n": reading.high - reading.low},
                }
            )
        unplaced = sum(line.reading.named for line in self.series.not_placed)
        if unplaced:
            found.append(
                {"why": _("By date"), "text": _("Named, with dates too wide for this period: %(n)d.") % {"n": unplaced}}
            )
        return found

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
        return settings.SITE_URL + explain_address(self.question.permanent, self.question.span)

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "rule": self.rule,
            "rules": [{"number": rule.number, "name": str(rule.name), "text": str(rule.text)} for rule in self.rules],
            "answer": as_json(self.series),
            "sentence": self.sentence,
            "named": [
                {
                    "person": row.person.public_id if row.person else None,
                    "name": row.name,
                    "earliest": row.earliest.isoformat() if row.earliest else None,
                    "latest": row.latest.isoformat() if row.latest else None,
                    "certain": row.is_certain,
                    "unchecked": row.is_unchecked,
                }
                for row in self.named
            ],
            "named_not_shown": self.named_not_shown,
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
            "left_out": self.left_out,
            "citation": self.citation,
        }


def names_of(people: Iterable[int], question: Question) -> dict[int, Prisoner]:
    """Public people by key, with the names that may be shown: whoever is hidden today is in no earlier state."""
    with in_state(question.state, shown=True):
        found = Prisoner.public.filter(pk__in=set(people)).prefetch_related(Prefetch("names", Name.objects.published()))
        return {person.pk: person for person in found}
