"""Nobody is signed in with a password alone, and nobody for ever: the middleware between the account and every page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import resolve, reverse

from registry.sessions import has_run_out
from registry.sign_in import is_first_use

# Where a first factor is added, by someone who has none.
ENROLMENT = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
# Where a factor that is there already is shown.
PROVING = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
SIGNING_OUT = {"account_logout"}
SECONDS_BETWEEN_NOTES = 60
# Passkeys are asked for on these pages, and the policy forbids it elsewhere.
ACCOUNT_PAGES = "/account/"
PASSKEYS_ALLOWED = (
    "publickey-credentials-get=()",
    "publickey-credentials-get=(self), publickey-credentials-create=(self)",
)

Answer = Callable[[HttpRequest], HttpResponseBase]


def second_factor(get_response: Answer) -> Answer:
    """Send whoever has not shown a second factor to where they can, and sign out whom the clock has overtaken."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = answer_to_signed_in(request) or get_response(request)
        if request.path_info.startswith(ACCOUNT_PAGES):
            allow_passkeys(response)
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Ask again before a sensitive step.

        allauth's own answer keeps the interrupted request in the session, with the address and browser of its sender.
        """
        return ask_again(request) if isinstance(exception, ReauthenticationRequired) else None

    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer


def answer_to_signed_in(request: HttpRequest) -> HttpResponseBase | None:
    """What someone gets in place of the page; None for readers and for those who may go on."""
    # Asks the cookie first, so that a page for readers costs no question to the database.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    if has_run_out(request.session):
        if not settings.READ_ONLY:
            logout(request)
        return redirect_to_login(request.get_full_path() if request.method == "GET" else resolve_url("desk"))
    note_activity(request)
    if has_shown_second_factor(request) or may_do_without(request):
        return None
    return way_to_second_factor(request)


def way_to_second_factor(request: HttpRequest) -> HttpResponseBase | None:
    """A page where the second factor is shown or first added; None on such a page."""
    has_one = Authenticator.objects.filter(user=request.user).exists()
    name = name_of(request)
    if name in SIGNING_OUT or name in (PROVING if has_one else ENROLMENT):
        return None
    return ask_again(request) if has_one else redirect("mfa_index")


def name_of(request: HttpRequest) -> str:
    """The name of the address that is asked for; empty where there is none."""
    try:
        return resolve(request.path_info).view_name
    except Exception:
        return ""


def has_shown_second_factor(request: HttpRequest) -> bool:
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def may_do_without(request: HttpRequest) -> bool:
    """The demo's own accounts, where the operator lets them, asked for under an address of this machine alone."""
    from registry.settings import LOOPBACK

    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    return settings.PASSWORD_ALONE and host in LOOPBACK and request.user.get_username() in demo_names()


def demo_names() -> set[str]:
    """The accounts of the demo, whose passwords `make run` prints; none where no demo was loaded."""
    file = settings.DEMO_ACCOUNTS_FILE
    return {line.split()[0] for line in file.read_text().splitlines() if line.strip()} if file.exists() else set()


def ask_again(request: HttpRequest) -> HttpResponseBase:
    """To the page that asks for the second factor (for the password, of someone who has none), and back."""
    from allauth.account.adapter import get_adapter

    back = request.get_full_path() if request.method == "GET" else resolve_url("desk")
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    return redirect_to_login(back, methods[0]["url"] if methods else reverse("account_login"))


# --- The clock ---


def note_activity(request: HttpRequest) -> None:
    """At most once a minute: each note is a write."""
    now = time.time()
    if now - request.session.get("seen", 0) > SECONDS_BETWEEN_NOTES and not settings.READ_ONLY:
        request.session["seen"] = now


@receiver(user_logged_in)
def begin_the_clock(request: HttpRequest, **_: Any) -> None:
    request.session["began"] = request.session["seen"] = time.time()


@receiver(authenticator_added)
def note_new_factor(request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Whoever has just added a second factor has shown it; the code that proved a new app opens nothing more."""
    if authenticator.type == Authenticator.Type.TOTP:
        is_first_use(authenticator, request.POST.get("code", ""))
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def allow_passkeys(response: HttpResponseBase) -> None:
    from registry.headers import HEADERS

    response.headers["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace(*PASSKEYS_ALLOWED)
