"""Undoing a merge: both records as they were, and what was edited since stays as edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from prisoners.merging.joining import account
from prisoners.merging.journal import Step, model_of
from prisoners.merging.relations import RELATIONS, path_to_person, pointers_at
from prisoners.models import Merge, Prisoner
from registry import changes
from registry.editing import refusal, settle
from registry.history import ChangesetNumber, Nature, Reason, changeset
from registry.models import Citation
from registry.rows import Row, put_back, row_of, write


@dataclass
class Undoing:
    """What it takes to undo a merge, worked out before anything is written.

    `edited` says in words what was changed since and stays as it is now.
    """

    merge: Merge
    writes: list[tuple[str, Any, int, Row]] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    rows: dict[tuple[Any, int], Row | None] = field(default_factory=dict)

    def work_out(self) -> Undoing:
        for step in reversed(self.merge.rows):
            if step["do"] == "change":
                self.change_back(step)
            else:
                self.bring_back(step)
        return self

    def current(self, model: Any, key: int) -> Row | None:
        if (model, key) not in self.rows:
            self.rows[model, key] = row_of(model, key)
        return self.rows[model, key]

    def change_back(self, step: Step) -> None:
        """Each value that is still what the merge made of it; another was edited since."""
        model, key = model_of(step), step["key"]
        row = self.current(model, key)
        if row is None:
            self.edited.append(_("%(row)s was deleted since and stays so") % {"row": noun(model)})
            return
        back = {column: value for column, value in step["before"].items() if row[column] == step["after"][column]}
        for column, value in step["before"].items():
            if column not in back and row[column] != value:
                self.edited.append(_("%(row)s: %(field)s stays as edited since") % {
                    "row": title(model, row), "field": field_name(model, column)
                })  # fmt: skip
        row.update(back)
        if back:
            self.writes.append(("change", model, key, back))

    def bring_back(self, step: Step) -> None:
        """A row that was taken away, with what it named; a record named by it may be gone since."""
        model, row = model_of(step), dict(step["row"])
        for each in model._meta.concrete_fields:
            if not isinstance(each, models.ForeignKey) or row[each.column] is None:
                continue
            if self.current(each.related_model, row[each.column]) is None:
                gone = _("%(row)s: what it named as %(field)s was deleted since")
                self.edited.append(gone % {"row": title(model, row), "field": field_name(model, each.column)})
                if not each.null:
                    return
                row[each.column] = None
        self.rows[model, step["key"]] = row
        self.writes.append(("bring back", model, step["key"], row))

    def apply(self) -> None:
        for do, model, key, values in self.writes:
            if do == "change":
                write(model, key, values)
            else:
                put_back(model, values)


def noun(model: Any) -> str:
    return str(model._meta.verbose_name)


def title(model: Any, row: Row) -> str:
    """A row in a few words: what it is, and its own text where it has one."""
    return " ".join([noun(model), *(str(row[name]) for name in ("text", "number") if row.get(name))])


def field_name(model: Any, column: str) -> str:
    return str(next(each.verbose_name for each in model._meta.concrete_fields if each.column == column))


def why_not_undone(merge: Merge) -> str:
    """Why this merge can't be undone now, in a sentence; empty if it can."""
    if merge.undone_at is not None:
        return _("This merge has been undone already, by %(by)s: “%(reason)s”.") % {
            "by": account(merge.undone_by), "reason": merge.undone_reason,
        }  # fmt: skip
    if (later := later_merge(merge)) is not None:
        return _("A later merge took in one of these records (%(merged)s into %(kept)s): undo that one first.") % {
            "merged": later.merged_name, "kept": later.kept_name,
        }  # fmt: skip
    return ""


def later_merge(merge: Merge) -> Merge | None:
    keys = (merge.kept_key, merge.merged_key)
    later = Merge.objects.standing().filter(pk__gt=merge.pk)
    return later.filter(Q(kept_key__in=keys) | Q(merged_key__in=keys)).last()


def undo(merge: Merge, *, by: Any, note: str, nature: str = Nature.CORRECTION, anyway: bool = False) -> Merge:
    """Make two records of one again, exactly; what was edited since stays. One changeset.

    Where later edits make an exact return impossible it raises ValidationError that names them, unless `anyway`.
    """
    if not note.strip():
        raise ValidationError(_("Give a reason: it is kept in the history of both."), code="reason_missing")
    try:
        with changeset(by=by, note=note, nature=nature, reason=Reason.UNDONE):
            merge = Merge.objects.select_for_update(of=("self",)).select_related("undone_by").get(pk=merge.pk)
            if problem := why_not_undone(merge):
                raise ValidationError(problem, code="not_allowed")
            list(Prisoner.objects.select_for_update().filter(pk=merge.kept_key))
            take_back(merge, anyway)
            Merge.objects.filter(pk=merge.pk).update(
                undone_at=Now(), undone_by=by, undone_reason=note, undone_changeset=ChangesetNumber()
            )
            settle()
    except IntegrityError as error:
        raise ValidationError(
            _("%(refusal)s Something entered since stands in the way: mend that, then undo.")
            % {"refusal": refusal(error)},
            code="refused",
        ) from error
    merge.refresh_from_db()
    return merge


def take_back(merge: Merge, anyway: bool) -> None:
    undoing = Undoing(merge).work_out()
    if undoing.edited and not anyway:
        raise ValidationError(
            _("Not everything can be as it was: %(edited)s. Tick that this is all right, then undo.")
            % {"edited": "; ".join(undoing.edited)},
            code="edited_since",
        )
    undoing.apply()
    if crossing := list(rows_between(merge.kept_key, merge.merged_key)):
        raise ValidationError(
            _("Entered since, and it would then join two people: %(rows)s. Change or delete that first.")
            % {"rows": "; ".join(crossing)},
            code="crossing",
        )


def rows_between(*people: int) -> Iterator[str]:
    """Rows of one person that name something of another, such as a case that explains a stranger's detention."""
    for model in {model_at(label) for label in RELATIONS}:
        own = path_to_person(model)
        for each in model._meta.concrete_fields:
            label = f"{model._meta.label_lower}.{each.name}"
            if own is None or label not in RELATIONS or each.related_model is Prisoner:
                continue
            named = f"{each.name}__{path_to_person(each.related_model)}"
            rows = model._base_manager.filter(**{f"{own}__in": people, f"{each.name}__isnull": False})
            for row in rows.exclude(**{named: F(own)}):
                yield f"{noun(model)} {row}"


def model_at(label: str) -> Any:
    return model_of({"model": label.rpartition(".")[0]})


def entered_since(merge: Merge) -> list[str]:
    """What was entered for the kept record since the merge, in words: it stays there."""
    return [
        f"{noun(pointer.model)} {row}"
        for pointer in pointers_at(Prisoner)
        if pointer.model is not Citation and changes.is_tracked(pointer.model)
        for row in pointer.rows(merge.kept_key)
        if changes.history_of(pointer.model, pgh_obj_id=row.pk, pgh_label="insert", pgh_changeset__gt=merge.changeset)
    ]
