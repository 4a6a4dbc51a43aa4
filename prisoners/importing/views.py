"""The desk's pages of imports: upload, what the columns mean, what would be done row by row, report, undo."""

from __future__ import annotations

import re
import time
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from prisoners.importing import steps
from prisoners.importing.applying import AlreadyImportedError
from prisoners.importing.blank import csv_template, workbook_template
from prisoners.importing.cells import ListFileError
from prisoners.importing.forms import MappingForm, SaidForm, UploadForm, Words, mapped_again, said_again
from prisoners.importing.mapping import ListMapping, bind, columns_of_ours
from prisoners.importing.meanings import asked_words
from prisoners.importing.reporting import entered_of, in_words, report_lines
from prisoners.importing.staging import Said, mapping_in, said_of, stage_again
from prisoners.models import ImportRow, ListImport, Prisoner
from prisoners.progress import in_time
from registry.accounts import may_publish
from registry.desk import desk_page

ROWS_OF_A_PAGE = 50
LATEST = 30
LONGEST_NOTE = 1000
EXAMPLES = 3
# What tells of somebody known which of two they are.
TELLING = ("born_on", "taken_on", "place")
CHOICE = re.compile(r"(choice|person|take)-(\d{1,9})\Z")
State = ListImport.State
OPEN = (State.READ, State.PLANNED, State.IN_REVIEW, State.APPLYING)


@desk_page(look="edit")
def imports(request: HttpRequest) -> HttpResponse:
    """Upload a list; below it those that are under way and the latest."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = steps.upload(form.cleaned_data["file"], form.said(), by=request.user)
            return redirect("desk-import-columns", token=made.token)
        except ListFileError as problem:
            form.add_error("file", [*str(problem).splitlines()])
        except AlreadyImportedError:
            form.add_error("file", _("This very file is an edition of this list already: nothing to do."))
    every = ListImport.objects.select_related("editor").order_by("-pk")
    context = {
        "here": "import", "form": form, "begun": every.filter(state__in=OPEN)[:LATEST],
        "latest": every.exclude(state__in=OPEN)[:LATEST], "ours": columns_of_ours().values(),
    }  # fmt: skip
    return render(request, "desk/imports.html", context, status=400 if form.errors else 200)


@desk_page(change=None)
def template(request: HttpRequest, form: str) -> HttpResponse:
    """An empty list with help for each column."""
    if form not in ("csv", "xlsx"):
        raise Http404
    kind = "text/csv; charset=utf-8" if form == "csv" else WORKBOOK
    content = csv_template().encode() if form == "csv" else workbook_template()
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="list-template.{form}"'
    return response


WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk_page(look="edit")
def columns(request: HttpRequest, token: str) -> HttpResponse:
    """What the columns of a file mean, as far as their headings say; the editor corrects it."""
    found = get_object_or_404(ListImport, token=token)
    if found.state not in (State.READ, State.PLANNED):
        return redirect(found)
    bound = bind(mapping_in(found), found.header, found.file_name)
    posted = request.POST if request.method == "POST" else None
    form = MappingForm(posted, list_import=found, words=words_in(found), initial=mapped_again(found, bound.places))
    said = SaidForm(posted, initial=said_again(found))
    if posted is not None and form.is_valid() & said.is_valid():
        try:
            stage_again(found, form.mapping(), said.said())
            if has_more_words(found, form):
                messages.info(request, _("Some words of these columns are not understood: say below what they mean."))
                return redirect("desk-import-columns", token=found.token)
            return redirect(found)
        except ListFileError as problem:
            form.add_error(None, str(problem))
    context = {"here": "import", "import": found, "form": form, "said": said, "columns": with_examples(found, form)}
    context["ours"] = columns_of_ours().values()
    return render(request, "desk/import_columns.html", context, status=400 if posted is not None else 200)


def words_in(found: ListImport) -> Words:
    """The words of an import that are asked for, by the columns as they are mapped."""
    rows = found.rows.order_by("number").values_list("cells", flat=True)[: steps.MOST_ROWS]
    return asked_words(bind(mapping_in(found), found.header, found.file_name), rows)


def has_more_words(found: ListImport, form: MappingForm) -> bool:
    """Whether columns that were mapped just now hold words that the form did not ask for."""
    asked = words_in(found)
    return any(not form.words.get(ours, {}).keys() >= words.keys() for ours, words in asked.items())


def with_examples(found: ListImport, form: MappingForm) -> list[tuple[Any, list[str]]]:
    """Each column's field with some of its cells."""
    rows = list(found.rows.order_by("number").values_list("cells", flat=True)[:200])
    shown = []
    for place in range(len(found.header)):
        cells = dict.fromkeys(row[place] for row in rows if place < len(row) and row[place].strip())
        shown.append((form[f"column-{place}"], [cell[:60] for cell in list(cells)[:EXAMPLES]]))
    return shown


# --- What would be done ---


@desk_page(look="edit")
def list_import(request: HttpRequest, token: str) -> HttpResponse:
    """The plan of an import, row by row; choices are kept, and then it is sent, applied or given up."""
    found = get_object_or_404(ListImport.objects.select_related("editor", "edition", "reviewer"), token=token)
    if request.method == "POST":
        return take_step(request, found)
    before, begun_at = steps.compared(found), time.monotonic()
    is_planned = steps.go_on(found)
    return plan_page(request, found, {} if is_planned else pace(found, before, time.monotonic() - begun_at))


def pace(found: ListImport, before: int, seconds: float) -> dict[str, Any]:
    """How far the comparison has come, how fast it went since so many rows, and how long the rest will take."""
    done = steps.compared(found)
    rate = (done - before) / max(seconds, 0.001)
    return {"done": done, "rate": rate, "left": in_time((found.total - done) / rate) if rate else ""}


def plan_page(request: HttpRequest, found: ListImport, under_way: dict[str, Any]) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    rows = found.rows.order_by("number")
    if outcome in ImportRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    elif outcome == "look":
        rows = to_look_at(rows)
    page = Paginator(rows, ROWS_OF_A_PAGE).get_page(request.GET.get("page"))
    is_planned = not under_way
    second = steps.needs_second(found) if is_planned else False
    own = request.user.pk in found.hands
    context = {
        "here": "import", "import": found, "page": page, "rows": rows_shown(found, page), "outcome": outcome,
        "is_planned": is_planned, "under_way": under_way, "outcomes": outcomes_of(found),
        "look": to_look_at(found.rows.all()).count(),
        "needs_second": second, "is_own": own, "is_form": found.state == State.PLANNED,
        "may_apply": found.state == State.IN_REVIEW and not own and may_publish(request.user),
        "may_undo": found.state in (State.APPLIED, State.APPLYING),
    }  # fmt: skip
    return render(request, "desk/import.html", context)


def to_look_at(rows: Any) -> Any:
    """Rows that want a person's eye: somebody is like them, or a cell contradicts what is recorded."""
    return rows.exclude(alike=[], changes=[]).filter(outcome__in=("create", "change")) | rows.exclude(odd=[])


def outcomes_of(found: ListImport) -> list[tuple[str, str, int]]:
    """The code, word and number of each outcome that occurs."""
    return [
        (code, str(label), found.counts[code]) for code, label in ImportRow.Outcome.choices if found.counts.get(code)
    ]


def rows_shown(found: ListImport, page: Any) -> list[dict[str, Any]]:
    said, mapping = said_of(found), mapping_in(found)
    named = {public_id for row in page for public_id in (row.person, *row.alike) if public_id}
    people = Prisoner.objects.filter(public_id__in=named).prefetch_related("names")
    known = {person.public_id: person for person in people}
    return [shown(row, known, said, mapping) for row in page]


def shown(row: ImportRow, known: dict[str, Prisoner], said: Said, mapping: ListMapping) -> dict[str, Any]:
    """A row as the page prints it."""
    return {
        "row": row, "name": row.told["names"][0][0] if row.told.get("names") else "",
        "about": entered_of(row, said, mapping) or [row.told[name] for name in TELLING if row.told.get(name)],
        "person": known.get(row.person), "alike": [known[each] for each in row.alike if each in known],
        "changes": [{**change, "words": in_words(change)} for change in row.changes],
    }  # fmt: skip


def take_step(request: HttpRequest, found: ListImport) -> HttpResponse:
    """Keep the choices of the page, then do what was asked."""
    step = request.POST.get("step", "keep")
    try:
        if found.state == State.PLANNED:
            keep_choices(request, found)
        said = STEPS[step](request, found) if step in STEPS else _("Kept.")
        messages.success(request, said)
    except AlreadyImportedError:
        messages.error(request, _("This very file was imported meanwhile: nothing was changed."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if step == "discard" and not ListImport.objects.filter(pk=found.pk).exists():
        return redirect("desk-imports")
    back = request.POST.get("page", "")
    return redirect(f"{found.get_absolute_url()}?{back}" if re.fullmatch(r"[\w=&]{0,60}", back) else found)


def keep_choices(request: HttpRequest, found: ListImport) -> None:
    choices: dict[int, str] = {}
    takes: dict[int, set[str]] = {}
    for name in request.POST:
        match = CHOICE.match(name)
        if match is None:
            continue
        number = int(match[2])
        if match[1] == "choice":
            choices[number] = request.POST[name]
        elif match[1] == "take":
            takes[number] = set(request.POST.getlist(name)) - {""}
    for number, chosen in choices.items():
        typed = request.POST.get(f"person-{number}", "").strip().lower().replace("\x00", "")
        choices[number] = f"person:{typed}" if chosen == "other" else chosen
    steps.choose(found, choices, takes, by=request.user)


def note_of(request: HttpRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE]


def send(request: HttpRequest, found: ListImport) -> str:
    steps.send(found, by=request.user)
    return _("In review: a second person applies it.")


def send_back(request: HttpRequest, found: ListImport) -> str:
    steps.take_back(found, by=request.user, note=note_of(request))
    return _("Back with its editor.")


def apply(request: HttpRequest, found: ListImport) -> str:
    done = steps.apply_by(found, by=request.user)
    counts = done.counts
    return _("Applied: %(new)d new people, %(changed)d changed, %(refused)d refused.") % {
        "new": counts.get("create", 0), "changed": counts.get("change", 0), "refused": counts.get("refused", 0),
    }  # fmt: skip


def undo(request: HttpRequest, found: ListImport) -> str:
    undone = steps.undo_by(found, by=request.user, note=note_of(request))
    return " ".join([_("Undone."), *undone.kept])


def discard(request: HttpRequest, found: ListImport) -> str:
    steps.discard(found)
    return _("Given up; nothing of it was entered.")


STEPS = {"send": send, "back": send_back, "apply": apply, "undo": undo, "discard": discard}


@desk_page(look="edit", change=None)
def report(request: HttpRequest, token: str) -> Any:
    """Each row as it was written, with what happened to it."""
    found = get_object_or_404(ListImport, token=token)
    response = StreamingHttpResponse(report_lines(found), content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="import-{found.token}.csv"'
    return response
