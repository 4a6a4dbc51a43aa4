"""Proposed changes: kept as what they would do to each row, shown beside what stands, made by a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.changes import Words, history_of, is_tracked, title
from registry.editing import settle
from registry.history import changeset
from registry.models import Changeset, ProposedChange
from registry.publishing import Publication, Record
from registry.rows import Row, put_back, row_of, take_away, write
from registry.second_person import parents_were_public
from registry.trying import Verb, Written, fields_of, mark, said, written_since

# A step of the workflow is no change of what a record says.
STEP = "publication"
UNPUBLISHED = (Publication.DRAFT, Publication.IN_REVIEW)
# A citation stands on the page of the record that it is about.
UNTOLD = ("id", "public_id", "content_type_id", "object_id")
# Steps that do more than write rows, such as a merge, which keeps its own account: each app enters its own, by name.
ACTS: dict[str, Callable[[ProposedChange], object]] = {}


# --- Proposing ---


def propose(
    record: Any,
    written: Iterable[Written],
    *,
    by: Any,
    why: str,
    nature: str,
    reason: str = "",
    told: str = "",
    address: str = "",
    typed: Mapping[str, Any] | None = None,
    act: Mapping[str, Any] | None = None,
    title: str = "",
) -> ProposedChange:
    """Keep a change for a second person. The same form sent twice is one proposal.

    Accepting it writes the rows; with an `act`, one of ACTS is carried out again and has to write just these rows.
    """
    sent = {"by": by, "address": address, "typed": dict(typed or {})}
    if typed and (already := ProposedChange.objects.open().filter(**sent).first()):
        return already
    return ProposedChange.objects.create(
        content_type=ContentType.objects.get_for_model(type(record)),
        object_id=record.pk,
        # As it stands: the object that was saved on trial already says what is proposed.
        title=title or str(type(record)._base_manager.filter(pk=record.pk).first() or record),
        rows=[each.as_json() for each in written],
        nature=nature,
        reason=reason,
        told=told,
        why=why,
        act={**act, "as_of": Changeset.latest_number()} if act else {},
        **sent,
    )


def publish_added(written: Iterable[Written]) -> None:
    """On trial: what is added for review is public with the change it comes with, where all it belongs to is."""
    for each in written:
        waits = each.verb == "insert" and each.after.get(STEP) == Publication.IN_REVIEW
        if waits and parents_were_public(each.model, each.after):
            each.model._base_manager.filter(pk=each.key).update(publication=Publication.PUBLISHED)


def rows_of(proposed: ProposedChange) -> list[Written]:
    return [Written.from_json(each) for each in proposed.rows]


def as_typed(posted: QueryDict) -> dict[str, list[str]]:
    """A form as it was sent, to be kept."""
    kept = (name for name in posted if name != "csrfmiddlewaretoken")
    # PostgreSQL keeps no NUL in JSON; no field of ours takes one.
    return {name.replace("\x00", ""): [each.replace("\x00", "") for each in posted.getlist(name)] for name in kept}


def typed_again(token: str, address: str, by: Any) -> QueryDict | None:
    """The form of one's own proposal as it was sent; None if there is no such proposal of this page."""
    sought = {"token": token.replace("\x00", "")[:24], "address": address, "by": by}
    found = ProposedChange.objects.filter(**sought).exclude(typed={}).first()
    if found is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in found.typed.items():
        typed.setlist(name, values)
    return typed


def give_up(token: str, newer: ProposedChange, *, by: Any) -> None:
    """A proposal that its author has made anew takes the place of the one that its form came from."""
    sought = ProposedChange.objects.filter(token=token.replace("\x00", "")[:24], by=by, address=newer.address)
    for old in sought.exclude(pk=newer.pk).exclude(state=ProposedChange.State.ACCEPTED):
        take_back(old, by=by)


# --- Deciding ---


def accept(proposed: ProposedChange, *, by: Any, seen: int | None) -> None:
    """Make a proposed change, as its author's changeset that names who accepted it.

    `seen` is the `version` that the accepter looked at. Raises ValidationError if the proposal is the accepter's own
    or decided, or if a record that it changes no longer says what it said.
    """
    note = _("%(why)s (proposed by %(author)s, accepted by %(reviewer)s)") % {
        "why": proposed.why, "author": proposed.by or _("an account that is gone"), "reviewer": by,
    }  # fmt: skip
    given = {"nature": proposed.nature, "reason": proposed.reason, "told": proposed.told}
    with changeset(by=proposed.by or by, note=note, **given):
        decide(proposed, ProposedChange.State.ACCEPTED, by=by)
        if not proposed.act:
            refuse_unpublished(proposed.record)
        written = rows_of(proposed)
        if version(written) != seen:
            raise ValidationError(_("Something here was changed while you looked: look again."), code="changed")
        if any(has_changed(each) for each in written):
            raise ValidationError(
                _("A record has changed since this was proposed, and would be overwritten: see below, send it back."),
                code="conflict",
            )
        if proposed.act:
            carry_out(proposed, written)
        else:
            make(written)
            settle()


def carry_out(proposed: ProposedChange, shown: Iterable[Written]) -> None:
    """Take the step that was proposed. Raises ValidationError where it no longer does what the accepter was shown."""
    before = mark()
    ACTS[proposed.act["do"]](proposed)
    settle()
    if by_row(written_since(before)) != by_row(shown):
        raise ValidationError(
            _("Something that this concerns has changed since, and it would do something else now: send it back."),
            code="conflict",
        )


def by_row(written: Iterable[Written]) -> dict[tuple[Any, int], Written]:
    return {(each.model, each.key): each for each in written}


def refuse_unpublished(record: Any) -> None:
    """A change on the page of a draft, such as the choice of a statement, waits until that is public."""
    if isinstance(record, Record) and record.publication in UNPUBLISHED:
        raise ValidationError(_("This record is not public: publish it first."), code="wrong_state")


def make(written: Iterable[Written]) -> None:
    """Write the rows."""
    for each in written:
        if each.verb == "insert":
            put_back(each.model, each.after)
        elif each.verb == "update":
            write(each.model, each.key, each.after)
        else:
            take_away(each.model, each.key)


def send_back(proposed: ProposedChange, *, by: Any, answer: str) -> None:
    """Leave what is published as it is, and tell the author why."""
    if not answer.strip():
        raise ValidationError(_("Say what has to be changed: its editor reads it."), code="reason_missing")
    with changeset(by=by, note=answer):
        decide(proposed, ProposedChange.State.DECLINED, by=by, answer=answer.strip())


def take_back(proposed: ProposedChange, *, by: Any) -> None:
    """The author no longer proposes this, or has read why it was sent back. Nothing typed is kept."""
    open_to_it = (ProposedChange.State.OPEN, ProposedChange.State.DECLINED)
    own = ProposedChange.objects.filter(pk=proposed.pk, by=by, state__in=open_to_it)
    if not own.update(state=ProposedChange.State.TAKEN_BACK, typed={}):
        raise ValidationError(_("Only its author takes a proposal back, before it is accepted."), code="not_own")


def decide(proposed: ProposedChange, state: str, *, by: Any, answer: str = "") -> None:
    """One conditional UPDATE: nobody decides on their own proposal, and nobody twice."""
    open_ones = ProposedChange.objects.filter(pk=proposed.pk, state=ProposedChange.State.OPEN)
    decided = {"state": state, "decided_by": by, "decided_at": Now(), "answer": answer}
    if state == ProposedChange.State.ACCEPTED:
        decided["typed"] = {}
    if not open_ones.exclude(by=by).update(**decided):
        raise ValidationError(
            _("A second person has to decide on a proposal, and once: this is your own, or it is decided already."),
            code="own_or_decided",
        )


# --- What stands, and what is proposed ---


def version(written: Iterable[Written]) -> int:
    """The newest row of history of what would be changed, as a number that grows with each change of it."""
    newest = (history_of(each.model, pgh_obj_id=each.key).last() for each in written)
    return sum(row.pgh_id for row in newest if row is not None)


def now_of(each: Written) -> Row | None:
    """What the row says now; None if it is gone, or not there yet."""
    row = row_of(each.model, each.key)
    return said(each.model, row) if row is not None else None


def has_changed(each: Written) -> bool:
    """Whether a row no longer says what it said when its change was proposed."""
    now = now_of(each)
    if each.verb == "insert":
        return now is not None
    return now is None or any(differs(each, column, now) for column in each.before)


def differs(each: Written, column: str, now: Row) -> bool:
    is_only_a_step = column == STEP and STEP not in each.after
    return not is_only_a_step and column in now and now[column] != each.before[column]


@dataclass(frozen=True)
class Line:
    """One field: as it was when the change was proposed, as it is now, and as proposed."""

    name: str
    then: str
    now: str
    proposed: str
    has_changed: bool = False


@dataclass(frozen=True)
class Side:
    """One row of a proposed change, in words; `is_gone` if it is not there any more."""

    verb: Verb
    noun: str
    title: str
    is_gone: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def does(self) -> str:
        return {"insert": _("is added"), "update": _("is changed"), "delete": _("is deleted")}[self.verb]

    @property
    def has_changed(self) -> bool:
        return self.is_gone or any(line.has_changed for line in self.lines)


def sides(proposed: ProposedChange) -> list[Side]:
    """What a proposed change does, row by row, beside what stands."""
    words = Words()
    is_open = proposed.state in (ProposedChange.State.OPEN, ProposedChange.State.DECLINED)
    for each in rows_of(proposed):
        if each.verb == "insert":
            words.know(each.model, each.key, title_of(each, each.after, words))
    return [side(each, words, is_open=is_open) for each in rows_of(proposed)]


def entered_since(proposed: ProposedChange) -> list[Any]:
    """Records entered, since a step was proposed, for those that it concerns: it was proposed without them.

    Only of an open step that is taken whole, such as a merge: it would now do more than it shows.
    """
    if proposed.state != ProposedChange.State.OPEN or "as_of" not in proposed.act:
        return []
    touched: dict[Any, set[int]] = {}
    for each in rows_of(proposed):
        if each.verb != "insert":
            touched.setdefault(each.model, set()).add(each.key)
    found = {
        (type(record), record.pk): record
        for model, keys in touched.items()
        for relation in model._meta.related_objects
        if is_tracked(relation.related_model)
        for record in new_among(relation, keys, proposed.act["as_of"])
    }
    return list(found.values())


def new_among(relation: Any, keys: set[int], as_of: int) -> Iterable[Any]:
    rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
    entered = history_of(relation.related_model, pgh_label="insert", pgh_changeset__gt=as_of)
    return rows.filter(pk__in=entered.values("pgh_obj_id")).order_by("pk")


def side(each: Written, words: Words, *, is_open: bool) -> Side:
    now = now_of(each) if is_open else None
    stands = now if now is not None else each.before
    is_gone = is_open and each.verb != "insert" and now is None
    lines = [
        Line(
            str(one.verbose_name),
            words(one, each.before.get(column)),
            words(one, stands.get(column)),
            words(one, each.after.get(column)),
            now is not None and each.verb != "insert" and differs(each, column, now),
        )
        for column, one in fields_of(each.model).items()
        if column in told_columns(each, stands)
    ]
    return Side(each.verb, str(each.model._meta.verbose_name), title_of(each, stands, words), is_gone, lines)


def told_columns(each: Written, stands: Row) -> set[str]:
    """What would change, what has changed meanwhile, and all of what is added or goes."""
    whole = each.before or each.after
    shown = set(each.after) if each.verb == "update" else {column for column, value in whole.items() if value}
    changed = {column for column in each.before if column in stands and differs(each, column, stands)}
    return {column for column in shown | changed if column not in UNTOLD}


def title_of(each: Written, row: Row, words: Words) -> str:
    """The record in its own words where it stands, else in those that are kept of it."""
    record = each.model._base_manager.filter(pk=each.key).first()
    if record is not None:
        return str(record)
    return title(each.model, SimpleNamespace(**(row or each.after), pgh_obj_id=each.key))
