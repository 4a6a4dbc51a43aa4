"""Pages and files of citable releases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.timezone import now
from django.utils.translation import gettext as _

from counts.citable.kept import (
    about_release,
    folder_of_releases,
    names_someone_withheld_since,
    release_of,
    releases,
    why_again,
)
from registry.known import state_of_changeset
from registry.parameters import canonical_query
from registry.sharing import shared
from registry.verifying import chain_head
from registry.views import data_context

TYPES = {
    ".csv": "text/csv; charset=utf-8; header=present",
    ".jsonl": "application/jsonl; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
    ".parquet": "application/vnd.apache.parquet",
}


@canonical_query()
def data(request: HttpRequest) -> HttpResponse:
    """Everything that can be taken away: downloads, packages, releases, and how to cite them."""
    return render(request, "registry/data.html", data_context() | {"releases": releases()})


@canonical_query()
def release_page(request: HttpRequest, number: int) -> HttpResponse:
    """One release: its files with their sums, of every issue, and how to cite it."""
    told = told_or_404(number)
    known = state_of_changeset(str(number), now().date())
    context = {
        "section": "data",
        "release": told,
        "issues": [(issue, why_again(issue)) for issue in told["issues"]],
        "files": told["issues"][-1]["files"],
        "waits": names_someone_withheld_since(told),
        "citation": about_release(known).citation,
        "head": chain_head(number),
    }
    return render(request, "counts/release.html", context)


@shared
@canonical_query()
def release_file(request: HttpRequest, number: int, name: str) -> Any:
    """A file as it was made; not sent while it may name someone whose name was withheld since."""
    told = told_or_404(number)
    file = told["issues"][-1]["files"].get(name)
    if file is None:
        raise Http404
    if names_someone_withheld_since(told):
        sentence = _(
            "This release is being issued again: a name was withheld since. Its numbers stay. Try again later."
        )
        return HttpResponse(sentence + "\n", status=503, content_type="text/plain; charset=utf-8")
    tag = quote_etag(file["sha256"])
    response: Any = get_conditional_response(request, etag=tag)
    if response is None:
        path = folder_of_releases() / str(number) / name
        kind = TYPES.get(Path(name).suffix, "text/plain; charset=utf-8")
        response = FileResponse(path.open("rb"), content_type=kind, as_attachment=True, filename=f"{number}-{name}")
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    return response


def told_or_404(number: int) -> dict[str, Any]:
    told = release_of(number)
    if told is None:
        raise Http404
    return told
