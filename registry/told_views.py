"""The public history of a record: its changes, or the difference of two states."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.downloads import about_the_file, current_state
from registry.known import State, state_asked
from registry.parameters import BadParameter, Parameters, given_pairs
from registry.publishing import Record
from registry.told import PublicHistory, PublicStep, Told

TWO_STATES = Parameters.of(one=("since", "until"))
MOST_STEPS = 100


def history_page(request: HttpRequest, record: Any, section: str) -> HttpResponse:
    history = PublicHistory(record)
    since, until = states_asked(request)
    context = {"section": section, "record": record, "since": since, "until": until}
    if since and until:
        context["difference"] = history.between(since.number, until.number)
    else:
        context["steps"] = history.steps(MOST_STEPS)
    context["is_cut"] = len(context.get("steps", [])) == MOST_STEPS
    return render(request, "registry/history.html", context)


def history_file(request: HttpRequest, record: Record) -> HttpResponse:
    history = PublicHistory(record)
    since, until = states_asked(request)
    content: dict[str, Any] = {"meta": about_the_file(request.path, given_pairs(request.GET), current_state())}
    if since and until:
        content |= {"since": since.number, "until": until.number}
        content["difference"] = [told_as_json(each) for each in history.between(since.number, until.number)]
    else:
        content["changesets"] = [step_as_json(step) for step in history.steps(MOST_STEPS)]
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})


def states_asked(request: HttpRequest) -> tuple[State | None, State | None]:
    """The two states to compare: the later one is that of now where none is given. Raises BadParameter."""
    given = {name: request.GET.get(name, "") for name in ("since", "until")}
    if not given["since"]:
        if given["until"]:
            raise BadParameter("since", _("Give the earlier state too: a day such as 2025-05-03, or a changeset."))
        return None, None
    since, until = (state_named(name, text) for name, text in given.items())
    if since.number > until.number:
        raise BadParameter("since", _("It lies after the state that it is compared with: give an earlier one."))
    return since, until


def state_named(name: str, text: str) -> State:
    try:
        return state_asked(text, today=timezone.now().date())
    except BadParameter as problem:
        raise BadParameter(name, problem.message) from None


def step_as_json(step: PublicStep) -> dict[str, Any]:
    return {
        "changeset": step.number,
        "made_at": step.made_at.isoformat(),
        "nature": str(step.nature),
        "reason": str(step.reason) or None,
        "told": step.told or None,
        "changes": [told_as_json(each) for each in step.changes],
    }


def told_as_json(told: Told) -> dict[str, Any]:
    return {
        "what": told.noun,
        "id": told.identifier,
        "change": told.kind,
        "fields": [{"field": each.name, "before": each.before, "after": each.after} for each in told.fields],
    }
