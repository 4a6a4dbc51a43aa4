"""Makes the files of a citable release: the same bytes whenever they are made of the same changeset."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from counts.answers import as_json
from counts.citable.kept import about_release
from counts.questions import METRICS, question_from
from counts.series import count
from pardons.exports import DOWNLOADS as OF_PARDONS
from pardons.tables import ALL_TABLES
from prisoners.exports import DOWNLOADS as OF_PRISONERS
from registry.column_types import ColumnType
from registry.downloads import Download, exact_blocks, json_lines
from registry.exports import SOURCES
from registry.known import State as Known
from registry.known import in_state
from registry.lent import Lent
from registry.packages import (
    About,
    Measured,
    Resource,
    descriptor,
    dictionary,
    everything_in,
    field_of,
    lent_in,
    list_resource,
    provenance,
)
from registry.packages import as_json as json_bytes
from registry.parquet import write_parquet
from registry.verifying import chain_head

LISTS: Sequence[Download] = (*OF_PRISONERS, *OF_PARDONS, SOURCES)
MASKED = "withheld"
COUNTS = "counts.json"

# Of each file: its bytes, its sum, and its rows where it has any.
Files = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Made:
    """The files of a release with their sizes, sums and rows, and how many rows of each list are masked."""

    files: Files
    masked: dict[str, int]


def make_files(known: Known, folder: Path, counts: bytes | None = None) -> Made:
    """Write every file of the release of a past state into a folder; `counts` where they are frozen already."""
    about = about_release(known)
    # Some columns are of what is recorded, such as published lists: of what was recorded then.
    with in_state(known, shown=True):
        resources = [list_resource(each) for each in LISTS]
        types = {each.name: each.types() for each in resources}
    masked = {each.name: rows_masked(each, known) for each in LISTS}
    files: Files = {}
    for resource in resources:
        files |= list_files(resource, types[resource.name], masked[resource.name], known, folder)
    sources = provenance([(of, of.rows()) for of in ALL_TABLES])
    files |= table_files(sources, sources.types(), 0, known, folder)
    files["registry.zip"] = written(folder / "registry.zip", everything_in(ALL_TABLES, about, known))
    files[COUNTS] = written(folder / COUNTS, [counts or json_bytes(counts_of(known))])
    described = [*resources, sources]
    lent = lent_in(resources, known)
    types[sources.name] = sources.types()
    files["dictionary.csv"] = written(folder / "dictionary.csv", [dictionary(described, types)])
    content = descriptor(about, [described_file(each, types[each.name], files) for each in described], lent)
    files["datapackage.json"] = written(folder / "datapackage.json", [json_bytes(content)])
    files["README.txt"] = written(folder / "README.txt", [read_me(about, files, masked, lent)])
    files["SHA256SUMS"] = written(folder / "SHA256SUMS", [sums(files)])
    return Made(files, masked)


def rows_masked(download: Download, known: Known) -> int:
    """Rows that were public in a past state and name someone who is withheld or gone today."""
    with in_state(known):
        then = download.rows().count()
    with in_state(known, shown=True):
        return then - download.rows().count()


def list_files(resource: Resource, types: dict[str, ColumnType], masked: int, known: Known, folder: Path) -> Files:
    """One list as exact CSV, JSON lines and Parquet."""
    columns, rows = resource.parts[0]
    rows = rows.order_by("pk")
    files = table_files(Resource(resource.name, resource.title, [(columns, rows)]), types, masked, known, folder)
    masks = (json_bytes_of_mask(types, number) for number in range(1, masked + 1))
    lines = folder / f"{resource.name}.jsonl"
    files[lines.name] = written(lines, chained(json_lines(columns, rows, known), masks))
    files[lines.name]["rows"] = files[f"{resource.name}.csv"]["rows"]
    return files


def table_files(resource: Resource, types: dict[str, ColumnType], masked: int, known: Known, folder: Path) -> Files:
    measured = Measured()
    exact, parquet = folder / f"{resource.name}.csv", folder / f"{resource.name}.parquet"
    masks = (csv_mask(types, number) for number in range(1, masked + 1))
    told = written(exact, chained(blocks_of(resource, known, measured), masks))
    told["rows"] = measured.rows + masked
    write_parquet(exact, parquet, types)
    return {exact.name: told, parquet.name: measure(parquet) | {"rows": told["rows"]}}


def blocks_of(resource: Resource, known: Known, measured: Measured) -> Iterator[bytes]:
    for number, (columns, rows) in enumerate(resource.parts):
        yield from exact_blocks(columns, rows, known, header=not number, counted=measured.count)


def chained(*parts: Any) -> Iterator[bytes]:
    for part in parts:
        yield from part


def csv_mask(types: dict[str, ColumnType], number: int) -> bytes:
    """A row that counts and says nothing: its place is kept under an identifier that leads nowhere."""
    rest = ["[]" if each.is_list else "" for each in list(types.values())[1:]]
    return f"{MASKED}-{number},{','.join(rest)}\n".encode()


def json_bytes_of_mask(types: dict[str, ColumnType], number: int) -> bytes:
    row: dict[str, Any] = {name: [] if each.is_list else None for name, each in types.items()}
    row[next(iter(types))] = f"{MASKED}-{number}"
    return (json.dumps(row, separators=(",", ":")) + "\n").encode()


def written(path: Path, blocks: Any) -> dict[str, Any]:
    with path.open("wb") as file:
        for block in blocks:
            file.write(block)
    return measure(path)


def measure(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def counts_of(known: Known) -> dict[str, Any]:
    """Every metric by year, of all countries and of the registry's own, as that state had them."""
    found = {}
    for metric in METRICS:
        for country in ("all", settings.DEFAULT_COUNTRY):
            asked = {"country": country, "known_on": known.permanent}
            question = question_from(metric, asked, today=known.cut_off)
            with in_state(question.state):
                found[f"{metric} {country}"] = as_json(count(question))
    return found


def described_file(resource: Resource, types: dict[str, ColumnType], files: Files) -> dict[str, Any]:
    told = files[f"{resource.name}.csv"]
    return {
        "name": resource.name, "title": resource.title, "path": f"{resource.name}.csv",
        "profile": "tabular-data-resource", "scheme": "file", "format": "csv", "mediatype": "text/csv",
        "encoding": "utf-8", "hash": f"sha256:{told['sha256']}", "bytes": told["bytes"], "rows": told["rows"],
        "schema": {"fields": [field_of(each, types[each.name]) for each in resource.columns]},
    }  # fmt: skip


def read_me(about: About, files: Files, masked: dict[str, int], lent: Sequence[Lent]) -> bytes:
    lines = [
        about.title, "",
        _("Address: %(address)s") % {"address": about.address},
        _("State: changeset %(number)d, cut-off %(day)s (UTC)")
        % {"number": about.state.changeset, "day": about.state.cut_off.isoformat()},
        _("Head of the chain of changesets: %(head)s") % {"head": chain_head(about.state.changeset) or ""},
        _("Licence: %(name)s, %(url)s") % {"name": settings.DATA_LICENCE, "url": settings.DATA_LICENCE_URL},
        *(each.sentence for each in lent),
        _("Cite as: %(citation)s") % {"citation": about.citation}, "",
        _("A documented number is a minimum: there are people we do not know of."),
        _("Rows whose first cell begins with “withheld-” name someone whose name was withheld after the release."),
        *(f"{name}: {number}" for name, number in masked.items() if number), "",
        *(f"{name}  {told['bytes']} bytes  sha256 {told['sha256']}" for name, told in files.items()),
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def sums(files: Files) -> bytes:
    """As `sha256sum --check` reads them."""
    return "".join(f"{told['sha256']}  {name}\n" for name, told in sorted(files.items())).encode()
