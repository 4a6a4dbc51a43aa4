"""Merging: what becomes of names, events, citations and places, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from pardons.models import Identification
from prisoners.merging.joining import Answers, merge, plan, version
from prisoners.models import Detention, Merge, Name, NotSamePerson, Prisoner, PrisonerPrivate, Release
from registry.changes import history_of
from registry.history import changeset
from registry.models import Changeset, Citation
from tests.editors import make_editor
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

pytestmark = pytest.mark.django_db
WHY = "The same birth date and case number."


@pytest.fixture
def reviewer() -> Any:
    return make_editor("reviewer")


def merged(kept: Prisoner, other: Prisoner, by: Any = None, **fields: Any) -> Merge:
    return merge(kept, other, by=by, note=WHY, **fields)


def everything_same(kept: Prisoner, other: Prisoner) -> Answers:
    return Answers(same=frozenset(twins.name for twins in plan(kept, other).events if twins.is_likely))


def test_names_are_joined_and_the_other_main_name_becomes_a_spelling(reviewer: Any) -> None:
    kept = make_prisoner("Jan Exemplar", names=["Ян Экземпляр"])
    other = make_prisoner("Yan Ekzemplyar", names=["Ян Экземпляр", "Jan Exemplar"])

    merged(kept, other, reviewer)

    names = set(Name.objects.values_list("text", "kind", "prisoner"))
    assert names == {
        ("Jan Exemplar", "main", kept.pk),
        ("Ян Экземпляр", "transliteration", kept.pk),
        ("Yan Ekzemplyar", "transliteration", kept.pk),
    }


def test_wholly_different_name_becomes_an_alias_and_may_be_the_main_one() -> None:
    kept, other = make_prisoner("Jan Exemplar"), make_prisoner("Pen Name")

    merged(kept, other, answers=Answers(takes_main_name=True))

    assert set(kept.names.values_list("text", "kind")) == {("Pen Name", "main"), ("Jan Exemplar", "alias")}


def test_private_spelling_stays_private_where_the_other_record_shows_it() -> None:
    kept = make_prisoner("Jan Exemplar", names=["Jasio"])
    other = make_prisoner("Yan Ekzemplyar", names=["Jasio"])
    other.names.filter(text="Jasio").update(is_private=True)

    merged(kept, other)

    assert kept.names.get(text="Jasio").is_private


def test_empty_fields_are_filled_and_a_chosen_value_replaces_the_other() -> None:
    kept = make_prisoner(born_on="1984", sex="unknown", biography="A welder.", citizenships=["BY"])
    other = make_prisoner(born_on="1984-05-01", sex="male", biography="A poet.", citizenships=["PL"])
    (born,) = [each.name for each in plan(kept, other).conflicts if each.title == "born"]

    made = merged(kept, other, answers=Answers(chosen=frozenset({born})))

    kept.refresh_from_db()
    assert (str(kept.born_on), kept.sex, kept.biography) == ("1984-05-01", "male", "A welder.")
    assert kept.citizenships == ["BY", "PL"]
    assert made.rows[-2]["row"]["biography"] == "A poet."


def test_private_notes_are_put_one_below_the_other() -> None:
    kept, other = make_prisoner(), make_prisoner()
    PrisonerPrivate.objects.create(prisoner=kept, notes="Heard in May.")
    PrisonerPrivate.objects.create(prisoner=other, notes="Heard in June.")

    merged(kept, other)

    assert PrisonerPrivate.objects.get().notes == "Heard in May.\n\nHeard in June."


def test_events_and_citations_of_both_stay() -> None:
    source = make_source()
    kept, other = make_prisoner(held=[("2020-08-09", "2020-08-24")]), make_prisoner(held=[("2021-03-01", "2024-08-16")])
    conviction, recognition = make_conviction(other, "2021-06-01"), make_recognition(other, "2021-05")
    for person in (kept, other):
        person.citations.create(source=source, locator="p. 1")

    merged(kept, other)

    conviction.case.refresh_from_db()
    recognition.refresh_from_db()
    assert (kept.detentions.count(), conviction.case.prisoner, recognition.prisoner) == (2, kept, kept)
    assert list(Citation.objects.values_list("object_id", flat=True)) == [kept.pk]


def test_identified_twice_fills_one_place_and_names_one_pardon() -> None:
    announcement = make_announcement(total=30)
    kept, other = make_prisoner(), make_prisoner()
    for person in (kept, other, *(make_prisoner() for _ in range(11))):
        identify(person, announcement)

    merged(kept, other, answers=everything_same(kept, other))

    assert Identification.objects.filter(announcement=announcement).count() == 12
    assert (kept.pardons.count(), kept.identifications.get().pardon) == (1, kept.pardons.get())


def test_two_detentions_that_share_days_are_named_and_refused() -> None:
    kept, other = make_prisoner(held=[("2020-08-09", "2024-08-16")]), make_prisoner(held=[("2020-08-10", "2024-08-16")])

    with pytest.raises(ValidationError, match="taken 9 August 2020, out 16 August 2024, the other taken 10 August"):
        merged(kept, other)

    assert Prisoner.objects.count() == 2


def test_same_detention_recorded_twice_becomes_one_with_its_release() -> None:
    kept, other = make_prisoner(held=[("2020-08-09",)]), make_prisoner()
    make_detention(other, "2020-08-09", "2024-08-16", release={"kind": "pardon"}, publication="draft")
    Release.objects.update(publication="draft")

    merged(kept, other, answers=everything_same(kept, other))

    detention = Detention.objects.get()
    assert (str(detention.ended_on), detention.prisoner) == ("2024-08-16", kept)
    assert (detention.release.kind, detention.release.publication) == ("pardon", "published")


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ((None, "2024"), ("2023-07", "2024-09-04")),
        ((None, None), ("2023-07", "2024-09-04")),
        (("2023-07", None), (None, "2024-09-04")),
    ],
)
def test_detention_with_unknown_days_is_offered_as_recorded_on_both(one: Any, another: Any) -> None:
    kept, other = make_prisoner(), make_prisoner()
    make_detention(kept, *one)
    make_detention(other, *another)

    (twins,) = plan(kept, other).events

    assert (twins.is_likely, twins.must_join) == (False, False)
    merged(kept, other, answers=Answers(same=frozenset({twins.name})))
    assert (str(Detention.objects.get().taken_on), Detention.objects.get().ended_how) == ("2023-07", "release")


def test_verdict_and_pardon_with_an_unknown_day_are_offered_as_recorded_on_both() -> None:
    kept, other = make_prisoner(), make_prisoner()
    for person, day in ((kept, "2023-07"), (other, None)):
        make_conviction(person, day)
        make_pardon(person, day)

    offered = {(twins.noun, twins.is_likely) for twins in plan(kept, other).events}

    assert offered == {("conviction", False), ("pardon", False)}


def test_detention_that_was_over_before_the_other_began_is_not_offered() -> None:
    kept, other = make_prisoner(), make_prisoner()
    make_detention(kept, None, "2021-03")
    make_detention(other, "2022")

    assert plan(kept, other).events == []


def test_one_event_ticked_as_two_others_is_refused() -> None:
    kept, other = make_prisoner(), make_prisoner()
    make_pardon(other, "2024-08-16")
    for _ in range(2):
        make_pardon(kept, "2024-08-16")
    names = frozenset(twins.name for twins in plan(kept, other).events)

    with pytest.raises(ValidationError, match="tick each at most once"):
        merged(kept, other, answers=Answers(same=names))


def test_withheld_and_published_become_withheld() -> None:
    kept, other = make_prisoner(), make_prisoner(publication="withheld")

    merged(kept, other)

    assert Prisoner.objects.get().publication == "withheld"


@pytest.mark.parametrize(
    ("kept", "other", "sentence"),
    [
        ("draft", "published", "Keep the record that has been public"),
        ("published", "retracted", "is retracted"),
    ],
)
def test_refusals_say_why(kept: str, other: str, sentence: str) -> None:
    people = [make_prisoner(publication=state) for state in (kept, other)]

    with pytest.raises(ValidationError, match=sentence):
        merged(people[0], people[1])


def test_editor_merges_drafts() -> None:
    kept, other = make_prisoner(publication="draft"), make_prisoner(publication="draft")

    merged(kept, other, make_editor("editor"))

    assert Prisoner.objects.get() == kept


def test_record_is_not_merged_with_itself_or_without_a_reason() -> None:
    person, other = make_prisoner(), make_prisoner()

    with pytest.raises(ValidationError, match="one record already"):
        merged(person, person)
    with pytest.raises(ValidationError, match="Give a reason"):
        merge(person, other, by=None, note=" ")


@pytest.mark.django_db(transaction=True)
def test_merge_is_one_changeset_in_the_history_of_both(reviewer: Any) -> None:
    kept, other = make_prisoner("Jan Exemplar", names=["Jan"]), make_prisoner("Yan Ekzemplyar", names=["Jan"])

    made = merged(kept, other, reviewer)

    written = Changeset.objects.get(number=made.changeset)
    assert (written.note, written.nature, written.by) == (WHY, "correction", reviewer)
    assert list(Merge.objects.in_changeset(made.changeset)) == [made]
    assert history_of(Name, prisoner_id=kept.pk, pgh_changeset=made.changeset).exists()
    assert history_of(Prisoner, pgh_obj_id=other.pk, pgh_changeset=made.changeset).get().pgh_label == "delete"


@pytest.mark.django_db(transaction=True)
def test_what_changed_meanwhile_is_said(reviewer: Any) -> None:
    kept, other = make_prisoner(), make_prisoner()
    seen = version(kept, other)
    with changeset(by=reviewer, note="A new source."):
        Prisoner.objects.filter(pk=other.pk).update(biography="A poet.")

    with pytest.raises(ValidationError, match=r"reviewer-account, \d+: A new source"):
        merged(kept, other, reviewer, seen=seen)


def test_pairs_told_apart_go_along() -> None:
    kept, other, third = make_prisoner(), make_prisoner(), make_prisoner()
    NotSamePerson.objects.create(first=third, second=other, reason="Born in other years.")
    NotSamePerson.objects.create(first=kept, second=other, reason="A mistake.")

    merged(kept, other)

    (pair,) = NotSamePerson.objects.all()
    assert {pair.first, pair.second} == {kept, third}
