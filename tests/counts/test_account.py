"""The account of those held closes: within one state of knowledge, and between two (rule 16)."""

from __future__ import annotations

import os
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from counts.account import Account
from counts.account_lines import Accounts, closes
from counts.behind import Behind
from counts.changes import Changes
from counts.held import NO_ACTS
from counts.periods import Period
from counts.questions import DEFAULT_FORMS, FORMS, Question, question_from
from counts.scope import scope_of
from prisoners.models import Prisoner, Stay
from registry.known import in_state, state_asked
from tests.counts.asking import TODAY
from tests.counts.inventing import invent
from tests.counts.recording import Recording
from tests.counts.test_changes import meddle, seal
from tests.factories import make_detention, make_prisoner, make_recognition

pytestmark = pytest.mark.django_db
HOW_MANY = 400 if "TEST_LONG" in os.environ else 4


def account_of(period: str = "2024", **asked: str) -> Account:
    return Account(question_from("held", {"from": period, "to": period} | asked, today=TODAY))


def lines(period: str = "2024", **asked: str) -> dict[str, int]:
    """The account without its empty lines; it must close."""
    account = account_of(period, **asked)
    assert account.closes
    ends = {"start": account.held_at_start, "end": account.held_at_end}
    return ends | {term.name: term.effect for term in account.terms if term.number}


def test_person_taken_in_the_period_is_held_at_its_end() -> None:
    make_prisoner(held=[("2024-03-01",)])

    assert lines() == {"start": 0, "taken": 1, "end": 1}


def test_first_day_of_the_period_belongs_to_it() -> None:
    make_prisoner(held=[("2024-01-01",)])
    make_prisoner("Out Exemplar", held=[("2023-01-01", "2024-01-01")])

    assert lines() == {"start": 1, "taken": 1, "released": -1, "end": 1}


def test_person_released_and_taken_again_stands_in_both_lines() -> None:
    make_prisoner(held=[("2023-03-01", "2024-05-01"), ("2024-09-01",)])

    assert lines() == {"start": 1, "taken": 1, "released": -1, "end": 1}


@pytest.mark.parametrize(
    ("how", "term"),
    [("death", "died"), ("escape", "escaped"), ("handed_over", "handed_over"), ("unknown", "end_not_known")],
)
def test_rule_16_every_way_out_that_is_no_release_has_its_own_line(how: str, term: str) -> None:
    make_detention(make_prisoner(), "2023-03-01", "2024-05-01", ended_how=how)

    assert lines() == {"start": 1, term: -1, "end": 0}


@pytest.mark.parametrize("kind", ["exchange", "expelled"])
def test_exchanged_and_expelled_are_told_apart_among_the_released(kind: str) -> None:
    make_detention(make_prisoner(), "2023-03-01", "2024-05-01", release={"kind": kind})

    assert lines() == {"start": 1, {"exchange": "exchanged"}.get(kind, kind): -1, "end": 0}


def test_rule_16_move_to_home_confinement_is_no_release() -> None:
    detention = make_detention(make_prisoner(), "2023-03-01")
    for form, day in (("prison", "2023-03-01"), ("home-confinement", "2024-02-01"), ("prison", "2024-08-01")):
        Stay.objects.create(detention=detention, form=form, from_on=day, publication="published")

    assert lines() == {"start": 1, "moved_out_of_scope": -1, "moved_into_scope": 1, "end": 1}


def test_rule_16_lighter_penalty_followed_by_home_confinement_is_no_release() -> None:
    person = make_prisoner()
    make_detention(person, "2023-03-01", "2024-05-01", release={"kind": "lighter_penalty"})
    followed = make_detention(person, "2024-05-01")
    Stay.objects.create(detention=followed, form="home-confinement", from_on="2024-05-01", publication="published")

    assert lines() == {"start": 1, "moved_out_of_scope": -1, "end": 0}


def test_rule_16_recognition_withdrawn_while_held_is_no_release() -> None:
    recognition = make_recognition(make_prisoner(held=[("2023-03-01",)]), "2024-02-01")
    make_recognition(recognition.prisoner, "2024-08-01", act="withdrawn", withdraws=recognition)

    assert lines(definition="recognised") == {"start": 0, "recognised": 1, "recognition_withdrawn": -1, "end": 0}
    both = {"start": 1, "recognised": -1, "recognition_withdrawn": 1, "end": 1}
    assert lines(definition="unrecognised") == both


def test_days_not_known_well_enough_have_lines_of_their_own() -> None:
    make_prisoner(held=[("2023-12-20/2024-01-10",)])
    make_prisoner("Out Exemplar", held=[("2023-03-01", "2024-12-20/2025-01-10")])
    make_prisoner("Undated Exemplar", held=[(None,)])

    assert lines() == {"start": 1, "day_taken_not_known": 1, "day_out_not_known": -1, "end": 1}
    assert account_of().perhaps_held == 1


def test_people_perhaps_held_in_the_period_and_certainly_on_no_day_of_it_stand_beside_it(client: Client) -> None:
    make_prisoner("Perhaps Exemplar", held=[("2024", "2024")])
    # Held before or after it, at home, or certainly for some days of it.
    for number, days in enumerate([("2019-02-01", "2019-03-01"), ("2025", "2025"), ("2024-02", "2024-04")]):
        make_prisoner(f"Other Exemplar {number}", held=[days])
    at_home = make_detention(make_prisoner("Home Exemplar"), None)
    Stay.objects.create(detention=at_home, form="home-confinement", publication="published")

    page = client.get("/counts/account/?from=2024&to=2024&term=perhaps_held").content

    assert account_of().perhaps_held == 1
    assert (page.count(b"Perhaps Exemplar"), page.count(b"Exemplar</a>")) == (1, 1)


def test_account_ends_with_what_is_known() -> None:
    make_prisoner(held=[("2023-03-01", "2024-05-01")])
    seal("2024-02-01")

    assert lines(known_on="2024-02-01") == {"start": 1, "end": 1}


# --- It closes whatever happened, and agrees with the count ---

PERIODS = ["2024", "2024-07", "2024-06-10/2024-09-20", "2023/2025", ""]
DEFINITIONS = ["everyone", "everyone", "recognised", "unrecognised", "example-rights-watch"]


def some_question(random: Random) -> Question:
    first, _slash, last = random.choice(PERIODS).partition("/")
    definition = random.choice(DEFINITIONS)
    query = {"from": first, "to": last or first, "definition": definition, "country": random.choice(["BY", "all"])}
    query["forms"] = ",".join(random.choice([DEFAULT_FORMS, FORMS, ("custody", "prison")]))
    query["recognised"] = random.choice(["then", "by-cutoff"])
    return question_from("held", query, today=date(2025, 3, 1))


def public_named(question: Question, day: date) -> set[int]:
    """Whom the engine counts by name on a day."""
    asked = question.about(Period(day, day))
    with in_state(asked.state):
        held = Behind(asked, scope_of(asked), NO_ACTS)
        return {event.person for event in held.counted(0, 10_000)}


def problems_with(question: Question) -> list[Any]:
    account = Account(question)
    found: list[Any] = [] if account.closes else [("does not close", question)]
    ends = [(account.end, account.held_at_end)]
    if question.first:
        ends.append((account.start, account.held_at_start))
    for day, number in ends:
        people = {move.person for move in account.held_on(day, 10_000)}
        if people != public_named(question, day) or len(people) != number:
            found.append(("is not what is counted", day, question))
    return found


def problems_in(seed: int) -> list[Any]:
    random = Random(seed)
    with transaction.atomic():
        Recording(invent(seed))
        since = state_asked(str(seal("2024-07-01")), today=TODAY)
        Recording(invent(seed + 9000))
        meddle(random)
        seal("2025-02-01")
        asked = [some_question(random) for _time in range(4)]
        found = [problem for question in asked for problem in problems_with(question)]
        for question in asked:
            account = Account(question)
            changes = Changes(question.about(Period(account.end, account.end)), since)
            if not closes(Accounts(account, changes, "").between):
                found.append(("does not close between two states", question))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("part", range(2))
def test_rule_16_account_closes_for_random_histories(part: int) -> None:
    assert [problem for seed in range(part, HOW_MANY, 2) for problem in problems_in(seed)] == []


# --- The page ---


def test_every_line_leads_to_its_people(client: Client) -> None:
    person = make_prisoner("Jan Exemplar", held=[("2023-03-01", "2024-05-01")])
    make_prisoner("Ala Exemplar", held=[("2024-03-01",)])
    seal()

    told = client.get("/counts/account.json?from=2024&to=2024").json()
    [released] = [line for line in told["within"] if line["term"] == "released"]
    rows = client.get(released["rows"].removeprefix("http://127.0.0.1:8000")).json()["rows"]

    assert (told["closes"], released["people"]) == (True, 1)
    assert [row["person"] for row in rows] == [person.public_id]
    assert b"Jan Exemplar" in client.get("/counts/account/?from=2024&to=2024&term=released").content


def test_second_form_tells_what_was_learned_and_nothing_of_who_is_withheld(client: Client) -> None:
    hidden = make_prisoner("Canary Exemplar", held=[("2023-03-01",)])
    since = seal()
    make_prisoner("Late Exemplar", held=[("2023-04-01",)])
    Prisoner.objects.filter(pk=hidden.pk).update(publication="withheld")

    asked = f"from=2024&to=2024&since={since}"
    between = client.get(f"/counts/account.json?{asked}").json()["between"]
    found = {line["term"]: line["people"] for line in between["lines"]}
    pages = [client.get(f"/counts/account/?{asked}&term={term}").content for term in found]

    assert found == {"known_then": 0, "came_late_discovery": 1, "known_now": 1}
    assert between["closes"]
    assert not any(b"Canary" in page for page in pages)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("from=2999", "from"), ("since=x", "since"), ("term=rumours", "term"), ("q=Jan&since=1", "q"), ("by=day", "by")],
)
def test_account_that_can_not_be_given_is_refused_in_words(client: Client, query: str, parameter: str) -> None:
    make_prisoner()
    seal()

    response = client.get(f"/counts/account.json?{query}")

    assert (response.status_code, response.json()["parameter"]) == (400, parameter)
