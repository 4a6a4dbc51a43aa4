"""Pairs of people with every kind of relation, invented by hypothesis; and every table as it stands."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from hypothesis import strategies as st

from pardons.models import Announcement
from prisoners.models import (
    Appeal,
    Article,
    Case,
    CaseDetention,
    Charge,
    ListEdition,
    ListEntry,
    Name,
    NotSamePerson,
    Occupation,
    Prisoner,
    PrisonerPrivate,
    Request,
    Stay,
)
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_pardon,
    make_prisoner,
    make_recognition,
    make_source,
)

# Written by triggers for work that is done later, history, and the log of merges itself.
NOT_COMPARED = {
    "registry_changeset", "registry_link", "registry_proposedchange", "prisoners_merge", "prisoners_newnameword",
    "prisoners_uncomparedperson", "counts_stale",
}  # fmt: skip
STATES = ("draft", "published", "withheld")
DAYS = ("2020-08-09", "2020-08", "2021", None)

lives = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Jan Exemplar", "Ян Экземпляр", "Piotr Inshy"]),
        "names": st.lists(st.sampled_from(["Jan", "Jasio", "Jan Exemplar", "Piotr Inshy"]), unique=True, max_size=3),
        "private_names": st.booleans(),
        "state": st.sampled_from(STATES),
        "born_on": st.sampled_from(["1984", "1984-05-01", None]),
        "sex": st.sampled_from(["male", "female", "unknown"]),
        "citizenships": st.sampled_from([[], ["BY"], ["PL", "BY"]]),
        "occupations": st.sets(st.sampled_from(["welder", "poet"])),
        "detentions": st.lists(
            st.tuples(st.sampled_from(DAYS), st.sampled_from(["2022", None]), st.sampled_from(STATES[:2])), max_size=2
        ),
        "cases": st.lists(st.tuples(st.sampled_from(["12/3", ""]), st.sampled_from(DAYS)), max_size=2),
        "recognised_on": st.lists(st.sampled_from(DAYS), max_size=2),
        "pardoned_on": st.lists(st.sampled_from(DAYS), max_size=2),
        "announcements": st.sets(st.integers(0, 1)),
        "cited": st.lists(st.sampled_from(["", "p. 1", "p. 2"]), unique=True, max_size=2),
        "notes": st.sampled_from([None, "", "Heard in May."]),
        "told_apart": st.booleans(),
        "listed": st.booleans(),
        "asked": st.booleans(),
    }
)


class World:
    """What the two people of an example share: announcements, a source, an article, a list, a third person."""

    def __init__(self) -> None:
        self.announcements: list[Announcement] = [make_announcement(act_on="2020-08-09"), make_announcement()]
        self.source = make_source()
        self.article = Article.objects.create(country="BY", code="Criminal Code", number="342")
        self.edition = ListEdition.objects.create(list_name="A list")
        self.third = make_prisoner("Someone Else")

    def person(self, life: dict[str, Any]) -> Prisoner:
        told = {name: life[name] for name in ("born_on", "sex", "citizenships")}
        person = make_prisoner(life["name"], publication=life["state"], **told)
        for text in life["names"]:
            if text != life["name"]:
                is_private = life["private_names"]
                Name.objects.create(prisoner=person, text=text, kind="alias", is_private=is_private)
        self.about(person, life)
        self.events(person, life)
        return Prisoner.objects.get(pk=person.pk)

    def about(self, person: Prisoner, life: dict[str, Any]) -> None:
        for slug in life["occupations"]:
            occupation = Occupation.objects.get_or_create(slug=slug, name=slug)[0]
            person.occupation_links.create(occupation=occupation)
        for locator in life["cited"]:
            person.citations.create(source=self.source, locator=locator, quote=life["name"])
        if life["notes"] is not None:
            PrisonerPrivate.objects.create(prisoner=person, notes=life["notes"])
        if life["told_apart"]:
            NotSamePerson.objects.create(first=self.third, second=person, reason="Another birth year.")
        if life["listed"]:
            ListEntry.objects.create(edition=self.edition, external_id=person.public_id, prisoner=person)
        if life["asked"]:
            Request.objects.create(prisoner=person, kind="correct", scope="a date", received_on="2026-01-02")

    def events(self, person: Prisoner, life: dict[str, Any]) -> None:
        detentions = [made for each in life["detentions"] if (made := self.detention(person, *each))]
        for number, decided_on in life["cases"]:
            case = Case.objects.create(prisoner=person, number=number, publication="published")
            Charge.objects.create(case=case, article=self.article, stage_on=decided_on)
            conviction = make_conviction(person, decided_on, case=case)
            conviction.article_links.create(article=self.article)
            Appeal.objects.create(conviction=conviction, outcome="reduced")
            for detention in detentions:
                CaseDetention.objects.create(case=case, detention=detention)
        for day in life["recognised_on"]:
            recognition = make_recognition(person, day)
            recognition.citations.create(source=self.source)
            make_recognition(person, day, act="withdrawn", withdraws=recognition)
        for day in life["pardoned_on"]:
            make_pardon(person, day, conditions=life["name"])
        for number in life["announcements"]:
            identify(person, self.announcements[number])

    def detention(self, person: Prisoner, taken: str | None, out: str | None, state: str) -> Any:
        """A detention, unless the database refuses it beside the person's others."""
        try:
            with transaction.atomic():
                detention = make_detention(person, taken, out, publication=state)
                Stay.objects.create(detention=detention, from_on=taken)
                detention.citations.create(source=self.source, field="taken_on")
                return detention
        except IntegrityError:
            return None


def tables() -> dict[str, list[str]]:
    """Every row of every table but history and the log of merges, by table, as text."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT counts_catch_up()")
        cursor.execute(every_row())
        for name, row in cursor.fetchall():
            found.setdefault(name, []).append(row)
    return {name: sorted(rows) for name, rows in found.items()}


@cache
def every_row() -> str:
    """One statement for all tables: a round trip for each took longer than the merge between them."""
    history = {model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - history - NOT_COMPARED)
    return " UNION ALL ".join(f"SELECT '{name}', to_jsonb(each)::text FROM \"{name}\" AS each" for name in names)
