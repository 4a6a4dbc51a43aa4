"""The records themselves as tables, one for each kind: every public field, relations by identifier.

Lists put together what a reader wants on one line; tables hold each fact once, so that a registry can be made of them
again (`import_package`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.translation import gettext as _

from registry.columns import Column, json_text, one, text, texts, word, yes_no
from registry.dates import PartialDateField
from registry.models import Citation, Source
from registry.publishing import Record, disclosure

RESTRICTED = "restricted"
# The registry's own bookkeeping, which begins anew wherever the records go.
LEFT_OUT = frozenset({"public_id", "publication", "entered_at", "published_at"})
KEY_SEPARATOR = "/"


@dataclass(frozen=True)
class Table:
    """One kind of record. `rows` are the public ones; `key` is what names a row where it has no public identifier.

    `values` replaces what a field would give, where not all of it may leave.
    """

    name: str
    model: Any
    rows: Callable[[], QuerySet]
    key: tuple[str, ...] = ()
    values: Mapping[str, Callable[[], Any]] = field(default_factory=dict)

    @property
    def is_of_records(self) -> bool:
        return issubclass(self.model, Record)

    def ordered(self) -> QuerySet:
        """The rows in an order that is theirs, wherever they are: by identifier or key."""
        return self.rows().order_by("public_id" if self.is_of_records else key_of(self))

    def fields(self) -> list[models.Field[Any, Any]]:
        """The public fields in the order of their declaration; what the database derives is not among them."""
        named = [name for name, is_public in disclosure(self.model).items() if is_public and name not in LEFT_OUT]
        found = [self.model._meta.get_field(name) for name in named]
        return [each for each in found if not getattr(each, "generated", False)]

    def columns(self) -> list[Column]:
        own_key = F("public_id") if self.is_of_records else key_of(self)
        first = Column("id", own_key, _("the public identifier, or what names the row"))
        return [first, *(self.column(each) for each in self.fields())]

    def column(self, each: models.Field[Any, Any]) -> Column:
        if each.name in self.values:
            return text(each.name, self.values[each.name](), str(each.verbose_name))
        return column_of(each)


TABLES: dict[Any, Table] = {}


def table(
    name: str, model: Any, rows: Callable[[], QuerySet], key: tuple[str, ...] = (), **values: Callable[[], Any]
) -> Table:
    """A table, known from here on: other tables name its rows by their keys."""
    return TABLES.setdefault(model, Table(name, model, rows, key, values))


def key_of(of: Table, prefix: str = "") -> Any:
    """The text that names a row without public identifier: its key fields, one after another."""
    parts: list[Any] = []
    for name in of.key:
        parts += [key_part(of.model._meta.get_field(name), prefix + name), Value(KEY_SEPARATOR)]
    return Cast(parts[0], TextField()) if len(parts) == 2 else Concat(*parts[:-1], output_field=TextField())


def key_part(each: models.Field[Any, Any], path: str) -> Any:
    return F(f"{path}__public_id") if isinstance(each, models.ForeignKey) else F(path)


def column_of(each: models.Field[Any, Any]) -> Column:
    meaning = str(each.verbose_name)
    if isinstance(each, models.ManyToManyField):
        return texts(each.name, keys_of_many(each), meaning)
    if isinstance(each, models.ForeignKey):
        return text(each.name, key_of_related(each.related_model, each.name), meaning)
    if isinstance(each, PartialDateField):
        return Column(each.name, Cast(each.name, TextField()), meaning)
    if isinstance(each, ArrayField):
        return texts(each.name, each.name, meaning)
    if isinstance(each, models.JSONField):
        return json_text(each.name, each.name, meaning)
    if isinstance(each, models.BooleanField):
        return yes_no(each.name, each.name, meaning)
    if isinstance(each, CharField) and each.choices and each.name != "country":
        return word(each.name, each.name, each.flatchoices, meaning)
    if isinstance(each, (CharField, models.TextField)):
        return text(each.name, each.name, meaning)
    return Column(each.name, F(each.name), meaning)


def key_of_related(model: Any, path: str) -> Any:
    """What names a related row; null where it is not public. Of a restricted source only that it is one."""
    if model is Source:
        published = Source.public.filter(pk=OuterRef(path))
        return one(published.annotate(shown=source_key("")), "shown")
    if issubclass(model, Record):
        return one(model.public.filter(pk=OuterRef(path)), "public_id")
    return Subquery(model.objects.filter(pk=OuterRef(path)).annotate(key=key_of(TABLES[model])).values("key")[:1])


def source_key(prefix: str) -> Case:
    restricted = When(**{f"{prefix}access": Source.Access.RESTRICTED}, then=Value(RESTRICTED))
    return Case(restricted, default=F(f"{prefix}public_id"), output_field=TextField())


def keys_of_many(each: models.ManyToManyField[Any, Any]) -> ArraySubquery:
    """What names the related rows that are public, in the order of their names."""
    model: Any = each.related_model
    through: Any = each.remote_field.through
    linked = through.objects.filter(**{each.m2m_field_name(): OuterRef(OuterRef("pk"))})
    rows = model.public if issubclass(model, Record) else model.objects
    rows = rows.filter(pk__in=linked.values(each.m2m_reverse_field_name()))
    key = F("public_id") if issubclass(model, Record) else key_of(TABLES[model])
    return ArraySubquery(rows.annotate(key=key).order_by("key").values("key"))


def used_by(model: Any, *relations: tuple[Callable[[], QuerySet], str]) -> Callable[[], QuerySet]:
    """Rows of a vocabulary that public records name: of the others nothing may be concluded."""

    def rows() -> QuerySet:
        named = models.Q(pk__in=[])
        for records, path in relations:
            named |= models.Q(pk__in=records().order_by().values(path))
        return model.objects.filter(named)

    return rows


SOURCES = table("sources", Source, Source.public.open)


def cited(of: Table, rows: QuerySet) -> QuerySet:
    """Citations for some rows of a table, in an order that is theirs."""
    kind = ContentType.objects.get_for_model(of.model)
    found = Citation.objects.published().filter(content_type=kind, object_id__in=rows.order_by().values("pk"))
    records = of.model._base_manager.filter(pk=OuterRef("object_id")).values("public_id")[:1]
    named = found.annotate(record_key=Subquery(records), source_key=source_key("source__"))
    return named.order_by("record_key", "field", "source_key", "locator", "quote")


def provenance_columns(of: Table) -> Sequence[Column]:
    """Who says it: a row for each source of a record or of a field. Of a restricted source only that it is one."""
    return [
        Column("table", Value(of.name, TextField()), _("the table that the record is in")),
        Column("record", F("record_key"), _("the public identifier of the record")),
        text("field", "field", _("the field that the source supports; empty for the whole record")),
        text("value", value_cited(of), _("what the record says in this field")),
        text("source", "source_key", _("the public identifier of the source, or “restricted”")),
        *(text(name, if_open(path), meaning) for name, path, meaning in source_facts()),
    ]


def source_facts() -> list[tuple[str, Any, Any]]:
    return [
        ("title", "source__title", _("its title")),
        ("publisher", "source__publisher", _("who published it")),
        ("published", Cast("source__published_on", TextField()), _("published (EDTF)")),
        ("reliability", "source__reliability", _("how reliable it is held to be")),
        ("address", "source__url", _("where it is")),
        ("locator", "locator", _("page or paragraph")),
        ("quote", "quote", _("the words")),
    ]


def if_open(value: Any) -> Case:
    """A value of a source that may be shown; null of a restricted one."""
    shown = F(value) if isinstance(value, str) else value
    return Case(When(source__access=Source.Access.PUBLIC, then=Cast(shown, TextField())), output_field=TextField())


class ValueOf(models.Func):
    """One value of a JSON object, by its name, as text; null where it has none."""

    template = "(%(expressions)s)"
    arg_joiner = " ->> "
    output_field = TextField()


def value_cited(of: Table) -> ValueOf:
    """The value of the field that is cited, as the record's own table has it; a list as JSON."""
    told = {each.name: of.column(each).value for each in of.fields() if not isinstance(each, models.ManyToManyField)}
    rows = of.rows().filter(pk=OuterRef("object_id")).annotate(told=JSONObject(**told))
    return ValueOf(Subquery(rows.values("told")[:1]), F("field"))
