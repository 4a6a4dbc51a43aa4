"""Signing in with django-allauth: guesses are slowed down and never lock anybody out, and each code is taken once."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from registry.tallies import hash_of_the_day, is_let_through, keyed_hash

GUESSES_A_MINUTE = 5
# Longer than any code is valid.
CODE_SECONDS = 5 * 60
LONGEST_PASSWORD = 1_000


def may_guess(what: str, username: str) -> bool:
    """Whether another guess at an account's password or code is looked at now. Unknown accounts answer alike."""
    key = hash_of_the_day(f"guess at {what}", username.strip().casefold())
    return is_let_through(key, most=GUESSES_A_MINUTE, seconds=60)


def is_first_use(authenticator: Authenticator, code: str) -> bool:
    """Whether a code of an authenticator app comes for the first time, on whichever machine."""
    used = keyed_hash(f"code|{authenticator.pk}|{''.join(code.split())}")
    return is_let_through(used, most=1, seconds=CODE_SECONDS)


def matching_authenticator(user: Any, code: str) -> Authenticator | None:
    """The app or the recovery codes of a user that this code is of; it is used up by the question."""
    codes = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    for authenticator in codes.order_by("-type"):
        if authenticator.wrap().validate_code(code):
            is_app = authenticator.type == Authenticator.Type.TOTP
            return authenticator if not is_app or is_first_use(authenticator, code) else None
    return None


def slow_down(sentence: str) -> ValidationError:
    return ValidationError(sentence, code="slow_down")


class SignInForm(LoginForm):
    """User name and password; while somebody guesses at the account, a code together with them.

    Five guesses a minute are looked at. More would lock the account's owner out as well, so a right code opens the
    way past them: a guesser has none. A passkey is never guessed at, and needs nothing of this.
    """

    code = forms.CharField(
        label=_lazy("Code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    authenticator: Authenticator | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["password"].max_length = LONGEST_PASSWORD
        self.fields["password"].help_text = ""
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autofocus"] = True

    def clean(self) -> Any:
        if self.errors:
            return self.cleaned_data
        username = self.cleaned_data["login"]
        if not may_guess("password", username) and not self.has_right_code(username):
            raise slow_down(
                _(
                    "Somebody has been guessing at this account’s password. Enter a code of your authenticator app, or "
                    "a recovery code, together with your password; or sign in with a passkey; or wait a minute."
                )
            )
        return super().clean()

    @property
    def asks_for_a_code(self) -> bool:
        return any(error.code == "slow_down" for error in self.non_field_errors().as_data())

    def has_right_code(self, username: str) -> bool:
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        code = self.cleaned_data.get("code") or ""
        if user is not None and code:
            self.authenticator = matching_authenticator(user, code)
        return self.authenticator is not None

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> Any:
        if self.authenticator is not None:
            post_authentication(request, self.authenticator, reauthenticated=True)
            self._login.state["has_given_a_code"] = True
        # What is kept until the second factor has come has no query string: it may name who was searched for.
        return super().login(request, redirect_url.partition("?")[0] if redirect_url else None)


class CodeForm(AuthenticateForm):
    """The code after the password."""

    code = forms.CharField(
        label=_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )

    def clean_code(self) -> str:
        if not may_guess("code", self.user.get_username()):
            raise slow_down(_("Too many codes were tried within a minute. Wait a minute, or use a passkey."))
        code: str = self.cleaned_data["code"]
        authenticator = matching_authenticator(self.user, code)
        if authenticator is None:
            raise ValidationError(
                _("This code is not right, or was used already. Wait for the app’s next one."), code="incorrect_code"
            )
        authenticator.user = self.user
        self.authenticator = authenticator
        return code


class NewAppForm(ActivateTOTPForm):
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class CodeAgainForm(CodeForm, ReauthenticateByCodeForm):
    """The code before a sensitive step."""


class PasswordAgainForm(ReauthenticateForm):
    """The password before a sensitive step of someone who has no second factor yet."""

    def clean_password(self) -> str:
        if not may_guess("password", self.user.get_username()):
            raise slow_down(_("Too many passwords were tried within a minute. Wait a minute."))
        return str(super().clean_password())


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless it came with the password."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not self.login.state.get("has_given_a_code") and super()._should_handle(request)


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up, no e-mail, no address of anybody."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Asked for by allauth's limits, which are off, and its notices, which are not sent."""
        return "unknown"

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return "unknown"

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """What went wrong is told; what went well each page says by itself."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **kwargs)

    def get_login_stages(self) -> list[str]:
        own = f"{SecondFactorStage.__module__}.{SecondFactorStage.__qualname__}"
        theirs = "allauth.mfa.stages.AuthenticateStage"
        return [own if stage == theirs else stage for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor is asked for that one: the password alone proves too little."""
        methods = super().get_reauthentication_methods(user)
        stronger = [method for method in methods if method["id"] != "reauthenticate"]
        return stronger or methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within a quarter of an hour after signing in."""
        newest = max((each["at"] for each in get_authentication_records(self.request, self.request.user)), default=0)
        return time.time() - newest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class SecondFactorAdapter(DefaultMFAAdapter):
    """Nobody gives up their last second factor: they add another one first."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _lazy(
            "This is your only second factor. Add another app or passkey first, then remove this one."
        ),
        "incorrect_code": _lazy("This code or passkey was not accepted. Try again, or use another one."),
    }

    def get_totp_issuer(self) -> str:
        return settings.SITE_NAME

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        """The picture without the line that begins an XML file, to stand inside a page."""
        return super().build_totp_svg(url).partition("?>\n")[2]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
