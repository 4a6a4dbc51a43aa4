"""The page of the account: within one state of knowledge, and between two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counts.account import Account, Move
from counts.account_lines import Accounts, Line, closes
from counts.answers import in_order
from counts.changes import Changes, refuse_search, since_asked
from counts.labels import on_day, scope_label, scoped_heading
from counts.periods import Period
from counts.questions import METHOD_VERSION, PARAMETERS, question_from
from prisoners.models import Prisoner
from registry.known import in_state, one_state
from registry.parameters import BadParameter, Parameters, canonical_query
from registry.row_files import ENDINGS, csv_answer, json_answer, machine_answer

NOT_ASKED = {"by", "group", "unit"}
ACCOUNT_PARAMETERS = Parameters(PARAMETERS.one - NOT_ASKED, PARAMETERS.many - NOT_ASKED) | Parameters.of(
    one=["since", "term"]
)


def accounts_from(query: Mapping[str, str]) -> Accounts:
    """What an address asks; raises BadParameter that names the parameter."""
    today = timezone.now().date()
    asked = {name: value for name, value in query.items() if name not in ("since", "term")}
    question = question_from("held", asked, today=today)
    if question.first and question.first > question.cut_off:
        known = {"day": question.cut_off.isoformat()}
        raise BadParameter("from", _("That time is not known yet: give a day up to %(day)s.") % known)
    account = Account(question)
    changes = None
    if query.get("since"):
        refuse_search(question.filters)
        day = Period(account.end, account.end)
        changes = Changes(question.about(day), since_asked(query["since"], question.state, today))
    accounts = Accounts(account, changes, query.get("term", ""))
    if accounts.term and accounts.chosen is None:
        choices = ", ".join(line.name for line in accounts.lines)
        raise BadParameter("term", _("It is none of: %(known)s.") % {"known": choices})
    return accounts


@contextmanager
def accounting(request: HttpRequest) -> Iterator[Accounts]:
    with one_state():
        accounts = accounts_from(request.GET.dict())
        with in_state(accounts.account.question.state):
            yield accounts


@canonical_query(ACCOUNT_PARAMETERS)
def account(request: HttpRequest) -> HttpResponse:
    with accounting(request) as accounts:
        return render(request, "counts/account.html", page_of(accounts))


@canonical_query(ACCOUNT_PARAMETERS)
def account_json(request: HttpRequest) -> HttpResponse:
    with accounting(request) as accounts:
        return json_answer(as_json(accounts))


def account_file(form: str) -> Callable[..., HttpResponseBase]:
    """The view of both accounts as a file: a row for each line, or with `term` for each person of that line."""

    @canonical_query(ACCOUNT_PARAMETERS)
    def view(request: HttpRequest) -> Any:
        with accounting(request) as accounts:
            columns, rows = people_table(accounts) if accounts.term else lines_table(accounts)
            name = f"account-{accounts.account.question.cut_off.isoformat()}"
            if form == "csv":
                return csv_answer([list(columns), *([row[each] for each in columns] for row in rows)], name)
            return machine_answer(form, columns, rows, name)

    return view


LINE_COLUMNS = ("account", "term", "label", "sign", "people", "country", "start", "end", "since_changeset", "changeset",
                "method", "rows")  # fmt: skip


def lines_table(accounts: Accounts) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """`account` is within (one state: the world moves) or between (two states: only records move)."""
    told = as_json(accounts)
    since = told["between"]["since"]["changeset"] if told["between"] else None
    every = {name: told[name] for name in ("country", "start", "end", "changeset", "method")}
    parts = (("within", told["within"], None), ("between", (told["between"] or {}).get("lines", ()), since))
    return LINE_COLUMNS, [
        in_order(LINE_COLUMNS, every | {"account": name, "since_changeset": state} | line)
        for name, lines, state in parts
        for line in lines
    ]


PEOPLE_COLUMNS = ("term", "person", "name", "earliest", "latest")


def people_table(accounts: Accounts) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The people of one line, as far as they may be named, and as many as the page names."""
    rows = [{"term": accounts.term} | row_as_json(move, person) for move, person in accounts.rows]
    return PEOPLE_COLUMNS, rows


def account_address(accounts: Accounts, ending: str = "/", **more: str) -> str:
    question = accounts.account.question
    query = {name: value for name, value in question.query.items() if name not in NOT_ASKED}
    if accounts.changes is not None:
        query["since"] = accounts.changes.since.asked
    path = reverse("account").removesuffix("/") + ending
    return f"{path}?{urlencode(query | more, safe=',/')}"


def page_of(accounts: Accounts) -> dict[str, Any]:
    question = accounts.account.question
    return {
        "section": "counts",
        "accounts": accounts,
        "question": question,
        "title": scoped_heading(question),
        "scope": scope_label(question),
        "as_known_on": on_day(question),
        "beside": linked(accounts, [accounts.beside])[0],
        "tables": [
            {"lines": linked(accounts, lines), "title": title, "about": about}
            for lines, title, about in (
                (accounts.within, _("What happened"), _("All of it as known in one state: the world moves.")),
                (
                    accounts.between,
                    _("What we learned"),
                    _("One day, in two states: only records move."),
                ),
            )
            if lines
        ],
        "downloads": {ending: account_address(accounts, ending) for ending in ENDINGS},
    }


def linked(accounts: Accounts, lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "address": account_address(accounts, term=line.name) + "#rows",
            "is_chosen": line.name == accounts.term,
        }
        for line in lines
    ]


def as_json(accounts: Accounts) -> dict[str, Any]:
    question, own = accounts.account.question, accounts.account
    return {
        "country": question.country or "all",
        "definition": question.definition,
        "recognised": question.recognised,
        "forms": list(question.forms),
        "filters": dict(question.filters),
        "unit": "people",
        "withheld": "left out",
        "start": None if question.first is None else own.start.isoformat(),
        "end": own.end.isoformat(),
        "cut_off": question.cut_off.isoformat(),
        "changeset": question.state.number,
        "known_on": question.known_on or None,
        "method": METHOD_VERSION,
        "address": settings.SITE_URL + account_address(accounts),
        "within": lines_as_json(accounts, accounts.within),
        "closes": closes(accounts.within),
        "perhaps_held": accounts.beside.number,
        "between": between_as_json(accounts),
        "rows": [row_as_json(move, person) for move, person in accounts.rows] if accounts.term else None,
        "rows_not_listed": accounts.not_listed if accounts.term else None,
    }


def between_as_json(accounts: Accounts) -> dict[str, Any] | None:
    if accounts.changes is None:
        return None
    return {
        "since": {"changeset": accounts.changes.since.number, "day": accounts.changes.since.cut_off.isoformat()},
        "lines": lines_as_json(accounts, accounts.between),
        "closes": closes(accounts.between),
    }


def lines_as_json(accounts: Accounts, lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {
            "term": line.name,
            "label": str(line.label),
            "sign": line.sign,
            "people": line.number,
            "rows": settings.SITE_URL + account_address(accounts, ".json", term=line.name),
        }
        for line in lines
    ]


def row_as_json(move: Move, person: Prisoner) -> dict[str, Any]:
    return {
        "person": person.public_id,
        "name": person.display_name,
        "earliest": move.earliest.isoformat() if move.earliest else None,
        "latest": move.latest.isoformat() if move.latest else None,
    }
