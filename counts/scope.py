"""Who counts, and which forms of detention count: the definition and the scope of an answer (rules 9 and 25)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from counts.filters import Filters
from counts.questions import ANY_ORGANISATION, BY_CUTOFF, EVERYONE, UNRECOGNISED, Question
from prisoners.models import Recognition, Stay
from registry.known import looking_back

RECOGNISING = (Recognition.Act.RECOGNISED, Recognition.Act.EX_POST_FACTO)
Form = Stay.Form


def form_in_scope(proceeding: str, form: str | None) -> str:
    """The word of `forms` that a stay falls under: police and pre-trial custody in a criminal case are one."""
    if proceeding == "administrative":
        return "administrative"
    return "custody" if form in (Form.CUSTODY, Form.PRE_TRIAL) else form or "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """A recognition and, if it was taken back, its withdrawal, each between two days."""

    earliest: date | None
    latest: date | None
    is_withdrawn: bool
    withdrawn_earliest: date | None
    withdrawn_latest: date | None

    def certainly_on(self, first: date | None, last: date | None) -> bool:
        """Recognised before the first day and not withdrawn by the last."""
        before = self.latest is not None and first is not None and self.latest <= first
        after = not self.is_withdrawn or (
            self.withdrawn_earliest is not None and last is not None and self.withdrawn_earliest > last
        )
        return before and after

    def possibly_on(self, first: date | None, last: date | None) -> bool:
        before = self.earliest is None or last is None or self.earliest <= last
        after = not self.is_withdrawn or self.withdrawn_latest is None or first is None or self.withdrawn_latest > first
        return before and after

    def stands_by(self, day: date) -> bool:
        """Recorded as recognised by this day and not as withdrawn: an act without a date is recorded all the same."""
        recognised = self.earliest is None or self.earliest <= day
        withdrawn = self.is_withdrawn and (self.withdrawn_earliest is None or self.withdrawn_earliest <= day)
        return recognised and not withdrawn


@dataclass(frozen=True)
class Scope:
    """Who and what an answer counts. `standings` holds the recognitions that its definition looks at."""

    definition: str
    is_by_cutoff: bool
    forms: frozenset[str]
    cut_off: date
    # By person, as far as they have been asked for.
    standings: dict[int, list[Standing]] = field(default_factory=dict)
    knows_all: bool = False
    # The filters of the people list that are in force.
    filters: Filters = ()

    @property
    def is_everyone(self) -> bool:
        return self.definition == EVERYONE

    def meets(self, person: int, first: date | None, last: date | None) -> tuple[bool, bool]:
        """Whether a person certainly, and possibly, meets the definition on some day from `first` to `last`."""
        if self.is_everyone:
            return True, True
        self.learn([person])
        standings = self.standings.get(person, [])
        if self.is_by_cutoff:
            certain = possible = any(standing.stands_by(self.cut_off) for standing in standings)
        else:
            certain = any(standing.certainly_on(first, last) for standing in standings)
            possible = any(standing.possibly_on(first, last) for standing in standings)
        return (not possible, not certain) if self.definition == UNRECOGNISED else (certain, possible)

    def learn(self, people: Iterable[int]) -> None:
        """Read the recognitions of these people at once, where they are not known yet and the definition asks."""
        unknown = set() if self.is_everyone or self.knows_all else set(people) - self.standings.keys()
        if unknown:
            found = standings_for(self.definition, unknown)
            self.standings.update({person: found.get(person, []) for person in unknown})


def scope_of(question: Question) -> Scope:
    is_past = looking_back() is not None and question.definition != EVERYONE
    return Scope(
        definition=question.definition,
        is_by_cutoff=question.recognised == BY_CUTOFF,
        forms=frozenset(question.forms),
        cut_off=question.cut_off,
        filters=question.filters,
        # An earlier state is read while the queries see it; of the present one, whom an answer looks at one by one.
        standings=standings_for(question.definition) if is_past else {},
        knows_all=is_past,
    )


def standings_for(definition: str, people: Collection[int] | None = None) -> dict[int, list[Standing]]:
    """By person, of these or of all: the counted recognitions, by the organisation asked for or by any."""
    acts = Recognition.objects.counted()
    recognised = acts.filter(act__in=RECOGNISING)
    if people is not None:
        recognised = recognised.filter(prisoner__in=people)
    if definition not in (ANY_ORGANISATION, UNRECOGNISED):
        recognised = recognised.filter(organisations__slug=definition)
    withdrawals = {
        withdrawn: (earliest, latest)
        for withdrawn, earliest, latest in acts.filter(act=Recognition.Act.WITHDRAWN, withdraws__in=recognised)
        .order_by("pk")
        .values_list("withdraws", "acted_earliest", "acted_latest")
    }
    found: dict[int, list[Standing]] = defaultdict(list)
    for pk, person, earliest, latest in recognised.values_list("pk", "prisoner", "acted_earliest", "acted_latest"):
        is_withdrawn = pk in withdrawals
        found[person].append(Standing(earliest, latest, is_withdrawn, *withdrawals.get(pk, (None, None))))
    return found
