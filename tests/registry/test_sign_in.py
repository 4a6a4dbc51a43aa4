"""Signing in: always with a second factor, guesses slowed down, codes taken once, nobody locked out."""

from __future__ import annotations

import os
import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from registry.accounts import ROLES
from registry.checks import password_alone_problems
from registry.second_factor import ENROLMENT, SIGNING_OUT
from registry.tallies import Tally, hash_of_the_day, is_let_through
from tests.editors import PASSWORD, make_editor, signed_in, with_password_alone

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/login/"
EVERYTHING = bool(os.environ.get("TEST_LONG"))
GUESSES = 10_000 if EVERYTHING else 12


@pytest.fixture
def editor() -> Any:
    """An editor with an authenticator app; `secret` is the app's."""
    account = make_editor("editor")
    account.secret = generate_totp_secret()
    TOTP.activate(account, account.secret)
    return account


def code_of(account: Any, steps_from_now: int = 0) -> str:
    return format_hotp_value(hotp_value(account.secret, int(time.time()) // 30 + steps_from_now))


def give(client: Client, account: Any, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": account.username, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("desk")).status_code == 200


def test_password_leads_to_the_second_factor_and_the_code_to_the_desk(editor: Any) -> None:
    client = Client()

    assert give(client, editor)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)

    assert client.post(reverse("mfa_authenticate"), {"code": code_of(editor)})["Location"] == reverse("desk")
    assert is_signed_in(client)


def test_account_without_second_factor_adds_one_before_anything_else() -> None:
    # How it goes on is shown in the browser: tests/browser/test_signing_in.py.
    client = Client()
    give(client, make_editor("reviewer"))

    assert client.get(reverse("desk"))["Location"] == reverse("mfa_index")
    assert "Nobody works here with a password alone" in client.get(reverse("mfa_index")).content.decode()


def addresses(resolver: Any, prefix: str = "/") -> list[str]:
    """Every address of the site, with something in the place of what it takes."""
    found = []
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += addresses(entry, route)
        elif isinstance(entry, URLPattern) and entry.name not in ENROLMENT | SIGNING_OUT:
            found.append(re.sub(r"<[^>]+>|\(\?P.*\)", "1", route).replace("^", "").replace("$", ""))
    return found


@pytest.mark.parametrize("role", ROLES if EVERYTHING else ["administrator"])
def test_no_address_opens_with_a_password_alone(role: str) -> None:
    client = with_password_alone(make_editor(role))
    everything = addresses(get_resolver())
    assert len(everything) > 150

    methods = [(method, address) for method in ("get", "post") for address in everything]
    # In the ordinary suite each address is asked by one of the methods.
    asked = methods if EVERYTHING else methods[::2]
    answers = {(method, address): getattr(client, method)(address) for method, address in asked}

    assert {key: answer.status_code for key, answer in answers.items() if not is_sent_away(answer)} == {}


def is_sent_away(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"] == reverse("mfa_index")


def test_second_factor_is_not_added_by_password_where_there_is_one(editor: Any) -> None:
    client = with_password_alone(editor)

    for page in ("mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "mfa_generate_recovery_codes"):
        assert client.get(reverse(page))["Location"].startswith(reverse("mfa_reauthenticate")), page


def test_only_second_factor_is_not_removed(editor: Any) -> None:
    client = Client()
    client.force_login(editor)

    answer = client.post(reverse("mfa_deactivate_totp"))

    assert "This is your only second factor" in answer.content.decode()
    assert Authenticator.objects.filter(user=editor).exists()


def test_code_is_taken_once_on_whichever_machine(editor: Any) -> None:
    code = code_of(editor)
    first, second = Client(), Client()
    give(first, editor)
    give(second, editor)

    taken = first.post(reverse("mfa_authenticate"), {"code": code})
    # Another machine has another memory.
    cache.clear()
    refused = second.post(reverse("mfa_authenticate"), {"code": f"{code[:3]} {code[3:]}"})

    assert (taken.status_code, refused.status_code) == (302, 200)
    assert "used already" in refused.content.decode()


def test_code_that_proved_a_new_app_does_not_sign_in(
    django_capture_on_commit_callbacks: Any,
) -> None:
    account, client = make_editor("editor"), Client()
    give(client, account)
    client.get(reverse("mfa_activate_totp"))
    account.secret = client.session["mfa.totp.secret"]
    code = code_of(account)

    with django_capture_on_commit_callbacks(execute=True):
        added = client.post(reverse("mfa_activate_totp"), {"code": code})
    thief = Client()
    give(thief, account)
    refused = thief.post(reverse("mfa_authenticate"), {"code": code})

    assert (added.status_code, refused.status_code) == (302, 200)
    assert "used already" in refused.content.decode()


def test_recovery_code_works_once(editor: Any) -> None:
    code = RecoveryCodes.activate(editor).generate_codes()[0]
    answers = []
    for client in (Client(), Client()):
        give(client, editor)
        answers.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)

    assert answers == [302, 200]


def test_of_many_guesses_five_a_minute_are_looked_at_and_the_editor_still_signs_in(
    editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []
    monkeypatch.setattr(
        "django.contrib.auth.backends.ModelBackend.authenticate", lambda *_, **__: looked_at.append(time.time())
    )
    began = time.monotonic()
    for number in range(GUESSES):
        answer = give(Client(), editor, f"guess {number}", code=f"{number:06}")
        assert answer.status_code == 200
    minutes = (time.monotonic() - began) / 60
    monkeypatch.undo()

    client = Client()
    assert len(looked_at) <= 5 * (minutes + 1)
    assert "Enter a code of your authenticator app" in give(client, editor).content.decode()
    assert give(client, editor, code=code_of(editor, 1))["Location"] == reverse("desk")
    assert is_signed_in(client)


def test_guesses_at_one_account_do_not_slow_down_another(editor: Any) -> None:
    for number in range(6):
        give(Client(), editor, f"guess {number}")

    assert give(Client(), make_editor("reviewer"))["Location"] == reverse("desk")


def test_guesses_at_codes_are_slowed_down_too(editor: Any) -> None:
    client = Client()
    give(client, editor)

    pages = [client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}).content.decode() for number in range(6)]

    assert ["Too many codes" in page for page in pages] == [False] * 5 + [True]


def test_unknown_account_answers_like_a_known_one(editor: Any) -> None:
    def words(name: str) -> list[str]:
        client = Client()
        answers = [client.post(SIGN_IN, {"login": name, "password": "wrong", "code": "000000"}) for _ in range(6)]
        return [str(answer.context["form"].non_field_errors()) for answer in answers]

    assert words("nobody-at-all") == words(editor.username)


def test_tally_keeps_neither_name_nor_address(editor: Any) -> None:
    Client(REMOTE_ADDR="203.0.113.77").post(SIGN_IN, {"login": editor.username, "password": "wrong"})

    (kept,) = Tally.objects.all()
    assert kept.key == hash_of_the_day("guess at password", editor.username)
    assert editor.username not in str(vars(kept)) and "203.0.113.77" not in str(vars(kept))


def test_no_more_pass_than_may_and_the_rest_are_forgotten() -> None:
    assert [is_let_through("key", most=2, seconds=60) for _ in range(3)] == [True, True, False]

    Tally.objects.update(ends_at="2020-01-01T00:00Z")
    assert is_let_through("key", most=2, seconds=60)


MALFORMED_CREDENTIALS = [
    '{"id": "AAAA"}',
    '{"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "e30", "authenticatorData": "", "signature": 5}}',
    '{"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
    '{"response": [1]}',
    '{"id": null, "rawId": 1, "response": {"userHandle": "AAA"}}',
    "1",
    "[]",
    "not JSON",
    "",
    "[" * 10_000,
    '"' + "A" * 30_000 + '"',
]


def has_passkey(account: Any) -> Any:
    """The account, with a passkey as a browser would have made it."""
    key = AttestedCredentialData.create(bytes(16), b"own", ES256({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}))
    written = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT, 0, key)
    shown = AttestationObject.create("none", written, {})
    asked = CollectedClientData.create("webauthn.create", b"challenge", "http://testserver")
    told = {"clientDataJSON": websafe_encode(asked), "attestationObject": websafe_encode(shown)}
    credential = {"id": websafe_encode(b"own"), "rawId": websafe_encode(b"own"), "type": "public-key", "response": told}
    WebAuthn.add(account, "own", credential)
    return account


def test_passkey_that_is_not_taken_is_told(editor: Any) -> None:
    newcomer = make_editor("reviewer")
    asked = {
        "login": Client(),
        "reauthenticate": with_password_alone(has_passkey(editor)),
        "add": with_password_alone(newcomer),
    }
    for what, client in asked.items():
        page = reverse(f"mfa_{what}_webauthn")
        # The page, or for the sign-in its script, asks for a challenge first.
        assert client.get(page, headers={"x-requested-with": "XMLHttpRequest"}).status_code == 200
        for credential in MALFORMED_CREDENTIALS[:: 1 if EVERYTHING else 3]:
            answer = client.post(page, {"credential": credential}, follow=True)
            assert "This code or passkey was not accepted" in answer.content.decode(), (page, credential[:80])


def age(client: Client, **seconds: int) -> None:
    session = client.session
    session.update({name: time.time() - gone for name, gone in seconds.items()})
    session.save()


@pytest.mark.parametrize("times", [{"seen": 3601}, {"began": 12 * 3600 + 1}])
def test_session_ends_when_idle_and_after_half_a_day(times: dict[str, int]) -> None:
    client = signed_in("editor")
    assert is_signed_in(client)

    age(client, **times)

    assert client.get(reverse("desk"))["Location"] == f"{SIGN_IN}?next=/desk/"
    assert not Session.objects.filter(pk=client.session.session_key).exists() or "began" not in client.session


def test_signing_out_ends_the_session_and_clears_the_browser() -> None:
    client = signed_in("editor")

    answer = client.post(reverse("account_logout"))

    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_signed_in(client) and not Session.objects.exists()


def test_work_keeps_a_session_alive() -> None:
    client = signed_in("editor")
    age(client, seen=3000)

    assert is_signed_in(client)
    assert time.time() - client.session["seen"] < 60


@pytest.mark.parametrize("page", ["account_change_password", "mfa_activate_totp", "mfa_generate_recovery_codes"])
def test_sensitive_step_asks_again_after_a_quarter_of_an_hour(editor: Any, page: str) -> None:
    client = Client()
    client.force_login(editor)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 901, "reauthenticated": True}]
    session.save()

    assert client.get(reverse(page))["Location"] == f"{reverse('mfa_reauthenticate')}?next={reverse(page)}"
    assert client.post(reverse(page), {"code": "1"})["Location"] == f"{reverse('mfa_reauthenticate')}?next=/desk/"
    assert "META" not in str(dict(client.session))


def test_right_code_leads_back_to_the_sensitive_step(editor: Any) -> None:
    client = with_password_alone(editor)
    page = reverse("account_change_password")

    answer = client.post(reverse("mfa_reauthenticate"), {"code": code_of(editor), "next": page})

    assert answer["Location"] == page
    assert client.get(page).status_code == 200


def test_nobody_signs_up_and_nobody_is_written_to(client: Client, editor: Any) -> None:
    give(client, editor)

    assert [client.get(f"/account/{page}/").status_code for page in ("signup", "password/reset", "email")] == [404] * 3
    assert not mail.outbox


# --- The demo ---


def test_account_of_the_demo_needs_no_second_factor_on_this_machine(settings: Any, tmp_path: Any) -> None:
    account = make_editor("editor", "demo-editor")
    settings.DEMO_ACCOUNTS_FILE = tmp_path / "accounts"
    settings.DEMO_ACCOUNTS_FILE.write_text("  demo-editor  secret\n")
    client = with_password_alone(account)
    assert not is_signed_in(client)

    settings.PASSWORD_ALONE = True
    assert is_signed_in(Client(headers={"cookie": f"session={client.session.session_key}", "host": "127.0.0.1:8000"}))
    settings.ALLOWED_HOSTS = ["registry.example"]
    elsewhere = Client(headers={"cookie": f"session={client.session.session_key}", "host": "registry.example"})
    assert not is_signed_in(elsewhere)


def test_no_other_account_does_without(settings: Any, tmp_path: Any) -> None:
    settings.DEMO_ACCOUNTS_FILE = tmp_path / "accounts"
    settings.DEMO_ACCOUNTS_FILE.write_text("  demo-editor  secret\n")
    settings.PASSWORD_ALONE = True

    assert not is_signed_in(with_password_alone(make_editor("editor")))


@pytest.mark.parametrize(
    ("address", "is_fine"), [(("127.0.0.1", 8000), True), ("/run/registry", True), (("192.0.2.1", 8000), False)]
)
def test_start_is_refused_where_others_could_use_the_demos_way_in(settings: Any, address: Any, is_fine: bool) -> None:
    settings.PASSWORD_ALONE = True

    assert (password_alone_problems([address]) == []) is is_fine


def test_banner_says_that_this_is_for_trying_out(client: Client, settings: Any) -> None:
    settings.PASSWORD_ALONE = True

    assert "on this machine alone" in client.get(SIGN_IN).content.decode()
