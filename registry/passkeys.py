"""What a browser sends as a passkey's answer: whatever can't be read is told like a passkey that is not right."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError

# A browser's own takes some two thousand characters.
LONGEST_CREDENTIAL = 20_000
LONGEST_NAME = 100
# fido2 takes its JSON and CBOR apart without looking: each of these is what some malformed answer ends in.
UNREADABLE = (
    LookupError, TypeError, ValueError, AttributeError, AssertionError, ArithmeticError, RuntimeError, struct.error,
    UnsupportedAlgorithm,
)  # fmt: skip


def not_accepted() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error


@contextmanager
def told_as_not_accepted() -> Iterator[None]:
    """A failure while an answer is read or compared becomes the form's ordinary error."""
    try:
        yield
    except UNREADABLE as error:
        raise not_accepted() from error


class CredentialField(forms.JSONField):
    """A JSON object of bounded length; everything else is no passkey's answer."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        with told_as_not_accepted():
            credential = self.to_python(value) if len(value or "") <= LONGEST_CREDENTIAL else None
        # PostgreSQL keeps no NUL in JSON.
        if not credential or not isinstance(credential, dict) or "\\u0000" in value:
            raise not_accepted()
        return credential

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise not_accepted() from error


class PasskeyForm(webauthn.AuthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        with told_as_not_accepted():
            return super().clean_credential()


class SignInByPasskeyForm(PasskeyForm, webauthn.LoginWebAuthnForm):
    """A passkey alone."""


class PasskeyAgainForm(PasskeyForm, webauthn.ReauthenticateWebAuthnForm):
    """A passkey before a sensitive step, or after the password."""


class NewPasskeyForm(webauthn.AddWebAuthnForm):
    """Another passkey for the account."""

    credential = CredentialField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = LONGEST_NAME

    def clean(self) -> Any:
        with told_as_not_accepted():
            return super().clean()
