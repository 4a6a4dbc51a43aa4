"""The sessions of an account: listed for its owner, and ended. Neither address nor browser is known of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from registry.tallies import keyed_hash


@dataclass(frozen=True)
class SignedIn:
    """One session; `name` stands for its key, which opens it and is on no page."""

    name: str
    began: datetime | None
    seen: datetime | None
    by: str
    is_this: bool


def sessions_of(account: Any) -> Iterator[tuple[Session, dict[str, Any]]]:
    """Those in the table, with what they hold. Readers have none, so there are few to look through."""
    for each in Session.objects.iterator():
        held = each.get_decoded()
        if held.get("_auth_user_id") == str(account.pk):
            yield each, held


def has_run_out(held: Mapping[str, Any]) -> bool:
    """After an hour without a request, and twelve hours after signing in."""
    now = time.time()
    is_over = now - held.get("began", 0) > settings.SESSION_COOKIE_AGE
    return is_over or now - held.get("seen", 0) > settings.SESSION_IDLE_SECONDS


def open_sessions(account: Any, own_key: str | None) -> list[SignedIn]:
    """Newest first; those that the clock has ended are not open."""
    found = [
        SignedIn(name_of(each), moment(held, "began"), moment(held, "seen"), way_in(held), each.pk == own_key)
        for each, held in sessions_of(account)
        if not has_run_out(held)
    ]
    return sorted(found, key=lambda each: each.began or datetime.min.replace(tzinfo=UTC), reverse=True)


def name_of(session: Session) -> str:
    return keyed_hash(f"session|{session.pk}")


def moment(held: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromtimestamp(held[name], UTC) if held.get(name) else None


def way_in(held: Mapping[str, Any]) -> str:
    words = {"totp": _("authenticator app"), "webauthn": _("passkey"), "recovery_codes": _("recovery code")}
    kinds = [each.get("type") for each in held.get("account_authentication_methods", [])]
    return next((words[kind] for kind in reversed(kinds) if kind in words), _("password"))


def end_sessions(account: Any, which: Callable[[Session], bool] = lambda each: True) -> int:
    """Sign an account out at once, everywhere or where `which` says so; how many sessions ended."""
    ended = [each.pk for each, _held in sessions_of(account) if which(each)]
    return int(Session.objects.filter(pk__in=ended).delete()[0])
