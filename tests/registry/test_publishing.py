"""Publication: the steps a record may take, who counts as public, and many records at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from pardons.models import Identification, Pardon
from prisoners.models import Detention, Name, Prisoner, Release, Stay
from registry.editing import move_all, publish_together, publish_with_everything
from registry.history import changeset
from registry.models import Changeset
from registry.publishing import STEPS, Publication, move, publish, retract, submit, withhold
from tests.editors import make_editor
from tests.factories import identify, make_announcement, make_detention, make_pardon, make_prisoner

pytestmark = pytest.mark.django_db
STATES = list(Publication.values)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", STATES)
def test_record_goes_only_where_the_steps_lead(state: str, to: str) -> None:
    person = make_prisoner(publication=state)

    try:
        move(person, to, by=None, note="A reason.", nature="new_fact")
        went = True
    except ValidationError:
        went = False

    assert went == (to in STEPS[state])


@pytest.mark.parametrize("step", [withhold, retract])
def test_withholding_and_retracting_need_a_reason(step) -> None:
    person = make_prisoner()

    with pytest.raises(ValidationError, match="Give a reason"):
        step(person, by=None, note="  ")


def test_second_editor_cannot_take_the_same_step() -> None:
    person = make_prisoner(publication="draft")
    stale = Prisoner.objects.get(pk=person.pk)
    submit(person, by=None)

    with pytest.raises(ValidationError, match="someone may have changed it"):
        submit(stale, by=None)


def test_first_publication_is_noted_by_the_database() -> None:
    person = make_prisoner(publication="draft")
    assert person.published_at is None

    publish(person, by=None)
    noted = person.published_at
    retract(person, by=None, note="Entered twice.")

    assert noted is not None
    assert person.published_at == noted


def test_step_is_a_changeset_with_its_author_and_reason() -> None:
    reviewer = make_editor("reviewer")
    person: Any = make_prisoner(publication="draft")

    publish(person, by=reviewer, note="Two sources.")

    # One test is one transaction, so the changeset that made the person is the one that published.
    assert person.history.latest("pgh_id").pgh_changeset == Changeset.latest_number()


def test_withheld_person_is_not_public_and_still_counts() -> None:
    person = make_prisoner(publication="withheld")

    assert not Prisoner.public.filter(pk=person.pk).exists()
    assert Prisoner.objects.counted().filter(pk=person.pk).exists()


@pytest.mark.parametrize("state", ["draft", "in_review", "retracted"])
def test_event_of_a_person_who_is_not_public_is_neither_public_nor_counted(state: str) -> None:
    make_prisoner(publication=state, held=[("2020-08-09", "2020-08-24")])

    assert not Detention.public.exists()
    assert not Detention.objects.counted().exists()


def test_event_of_a_withheld_person_counts_and_is_not_public() -> None:
    make_prisoner(publication="withheld", held=[("2020-08-09", "2020-08-24")])

    assert not Release.public.exists()
    assert Release.objects.counted().count() == 1


def test_private_name_is_never_public() -> None:
    person = make_prisoner()
    Name.objects.create(prisoner=person, text="Hidden Spelling", is_private=True, publication="published")

    assert [name.text for name in Name.public.all()] == ["Jan Exemplar"]


def test_many_records_move_together_and_say_how_many() -> None:
    for state in ("draft", "in_review", "retracted"):
        make_prisoner(publication=state)

    assert move_all(Prisoner.objects.all(), Publication.PUBLISHED, by=None) == (2, 1)


def test_person_is_published_with_everything_entered_for_them() -> None:
    person = make_prisoner("Draft Person", publication="draft")
    Name.objects.filter(prisoner=person).update(publication="draft")
    detention = make_detention(
        person, "2020-08-09", "2020-08-24", publication="in_review", release={"publication": "draft"}
    )
    Stay.objects.create(detention=detention, form="custody")
    make_pardon(person, "2020-08-24", publication="draft")

    count = publish_with_everything(person, by=None)

    assert count == 6
    assert Pardon.public.count() == Stay.public.count() == Release.public.count() == Name.public.count() == 1


def test_place_in_a_draft_announcement_is_not_published_with_the_person() -> None:
    person = make_prisoner(publication="draft")
    for state in ("draft", "published"):
        identify(person, make_announcement(publication=state), publication="draft")

    publish_with_everything(person, by=None)

    published = Identification.objects.filter(publication="published")
    assert [each.announcement.publication for each in published] == ["published"]


def test_nothing_of_a_retracted_person_is_published() -> None:
    person = make_prisoner(publication="retracted")
    make_detention(person, "2020-08-09", publication="draft")

    assert publish_with_everything(person, by=None) == 0


# --- Nobody publishes their own ---


def entered_by(editor: Any, **fields: Any) -> Prisoner:
    """A person in review, entered by this editor."""
    with changeset(by=editor):
        return make_prisoner(publication="in_review", **fields)


def test_nobody_publishes_their_own() -> None:
    reviewer = make_editor("reviewer")
    person = entered_by(reviewer)

    for step in (publish, publish_with_everything):
        with pytest.raises(ValidationError, match="a second person"):
            step(person, by=reviewer)
    with pytest.raises(ValidationError, match="a second person"):
        publish_together([person], by=reviewer)

    assert move_all(Prisoner.objects.filter(pk=person.pk), "published", by=reviewer) == (0, 1)
    assert not Prisoner.public.exists()


@pytest.mark.django_db(transaction=True)
def test_second_person_publishes_what_another_last_changed() -> None:
    first, second = make_editor("reviewer", "first"), make_editor("reviewer", "second")
    person = entered_by(first)
    with changeset(by=second):
        Prisoner.objects.filter(pk=person.pk).update(biography="Corrected.")

    with pytest.raises(ValidationError, match="a second person"):
        publish(person, by=second)
    publish(person, by=first)


@pytest.mark.django_db(transaction=True)
def test_handing_a_record_on_is_not_changing_it() -> None:
    first, second = make_editor("reviewer", "first"), make_editor("reviewer", "second")
    person = entered_by(first)
    move(person, "draft", by=second, note="Which year?", nature="new_fact")
    submit(person, by=second)

    with pytest.raises(ValidationError, match="a second person"):
        publish(person, by=first)
    publish(person, by=second)
    assert Prisoner.public.get() == person


def test_operator_publishes_what_anybody_entered() -> None:
    person = entered_by(make_editor("reviewer"))

    publish(person, by=None)

    assert Prisoner.public.get() == person


def test_piece_is_published_whole_or_not_at_all() -> None:
    editor, reviewer = make_editor("editor"), make_editor("reviewer")
    theirs, gone = entered_by(editor), make_prisoner(publication="retracted")

    with pytest.raises(ValidationError, match="changed meanwhile"):
        publish_together([theirs, gone], by=reviewer)

    theirs.refresh_from_db()
    assert theirs.publication == "in_review"
