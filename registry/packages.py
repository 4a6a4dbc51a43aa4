"""Data packages: a zip with data, dictionary, question, state, licence, citation and checksums (Frictionless)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from registry.column_types import CODE, CODES, DAY, INTEGER, OBJECT, TEXTS, YES_NO, ColumnType, column_types
from registry.columns import Column
from registry.downloads import (
    NOW,
    Download,
    Started,
    State,
    current_state,
    exact_blocks,
    state_of_file,
    with_file_name,
)
from registry.earlier_views import state_of
from registry.facets import in_words
from registry.filters import StrictFilterSet
from registry.known import State as Known
from registry.known import in_state, one_state
from registry.lent import Lent, lists_behind
from registry.parameters import Pairs, address, canonical_query, given_pairs
from registry.sharing import shared
from registry.tables import TABLES, Table, cited, provenance_columns
from registry.zipping import File, zipped

FRICTIONLESS_TYPES = {
    INTEGER: "integer",
    DAY: "date",
    YES_NO: "boolean",
    TEXTS: "array",
    CODES: "array",
    OBJECT: "object",
}
PROVENANCE = "provenance"


@dataclass(frozen=True)
class Resource:
    """One table of a package: its columns, and parts of rows that are written one after another."""

    name: str
    title: str
    parts: Sequence[tuple[Sequence[Column], QuerySet]]
    key: str = ""

    @property
    def columns(self) -> Sequence[Column]:
        return self.parts[0][0]

    def types(self) -> dict[str, ColumnType]:
        columns, rows = self.parts[0]
        return column_types(columns, rows)

    def blocks(self, known: Known, counted: Callable[[int], None]) -> Iterator[bytes]:
        """The table as exact CSV, with one header; `counted` hears the number of rows of each part."""
        for number, (columns, rows) in enumerate(self.parts):
            yield from exact_blocks(columns, rows, known, header=not number, counted=counted)


@dataclass(frozen=True)
class About:
    """What a package is: its name and title, the question in words and as an address, the state it is of."""

    name: str
    title: str
    path: str
    pairs: Pairs
    words: Sequence[str]
    state: State

    @property
    def address(self) -> str:
        return settings.SITE_URL + address(self.path, self.pairs)

    @property
    def citation(self) -> str:
        return _("%(site)s, %(title)s, changeset %(number)d of %(day)s, %(address)s") % {
            "site": settings.SITE_NAME, "title": self.title, "number": self.state.changeset,
            "day": self.state.cut_off.isoformat(), "address": self.address,
        }  # fmt: skip


class Measured:
    """Blocks on their way, with what is told of them afterwards."""

    def __init__(self) -> None:
        self.digest, self.bytes, self.rows = hashlib.sha256(), 0, 0

    def count(self, rows: int) -> None:
        self.rows += rows

    def through(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.digest.update(block)
            self.bytes += len(block)
            yield block


def package_blocks(about: About, resources: Sequence[Resource], known: Known = NOW) -> Iterator[bytes]:
    yield from zipped(package_files(about, resources, known), about.state.cut_off)


def package_files(about: About, resources: Sequence[Resource], known: Known) -> Iterator[File]:
    """The files of a package; what tells of the others comes last, when they have been measured."""
    measured: dict[str, Measured] = {}
    for resource in resources:
        measure = measured[resource.name] = Measured()
        yield f"{resource.name}.csv", measure.through(resource.blocks(known, measure.count))
    types = {resource.name: resource.types() for resource in resources}
    lent = lent_in(resources, known)
    yield "dictionary.csv", [dictionary(resources, types)]
    yield "README.txt", [read_me(about, measured, lent)]
    described = described_resources(resources, types, measured)
    yield "datapackage.json", [as_json(descriptor(about, described, lent))]


def lent_in(resources: Sequence[Resource], known: Known) -> list[Lent]:
    """The lists that rows of some tables came from, as that state of knowledge has them."""
    with in_state(known, shown=True):
        return lists_behind(rows for resource in resources for _columns, rows in resource.parts)


def dictionary(resources: Sequence[Resource], types: dict[str, dict[str, ColumnType]]) -> bytes:
    """Every column in its order: table, column, type, codes with their words, meaning."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["table", "column", "type", "codes", "meaning"])
    for resource in resources:
        for column in resource.columns:
            found = types[resource.name][column.name]
            codes = "; ".join(f"{code} = {word}" for code, word in found.words.items())
            writer.writerow([resource.name, column.name, found.kind, codes, str(column.meaning)])
    return text.getvalue().encode()


def list_resource(download: Download) -> Resource:
    """A list with all its rows."""
    key = "id" if any(each.name == "id" for each in download.columns()) else ""
    return Resource(download.name, download.name.capitalize(), [(download.columns(), download.rows())], key)


def read_me(about: About, measured: dict[str, Measured], lent: Sequence[Lent]) -> bytes:
    """What the package holds, for people."""
    tables = [f"{name}.csv  {found.rows} rows  sha256 {found.digest.hexdigest()}" for name, found in measured.items()]
    lines = [
        about.title, "",
        _("Asked: %(words)s") % {"words": "; ".join(about.words) or _("everything")},
        _("Address: %(address)s") % {"address": about.address},
        _("State: changeset %(number)d, cut-off %(day)s (UTC)")
        % {"number": about.state.changeset, "day": about.state.cut_off.isoformat()},
        _("Licence: %(name)s, %(url)s") % {"name": settings.DATA_LICENCE, "url": settings.DATA_LICENCE_URL},
        *(each.sentence for each in lent),
        _("Cite as: %(citation)s") % {"citation": about.citation}, "",
        _("A documented number is a minimum: there are people we do not know of."),
        _("People whose names are withheld count in totals and are in no table."),
        "", *tables, "",
        _("dictionary.csv explains each column; datapackage.json says the same for programs (Frictionless)."),
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def descriptor(about: About, resources: list[dict[str, Any]], lent: Sequence[Lent]) -> dict[str, Any]:
    own = {"name": settings.DATA_LICENCE, "path": settings.DATA_LICENCE_URL}
    return {
        "profile": "tabular-data-package",
        "name": about.name,
        "title": about.title,
        "description": "; ".join(about.words),
        "homepage": about.address,
        "version": str(about.state.changeset),
        "licenses": [own, *(each.as_licence() for each in lent if each.licence)],
        # Frictionless allows no empty list.
        **({"sources": [each.as_source() for each in lent]} if lent else {}),
        "contributors": [{"title": settings.OPERATOR_NAME, "role": "publisher"}],
        "query": dict(about.pairs),
        "changeset": about.state.changeset,
        "cut_off": about.state.cut_off.isoformat(),
        "citation": about.citation,
        "resources": resources,
    }


def described_resources(
    resources: Sequence[Resource], types: dict[str, dict[str, ColumnType]], measured: dict[str, Measured]
) -> list[dict[str, Any]]:
    return [described_resource(each, types[each.name], measured[each.name]) for each in resources]


def described_resource(resource: Resource, types: dict[str, ColumnType], measured: Measured) -> dict[str, Any]:
    fields = [field_of(column, types[column.name]) for column in resource.columns]
    return {
        "name": resource.name.replace("_", "-"),
        "title": resource.title,
        "path": f"{resource.name}.csv",
        "profile": "tabular-data-resource",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{measured.digest.hexdigest()}",
        "bytes": measured.bytes,
        "rows": measured.rows,
        "schema": {"fields": fields} | ({"primaryKey": [resource.key]} if resource.key else {}),
    }


def field_of(column: Column, found: ColumnType) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "type": FRICTIONLESS_TYPES.get(found.kind, "string"),
        "description": str(column.meaning),
    }
    if found.kind == CODE:
        described["constraints"] = {"enum": list(found.words)}
    return described


def as_json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def provenance(parts: Iterable[tuple[Table, QuerySet]]) -> Resource:
    """Who says what of the rows of some tables: one table of its own."""
    found = [(provenance_columns(of), cited(of, rows)) for of, rows in parts if of.is_of_records]
    return Resource(PROVENANCE, _("Who says so: sources of records and of their fields"), found)


def table_resource(of: Table) -> Resource:
    title = str(of.model._meta.verbose_name_plural)
    return Resource(of.name, title, [(of.columns(), of.ordered())], key="id")


def package_path(download: Download) -> URLPattern:
    """The address of a list's package, such as /prisoners.zip, named `prisoners-zip`."""
    return path(f"{download.name}.zip", package_view(download), name=f"{download.name}-zip")


def package_view(download: Download) -> Callable[..., Any]:
    @shared
    @canonical_query(download.parameters)
    def view(request: HttpRequest) -> Any:
        return zip_response(request, download.name, list_package(download, request.path, given_pairs(request.GET)))

    return view


def zip_response(request: HttpRequest, name: str, blocks: Iterator[bytes]) -> Any:
    sent = iter(()) if request.method == "HEAD" else blocks
    response = StreamingHttpResponse(Started(sent), content_type="application/zip")
    return with_file_name(response, name, "zip", current_state())


def list_package(download: Download, own_path: str, pairs: Pairs) -> Iterator[bytes]:
    """The package of a list: its rows, and who says what of them. All of one state."""
    with one_state():
        rows, known = download.asked(dict(pairs))
        table_of = TABLES[rows.model]
        columns = download.columns()
        words = filters_in_words(download.filters(dict(pairs), queryset=rows), pairs)
        about = About(download.name, download.name.capitalize(), own_path, pairs, words, state_of_file(known))
        key = "id" if any(each.name == "id" for each in columns) else ""
        listed = Resource(download.name, about.title, [(columns, rows)], key)
        yield from package_blocks(about, [listed, provenance([(table_of, rows)])], known)


def filters_in_words(filters: StrictFilterSet, pairs: Pairs) -> list[str]:
    """“Sex: female”, and so on."""
    return [
        f"{filters.filters[name].label}: {in_words(filters, name, value)}"
        for name, value in pairs
        if name in filters.filters
    ]


def everything(tables: Sequence[Table], own_path: str, pairs: Pairs) -> Iterator[bytes]:
    """The package of all tables, from which a registry can be made again (`import_package`). All of one state."""
    with one_state():
        known = state_of(dict(pairs))
        about = About("registry", _("All public records"), own_path, pairs, [], state_of_file(known))
        yield from everything_in(tables, about, known)


def everything_in(tables: Sequence[Table], about: About, known: Known) -> Iterator[bytes]:
    """The package of all tables in one state of knowledge."""
    resources = [table_resource(of) for of in tables]
    yield from package_blocks(about, [*resources, provenance([(of, of.rows()) for of in tables])], known)
