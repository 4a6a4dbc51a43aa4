"""No two public answers find a withheld person: whatever changes about them, only their number in a year may show."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import transaction

from counts.answers import as_json
from counts.explain import Explanation
from counts.questions import UNITS, Question
from counts.series import Series, count
from counts.withheld import withheld_count_in
from pardons.models import Announcement
from pardons.places import for_rows, row_of
from prisoners.models import Prisoner
from registry.known import State, state_asked
from tests.changesets import next_changeset
from tests.counts.histories import Detention, History, Person, When, with_records, without_orphans
from tests.counts.inventing import ORGANISATIONS, exactly, invent
from tests.counts.recording import Recording
from tests.counts.test_slow_twin import CUT_OFF, questions
from tests.factories import make_organisation, make_prisoner

pytestmark = pytest.mark.django_db

SEEDS = range(150) if "TEST_LONG" in os.environ else (0, 2)


def with_somebody_withheld(history: History) -> History:
    first, *others = history.people
    return with_records(history, {"people": (replace(first, publication="withheld"), *others)})


def withheld(history: History) -> set[str]:
    return {person.key for person in history.people if person.publication == "withheld"}


def without_the_withheld(history: History) -> History:
    kept = tuple(person for person in history.people if person.publication != "withheld")
    return without_orphans(with_records(history, {"people": kept}))


def changed_about_the_withheld(history: History, random: Random) -> History:
    """Another sex, age, region, day and kind for the withheld, and half of their identifications gone."""
    hidden = withheld(history)
    return with_records(history, {
        "people": tuple(other_person(person) if person.key in hidden else person for person in history.people),
        "detentions": tuple(
            other_detention(item) if item.person in hidden and is_only(item, history) else item
            for item in history.detentions
        ),
        "identifications": tuple(
            link for link in history.identifications if link.person not in hidden or random.random() < 0.5
        ),
    })  # fmt: skip


def other_person(person: Person) -> Person:
    sex = "male" if person.sex == "female" else "female"
    died = elsewhere(person.died, 1)
    return replace(person, sex=sex, died=died, born=exactly(date(1950, 1, 1)), region="south", occupations=("poet",))


def other_detention(item: Detention) -> Detention:
    kind = item.release and ("pardon" if item.release == "full_term" else "full_term")
    moved = replace(item, taken=elsewhere(item.taken, 1), out=elsewhere(item.out, 12), checked=not item.checked)
    return replace(moved, release=kind, confirmed=None)


def is_only(item: Detention, history: History) -> bool:
    return sum(other.person == item.person for other in history.detentions) == 1


def elsewhere(when: When | None, month: int) -> When | None:
    """A day in a month of the same year; a date whose year is open stays."""
    if when is None or when.earliest is None or when.latest is None or when.earliest.year != when.latest.year:
        return when
    return exactly(date(when.earliest.year, month, 1 if month == 1 else 31))


def asked(seed: int) -> Iterator[Question]:
    """Of each metric the answers by country and whole years, and some finer ones at random."""
    for metric, (unit, *_others) in UNITS.items():
        by_year = Question(metric, unit, "year", date(2023, 1, 1), date(2025, 12, 31), cut_off=CUT_OFF)
        yield replace(by_year, group=("country",))
        yield replace(by_year, by="total", country="BY")
        yield replace(by_year, by="month", first=date(2024, 1, 1), last=date(2024, 12, 31))
    yield from questions(seed)


def answers_of(history: History, seed: int) -> dict[Any, str]:
    """Every public answer about a history, as text, with the keys of its records for their public identifiers.

    Organisations are public by themselves, whomever they recognised: each history has both.
    """
    with transaction.atomic():
        for name in ORGANISATIONS:
            make_organisation(name)
        rows = Recording(history).rows
        keys = {row.public_id: key for key, row in rows.items()}
        found: dict[Any, Any] = {question: as_json(count(question)) for question in asked(seed)}
        for question in [question for question in found if question.country == "BY" and not question.group]:
            found["explained", question] = Explanation(question.about(question.span)).as_json()
        announced = for_rows(Announcement.public.order_by("pk"))
        found["places"] = [str((row.places, row.women, row.men)) for row in map(row_of, announced)]
        found["people"] = sorted(map(keys.__getitem__, Prisoner.public.values_list("public_id", flat=True)))
        transaction.set_rollback(True)
    return {what: in_keys(answer, keys) for what, answer in found.items()}


def in_keys(answer: Any, keys: dict[str, str]) -> str:
    if isinstance(answer, dict):
        for changing in (answer, answer.get("answer", {})):
            changing.pop("changeset", None)
            changing.pop("citation", None)
    text = json.dumps(answer, sort_keys=True, default=str)
    for public_id, key in keys.items():
        text = text.replace(public_id, f"<{key}>")
    return text


def is_coarse(what: Any) -> bool:
    """Whether it is an answer in which withheld people count."""
    question = what[1] if isinstance(what, tuple) else what
    return isinstance(question, Question) and withheld_count_in(question)


def how_many_withheld(answers: dict[Any, str], metric: str) -> list[Any]:
    """The number that is public: so many withheld in a country and calendar year."""
    [line] = [json.loads(text) for what, text in answers.items()
              if isinstance(what, Question) and what.metric == metric and what.group == ("country",)
              and what.by == "year" and is_coarse(what) and what.country is None][:1]  # fmt: skip
    return sorted(
        (row["group"]["country"], row["period"], row["withheld"]) for row in line["series"] if "withheld" in row
    )


def metric_of(what: Any) -> str:
    question = what[1] if isinstance(what, tuple) else what
    return question.metric if isinstance(question, Question) else "held"


@pytest.mark.parametrize("seed", SEEDS)
def test_rule_20_no_answers_tell_of_the_withheld_but_how_many_they_are_in_a_country_and_year(seed):
    history = with_somebody_withheld(invent(seed))
    versions = (history, without_the_withheld(history), changed_about_the_withheld(history, Random(seed)))

    answers, without, changed = (answers_of(version, seed) for version in versions)

    finer = {what for what in answers if not is_coarse(what)}
    assert {what: answers[what] for what in finer} == {what: without[what] for what in finer}
    as_many = {
        what for what in answers
        if how_many_withheld(answers, metric_of(what)) == how_many_withheld(changed, metric_of(what))
    }  # fmt: skip
    assert as_many - finer
    assert {what: answers[what] for what in as_many} == {what: changed[what] for what in as_many}


# --- Two states of knowledge ---


def answers_in(state: State, seed: int) -> dict[Question, Series]:
    return {
        question: count(replace(question, known_on=state.asked, changeset=state.changeset)) for question in asked(seed)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_rule_20_no_two_states_tell_of_somebody_withheld_between_them(seed: int) -> None:
    somebody = 0
    with transaction.atomic():
        rows = Recording(invent(seed)).rows
        public = [row.pk for row in rows.values() if isinstance(row, Prisoner) and row.publication == "published"]
        # Some histories have nobody public.
        public = public or [make_prisoner(held=[("2024-02-01", "2024-08-20")]).pk]
        before = state_asked(str(next_changeset()), today=CUT_OFF)
        somebody += Prisoner.objects.filter(pk__in=public[:1]).update(publication="withheld")
        after = state_asked(str(next_changeset()), today=CUT_OFF)
        then, now = answers_in(before, seed), answers_in(after, seed)
        transaction.set_rollback(True)

    assert somebody
    assert [question for question in then if then[question].rows != now[question].rows] == []
