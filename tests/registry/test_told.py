"""The public history of a record: what readers could see then and may see today, and never who."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pardons.models import Announcement, Statement
from prisoners.models import Detention, Name, Prisoner, Stay
from registry.history import changeset
from registry.models import Changeset
from registry.publishing import retract, withhold
from registry.told import PublicHistory
from tests.changesets import next_changeset
from tests.editors import make_editor
from tests.factories import (
    identify,
    make_announcement,
    make_detention,
    make_pardon,
    make_prisoner,
    make_source,
)

pytestmark = pytest.mark.django_db


def told(record: Any) -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Every public change, oldest first: kind, noun, and each field before and after."""
    steps = reversed(PublicHistory(record).steps(100))
    return [
        (change.kind, change.noun, {each.name: (each.before, each.after) for each in change.fields})
        for step in steps
        for change in step.changes
    ]


def test_changes_are_told_with_before_and_after() -> None:
    person = make_prisoner()
    next_changeset()
    with changeset(by=None, reason="mistake", nature="correction", told="The court says so."):
        Prisoner.objects.filter(pk=person.pk).update(sex="female")

    [step] = PublicHistory(person).steps(1)

    assert told(person)[-1] == ("changed", "prisoner", {"sex": ("not known", "female")})
    assert (step.reason, step.told, step.nature) == ("a mistake of the registry was mended", "The court says so.",
                                                     "correction")  # fmt: skip


def test_draft_is_told_of_from_its_publication_on() -> None:
    person = make_prisoner()
    next_changeset()
    draft = make_detention(person, "2020", publication="draft")
    next_changeset()
    Detention.objects.filter(pk=draft.pk).update(taken_on="2021")
    next_changeset()
    Detention.objects.filter(pk=draft.pk).update(publication="published")

    [kind, noun, fields] = told(person)[-1]
    assert (kind, noun, fields["taken_on"]) == ("added", "detention", ("", "2021"))
    assert len(PublicHistory(person).steps(100)) == 2


def test_part_of_what_was_not_public_is_told_when_that_is() -> None:
    person = make_prisoner()
    next_changeset()
    detention = make_detention(person, "2020", publication="draft")
    Stay.objects.create(detention=detention, form="prison", publication="published")
    next_changeset()
    Detention.objects.filter(pk=detention.pk).update(publication="published")

    assert [noun for _kind, noun, _fields in told(person)[-2:]] == ["detention", "stay"]
    assert len(PublicHistory(person).steps(100)) == 2


def test_what_is_taken_back_is_told_without_its_values() -> None:
    person = make_prisoner(held=[("2020",)])
    next_changeset()
    retract(Detention.objects.get(), by=None, note="Somebody else.")

    assert told(person)[-1] == ("taken back", "detention", {})


def test_spelling_withheld_today_was_never_there() -> None:
    person = make_prisoner(names=["Canary Exemplar"])
    next_changeset()
    withhold(Name.objects.get(text="Canary Exemplar"), by=None, note="The family asked.")

    assert [noun for _kind, noun, _fields in told(person)] == ["prisoner", "name"]


def test_words_of_somebodys_own_are_not_repeated(client: Client) -> None:
    person = make_prisoner(biography="Canary.")
    announcement = make_announcement(choice_reason="Canary.")
    next_changeset()
    Prisoner.objects.filter(pk=person.pk).update(biography="A life.")
    Statement.objects.update(words="Canary.")
    Announcement.objects.update(choice_reason="It is later.")

    for record in (person, announcement):
        page = client.get(f"{record.get_absolute_url()}history/").content.decode()
        assert "Canary" not in page
        assert "words not repeated here" in page


def test_who_and_private_notes_are_on_no_page(client: Client) -> None:
    person = make_prisoner()
    next_changeset()
    with changeset(by=make_editor(username="canary-editor"), note="Canary note.", told="Public words."):
        Prisoner.objects.filter(pk=person.pk).update(sex="female")

    for end in ("/history/", "/history.json", "/history.json?since=1"):
        answer = client.get(f"/prisoners/{person.public_id}{end}").content.decode()
        assert "anary" not in answer
    assert "Public words" in client.get(f"/prisoners/{person.public_id}/history/").content.decode()


def test_related_record_that_is_not_public_is_not_named(client: Client) -> None:
    source = make_source(title="Canary title", access="restricted")
    person = make_prisoner()
    make_detention(person, "2020", last_confirmed_by=source, last_confirmed_on="2021")

    fields = next(fields for _kind, noun, fields in told(person) if noun == "detention")

    assert fields["last_confirmed_by"] == ("", "restricted source")


def test_two_states_differ_by_what_was_changed_between(client: Client) -> None:
    person = make_prisoner()
    first = next_changeset()
    Prisoner.objects.filter(pk=person.pk).update(sex="female")
    next_changeset()
    Prisoner.objects.filter(pk=person.pk).update(sex="male")

    difference = client.get(f"/prisoners/{person.public_id}/history.json?since={first}").json()["difference"]

    assert [each["fields"] for each in difference] == [[{"field": "sex", "before": "not known", "after": "male"}]]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("since=2&until=1", "It lies after the state"),
        ("until=1", "Give the earlier state too"),
        ("since=May", "since"),
        ("since=1&until=9", "until"),
    ],
)
def test_states_that_can_not_be_compared_are_refused(client: Client, query: str, why: str) -> None:
    person = make_prisoner()
    next_changeset()
    make_prisoner()

    answer = client.get(f"/prisoners/{person.public_id}/history/?{query}")

    assert answer.status_code == 400
    assert why in answer.content.decode()


def test_withheld_person_has_no_history(client: Client) -> None:
    person = make_prisoner(publication="withheld")

    assert client.get(f"/prisoners/{person.public_id}/history/").status_code == 404
    assert Changeset.objects.exists()


@pytest.mark.parametrize("state", ["draft", "in_review", "withheld", "retracted"])
def test_history_does_not_tell_that_a_record_is_named_which_is_not_public(state: str) -> None:
    person, announcement = make_prisoner(), make_announcement()
    pardon = make_pardon(person, "2024-08-16", publication=state)
    next_changeset()
    identify(person, announcement, pardon=pardon)

    for record in (person, announcement):
        [(_kind, noun, fields)] = [each for each in told(record) if each[1] == "identification"]
        assert "pardon" not in fields, noun
        assert "not public" not in str(fields)


def test_history_is_silent_of_a_change_between_records_that_are_not_public() -> None:
    person, announcement = make_prisoner(), make_announcement()
    drafts = [make_pardon(person, day, publication="draft") for day in ("2024-08-16", "2024-08-17")]
    row = identify(person, announcement, pardon=drafts[0])
    number = next_changeset()
    type(row).objects.filter(pk=row.pk).update(pardon=drafts[1])
    next_changeset()

    assert PublicHistory(person).between(number, next_changeset()) == []


def test_history_does_not_repeat_what_everybody_sees_without_it() -> None:
    person = make_prisoner()
    identify(person, make_announcement())

    [(_kind, _noun, fields)] = [each for each in told(person) if each[1] == "identification"]
    assert not {"shows_death", "was_not_freed"} & set(fields)


def test_box_that_is_ticked_later_is_told() -> None:
    person = make_prisoner()
    row = identify(person, make_announcement(), was_not_freed=False)
    next_changeset()
    type(row).objects.filter(pk=row.pk).update(was_not_freed=True)

    assert told(person)[-1] == ("changed", "identification", {"was_not_freed": ("no", "yes")})


@pytest.mark.parametrize("state", ["draft", "withheld", "retracted"])
def test_history_names_nobody_by_a_name_that_is_not_public(client: Client, state: str) -> None:
    person = make_prisoner("Canary Exemplar", held=[("2020", "2024-07")])
    announcement = make_announcement()
    identify(person, announcement)
    Name.objects.update(publication=state)

    for record in (person, announcement):
        for end in ("", "history/", "history.json"):
            answer = client.get(record.get_absolute_url() + end).content.decode()
            assert "Canary" not in answer, end
