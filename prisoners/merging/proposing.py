"""Merging and undoing where somebody public is concerned: proposed, with what it would do, for a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from prisoners.merging.joining import Answers, locked, merge, refuse_what_changed, what_became_of
from prisoners.merging.undoing import undo
from prisoners.models import Merge, Prisoner
from registry.editing import PUBLIC_ONCE
from registry.history import Nature, Reason, changeset
from registry.models import ProposedChange
from registry.proposals import ACTS, as_typed, propose
from registry.trying import tried

JOIN, PART = "merge", "undo a merge"


def merge_or_propose(
    kept: Prisoner, other: Prisoner, *, by: Any, note: str, answers: Answers, seen: int, sent: QueryDict | None = None
) -> Merge | ProposedChange:
    """Merge two people whom nobody has seen yet; else try it and propose what it would do.

    `sent` is the form, kept for its author. Raises ValidationError as `merge` does, and where the same is proposed.
    """
    given: dict[str, Any] = {"note": note, "nature": Nature.CORRECTION}
    with changeset(by=by, reason=Reason.JOINED, **given):
        kept, other = locked(kept, other)
        refuse_what_changed(kept, other, seen)

        def join() -> Merge:
            return merge(kept, other, by=by, answers=answers, **given)

        if not were_public((kept, other)):
            return join()
        refuse_twice(
            proposed_for(kept, other), by,
            _("%(who)s has proposed to merge these two already: “%(why)s”. Look at that under Review."),
        )  # fmt: skip
        page = urlencode({"first": kept.public_id, "second": other.public_id, "keep": kept.public_id})
        act = {
            "do": JOIN, "kept": kept.public_id, "other": other.public_id, "same": sorted(answers.same),
            "chosen": sorted(answers.chosen), "takes_main_name": answers.takes_main_name,
            "page": f"{reverse('desk-merge')}?{page}",
        }  # fmt: skip
        title = _("Merge: %(other)s → %(kept)s") % {"other": other.display_name, "kept": kept.display_name}
        return kept_for_another(kept, join, act, title, reverse("desk-merge"), by=by, why=note, sent=sent)


def undo_or_propose(
    made: Merge, *, by: Any, note: str, anyway: bool, sent: QueryDict | None = None
) -> Merge | ProposedChange:
    """Undo a merge of two people whom nobody has seen; else try it and propose what it would do."""
    with changeset(by=by, note=note, nature=Nature.CORRECTION, reason=Reason.UNDONE):

        def part() -> Merge:
            return undo(made, by=by, note=note, anyway=anyway)

        if not touched_the_public(made):
            return part()
        refuse_twice(
            undoing_proposed(made), by,
            _("%(who)s has proposed to undo this merge already: “%(why)s”. Look at that under Review."),
        )  # fmt: skip
        kept = Prisoner.objects.get(pk=made.kept_key)
        page = reverse("desk-merge-record", args=[made.pk])
        act = {"do": PART, "merge": made.pk, "anyway": anyway, "page": page}
        title = _("Undo the merge: %(merge)s") % {"merge": made}
        return kept_for_another(kept, part, act, title, page, by=by, why=note, sent=sent)


def kept_for_another(
    kept: Prisoner,
    step: Callable[[], Merge],
    act: dict[str, Any],
    title: str,
    address: str,
    *,
    by: Any,
    why: str,
    sent: QueryDict | None,
) -> ProposedChange:
    """Try a step and propose it."""
    reason = Reason.JOINED if act["do"] == JOIN else Reason.UNDONE
    typed = as_typed(sent) if sent else {}
    given: dict[str, Any] = {"by": by, "why": why, "nature": Nature.CORRECTION, "reason": reason}
    return propose(kept, tried(step), address=address, typed=typed, act=act, title=title, **given)


def were_public(people: Iterable[Prisoner]) -> bool:
    """Whether readers see one of these people, or have seen one."""
    return any(each.publication in PUBLIC_ONCE or each.published_at is not None for each in people)


def touched_the_public(made: Merge) -> bool:
    removed = next(step["row"] for step in made.rows if step["do"] == "remove" and step["key"] == made.merged_key
                   and step["model"] == "prisoners.prisoner")  # fmt: skip
    seen = removed["published_at"] is not None or removed["publication"] in PUBLIC_ONCE
    return seen or were_public(Prisoner.objects.filter(pk=made.kept_key))


def proposed_for(*people: Prisoner) -> list[ProposedChange]:
    """The open proposals to merge these two, either way round."""
    ids = [each.public_id for each in people]
    return list(ProposedChange.objects.open().filter(act__do=JOIN, act__kept__in=ids, act__other__in=ids))


def undoing_proposed(made: Merge) -> list[ProposedChange]:
    return list(ProposedChange.objects.open().filter(act__do=PART, act__merge=made.pk))


def waiting() -> list[ProposedChange]:
    """Every merge and undoing that waits for a second person, the oldest first."""
    return list(ProposedChange.objects.open().filter(act__do__in=(JOIN, PART)))


def refuse_twice(already: Iterable[ProposedChange], by: Any, told: str) -> None:
    """Two editors who think the same need one proposal; one's own may be made anew."""
    for each in already:
        if each.by != by:
            author = each.by or _("an account that is gone")
            raise ValidationError(told % {"who": author, "why": each.why}, code="proposed")


# --- Once a second person accepts ---


def joined_as_proposed(proposed: ProposedChange) -> Merge:
    act = proposed.act
    answers = Answers(frozenset(act["same"]), frozenset(act["chosen"]), act["takes_main_name"])
    return merge(person(act["kept"]), person(act["other"]), by=proposed.by, note=proposed.why, answers=answers)


def person(public_id: str) -> Prisoner:
    found = Prisoner.objects.filter(public_id=public_id).first()
    if found is None:
        raise ValidationError(what_became_of(public_id), code="gone")
    return found


def undone_as_proposed(proposed: ProposedChange) -> Merge:
    made = Merge.objects.get(pk=proposed.act["merge"])
    return undo(made, by=proposed.by, note=proposed.why, anyway=proposed.act["anyway"])


ACTS[JOIN] = joined_as_proposed
ACTS[PART] = undone_as_proposed
