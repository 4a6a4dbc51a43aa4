"""A person is withheld once no public text tells the name: blanked, or somebody else's in writing."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from prisoners.models import Name, Prisoner
from prisoners.withholding import finishing, views
from prisoners.withholding.texts import Text, fields_with_prose, met_before, texts_naming
from registry.changes import is_tracked
from registry.models import Changeset, Citation
from registry.publishing import NAME_WITHHELD, Record, prose
from tests.changesets import next_changeset
from tests.editors import list_of, page_of, save, signed_in
from tests.factories import make_announcement, make_conviction, make_figure, make_prisoner, make_source, relate

pytestmark = pytest.mark.django_db
WHY = "The family asked."


@pytest.fixture
def reviewer() -> Client:
    return signed_in("reviewer")


@pytest.fixture
def person() -> Any:
    return make_prisoner("Jan Exemplar", names=["Ян Экземпляр"], biography="Jan Exemplar, a baker.")


def page_for(person: Prisoner) -> str:
    return reverse("desk-withhold", args=[person.public_id])


def withhold(client: Client, person: Prisoner, **answers: Any) -> Any:
    """Send the page's form as it is shown, but for the answers."""
    page = client.get(page_for(person)).context["texts"]
    shown = {"seen": [text.token for text, _ticked in page], "blank": [text.token for text, on in page if on]}
    return client.post(page_for(person), {"why": WHY} | shown | answers)


def state(person: Prisoner) -> str:
    return str(Prisoner.objects.get(pk=person.pk).publication)


def places(person: Prisoner) -> set[str]:
    return {f"{text.model.__name__}.{text.field.name}" for text in texts_naming(person)}


def text_everywhere(words: str) -> None:
    """The same words in a public text of every kind that pages of others show."""
    source = make_source(title=words, author=words, publisher=words, url="https://news.example/jan-exemplar")
    other = make_prisoner("Anna Muster", biography=words)
    announcement = make_announcement(rest=words, authority=words)
    announcement.statements.update(words=words)
    make_figure(who_says=words, quote=words, scope=words, source=source)
    related = relate(announcement, make_announcement(), "distinct")
    type(related).objects.update(reason=words)
    kind = ContentType.objects.get_for_model(Prisoner)
    Citation.objects.create(source=source, content_type=kind, object_id=other.pk, quote=words)


EVERYWHERE = {
    "Source.title", "Source.author", "Source.publisher", "Source.url", "Prisoner.biography", "Announcement.rest",
    "Announcement.authority", "Statement.words", "ReportedFigure.who_says", "ReportedFigure.quote",
    "ReportedFigure.scope", "Relation.reason", "Citation.quote",
}  # fmt: skip


def test_texts_of_every_kind_are_listed_and_blanked(reviewer: Client, person: Any) -> None:
    text_everywhere("On Monday Яна Экземпляра was freed.")
    assert places(person) == EVERYWHERE

    assert withhold(reviewer, person, blank=[]).status_code == 400
    withhold(reviewer, person)

    assert (state(person), places(person)) == ("withheld", set())
    assert Citation.objects.get().quote == f"On Monday {NAME_WITHHELD} was freed."


def test_every_field_of_public_prose_is_looked_at() -> None:
    looked_at = {(model, field.name) for model, fields in fields_with_prose() for field in fields}
    public = {(model, name) for model in apps.get_models() if issubclass(model, Record) for name in prose(model)}

    assert public - looked_at == {(Name, "text")}
    assert (Changeset, "told") in looked_at


def test_nothing_happens_while_a_text_is_left_without_a_word(reviewer: Client, person: Any) -> None:
    source = make_source(title="Jan Exemplar freed")
    make_source(title="Exemplar & Sons open a shop")

    answer = withhold(reviewer, person)

    assert "1 public text still holds the name" in answer.content.decode()
    source.refresh_from_db()
    assert (state(person), source.title) == ("published", "Jan Exemplar freed")


def test_text_of_another_person_stays_for_a_written_reason(reviewer: Client, person: Any) -> None:
    shop = make_source(title="Exemplar & Sons open a shop")
    next_changeset()

    withhold(reviewer, person, others="A shop in another country.")

    shop.refresh_from_db()
    assert (state(person), shop.title) == ("withheld", "Exemplar & Sons open a shop")
    assert "A shop in another country." in Changeset.objects.latest("number").note


def test_text_that_changed_meanwhile_is_looked_at_again(reviewer: Client, person: Any) -> None:
    source = make_source(title="Jan Exemplar freed")
    tokens = [text.token for text in texts_naming(person)]
    type(source).objects.update(title="Jan Exemplar freed at last")

    answer = reviewer.post(page_for(person), {"why": WHY, "seen": tokens, "blank": tokens, "others": "Someone else."})

    assert "were changed since you looked" in answer.content.decode()
    assert state(person) == "published"


@pytest.mark.parametrize("is_changed", [False, True])
def test_texts_are_looked_through_again_only_if_something_was_changed_before_the_lock(
    is_changed: bool, reviewer: Client, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[int] = []

    def look(asked: Prisoner) -> list[Text]:
        found = texts_naming(asked)
        if is_changed and not searches:
            next_changeset()
            make_source(title="Jan Exemplar freed")
            next_changeset()
        searches.append(len(found))
        return found

    monkeypatch.setattr(finishing, "texts_naming", look)

    reviewer.post(page_for(person), {"why": WHY})

    assert (searches, state(person)) == (([0, 1], "published") if is_changed else ([0], "withheld"))


def test_look_that_takes_long_goes_on_with_the_words_that_it_has_met(
    reviewer: Client, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_source(title="Jan Exemplar freed")
    met_before.cache_clear()
    monkeypatch.setattr(views, "SECONDS_OF_A_LOOK", 0)
    waits = reviewer.get(page_for(person))
    monkeypatch.undo()

    assert (waits["Refresh"], waits.context["words"] > 0) == ("1", True)
    assert len(reviewer.get(page_for(person)).context["texts"]) == 1


def test_every_text_that_is_looked_at_changes_with_a_changeset() -> None:
    assert {model for model, _fields in fields_with_prose() if not is_tracked(model)} == {Changeset}


def test_reason_is_asked_and_what_was_typed_stays(reviewer: Client, person: Any) -> None:
    make_source(title="Exemplar & Sons open a shop")

    answer = withhold(reviewer, person, why=" ", others="A shop.")

    assert "Give a reason" in answer.content.decode()
    assert ">A shop.</textarea>" in answer.content.decode()


def test_what_is_not_public_or_the_persons_own_is_not_listed(person: Any) -> None:
    make_source(title="Jan Exemplar", publication="draft")
    make_source(title="Jan Exemplar", access="restricted")
    make_conviction(person, judge="Jan Exemplar")
    kind = ContentType.objects.get_for_model(Prisoner)
    Citation.objects.create(source=make_source(), content_type=kind, object_id=person.pk, quote="Jan Exemplar")

    assert places(person) == set()


def test_words_that_were_blanked_are_in_the_history_of_their_record(reviewer: Client, person: Any) -> None:
    source = make_source(title="Jan Exemplar freed")
    next_changeset()
    withhold(reviewer, person)

    history = reviewer.get(page_of(source, "history")).content.decode()
    assert "Jan Exemplar freed" in history
    assert NAME_WITHHELD in history


def test_blanked_text_is_on_no_public_page(reviewer: Client, person: Any) -> None:
    source = make_source(title="Jan Exemplar freed")
    withhold(reviewer, person)

    assert "Exemplar" not in Client().get(source.get_absolute_url()).content.decode()
    assert "Exemplar" not in Client().get(f"/sources/{source.public_id}/?known_on=1").content.decode()


def test_person_withheld_before_is_looked_for_again(reviewer: Client, person: Any) -> None:
    withhold(reviewer, person)
    source = make_source(title="Jan Exemplar again")

    withhold(reviewer, person)

    source.refresh_from_db()
    assert source.title == f"{NAME_WITHHELD} again"


def test_sentence_of_the_history_needs_a_word_because_it_cant_be_blanked(reviewer: Client, person: Any) -> None:
    make_source()
    Changeset.objects.update(told="Jan Exemplar was somebody else")

    assert withhold(reviewer, person).status_code == 400
    withhold(reviewer, person, others="The operator removes it.")
    assert state(person) == "withheld"


def test_second_record_of_the_person_is_pointed_at(reviewer: Client, person: Any) -> None:
    other = make_prisoner("Ян Экземпляр")

    assert [each.pk for each in reviewer.get(page_for(person)).context["namesakes"]] == [other.pk]


def test_admin_leads_to_the_page_and_offers_no_other_way(reviewer: Client, person: Any) -> None:
    chosen = {"action": "withhold_selected", "_selected_action": [person.pk]}

    assert reviewer.post(list_of(Prisoner), chosen)["Location"] == page_for(person)
    save(reviewer, page_of(person), publication="withheld", nature="correction", why=WHY)
    reviewer.post(reverse("desk-record", args=["prisoner", person.public_id]), {"step": "withhold", "why": WHY})
    assert state(person) == "published"


def test_page_survives_odd_answers(reviewer: Client, person: Any) -> None:
    answers: list[dict[str, Any]] = [{}, {"seen": ["\x00", "a.b.c.d"], "blank": "x" * 5000, "why": "\x00 why"}]
    make_source(title="Jan Exemplar freed")

    assert {reviewer.post(page_for(person), answer).status_code for answer in answers} == {400}
    assert reviewer.get(page_for(make_prisoner("Eva Muster", publication="retracted"))).status_code == 200
