"""What a list changes about people who are known: the cells that were taken, each by one function."""

from __future__ import annotations

from prisoners.importing.changing import Life
from prisoners.importing.recording import (
    List,
    charges_of,
    cite,
    detention_of,
    end_of,
    enter,
    is_recognised,
    is_said_held,
    record_recognitions,
    release_of,
    stay_in,
    verdict_of,
)
from prisoners.importing.values import length_in_words
from prisoners.models import Case, CaseDetention, Detention, ImportRow, Name, Prisoner, Recognition, Release
from registry.dates import PartialDate
from registry.publishing import Publication

FIELDS_OF_A_DETENTION = ("taken_on", "state", "released_on", "place")
FIELDS_OF_A_VERDICT = ("decided_on", "sentence", "length", "court", "judge")


def update_known(row: ImportRow, life: Life, entered: List) -> None:
    """Record what a row says of somebody known, as far as it was taken; absence and silence change nothing."""
    person = life.person
    wanted = [change for change in row.changes if change["take"] and not change.get("waits")]
    taken = {change["field"]: change["after"] for change in wanted if change["field"] != "name"}
    spellings = [change["after"] for change in wanted if change["field"] == "name"]
    add_spellings(person, spellings, row, entered)
    update_person(person, taken, entered)
    update_detention(life, row, taken, entered)
    update_case(life, row, taken, entered)
    if is_recognised(row.told, entered) and not is_recognised_already(person, entered):
        record_recognitions([(row, person)], entered)
    enter([(row, person)], entered)


def add_spellings(person: Prisoner, spellings: list[str], row: ImportRow, entered: List) -> None:
    kinds = {text: kind for text, kind in row.told.get("names", []) if kind != Name.Kind.MAIN}
    Name.objects.bulk_create(
        Name(
            prisoner=person, text=text, kind=kinds.get(text, Name.Kind.TRANSLITERATION),
            publication=entered.publication_of(row.told),
        )
        for text in spellings
    )  # fmt: skip


def update_person(person: Prisoner, taken: dict[str, str], entered: List) -> None:
    fields: list[str] = [name for name in ("born_on", "sex") if name in taken]
    for name in fields:
        setattr(person, name, taken[name])
    if "home_region" in taken and person.country:
        person.home_region = entered.references.region(taken["home_region"], person.country)
        fields.append("home_region")
    if fields:
        person.save(update_fields=fields)


# --- Detentions ---


def update_detention(life: Life, row: ImportRow, taken: dict[str, str], entered: List) -> None:
    if not any(name in taken for name in FIELDS_OF_A_DETENTION):
        confirm(life.detention, row, entered)
        return
    was_over = life.detention is not None and bool(life.detention.ended_how)
    if life.detention is None or (taken.get("state") == "held" and was_over):
        begin_detention(life, row, entered)
        return
    detention = life.detention
    if "taken_on" in taken:
        detention.taken_on = PartialDate.parse(taken["taken_on"])
    end_detention(detention, row, taken, entered)
    detention.save()
    confirm(detention, row, entered)
    if "released_on" in taken or "state" in taken:
        record_release(detention, row, entered)
    if "place" in taken:
        record_stay(detention, row, entered)
    cite([(detention, row, "")], entered)


def begin_detention(life: Life, row: ImportRow, entered: List) -> None:
    """Held, though nothing or an earlier time was recorded: taken when the row says, else between the editions."""
    detention = detention_of(row.told, life.person, entered)
    if detention.taken_on is None and entered.earlier is not None:
        detention.taken_on = entered.state_by_then
    detention.save()
    record_release(detention, row, entered)
    if row.told.get("place") or row.told.get("form"):
        record_stay(detention, row, entered)
    life.detention = detention
    cite([(detention, row, "")], entered)


def record_release(detention: Detention, row: ImportRow, entered: List) -> None:
    """The release that ends a detention, made where there is none, on the list's word."""
    if detention.ended_how != Detention.End.RELEASE:
        return
    release = Release.objects.filter(detention=detention).first()
    if release is None:
        release = release_of(row.told, detention)
        release.save()
    cite([(release, row, "")], entered)


def record_stay(detention: Detention, row: ImportRow, entered: List) -> None:
    stay = stay_in(detention, row.told, entered)
    stay.publication = entered.publication_of(row.told)
    stay.save()
    cite([(stay, row, "")], entered)


def end_detention(detention: Detention, row: ImportRow, taken: dict[str, str], entered: List) -> None:
    """Without a date, it ended between the two editions; how it ended is said only where the list does."""
    if "released_on" in taken:
        detention.ended_how = end_of(row.told, entered)[0] or Detention.End.RELEASE
        detention.ended_on = PartialDate.parse(taken["released_on"])
    elif taken.get("state") in ("former", "released"):
        is_release = taken["state"] == "released"
        detention.ended_how = Detention.End.RELEASE if is_release else Detention.End.UNKNOWN
        detention.ended_on = detention.ended_on or entered.state_by_then
    if detention.ended_on and detention.taken_on and detention.ended_on.certainly_before(detention.taken_on):
        detention.ended_on = None


def confirm(detention: Detention | None, row: ImportRow, entered: List) -> None:
    """A newer list that has someone as held is newer news of them; it changes nothing else."""
    dated = entered.dated
    if detention is None or detention.ended_how or dated is None or not is_said_held(row.told):
        return
    known = detention.last_confirmed_on
    if known is None or known.certainly_before(dated):
        detention.last_confirmed_on, detention.last_confirmed_by = dated, entered.source
        detention.save(update_fields=["last_confirmed_on", "last_confirmed_by"])


# --- Cases ---


def update_case(life: Life, row: ImportRow, taken: dict[str, str], entered: List) -> None:
    wants_verdict = any(name in taken for name in FIELDS_OF_A_VERDICT)
    if "articles" not in taken and not wants_verdict:
        return
    if life.case is None:
        life.case = Case.objects.create(prisoner=life.person, publication=entered.publication_of(row.told))
        if life.detention is not None:
            CaseDetention.objects.create(case=life.case, detention=life.detention)
    if "articles" in taken:
        known = life.case.charges.values_list("article__number", flat=True)
        for charge in charges_of(row.told, life.case, entered, known):
            charge.save()
            cite([(charge, row, "")], entered)
        cite([(life.case, row, "")], entered)
    if wants_verdict:
        update_verdict(life, life.case, row, taken, entered)


def update_verdict(life: Life, case: Case, row: ImportRow, taken: dict[str, str], entered: List) -> None:
    said = verdict_of(row.told, case, entered)
    verdict = life.conviction
    if verdict is None:
        said.save()
        cite([(said, row, "")], entered)
        return
    for name in ("decided_on", "sentence", "court", "judge"):
        if name in taken:
            setattr(verdict, name, getattr(said, name))
    if "length" in taken and taken["length"] == length_in_words(said.length_months, said.length_days):
        verdict.length_months, verdict.length_days = said.length_months, said.length_days
    verdict.save()
    cite([(verdict, row, "")], entered)


# --- Recognitions ---


def is_recognised_already(person: Prisoner, entered: List) -> bool:
    """Whether each of the organisations has recognised the person; a list shows no second act."""
    kept = [each for each in person.recognitions.all() if each.publication != Publication.RETRACTED]
    acts = (Recognition.Act.RECOGNISED, Recognition.Act.EX_POST_FACTO)
    by = {link.organisation_id for each in kept if each.act in acts for link in each.by_links.all()}
    return {entered.references.organisation(name).pk for name in entered.said.recognised_by} <= by
