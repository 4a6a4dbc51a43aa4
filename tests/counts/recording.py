"""Writes a plain history into the database, through the factories."""

from __future__ import annotations

from typing import Any

from prisoners.models import (
    Article,
    Case,
    CaseDetention,
    Charge,
    ConvictionArticle,
    Occupation,
    PrisonerOccupation,
    Region,
    Stay,
)
from tests.counts.histories import Conviction, Detention, History, Identification, Person, When
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_pardon,
    make_prisoner,
    make_recognition,
    make_source,
    relate,
)


def text(when: When | None) -> str | None:
    return when.text if when else None


def region(person: Person) -> Region | None:
    if not person.region:
        return None
    return Region.objects.get_or_create(country=person.country, slug=person.region, name=person.region)[0]


def article(number: str) -> Article:
    return Article.objects.get_or_create(country="BY", code="Code", number=number)[0]


class Recording:
    """The rows of one history, by the keys of its records."""

    def __init__(self, history: History) -> None:
        self.rows: dict[str, Any] = {}
        self.source = make_source()
        for person in history.people:
            self.rows[person.key] = make_prisoner(
                f"Exemplar {person.key}", country=person.country, sex=person.sex, publication=person.publication,
                died_on=text(person.died), death_circumstance=person.death, born_on=text(person.born),
                home_region=region(person),
            )  # fmt: skip
            self.record_particulars(person)
        for detention in history.detentions:
            self.record_detention(detention)
        for pardon in history.pardons:
            self.rows[pardon.key] = make_pardon(
                self.rows[pardon.person], text(pardon.act), effect=pardon.effect, outcome=pardon.outcome,
                belongs_to_no_announcement=pardon.checked, publication=pardon.publication,
            )  # fmt: skip
        for conviction in history.convictions:
            self.record_conviction(conviction)
        for recognition in history.recognitions:
            self.rows[recognition.key] = make_recognition(
                self.rows[recognition.person], text(recognition.acted), recognition.by, act=recognition.act,
                withdraws=self.rows.get(recognition.withdraws or ""), publication=recognition.publication,
            )  # fmt: skip
        self.record_announcements(history)
        for relation in history.relations:
            relate(self.rows[relation.first], self.rows[relation.second], relation.kind)
        for identification in history.identifications:
            self.record_identification(identification)

    def record_particulars(self, person: Person) -> None:
        row = self.rows[person.key]
        for word in person.occupations:
            occupation, _is_new = Occupation.objects.get_or_create(slug=word, name=word)
            PrisonerOccupation.objects.create(prisoner=row, occupation=occupation)
        if person.charges:
            case = Case.objects.create(prisoner=row, publication="published")
            for number in person.charges:
                Charge.objects.create(case=case, article=article(number), publication="published")

    def record_detention(self, detention: Detention) -> None:
        release = {
            "kind": detention.release, "belongs_to_no_announcement": detention.checked,
            "publication": detention.release_publication,
        }  # fmt: skip
        self.rows[detention.key] = row = make_detention(
            self.rows[detention.person], text(detention.taken), text(detention.out), ended_how=detention.ended,
            release=release if detention.release else None, country=detention.country,
            proceeding=detention.proceeding, last_confirmed_on=text(detention.confirmed),
            publication=detention.publication,
        )  # fmt: skip
        for stay in detention.stays:
            Stay.objects.create(detention=row, form=stay.form, from_on=text(stay.since), publication=stay.publication)

    def record_conviction(self, conviction: Conviction) -> None:
        case = Case.objects.create(prisoner=self.rows[conviction.person], publication=conviction.case_publication)
        if conviction.detention:
            CaseDetention.objects.create(case=case, detention=self.rows[conviction.detention])
        self.rows[conviction.key] = make_conviction(
            self.rows[conviction.person], text(conviction.decided), case=case, sentence=conviction.sentence,
            stated_end_on=text(conviction.end), publication=conviction.publication,
        )  # fmt: skip
        for number in conviction.articles:
            ConvictionArticle.objects.create(conviction=self.rows[conviction.key], article=article(number))

    def record_announcements(self, history: History) -> None:
        for announcement in history.announcements:
            self.rows[announcement.key] = row = make_announcement(
                announcement.kind, text(announcement.act), announcement.total, women=announcement.women,
                men=announcement.men, announced_on=text(announcement.announced), country=announcement.country,
                frees=announcement.frees, frees_number=announcement.number,
                political_number=announcement.political, publication=announcement.publication,
            )  # fmt: skip
            if announcement.statement_publication != "published":
                row.statements.update(publication=announcement.statement_publication)

    def record_identification(self, identification: Identification) -> None:
        shown: dict[str, Any] = {"was_not_freed": identification.not_freed}
        row = self.rows.get(identification.shown_by)
        if row is None:
            shown["shows_death"] = True
        elif identification.as_release:
            shown["release"] = row.release
        else:
            shown[type(row).__name__.lower()] = row
        identify(
            self.rows[identification.person], self.rows[identification.announcement],
            publication=identification.publication, **shown,
        )  # fmt: skip
