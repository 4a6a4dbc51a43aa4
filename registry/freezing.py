"""An editor is arrested: one step stops the account, ends its sessions and sets aside what it had on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from registry.four_eyes import own_among
from registry.history import changeset
from registry.models import Freeze, ProposedChange
from registry.publishing import Publication, Record
from registry.sessions import end_sessions

# What sets aside an account's pending work of one kind, says what it was called, and how many there were.
SetAside = Callable[..., int]
WAYS: dict[Any, SetAside] = {}


def set_aside_by(words: Any) -> Callable[[SetAside], SetAside]:
    """Enter a way of setting aside: a function of the account and `by`, inside the changeset of the freeze."""

    def enter(way: SetAside) -> SetAside:
        WAYS[words] = way
        return way

    return enter


def freeze(account: Any, *, by: Any, why: str) -> Freeze:
    """Stop an account. `by` is None for the operator. Raises ValidationError without a reason, or if it is stopped."""
    if not why.strip():
        raise ValidationError(_("Say what happened: the other editors read it."), code="reason_missing")
    with changeset(by=by, note=_("Account %(account)s is frozen") % {"account": account.get_username()}):
        frozen, is_new = Freeze.objects.get_or_create(account=account, lifted_at=None, defaults={"by": by, "why": why})
        if not is_new:
            raise ValidationError(_("This account is frozen already."), code="frozen")
        account.is_active = False
        account.save(update_fields=["is_active"])
        end_sessions(account)
        frozen.set_aside = [[str(words), number] for words, way in WAYS.items() if (number := way(account, by=by))]
        frozen.save(update_fields=["set_aside"])
    return frozen


def lift(account: Any, *, by: Any) -> None:
    """Open a frozen account again, with nothing that anybody else could have: neither password nor second factor.

    Raises ValidationError if it isn't frozen, or for one's own.
    """
    if by is not None and by.pk == account.pk:
        raise ValidationError(_("Somebody else has to open your account again."), code="own")
    with changeset(by=by, note=_("Account %(account)s is opened again") % {"account": account.get_username()}):
        if not Freeze.objects.in_force().filter(account=account).update(lifted_at=Now(), lifted_by=by):
            raise ValidationError(_("This account is not frozen."), code="not_frozen")
        Authenticator.objects.filter(user=account).delete()
        account.set_unusable_password()
        account.is_active = True
        account.save(update_fields=["password", "is_active"])


@set_aside_by(_lazy("records taken back from review"))
def take_records_back(account: Any, *, by: Any) -> int:
    """Records in review whose last word is the account's are drafts again."""
    return sum(take_back(model, account) for model in apps.get_models() if issubclass(model, Record))


def take_back(model: Any, account: Any) -> int:
    waiting = model._base_manager.filter(publication=Publication.IN_REVIEW)
    own = own_among(model, waiting.values_list("pk", flat=True), account)
    return int(waiting.filter(pk__in=own).update(publication=Publication.DRAFT)) if own else 0


@set_aside_by(_lazy("proposed changes declined"))
def decline_proposals(account: Any, *, by: Any) -> int:
    answer = _("Set aside: the account is frozen.")
    decided = {"state": ProposedChange.State.DECLINED, "decided_by": by, "decided_at": Now(), "answer": answer}
    return ProposedChange.objects.filter(by=account, state=ProposedChange.State.OPEN).update(**decided)
