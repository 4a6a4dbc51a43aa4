"""Who may see a record: publication states, the public starting points, and the word on every field."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registry.conditions import ConditionsTogether
from registry.four_eyes import alone_refused, own_among, own_refused
from registry.history import Nature, changeset
from registry.identifiers import new_public_id


class Publication(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHHELD = "withheld", _("withheld")
    RETRACTED = "retracted", _("retracted")


# A withheld person is still counted (domain page, section 2); a withheld event or announcement is not shown or counted.
COUNTED_PEOPLE = (Publication.PUBLISHED, Publication.WITHHELD)


class PublishableQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """Rows that are published themselves. Only for the relations of a record that is public already."""
        return self.filter(publication=Publication.PUBLISHED)

    def public(self) -> Self:
        """Rows that are published, as is every record they belong to."""
        parents = {f"{parent}__publication": Publication.PUBLISHED for parent in self.parents}
        return self.published().filter(**parents)

    @property
    def parents(self) -> tuple[str, ...]:
        record: Any = self.model
        return record.parents

    def counted(self) -> Self:
        """Rows that count: published, of a person who is published or withheld."""
        parents = {
            f"{parent}__publication__in": COUNTED_PEOPLE if parent.endswith("prisoner") else [Publication.PUBLISHED]
            for parent in self.parents
        }
        return self.published().filter(**parents)


class PublicManager(models.Manager):
    """The only way a public page reads."""

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.public()


class Record(ConditionsTogether):
    """What every record of the registry has: an identifier for the public, a publication state, two moments.

    `parents` names the relations that must be public too before this record is.
    `public_fields` and `private_fields` together name every field once; a field in neither fails a test.
    """

    parents: ClassVar[tuple[str, ...]] = ()
    public_fields: ClassVar[tuple[str, ...]] = ()
    private_fields: ClassVar[tuple[str, ...]] = ()
    # Of a record that names a person: once it is not public any more, no earlier state shows it either.
    is_identity: ClassVar[bool] = False
    # Public fields that every earlier state shows as they are today: what was removed from them stays removed.
    shown_as_of_today: ClassVar[tuple[str, ...]] = ()

    public_id = models.CharField(
        _("public identifier"), max_length=24, unique=True, default=new_public_id, editable=False
    )
    publication = models.CharField(
        _("publication"),
        max_length=10,
        choices=Publication.choices,
        default=Publication.DRAFT,
        help_text=_(
            "Draft and in review: editors only. Published: everyone. Withheld: the identity is hidden, "
            "the person still counts. Retracted: taken back, kept in the history."
        ),
    )
    entered_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)
    published_at = models.DateTimeField(_("first published"), null=True, editable=False)

    citations = GenericRelation("registry.Citation")

    objects: ClassVar[models.Manager[Any]]

    class Meta:
        abstract = True
        triggers = [
            # In the database, so that imports, bulk changes and raw SQL can't forget it.
            pgtrigger.Trigger(
                name="note_first_publication",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__publication__in=["published", "withheld"], new__published_at__isnull=True),
                func="NEW.published_at = now(); RETURN NEW;",
            )
        ]


RECORD_FIELDS = ("public_id", "publication", "entered_at", "published_at")
RECORD_PRIVATE_FIELDS = ("id",)


def disclosure(model: type[models.Model]) -> dict[str, bool]:
    """Each declared field of a model: True if the public may see it. A field named twice raises ValueError."""
    public = tuple(getattr(model, "public_fields", ()))
    private = tuple(getattr(model, "private_fields", ()))
    if issubclass(model, Record):
        public += RECORD_FIELDS
        private += RECORD_PRIVATE_FIELDS
    if len({*public, *private}) != len(public) + len(private):
        raise ValueError(f"{model.__name__} declares a field twice")
    return dict.fromkeys(public, True) | dict.fromkeys(private, False)


# Stands where the name of a withheld person stood; one word in every language, since it is kept as text.
NAME_WITHHELD = "[name withheld]"
# Shorter texts are codes and short names of kinds, which name nobody.
SHORTEST_PROSE = 100


def prose(model: type[models.Model]) -> list[str]:
    """The public fields of a model that hold words of somebody's own, and so perhaps the name of a person."""
    public = {name for name, is_public in disclosure(model).items() if is_public}
    return [field.name for field in model._meta.concrete_fields if field.name in public and is_prose(field)]


def is_prose(field: models.Field[Any, Any]) -> bool:
    long_enough = field.max_length is None or field.max_length >= SHORTEST_PROSE
    return isinstance(field, (models.CharField, models.TextField)) and not field.choices and long_enough


# From which state a record may go where. A published record is never a draft again: it is retracted or withheld.
STEPS: dict[str, tuple[str, ...]] = {
    Publication.DRAFT: (Publication.IN_REVIEW, Publication.PUBLISHED, Publication.WITHHELD, Publication.RETRACTED),
    Publication.IN_REVIEW: (Publication.DRAFT, Publication.PUBLISHED, Publication.WITHHELD, Publication.RETRACTED),
    Publication.PUBLISHED: (Publication.WITHHELD, Publication.RETRACTED),
    Publication.WITHHELD: (Publication.PUBLISHED, Publication.RETRACTED),
    Publication.RETRACTED: (Publication.DRAFT,),
}


def publish(record: Record, *, by: Any, note: str = "", nature: str = Nature.NEW_FACT) -> None:
    """Make a record public. Raises ValidationError if it has changed state meanwhile, or is the publisher's own.

    What is withheld only the operator publishes so: others propose it, and a second person accepts.
    """
    move(record, Publication.PUBLISHED, by=by, note=note, nature=nature)


def submit(record: Record, *, by: Any, note: str = "") -> None:
    """Hand a draft to the second person."""
    move(record, Publication.IN_REVIEW, by=by, note=note, nature=Nature.NEW_FACT)


def withhold(record: Record, *, by: Any, note: str) -> None:
    """Hide an identity; the person still counts. A reason is required."""
    move(record, Publication.WITHHELD, by=by, note=note, nature=Nature.CORRECTION)


def retract(record: Record, *, by: Any, note: str) -> None:
    """Take a record back: it is no longer shown or counted, and stays in the history. A reason is required."""
    move(record, Publication.RETRACTED, by=by, note=note, nature=Nature.CORRECTION)


def move(record: Record, to: str, *, by: Any, note: str, nature: str) -> None:
    """One step of the workflow: the check and the change are one UPDATE, so two editors can't both take it."""
    if to in (Publication.WITHHELD, Publication.RETRACTED) and not note.strip():
        raise ValidationError(_("Give a reason: it is kept in the history."), code="reason_missing")
    allowed_from = [state for state, targets in STEPS.items() if to in targets]
    with changeset(by=by, note=note, nature=nature), transaction.atomic():
        open_to_it = type(record)._default_manager.filter(pk=record.pk, publication__in=allowed_from)
        if to == Publication.PUBLISHED and own_among(type(record), [record.pk], by):
            raise own_refused()
        is_withheld = open_to_it.filter(publication=Publication.WITHHELD)
        if to == Publication.PUBLISHED and by is not None and is_withheld.exists():
            raise alone_refused()
        if not open_to_it.update(publication=to):
            raise wrong_state(to)
        record.refresh_from_db()


def wrong_state(to: str) -> ValidationError:
    return ValidationError(
        _("This record can't go to “%(state)s” now: someone may have changed it. Reload and look again."),
        code="wrong_state",
        params={"state": Publication(to).label},
    )
