"""Whatever is done, in whatever way, the history replayed is the live tables; and what was known stays what it was."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from prisoners.models import Detention, Name, Occupation, Prisoner
from prisoners.models.prisoner import PrisonerOccupation
from registry.models import Changeset
from registry.verifying import verify
from tests.at_once import at_once
from tests.changesets import next_changeset
from tests.factories import identify, make_announcement, make_detention, make_prisoner

LONG = os.environ.get("TEST_LONG") == "1"
OPERATIONS = 5000 if LONG else 100
COMMITS = 1000 if LONG else 16
SEXES = ("female", "male", "other", "unknown")


def person_by(chance: random.Random) -> Prisoner:
    return chance.choice(list(Prisoner.objects.order_by("pk")))


def add_person(chance: random.Random) -> None:
    make_prisoner(f"Jan Exemplar {chance.random()}", names=["Jaś"], held=[("2020-08", "2021")])


def add_occupations_together(chance: random.Random) -> None:
    words = [f"poet-{chance.random()}" for _turn in range(3)]
    made = Occupation.objects.bulk_create([Occupation(slug=word, name=word) for word in words])
    links = [PrisonerOccupation(prisoner=person_by(chance), occupation=each) for each in made]
    PrisonerOccupation.objects.bulk_create(links)


def save_person(chance: random.Random) -> None:
    person = person_by(chance)
    person.sex, person.biography = chance.choice(SEXES), f"A life, told {chance.random()}."
    person.save()


def change_names_together(chance: random.Random) -> None:
    names = list(Name.objects.order_by("?")[:5])
    for name in names:
        name.text = f"{name.text[:40]}’"
    Name.objects.bulk_update(names, ["text"])


def update_many(chance: random.Random) -> None:
    Prisoner.objects.filter(sex=chance.choice(SEXES)).update(sex=chance.choice(SEXES))


def update_by_sql(chance: random.Random) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE prisoners_detention SET country = %s WHERE id %% 3 = %s",
            [chance.choice(["BY", "RU", "AZ"]), chance.randrange(3)],
        )


def copy_in(chance: random.Random) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY prisoners_occupation (slug, name) FROM STDIN") as copy:
        for _turn in range(3):
            word = f"smith-{chance.random()}"
            copy.write_row((word, word))


def delete_by_sql(chance: random.Random) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM prisoners_name WHERE kind <> 'main' AND id %% 4 = %s", [chance.randrange(4)])


def delete_by_orm(chance: random.Random) -> None:
    PrisonerOccupation.objects.filter(occupation__slug__endswith=str(chance.randrange(10))).delete()


def undo_half_way(chance: random.Random) -> None:
    from django.db import transaction

    with transaction.atomic():
        save_person(chance)
        delete_by_orm(chance)
        transaction.set_rollback(True)


WAYS: tuple[Callable[[random.Random], None], ...] = (
    add_person, add_occupations_together, save_person, change_names_together, update_many, update_by_sql, copy_in,
    delete_by_sql, delete_by_orm, undo_half_way,
)  # fmt: skip


@pytest.mark.django_db
def test_history_replayed_is_the_live_tables_whatever_was_done() -> None:
    chance = random.Random(20261122)
    add_person(chance)

    for turn in range(OPERATIONS):
        chance.choice(WAYS)(chance)
        if turn % 7 == 0:
            next_changeset()
    connection.check_constraints()

    verdict = verify()
    assert verdict.problems == []
    assert verdict.changesets > OPERATIONS / 10


# --- With real transactions ---


def asked(number: int, person: Prisoner) -> list[bytes]:
    """Answers about one state, as a reader gets them."""
    addresses = (
        f"/prisoners.csv?known_on={number}",
        f"/prisoners/{person.public_id}.json?known_on={number}",
        f"/announcements/?known_on={number}",
        f"/counts/releases.json?country=BY&known_on={number}",
        f"/counts/pardons/explain.json?country=BY&from=2024&to=2024&known_on={number}",
    )
    return [Client().get(address).getvalue() for address in addresses]


@pytest.mark.django_db(transaction=True)
def test_answer_as_known_is_the_same_to_the_byte_while_many_commit() -> None:
    person = make_prisoner(held=[("2020-08", "2024-08-16")])
    identify(person, make_announcement(total=30))
    number = Changeset.latest_number()
    before = asked(number, person)
    during: list[list[bytes]] = []

    jobs = [partial(commit_often, turn, person) for turn in range(4)]
    at_once([*jobs, lambda: during.extend(asked(number, person) for _turn in range(2))])

    assert Changeset.latest_number() >= number + COMMITS
    for answers in [*during, asked(number, person)]:
        assert answers == before
    assert verify().problems == []


def commit_often(turn: int, person: Prisoner) -> None:
    for round_ in range(COMMITS // 4):
        if round_ % 2:
            Prisoner.objects.filter(pk=person.pk).update(home_region=None, sex=SEXES[(turn + round_ // 2) % 4])
            Detention.objects.filter(prisoner=person).update(last_confirmed_on=f"20{10 + round_ % 10}-0{turn + 1}")
        else:
            make_detention(make_prisoner(f"Late Example {turn} {round_}"), "2024-03", "2024-08")
