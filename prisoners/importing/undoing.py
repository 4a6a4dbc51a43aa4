"""Undoing an import: what it entered goes, what it changed is as before, and what was edited since stays as edited.

What was never public is deleted. What was public is retracted: its identifier may have been cited. Each changeset of
the import is taken back by one of its own, the last first, so that a long one can be interrupted and goes on.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import Q
from django.utils.translation import gettext as _

from prisoners.models import Detention, ListEdition, ListImport, Name, Prisoner, Release
from registry.changes import history_of, tracked_models
from registry.editing import PUBLIC_ONCE, refusal, settle
from registry.history import Nature, Reason, changeset
from registry.models import Changeset, Citation
from registry.publishing import Publication, Record

State = ListImport.State
MOST_TOLD = 50
NONE = Q(pk__in=())
WAS_PUBLIC = Q(publication__in=PUBLIC_ONCE) | Q(published_at__isnull=False)


def undo(list_import: ListImport, *, by: Any, note: str) -> ListImport:
    """Take an import back. `kept` of what is returned says what was edited since and stays. Raises ValidationError."""
    if not note.strip():
        raise ValidationError(_("Give a reason: it is kept in the history."), code="reason_missing")
    while True:
        try:
            with changeset(by=by, note=note, nature=Nature.CORRECTION, reason=Reason.UNDONE):
                list_import = undoable(list_import)
                take_back_last(list_import)
                settle()
        except IntegrityError as error:
            raise ValidationError(refusal(error), code="refused") from error
        if list_import.state == State.UNDONE:
            return list_import


def undoable(list_import: ListImport) -> ListImport:
    found = ListImport.objects.select_for_update(of=("self",)).get(pk=list_import.pk)
    if found.state not in (State.APPLIED, State.APPLYING) or not found.changesets:
        raise ValidationError(
            _("This import is %(state)s: there is nothing to undo.") % {"state": found.get_state_display()},
            code="state",
        )
    later = ListEdition.objects.filter(list_name=found.given["list_name"], pk__gt=found.edition_id or 0)
    if found.edition_id and later.exclude(publication=Publication.RETRACTED).exists():
        raise ValidationError(
            _("A newer edition of this list was imported since: undo that one first."), code="newer_edition"
        )
    return found


def take_back_last(list_import: ListImport) -> None:
    *left, number = list_import.changesets
    undoing = Undoing(number, frozenset(list_import.changesets))
    undoing.work_out()
    undoing.carry_out()
    list_import.changesets = left
    list_import.kept = [*list_import.kept, *undoing.kept_words]
    list_import.state = State.APPLYING if left else State.UNDONE
    if not left:
        list_import.kept = shortened(list_import.kept)
    list_import.edition = None if not ListEdition.objects.filter(imports=list_import) else list_import.edition
    list_import.save()


def shortened(words: list[str]) -> list[str]:
    more = len(words) - MOST_TOLD
    return [*words[:MOST_TOLD], _("… and %(count)s more.") % {"count": f"{more:,}"}] if more > 0 else words


@dataclass
class Undoing:
    """What it takes to undo one changeset: the rows that it added, and those that it changed."""

    number: int
    own: frozenset[int]
    added: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    kept: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    kept_words: list[str] = field(default_factory=list)

    def work_out(self) -> None:
        for model in tracked_models():
            for row in history_of(model, pgh_changeset=self.number).values("pgh_obj_id", "pgh_label"):
                (self.added if row["pgh_label"] == "insert" else self.changed)[model].add(row["pgh_obj_id"])
            self.changed[model] -= self.added[model]
            self.added[model] &= set(model._base_manager.filter(pk__in=self.added[model]).values_list("pk", flat=True))
        for model, keys in self.added.items():
            self.keep(model, self.edited_since(model, keys))
        for model in list(self.added):
            self.keep(model, self.rested_on(model))

    def edited_since(self, model: Any, keys: set[int]) -> set[int]:
        """Rows that are not any more as the import left them; what was changed and given back since is no edit."""
        later = history_of(model, pgh_obj_id__in=keys, pgh_changeset__gt=self.number)
        touched = set(later.exclude(pgh_changeset__in=self.own).values_list("pgh_obj_id", flat=True))
        left = history_of(model, pgh_obj_id__in=touched, pgh_changeset__in=self.own)
        now = model._base_manager.in_bulk(touched)
        names = [each.attname for each in changeable(model)]
        return {
            row.pgh_obj_id
            for row in left.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
            if any(getattr(row, name) != getattr(now[row.pgh_obj_id], name) for name in names)
        }

    def rested_on(self, model: Any) -> set[int]:
        """Rows that something names which the import did not add: an editor's work since."""
        found: set[int] = set()
        keys = self.added[model]
        once_public = public_once(model, keys)
        for relation in model._meta.related_objects:
            other, name = relation.related_model, relation.field.name
            if relation.field.many_to_many or other not in set(tracked_models()):
                continue
            rows = other._base_manager.filter(**{f"{name}__in": keys}).exclude(pk__in=self.added.get(other, ()))
            gone = taken_back(other, rows.filter(**{f"{name}__in": once_public}))
            found |= set(rows.exclude(pk__in=gone).values_list(relation.field.attname, flat=True))
        cited = Citation.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
        cited = cited.exclude(pk__in=self.added.get(Citation, ()))
        gone = taken_back(Citation, cited.filter(object_id__in=once_public))
        return found | set(cited.exclude(pk__in=gone).values_list("object_id", flat=True))

    def keep(self, model: Any, keys: set[int]) -> None:
        """Keep rows, and with them what they name and what they can't be without."""
        fresh = (keys & self.added.get(model, set())) - self.kept[model]
        if not fresh:
            return
        self.kept[model] |= fresh
        for each in model._meta.concrete_fields:
            target = each.related_model
            if target in self.added:
                named = model._base_manager.filter(pk__in=fresh).values_list(each.attname, flat=True)
                self.keep(target, {key for key in named if key is not None})
        if model is Prisoner:
            self.keep(Name, set(Name.objects.filter(prisoner__in=fresh, kind="main").values_list("pk", flat=True)))
        if model is Detention:
            self.keep(Release, set(Release.objects.filter(detention__in=fresh).values_list("pk", flat=True)))

    def carry_out(self) -> None:
        for model, keys in self.changed.items():
            self.change_back(model, keys)
        for model, keys in self.added.items():
            going = keys - self.kept[model]
            public = self.retract(model, going) if issubclass(model, Record) else set()
            self.delete(model, going - public)
            if self.kept[model] and model is Prisoner:
                names = Name.objects.filter(prisoner__in=self.kept[model], kind="main").values_list("text", flat=True)
                self.kept_words += [_("%(name)s was edited since and stays.") % {"name": name} for name in names]

    def retract(self, model: Any, keys: set[int]) -> set[int]:
        """Take back what was public, and whatever it needs to stand in the history; which rows stay."""
        rows = model._base_manager.filter(pk__in=keys)
        if model is Release:
            # Where a detention has its open end back by now, no release can stand beside it, not even a retracted one.
            rows = rows.filter(detention__ended_how=Detention.End.RELEASE)
        stay = set(rows.filter(WAS_PUBLIC).values_list("pk", flat=True))
        model._base_manager.filter(pk__in=stay).exclude(publication=Publication.RETRACTED).update(
            publication=Publication.RETRACTED
        )
        return stay

    def delete(self, model: Any, keys: set[int]) -> None:
        """Without looking for what names them: that was done; the database checks at the end of the transaction."""
        rows = model._base_manager.filter(pk__in=keys - self.named_by_retracted(model, keys))
        rows._raw_delete(rows.db)

    def named_by_retracted(self, model: Any, keys: set[int]) -> set[int]:
        """Rows, such as an article, that a retracted record still names, and its own links."""
        found: set[int] = set()
        for relation in model._meta.related_objects:
            other = relation.related_model
            if relation.field.many_to_many or not issubclass(other, Record):
                continue
            rows = other._base_manager.filter(**{f"{relation.field.name}__in": keys}, publication__in=PUBLIC_ONCE)
            found |= set(rows.values_list(relation.field.attname, flat=True))
        for each in model._meta.concrete_fields:
            if is_record(each.related_model) and not issubclass(model, Record):
                # Links of what this import made and what is retracted now; a link to somebody else's record goes.
                rows = model._base_manager.filter(
                    pk__in=keys,
                    **{
                        f"{each.name}__publication__in": PUBLIC_ONCE,
                        f"{each.name}__in": self.added[each.related_model],
                    },
                )
                found |= set(rows.values_list("pk", flat=True))
        return found

    def change_back(self, model: Any, keys: set[int]) -> None:
        """Give each value back that is still what the import made of it."""
        for row in model._base_manager.filter(pk__in=keys):
            story = history_of(model, pgh_obj_id=row.pk).order_by("pgh_id")
            own = story.filter(pgh_changeset=self.number)
            before, after = story.filter(pgh_id__lt=own[0].pgh_id).last(), own.last()
            if before is None:
                continue
            names = [each.attname for each in changeable(model)]
            back = {
                name: getattr(before, name) for name in names
                if getattr(before, name) != getattr(after, name) and getattr(row, name) == getattr(after, name)
            }  # fmt: skip
            if back:
                model._base_manager.filter(pk=row.pk).update(**back)


def changeable(model: Any) -> list[models.Field[Any, Any]]:
    return [each for each in model._meta.concrete_fields if not each.generated and not each.primary_key]


def public_once(model: Any, keys: set[int]) -> set[int]:
    """Rows that an undo retracts and does not delete, so that what names them can go on standing in the history."""
    if not issubclass(model, Record):
        return set()
    return set(model._base_manager.filter(WAS_PUBLIC, pk__in=keys).values_list("pk", flat=True))


def taken_back(model: Any, rows: models.QuerySet[Any]) -> set[int]:
    """Of some rows those that are left of other imports, undone by now: retracted, or links of what is retracted."""
    if issubclass(model, Record):
        left = rows.filter(publication=Publication.RETRACTED)
    else:
        named = [each.name for each in model._meta.concrete_fields if is_record(each.related_model)]
        retracted = (Q(**{f"{name}__publication": Publication.RETRACTED}) for name in named)
        left = rows.filter(reduce(or_, retracted, NONE))
    keys = set(left.values_list("pk", flat=True))
    of_imports = Changeset.objects.filter(reason__in=(Reason.LIST, Reason.UNDONE)).values("number")
    by_hand = history_of(model, pgh_obj_id__in=keys).exclude(pgh_changeset__in=of_imports)
    return keys - set(by_hand.values_list("pgh_obj_id", flat=True))


def is_record(model: Any) -> bool:
    return model is not None and issubclass(model, Record)
