"""When two rows are one: equal by a constraint, or one event entered on both records; and what they disagree in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from prisoners.comparing import cannot_be_same_day
from prisoners.merging.relations import ENTERED_TWICE, GOES_ALONG, RELATIONS, Pointer, path_to_person, pointers_at
from prisoners.models import Detention, Name, Prisoner
from registry.changes import Words
from registry.publishing import Publication, Record
from registry.rows import Row

# The state of two rows that become one: what is withheld stays so, and what is public is not hidden by a draft.
STATES = (
    Publication.RETRACTED, Publication.DRAFT, Publication.IN_REVIEW, Publication.PUBLISHED, Publication.WITHHELD,
)  # fmt: skip
NEVER_CHOSEN = {"id", "public_id", "publication", "entered_at", "published_at", "object_id"}


@dataclass(frozen=True)
class Conflict:
    """A field in which two rows disagree: the record that stays keeps its value unless the other is chosen."""

    name: str
    title: str
    kept: str
    other: str


@dataclass(frozen=True)
class Twins:
    """Two rows that become one. `nested` are rows that belong to them and are equal in their turn."""

    model: Any
    kept: Any
    other: Any
    must_join: bool = False
    is_likely: bool = True
    nested: list[Twins] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}-{self.kept.pk}-{self.other.pk}"

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def conflicts(self) -> list[Conflict]:
        own = conflicts(self.model, self.kept, self.other)
        return own + [conflict for twins in self.nested for conflict in twins.conflicts]

    @property
    def opens_a_place(self) -> bool:
        """Whether the public counts two places now: a draft, or one of a person who is not public, fills none."""
        both = (self.kept, self.other)
        return all(Publication.PUBLISHED == each.publication == each.prisoner.publication for each in both)

    @property
    def announcement(self) -> Any:
        """The announcement of which both fill a place, if they are identifications."""
        return getattr(self.kept, "announcement", None)


# --- Equal rows ---


def unique_sets(model: Any, name: str) -> Iterator[list[str]]:
    """The other fields of each unconditional unique constraint that a relation takes part in."""
    if model._meta.get_field(name).unique:
        yield []
    for constraint in model._meta.constraints:
        is_plain = isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
        if is_plain and name in constraint.fields:
            yield [each for each in constraint.fields if each != name]


def equal_row(pointer: Pointer, row: Any, kept: int) -> Any:
    """The row of the record that stays which leaves no room for this one beside it; None if there is none."""
    for names in unique_sets(pointer.model, pointer.name):
        columns = [pointer.model._meta.get_field(name).attname for name in names]
        found = pointer.rows(kept).filter(**{column: getattr(row, column) for column in columns}).first()
        if found is not None:
            return found
    return None


def equal_rows(model: Any, kept: int, other: int) -> list[Twins]:
    """The rows that belong to two rows and are equal: what would become one with them."""
    return [
        Twins(pointer.model, equal, row, nested=equal_rows(pointer.model, equal.pk, row.pk))
        for pointer in pointers_at(model)
        if RELATIONS.get(pointer.label) == GOES_ALONG
        for row in pointer.rows(other)
        if (equal := equal_row(pointer, row, kept)) is not None
    ]


# --- One event, entered twice ---


def entered_twice(kept: Prisoner, other: Prisoner, equal: list[Twins]) -> list[Twins]:
    """Events of both records that may be one. Likely ones come first, and no event is likely twice."""
    named = {(type(one), one.pk, another.pk) for one, another in named_by(equal)}
    found = []
    for pointer_model, date in models_entered_twice():
        for one in events(pointer_model, kept):
            for another in events(pointer_model, other):
                must = overlap_certainly(one, another)
                is_named = (pointer_model, one.pk, another.pk) in named
                if must or is_named or may_be_one(one, another, date):
                    is_likely = must or is_named or starts_alike(one, another, date)
                    nested = equal_rows(pointer_model, one.pk, another.pk)
                    found.append(Twins(pointer_model, one, another, must, is_likely, nested))
    return each_likely_once(found)


def models_entered_twice() -> list[tuple[Any, str | None]]:
    """The models of ENTERED_TWICE, also those of an app above, found by their relation to a person."""
    pointing = [pointer.model for pointer in pointers_at(Prisoner)] + [
        pointer.model for each in pointers_at(Prisoner) for pointer in pointers_at(each.model)
    ]
    by_label = {model._meta.label_lower: model for model in pointing}
    return [(by_label[label], date) for label, date in ENTERED_TWICE.items() if label in by_label]


def events(model: Any, person: Prisoner) -> list[Any]:
    kept = model._base_manager.filter(**{str(path_to_person(model)): person.pk}).exclude(
        publication=Publication.RETRACTED
    )
    return list(kept.order_by("pk"))


def named_by(equal: list[Twins]) -> Iterator[tuple[Any, Any]]:
    """What two identifications with one announcement name: the same pardon, recognition and so on, entered twice."""
    for twins in equal:
        for each in twins.model._meta.concrete_fields:
            if isinstance(each, models.ForeignKey) and each.related_model._meta.label_lower in ENTERED_TWICE:
                one, another = getattr(twins.kept, each.name), getattr(twins.other, each.name)
                if one is not None and another is not None and one != another:
                    yield one, another


def overlap_certainly(one: Any, another: Any) -> bool:
    """Whether the database would refuse these two detentions of one person."""
    if not isinstance(one, Detention):
        return False
    bounds = (one.taken_latest, one.out_earliest, another.taken_latest, another.out_earliest)
    if None in bounds:
        return False
    return max(bounds[0], bounds[2]) < min(bounds[1], bounds[3])


def may_be_one(one: Any, another: Any, date: str | None) -> bool:
    """Whether two events of one person may be the same, by their own dates, numbers and bodies.

    A day that is not known speaks against nothing: where it hides that two are one, only the editor can see it.
    """
    if date is None:
        return bool(
            same_words(one.number, another.number)
            or (same_words(one.co_defendants, another.co_defendants) and not (one.number and another.number))
        )
    if cannot_be_same_day(getattr(one, date), getattr(another, date)):
        return False
    if isinstance(one, Detention):
        return not (cannot_be_same_day(one.ended_on, another.ended_on) or ended_before(one, another))
    if hasattr(one, "organisations"):
        bodies = set(one.organisations.values_list("pk")) & set(another.organisations.values_list("pk"))
        return one.act == another.act and bool(bodies)
    return True


def ended_before(one: Detention, another: Detention) -> bool:
    """Whether one of the two was over before the other began."""
    return any(
        None not in (first.out_latest, second.taken_earliest) and first.out_latest < second.taken_earliest
        for first, second in ((one, another), (another, one))
    )


def starts_alike(one: Any, another: Any, date: str | None) -> bool:
    return date is None or both_known(one, another, date)


def both_known(one: Any, another: Any, date: str) -> bool:
    return getattr(one, date) is not None and getattr(another, date) is not None


def same_words(one: str, another: str) -> bool:
    return bool(one.strip()) and one.strip().casefold() == another.strip().casefold()


def each_likely_once(found: list[Twins]) -> list[Twins]:
    """Proposals with those that must be joined first; an event that is likely another's already is only possible."""
    taken: set[tuple[Any, int]] = set()
    told = []
    for twins in sorted(found, key=lambda each: (not each.must_join, not each.is_likely)):
        ends = {(twins.model, twins.kept.pk), (twins.model, twins.other.pk)}
        is_likely = twins.is_likely and not ends & taken
        taken |= ends if is_likely else set()
        told.append(Twins(twins.model, twins.kept, twins.other, twins.must_join, is_likely, twins.nested))
    return told


# --- Where two rows disagree ---


def choosable(model: Any) -> list[Any]:
    """The fields of a row that hold one value which an editor entered."""
    if not getattr(model, "public_fields", ()):
        return []
    never = NEVER_CHOSEN | belongs_by(model) | ({"kind"} if model is Name else set())
    return [
        each
        for each in model._meta.concrete_fields
        if not each.generated and each.name not in never and not isinstance(each, (models.BooleanField, ArrayField))
        if f"{model._meta.label_lower}.{each.name}" not in RELATIONS
    ]


def conflicts(model: Any, kept: Any, other: Any) -> list[Conflict]:
    words, found = Words(), []
    for each in choosable(model):
        one, another = getattr(kept, each.attname), getattr(other, each.attname)
        if not is_empty(each, one) and not is_empty(each, another) and one != another:
            title = str(each.verbose_name)
            found.append(Conflict(choice_name(model, kept.pk, each), title, words(each, one), words(each, another)))
    return found


def choice_name(model: Any, key: int, each: Any) -> str:
    """The name under which a form sends which of two values stays."""
    return f"value-{model._meta.label_lower}-{key}-{each.name}"


def is_empty(each: Any, value: Any) -> bool:
    """Whether a field says nothing: empty, unticked, or “not known”."""
    is_unknown = value == "unknown" and "unknown" in dict(each.flatchoices or ())
    return value is None or value == "" or value == [] or value is False or is_unknown


# --- What two rows are together ---


def joined(model: Any, kept: Row, other: Row, chosen: Collection[str]) -> Row:
    """The values that the row which stays takes over, by column."""
    fields = [each for each in model._meta.concrete_fields if each in choosable(model) or gathers(model, each)]
    taken = {
        each.column: together(
            each, kept[each.column], other[each.column], choice_name(model, kept["id"], each) in chosen
        )
        for each in fields
    }
    if issubclass(model, Record):
        taken |= {column: kept[column] or other[column] for column in names_of_events(model)}
        taken |= joined_bookkeeping(kept, other)
    if model is Name:
        taken |= joined_name(kept, other)
    return taken


def joined_bookkeeping(kept: Row, other: Row) -> Row:
    public_since = [each for each in (kept["published_at"], other["published_at"]) if each]
    return {
        "publication": max(kept["publication"], other["publication"], key=STATES.index),
        "entered_at": min(kept["entered_at"], other["entered_at"]),
        "published_at": min(public_since, default=None),
    }


def belongs_by(model: Any) -> set[str]:
    """The relations by which a row belongs to its person or announcement."""
    return {path.split("__")[0] for path in getattr(model, "parents", ())}


def names_of_events(model: Any) -> list[str]:
    """The columns in which an identification names what shows it: filled in, never exchanged."""
    named = {label.rpartition(".")[2] for label in RELATIONS if label.startswith(f"{model._meta.label_lower}.")}
    return [model._meta.get_field(name).column for name in sorted(named - belongs_by(model))]


def gathers(model: Any, each: Any) -> bool:
    """Whether a field takes the values of both: lists, ticks and private notes."""
    is_note = isinstance(each, models.TextField) and not getattr(model, "public_fields", ())
    return is_note or isinstance(each, (models.BooleanField, ArrayField))


def together(each: Any, kept: Any, other: Any, other_is_chosen: bool) -> Any:
    if isinstance(each, ArrayField):
        return [*kept, *(value for value in other if value not in kept)]
    if is_empty(each, kept) or is_empty(each, other) or kept == other:
        return other if is_empty(each, kept) else kept
    if isinstance(each, models.TextField) and not getattr(each.model, "public_fields", ()):
        return f"{kept}\n\n{other}"
    return other if other_is_chosen else kept


def joined_name(kept: Row, other: Row) -> Row:
    """A main name stays one; a spelling that is private on either record stays private."""
    is_main = Name.Kind.MAIN in (kept["kind"], other["kind"])
    return {
        "kind": Name.Kind.MAIN.value if is_main else kept["kind"],
        "is_private": kept["is_private"] if is_main else kept["is_private"] or other["is_private"],
    }
