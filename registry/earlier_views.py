"""Public pages and files of earlier states: `known_on` on lists, records and their downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.known import PARAMETER, State, in_state, state_asked
from registry.parameters import BadParameter, Parameters, address

KNOWN_ON = Parameters.of(one=(PARAMETER,))

View = Callable[..., Any]


def state_of(answers: Mapping[str, Any]) -> State:
    """The state that a query string asks for. Raises BadParameter for one that nobody can know."""
    state = state_asked(answers.get(PARAMETER, ""), today=timezone.now().date())
    if state.is_past and answers.get("q"):
        raise BadParameter("q", _("Names are searched as they are today: leave it out, or leave out known_on."))
    return state


def as_readers_knew(view: View) -> View:
    """A public page of any state of knowledge; stands inside `canonical_query`, which takes `KNOWN_ON`.

    What is withheld or gone today is withheld in every earlier state too. Not for answers that are streamed: those
    read when the view is over.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        state = state_of(request.GET)
        vars(request)["known"] = state
        with in_state(state, shown=True):
            return view(request, *args, **kwargs)

    return wrapper


def known_query(request: HttpRequest) -> str:
    """What an address needs to stay in the state of this page; empty for the state of now."""
    state: State | None = getattr(request, "known", None)
    return f"?{PARAMETER}={state.asked}" if state and state.is_past else ""


def address_of_now(request: HttpRequest) -> str:
    """This page as it is known now."""
    return address(request.path, [(name, str(value)) for name, value in request.GET.items() if name != PARAMETER])
