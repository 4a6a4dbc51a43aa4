"""What a list says of a person who is known already, cell by cell: against the edition before, against our records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from prisoners.importing.mapping import DATES
from prisoners.importing.matching import may_be_same
from prisoners.importing.rows import NOT_RECOGNISED
from prisoners.importing.values import length_in_words
from prisoners.models import Case, Conviction, Detention, Prisoner, Stay
from registry.dates import PartialDate
from registry.publishing import Publication

Told = Mapping[str, Any]

# In the order in which they are applied: a detention comes before its end and its place.
COMPARED = (
    "born_on", "sex", "home_region", "taken_on", "state", "released_on", "place", "articles", "decided_on", "sentence",
    "length", "court", "judge",
)  # fmt: skip
# What a list only tells of new people.
NOT_TAKEN = (
    "country", "citizenships", "occupations", "biography", "ended_how", "release_kind", "form", "confirmed_on",
)  # fmt: skip
# What nobody does any more who has died.
WHILE_ALIVE = ("taken_on", "state", "place")
OF_AN_ARREST = ("taken_on", "state", "released_on", "place")
HELD, ENDED = "held", "former"
HELD_WORDS = {"held": HELD, "former": ENDED, "released": "released"}


@dataclass
class Life:
    """Of a person what a row can speak of: the detention and the case it is about; None where there is none."""

    person: Prisoner
    detention: Detention | None = None
    case: Case | None = None
    conviction: Conviction | None = None


def life_for(person: Prisoner, told: Told) -> Life:
    """The detention that a row is about is the one that began when the row says, else the newest; and its case."""
    kept = [each for each in person.detentions.all() if each.publication != Publication.RETRACTED]
    detention = detention_meant(kept, told)
    cases = [each for each in person.cases.all() if each.publication != Publication.RETRACTED]
    explaining = [case for case in cases if detention in case.detentions.all()]
    found = explaining or (cases if len(cases) == 1 else [])
    case = found[-1] if found else None
    verdicts = [each for each in case.convictions.all() if each.publication != Publication.RETRACTED] if case else []
    return Life(person, detention, case, verdicts[-1] if verdicts else None)


def detention_meant(kept: list[Detention], told: Told) -> Detention | None:
    taken = PartialDate.parse(told["taken_on"]) if told.get("taken_on") else None
    if taken is not None:
        same = [each for each in kept if each.taken_on and may_be_same(each.taken_on, taken)]
        if same:
            return same[-1]
        # One that was over by then is another detention.
        kept = [each for each in kept if not (each.ended_on and each.ended_on.certainly_before(taken))]
    return max(kept, key=lambda each: (not each.ended_how, str(each.taken_latest or ""), each.pk), default=None)


def cells_of(told: Told) -> dict[str, str]:
    """What a row says, as texts that can be compared with what is recorded."""
    said = {name: str(told.get(name) or "") for name in COMPARED}
    said["state"] = HELD_WORDS.get(told.get("status", ""), "")
    if said["released_on"] or told.get("ended_how") or said["state"] == "released":
        how = told.get("ended_how") or ("unknown" if told.get("died") else "release")
        said["state"] = "released" if how == "release" else ENDED
    said |= {name: "" for name in ("sex", "sentence") if said[name] == "unknown"}
    said["length"] = length_in_words(told.get("months"), told.get("days"))
    said["articles"] = "; ".join(sorted(number for _code, _version, number, _title in told.get("articles", [])))
    return said


def recorded(life: Life) -> dict[str, str]:
    """The same of what the registry holds."""
    person, detention, verdict = life.person, life.detention, life.conviction
    stay = newest_stay(detention)
    charges = life.case.charges.all() if life.case else ()
    return {
        "born_on": person.born_on.text if person.born_on else "",
        "sex": "" if person.sex == Prisoner.Sex.UNKNOWN else person.sex,
        "home_region": person.home_region.name if person.home_region else "",
        "taken_on": detention.taken_on.text if detention and detention.taken_on else "",
        "state": state_of(detention),
        "released_on": detention.ended_on.text if detention and detention.ended_on else "",
        "place": stay.place.name if stay and stay.place else "",
        "articles": "; ".join(sorted(charge.article.number for charge in charges)),
        "decided_on": verdict.decided_on.text if verdict and verdict.decided_on else "",
        "sentence": verdict.sentence if verdict and verdict.sentence != "unknown" else "",
        "length": length_in_words(verdict.length_months, verdict.length_days) if verdict else "",
        "court": verdict.court.name if verdict and verdict.court else "",
        "judge": verdict.judge if verdict else "",
    }


def not_taken(told: Told, before: Told | None, life: Life) -> list[tuple[str, str, str]]:
    """Cells that differ from what is recorded and that an import leaves as they are: which, recorded, in the list.

    What the edition before said already is not told again.
    """
    there = as_texts(before) if before is not None else {}
    here, now = as_texts(told), left_alone(life)
    return [
        (name, now[name], here[name]) for name in NOT_TAKEN
        if here[name] and name in now and here[name] not in (now[name], there.get(name))
    ]  # fmt: skip


def as_texts(told: Told) -> dict[str, str]:
    """Of a row the cells that are not compared otherwise; several values in one order."""
    values = {name: told.get(name) or "" for name in NOT_TAKEN}
    values["biography"] = " ".join(str(values["biography"]).split())
    said = {name: "; ".join(sorted(each)) if isinstance(each, list) else str(each) for name, each in values.items()}
    return said | {name: "" for name in ("ended_how", "release_kind", "form") if said[name] == "unknown"}


def left_alone(life: Life) -> dict[str, str]:
    """The same of what the registry holds. How a detention ended is taken where none is recorded as over."""
    person, detention = life.person, life.detention
    found = {
        "country": person.country, "citizenships": "; ".join(sorted(person.citizenships)),
        "occupations": "; ".join(sorted(each.name for each in person.occupations.all())),
        "biography": " ".join(person.biography.split()),
    }  # fmt: skip
    if detention is None:
        return found
    found["confirmed_on"] = detention.last_confirmed_on.text if detention.last_confirmed_on else ""
    if (stay := newest_stay(detention)) and stay.place:
        found["form"] = stay.form
    if detention.ended_how:
        found["ended_how"] = detention.ended_how
    if release := getattr(detention, "release", None):
        found["release_kind"] = release.kind
    return found


def state_of(detention: Detention | None) -> str:
    if detention is None:
        return ""
    if not detention.ended_how:
        return HELD
    return "released" if detention.ended_how == Detention.End.RELEASE else ENDED


def newest_stay(detention: Detention | None) -> Stay | None:
    stays = [each for each in detention.stays.all() if each.publication != Publication.RETRACTED] if detention else []
    return max(stays, key=lambda each: (str(each.from_earliest or ""), each.pk), default=None)


def is_past_death(told: Told, person: Prisoner, dated: PartialDate | None) -> bool:
    """Whether a row has somebody as taken, or a list of that day as held, after the death that is recorded of them.

    Of a death without a day every row that has them as held is in doubt.
    """
    if not person.death_circumstance:
        return False
    is_held = told.get("status") == HELD and not told.get("died")
    if person.died_on is None:
        return is_held
    days = [PartialDate.parse(told["taken_on"]) if told.get("taken_on") else None, dated if is_held else None]
    return any(person.died_on.certainly_before(day) for day in days if day)


def changes(told: Told, before: Told | None, life: Life, *, is_past_death: bool = False) -> list[dict[str, Any]]:
    """The cells that differ from the edition before and from what is recorded. An empty cell says nothing.

    `before` is the row of the edition before, None where there was none: then the list fills what is empty here, and
    what differs is a conflict. A value that an editor has changed since that edition is one, too: it is shown, and
    taken only where a person says so. So is what a list says of the life of somebody who had died by then. What waits
    can't be taken from here at all: a person enters it at the record.
    """
    here, now = cells_of(told), recorded(life)
    there = cells_of(before) if before is not None else {}
    is_held_now = here["state"] == HELD and there.get("state") in (ENDED, "released")
    if is_held_now and life.detention is None and is_recorded_arrest(before, life.person):
        # Taken again after the end: what the list said of the arrest before is no value of this one.
        there |= dict.fromkeys(OF_AN_ARREST, "")
    found = []
    for name in COMPARED:
        after, was = here[name], there.get(name, "")
        if not after or (before is not None and after == was) or is_known(name, after, now[name]):
            continue
        entered = HELD if name == "state" and not was and before and begins_detention(before) else was
        is_conflict = contradicts(name, after, now[name], entered)
        is_conflict |= is_past_death and name in WHILE_ALIVE
        waits = name == "state" and after == HELD and is_same_arrest(told, life.detention)
        is_conflict |= waits
        found.append(
            {"field": name, "before": was, "now": now[name], "after": after, "is_conflict": is_conflict,
             "take": not is_conflict, "waits": waits}
        )  # fmt: skip
    return found + recognition_gone(told, before, life.person) + new_spellings(told, life.person)


def begins_detention(told: Told) -> bool:
    """Whether a row that says nothing of an end was entered as a detention that goes on."""
    return any(told.get(name) for name in ("taken_on", "place", "form", "confirmed_on"))


def contradicts(name: str, after: str, now: str, was: str) -> bool:
    """Whether a list's new value speaks against what an editor has made of the old one, be it only less exact."""
    if not now:
        return bool(was)
    keeps_what_was = not was or is_known(name, was, now)
    return now != was and not (keeps_what_was and adds(name, after, now))


def is_recorded_arrest(told: Told | None, person: Prisoner) -> bool:
    kept = (each for each in person.detentions.all() if each.publication != Publication.RETRACTED)
    return told is not None and any(is_same_arrest(told, each) for each in kept)


def is_same_arrest(told: Told, detention: Detention | None) -> bool:
    """Whether a row names the day on which a detention began: then it tells of no other one."""
    if not told.get("taken_on") or detention is None or detention.taken_on is None:
        return False
    return may_be_same(detention.taken_on, PartialDate.parse(told["taken_on"]))


def is_known(name: str, after: str, now: str) -> bool:
    """Whether what a list says is recorded already, in the same words or more exactly."""
    if name == "articles":
        return set(after.split("; ")) <= set(now.split("; "))
    if name in DATES and now and adds(name, now, after):
        return True
    if name == "state":
        return after == now or (after == ENDED and now == "released")
    return after == now or after.casefold() == now.casefold()


def adds(name: str, after: str, now: str) -> bool:
    """Whether what a list says goes beside what is recorded or lies within it: an article more, a day of that month."""
    if name not in DATES:
        return name == "articles"
    one, other = PartialDate.parse(after), PartialDate.parse(now)
    begins = other.earliest is None or (one.earliest is not None and one.earliest >= other.earliest)
    return begins and (other.latest is None or (one.latest is not None and one.latest <= other.latest))


def recognition_gone(told: Told, before: Told | None, person: Prisoner) -> list[dict[str, Any]]:
    """That a list does not recognise somebody who is public, told once: what is to be done is up to a person."""
    was = str((before or {}).get("status", ""))
    is_shown = person.publication in (Publication.PUBLISHED, Publication.WITHHELD)
    if told.get("status") != NOT_RECOGNISED or was == NOT_RECOGNISED or not is_shown:
        return []
    return [
        {"field": "status", "before": was, "now": person.get_publication_display(), "after": _("not recognised"),
         "is_conflict": True, "take": False, "waits": True}
    ]  # fmt: skip


def new_spellings(told: Told, person: Prisoner) -> list[dict[str, Any]]:
    """Spellings of the row that the person is not recorded under."""
    known = {name.text.casefold() for name in person.names.all()}
    return [
        {"field": "name", "before": "", "now": "", "after": text, "is_conflict": False, "take": True, "waits": False}
        for text, _kind in told.get("names", [])
        if text.casefold() not in known
    ]
