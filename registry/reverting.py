"""Taking back one changeset, whoever made it and however long ago: what nobody changed since; the rest stays.

What was hidden by it stays hidden, and what it published is retracted: both are shown again by two people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from registry.changes import FieldChange, Words, history_of, told_fields, tracked_models
from registry.changes import title as title_of
from registry.desk import admin_page
from registry.editing import refusal, settle
from registry.history import Nature, Reason, changeset
from registry.models import Changeset, ProposedChange, Source
from registry.proposals import make, propose
from registry.publishing import NAME_WITHHELD, Publication, Record
from registry.second_person import in_two, needs_second_person
from registry.trying import tried
from registry.undo import MOST_ROWS, delete_all, goes_with, type_of, was_public

BACK, ANEW, DELETE, RETRACT, STAY = "back", "anew", "delete", "retract", "stay"
UNPUBLISHED = (Publication.DRAFT, Publication.IN_REVIEW)
OF_RECORDS = (Reason.LIST, Reason.JOINED)


@dataclass
class Turn:
    """What becomes of one row; `why` it stays, if it does."""

    model: Any
    rows: list[Any]
    does: str = STAY
    why: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> int:
        return int(self.rows[0].pgh_obj_id)

    @property
    def token(self) -> str:
        return f"{self.model._meta.label_lower}.{self.key}"

    @property
    def noun(self) -> Any:
        return self.model._meta.verbose_name

    @cached_property
    def record(self) -> Any:
        """The row as it is now; None if it is gone."""
        return self.model._base_manager.filter(pk=self.key).first()

    @property
    def title(self) -> str:
        return str(self.record or title_of(self.model, self.rows[-1]))

    @property
    def page(self) -> str:
        return admin_page(self.record) if self.record else ""

    @property
    def fields(self) -> list[FieldChange]:
        """What becomes of each field, from what it is to what it was; nothing where the whole row comes or goes."""
        values = self.values if self.does == BACK else {}
        fields = [each for each in told_fields(self.model) if each.attname in values]
        words, now = Words(), self.rows[-1]
        told = ((each, words(each, getattr(now, each.attname)), words(each, values[each.attname])) for each in fields)
        return [FieldChange(each.name, str(each.verbose_name), is_now, was) for each, is_now, was in told]

    @property
    def words(self) -> str:
        return {
            BACK: _("is as before"), ANEW: _("is there again"), DELETE: _("is deleted"), RETRACT: _("is retracted"),
            STAY: _("stays"),
        }[self.does]  # fmt: skip

    @cached_property
    def resting(self) -> list[tuple[Any, int]]:
        """What would go with the row, or hinders that: asked once, since it is most of the time that a plan takes."""
        try:
            return [(type_of(model), key) for model, key in goes_with(self.model._base_manager.filter(pk=self.key))]
        except ProtectedError as error:
            return [(type_of(type(each)), each.pk) for each in error.protected_objects]

    def stay(self, why: str) -> None:
        self.does, self.why = STAY, why


def revert(
    made: Changeset, *, by: Any, why: str, leave: Collection[str] = ()
) -> tuple[list[Turn], ProposedChange | None]:
    """Take a changeset back as one of its own, but for rows to leave; what is done with each. Raises ValidationError.

    What readers would see changed is proposed, for a second person to accept; what is retracted is so at once. The
    operator (None) takes back everything.
    """
    if not why.strip():
        raise ValidationError(_("Give a reason: it is kept in the history."), code="reason_missing")
    note = _("Changeset %(number)d is taken back: %(why)s") % {"number": made.number, "why": why}
    with changeset(by=by, note=note, nature=Nature.CORRECTION, reason=Reason.UNDONE):
        turns: list[Turn] = []
        at_once = written = tried(lambda: turns.extend(carried_out(made, leave)))
        proposed = None
        if by is not None and needs_second_person(written, by):
            at_once, rest = in_two(written, by)
            title = _("Changeset %(number)d is taken back") % {"number": made.number}
            proposed = propose(made, rest, by=by, why=note, title=title, nature=Nature.CORRECTION, reason=Reason.UNDONE)
        make(at_once)
        settle()
    return turns, proposed


def carried_out(made: Changeset, leave: Collection[str]) -> list[Turn]:
    turns = plan(made, leave)
    if all(turn.does == STAY for turn in turns):
        raise ValidationError(_("Nothing of it can be taken back."), code="nothing")
    for turn in turns:
        carry_out(turn)
    delete_all(keys_that(DELETE, turns))
    return turns


def carry_out(turn: Turn) -> None:
    rows = turn.model._base_manager.filter(pk=turn.key)
    try:
        with transaction.atomic():
            if turn.does in (BACK, RETRACT):
                rows.update(**turn.values)
            elif turn.does == ANEW:
                turn.model._base_manager.bulk_create([turn.model(**turn.values)])
    except IntegrityError as error:
        turn.stay(refusal(error))


# --- What can be taken back ---


def plan(made: Changeset, leave: Collection[str] = ()) -> list[Turn]:
    """What becomes of each row that a changeset touched; `leave` has the tokens of rows to leave.

    Raises ValidationError where it has its own way back.
    """
    if made.reason in OF_RECORDS:
        raise ValidationError(
            _("An import or a merge is undone on its own page; correct other records on theirs."), code="own_way"
        )
    kept = [model for model in tracked_models() if not getattr(model, "is_work", False)]
    turns = [turn for model in kept for turn in turns_of(model, made)]
    for turn in turns:
        if turn.token in leave and turn.does != STAY:
            turn.stay(_("left as it is"))
    keep_what_others_rest_on(turns)
    keep_with_their_record(turns)
    # What stays with its record may name something that was to go.
    keep_what_others_rest_on(turns)
    return turns


def turns_of(model: Any, made: Changeset) -> Iterator[Turn]:
    found: dict[int, list[Any]] = {}
    for row in history_of(model, pgh_changeset=made.number)[: MOST_ROWS + 1]:
        found.setdefault(row.pgh_obj_id, []).append(row)
    if sum(len(rows) for rows in found.values()) > MOST_ROWS:
        raise ValidationError(_("It is too large to be taken back here: ask the operator."), code="too_large")
    later = history_of(model, pgh_obj_id__in=found, pgh_changeset__gt=made.number)
    changed_since = set(later.values_list("pgh_obj_id", flat=True))
    for key, rows in found.items():
        turn = Turn(model, rows)
        if key in changed_since:
            turn.stay(_("changed since"))
        else:
            decide(turn)
        yield turn


def decide(turn: Turn) -> None:
    first, last = turn.rows[0], turn.rows[-1]
    if first.pgh_label == "insert":
        decide_added(turn, last)
        return
    before = history_of(turn.model, pgh_obj_id=turn.key, pgh_id__lt=first.pgh_id).last()
    if last.pgh_label == "delete":
        turn.does, turn.values = ANEW, values_of(turn.model, before or last)
    elif before is None:
        turn.stay(_("what it was before is not known"))
    else:
        decide_changed(turn, before, last)


def decide_added(turn: Turn, last: Any) -> None:
    if last.pgh_label == "delete":
        turn.stay(_("added and deleted again"))
    elif not issubclass(turn.model, Record) or not was_public(turn.model, last):
        turn.does = DELETE
    elif last.publication == Publication.PUBLISHED:
        turn.does, turn.values = RETRACT, {"publication": Publication.RETRACTED}
    else:
        turn.stay(hidden())


def decide_changed(turn: Turn, before: Any, after: Any) -> None:
    then, now = values_of(turn.model, before), values_of(turn.model, after)
    values = {name: then[name] for name in then if then[name] != now[name]}
    values.pop("published_at", None)
    if hides(turn.model, then, now):
        turn.stay(hidden())
    elif values.get("publication") in UNPUBLISHED and now["publication"] == Publication.PUBLISHED:
        turn.does, turn.values = RETRACT, values | {"publication": Publication.RETRACTED}
    elif values:
        turn.does, turn.values = BACK, values
    else:
        turn.stay(_("is as before already"))


def values_of(model: Any, row: Any) -> dict[str, Any]:
    return {each.attname: getattr(row, each.attname) for each in model._meta.concrete_fields if not each.generated}


def hidden() -> str:
    return _("what was hidden stays hidden: two people show it again")


def hides(model: Any, then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a change took something from the public for good: an identity, a name in a text, a source."""
    if now.get("publication") != then.get("publication") and not is_forward(then, now):
        return True
    if (now.get("is_private") and not then["is_private"]) or is_restricted(now) > is_restricted(then):
        return True
    return any(is_blanked(model, name, then[name], now[name]) for name in then)


def is_forward(then: dict[str, Any], now: dict[str, Any]) -> bool:
    return then["publication"] in UNPUBLISHED and now["publication"] in (*UNPUBLISHED, Publication.PUBLISHED)


def is_restricted(values: dict[str, Any]) -> bool:
    return values.get("access") == Source.Access.RESTRICTED


def is_blanked(model: Any, attname: str, then: Any, now: Any) -> bool:
    """Whether a name was taken out of a text, or an address away, which may hold one."""
    if isinstance(now, str) and NAME_WITHHELD in now and NAME_WITHHELD not in then:
        return True
    return bool(then) and now == "" and isinstance(model._meta.get_field(attname), models.URLField)


# --- What rests on what was added ---


def keys_that(does: str, turns: list[Turn]) -> dict[Any, set[int]]:
    found: dict[Any, set[int]] = {}
    for turn in turns:
        if turn.does == does:
            found.setdefault(turn.model, set()).add(turn.key)
    return found


def keep_what_others_rest_on(turns: list[Turn]) -> None:
    """Leave what was added where something names it that stays; until nothing more has to stay."""
    added = [turn for turn in turns if turn.rows[0].pgh_label == "insert"]
    while True:
        going = keys_that(DELETE, turns)
        for model, keys in keys_that(RETRACT, added).items():
            going.setdefault(model, set()).update(keys)
        stuck = [turn for turn in added if turn.does != STAY and has_to_stay(turn, going)]
        for turn in stuck:
            turn.stay(_("something else rests on it"))
        if not stuck:
            return


def has_to_stay(turn: Turn, going: dict[Any, set[int]]) -> bool:
    return any(key not in going.get(model, ()) for model, key in turn.resting)


def keep_with_their_record(turns: list[Turn]) -> None:
    """What belongs to a record that is retracted stays with it in the history."""
    retracted = keys_that(RETRACT, turns)
    for turn in turns:
        if turn.does == DELETE and not issubclass(turn.model, Record) and names_one_of(turn, retracted):
            turn.stay(_("goes with its record"))


def names_one_of(turn: Turn, records: dict[Any, set[int]]) -> bool:
    row = turn.rows[-1]
    named = [each for each in turn.model._meta.concrete_fields if each.related_model in records]
    return any(getattr(row, each.attname) in records[each.related_model] for each in named)
