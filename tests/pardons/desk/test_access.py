"""Who is let in to the desk: strangers, accounts without a role, and every role at every address and method."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import get_resolver, reverse

from registry.accounts import ROLES
from tests.editors import signed_in

pytestmark = pytest.mark.django_db

# Arguments with which an address of the desk leads to no record: what is asked of a role is asked before that.
NOWHERE = {
    "kind": "announcement",
    "public_id": "nowhere",
    "token": "nowhere",
    "number": 987_654_321,
    "queue": "nowhere",
    "form": "nowhere",
}


def desk_addresses() -> list[tuple[str, Any]]:
    """Every address of the desk, with its view."""
    found = []
    for name in sorted(str(key) for key in get_resolver().reverse_dict if str(key).split("-")[0] == "desk"):
        taken = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        address = reverse(name, kwargs={key: NOWHERE[key] for key in taken})
        found.append((address, get_resolver().resolve(address).func))
    return found


def test_strangers_are_asked_to_sign_in_and_come_back() -> None:
    stranger = Client()

    for address, _view in desk_addresses():
        for response in (stranger.get(address), stranger.post(address)):
            assert response["Location"] == f"{reverse('account_login')}?next={address}"
            assert "no-store" in response["Cache-Control"]


def test_account_without_a_role_is_kept_out() -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_user("nobody", is_staff=True))

    assert {client.get(address).status_code for address, _view in desk_addresses()} == {403}


@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_the_desk_answers_as_the_table_says(role: str) -> None:
    client = signed_in(role)

    wrong = [
        (method, address, response.status_code)
        for address, view in desk_addresses()
        for method, response in (("GET", client.get(address)), ("POST", client.post(address)))
        if is_let_in(response, view, method) != (view.needs.get(method) in ROLES[role])
    ]

    assert wrong == []


def is_let_in(response: Any, view: Any, method: str) -> bool:
    assert response.status_code in (200, 302, 400, 403, 404, 405, 409), (view, method, response.status_code)
    assert "no-store" in response["Cache-Control"]
    return response.status_code not in (403, 405)


def test_desk_is_in_the_look_of_the_site() -> None:
    response = signed_in("viewer").get(reverse("desk"))

    assert "desk/_base.html" in [template.name for template in response.templates]
    assert 'aria-label="Desk"' in response.content.decode()
