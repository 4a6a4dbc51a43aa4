"""Taking back one changeset: what nobody changed since is as before, the rest is left and told."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from prisoners.models import Name, Prisoner
from registry.models import Changeset, Citation, Source
from registry.publishing import NAME_WITHHELD, withhold
from registry.reverting import STAY, revert
from tests.changesets import next_changeset
from tests.editors import make_editor, page_of, second_word, signed_in
from tests.factories import make_announcement, make_prisoner, make_source

pytestmark = pytest.mark.django_db
WHY = "The account was in other hands."


def taken_back(number: int) -> list[Any]:
    """Revert a changeset as the operator; what stays, as model, key and why."""
    turns, _proposed = revert(Changeset.objects.get(pk=number), by=None, why=WHY)
    return [(turn.model, turn.key, turn.why) for turn in turns if turn.does == STAY]


def test_values_are_as_before_and_it_is_a_changeset_of_its_own() -> None:
    source = make_source(title="As it was")
    next_changeset()
    Source.objects.update(title="Spoilt", publisher="Spoilt")
    spoilt = next_changeset()

    assert taken_back(spoilt) == []

    source.refresh_from_db()
    assert (source.title, source.publisher, source.publication) == ("As it was", "A news agency", "published")
    made = Changeset.objects.latest("number")
    assert (made.number, made.reason, made.nature) == (spoilt + 1, "undone", "correction")


def test_what_readers_would_see_changed_a_second_person_accepts() -> None:
    source, other = make_source(title="As it was"), make_source(publication="in_review")
    next_changeset()
    Source.objects.update(title="Spoilt", publication="published")
    spoilt = next_changeset()

    revert(Changeset.objects.get(pk=spoilt), by=make_editor("reviewer"), why=WHY)
    next_changeset()

    for each in (source, other):
        each.refresh_from_db()
    assert (source.title, other.publication) == ("Spoilt", "retracted")
    second_word()
    assert Source.objects.get(pk=source.pk).title == "As it was"


def test_later_edit_is_told_and_never_overwritten() -> None:
    kept, other = make_source(title="One"), make_source(title="Two")
    next_changeset()
    Source.objects.update(title="Spoilt")
    spoilt = next_changeset()
    Source.objects.filter(pk=kept.pk).update(title="Mended by hand")
    next_changeset()

    assert taken_back(spoilt) == [(Source, kept.pk, "changed since")]
    assert list(Source.objects.order_by("pk").values_list("title", flat=True)) == ["Mended by hand", "Two"]
    assert other.pk


def test_one_change_of_many_is_taken_back_alone() -> None:
    spoilt, fine = make_source(title="One", publication="draft"), make_source(title="Two", publication="draft")
    next_changeset()
    Source.objects.update(title="Changed")
    page = reverse("desk-revert", args=[next_changeset()])
    client = signed_in("reviewer")

    turns = {turn.key: turn for turn, _is_left in client.get(page).context["going"]}
    client.post(page, {"why": WHY, "leave": [turns[fine.pk].token, "nothing.of.this"]})

    assert dict(Source.objects.values_list("pk", "title")) == {spoilt.pk: "One", fine.pk: "Changed"}


def test_what_a_row_that_is_left_rests_on_stays_too() -> None:
    next_changeset()
    person = make_prisoner("Jan Exemplar", names=["Jaś"], publication="draft")
    added = Changeset.objects.get(pk=next_changeset())
    main = person.names.get(kind="main")

    revert(added, by=None, why=WHY, leave=[f"prisoners.name.{main.pk}"])

    assert Prisoner.objects.filter(pk=person.pk).exists()
    assert dict(Name.objects.values_list("text", "publication")) == {"Jan Exemplar": "published", "Jaś": "retracted"}


def test_what_was_published_is_retracted_and_a_draft_is_deleted() -> None:
    next_changeset()
    public, draft = make_announcement(), make_source(title="Draft", publication="draft")
    added = next_changeset()

    taken_back(added)

    public.refresh_from_db()
    assert public.publication == "retracted"
    assert not Source.objects.filter(pk=draft.pk).exists()


def test_publishing_is_taken_back_as_a_retraction() -> None:
    source = make_source(publication="in_review")
    next_changeset()
    Source.objects.update(publication="published")
    taken_back(next_changeset())

    source.refresh_from_db()
    assert source.publication == "retracted"


def test_what_was_deleted_is_there_again() -> None:
    source, person = make_source(), make_prisoner()
    kind = ContentType.objects.get_for_model(Prisoner)
    quoted = Citation.objects.create(source=source, content_type=kind, object_id=person.pk, quote="Words")
    key = quoted.pk
    next_changeset()
    quoted.delete()
    taken_back(next_changeset())

    assert Citation.objects.get(pk=key).quote == "Words"


def test_what_others_built_on_stays() -> None:
    next_changeset()
    source = make_source(title="Draft", publication="draft")
    added = next_changeset()
    person = make_prisoner()
    kind = ContentType.objects.get_for_model(Prisoner)
    Citation.objects.create(source=source, content_type=kind, object_id=person.pk)
    next_changeset()

    with pytest.raises(ValidationError, match="Nothing of it"):
        taken_back(added)
    assert Source.objects.filter(pk=source.pk).exists()


def test_what_was_hidden_stays_hidden() -> None:
    person, source = make_prisoner(names=["Canary Exemplar"]), make_source(title="Jan Exemplar freed")
    secret = make_source(url="https://news.example/jan-exemplar")
    next_changeset()
    withhold(person, by=None, note="The family asked.")
    Source.objects.filter(pk=source.pk).update(title=f"{NAME_WITHHELD} freed")
    Source.objects.filter(pk=secret.pk).update(url="")
    Name.objects.filter(text="Canary Exemplar").update(is_private=True)
    hidden = next_changeset()

    with pytest.raises(ValidationError, match="Nothing of it"):
        taken_back(hidden)
    assert Prisoner.objects.get().publication == "withheld"
    assert not Source.objects.filter(title__contains="Exemplar").exists()


def test_imports_and_merges_have_their_own_way_back() -> None:
    make_source()
    Changeset.objects.update(reason="list")

    with pytest.raises(ValidationError, match="its own page"):
        taken_back(next_changeset())


def test_reviewer_takes_back_on_the_page_that_changeset_and_account_lead_to() -> None:
    author, reviewer = make_editor("editor", "author"), signed_in("reviewer")
    source = make_source(title="As it was", publication="draft")
    next_changeset()
    Source.objects.update(title="Spoilt")
    made = Changeset.objects.get(pk=next_changeset())
    Changeset.objects.filter(pk=made.pk).update(by=author)
    address = reverse("desk-revert", args=[made.pk])

    assert address in reviewer.get(page_of(made)).content.decode()
    assert address in reviewer.get(reverse("desk-account", args=[author.pk])).content.decode()
    assert "Spoilt → As it was" in reviewer.get(address).content.decode()
    assert reviewer.post(address, {"why": " "}).status_code == 400
    answer = reviewer.post(address, {"why": WHY}, follow=True).content.decode()
    source.refresh_from_db()
    assert ("Taken back: 1; left as they are: 0." in answer, source.title) == (True, "As it was")


def test_page_of_no_changeset_is_not_found() -> None:
    reviewer: Client = signed_in("reviewer")

    assert {reviewer.get(reverse("desk-revert", args=[number])).status_code for number in (0, 10**30)} == {404}
