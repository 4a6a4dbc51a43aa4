"""From rows to records: the people of a list, what happened to them by the list's own words, and the list itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType

from prisoners.importing.mapping import OWN_EXPORT, THE_LIST, ListMapping
from prisoners.importing.references import References
from prisoners.importing.rows import NOT_RECOGNISED
from prisoners.importing.staging import Said
from prisoners.models import (
    Case,
    CaseDetention,
    Charge,
    Conviction,
    Detention,
    ImportRow,
    ListEdition,
    ListEntry,
    ListEntryPrivate,
    Merge,
    Name,
    Prisoner,
    PrisonerOccupation,
    Recognition,
    RecognitionBy,
    Release,
    Stay,
)
from registry.bulk import create_many
from registry.dates import PartialDate
from registry.identifiers import ALPHABET, LENGTH
from registry.models import Citation, Source
from registry.publishing import Publication

Told = dict[str, Any]
LONGEST_LOCATOR = 100
CRIMINAL_CODE = "Criminal Code"


@dataclass
class List:
    """The list that is entered: its edition and source, what is said of it, and in which state its records begin."""

    edition: ListEdition
    source: Source
    said: Said
    mapping: ListMapping
    publication: str
    references: References
    header: list[str]
    earlier: ListEdition | None = None
    is_bare: bool = False

    @property
    def dated(self) -> PartialDate | None:
        return self.edition.dated_on

    @property
    def state_by_then(self) -> PartialDate | None:
        """For what began before the list was published: on or before its date, and after the edition before."""
        begins = self.earlier.dated_on.earliest if self.earlier and self.earlier.dated_on else None
        ends = self.dated.latest if self.dated else None
        if begins and ends and begins <= ends:
            return PartialDate.parse(f"{begins}/{ends}")
        if ends:
            return PartialDate.parse(f"../{ends}")
        return PartialDate.parse(f"{begins}/..") if begins else None

    @property
    def on_or_before(self) -> PartialDate | None:
        return PartialDate.parse(f"../{self.dated.latest}") if self.dated and self.dated.latest else None

    def publication_of(self, told: Told) -> str:
        """People whom the list marks as not recognised are drafts, whatever is done with the list."""
        return Publication.DRAFT if told.get("status") == NOT_RECOGNISED else self.publication


# --- New people ---


def record_new(rows: Sequence[ImportRow], entered: List) -> None:
    """Make the people of rows, with everything the rows say of them. Row and person are joined by `row.person`."""
    people = [person_of(row, entered) for row in rows]
    keep_identifiers(rows, people, entered)
    create_many(people)
    for row, person in zip(rows, people, strict=True):
        row.person = person.public_id
    both = list(zip(rows, people, strict=True))
    create_many(name for row, person in both for name in names_of(row, person, entered))
    if not entered.is_bare:
        record_facts(both, entered)
        cite([(person, row, "") for row, person in both], entered)
    enter(both, entered)


def person_of(row: ImportRow, entered: List) -> Prisoner:
    told = row.told
    person = Prisoner(
        country=told.get("country", ""), sex=told.get("sex", Prisoner.Sex.UNKNOWN), born_on=told.get("born_on"),
        citizenships=told.get("citizenships", []), biography=told.get("biography", ""),
        publication=entered.publication_of(told),
    )  # fmt: skip
    if told.get("home_region") and person.country:
        person.home_region = entered.references.region(told["home_region"], person.country)
    return person


def keep_identifiers(rows: Sequence[ImportRow], people: Sequence[Prisoner], entered: List) -> None:
    """People of a file of ours keep their public identifiers, unless one was given to somebody before."""
    if entered.mapping.title != OWN_EXPORT:
        return
    asked = {
        row.external_id for row in rows if len(row.external_id) == LENGTH and set(row.external_id) <= set(ALPHABET)
    }
    asked -= set(Prisoner.objects.filter(public_id__in=asked).values_list("public_id", flat=True))
    asked -= set(Merge.objects.filter(merged_public_id__in=asked).values_list("merged_public_id", flat=True))
    for row, person in zip(rows, people, strict=True):
        if row.external_id in asked:
            person.public_id = row.external_id


def names_of(row: ImportRow, person: Prisoner, entered: List) -> list[Name]:
    return [
        Name(prisoner=person, text=text, kind=kind, publication=entered.publication_of(row.told))
        for text, kind in row.told["names"]
    ]


def record_facts(both: Sequence[tuple[ImportRow, Prisoner]], entered: List) -> None:
    """What happened to new people: detentions with their stays and releases, cases, verdicts, recognitions."""
    create_many(
        PrisonerOccupation(prisoner=person, occupation=entered.references.occupation(name))
        for row, person in both
        for name in row.told.get("occupations", [])
    )
    detentions = record_detentions([each for each in both if says_held(each[0].told)], entered)
    record_cases(both, detentions, entered)
    record_recognitions([each for each in both if is_recognised(each[0].told, entered)], entered)


# --- Detentions ---


def says_held(told: Told) -> bool:
    """Whether a row says that the person was deprived of liberty at all."""
    speaks = ("taken_on", "released_on", "ended_how", "place", "form", "confirmed_on")
    return any(told.get(name) for name in speaks) or told.get("status") in ("held", "former", "released")


def record_detentions(both: Sequence[tuple[ImportRow, Prisoner]], entered: List) -> dict[int, Detention]:
    """By person; each with the stay and the release that its row tells of."""
    made = create_many(detention_of(row.told, person, entered) for row, person in both)
    with_rows = [(row, detention) for (row, _person), detention in zip(both, made, strict=True)]
    placed = [each for each in with_rows if each[0].told.get("place") or each[0].told.get("form")]
    stays = create_many(stay_in(detention, row.told, entered) for row, detention in placed)
    freed = [each for each in with_rows if each[1].ended_how == Detention.End.RELEASE]
    releases = create_many(release_of(row.told, detention) for row, detention in freed)
    cite([(detention, row, "") for row, detention in with_rows], entered)
    cite(
        [(detention, row, "taken_on") for row, detention in with_rows if "taken_on" in row.told.get("written", {})],
        entered,
    )
    cite([(stay, row, "") for (row, _detention), stay in zip(placed, stays, strict=True)], entered)
    cite([(release, row, "") for (row, _detention), release in zip(freed, releases, strict=True)], entered)
    return {detention.prisoner_id: detention for detention in made}


def detention_of(told: Told, person: Prisoner, entered: List) -> Detention:
    taken = PartialDate.parse(told["taken_on"]) if told.get("taken_on") else None
    how, ended = end_of(told, entered)
    if how and ended and taken and ended.certainly_before(taken):
        ended = None
    confirmed = confirmation(told, entered) if not how else None
    if confirmed and taken and confirmed.certainly_before(taken):
        confirmed = None
    return Detention(
        prisoner=person, country=told.get("country", "") or entered.said.country, taken_on=taken,
        proceeding=proceeding_of(told), ended_how=how, ended_on=ended, last_confirmed_on=confirmed,
        last_confirmed_by=entered.source if confirmed else None, publication=entered.publication_of(told),
    )  # fmt: skip


def end_of(told: Told, entered: List) -> tuple[str, PartialDate | None]:
    """How a detention ended and when, by the row's words. “Former” says that it ended, not how. Nor is it known of
    the dead, though a day stands there: the death waits for a person's word."""
    status, how = told.get("status", ""), told.get("ended_how", "")
    day = PartialDate.parse(told["released_on"]) if told.get("released_on") else None
    if how:
        return (Detention.End.UNKNOWN if how == Detention.End.DEATH else how), day or entered.on_or_before
    if day is None and status not in ("released", "former", "died"):
        return "", None
    is_release = not told.get("died") and (day is not None or status == "released")
    return (Detention.End.RELEASE if is_release else Detention.End.UNKNOWN), day or entered.on_or_before


def confirmation(told: Told, entered: List) -> PartialDate | None:
    """When somebody last said that the person is held: as the row says, else the list's own date."""
    if told.get("confirmed_on"):
        return PartialDate.parse(told["confirmed_on"])
    return entered.dated if is_said_held(told) else None


def is_said_held(told: Told) -> bool:
    """Whether a row has somebody as held; whom it calls dead beside that, it confirms nothing of."""
    return told.get("status") == "held" and not told.get("died")


def proceeding_of(told: Told) -> str:
    codes = {code for code, _version, _number, _title in told.get("articles", [])}
    if CRIMINAL_CODE in codes:
        return Detention.Proceeding.CRIMINAL
    return Detention.Proceeding.ADMINISTRATIVE if codes else Detention.Proceeding.UNKNOWN


def release_of(told: Told, detention: Detention) -> Release:
    kind = told.get("release_kind", Release.Kind.UNKNOWN)
    return Release(detention=detention, kind=kind, publication=detention.publication)


def stay_in(detention: Detention, told: Told, entered: List) -> Stay:
    place = None
    if told.get("place") and detention.country:
        place = entered.references.place(told["place"], detention.country, told.get("place_kind", ""))
    form = told.get("form", Stay.Form.UNKNOWN)
    return Stay(detention=detention, place=place, form=form, publication=detention.publication)


# --- Cases ---


def record_cases(both: Sequence[tuple[ImportRow, Prisoner]], detentions: dict[int, Detention], entered: List) -> None:
    """One case for what a row says of prosecution: several cases of one row can't be told apart."""
    accused = [(row, person) for row, person in both if row.told.get("articles") or says_verdict(row.told)]
    cases = create_many(Case(prisoner=person, publication=entered.publication_of(row.told)) for row, person in accused)
    create_many(
        CaseDetention(case=case, detention=detentions[case.prisoner_id])
        for case in cases
        if case.prisoner_id in detentions
    )
    with_rows = [(row, case) for (row, _person), case in zip(accused, cases, strict=True)]
    cite([(case, row, "") for row, case in with_rows], entered)
    record_charges(with_rows, entered)
    verdicts = create_many(verdict_of(row.told, case, entered) for row, case in with_rows if says_verdict(row.told))
    judged = [row for row, _case in with_rows if says_verdict(row.told)]
    cite([(verdict, row, "") for row, verdict in zip(judged, verdicts, strict=True)], entered)


def record_charges(with_rows: Sequence[tuple[ImportRow, Case]], entered: List) -> None:
    alleged = [(row, charge) for row, case in with_rows for charge in charges_of(row.told, case, entered)]
    charges = create_many(charge for _row, charge in alleged)
    cite([(charge, row, "") for (row, _charge), charge in zip(alleged, charges, strict=True)], entered)


def says_verdict(told: Told) -> bool:
    return any(told.get(name) for name in ("decided_on", "months", "days", "sentence", "judge", "court"))


def charges_of(told: Told, case: Case, entered: List, known: Iterable[str] = ()) -> list[Charge]:
    """Charged is all that a list of articles says: which of them a verdict names it does not tell."""
    country = told.get("country", "") or entered.said.country
    return [
        Charge(
            case=case, article=entered.references.article(code, version, number, title, country),
            publication=case.publication,
        )
        for code, version, number, title in told.get("articles", [])
        if number not in set(known)
    ]  # fmt: skip


def verdict_of(told: Told, case: Case, entered: List) -> Conviction:
    country = told.get("country", "") or entered.said.country
    court = entered.references.court(told["court"], country) if told.get("court") and country else None
    return Conviction(
        case=case, decided_on=told.get("decided_on"), sentence=told.get("sentence", Conviction.Sentence.UNKNOWN),
        length_months=told.get("months"), length_days=told.get("days"), judge=told.get("judge", ""), court=court,
        publication=case.publication,
    )  # fmt: skip


# --- Recognitions ---


def is_recognised(told: Told, entered: List) -> bool:
    return is_covered(told, entered.said, entered.mapping)


def is_covered(told: Told, said: Said, mapping: ListMapping) -> bool:
    """Whether the organisation's word covers a row: not where the list says otherwise or says nothing of a person."""
    if not said.recognised_by or told.get("status") == NOT_RECOGNISED:
        return False
    if told.get("recognised"):
        return told["recognised"] == "yes"
    return bool(told.get("says_status")) or "status" not in mapping.columns


def record_recognitions(both: Sequence[tuple[ImportRow, Prisoner]], entered: List) -> None:
    acts = create_many(recognition_of(row.told, person, entered) for row, person in both)
    organisations = [entered.references.organisation(name) for name in entered.said.recognised_by]
    create_many(
        RecognitionBy(recognition=act, organisation=organisation) for act in acts for organisation in organisations
    )


def recognition_of(told: Told, person: Prisoner, entered: List) -> Recognition:
    """Dated by the row; else by the list, which is the act itself or shows that it was done by then."""
    act = Recognition.Act.EX_POST_FACTO if told.get("ex_post_facto") else Recognition.Act.RECOGNISED
    by_list = entered.dated if entered.mapping.recognised == THE_LIST else entered.state_by_then
    return Recognition(
        prisoner=person, act=act, acted_on=told.get("recognised_on") or by_list, statement=entered.source,
        publication=entered.publication_of(told),
    )  # fmt: skip


# --- The list itself ---


def enter(both: Sequence[tuple[ImportRow, Prisoner]], entered: List) -> None:
    """The rows as entries of the edition, with every cell as written."""
    entries = create_many(
        ListEntry(edition=entered.edition, external_id=row.external_id, prisoner=person) for row, person in both
    )
    create_many(
        ListEntryPrivate(entry=entry, cells=row.as_written(entered.header))
        for (row, _person), entry in zip(both, entries, strict=True)
    )


def cite(records: Sequence[tuple[Any, ImportRow, str]], entered: List) -> None:
    """Name the list as the source of records; of a field with the words that it was read from."""
    Citation.objects.bulk_create(
        [
            Citation(
                source=entered.source, content_type=ContentType.objects.get_for_model(record), object_id=record.pk,
                field=field, locator=row.external_id[:LONGEST_LOCATOR],
                quote=row.told.get("written", {}).get(field, ""),
            )
            for record, row, field in records
        ],
        ignore_conflicts=True,
    )  # fmt: skip
