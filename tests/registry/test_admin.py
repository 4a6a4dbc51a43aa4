"""The admin's ground: each save a changeset with its reason, refusals in words, two editors at once, history."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prisoners.models import Article, Occupation, Prisoner, PrisonerPrivate
from registry.models import Changeset, Source
from registry.record_admin import EditingAdmin
from tests.changesets import next_changeset
from tests.editors import errors_of, list_of, page_of, save, signed_in, told, typed
from tests.factories import make_prisoner, make_source

WHY = {"why": "The court's own register.", "nature": "correction"}


@pytest.mark.django_db(transaction=True)
def test_save_is_one_changeset_with_author_reason_and_nature() -> None:
    person = make_prisoner(publication="draft")
    before = Changeset.latest_number()

    save(signed_in("reviewer"), page_of(person), sex="female", names__0__text="Jana Exemplar", **WHY)

    made: Any = Changeset.objects.get(number__gt=before)
    assert (made.by.username, made.note, made.nature) == ("reviewer-account", *WHY.values())
    assert person.names.get().text == "Jana Exemplar"


@pytest.mark.django_db
def test_public_record_is_not_changed_without_a_reason() -> None:
    source, client = make_source(), signed_in("reviewer")
    shown = typed(client.get(page_of(source)))

    for missing in WHY:
        response = client.post(page_of(source), shown | {"title": "Another"} | WHY | {missing: ""})
        assert "the record is public" in errors_of(response), missing

    assert Source.objects.get().title == "A report"


@pytest.mark.django_db
def test_draft_is_changed_without_a_reason() -> None:
    source = make_source(publication="draft")

    response = save(signed_in("editor"), page_of(source), title="Another report")

    assert errors_of(response) == ""
    assert Source.objects.get().title == "Another report"


@pytest.mark.django_db
def test_editor_does_not_change_what_is_public() -> None:
    source = make_source()
    client = signed_in("editor")

    client.post(page_of(source), typed(client.get(page_of(source))) | {"title": "Mine", "publication": "draft"} | WHY)
    save(client, page_of(source), title="Mine", **WHY)

    source.refresh_from_db()
    assert (source.title, source.publication) == ("A report", "published")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "state", "states"),
    [
        ("editor", "draft", ["draft", "in_review"]),
        ("editor", "in_review", ["in_review", "draft"]),
        ("editor", "published", ["published"]),
        ("reviewer", "draft", ["draft", "in_review", "published", "withheld", "retracted"]),
        ("reviewer", "published", ["published", "withheld", "retracted"]),
        ("administrator", "withheld", ["withheld", "retracted"]),
    ],
)
def test_states_follow_role_and_steps(role: str, state: str, states: list[str]) -> None:
    source = make_source(publication=state)

    form = signed_in(role).get(page_of(source)).context["adminform"].form

    assert [value for value, _label in form.fields["publication"].choices] == states


@pytest.mark.django_db
def test_editor_cannot_publish_by_a_forged_form() -> None:
    source = make_source(publication="draft")

    response = save(signed_in("editor"), page_of(source), publication="published")

    assert "not one of the available choices" in errors_of(response)


@pytest.mark.django_db
def test_withholding_in_the_form_needs_a_reason() -> None:
    source = make_source(publication="draft")

    response = save(signed_in("reviewer"), page_of(source), publication="withheld")

    assert "Give a reason for withholding" in errors_of(response)


# --- Two editors at once ---


@pytest.mark.django_db(transaction=True)
def test_second_editor_sees_what_changed_and_loses_nothing() -> None:
    source = make_source(publication="draft", publisher="A paper")
    anna, ben = signed_in("editor", "anna"), signed_in("editor", "ben")
    opened = typed(ben.get(page_of(source)))
    save(anna, page_of(source), title="Anna's title")

    response = ben.post(page_of(source), opened | {"publisher": "Ben's paper"})

    assert f"anna, changeset {Changeset.latest_number()} (" in errors_of(response)
    assert "A report → Anna&#x27;s title" in errors_of(response) or "A report → Anna's title" in errors_of(response)
    again = typed(response)
    assert (again["title"], again["publisher"]) == ("Anna's title", "Ben's paper")

    ben.post(page_of(source), again)
    source.refresh_from_db()
    assert (source.title, source.publisher) == ("Anna's title", "Ben's paper")


@pytest.mark.django_db(transaction=True)
def test_both_editors_words_are_kept_where_both_changed_a_field() -> None:
    source = make_source(publication="draft")
    anna, ben = signed_in("editor", "anna"), signed_in("editor", "ben")
    opened = typed(ben.get(page_of(source)))
    save(anna, page_of(source), title="Anna's title")

    response = ben.post(page_of(source), opened | {"title": "Ben's title"})

    assert typed(response)["title"] == "Ben's title"
    assert Source.objects.get().title == "Anna's title"


@pytest.mark.django_db(transaction=True)
def test_change_of_a_row_beside_the_record_counts_as_a_change() -> None:
    person = make_prisoner(publication="draft")
    anna, ben = signed_in("reviewer", "anna"), signed_in("reviewer", "ben")
    opened = typed(ben.get(page_of(person)))
    save(anna, page_of(person), names__0__text="Jana Exemplar")

    response = ben.post(page_of(person), opened | {"sex": "female"})

    assert "Jana Exemplar" in errors_of(response)
    assert typed(response)["names-0-text"] == "Jana Exemplar"


@pytest.mark.django_db
def test_form_without_a_right_version_is_refused() -> None:
    source, client = make_source(publication="draft"), signed_in("editor")
    shown = typed(client.get(page_of(source))) | {"title": "Mine"}

    versions = ("", "x", "-1", "9" * 5000, "999999")
    answers = [client.post(page_of(source), shown | {"shows_changeset": version}) for version in versions]

    assert [answer.status_code for answer in answers] == [200] * len(versions)
    assert Source.objects.get().title == "A report"


@pytest.mark.django_db
def test_version_of_a_code_is_the_editors_own_word() -> None:
    article = Article.objects.create(country="BY", code="Criminal Code", version="1999", number="342")

    save(signed_in("editor"), page_of(article), version="2021")

    article.refresh_from_db()
    assert article.version == "2021"


# --- History and deleting ---


@pytest.mark.django_db
def test_history_page_tells_who_why_and_each_field() -> None:
    person = make_prisoner(publication="draft")
    client = signed_in("reviewer")
    save(client, page_of(person), sex="female", names__0__text="Jana Exemplar", **WHY)

    page = client.get(page_of(person, "history")).content.decode()

    for words in ("not known", "female", "Jan Exemplar", "Jana Exemplar"):
        assert words in page


@pytest.mark.django_db(transaction=True)
def test_deleted_draft_stays_in_the_history_with_its_reason() -> None:
    word = Occupation.objects.create(slug="poet", name="poet")
    client = signed_in("reviewer")

    client.post(page_of(word, "delete"), {"post": "yes", **WHY})

    page = client.get(page_of(word, "history")).content.decode()
    assert not Occupation.objects.exists()
    assert "deleted" in page
    assert "The court&#x27;s own register." in page


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_what_was_public_is_not_deleted(role: str) -> None:
    source = make_source()

    assert signed_in(role).post(page_of(source, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_changeset_page_hides_what_a_role_may_not_see() -> None:
    PrisonerPrivate.objects.create(prisoner=make_prisoner(), notes="canary of a note")
    made = Changeset.objects.latest("number")

    pages = {role: signed_in(role).get(page_of(made)).content.decode() for role in ("viewer", "editor")}

    assert "canary" not in pages["viewer"]
    assert "canary" in pages["editor"]


@pytest.mark.django_db
def test_history_of_nothing_is_not_found() -> None:
    client = signed_in()

    for key in ("0", "x", "9" * 30, "1_2F"):
        assert client.get(f"/admin/registry/source/{key}/history/").status_code == 404, key


# --- Actions ---


def act(client: Any, records: list[Any], action: str, **answer: str) -> Any:
    chosen = {"action": action, "_selected_action": [record.pk for record in records]}
    return client.post(list_of(type(records[0])), chosen | answer, follow=True)


@pytest.mark.django_db
def test_action_asks_why_before_it_does_anything() -> None:
    source = make_source(publication="draft")

    response = act(signed_in("reviewer"), [source], "publish_selected")

    assert "This change" in response.content.decode()
    assert Source.objects.get().publication == "draft"


@pytest.mark.django_db
def test_action_says_how_many_went_and_how_many_could_not() -> None:
    sources = [make_source(publication=state) for state in ("draft", "in_review", "retracted")]

    response = act(signed_in("reviewer"), sources, "publish_selected", apply="yes", why="Checked.")

    refused = "1 could not go there: from its state, or because a second person has to publish it."
    assert told(response) == ["2 records are now: published.", refused]


@pytest.mark.django_db
def test_action_that_hides_needs_a_reason() -> None:
    source, client = make_source(), signed_in("reviewer")

    for action in ("withhold_selected", "retract_selected"):
        response = act(client, [source], action, apply="yes", why=" ")
        assert "This field is required" in response.content.decode(), action

    assert Source.objects.get().publication == "published"


@pytest.mark.django_db
def test_editor_is_offered_no_publishing() -> None:
    source = make_source(publication="draft")

    act(signed_in("editor"), [source], "publish_selected", apply="yes")

    assert Source.objects.get().publication == "draft"


@pytest.mark.django_db
def test_editor_submits_drafts() -> None:
    source = make_source(publication="draft")

    act(signed_in("editor"), [source], "submit_selected", apply="yes")

    assert Source.objects.get().publication == "in_review"


# --- Lists ---


@pytest.mark.django_db
def test_list_takes_the_same_queries_for_one_person_as_for_many() -> None:
    client = signed_in("viewer")
    counts = []
    for many in (1, 6):
        for number in range(many):
            make_prisoner(f"Person {number}", held=[("2020-08-09", "2020-08-24")])
        with CaptureQueriesContext(connection) as queries:
            client.get(list_of(Prisoner))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


@pytest.mark.django_db
def test_list_survives_hostile_questions() -> None:
    client = signed_in("viewer")

    for query in ("q=%F0%9F%98%80'\"", "o=99", "p=99999999999999999999", "publication=x", "problem=x", "e=1"):
        assert client.get(f"{list_of(Prisoner)}?{query}", follow=True).status_code in (200, 400), query


@pytest.mark.django_db
def test_reviewer_does_not_publish_by_form_what_is_their_own() -> None:
    client = signed_in("reviewer")
    source = make_source(publication="in_review")

    together = save(client, page_of(source), title="Changed", publication="published", **WHY)
    save(client, page_of(source), title="Changed", **WHY)
    own = client.get(page_of(source)).context["adminform"].form.fields["publication"].choices

    assert "a second person publishes them" in errors_of(together)
    assert "published" not in dict(own)


@pytest.mark.django_db
def test_reviewer_publishes_by_form_what_another_entered() -> None:
    source = make_source(publication="in_review")

    save(signed_in("reviewer"), page_of(source), publication="published", **WHY)

    source.refresh_from_db()
    assert source.publication == "published"


@pytest.mark.django_db
def test_save_tells_everybody_why_from_a_short_list_and_in_a_sentence() -> None:
    source = make_source(publication="draft")
    next_changeset()

    save(
        signed_in(), page_of(source), publisher="Example News", nature="correction", why="Ours alone.",
        reason="mistake", told="The agency’s name was wrong.",
    )  # fmt: skip

    made = Changeset.objects.latest("number")
    assert (made.reason, made.told, made.note) == ("mistake", "The agency’s name was wrong.", "Ours alone.")


def admin_pages_to_add() -> list[str]:
    """The addresses of the forms on which records are entered."""
    pages = [page for page in site._registry.values() if isinstance(page, EditingAdmin)]
    return [reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_add") for page in pages]


@pytest.mark.django_db
def test_form_of_a_new_record_shows_nothing_that_is_known_only_once_it_is_saved() -> None:
    client = signed_in("administrator")

    for address in admin_pages_to_add():
        page = client.get(address)
        assert page.status_code == 200, address
        for told_wrongly in ("DatabaseDefault", "field-public_id", "field-entered_at", "field-places"):
            assert told_wrongly not in page.content.decode(), address


@pytest.mark.django_db
def test_form_of_a_saved_record_shows_its_identifier() -> None:
    source = make_source()

    assert source.public_id in signed_in("editor").get(page_of(source)).content.decode()


@pytest.mark.django_db
def test_note_of_the_demo_is_styled_on_every_page_of_the_admin(settings: Any) -> None:
    settings.PASSWORD_ALONE = True

    page = signed_in("reviewer").get(reverse("admin:index")).content.decode()

    assert '<p class="registry-note">' in page
    assert "admin/registry.css" in page
