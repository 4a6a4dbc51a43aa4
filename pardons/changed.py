"""What changed since: as a file, in the API, and as feeds that a reader's program can follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from pardons.models import Announcement
from pardons.places import for_rows, headline
from pardons.tables import ALL_TABLES
from prisoners.models import Merge, Prisoner
from registry.api.lists import LIMIT, limit_asked
from registry.api.operations import Asked, Operation, Schema
from registry.api.schemas import META, parameter, text_schema
from registry.changed_since import KIND_LABELS, KINDS, Change, changes_since
from registry.countries import country_name
from registry.downloads import CONTENT_TYPES, about_the_file, as_object, current_state, with_file_name
from registry.history import Nature
from registry.known import State, changeset_asked, one_state
from registry.models import Changeset
from registry.parameters import BadParameter, Parameters, canonical_query, given_pairs
from registry.row_files import csv_lines, json_lines, machine_lines, streamed
from registry.sharing import shared
from registry.told_views import state_named

SINCE = Parameters.of(one=["since", "changeset"])
COLUMNS = ("table", "id", "change", "nature", "changeset", "into")
MOST_ENTRIES = 30


def merged_into(identifiers: Iterable[str]) -> Mapping[str, str]:
    """Where merged records lead, if that is public: where it is not, the two would be told to be one person."""
    led = {each: Merge.objects.leads_to(each) for each in identifiers}
    public = set(Prisoner.public.filter(public_id__in=led.values()).values_list("public_id", flat=True))
    return {each: kept for each, kept in led.items() if kept != each and kept in public}


def since_asked(text: str) -> State:
    if not text:
        raise BadParameter("since", _("Give the state to compare with: a day such as 2025-05-03, or a changeset."))
    return state_named("since", text)


def changeset_named(text: str) -> int | None:
    """The changeset whose changes alone are asked for; None for those of all."""
    try:
        return changeset_asked(text).number if text else None
    except BadParameter as problem:
        raise BadParameter("changeset", problem.message) from None


def changes_file(form: str) -> Callable[..., HttpResponseBase]:
    """The view of what changed since a state, as a file."""

    @shared
    @canonical_query(SINCE)
    def view(request: HttpRequest) -> Any:
        since = since_asked(request.GET.get("since", ""))
        newest = changeset_named(request.GET.get("changeset", ""))
        lines = iter(()) if request.method == "HEAD" else lines_of(form, since, newest, request)
        response = streamed(lines, CONTENT_TYPES[form])
        return with_file_name(response, f"changes-since-{since.number}", form, current_state())

    return view


def lines_of(form: str, since: State, newest: int | None, request: HttpRequest) -> Iterator[str]:
    """All of one state of the registry."""
    with one_state():
        rows = (change.as_row() for change in changes_since(since.number, ALL_TABLES, merged_into, newest=newest))
        if form == "json":
            about = about_the_file(request.path, given_pairs(request.GET), current_state())
            lines = as_object(about | {"since": since.number}, (line.encode() for line in json_lines(rows)))
            yield from (line.decode() for line in lines)
        else:
            yield from csv_lines(in_words(rows)) if form == "csv" else machine_lines(form, COLUMNS, rows)


def in_words(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """The same for people: a header, and words in place of codes."""
    yield list(COLUMNS)
    for row in rows:
        told = dict(row) | {"change": str(KIND_LABELS[row["change"]]), "nature": str(Nature(row["nature"]).label)}
        yield [told[column] for column in COLUMNS]


def changes(asked: Asked) -> dict[str, Any]:
    """A page of what changed since a state."""
    since, limit = since_asked(asked.answers.get("since", "")), limit_asked(asked.answers.get("limit", ""))
    after, newest = place_asked(asked.answers.get("after", "")), changeset_named(asked.answers.get("changeset", ""))
    found = changes_since(since.number, ALL_TABLES, merged_into, after, newest)
    rows = list(islice(found, limit + 1))
    last = f"{rows[limit - 1].table}/{rows[limit - 1].identifier}" if len(rows) > limit else ""
    return {
        "meta": asked.about(),
        "since": since.number,
        "next": asked.address(after=last) if last else None,
        "rows": [change.as_row() for change in rows[:limit]],
    }


def place_asked(text: str) -> tuple[str, str]:
    table, _slash, identifier = text.partition("/")
    if text and table not in {of.name for of in ALL_TABLES if of.is_of_records}:
        raise BadParameter("after", _("Take the address in “next”: a table and an identifier, such as prisoners/abc."))
    return table, identifier


def changes_schema() -> Schema:
    row = {
        "table": {"type": "string"}, "id": {"type": "string"}, "change": {"type": "string", "enum": list(KINDS)},
        "nature": {"type": "string", "enum": list(Nature.values)}, "changeset": {"type": ["integer", "null"]},
        "into": {"type": ["string", "null"]},
    }  # fmt: skip
    rows = {"type": "array", "items": {"type": "object", "properties": row, "required": list(row)}}
    answer = {"meta": META, "since": {"type": "integer"}, "next": {"type": ["string", "null"]}, "rows": rows}
    return {"type": "object", "properties": answer, "required": list(answer)}


CHANGES = Operation(
    "changes", "What changed since a state: added, changed, withdrawn, merged",
    changes, changes_schema, lambda: SINCE | Parameters.of(one=["limit", "after"]),
    lambda: [
        parameter("since", "A changeset, or a day.", text_schema()) | {"required": True},
        parameter("changeset", "Only what this changeset touched last.", text_schema()),
        parameter("limit", "Rows of a page.", LIMIT),
        parameter("after", "Take the address in `next`.", text_schema()),
    ],
)  # fmt: skip


@shared
@canonical_query()
def announcement_feed(request: HttpRequest) -> HttpResponse:
    """The announcements published last, as Atom."""
    newest = Announcement.public.order_by("-published_at", "public_id")
    feed = feed_of(_("Announcements"), "/announcements/", request)
    for announcement in for_rows(newest)[:MOST_ENTRIES]:
        link = settings.SITE_URL + announcement.get_absolute_url()
        title, summary = entry_in_words(announcement)
        feed.add_item(
            title, link, summary, unique_id=link, pubdate=announcement.published_at,
            updateddate=announcement.published_at,
        )  # fmt: skip
    return answer_of(feed)


def entry_in_words(announcement: Announcement) -> tuple[str, str]:
    """The title and the summary of an announcement: where, what and when."""
    day = announcement.counted_on.display() if announcement.counted_on else _("day not known")
    said = {
        "country": country_name(announcement.country), "day": day, "kind": announcement.get_kind_display(),
        "headline": headline(announcement, announcement.chosen_statement),
    }  # fmt: skip
    title = _("%(country)s: %(headline)s, %(day)s") % said
    return title, _("%(headline)s. Country: %(country)s. Kind of act: %(kind)s. Day: %(day)s.") % said


@shared
@canonical_query()
def change_feed(request: HttpRequest) -> HttpResponse:
    """The changesets that changed something public last, as Atom: how many records of which kind."""
    with one_state():
        newest = Changeset.latest_number()
        since = max(newest - MOST_ENTRIES, 0)
        found = list(changes_since(since, ALL_TABLES, merged_into))
    by_changeset: dict[int, list[Change]] = defaultdict(list)
    for change in found:
        if change.changeset is not None:
            by_changeset[change.changeset].append(change)
    feed = feed_of(_("Changes"), "/data/", request)
    told = Changeset.objects.only("number", "made_at", "nature")
    for made in told.filter(pk__in=by_changeset).order_by("-number"):
        add_changeset(feed, made, by_changeset[made.number])
    return answer_of(feed)


def add_changeset(feed: Atom1Feed, made: Changeset, changes_made: list[Change]) -> None:
    counted = Counter((change.kind, change.table) for change in changes_made)
    words = ", ".join(f"{table} {kind}: {number}" for (kind, table), number in sorted(counted.items()))
    query = f"changeset={made.number}&since={made.number - 1}"
    link = f"{settings.SITE_URL}/data/changes.csv?{query}" if made.number > 1 else settings.SITE_URL
    title = _("Changeset %(number)d (%(nature)s)") % {"number": made.number, "nature": made.get_nature_display()}
    feed.add_item(title, link, words, unique_id=link, pubdate=made.made_at, updateddate=made.made_at)


def feed_of(title: str, own_page: str, request: HttpRequest) -> Atom1Feed:
    return Atom1Feed(
        f"{settings.SITE_NAME}: {title}", settings.SITE_URL + own_page, "", language=settings.LANGUAGE_CODE,
        author_name=settings.OPERATOR_NAME, feed_url=settings.SITE_URL + request.path,
        feed_copyright=settings.DATA_LICENCE,
    )  # fmt: skip


def answer_of(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
