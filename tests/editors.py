"""Editors for tests: accounts with a role, the admin's forms as a browser sends them, and what is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection, transaction
from django.dispatch import receiver
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import reverse

from registry.accounts import write_roles
from registry.editing import refusal
from registry.models import ProposedChange
from registry.proposals import accept, rows_of, version

PASSWORD = "correct horse battery staple"


def make_editor(role: str = "editor", username: str = "") -> Any:
    """An account with one role, which may sign in to the admin."""
    if not Group.objects.filter(name=role).exists():
        # A test with real transactions empties every table behind it, the groups too.
        write_roles(apps)
    user = get_user_model().objects.create_user(username or f"{role}-account", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(role: str = "editor", username: str = "") -> Client:
    client = Client()
    client.force_login(make_editor(role, username))
    return client


@receiver(user_logged_in, dispatch_uid="tests")
def with_second_factor(request: Any, user: Any, **_: Any) -> None:
    """What `force_login` signs in has shown a second factor. A page of the site signs in by itself."""
    if not request.path:
        record_authentication(request, user, "mfa", type="totp", reauthenticated=True)


def with_password_alone(user: Any) -> Client:
    """Signed in, but for the second factor."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client


def sign_in(page: Any, live_server: Any, client: Client) -> None:
    """Give a browser the session of a client."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def page_of(record: Any, page: str = "change") -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=[record.pk])


def list_of(model: Any, page: str = "changelist") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def not_drawn() -> Any:
    """For as long as this is entered, the admin's pages are answered and not drawn, which takes a tenth of a second."""
    return mock.patch.object(TemplateResponse, "rendered_content", "")


def opened(client: Client, address: str) -> Any:
    """The answer of a page with a form of the admin, not drawn."""
    with not_drawn():
        response: Any = client.get(address)
    response.context = response.context_data
    return response


def typed(response: Any) -> dict[str, Any]:
    """What a browser would send back from a form of the admin if nothing were changed in it."""
    form = response.context["adminform"].form
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    data: dict[str, Any] = {}
    for each in [form, *(part for formset in formsets for part in (formset.management_form, *formset.forms))]:
        data |= values_of(each)
    return data


def values_of(form: Any) -> dict[str, Any]:
    sent = {}
    for bound in form:
        value = bound.value()
        if bound.field.disabled or value is None or value is False:
            continue
        ready = bound.field.prepare_value(value)
        sent[bound.html_name] = "on" if ready is True else ready
        if bound.field.show_hidden_initial:
            sent[bound.html_initial_name] = ready() if callable(ready) else ready
    return sent


def save(client: Client, address: str, **changes: Any) -> Any:
    """Open a form, change some of it and save. `a__0__b` stands for the field `a-0-b` of a row."""
    response = opened(client, address)
    entered = {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(address, typed(response) | added_rows(response, entered) | entered, follow=True)


def added_rows(response: Any, entered: dict[str, Any]) -> dict[str, Any]:
    """What a browser shows in rows that are added: as many as the changed number of forms says."""
    shown: dict[str, Any] = {}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        for number in range(formset.total_form_count(), int(entered.get(f"{formset.prefix}-TOTAL_FORMS", 0))):
            blank = values_of(formset.empty_form)
            shown |= {name.replace("__prefix__", str(number)): value for name, value in blank.items()}
    return shown


def errors_of(response: Any) -> str:
    """Everything that a form of the admin complains of, as one text; empty if it was saved."""
    if "adminform" not in (response.context or {}):
        return ""
    found = [*response.context["errors"]]
    return " ".join(str(part) for part in found)


def told(response: Any) -> list[str]:
    """The messages on the page that a save led to."""
    return [str(message) for message in response.context["messages"]]


def left_to_tell(response: Any) -> list[str]:
    """The messages that a redirect leaves for the page it leads to, without asking for that page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def refused(change: Callable[[], Any]) -> tuple[str, str]:
    """The constraint that a change meets, at once or at the end of the transaction, and the editor's sentence."""
    with pytest.raises(IntegrityError) as caught:
        settled(change)
    diagnosis = caught.value.__cause__.diag  # type: ignore[union-attr]
    return diagnosis.constraint_name, refusal(caught.value)


def settled(change: Callable[[], Any]) -> None:
    """Make a change, and have the database check now what it would check at the end."""
    with transaction.atomic():
        change()
        connection.check_constraints()


def second_word() -> ProposedChange:
    """Accept the newest proposal as a second person would; returns it."""
    proposed = ProposedChange.objects.latest("pk")
    second = get_user_model().objects.filter(username="second").first() or make_editor("reviewer", "second")
    accept(proposed, by=second, seen=version(rows_of(proposed)))
    return proposed
