"""What moved in a number between two states of knowledge, by how much and why (rules 15 and 16)."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from counts.changes import Changes, changes_from
from counts.changes_views import explanation_of
from counts.explain import Explanation
from counts.places import NOTHING
from counts.questions import METRICS, question_from
from pardons.models import Announcement, Identification, Pardon
from prisoners.merging.joining import merge
from prisoners.models import Case, CaseDetention, Conviction, Detention, Name, Prisoner, Recognition, Release
from registry.history import changeset
from registry.known import state_asked
from registry.models import Changeset
from registry.publishing import retract
from tests.changesets import next_changeset
from tests.counts.asking import TODAY
from tests.counts.inventing import invent
from tests.counts.recording import Recording
from tests.counts.test_slow_twin import questions
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_pardon,
    make_prisoner,
    make_recognition,
)

pytestmark = pytest.mark.django_db
HOW_MANY = 400 if "TEST_LONG" in os.environ else 4


def seal(day: str = "2025-05-03") -> int:
    """End the changeset that is open, made on a day."""
    number = next_changeset()
    made = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    Changeset.objects.filter(pk=number).update(made_at=made)
    return number


def changed(metric: str, since: int, period: str = "2024", /, **asked: Any) -> dict[str, int]:
    """The reasons for the difference of one number, those that changed nothing left out."""
    query = {"from": period, "to": period, "by": "total", "since": str(since)} | asked
    changes = changes_from(metric, query, today=TODAY)
    assert changes.adds_up
    [row] = changes.rows
    return {reason: number for reason, number in row.by_reason.items() if number}


def test_rule_15_release_found_out_late_is_a_late_discovery() -> None:
    make_prisoner(held=[("2021-03-01", "2024-07-20")])
    since = seal()
    make_prisoner("Late Exemplar", held=[("2021-03-01", "2024-07-20")])

    assert changed("releases", since) == {"late_discovery": 1}


def test_rule_15_what_happened_since_is_no_late_discovery() -> None:
    make_prisoner(held=[("2021-03-01",)])
    since = seal()
    make_prisoner("New Exemplar", held=[("2021-03-01", "2025-06-20")])

    assert changed("releases", since, "2025") == {"happened_since": 1}


def test_rule_15_date_that_was_mended_is_a_correction_in_both_periods() -> None:
    person = make_prisoner(held=[("2021-03-01", "2024-07-20")])
    since = seal()
    with changeset(by=None, note="A court's register.", nature="correction"):
        person.detentions.update(ended_on="2023-07-20")

    assert changed("releases", since, "2024") == {"correction": -1}
    assert changed("releases", since, "2023") == {"correction": 1}


def test_rule_15_name_withheld_since_moves_no_number_between_two_states() -> None:
    person = make_prisoner("Canary Exemplar", held=[("2021-03-01", "2024-07-20")])
    since = seal()
    Prisoner.objects.filter(pk=person.pk).update(publication="withheld")

    assert changed("releases", since) == {}
    assert changed("releases", since, "2024-07") == {}


def test_rule_15_person_entered_without_a_name_is_told_as_withheld() -> None:
    make_prisoner(held=[("2021-03-01", "2024-07-20")])
    since = seal()
    make_prisoner("Canary Exemplar", publication="withheld", held=[("2021-03-01", "2024-07-20")])

    assert changed("releases", since) == {"withheld": 1}


def test_rule_15_both_answers_go_up_to_the_same_day() -> None:
    person = make_prisoner(held=[("2021-03-01",)])
    case = Case.objects.create(prisoner=person, publication="published")
    CaseDetention.objects.create(case=case, detention=person.detentions.get())
    # The sentence ends after the first state, and before the cut-off of both.
    make_conviction(person, "2021-06-01", case=case, stated_end_on="2025-09-01")
    since = seal()

    assert changed("held", since, "2025") == {}


def test_rule_15_person_who_fills_a_place_is_named_and_no_longer_unnamed() -> None:
    announcement = make_announcement(total=30)
    make_prisoner(held=[("2021-03-01",)])
    since = seal()
    identify(make_prisoner("Named Exemplar"), announcement)

    assert changed("pardons", since) == {"late_discovery": 1, "unnamed": -1}


def test_rule_15_someone_recognised_since_is_no_late_discovery_of_an_arrest() -> None:
    person = make_prisoner(held=[("2024-03-01",)])
    since = seal()
    make_recognition(person, "2025-06-01")

    assert changed("arrests", since, definition="recognised") == {"recognition": 1}
    assert changed("arrests", since, definition="unrecognised") == {"recognition": -1}


def test_rule_16_withdrawn_recognition_is_told_as_a_withdrawal_and_never_as_a_release() -> None:
    recognition = make_recognition(make_prisoner(held=[("2021-03-01",)]), "2022-01-01")
    since = seal()
    make_recognition(recognition.prisoner, "2023-02-01", act="withdrawn", withdraws=recognition)

    assert changed("held", since, definition="recognised") == {"withdrawal": -1}
    assert changed("releases", since, definition="recognised") == {}


def test_rule_16_retracted_detention_is_told_as_a_withdrawal_and_never_as_a_release() -> None:
    person = make_prisoner(held=[("2021-03-01",)])
    since = seal()
    retract(person.detentions.get(), by=None, note="Entered twice.")

    assert changed("held", since) == {"withdrawal": -1}
    assert changed("releases", since) == {}


def test_rule_16_merge_is_told_as_a_merge_and_never_as_a_release() -> None:
    kept = make_prisoner(held=[("2021-03-01", "2021-09-01")])
    twin = make_prisoner("Twin Exemplar", held=[("2022-03-01", "2022-09-01")])
    since = seal()
    merge(kept, twin, by=None, note="One person.")
    merged = seal("2025-06-01")
    make_prisoner("Later Exemplar", held=[("2021-03-01", "2021-09-01")])
    seal("2025-07-01")

    both = {"from": "2021", "to": "2022"}
    assert changed("releases", since, known_on=str(merged), **both) == {"merge": -1}
    assert changed("releases", since, "2022", known_on=str(merged)) == {}
    assert changed("releases", merged, **both) == {"late_discovery": 1}


def test_release_learned_late_takes_a_person_out_of_the_stock_as_a_late_discovery() -> None:
    person = make_prisoner(held=[("2021-03-01",)])
    since = seal()
    with transaction.atomic():
        detention = person.detentions.get()
        Release.objects.create(detention=detention, publication="published")
        person.detentions.update(ended_on="2023-02-01", ended_how="release")

    assert changed("held", since) == {"late_discovery": -1}


def test_nothing_changed_says_so() -> None:
    make_prisoner(held=[("2021-03-01", "2024-07-20")])
    since = seal()
    make_prisoner("Other Exemplar", held=[("2021-03-01", "2022-07-20")])

    assert changed("releases", since) == {}


def test_rows_that_came_are_named_and_withheld_ones_told_nowhere(client: Client) -> None:
    hidden = make_prisoner("Canary Exemplar", held=[("2021-03-01", "2024-07-20")])
    since = seal()
    shown = make_prisoner("Late Exemplar", held=[("2021-03-01", "2024-07-20")])
    Prisoner.objects.filter(pk=hidden.pk).update(publication="withheld")

    pages = [client.get(f"/counts/releases/changes{end}?from=2024&since={since}") for end in ("/", ".json", ".csv")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert not any(b"Canary" in page.content or hidden.public_id.encode() in page.content for page in pages)
    told = pages[1].json()
    assert [row["person"] for row in told["rows"]] == [shown.public_id]
    assert told["rows_not_listed"] == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2999-01-01", "since"),
        ("since=3&known_on=2", "since"),
        ("since=soon", "since"),
        ("since=1&known_on=99", "known_on"),
    ],
)
def test_states_that_can_not_be_compared_are_refused_in_words(client: Client, query: str, said: str) -> None:
    for number in range(3):
        make_prisoner(f"Exemplar {number}")
        seal()

    response = client.get(f"/counts/releases/changes.json?{query}")

    assert (response.status_code, response.json()["parameter"]) == (400, said)


def test_without_a_day_the_last_thirty_are_compared(client: Client) -> None:
    make_prisoner(held=[("2021-03-01", "2024-07-20")])

    assert client.get("/counts/releases/changes.json").json()["since"]["changeset"] == 1


# --- Nothing is left unexplained ---

MEDDLED = (Prisoner, Detention, Release, Pardon, Conviction, Recognition, Announcement, Identification, Name)


def meddle(random: Random) -> None:
    """Change some rows at random, as far as the database lets it."""
    for model in MEDDLED:
        rows = list(model.objects.order_by("pk"))
        for row in random.sample(rows, len(rows) // 3):
            try:
                with transaction.atomic():
                    meddle_with(random, row)
            except IntegrityError:
                continue


def meddle_with(random: Random, row: Any) -> None:
    step = random.choice(["publication", "publication", "date", "sex", "delete"])
    rows = type(row).objects.filter(pk=row.pk)
    names = {field.name for field in row._meta.fields}
    if step == "publication":
        rows.update(publication=random.choice(["published", "withheld", "retracted", "draft"]))
    elif step == "date" and (dated := {"taken_on", "act_on", "decided_on", "acted_on"} & names):
        rows.update(**{dated.pop(): random.choice(["2024-06", "2024-08-05", "2025-02"])})
    elif step == "sex" and "sex" in names:
        rows.update(sex=random.choice(["female", "male"]))
    elif step == "delete" and "identification" in row._meta.model_name:
        row.delete()


def unexplained(seed: int) -> list[Any]:
    """What no reason explains, in the answers about one random history and what became of it; taken back again."""
    with transaction.atomic():
        Recording(invent(seed))
        seal("2024-07-01")
        since = state_asked(str(Changeset.latest_number()), today=TODAY)
        Recording(invent(seed + 5000))
        meddle(Random(seed))
        seal("2025-02-01")
        compared = [Changes(question, since) for question in questions(seed)]
        found = [(changes.question, row) for changes in compared for row in changes.rows if row.other]
        some = compared if "TEST_LONG" in os.environ else Random(seed).sample(compared, 2)
        found += [problem for changes in some for problem in explained_otherwise(changes, Random(seed))]
        transaction.set_rollback(True)
    return found


def explained_otherwise(changes: Changes, random: Random) -> list[Any]:
    """One number of the earlier state and one of the later, where they are not what their explanation says."""
    rows = [row for row in changes.rows if not row.place.is_line]
    found = []
    for row in random.sample(rows, min(1, len(rows))):
        for series, reading in ((changes.before, row.before), (changes.after, row.after)):
            query = dict(parse_qsl(urlsplit(explanation_of(series, row.place)).query))
            question = question_from(series.question.metric, query, today=changes.question.cut_off)
            answer = Explanation(question.about(question.span)).series.rows
            explained = {tuple((row.group or {}).items()): row.reading for row in answer}
            if (explained.get(row.place.group) or NOTHING) != reading:
                found.append((query, reading, explained))
    return found


@pytest.mark.parametrize("part", range(2))
def test_rule_15_reasons_add_up_to_every_difference_in_random_histories(part: int) -> None:
    assert [found for seed in range(part, HOW_MANY, 2) for found in unexplained(seed)] == []


def test_every_metric_has_a_page_of_changes(client: Client) -> None:
    make_pardon(make_prisoner(held=[("2021-03-01",)]), "2024-02-02")
    make_detention(make_prisoner("Other Exemplar"), "2024-02")
    seal()

    assert {client.get(f"/counts/{metric}/changes/?by=month&from=2024").status_code for metric in METRICS} == {200}


@pytest.mark.parametrize("ending", ["/", ".csv", ".json"])
@pytest.mark.parametrize("metric", ["releases", "held"])
def test_empty_registry_answers_what_changed_in_it(client: Client, metric: str, ending: str) -> None:
    assert client.get(f"/counts/{metric}/changes{ending}?country=BY").status_code == 200


def test_page_of_changes_says_that_nothing_is_recorded_yet(client: Client) -> None:
    page = client.get("/counts/releases/changes/?country=BY").content.decode()

    assert "Nothing is recorded yet, so nothing can have changed." in page
    assert "known_on=" not in page
    assert "changeset 0" not in page
