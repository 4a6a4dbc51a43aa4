"""From a pasted report to records: nothing is lost, nothing is there twice, nothing is entered unseen."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from pardons.desk.entering import enter
from pardons.desk.guard import MOST_ON_A_PAGE, NewAct, pairs_of
from pardons.desk.page import page_of
from pardons.desk.words import number_words, pieces
from pardons.models import Announcement, DeskDraft, Relation, ReportedFigure, Statement
from registry.models import Source
from tests.editors import signed_in
from tests.factories import make_announcement
from tests.pardons.desk.reports import PASTED, REPORT, fields_of, paste, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("effects_are_not_counted")]
OVERLAP = {"a1-vs-a0": "may_overlap"}


@pytest.fixture
def editor() -> Client:
    return signed_in("editor")


@pytest.fixture
def address(editor: Client) -> str:
    """The page of a report that has been pasted."""
    return str(paste(editor)["Location"])


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def marked(text: str) -> list[str]:
    return [re.sub(r"<a.*?</a>", "", words) for words in re.findall(r"<mark>(.*?)</mark>", text, re.DOTALL)]


def test_words_of_each_value_are_marked_in_the_text(editor: Client, address: str) -> None:
    shown = page(editor, address)

    assert {"pardoned", "Thirty prisoners", "16 men", "July", "Maryla Musterska"} <= set(marked(shown))
    for number, anchor in re.findall(r'id="words-(\d+)" href="#([\w-]+)"', shown):
        assert f'id="{anchor}"' in shown and f'href="#words-{number}"' in shown


def test_sum_of_women_and_men_is_checked(editor: Client, address: str) -> None:
    assert "14 + 16 = 30" in page(editor, address)

    wrong = send(editor, address, "look", a0__men="15").content.decode()
    assert "14 + 15 = 29, and the total is 30" in wrong


def test_report_becomes_records_in_review(editor: Client, address: str) -> None:
    send(editor, address, "review", **OVERLAP)

    pardon, release = Announcement.objects.order_by("-day_earliest")
    said = pardon.chosen_statement
    assert (said.total, said.women, said.men, said.publication) == (30, 14, 16, "in_review")
    assert (release.act_on.text, release.publication, release.names_given) == ("2024-07", "in_review", "some")
    assert [told["names"] for told in release.private.names_told] == [["Maryla Musterska"]]
    assert Relation.objects.get().kind == "may_overlap"
    assert ReportedFigure.objects.filter(publication="in_review").count() == 2


def test_source_holds_the_text_for_editors_and_its_hash(editor: Client, address: str) -> None:
    send(editor, address, "draft", **OVERLAP)

    source = Source.objects.get()
    assert source.private.stored_text == REPORT.strip()
    assert source.sha256 == hashlib.sha256(REPORT.strip().encode()).hexdigest()
    assert (source.language, source.publication) == ("en", "draft")


def test_form_sent_twice_enters_nothing_twice(editor: Client, address: str) -> None:
    typed = fields_of(page(editor, address)) | OVERLAP | {"step": "review"}
    editor.post(address, typed)

    again = editor.post(address, typed, follow=True)

    assert Announcement.objects.count() == Statement.objects.count() == 2
    assert "nothing is there twice" in again.content.decode()


def test_two_requests_that_saw_the_same_form_enter_it_once(editor: Client, address: str) -> None:
    send(editor, address, "keep", **OVERLAP)
    draft = DeskDraft.objects.get()
    first, second = (page_of(draft, checked=True).entries() for _ in range(2))

    assert enter(draft, first, by=draft.editor, to="in_review")
    assert enter(draft, second, by=draft.editor, to="in_review") is None
    assert Announcement.objects.count() == Statement.objects.count() == 2


def test_paste_sent_twice_begins_one_draft(editor: Client) -> None:
    sent = PASTED | {"token": "abcdefghjk"}

    addresses = {editor.post(reverse("desk-new"), sent)["Location"] for _ in range(2)}

    assert len(addresses) == DeskDraft.objects.count() == 1


def test_same_text_pasted_again_leads_to_what_was_made_of_it(editor: Client, address: str) -> None:
    send(editor, address, "review", **OVERLAP)

    known = paste(signed_in("reviewer"), text=REPORT.replace("\n", "\r\n") + "\r\n")

    assert "has been entered before" in known.content.decode()
    assert reverse("desk-source", args=[Source.objects.get().public_id]) in known.content.decode()


def test_same_text_pasted_again_leads_to_the_draft_that_was_begun(editor: Client, address: str) -> None:
    mine, theirs = paste(editor), paste(signed_in("editor", "second"))

    assert address in mine.content.decode() and "begun with this very text" in mine.content.decode()
    assert theirs.status_code == paste(editor, again="1").status_code == 302


def test_text_that_another_has_entered_meanwhile_is_not_entered_again(editor: Client, address: str) -> None:
    other = signed_in("editor", "second")
    theirs = paste(other)["Location"]
    send(other, theirs, "review", **OVERLAP)

    late = send(editor, address, "review", a0__authority="Mine", a1__vs__a0="distinct", **answers(editor, address))

    assert late.status_code == 400 and "entered meanwhile" in late.content.decode()
    assert 'value="Mine"' in late.content.decode()
    assert Source.objects.count() == 1 and Announcement.objects.count() == 2


def answers(client: Client, address: str, answer: str = "distinct") -> dict[str, str]:
    """The same answer to every question about an overlap on a page."""
    return dict.fromkeys(re.findall(r'name="(a\d+-vs-[\w-]+)" value="distinct"', page(client, address)), answer)


def test_part_that_is_dropped_is_not_entered(editor: Client, address: str) -> None:
    typed = fields_of(page(editor, address))
    del typed["a1-keep"], typed["f0-keep"]

    editor.post(address, typed | {"step": "review"})

    assert [announcement.kind for announcement in Announcement.objects.all()] == ["pardon"]
    assert ReportedFigure.objects.count() == 1


def test_parts_are_entered_one_by_one_too(editor: Client, address: str) -> None:
    send(editor, address, "review:a0")
    assert (Announcement.objects.count(), ReportedFigure.objects.count()) == (1, 0)

    send(editor, address, "review", **answers(editor, address))
    assert (Announcement.objects.count(), Source.objects.count(), ReportedFigure.objects.count()) == (2, 1, 2)


def test_editor_adds_what_the_reader_has_not_found(editor: Client, address: str) -> None:
    added = send(editor, address, "add:figure", a0__authority="Typed before")
    assert added["Location"].endswith("#part-f2")
    assert 'value="Typed before"' in page(editor, address)

    figure = {"f2-metric": "releases", "f2-measure": "flow", "f2-value": "18", "f2-who_says": "Example Agency"}
    send(editor, address, "review", **OVERLAP, **figure)
    assert ReportedFigure.objects.get(metric="releases").value == 18


def test_mistake_is_told_and_loses_nothing(editor: Client, address: str) -> None:
    wrong = send(
        editor, address, "review", a0__act_on="30 Feb 2024", a0__rest="Terms halved.", a0__women="40", **OVERLAP
    )

    shown = wrong.content.decode()
    assert wrong.status_code == 400
    assert 'value="30 Feb 2024"' in shown and "Terms halved." in shown
    assert "Women and men together are more than the total" in shown
    assert not Announcement.objects.exists() and not Source.objects.exists()


def test_what_is_typed_is_kept_and_nobody_else_sees_it(editor: Client, address: str) -> None:
    assert send(editor, address, "keep", a0__authority="Half a wo").status_code == 204

    assert 'value="Half a wo"' in page(editor, address)
    assert signed_in("administrator").get(address).status_code == 404
    assert reverse("desk-new") in address and address in page(editor, reverse("desk-new"))


def test_report_is_kept_while_it_is_typed(editor: Client) -> None:
    half = {"text": "Thirty prisoners", "token": "abcdefghjk", "step": "keep"}
    assert editor.post(reverse("desk-new"), half).status_code == 204

    assert "Thirty prisoners" in page(editor, reverse("desk-new"))
    address = reverse("desk-report", args=["abcdefghjk"])
    assert "Thirty prisoners</textarea>" in editor.get(address, follow=True).content.decode()
    editor.post(f"{address}text/", PASTED)
    assert 'name="a0-total" value="30"' in page(editor, address)


def test_token_of_another_editor_begins_a_draft_of_ones_own(editor: Client, address: str) -> None:
    token = address.split("/")[-2]

    theirs = signed_in("editor", "another").post(reverse("desk-new"), PASTED | {"token": token})["Location"]

    assert theirs != address
    assert DeskDraft.objects.count() == 2


def test_draft_is_deleted_when_its_editor_says_so(editor: Client, address: str) -> None:
    editor.post(f"{address}discard/")

    assert not DeskDraft.objects.exists()


def test_draft_that_nobody_touched_for_a_month_is_deleted(editor: Client, address: str) -> None:
    DeskDraft.objects.update(touched_at=Now() - timedelta(days=31))

    paste(editor, text="Twelve people were pardoned on Monday.")

    assert address.split("/")[-2] not in DeskDraft.objects.values_list("token", flat=True)


def test_changed_text_is_read_anew_and_a_changed_title_loses_no_correction(editor: Client, address: str) -> None:
    send(editor, address, "keep", a0__authority="Corrected")

    editor.post(f"{address}text/", PASTED | {"title": "Another title", "language": "en"})
    assert 'value="Corrected"' in page(editor, address) and "Another title" in page(editor, address)

    editor.post(f"{address}text/", PASTED | {"text": "Seven men were pardoned.", "language": "en"})
    assert 'value="Corrected"' not in page(editor, address)
    assert 'name="a0-total" value="7"' in page(editor, address)


# --- The overlap guard ---


def test_overlap_must_be_answered(editor: Client, address: str) -> None:
    refused = send(editor, address, "review")

    assert "Say how the two stand to each other" in refused.content.decode()
    assert not Announcement.objects.exists()


def test_announcements_near_in_time_are_asked_about_and_far_ones_are_not(editor: Client, address: str) -> None:
    near, far = make_announcement("release", "2024-10-01", 12), make_announcement("release", "2024-12-28", 12)
    other_kind = make_announcement("arrests", "2024-08-01", 500)
    same_size = make_announcement("arrests", "2024-08-02", 30)

    shown = page(editor, address)

    asked = {each.public_id: f"a0-vs-{each.public_id}" in shown for each in (near, far, other_kind, same_size)}
    assert list(asked.values()) == [True, False, False, True]


def test_recalled_act_that_is_recorded_is_proposed_as_the_same(editor: Client) -> None:
    july = make_announcement("release", "2024-07", 18)
    address = paste(editor)["Location"]

    assert re.search(rf'name="a1-vs-{july.public_id}" value="same" checked', page(editor, address))
    assert not re.search(r'name="a0-vs-[\w-]+" value="\w+" checked', page(editor, address))


def test_same_act_takes_in_what_this_report_says_beside_the_others(editor: Client) -> None:
    july = make_announcement("release", "2024-07", 17)
    address = paste(editor)["Location"]

    send(editor, address, "review", **answers(editor, address) | {f"a1-vs-{july.public_id}": "same"})

    assert [(each.total, each.is_chosen) for each in july.statements.order_by("pk")] == [(17, True), (18, False)]
    assert Announcement.objects.count() == 2


def test_numbers_of_the_same_act_are_chosen_with_a_reason(editor: Client) -> None:
    july = make_announcement("release", "2024-07", 17, publication="in_review")
    address = paste(editor)["Location"]
    name = f"a1-vs-{july.public_id}"
    chosen = answers(editor, address) | {name: "same", f"{name}-choose": "on"}

    assert "Say why these numbers" in send(editor, address, "review", **chosen).content.decode()
    send(editor, address, "review", **chosen, **{f"{name}-why": "Counted by name."})

    july.refresh_from_db()
    assert [(each.total, each.is_chosen) for each in july.statements.order_by("pk")] == [(17, False), (18, True)]
    assert july.choice_reason == "Counted by name."


@pytest.mark.parametrize(("answer", "is_first"), [("contains", True), ("inside", False)])
def test_container_and_content_are_told_apart(editor: Client, answer: str, is_first: bool) -> None:
    autumn = make_announcement("release", "2024-09", 200)
    address = paste(editor)["Location"]

    send(editor, address, "review", **answers(editor, address) | {f"a0-vs-{autumn.public_id}": answer})

    relation = Relation.objects.get(kind="contains")
    assert (relation.second == autumn) == is_first


# --- The words ---

spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda span: (span[0], min(span[0] + span[1], 60)))


@given(st.lists(spans.filter(lambda span: span[0] < span[1]), max_size=8))
def test_pieces_are_the_text_and_each_value_is_found_in_them(found: Any) -> None:
    text = "".join(chr(97 + number % 26) for number in range(60))
    numbered = number_words((f"id{number}", "", span) for number, span in enumerate(found))

    cut = pieces(text, numbered)

    assert "".join(piece.text for piece in cut) == text
    for words, (first, last) in numbered:
        assert "".join(piece.text for piece in cut if words in piece.words) == text[first:last]
        assert sum(words in piece.begins for piece in cut) == 1


CONDITIONS = """Twelve freed

On Friday President Igor Exemplar pardoned 12 prisoners on condition that they leave the country within a month.
"""


def test_conditions_are_proposed_with_their_words_and_kept(editor: Client) -> None:
    address = paste(editor, text=CONDITIONS)["Location"]
    assert "on condition that they leave the country within a month" in marked(page(editor, address))

    send(editor, address, "review")

    assert Announcement.objects.get().conditions == "on condition that they leave the country within a month"


def test_names_told_wait_on_the_page_that_identifies_people_with_their_source(editor: Client, address: str) -> None:
    send(editor, address, "review", **OVERLAP)
    release = Announcement.objects.get(kind="release")
    people = reverse("desk-people", args=[release.public_id])

    shown = fields_of(page(editor, people))
    assert (shown["names"], shown["source"]) == ("Maryla Musterska", Source.objects.get().public_id)

    editor.post(people, shown)
    assert fields_of(page(editor, people))["names"] == ""


def test_text_that_tells_of_many_acts_asks_no_more_than_one_page_holds() -> None:
    make_announcement("release", "2024-07", 18)
    acts = [NewAct(f"a{n}", "release", "BY", None, n + 2, "exactly", is_recalled=False) for n in range(120)]

    asked = [pair for pairs in pairs_of(acts, {}).values() for pair in pairs]

    assert MOST_ON_A_PAGE / 2 <= len(asked) <= MOST_ON_A_PAGE
