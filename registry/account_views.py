"""Pages of one's own account, where allauth's are not strict enough."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import AccountInactiveView, LoginView, LogoutView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.sessions import end_sessions, name_of, open_sessions


class InOurName:
    """Without allauth's own `site`, which would stand before the registry's name and contact."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context.pop("site", None)
        return context


class SignIn(InOurName, LoginView):
    pass


class SecondFactor(InOurName, AuthenticateView):
    pass


class Stopped(InOurName, AccountInactiveView):
    pass


class SignOut(LogoutView):
    """The browser forgets what it kept, too."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


change_password = reauthentication_required(
    PasswordChangeView.as_view(template_name="account/password.html", success_url=reverse_lazy("mfa_index")),
    app="registry",
)


@reauthentication_required(app="registry")
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own sessions; POST ends the one that is named, or all others."""
    if request.method == "POST":
        own, name = request.session.session_key, request.POST.get("session", "")
        ended = end_sessions(request.user, lambda each: each.pk != own and name in ("others", name_of(each)))
        messages.success(
            request,
            ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", ended) % {"count": ended},
        )
        return redirect("account_sessions")
    listed = open_sessions(request.user, request.session.session_key)
    return render(request, "account/sessions.html", {"here": "sessions", "sessions": listed})


def passkeys(request: HttpRequest) -> HttpResponse:
    """They are listed among the other second factors."""
    return redirect("mfa_index")


@reauthentication_required(app="allauth.mfa")
def remove_passkey(request: HttpRequest, pk: int) -> Any:
    """Remove one of one's own passkeys, unless nothing else would be left."""
    passkey = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
    if not get_adapter().can_delete_authenticator(passkey):
        sentence = get_adapter().error_messages["cannot_delete_authenticator"]
        context = {"title": _("The last one stays"), "sentence": sentence}
        return render(request, "registry/problem.html", context, status=409)
    return remove_webauthn(request, pk=pk)
