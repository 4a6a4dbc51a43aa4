"""The sources of a page, numbered in the order in which its records cite them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from registry.models import Citation, Source
from registry.publishing import Record, disclosure


@dataclass
class Footnote:
    """One source with what is quoted from it on this page, each once. A restricted one shows nothing of itself."""

    number: int
    source: Source
    # By page or row, in the order of the page: several records of one row of a list name that row.
    quotes: dict[str, list[str]] = field(default_factory=dict)

    def quote(self, citation: Citation) -> None:
        quoted = self.quotes.setdefault(citation.locator, [])
        if citation.quote and citation.quote not in quoted:
            quoted.append(citation.quote)


class Footnotes:
    """Footnotes of some public records, in their order; one query for all citations.

    `more` gives the sources that a record names itself, such as the statement of a recognition.
    """

    def __init__(self, records: Iterable[Record], more: dict[Record, list[Source]] | None = None) -> None:
        ordered = list(dict.fromkeys(records))
        self.by_source: dict[int, Footnote] = {}
        self.by_record: dict[Record, list[Footnote]] = {}
        citations = citations_by_record(ordered)
        for record in ordered:
            sources = [(source, None) for source in (more or {}).get(record, [])]
            found = [self.cited(source, citation) for source, citation in [*sources, *citations[record]]]
            self.by_record[record] = list({note.number: note for note in found}.values())

    def cited(self, source: Source, citation: Citation | None) -> Footnote:
        note = self.by_source.setdefault(source.pk, Footnote(len(self.by_source) + 1, source))
        if citation is not None and (citation.quote or citation.locator) and may_be_quoted(citation):
            note.quote(citation)
        return note

    def of(self, record: Record) -> list[Footnote]:
        return self.by_record.get(record, [])

    @property
    def all(self) -> list[Footnote]:
        return list(self.by_source.values())


def may_be_quoted(citation: Citation) -> bool:
    """Not from a restricted source, and not for a private field: its words would tell what the field hides."""
    model = citation.content_type.model_class()
    is_public = not citation.field or (model is not None and disclosure(model).get(citation.field, False))
    return is_public and not citation.source.is_restricted


def citations_by_record(records: list[Record]) -> dict[Record, list[tuple[Source, Citation]]]:
    """The published citations of each record, oldest first."""
    found: dict[Record, list[tuple[Source, Citation]]] = defaultdict(list)
    by_key = {(ContentType.objects.get_for_model(record).pk, record.pk): record for record in records}
    keys = defaultdict(list)
    for content_type, pk in by_key:
        keys[content_type].append(pk)
    condition = Q(pk__in=[])
    for content_type, pks in keys.items():
        condition |= Q(content_type=content_type, object_id__in=pks)
    for citation in Citation.objects.for_page().filter(condition) if records else []:
        record = by_key[citation.content_type_id, citation.object_id]
        found[record].append((citation.source, citation))
    return found
