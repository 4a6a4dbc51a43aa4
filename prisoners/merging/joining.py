"""Merging: two records of one person become one under one public identifier, in one changeset, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from prisoners.editing import in_words
from prisoners.merging.journal import Journal
from prisoners.merging.relations import GOES_ALONG, RELATIONS, Pointer, pointers_at
from prisoners.merging.twins import Conflict, Twins, conflicts, entered_twice, equal_row, equal_rows, joined
from prisoners.models import Detention, Merge, Name, NotSamePerson, Prisoner, Release
from prisoners.names.matching import match
from prisoners.names.search import LIKE_ENOUGH
from registry import changes
from registry.editing import refusal, settle
from registry.history import Nature, Reason, changeset
from registry.models import Citation
from registry.publishing import Publication
from registry.rows import present_row

DRAFTS = (Publication.DRAFT, Publication.IN_REVIEW)


@dataclass(frozen=True)
class Answers:
    """What the editor chose: events that are one (names of Twins), values of the other record, its main name."""

    same: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()
    takes_main_name: bool = False


@dataclass(frozen=True)
class Plan:
    """What a merge would do, for the page that asks."""

    kept: Prisoner
    other: Prisoner
    conflicts: list[Conflict] = field(default_factory=list)
    equal: list[Twins] = field(default_factory=list)
    events: list[Twins] = field(default_factory=list)

    @property
    def reopened(self) -> list[Twins]:
        """Identifications with one announcement: one goes, and its place opens again."""
        return [twins for twins in self.equal if twins.announcement is not None]

    @property
    def differing(self) -> list[Twins]:
        """Other equal rows that disagree in something."""
        return [twins for twins in self.equal if twins.conflicts]

    @property
    def main_names(self) -> tuple[str, str]:
        return self.kept.display_name, self.other.display_name

    @property
    def publishes(self) -> bool:
        """Whether parts of a draft come to a public person: those that are published themselves become public."""
        return self.kept.publication == Publication.PUBLISHED and self.other.publication in DRAFTS

    @property
    def becomes_withheld(self) -> bool:
        states = {self.kept.publication, self.other.publication}
        return Publication.WITHHELD in states and len(states) > 1


def in_order(one: Prisoner, other: Prisoner) -> tuple[Prisoner, Prisoner]:
    """The record that stays unless the editor says otherwise, then the other: published first, else entered first."""

    def age(person: Prisoner) -> Any:
        return person.published_at is None, person.published_at or person.entered_at, person.pk

    return (one, other) if age(one) <= age(other) else (other, one)


def plan(kept: Prisoner, other: Prisoner) -> Plan:
    """What would become one, and what has to be chosen. Reads only."""
    equal = equal_rows(Prisoner, kept.pk, other.pk)
    return Plan(kept, other, conflicts(Prisoner, kept, other), equal, entered_twice(kept, other, equal))


def why_not(kept: Prisoner, other: Prisoner) -> str:
    """Why these two can't be merged this way round, in a sentence; empty if they can."""
    if kept.pk == other.pk:
        return _("These are one record already: choose two.")
    if Publication.RETRACTED in (kept.publication, other.publication):
        return _("One of the two is retracted: take it back to a draft first, or leave it as it is.")
    if other.published_at is not None and kept.published_at is None:
        return _("Keep the record that has been public: its address may have been cited.")
    return ""


def version(*people: Prisoner) -> int:
    """The newest changeset that touched these people or what belongs to them."""
    return max(changes.version_of(person, parts(person)) for person in people)


def parts(person: Prisoner) -> list[tuple[Any, dict[str, Any]]]:
    return [
        (pointer.model, {pointer.column: person.pk})
        for pointer in pointers_at(Prisoner)
        if pointer.model is not Citation and changes.is_tracked(pointer.model)
    ]


def merge(
    kept: Prisoner,
    other: Prisoner,
    *,
    by: Any,
    note: str,
    nature: str = Nature.CORRECTION,
    answers: Answers = Answers(),
    seen: int | None = None,
) -> Merge:
    """Make `other` part of `kept`, all or nothing; its address leads to `kept` from then on.

    Pages ask `prisoners.merging.proposing`, which knows where a second person is needed. `seen` is the `version` that
    the editor looked at. Raises ValidationError in words: what changed meanwhile, which two detentions stand in each
    other's way.
    """
    if not note.strip():
        raise ValidationError(_("Give a reason: it is kept in the history of both."), code="reason_missing")
    try:
        with changeset(by=by, note=note, nature=nature, reason=Reason.JOINED):
            kept, other = locked(kept, other)
            refuse_what_changed(kept, other, seen)
            if problem := why_not(kept, other):
                raise ValidationError(problem, code="not_allowed")
            names = kept.display_name, other.display_name
            done = Joining(plan(kept, other), answers).run()
            made = Merge.objects.create(
                kept_key=kept.pk, kept_public_id=kept.public_id, kept_name=names[0], merged_key=other.pk,
                merged_public_id=other.public_id, merged_name=names[1], by=by, reason=note, rows=done.steps,
            )  # fmt: skip
            settle()
    except IntegrityError as error:
        raise ValidationError(
            _("%(refusal)s Mend that on one of the two records, or tick that the two are one, then merge.")
            % {"refusal": refusal(error)},
            code="refused",
        ) from error
    return made


def locked(*people: Prisoner) -> list[Prisoner]:
    """The people as they are now, locked in a fixed order. Raises ValidationError if one is gone."""
    keys = [person.pk for person in people]
    found = {person.pk: person for person in Prisoner.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    for person in people:
        if person.pk not in found:
            raise ValidationError(what_became_of(person.public_id), code="gone")
    return [found[key] for key in keys]


def what_became_of(public_id: str) -> str:
    """The sentence for a record that is gone: merged by whom, into what, why; or deleted."""
    taken = Merge.objects.standing().filter(merged_public_id=public_id).select_related("by").last()
    if taken is None:
        return _("The record %(public_id)s is gone: it was deleted meanwhile.") % {"public_id": public_id}
    return _("%(name)s (%(merged)s) has been merged into %(kept_name)s (%(kept)s) by %(by)s: “%(reason)s”.") % {
        "name": taken.merged_name, "merged": taken.merged_public_id, "kept_name": taken.kept_name,
        "kept": taken.kept_public_id, "by": account(taken.by), "reason": taken.reason,
    }  # fmt: skip


def account(user: Any) -> str:
    return user.get_username() if user else _("the command line")


def refuse_what_changed(kept: Prisoner, other: Prisoner, seen: int | None) -> None:
    """Refuse a merge of records that are no longer as the editor saw them, saying who changed what."""
    if seen is None or version(kept, other) <= seen:
        return
    told = [step for person in (kept, other) for step in steps_since(person, seen)]
    newest = dict.fromkeys(f"{step.by}, {step.number}: {step.why or _('no reason given')}" for step in told)
    raise ValidationError(
        _("One of these records was changed while you looked (%(changes)s). Nothing is merged: look again, then merge.")
        % {"changes": "; ".join(newest)},
        code="changed",
    )


def steps_since(person: Prisoner, seen: int) -> list[changes.Step]:
    words = changes.Words()
    touched: list[changes.RowChange] = []
    for model, condition in [(Prisoner, {"pgh_obj_id": person.pk}), *parts(person)]:
        rows = changes.history_of(model, pgh_changeset__gt=seen, **condition)
        touched += changes.row_changes(model, rows, words)
    return changes.steps(touched)


class Joining:
    """One merge on its way. Every change of a row goes through its journal."""

    def __init__(self, plan: Plan, answers: Answers) -> None:
        self.plan, self.answers, self.journal = plan, answers, Journal()

    def run(self) -> Journal:
        self.settle_main_name()
        for twins in self.same_events():
            self.absorb(twins.model, twins.kept.pk, twins.other.pk)
        self.settle_pairs_told_apart()
        self.absorb(Prisoner, self.plan.kept.pk, self.plan.other.pk)
        return self.journal

    def same_events(self) -> Sequence[Twins]:
        """The events that the editor says are one, each at most once."""
        found = [twins for twins in self.plan.events if twins.name in self.answers.same]
        self.refuse_overlap_left()
        ends = [(twins.model, key) for twins in found for key in (twins.kept.pk, twins.other.pk)]
        if len(ends) != len(set(ends)):
            raise ValidationError(
                _("One event is ticked as the same as two others: tick each at most once."), code="same_twice"
            )
        return found

    def refuse_overlap_left(self) -> None:
        """Two detentions that certainly overlap are one, or one of them is wrong: nobody is held twice on a day."""
        for twins in self.plan.events:
            if twins.must_join and twins.name not in self.answers.same:
                raise ValidationError(
                    _(
                        "Two detentions share days: one %(one)s, the other %(other)s. Tick that they are the same one, "
                        "or correct a date first."
                    )
                    % {"one": in_words(twins.kept), "other": in_words(twins.other)},
                    code="overlap",
                )

    def settle_main_name(self) -> None:
        """One main name stays; the other becomes another spelling, or an alias where it is a wholly different name."""
        names = Name.objects.filter(prisoner__in=(self.plan.kept, self.plan.other), kind=Name.Kind.MAIN)
        by_person = {name.prisoner_id: name for name in names}
        kept, other = by_person[self.plan.kept.pk], by_person[self.plan.other.pk]
        if kept.text == other.text:
            return
        stays, goes = (other, kept) if self.answers.takes_main_name else (kept, other)
        is_spelling = match(stays.text, goes.text).score >= LIKE_ENOUGH
        kind = Name.Kind.TRANSLITERATION if is_spelling else Name.Kind.ALIAS
        self.journal.change(Name, goes.pk, {"kind": kind.value})

    def settle_pairs_told_apart(self) -> None:
        """Whom the other record was told apart from, this one is now; that these two were is over."""
        kept, other = self.plan.kept.pk, self.plan.other.pk
        told = NotSamePerson.objects.filter(Q(first=kept) | Q(second=kept) | Q(first=other) | Q(second=other))
        known = {pair.first_id + pair.second_id - kept for pair in told if kept in (pair.first_id, pair.second_id)}
        for pair in told:
            if other not in (pair.first_id, pair.second_id):
                continue
            if pair.first_id + pair.second_id - other in known | {kept}:
                self.journal.remove(NotSamePerson, pair.pk)
            else:
                column = "first_id" if pair.first_id == other else "second_id"
                self.journal.change(NotSamePerson, pair.pk, {column: kept})

    def absorb(self, model: Any, kept: int, other: int) -> None:
        """Two rows become one: what points at the other points at the kept one, equal rows are joined in their turn."""
        for pointer in pointers_at(model):
            if pointer.model is Citation or RELATIONS.get(pointer.label) == GOES_ALONG:
                for row in list(pointer.rows(other)):
                    self.take_along(pointer, row, kept)
        removed = self.journal.remove(model, other)
        together = joined(model, present_row(model, kept), removed, self.answers.chosen)
        self.journal.change(model, kept, together)
        if model is Detention:
            self.publish_release(kept)

    def take_along(self, pointer: Pointer, row: Any, kept: int) -> None:
        equal = equal_row(pointer, row, kept)
        if equal is None:
            self.journal.change(pointer.model, row.pk, {pointer.column: kept})
        else:
            self.absorb(pointer.model, equal.pk, row.pk)

    def publish_release(self, detention: int) -> None:
        """A published detention that ended by release has a published release: so it is where a draft one joined it."""
        hidden = Release.objects.filter(detention=detention, detention__publication=Publication.PUBLISHED)
        for release in hidden.exclude(publication=Publication.PUBLISHED):
            self.journal.change(Release, release.pk, {"publication": Publication.PUBLISHED.value})
