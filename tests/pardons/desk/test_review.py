"""Review: a second person sees text, values and differences, publishes or sends back; nobody publishes their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pardons.desk.in_review import entry_of
from pardons.models import Announcement, ReportedFigure, Statement
from registry.models import Changeset, ProposedChange, Source
from tests.editors import make_editor, second_word, signed_in
from tests.factories import make_announcement, make_prisoner, relate
from tests.pardons.desk.reports import PASTED, REPORT, entered, fields_of, paste, send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("each_request_is_a_transaction", "effects_are_not_counted"),
]


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def step(client: Client, address: str, name: str, **more: str) -> Any:
    """Press a button on the page of an entry, everything on it ticked."""
    waiting = [each.key for each in entry_of(number_of(address)).shown if each.is_waiting]
    return client.post(address, {"step": name, "record": waiting} | more)


def states(model: Any = Announcement) -> set[str]:
    return set(model.objects.values_list("publication", flat=True))


def test_second_person_sees_text_and_values_and_publishes_all_of_it() -> None:
    address = entered(signed_in("editor"))
    reviewer = signed_in("reviewer")

    shown = reviewer.get(address).content.decode()
    step(reviewer, address, "publish", why="Two sources.")

    assert "Thirty prisoners" in shown and "<mark>" in shown
    assert "(18 people; Example Agency; in review): may overlap" in re.sub(r"<[^>]+>", "", shown)
    assert "Maryla Musterska" in shown
    assert states() == states(ReportedFigure) == states(Statement) == states(Source) == {"published"}
    made = Changeset.objects.latest("number")
    assert made.by is not None and (made.by.username, made.note) == ("reviewer-account", "Two sources.")


def test_two_relations_to_acts_of_one_kind_and_day_read_apart() -> None:
    address = entered(signed_in("editor"))
    pardon = Announcement.objects.get(kind="pardon")
    for total in (12, 13):
        relate(pardon, make_announcement("release", "2024-07", total), "contains")

    said = [(each.said, each.answer) for each in standings(address, pardon)]

    takes_in = "this one takes in the other"
    assert said == [("18 people", "may overlap"), ("12 people", takes_in), ("13 people", takes_in)]


def standings(address: str, record: Announcement) -> Any:
    return next(each.relations for each in entry_of(number_of(address)).shown if each.record == record)


def number_of(address: str) -> int:
    return int(address.split("/")[-2])


def test_nobody_publishes_their_own_entry() -> None:
    reviewer = signed_in("reviewer")
    address = entered(reviewer)

    refused = step(reviewer, address, "publish")

    assert refused.status_code == 400 and "a second person has to publish" in refused.content.decode()
    assert states() == {"in_review"}


def test_editor_publishes_nothing() -> None:
    address = entered(signed_in("editor"))

    assert step(signed_in("editor", "another"), address, "publish").status_code == 403
    assert states() == {"in_review"}


def test_entry_is_sent_back_with_a_note_and_comes_again() -> None:
    editor, reviewer = signed_in("editor"), signed_in("reviewer")
    address = entered(editor)

    assert "Say what has to be changed" in step(reviewer, address, "back").content.decode()
    step(reviewer, address, "back", why="Which Friday?")
    assert states() == {"draft"} and "Which Friday?" in editor.get(address).content.decode()
    assert address in editor.get(reverse("desk-review")).content.decode()

    step(editor, address, "submit")
    assert states() == {"in_review"}


def test_what_is_not_ticked_stays_in_review() -> None:
    address = entered(signed_in("editor"))
    figure = ReportedFigure.objects.earliest("pk")

    signed_in("reviewer").post(address, {"step": "publish", "record": f"reportedfigure:{figure.public_id}"})

    assert states() == {"in_review"}
    assert ReportedFigure.public.get() == figure


def test_draft_beside_what_was_sent_is_published_only_by_ticking_it() -> None:
    address = entered(signed_in("editor"))
    figure = ReportedFigure.objects.earliest("pk")
    ReportedFigure.objects.filter(pk=figure.pk).update(publication="draft")

    page = signed_in("reviewer").get(address).content.decode()

    assert f'value="reportedfigure:{figure.public_id}">' in page
    assert page.count('name="record"') == page.count('" checked>') + 1


def test_entry_that_was_published_meanwhile_is_not_published_again() -> None:
    address = entered(signed_in("editor"))
    stale = fields_of(signed_in("reviewer", "first").get(address).content.decode())
    step(client_of(make_editor("reviewer", "second")), address, "publish")
    before = Changeset.latest_number()

    late = signed_in("reviewer", "late").post(address, stale | {"step": "publish"})

    assert late.status_code == 400 and "changed meanwhile" in late.content.decode()
    assert Changeset.latest_number() == before


def test_what_was_changed_since_is_told_before_and_after() -> None:
    address = entered(signed_in("editor"))
    Announcement.objects.filter(kind="pardon").update(authority="The presidential office")

    shown = signed_in("reviewer").get(address).content.decode()

    assert "Since it was entered" in shown and "→ The presidential office" in shown


def test_choice_of_who_publishes_counts_once_another_person_accepts_it() -> None:
    july = make_announcement("release", "2024-07", 17)
    editor, reviewer = signed_in("editor"), signed_in("reviewer")
    address = paste(editor)["Location"]
    answers = {f"a0-vs-{july.public_id}": "distinct", "a1-vs-a0": "distinct", f"a1-vs-{july.public_id}": "same"}
    entry = send(editor, address, "review", **answers)["Location"]
    new = Statement.objects.get(total=18)
    choice = {f"choose-{july.public_id}": new.public_id}

    assert "better ones" in step(reviewer, entry, "publish", **choice).content.decode()
    assert states(Statement) == {"published", "in_review"}
    step(reviewer, entry, "publish", **choice, **{f"why-{july.public_id}": "Counted by name."})
    assert states(Statement) == {"published"}
    assert july.statements.get(is_chosen=True).total == 17
    second_word()

    july.refresh_from_db()
    chosen = july.chosen_statement
    assert chosen is not None and (chosen.total, july.choice_reason) == (18, "Counted by name.")
    assert july.statements.count() == 2


def passed_on() -> tuple[Announcement, str]:
    """A public announcement of July, and an entry that adds a statement of it whose numbers are to count."""
    july = make_announcement("release", "2024-07", 18)
    name = f"a1-vs-{july.public_id}"
    answers = {f"a0-vs-{july.public_id}": "distinct", "a1-vs-a0": "distinct", name: "same"}
    chosen = {f"{name}-choose": "on", f"{name}-why": "It has the decree."}
    editor = signed_in("editor")
    return july, str(send(editor, paste(editor)["Location"], "review", **answers, **chosen)["Location"])


def test_choice_of_a_statement_is_passed_on_with_its_reason_to_who_publishes() -> None:
    july, address = passed_on()
    before = july.statements.get(is_chosen=True)
    reviewer = signed_in("reviewer")

    shown = fields_of(reviewer.get(address).content.decode())
    assert shown[f"why-{july.public_id}"] == "It has the decree."
    asked = {name: value for name, value in shown.items() if name.startswith(("choose-", "why-"))}
    step(reviewer, address, "publish", **asked)

    july.refresh_from_db()
    new = Statement.objects.exclude(pk=before.pk).get(announcement=july)
    assert (new.is_chosen, july.choice_reason) == (True, "It has the decree.")
    assert ProposedChange.objects.get().state == "accepted"


def test_choice_that_the_second_person_does_not_share_is_declined() -> None:
    july, address = passed_on()
    before, reviewer = july.statements.get(is_chosen=True), signed_in("reviewer")

    step(reviewer, address, "publish", **{f"choose-{july.public_id}": before.public_id})

    assert (july.statements.get(is_chosen=True), ProposedChange.objects.get().state) == (before, "declined")


def test_viewer_sees_no_text_that_editors_keep() -> None:
    address = entered(signed_in("editor"))
    viewer = signed_in("viewer")

    pages = [address, reverse("desk-source", args=[Source.objects.get().public_id])]

    assert all('class="told"' not in viewer.get(page).content.decode() for page in pages)
    assert REPORT.strip().splitlines()[0] == Source.objects.get().title != PASTED["publisher"]


@pytest.mark.parametrize(("name", "state"), [("withhold", "withheld"), ("retract", "retracted")])
def test_public_record_is_withheld_or_retracted_with_a_reason(name: str, state: str) -> None:
    announcement = make_announcement()
    address = reverse("desk-record", args=["announcement", announcement.public_id])
    reviewer = signed_in("reviewer")

    assert "Give a reason" in reviewer.post(address, {"step": name}).content.decode()
    reviewer.post(address, {"step": name, "why": "Entered twice."})

    announcement.refresh_from_db()
    assert announcement.publication == state
    assert Changeset.objects.latest("number").nature == "correction"


def test_person_in_review_is_published_with_what_was_entered_for_them() -> None:
    person = make_prisoner(publication="draft")
    person.names.update(publication="draft")
    type(person).objects.filter(pk=person.pk).update(publication="in_review")

    step(signed_in("reviewer"), reverse("desk-entry", args=[entered_in(person)]), "publish")

    person.refresh_from_db()
    assert (person.publication, person.names.get().publication) == ("published", "published")


def entered_in(record: Any) -> int:
    number: int = record.history.earliest("pgh_id").pgh_changeset
    return number


@pytest.mark.parametrize("number", ["0", "99999999999999999999999"])
def test_entry_that_is_none_is_not_found(number: str) -> None:
    assert signed_in("reviewer").get(f"/desk/review/{number}/").status_code == 404
