"""From the parts of a draft to records: a source, announcements with their statements and relations, figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from pardons.desk.corrections import propose_choice
from pardons.desk.drafts import hash_of, source_with
from pardons.desk.forms import ActForm, FigureForm, PartForm
from pardons.desk.guard import INSIDE, SAME, Pair
from pardons.desk.models import DeskDraft
from pardons.editing import let_count
from pardons.models import Announcement, AnnouncementPrivate, Relation, ReportedFigure, Statement
from registry.editing import PUBLIC_ONCE, settle
from registry.history import changeset
from registry.models import Changeset, Citation, Source, SourcePrivate
from registry.publishing import Publication

LONGEST_QUOTE = 500


@dataclass
class Entry:
    """One part to be entered: its form, checked, and how it is related to other announcements."""

    key: str
    form: PartForm
    country: str
    pairs: list[Pair] = field(default_factory=list)

    @property
    def same_as(self) -> Pair | None:
        """The recorded announcement that this part is about, if the editor said so."""
        return next((pair for pair in self.pairs if pair.answer == SAME), None)


def enter(draft: DeskDraft, entries: Iterable[Entry], *, by: Any, to: str) -> int | None:
    """Make records of parts that are not yet entered, as drafts or in review; the changeset, or None if all were.

    All or nothing. A form sent twice enters nothing twice: what a part became stands in the draft, which is read and
    written under the changeset's lock. Raises ValidationError where somebody else has entered this text meanwhile.
    """
    report = draft.typed["report"]
    with changeset(by=by, note=_("Entered from “%(title)s”.") % {"title": report["title"]}):
        held = DeskDraft.objects.select_for_update().get(pk=draft.pk)
        # What was entered and then undone can be entered again.
        there = made_of(held)
        left = [entry for entry in entries if entry.key not in there]
        if not left:
            return None
        source = source_for(held, to)
        made = {key: part for key, part in held.entered.items() if key in there}
        for entry in acts_first(left):
            made[entry.key] = enter_part(entry, source, to, made, by=by)
        settle()
        number = Changeset.latest_number()
        stamped = {key: {**part, "changeset": part.get("changeset", number)} for key, part in made.items()}
        DeskDraft.objects.filter(pk=held.pk).update(entered=stamped, touched_at=Now())
    draft.entered = stamped
    return number


def acts_first(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: isinstance(entry.form, FigureForm))


# --- The source ---


def source_for(draft: DeskDraft, to: str) -> Source:
    """The source of a draft: the one that holds the very text, else a new one."""
    report = draft.typed["report"]
    found = source_with(report["text"])
    if found is None:
        return make_source(report, to)
    if not (draft.entered or draft.typed.get("knows_source")):
        raise ValidationError(
            _("This text has been entered meanwhile: look at what was made of it before you enter more."),
            code="entered_meanwhile",
        )
    return found


def make_source(report: Mapping[str, str], to: str) -> Source:
    fields = ("url", "publisher", "published_on", "title", "kind", "author", "archived_url", "language", "access")
    values = {name: report.get(name) or "" for name in fields}
    source = Source(**{**values, "published_on": values["published_on"] or None}, publication=to)
    source.sha256 = hash_of(report["text"])
    source.full_clean()
    source.save()
    SourcePrivate.objects.create(source=source, stored_text=report["text"])
    return source


# --- The parts ---


def enter_part(entry: Entry, source: Source, to: str, made: Mapping[str, Any], *, by: Any) -> dict[str, Any]:
    """Make the record of one part; what the draft keeps of it."""
    if isinstance(entry.form, ActForm):
        return enter_act(entry, entry.form, source, to, made, by=by)
    figure = entry.form.save(commit=False)
    figure.source, figure.publication, figure.country = source, to, entry.country
    figure.full_clean()
    figure.save()
    return {"is": "figure", "id": figure.public_id}


def enter_act(
    entry: Entry, form: ActForm, source: Source, to: str, made: Mapping[str, Any], *, by: Any
) -> dict[str, Any]:
    same = entry.same_as
    if same is not None and same.announcement is not None:
        statement = add_statement(same.announcement, form, source, to, same, by=by)
        return {"is": "statement", "id": statement.public_id, "of": same.announcement.public_id}
    announcement = form.save(commit=False)
    announcement.publication, announcement.country = to, entry.country
    announcement.full_clean()
    announcement.save()
    save_statement(announcement, form, source, to, is_chosen=True)
    keep_names(announcement, form, source)
    cite(announcement, form, source)
    for pair in entry.pairs:
        relate(announcement, pair, made)
    return {"is": "announcement", "id": announcement.public_id}


def save_statement(announcement: Announcement, form: ActForm, source: Source, to: str, *, is_chosen: bool) -> Statement:
    statement = form.statement()
    statement.announcement, statement.source, statement.publication = announcement, source, to
    statement.as_of, statement.act_on = source.published_on, form.cleaned_data["act_on"]
    statement.is_chosen = is_chosen
    statement.full_clean()
    statement.save()
    return statement


def add_statement(
    announcement: Announcement, form: ActForm, source: Source, to: str, pair: Pair, *, by: Any
) -> Statement:
    """What this report says of an announcement that is recorded: beside what is there, and chosen if so asked.

    On what was public once the choice is passed on with its reason: whoever publishes the statement decides.
    """
    if pair.choose and not pair.why:
        raise ValidationError(
            _("Say why these numbers of %(title)s are the better ones.") % {"title": pair.title}, code="reason_missing"
        )
    now = Announcement.objects.get(pk=announcement.pk)
    statement = save_statement(now, form, source, to, is_chosen=False)
    if pair.choose and now.publication in PUBLIC_ONCE:
        propose_choice(statement, by=by, why=pair.why)
    elif pair.choose:
        let_count(statement, pair.why)
        statement.is_chosen = True
        statement.save(update_fields=["is_chosen"])
    keep_names(now, form, source)
    if conditions := form.cleaned_data["conditions"]:
        keep_line(now, _("Conditions told by “%(source)s”: %(words)s") % {"source": source.title, "words": conditions})
    return statement


def keep_names(announcement: Announcement, form: ActForm, source: Source) -> None:
    """Names wait for editors, in the private part, until someone identifies the people."""
    if named := form.people_named():
        private, _made = AnnouncementPrivate.objects.get_or_create(announcement=announcement)
        private.names_told = [*private.names_told, {"source": source.public_id, "names": named}]
        private.save()


def keep_line(announcement: Announcement, line: str) -> None:
    """One more line of the editors' notes."""
    private, _made = AnnouncementPrivate.objects.get_or_create(announcement=announcement)
    private.notes = "\n".join(each for each in (private.notes, line) if each)
    private.save()


def cite(announcement: Announcement, form: ActForm, source: Source) -> None:
    """The source supports the date of the act, which drives counts; else the whole announcement."""
    Citation.objects.create(
        source=source,
        record=announcement,
        field="act_on" if announcement.act_on else "",
        quote=form.cleaned_data["words"][:LONGEST_QUOTE],
    )


def relate(announcement: Announcement, pair: Pair, made: Mapping[str, Any]) -> None:
    """Record how a new announcement stands to another, as the editor answered; no answer, no relation."""
    other = other_of(pair, made)
    if other is None or not pair.answer or pair.answer == SAME:
        return
    first, second = (other, announcement) if pair.answer == INSIDE else (announcement, other)
    kind = Relation.Kind.CONTAINS if pair.answer == INSIDE else pair.answer
    relation = Relation(first=first, second=second, kind=kind)
    relation.full_clean()
    relation.save()


def other_of(pair: Pair, made: Mapping[str, Any]) -> Announcement | None:
    """The other announcement; of the same report once that has been entered, None if it was dropped."""
    if pair.announcement is not None:
        return pair.announcement
    entered = made.get(pair.other, {})
    known = entered.get("of") or entered.get("id")
    return Announcement.objects.filter(public_id=known).first() if entered.get("is") != "figure" else None


def made_of(draft: DeskDraft) -> dict[str, Any]:
    """The records that the parts of a draft became, by key; those that were taken back are missing."""
    models = {"announcement": Announcement, "statement": Statement, "figure": ReportedFigure}
    found = {}
    for key, part in draft.entered.items():
        model: Any = models[part["is"]]
        if record := model.objects.exclude(publication=Publication.RETRACTED).filter(public_id=part["id"]).first():
            found[key] = record
    return found
