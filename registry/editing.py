"""Editing, whoever the editor's page belongs to: what a database refusal means, moving many records, stale forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from registry.accounts import may_publish
from registry.four_eyes import own_among, own_refused
from registry.history import Nature, changeset
from registry.publishing import STEPS, Publication, Record

# What was public once is never deleted, and never changed by one person alone.
PUBLIC_ONCE = (Publication.PUBLISHED, Publication.WITHHELD, Publication.RETRACTED)
NEEDS_A_REASON = (Publication.WITHHELD, Publication.RETRACTED)
# PostgreSQL's classes of refusal that concern no constraint of ours by name.
FOREIGN_KEY, UNIQUE = "23503", "23505"


# --- What the database refuses, in an editor's words ---


def refusal(error: Exception) -> str:
    """The sentence for a change that the database refused."""
    if isinstance(error, (ProtectedError, RestrictedError)):
        named = ", ".join(sorted(str(each) for each in list(error.args[1])[:3]))
        return _("Something else names this: %(named)s. Change or delete that first.") % {"named": named}
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    return constraint_message(name) or general_message(diagnosis, name)


def constraint_message(name: str) -> str | None:
    """The message declared with a named constraint of any model; None for names that no model declares."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    return None


def general_message(diagnosis: Any, name: str) -> str:
    """For triggers, which say it themselves, and for what only the database knows."""
    state = getattr(diagnosis, "sqlstate", None)
    if state == FOREIGN_KEY:
        return _("A record that this one names, or that names this one, was changed meanwhile: reload and look again.")
    if state == UNIQUE:
        return _("Another record has the same value already (%(name)s): reload and look again.") % {"name": name}
    said = getattr(diagnosis, "message_primary", None)
    # A trigger of ours raises with a constraint's name and a sentence; PostgreSQL's own sentences name tables.
    if said and name and "constraint" not in said:
        return str(said)
    return _("The database refused this (%(name)s): check what you entered.") % {"name": name or "?"}


# All that waits for the end of a transaction but the seal of its changeset, which refuses nothing and is dear.
WAITING_CHECKS = """
    SELECT string_agg(DISTINCT quote_ident(conname), ', ') FROM pg_constraint
    WHERE condeferrable AND connamespace = 'public'::regnamespace AND conname <> 'seal'
"""


def settle() -> None:
    """Check now what the database would check at the end of the transaction. Raises IntegrityError."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_CHECKS)
        cursor.execute(f"SET CONSTRAINTS {cursor.fetchone()[0]} IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# --- Who may change what ---


def states_open_to(user: Any, now: str, *, is_own: bool = False) -> tuple[str, ...]:
    """The publication states that a user may give to a record that is in state `now`, which comes first.

    What is their own, new or last changed by them, a second person publishes.
    """
    # Showing again what is withheld is proposed at the desk.
    not_alone = is_own or now == Publication.WITHHELD
    targets = tuple(state for state in STEPS[now] if not (not_alone and state == Publication.PUBLISHED))
    if not may_publish(user):
        both = (Publication.DRAFT, Publication.IN_REVIEW)
        targets = tuple(state for state in targets if state in both and now in both)
    return (now, *targets)


def role_state(user: Any) -> str:
    """The state in which a new row begins: in review by those who may publish, for another of them; a draft else."""
    return Publication.IN_REVIEW if may_publish(user) else Publication.DRAFT


# --- Many records at once ---


def move_all(
    records: models.QuerySet[Any], to: str, *, by: Any, note: str = "", nature: str = Nature.NEW_FACT
) -> tuple[int, int]:
    """Take each record one step, where its state allows it; how many went and how many could not. One changeset.

    Nobody publishes their own: what `by` last changed stays where it is.
    """
    if to in NEEDS_A_REASON and not note.strip():
        raise ValidationError(_("Give a reason: it is kept in the history."), code="reason_missing")
    allowed_from = [state for state, targets in STEPS.items() if to in targets]
    with changeset(by=by, note=note, nature=nature), transaction.atomic():
        keys = list(records.values_list("pk", flat=True))
        sought = without_own(records.model._base_manager.filter(pk__in=keys), to, by)
        moved = sought.filter(publication__in=allowed_from).update(publication=to)
        settle()
    return moved, len(keys) - moved


def without_own(records: models.QuerySet[Any], to: str, by: Any) -> models.QuerySet[Any]:
    """The records that `by` may take to a state: what is their own another publishes, what is withheld two people."""
    if to != Publication.PUBLISHED or by is None:
        return records
    mine = own_among(records.model, records.values_list("pk", flat=True), by)
    return records.exclude(pk__in=mine).exclude(publication=Publication.WITHHELD)


def publish_together(records: Iterable[Record], *, by: Any, note: str = "", nature: str = Nature.NEW_FACT) -> None:
    """Publish records of any kind as one piece, all or none: each by one conditional UPDATE of its kind.

    Raises ValidationError if one is the publisher's own, or has changed its state meanwhile.
    """
    with changeset(by=by, note=note, nature=nature), transaction.atomic():
        for model, keys in keys_by_model(records).items():
            if own_among(model, keys, by):
                raise own_refused()
            take_all(model, keys, Publication.PUBLISHED)
        settle()


def step_together(records: Iterable[Record], to: str, *, by: Any, note: str = "") -> None:
    """Take unpublished records of any kind to review, or back from it, as one piece, all or none."""
    with changeset(by=by, note=note), transaction.atomic():
        for model, keys in keys_by_model(records).items():
            take_all(model, keys, to)


def keys_by_model(records: Iterable[Record]) -> dict[Any, set[int]]:
    found: dict[Any, set[int]] = {}
    for record in records:
        found.setdefault(type(record), set()).add(record.pk)
    return found


def take_all(model: Any, keys: set[int], to: str) -> None:
    """Take every one of these to a state that is no further than review, or from there to the public."""
    waiting = [state for state in (Publication.DRAFT, Publication.IN_REVIEW) if to in STEPS[state]]
    if model._base_manager.filter(pk__in=keys, publication__in=waiting).update(publication=to) != len(keys):
        raise ValidationError(
            _("Something here has changed meanwhile, or was done already: look again."), code="wrong_state"
        )


def belonging_to(record: Record) -> Iterator[models.QuerySet[Any]]:
    """For each kind of record that can belong to this one: those that do, and whose other parents are public."""
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        for path in model.parents:
            if path_target(model, path) is type(record):
                others = [other for other in model.parents if not is_under(model, other, type(record))]
                public = {f"{other}__publication": Publication.PUBLISHED for other in others}
                yield model._base_manager.filter(**{path: record.pk}, **public)


def path_target(model: Any, path: str) -> Any:
    """The model at the end of a path of relations such as `case__prisoner`."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model


def is_under(model: Any, path: str, top: Any) -> bool:
    """Whether the record at the end of `path` is `top` itself, or belongs to it in its turn."""
    target = path_target(model, path)
    return target is top or any(path_target(target, parent) is top for parent in target.parents)


def publish_with_everything(record: Record, *, by: Any, note: str = "", nature: str = Nature.NEW_FACT) -> int:
    """Publish a record, unless it is public already, and every draft that belongs to it; how many were published.

    What `by` last changed waits for another: a person of their own is refused, drafts of their own stay drafts.
    """
    waiting = [Publication.DRAFT, Publication.IN_REVIEW]
    with changeset(by=by, note=note, nature=nature), transaction.atomic():
        own = type(record)._base_manager.filter(pk=record.pk)
        if record.publication in waiting and own_among(type(record), [record.pk], by):
            raise own_refused()
        count = own.filter(publication__in=waiting).update(publication=Publication.PUBLISHED)
        # A withheld person stays withheld and their events count; nothing of a retracted record is published.
        if own.exclude(publication=Publication.RETRACTED).exists():
            for rows in belonging_to(record):
                theirs = without_own(rows.filter(publication__in=waiting), Publication.PUBLISHED, by)
                count += theirs.update(publication=Publication.PUBLISHED)
        settle()
    record.refresh_from_db()
    return count


# --- Two editors at once ---


def take_over(data: Any, form: Any, then: Any, now: Any) -> None:
    """Give the fields of a stale form that its editor left alone the values that another editor has saved since.

    `then` is the record as the form showed it, `now` as it is; `data` is the form's own, writable.
    """
    for name, field in form.fields.items():
        if name not in {each.name for each in now._meta.concrete_fields} or field.disabled:
            continue
        model_field = now._meta.get_field(name)
        shown, saved = getattr(then, model_field.attname), getattr(now, model_field.attname)
        key = form.add_prefix(name)
        typed = field.widget.value_from_datadict(data, {}, key)
        if shown != saved and not field.has_changed(field.prepare_value(shown), typed):
            write(data, key, field.prepare_value(saved))


def write(data: Any, key: str, value: Any) -> None:
    """Put a value into submitted data, as a browser would have sent it."""
    if value is False:
        data.pop(key, None)
    else:
        data[key] = "on" if value is True else "" if value is None else str(value)
