"""Whom a row is about: by the list's identifier, by ours, then by name and what agrees. Every answer has its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from prisoners.comparing import Alike, likeliest, people_like
from prisoners.importing.staging import change_all
from prisoners.models import ImportRow, ListEdition, ListImport, Prisoner
from prisoners.names.many import ManyNames
from prisoners.names.matching import match
from prisoners.names.search import LIKE_ENOUGH, LookAlike
from registry.dates import PartialDate
from registry.publishing import Publication

# A person is taken by name from here on, if something else agrees, nothing differs and nobody else is nearly as like.
SURE, APART = 0.88, 0.06
# Below this the identifier of an earlier edition belongs to somebody else now: running numbers move.
STILL_THE_NAME = 0.6
MOST_SHOWN = 5
# Each row of a longer list is not searched for by itself, but with many others.
LONGEST_LOOKED_UP = 5_000

BY_IDENTIFIER = """
    UPDATE prisoners_importrow AS row SET person = known.public_id, outcome = 'match',
        reasons = jsonb_build_array(format(%(words)s, row.external_id))
    FROM (
        SELECT DISTINCT ON (entry.external_id) entry.external_id, prisoner.public_id
        FROM prisoners_listentry AS entry
        JOIN prisoners_listedition AS edition ON edition.id = entry.edition_id
        JOIN prisoners_prisoner AS prisoner ON prisoner.id = entry.prisoner_id
        WHERE edition.list_name = %(list)s AND edition.publication <> 'retracted'
        AND prisoner.publication <> 'retracted'
        ORDER BY entry.external_id, entry.edition_id DESC
    ) AS known
    WHERE row.list_import_id = %(key)s AND row.external_id = known.external_id AND row.outcome = 'create'
"""
BY_OUR_IDENTIFIER = """
    UPDATE prisoners_importrow AS row SET person = prisoner.public_id, outcome = 'match',
        reasons = jsonb_build_array(%(words)s::text)
    FROM prisoners_prisoner AS prisoner
    WHERE row.list_import_id = %(key)s AND row.external_id = prisoner.public_id AND row.outcome = 'create'
    AND prisoner.publication <> 'retracted'
"""


@dataclass
class Matched:
    """Who a row is about, if anybody is found; why; and who else it may be."""

    person: str = ""
    reasons: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)


def match_by_identifiers(list_import: ListImport, list_name: str, *, is_own_export: bool) -> None:
    """Rows whose identifier an earlier edition of the list has; of our own export those whose identifier is ours."""
    words = _("the identifier %s stands in an earlier edition of this list")
    change_all(BY_IDENTIFIER, {"key": list_import.pk, "list": list_name, "words": words})
    if is_own_export:
        change_all(BY_OUR_IDENTIFIER, {"key": list_import.pk, "words": _("the identifier is this registry’s own")})


def earlier_edition(list_name: str) -> ListEdition | None:
    """The newest edition of a list that was not taken back."""
    kept = ListEdition.objects.filter(list_name=list_name).exclude(publication=Publication.RETRACTED)
    return kept.order_by("pk").last()


def is_still_named_so(row: ImportRow, person: Prisoner) -> bool:
    """Whether a row that an identifier leads to can be about that person by its name."""
    known = [name.text for name in person.names.all()]
    written = [text for text, _kind in row.told.get("names", [])]
    if set(known) & set(written):
        return True
    return any(match(one, other).score >= STILL_THE_NAME for one in written for other in known)


def look_up(list_import: ListImport, rows: Sequence[ImportRow]) -> list[Matched]:
    """Of each row somebody in the registry by name, in any spelling, all ways of the search tried."""
    return all_matched(list_import, rows, [people_like(entered_by(row), spellings_of(row)) for row in rows])


def look_up_many(list_import: ListImport, rows: Sequence[ImportRow], index: ManyNames) -> list[Matched]:
    """The same of many rows, by the index of names in bulk."""
    names = [spellings_of(row) for row in rows]
    answers = iter(index.people([name for each in names for name in each]))
    found = [[one for _name in each for one in next(answers) if one.score >= LIKE_ENOUGH] for each in names]
    people = Prisoner.objects.select_related("home_region").prefetch_related("detentions").in_bulk(
        {one.prisoner_id for each in found for one in each}
    )  # fmt: skip
    alike = [
        likeliest(
            entered_by(row),
            [LookAlike(people[one.prisoner_id], one.score, one.matched_name, one.reason, ()) for one in each],
        )
        for row, each in zip(rows, found, strict=True)
    ]
    return all_matched(list_import, rows, alike)


def entered_by(row: ImportRow) -> Prisoner:
    told = row.told
    return Prisoner(
        country=told.get("country", ""), sex=told.get("sex", Prisoner.Sex.UNKNOWN), born_on=told.get("born_on") or None
    )


def spellings_of(row: ImportRow) -> list[str]:
    return [text for text, _kind in row.told.get("names", [])]


def all_matched(list_import: ListImport, rows: Sequence[ImportRow], alike: Sequence[Sequence[Alike]]) -> list[Matched]:
    """Whom each row is about, in their order: of two rows of one list no two are the same person."""
    people = {each.person.public_id for found in alike for each in found}
    elsewhere = list_import.rows.exclude(person="").filter(person__in=people)
    taken = set(elsewhere.values_list("person", flat=True))
    matched = []
    for row, found in zip(rows, alike, strict=True):
        matched.append(chosen(row, [each for each in found if each.person.public_id not in taken]))
        taken.add(matched[-1].person)
    return matched


def chosen(row: ImportRow, alike: Sequence[Alike]) -> Matched:
    """The one whom a row is about, if it is sure; else who it may be."""
    found = [each for each in alike if each.person.publication != Publication.RETRACTED]
    if not found:
        return Matched()
    best, *others = found
    agreeing = what_agrees(best.person, row.told)
    is_alone = all(best.score - other.score >= APART or not what_agrees(other.person, row.told) for other in others)
    if best.score >= SURE and agreeing and not best.differences and is_alone:
        return Matched(best.person.public_id, [in_words(best), *agreeing])
    return Matched("", [in_words(each) for each in found[:MOST_SHOWN]],
                   [each.person.public_id for each in found[:MOST_SHOWN]])  # fmt: skip


def in_words(alike: Alike) -> str:
    """Why somebody may be meant, in one sentence."""
    said = _("%(person)s: the name is like “%(name)s” (%(score).2f; %(reason)s)") % {
        "person": alike.person.public_id, "name": alike.matched_name, "score": alike.score, "reason": alike.reason,
    }  # fmt: skip
    return "; ".join([said, *alike.differences])


def what_agrees(person: Prisoner, told: dict[str, Any]) -> list[str]:
    """Facts that a namesake would hardly share: the birth, the day taken."""
    agreeing = []
    if person.born_on and told.get("born_on") and may_be_same(person.born_on, PartialDate.parse(told["born_on"])):
        agreeing.append(_("the birth agrees"))
    taken = told.get("taken_on")
    if taken and any(
        detention.taken_on and may_be_same(detention.taken_on, PartialDate.parse(taken))
        for detention in person.detentions.all()
    ):
        agreeing.append(_("the day taken agrees"))
    return agreeing


def may_be_same(one: PartialDate, other: PartialDate) -> bool:
    """Whether two dates can mean one day; those without both bounds say too little."""
    if None in (one.earliest, one.latest, other.earliest, other.latest):
        return False
    return not (one.certainly_before(other) or other.certainly_before(one))
