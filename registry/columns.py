"""Columns of downloads: where the value comes from, what it means, and how it is written in CSV and in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from psycopg.sql import Literal

from registry.countries import country_choices
from registry.formula_guard import SQL_PATTERN, SQL_REPLACEMENT
from registry.models import Citation, Source

SEPARATOR = " | "


@dataclass(frozen=True)
class Column:
    """A value of one row; `value` is an expression over the list's model. Of numbers, identifiers and dates."""

    name: str
    value: Any
    meaning: Any

    def cell(self, alias: str) -> str:
        """SQL for the cell in CSV."""
        return alias

    def field(self, alias: str) -> str:
        """SQL for the value in JSON."""
        return alias

    def exact(self, alias: str) -> str:
        """SQL for the cell in the CSV of machines: the value in JSON, as text without quotation marks."""
        return self.field(alias)


class TextColumn(Column):
    """What people wrote: guarded against being taken for a formula. Empty is null in JSON."""

    def cell(self, alias: str) -> str:
        return guarded_in_sql(f"{alias}::text")

    def field(self, alias: str) -> str:
        return f"nullif({alias}, '')"


class ListColumn(Column):
    """Several texts: parted by “ | ” in CSV, a list in JSON."""

    def cell(self, alias: str) -> str:
        return guarded_in_sql(f"array_to_string({alias}, {literal(SEPARATOR)})")

    def field(self, alias: str) -> str:
        return f"coalesce({alias}, '{{}}')"

    def exact(self, alias: str) -> str:
        return as_json_text(self.field(alias))


class JsonColumn(Column):
    """An object: JSON text in CSV."""

    def cell(self, alias: str) -> str:
        return guarded_in_sql(f"nullif({alias}, '{{}}'::jsonb)::text")


@dataclass(frozen=True)
class WordColumn(Column):
    """A code: its word in CSV, itself in JSON."""

    words: dict[str, str]

    def cell(self, alias: str) -> str:
        return f"{literal(json.dumps(self.words))}::jsonb ->> {alias}::text"

    def field(self, alias: str) -> str:
        return f"nullif({alias}::text, '')"


class WordsColumn(WordColumn):
    """Several codes."""

    def cell(self, alias: str) -> str:
        words = f"{literal(json.dumps(self.words))}::jsonb"
        joined = f"string_agg({words} ->> code, {literal(SEPARATOR)} ORDER BY place)"
        return f"(SELECT {joined} FROM unnest({alias}) WITH ORDINALITY AS each (code, place))"

    def field(self, alias: str) -> str:
        return f"coalesce({alias}, '{{}}')"

    def exact(self, alias: str) -> str:
        return as_json_text(self.field(alias))


class YesNoColumn(WordColumn):
    """True or false: yes or no in CSV."""

    def field(self, alias: str) -> str:
        return alias

    def exact(self, alias: str) -> str:
        return f"{alias}::text"


def as_json_text(values: str) -> str:
    """SQL for a list as JSON text: a list of none is `[]`."""
    return f"array_to_json({values})::text"


def guarded_in_sql(text: str) -> str:
    return f"regexp_replace({text}, {literal(SQL_PATTERN)}, {literal(SQL_REPLACEMENT)}, 'g')"


def literal(text: str) -> str:
    return Literal(text).as_string(None)


def words_of(choices: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    return {str(code): str(label) for code, label in choices if code != ""}


def column(name: str, value: Any, meaning: Any) -> Column:
    return Column(name, as_value(value), meaning)


# A number is written as it is.
number = column


def json_text(name: str, value: Any, meaning: Any) -> Column:
    return JsonColumn(name, as_value(value), meaning)


def text(name: str, value: Any, meaning: Any) -> Column:
    return TextColumn(name, as_value(value), meaning)


def texts(name: str, value: Any, meaning: Any) -> Column:
    return ListColumn(name, as_value(value), meaning)


def word(name: str, value: Any, choices: Iterable[tuple[Any, Any]], meaning: Any) -> Column:
    return WordColumn(name, as_value(value), meaning, words_of(choices))


def words(name: str, value: Any, choices: Iterable[tuple[Any, Any]], meaning: Any) -> Column:
    return WordsColumn(name, as_value(value), meaning, words_of(choices))


def yes_no(name: str, value: Any, meaning: Any) -> Column:
    return YesNoColumn(name, as_value(value), meaning, {"true": _("yes"), "false": _("no")})


def as_value(value: Any) -> Any:
    return F(value) if isinstance(value, str) else value


def day(name: str, path: str, earliest: str, latest: str, meaning: Any) -> list[Column]:
    """A partial date as it is written (EDTF), and the first and last day that it can mean."""
    return [
        Column(name, Cast(path, TextField()), meaning),
        Column(f"{name}_earliest", F(earliest), _("the first day that it can mean; empty where that is open")),
        Column(f"{name}_latest", F(latest), _("the last day that it can mean; empty where that is open")),
    ]


def country(path: str, meaning: Any, name: str = "country") -> list[Column]:
    """The code, and the country's name in CSV and JSON alike."""
    return [Column(name, F(path), meaning), CountryName(f"{name}_name", F(path), _("the country’s name"))]


class CountryName(Column):
    def cell(self, alias: str) -> str:
        return f"{literal(json.dumps(words_of(country_choices())))}::jsonb ->> {alias}"

    field = cell


def identifier(path: str = "public_id") -> Column:
    return Column("id", F(path), _("the public identifier; it stays"))


def page(view: str, path: str = "public_id", name: str = "url", meaning: Any = "") -> Column:
    """The absolute address of the page of the record whose public identifier `path` is; empty where there is none."""
    return Column(name, page_address(view, F(path)), meaning or _("its page in this registry"))


class Joined(models.Func):
    """Texts one after another; null where one of them is."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


def page_address(view: str, public_id: Any) -> Any:
    before, after = reverse(view, args=["x-x"]).split("x-x")
    return Joined(Value(settings.SITE_URL + before), public_id, Value(after))


def sources_of(model: type[models.Model], path: str = "pk") -> list[Column]:
    """The public sources cited for a record or a field of it. A restricted one says only that it is."""
    kind = ContentType.objects.get_for_model(model)
    citations = Citation.objects.published().filter(content_type=kind, object_id=OuterRef(path))
    shown = citations.annotate(shown=shown_source("source__")).order_by("shown").values("shown").distinct()
    open_ones = citations.filter(source__access=Source.Access.PUBLIC).exclude(source__url="")
    addresses = open_ones.order_by("source__url").values("source__url").distinct()
    return [
        ListColumn("sources", ArraySubquery(shown), _("pages of its sources in this registry, or “restricted source”")),
        ListColumn("source_addresses", ArraySubquery(addresses), _("where those sources themselves are")),
    ]


def named_source(name: str, path: str, meaning: Any) -> list[Column]:
    """A source that a record names itself: its page here, and its own address. Empty while it is not public."""
    return one_source(name, Source.public.filter(pk=OuterRef(path)), meaning)


def one_source(name: str, source: Any, meaning: Any) -> list[Column]:
    shown = source.annotate(shown=shown_source()).values("shown")
    return [
        TextColumn(name, Subquery(shown), meaning),
        TextColumn(f"{name}_address", Subquery(source.open().values("url")), _("where that source itself is")),
    ]


def shown_source(prefix: str = "") -> Any:
    restricted = When(Q(**{f"{prefix}access": Source.Access.RESTRICTED}), then=Value(_("restricted source")))
    own_page = page_address("source-detail", F(f"{prefix}public_id"))
    return Case(restricted, default=own_page, output_field=TextField())


def unless_restricted(path: str, source: str = "source") -> Any:
    """Words of a source, where that source is public and not restricted; null otherwise."""
    return one(Source.public.open().filter(pk=OuterRef(source)).annotate(words=OuterRef(path)), "words")


def one(rows: QuerySet, name: str) -> Subquery:
    """One value of the first of some related rows; null where there is none."""
    return Subquery(rows.values(name)[:1])
