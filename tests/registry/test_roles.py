"""Who may do what: the table of roles against the groups, and against every address of the admin."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from prisoners.models import Article, Court, ListEdition, ListEntry, Occupation, Place, Region, Request
from registry.accounts import ROLES, remove_roles, write_roles
from registry.models import Changeset
from tests.editors import list_of, make_editor, not_drawn, page_of, signed_in
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_figure,
    make_prisoner,
    make_recognition,
)

EVERYTHING = os.environ.get("TEST_LONG") == "1"
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


def may(role: str, action: str, model: Any) -> bool:
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}" in ROLES[role]


def permissions_of(group: Group) -> set[str]:
    found = group.permissions.select_related("content_type")
    return {f"{each.content_type.app_label}.{each.codename}" for each in found}


def draft_of_everything() -> None:
    """One record of each kind that has a page, none of them public."""
    draft = {"publication": "draft"}
    person = make_prisoner(**draft)
    detention = person.detentions.create(country="BY", ended_how="")
    detention.stays.create()
    freed = make_prisoner(held=[("2020-08-09", "2020-08-24")])
    charge_in = make_conviction(freed, **draft)
    charge_in.appeals.create()
    charge_in.case.charges.create(article=Article.objects.create(country="BY", code="Criminal Code", number="342"))
    make_recognition(person, **draft)
    identify(freed, make_announcement())
    make_figure(**draft)
    Occupation.objects.create(slug="welder", name="welder")
    Region.objects.create(country="BY", slug="north", name="North")
    Place.objects.create(country="BY", name="Colony 1")
    Court.objects.create(country="BY", name="Court 1")
    ListEntry.objects.create(edition=ListEdition.objects.create(list_name="A list"), external_id="1")
    Request.objects.create(kind="correct", scope="a date", received_on="2026-01-02")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_group_holds_what_the_table_says(role: str) -> None:
    assert permissions_of(Group.objects.get(name=role)) == ROLES[role]


@pytest.mark.django_db
def test_groups_can_be_taken_away_and_come_back() -> None:
    remove_roles(apps)
    assert not Group.objects.exists()

    write_roles(apps)
    assert permissions_of(Group.objects.get(name="reviewer")) == ROLES["reviewer"]


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_page_of_the_admin_belongs_to_a_role(model: Any) -> None:
    assert may("administrator", "view", model), f"{model.__name__} is in the admin, so registry.accounts must name it."


def test_roles_grow() -> None:
    assert ROLES["viewer"] < ROLES["editor"] < ROLES["reviewer"] < ROLES["administrator"]


def test_only_reviewers_and_administrators_see_requests() -> None:
    assert [role for role in ROLES if may(role, "view", Request)] == ["reviewer", "administrator"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_the_table_says(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin.site, "get_app_list", lambda *args, **kwargs: [])
    draft_of_everything()
    client = signed_in(role)

    # Who is let in is settled before a page is drawn.
    with not_drawn():
        wrong = [
            (method, address, found, expected)
            for model in REGISTERED
            for method, address, expected in asked_of(role, model)
            if (found := answer(client, method, address)) != expected
        ]

    assert wrong == []


def asked_of(role: str, model: Any) -> list[tuple[str, str, bool]]:
    """Roles grow: each address is asked by the first that is let in and the last that is not; or by all."""
    order, rows = list(ROLES), addresses(role, model)
    lower, higher = order[: order.index(role)], order[order.index(role) + 1 :]
    less = [row[2] for row in addresses(lower[-1], model)] if lower else [False] * len(rows)
    more = [row[2] for row in addresses(higher[0], model)] if higher else [True] * len(rows)
    edges = [row for row, *beside in zip(rows, less, more, strict=True) if beside != [row[2]] * 2]
    return rows if EVERYTHING else edges


def addresses(role: str, model: Any) -> list[tuple[str, str, bool]]:
    """Method, address, and whether the table lets this role in."""
    looks = may(role, "view", model)
    closed = model is Changeset
    adds, changes = (may(role, action, model) and not closed for action in ("add", "change"))
    record = model._base_manager.order_by("-pk").first()
    deletes = may(role, "delete", model) and getattr(record, "published_at", None) is None
    return [
        ("GET", list_of(model), looks),
        ("POST", list_of(model), looks),
        ("GET", list_of(model, "add"), adds),
        ("POST", list_of(model, "add"), adds),
        ("GET", page_of(record), looks),
        ("POST", page_of(record), changes),
        ("GET", page_of(record, "history"), looks),
        ("GET", page_of(record, "delete"), deletes),
        # Last: it succeeds.
        ("POST", page_of(record, "delete"), deletes),
    ]


def answer(client: Client, method: str, address: str) -> bool:
    """Whether an address lets in: a page or a redirect, not a refusal. A POST without data asks for nothing."""
    response = client.get(address) if method == "GET" else client.post(address, {})
    assert response.status_code in (200, 302, 403), f"{method} {address}: {response.status_code}"
    return response.status_code != 403


@pytest.mark.django_db
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_strangers_get_the_sign_in_page(client: Client, model: Any) -> None:
    response = client.post(list_of(model, "add"), {})

    assert response["Location"].startswith(reverse("admin:login"))


@pytest.mark.django_db
def test_account_without_a_role_is_kept_out(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("nobody", is_staff=True))

    assert client.get(list_of(Changeset)).status_code == 403


@pytest.mark.django_db
def test_administrator_gives_an_account_its_role() -> None:
    account = get_user_model().objects.create_user("new-editor")
    editor = Group.objects.get(name="editor")
    client = signed_in("administrator")

    client.post(page_of(account), {"username": "new-editor", "groups": [editor.pk], "is_active": "on"})

    account.refresh_from_db()
    assert account.is_staff
    assert account.has_perm("prisoners.change_prisoner")


@pytest.mark.django_db
def test_administrator_makes_nobody_a_superuser() -> None:
    account = make_editor("editor")
    client = signed_in("administrator")

    client.post(page_of(account), {"username": account.username, "is_superuser": "on", "is_active": "on"})

    account.refresh_from_db()
    assert not account.is_superuser


@pytest.mark.django_db
def test_administrator_does_not_change_a_superuser() -> None:
    operator = get_user_model().objects.create_superuser("operator")

    response = signed_in("administrator").post(page_of(operator), {"username": "mine"})

    assert response.status_code == 403
