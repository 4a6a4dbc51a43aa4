"""What the public sees is changed by two people: every page of the admin, deletions, rows beside a record."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client

from prisoners.models import Article, Court, ListEdition, ListEntry, Occupation, Organisation, Place, Region
from registry.changes import history_of, tracked_models
from registry.models import Citation, ProposedChange, Source
from registry.proposals import rows_of, version
from registry.record_admin import EditingAdmin
from registry.rows import quoted
from tests.at_once import at_once
from tests.changesets import next_changeset
from tests.editors import errors_of, page_of, save, second_word, signed_in, typed
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_figure,
    make_pardon,
    make_prisoner,
    make_recognition,
    make_source,
)

WHY = {"why": "The court's own register.", "nature": "correction"}
PUBLIC = {"publication": "published"}
# What is changed on each page: a field of the record, or of a row beside it.
CHANGES: dict[str, dict[str, Any]] = {
    "Announcement": {"statements-0-total": "31"},
    "Appeal": {"outcome": "reduced"},
    "Article": {"title": "Another title"},
    "Case": {"co_defendants": "Others"},
    "Charge": {"stage": "dropped"},
    "Conviction": {"judge": "Another judge"},
    "Court": {"name": "Another court"},
    "Detention": {"release-0-kind": "amnesty"},
    "Identification": {"was_not_freed": "on"},
    "ListEdition": {"licence": "Another"},
    "ListEntry": {"external_id": "2"},
    "Name": {"text": "Jana Exemplar"},
    "Occupation": {"name": "baker"},
    "Organisation": {"url": "https://example.org/"},
    "Pardon": {"conditions": "None."},
    "Place": {"kind": "prison"},
    "Prisoner": {"names-0-text": "Jana Exemplar", "sex": "female"},
    "Recognition": {"definition": "other"},
    "Region": {"name": "South"},
    "Release": {"kind": "medical"},
    "ReportedFigure": {"scope": "Another"},
    "Source": {"title": "Another title"},
    "Stay": {"form": "prison"},
}
NOT_PUBLIC = {"Request"}
# All pages are made by one class: a fifth of them stands for all in the ordinary suite.
EVERY = 1 if os.environ.get("TEST_LONG") == "1" else 5


def publish_everything() -> None:
    """One public record of each kind that has a page."""
    region = Region.objects.create(country="BY", slug="north", name="North")
    Place.objects.create(country="BY", name="Colony 1", region=region, **PUBLIC)
    Court.objects.create(country="BY", name="Court 1", region=region, **PUBLIC)
    person = make_prisoner(held=[("2020-08-09", "2020-08-24")])
    person.occupations.add(Occupation.objects.create(slug="welder", name="welder"))
    person.detentions.get().stays.create(**PUBLIC)
    verdict = make_conviction(person)
    verdict.appeals.create(**PUBLIC)
    article = Article.objects.create(country="BY", code="Criminal Code", number="342")
    verdict.case.charges.create(article=article, **PUBLIC)
    make_recognition(person)
    make_pardon(person, "2020-08-24")
    identify(person, make_announcement(total=30), **PUBLIC)
    make_figure()
    edition = ListEdition.objects.create(list_name="A list", **PUBLIC)
    ListEntry.objects.create(edition=edition, external_id="1", prisoner=person)
    Organisation.objects.update(**PUBLIC)


def everything() -> dict[str, str]:
    """Every table that keeps a history, as the database writes it."""
    tables = [model._meta.db_table for model in tracked_models()]
    asked = " UNION ALL ".join(
        f"SELECT '{table}', coalesce(jsonb_agg(to_jsonb(stored) ORDER BY id)::text, '') FROM {quoted(table)} AS stored"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def pages() -> list[Any]:
    return [model for model, page in admin.site._registry.items() if isinstance(page, EditingAdmin)]


def propose_change(client: Client, record: Any) -> Any:
    sent = typed(client.get(page_of(record)))
    return client.post(page_of(record), sent | CHANGES[type(record).__name__] | WHY)


# --- Every page ---


@pytest.mark.django_db
def test_lone_save_on_any_page_changes_nothing_and_a_second_person_makes_it_so() -> None:
    publish_everything()
    one, public = signed_in("reviewer"), [model for model in pages() if model.__name__ not in NOT_PUBLIC]
    next_changeset()

    assert {model.__name__ for model in public} == set(CHANGES)
    for model in public[::EVERY]:
        record, before = model._base_manager.earliest("pk"), everything()

        response = propose_change(one, record)

        assert everything() == before, model
        assert response.status_code == 302 and "/desk/changes/" in response["Location"], (model, errors_of(response))
        next_changeset()
        assert_made_exactly(second_word(), before)
        next_changeset()


def assert_made_exactly(proposed: ProposedChange, before: dict[str, str]) -> None:
    """Each row has what was proposed for it, and no other row has changed."""
    after = everything()
    written = {(each.model._meta.db_table, each.key): each.after for each in rows_of(proposed)}
    for table, rows in before.items():
        then = {row["id"]: row for row in json.loads(rows or "[]")}
        now = {row["id"]: row for row in json.loads(after[table] or "[]")}
        changed = {key for key in then | now if then.get(key) != now.get(key)}
        assert changed == {key for name, key in written if name == table}, (proposed, table)
        for key in changed:
            assert written[table, key].items() <= now[key].items(), (proposed, table)


# --- Deleting, rows beside a record, hiding ---


@pytest.mark.django_db
def test_deletion_of_what_is_public_is_proposed() -> None:
    publish_everything()
    record, before = ListEntry.objects.get(), everything()

    signed_in("reviewer").post(page_of(record, "delete"), {"post": "yes"} | WHY)

    assert everything() == before
    second_word()
    assert not ListEntry.objects.exists()


@pytest.mark.django_db
def test_source_of_a_public_record_comes_and_goes_by_two_people() -> None:
    person, source = make_prisoner(), make_source()
    one, row = signed_in("reviewer"), "registry-citation-content_type-object_id"

    save(one, page_of(person), **{f"{row}-TOTAL_FORMS": 1, f"{row}-0-source": source.pk}, **WHY)
    assert not Citation.objects.exists()
    second_word()
    save(one, page_of(person), **{f"{row}-0-DELETE": "on"}, **WHY)

    assert Citation.objects.get().record == person
    second_word()
    assert not Citation.objects.exists()


@pytest.mark.django_db
def test_what_is_added_for_review_is_public_with_the_change_it_came_with() -> None:
    detention = make_prisoner(held=[("2020-08-09",)]).detentions.get()
    row = {"release-TOTAL_FORMS": 1, "release-0-kind": "amnesty"}

    response = save(signed_in("editor"), page_of(detention), ended_on="2020-08-24", ended_how="release", **row, **WHY)
    assert errors_of(response) == ""
    detention.refresh_from_db()
    assert detention.ended_how == ""

    second_word()
    detention.refresh_from_db()
    assert (detention.ended_how, detention.release.kind, detention.release.publication) == (
        "release", "amnesty", "published",
    )  # fmt: skip


@pytest.mark.django_db
def test_what_hides_is_done_at_once_and_the_rest_is_proposed() -> None:
    source = make_source()

    save(signed_in("reviewer"), page_of(source), access="restricted", title="Another title", **WHY)

    source.refresh_from_db()
    assert (source.access, source.title) == ("restricted", "A report")
    second_word()
    assert Source.objects.get().title == "Another title"


@pytest.mark.django_db
def test_retracting_waits_for_nobody() -> None:
    source = make_source()

    save(signed_in("reviewer"), page_of(source), publication="retracted", **WHY)

    assert Source.objects.get().publication == "retracted"
    assert not ProposedChange.objects.exists()


@pytest.mark.django_db
def test_word_that_describes_public_records_is_not_changed_without_a_reason() -> None:
    publish_everything()
    word = Occupation.objects.get()

    response = save(signed_in("editor"), page_of(word), name="baker")

    assert "Say why" in errors_of(response)
    assert Occupation.objects.get().name == "welder"


# --- Deciding ---


def decide(client: Client, proposed: ProposedChange, step: str, **sent: Any) -> Any:
    shown = client.get(proposed.get_absolute_url()).context
    return client.post(proposed.get_absolute_url(), {"step": step, "version": shown["version"]} | sent, follow=True)


@pytest.fixture
def proposed() -> ProposedChange:
    source = make_source()
    next_changeset()
    save(signed_in("editor", "author"), page_of(source), title="Another title", **WHY)
    next_changeset()
    return ProposedChange.objects.get()


def author() -> Client:
    client, proposed = Client(), ProposedChange.objects.select_related("by").get()
    assert proposed.by is not None
    client.force_login(proposed.by)
    return client


@pytest.mark.django_db
def test_history_names_author_and_accepter(proposed: ProposedChange) -> None:
    decide(signed_in("reviewer"), proposed, "accept")

    page = signed_in("viewer").get(page_of(Source.objects.get(), "history")).content.decode()
    assert "proposed by author, accepted by reviewer-account" in page
    assert history_of(Source).latest("pgh_id").pgh_context["by"] == proposed.by_id


@pytest.mark.django_db
def test_record_that_has_changed_is_not_overwritten(proposed: ProposedChange) -> None:
    Source.objects.update(publisher="Another agency")

    response = decide(signed_in("reviewer"), proposed, "accept")

    assert response.status_code == 400
    assert "would be overwritten" in response.content.decode() and "Another agency" in response.content.decode()
    assert Source.objects.get().title == "A report"


@pytest.mark.django_db
def test_reviewer_is_told_what_changed_while_they_looked(proposed: ProposedChange) -> None:
    Source.objects.update(publication="retracted")
    reviewer = signed_in("reviewer")

    response = decide(reviewer, proposed, "accept", version="1")

    assert "changed while you looked" in response.content.decode()
    assert Source.objects.get().title == "A report"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("editor", 403)])
def test_who_does_not_publish_does_not_accept(proposed: ProposedChange, role: str, status: int) -> None:
    assert decide(signed_in(role), proposed, "accept").status_code == status
    assert Source.objects.get().title == "A report"


@pytest.mark.django_db
def test_author_sees_takes_back_and_proposes_again(proposed: ProposedChange) -> None:
    decide(signed_in("reviewer"), proposed, "decline", why="Add the day.")
    client = author()
    assert "Add the day." in client.get("/desk/review/").content.decode()

    again = f"{proposed.address}?again={proposed.token}"
    form = client.get(again)
    assert typed(form)["title"] == "Another title"
    assert Source.objects.get().title == "A report"
    sent = client.post(again, typed(form) | {"published_on": "2024-08-16"})
    assert errors_of(sent) == ""

    assert list(ProposedChange.objects.order_by("pk").values_list("state", flat=True)) == ["taken_back", "open"]
    decide(client, ProposedChange.objects.latest("pk"), "take-back")
    assert not ProposedChange.objects.open().exists()


@pytest.mark.django_db
def test_only_the_author_takes_a_proposal_back(proposed: ProposedChange) -> None:
    assert decide(signed_in("reviewer"), proposed, "take-back").status_code == 400
    assert ProposedChange.objects.open().exists()


@pytest.mark.django_db
def test_same_form_sent_twice_is_one_proposal(proposed: ProposedChange) -> None:
    client = author()

    client.post(proposed.address, {name: values[0] for name, values in proposed.typed.items()})

    assert ProposedChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_make_it_once() -> None:
    source = make_source()
    save(signed_in("editor"), page_of(source), title="Another title", **WHY)
    proposed = ProposedChange.objects.get()
    clients = [signed_in("reviewer", name) for name in ("one", "two")]
    sent = {"step": "accept", "version": version(rows_of(proposed))}

    answers = at_once([partial(client.post, proposed.get_absolute_url(), sent) for client in clients])

    assert sorted(answer.status_code for answer in answers) == [302, 400]
    assert history_of(Source, pgh_obj_id=source.pk, title="Another title").count() == 1
