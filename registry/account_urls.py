"""The addresses of signing in, below /account/: no sign-up, no e-mail, nothing to reset."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from registry import account_views

urlpatterns = [
    path("login/", account_views.SignIn.as_view(), name="account_login"),
    path("logout/", account_views.SignOut.as_view(), name="account_logout"),
    path("stopped/", account_views.Stopped.as_view(), name="account_inactive"),
    path("password/", account_views.change_password, name="account_change_password"),
    path("sessions/", account_views.sessions, name="account_sessions"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/login/", account_views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("second-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/", account_views.passkeys, name="mfa_list_webauthn"),
    path("passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/again/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/remove/", account_views.remove_passkey, name="mfa_remove_webauthn"),
]
