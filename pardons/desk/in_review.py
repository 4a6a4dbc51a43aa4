"""What waits for the second person: everything that one changeset entered, as one entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pardons.desk.corrections import choices_proposed
from pardons.desk.words import Piece, Words, number_words, pieces
from pardons.models import Announcement, Relation, ReportedFigure, Statement
from pardons.places import said_in_words
from prisoners.models import Prisoner
from registry.changes import FieldChange, Step, author, history_of, row_changes, steps
from registry.changes import Words as InWords
from registry.editing import belonging_to
from registry.models import Changeset, ProposedChange, Source
from registry.publishing import Publication, Record

WAITING = (Publication.DRAFT, Publication.IN_REVIEW)
MOST_SHOWN = 200
LARGEST_NUMBER = 2**63 - 1


def record_models() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


def kind_of(record: Any) -> str:
    """The word for a kind of record in addresses and forms."""
    return str(record._meta.model_name)


def model_of(kind: str) -> Any:
    """The kind of record that a word means; raises Http404 for any other word."""
    for model in record_models():
        if kind_of(model) == kind:
            return model
    raise Http404


# --- The queue ---


@dataclass
class Waiting:
    """One changeset with what it entered and is in review: how many of which kind."""

    number: int
    by: str
    by_id: int | None
    made_at: datetime | None
    note: str
    counts: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Such as "2 announcements, 4 reported figures"."""
        return ", ".join(self.counts.values())


def waiting(state: str = Publication.IN_REVIEW) -> list[Waiting]:
    """Everything in a state, by the changeset that entered it, the oldest first."""
    found: dict[int, dict[str, str]] = {}
    for model in record_models():
        keys = model._base_manager.filter(publication=state).values("pk")
        inserted = history_of(model, pgh_label="insert", pgh_obj_id__in=keys).order_by()
        for number, count in inserted.values_list("pgh_changeset").annotate(Count("pk")):
            found.setdefault(number, {})[kind_of(model)] = so_many(model, count)
    known = Changeset.objects.select_related("by").in_bulk(found)
    return [waiting_in(number, known.get(number), found[number]) for number in sorted(found)]


def so_many(model: Any, count: int) -> str:
    noun = ngettext(str(model._meta.verbose_name), str(model._meta.verbose_name_plural), count)
    return f"{count} {noun}"


def waiting_in(number: int, made: Changeset | None, counts: dict[str, str]) -> Waiting:
    if made is None:
        return Waiting(number, "", None, None, "", counts)
    return Waiting(number, author(made), made.by_id, made.made_at, made.note, counts)


# --- One entry ---


@dataclass(frozen=True)
class Standing:
    """How an announcement stands to another, told from others of its kind and day by its number and who says it."""

    other: Announcement
    said: str
    says: str
    answer: str


def standing(relation: Relation, record: Announcement) -> Standing:
    is_first = relation.first_id == record.pk
    other = relation.second if is_first else relation.first
    answer = relation.get_kind_display()
    if relation.kind == Relation.Kind.CONTAINS:
        answer = _("this one takes in the other") if is_first else _("this one is part of the other")
    statement = other.statements.filter(is_chosen=True).select_related("source").first()
    if statement is None:
        return Standing(other, _("no number"), "", answer)
    return Standing(other, said_in_words(statement), statement.source.publisher or str(statement.source), answer)


@dataclass
class Shown:
    """A record of an entry: its values in words, and what was changed since it was entered."""

    record: Any
    values: list[FieldChange]
    later: list[Step]
    quotes: list[str]
    numbers: list[int] = field(default_factory=list)
    beside: list[Statement] = field(default_factory=list)

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{kind_of(self.record)}:{self.record.public_id}"

    @property
    def noun(self) -> str:
        return str(self.record._meta.verbose_name)

    @property
    def kind(self) -> str:
        return kind_of(self.record)

    @property
    def relations(self) -> list[Standing]:
        """How an announcement stands to others, as its editor answered: published with it."""
        if not isinstance(self.record, Announcement):
            return []
        either = Q(first=self.record) | Q(second=self.record)
        found = Relation.objects.filter(either).select_related("first", "second").order_by("pk")
        return [standing(relation, self.record) for relation in found]

    @property
    def notes(self) -> str:
        """What editors keep to themselves."""
        private = getattr(self.record, "private", None)
        named = [name for told in getattr(private, "names_told", ()) for name in told["names"]]
        waiting = [_("Names that wait to be identified: %(names)s") % {"names": "; ".join(named)}] if named else []
        return "\n".join(each for each in (getattr(private, "notes", ""), *waiting) if each)

    @property
    def is_waiting(self) -> bool:
        return self.record.publication in WAITING


@dataclass
class Choice:
    """Whose numbers count for an announcement, and what the editor of this entry proposes."""

    announcement: Announcement
    said: list[Statement]
    proposed: ProposedChange | None = None

    @property
    def why(self) -> str:
        return self.proposed.why if self.proposed else ""

    @property
    def options(self) -> list[tuple[Statement, bool]]:
        """Each statement, and whether it is ticked: the one proposed, else the one that counts now."""
        return [(each, each.pk == self.proposed.object_id if self.proposed else each.is_chosen) for each in self.said]


@dataclass
class Entry:
    """What one changeset entered, beside the text it was read from."""

    made: Changeset
    shown: list[Shown]
    sources: list[Source]
    pieces: list[Piece]

    @property
    def by(self) -> str:
        return author(self.made)

    @property
    def in_review(self) -> list[Shown]:
        return [each for each in self.shown if each.record.publication == Publication.IN_REVIEW]

    @property
    def drafts(self) -> list[Shown]:
        return [each for each in self.shown if each.record.publication == Publication.DRAFT]

    @property
    def ticked(self) -> list[Shown]:
        """What a step takes unless one says otherwise: what was sent. Drafts beside it were left out on purpose."""
        return self.in_review or self.drafts

    @property
    def choices(self) -> list[Choice]:
        """Announcements that have a chosen statement while another comes in here: whose numbers count is asked."""
        open_ones = choices_proposed(each.record for each in self.shown if each.beside)
        found = {
            each.record.announcement.pk: Choice(each.record.announcement, each.beside, open_ones.get(each.record.pk))
            for each in sorted(self.shown, key=lambda each: each.record.pk in open_ones)
            if each.beside and each.is_waiting
        }
        return list(found.values())


def entry_of(number: int) -> Entry:
    """Raises Http404 for a changeset that entered no record."""
    made = Changeset.objects.select_related("by").filter(number=number).first() if number <= LARGEST_NUMBER else None
    records = list(records_entered(number)) if made else []
    if made is None or not records:
        raise Http404
    words = InWords()
    shown = [show(record, number, words) for record in records]
    sources = sources_of(records)
    return Entry(made, shown, sources, marked(sources, shown))


def records_entered(number: int) -> Iterable[Any]:
    """The records that a changeset entered and, of people who wait, everything else that waits."""
    seen: set[Any] = set()
    for model in record_models():
        keys = history_of(model, pgh_label="insert", pgh_changeset=number).values("pgh_obj_id")
        for record in model._base_manager.filter(pk__in=keys).order_by("pk")[:MOST_SHOWN]:
            yield from unseen([record], seen)
            if isinstance(record, Prisoner):
                for rows in belonging_to(record):
                    yield from unseen(rows.filter(publication__in=WAITING), seen)


def unseen(records: Iterable[Any], seen: set[Any]) -> Iterable[Any]:
    for record in records:
        if (type(record), record.pk) not in seen:
            seen.add((type(record), record.pk))
            yield record


def show(record: Any, number: int, words: InWords) -> Shown:
    told = list(row_changes(type(record), history_of(type(record), pgh_obj_id=record.pk), words))
    first = [change for row in told if row.changeset == number and row.event == "insert" for change in row.fields]
    later = steps(row for row in told if row.changeset != number)
    now = {change.name: change for row in told for change in row.fields}
    values = [now[change.name] for change in first if change.name != "publication" and now[change.name].after]
    values += [change for name, change in now.items() if name not in {each.name for each in first} and change.after]
    return Shown(record, values, later, quotes_of(record), beside=others_said(record))


def quotes_of(record: Any) -> list[str]:
    """The words that a record was read from."""
    if isinstance(record, Statement):
        return [record.words]
    if isinstance(record, ReportedFigure):
        return [record.quote]
    return list(record.citations.exclude(quote="").values_list("quote", flat=True)[:5])


def others_said(record: Any) -> list[Statement]:
    """All statements of the announcement of a statement that is not its chosen one; else none."""
    if not isinstance(record, Statement) or record.is_chosen:
        return []
    said = record.announcement.statements.exclude(publication=Publication.RETRACTED)
    return list(said.select_related("source").order_by("-is_chosen", "pk"))


def sources_of(records: Iterable[Any]) -> list[Source]:
    """The sources that an entry brings or names, each once, with their private parts."""
    named = (record.pk if isinstance(record, Source) else getattr(record, "source_id", None) for record in records)
    keys = {key for key in named if key is not None}
    return list(Source.objects.filter(pk__in=keys).select_related("private").order_by("pk"))


def marked(sources: list[Source], shown: list[Shown]) -> list[Piece]:
    """The text of the entry's first source that has one, with the words of each record marked and numbered."""
    text = next((told for source in sources if (told := text_of(source))), "")
    found = []
    for each in shown:
        for quote in each.quotes:
            start = text.find(quote.removesuffix("…").strip()) if quote.strip() else -1
            if start >= 0:
                found.append((f"record-{each.record.public_id}", str(each.record), (start, start + len(quote.strip()))))
    numbered = number_words(found)
    for each in shown:
        each.numbers = numbers_of(each, [words for words, _span in numbered])
    return pieces(text, numbered) if text else []


def numbers_of(shown: Shown, words: list[Words]) -> list[int]:
    return [each.number for each in words if each.value == f"record-{shown.record.public_id}"]


def text_of(source: Source) -> str:
    """The stored text of a source; empty if none is kept."""
    private = getattr(source, "private", None)
    return private.stored_text if private else ""


def chosen_of(entry: Entry, keys: Iterable[str]) -> list[Record]:
    """The records of an entry that a form names."""
    wanted = set(keys)
    return [each.record for each in entry.shown if each.key in wanted]
