"""What the desk sets aside when an account is frozen: pieces of work in review."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from pardons.linking.models import Piece
from registry.freezing import set_aside_by


@set_aside_by(_lazy("pieces of work taken back from review"))
def take_pieces_back(account: Any, *, by: Any) -> int:
    """Every piece in review in which the account had a hand; whoever else had one can send it again."""
    theirs = Piece.objects.in_review().filter(hands__contains=[account.pk])
    return theirs.update(state=Piece.State.DRAFT, version=F("version") + 1, note=_("Set aside: the account is frozen."))
