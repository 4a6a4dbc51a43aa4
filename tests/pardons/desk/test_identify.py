"""Identifying people at the desk: from a pasted list to filled places, and nothing made twice."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from pardons.desk.piece_forms import new_token
from pardons.linking.models import Piece
from pardons.models import Announcement, Identification, Pardon
from prisoners.duplicates import likely_pairs
from prisoners.models import Detention, Prisoner, Release
from registry.models import Citation, Source
from tests.editors import left_to_tell, signed_in
from tests.factories import identify, make_announcement, make_conviction, make_prisoner, make_recognition
from tests.pardons.desk.pieces import SOURCE, carried_out, fields_of, paste, publish, send

pytestmark = pytest.mark.django_db


def test_person_found_by_another_spelling_fills_a_place_with_the_pardon() -> None:
    announcement, person = make_announcement(), make_prisoner("Мікалай Узорчанка", held=[("2021",)])

    carried_out(announcement, "Mikalai Uzorchanka, 1984")

    place = Identification.public.get()
    assert (place.prisoner, str(place.pardon and place.pardon.act_on), place.release) == (person, "2024-08-16", None)
    assert set(person.names.values_list("text", flat=True)) == {"Мікалай Узорчанка", "Mikalai Uzorchanka"}


def test_nothing_is_public_or_filled_before_a_second_person_has_published() -> None:
    announcement, editor = make_announcement(), signed_in("reviewer")
    piece = paste(editor, announcement, "Zachar Niebyvaly")

    send(editor, piece)
    publish(editor, piece)

    assert Prisoner.objects.get().publication == "in_review"
    assert not Identification.objects.exists()
    assert Piece.objects.get().state == "in_review"


def test_new_person_is_public_once_the_piece_is() -> None:
    carried_out(make_announcement(), "Zachar Niebyvaly, 1984", row_0_sex="male")

    person = Prisoner.public.get()
    assert (person.display_name, str(person.born_on), person.sex) == ("Zachar Niebyvaly", "1984", "male")
    assert Identification.public.get().prisoner == person


def test_release_is_recorded_with_its_kind_and_after_effects() -> None:
    person = make_prisoner("Ян Узорны", held=[("2021-03",)])

    carried_out(make_announcement(), "Jan Uzorny", all_fate="freed", all_left_the_country="yes")

    release = Release.public.get()
    assert (release.detention.prisoner, str(release.detention.ended_on)) == (person, "2024-08-16")
    assert (release.kind, release.left_the_country, release.documents_taken) == ("pardon", "yes", "unknown")
    assert Identification.public.get().release == release


def test_what_differs_for_one_person_stands_over_what_is_given_for_all() -> None:
    for name in ("Ян Узорны", "Вера Прыклад"):
        make_prisoner(name, held=[("2021-03",)])

    carried_out(
        make_announcement(), "Jan Uzorny\nVera Pryklad", all_fate="freed", row_1_released_on="2024-08-18",
        row_1_release_kind="expelled",
    )  # fmt: skip

    found = {str(each.detention.ended_on): each.kind for each in Release.public.all()}
    assert found == {"2024-08-16": "pardon", "2024-08-18": "expelled"}


def test_word_that_a_person_was_not_freed_is_kept() -> None:
    make_prisoner("Ян Узорны", held=[("2021-03",)])

    carried_out(make_announcement(), "Jan Uzorny", row_0_fate="not_freed")

    place = Identification.public.get()
    assert (place.was_not_freed, place.release) == (True, None)
    assert not Release.objects.exists()


def test_person_freed_without_a_recorded_detention_has_one_with_an_unknown_first_day() -> None:
    make_prisoner("Ян Узорны")

    carried_out(make_announcement("release", "2024-07", 18), "Jan Uzorny")

    detention = Detention.public.get()
    assert (detention.taken_on, str(detention.ended_on), detention.release.kind) == (None, "2024-07", "unknown")


def test_who_is_there_already_only_gets_the_source() -> None:
    announcement, person = make_announcement(), make_prisoner("Вера Узорная")
    identify(person, announcement)

    carried_out(announcement, "Vera Uzornaya")

    assert (Identification.objects.count(), Pardon.objects.count()) == (1, 1)
    source = Source.objects.get(url=SOURCE["source_url"])
    cited = {each.record for each in Citation.objects.filter(source=source)}
    assert {person, Identification.objects.get()} <= cited


def test_two_spellings_in_the_list_are_one_person_with_two_names() -> None:
    carried_out(make_announcement(), "Siarhei Niebyvaly\nСергей Небывалый")

    person = Prisoner.public.get()
    assert set(person.names.values_list("text", flat=True)) == {"Siarhei Niebyvaly", "Сергей Небывалый"}
    assert Identification.public.count() == 1


def test_before_and_after_are_shown_for_women_and_men_too() -> None:
    announcement = make_announcement(total=30, women=14, men=16)
    make_prisoner("Вера Узорная", sex="female", held=[("2021",)])
    editor = signed_in("editor")

    page = editor.get(paste(editor, announcement, "Vera Uzornaya").get_absolute_url()).content.decode()

    numbers = [re.findall(r'number[^>]*">([\d–]+)<', row) for row in re.findall(r'<tr><th scope="row".*?</tr>', page)]
    assert numbers == [["30", "0", "30", "1", "29"], ["14", "0", "14", "1", "13"], ["16", "0", "16", "0", "16"]]


def test_more_named_than_announced_is_flagged() -> None:
    announcement, editor = make_announcement(total=1), signed_in("editor")

    piece = paste(editor, announcement, "Zachar Niebyvaly\nAnna Muster")

    assert "More people would be named than were announced" in editor.get(piece.get_absolute_url()).content.decode()


def cautions_for(announcement: Announcement, names: str) -> str:
    editor = signed_in("editor")
    page = editor.get(paste(editor, announcement, names).get_absolute_url()).content.decode()
    return " ".join(re.findall(r'class="caution">([^<]+)<', page))


def test_cautions_are_told_beside_the_person() -> None:
    make_prisoner("Ян Узорны", held=[("2020", "2023-05-03")])
    make_conviction(make_prisoner("Вера Прыклад", held=[("2024",)], sex="female"), "2025")
    make_prisoner("Павел Прыкладны")

    told = cautions_for(make_announcement(total=3, women=0, men=3), "Jan Uzorny\nVera Pryklad\nPavel Prykladny")

    for words in (
        "Already out: 3 May 2023", "Pardoned before convicted", "Never recorded as held", "Recognised by nobody",
        "No place of a woman is left",
    ):  # fmt: skip
        assert words in told, (words, told)


def test_person_about_whom_nothing_is_odd_has_no_caution() -> None:
    person = make_prisoner("Ян Узорны", held=[("2020",)])
    make_conviction(person, "2021")
    make_recognition(person, "2020")

    assert cautions_for(make_announcement(), "Jan Uzorny") == ""


def test_form_sent_twice_makes_one_piece() -> None:
    announcement, editor, token = make_announcement(), signed_in("editor"), new_token()

    first = paste(editor, announcement, "Zachar Niebyvaly", token=token)
    second = paste(editor, announcement, "Zachar Niebyvaly", token=token)

    assert (first.pk, Source.objects.filter(url=SOURCE["source_url"]).count()) == (second.pk, 1)


def test_published_twice_is_published_once() -> None:
    announcement = make_announcement()
    piece = carried_out(announcement, "Zachar Niebyvaly")

    response = publish(signed_in("administrator"), piece)

    assert left_to_tell(response) == ["It was published before."]
    assert Identification.objects.count() == 1


def test_name_nobody_has_decided_is_not_sent() -> None:
    make_prisoner("Ян Узорны", born_on="1984")
    make_prisoner("Ян Узорны", born_on="1991")
    editor = signed_in("editor")
    piece = paste(editor, make_announcement(), "Jan Uzorny")

    response = send(editor, piece)

    assert (response.status_code, Piece.objects.get().state) == (400, "draft")
    assert "Say who is meant, or skip the name." in response.content.decode()


def test_what_contradicts_the_record_is_told_at_its_row_and_nothing_is_kept_half() -> None:
    make_prisoner("Ян Узорны", held=[("2020", "2024-08-10")])
    editor = signed_in("editor")
    piece = paste(editor, make_announcement(), "Anna Muster\nJan Uzorny")

    response = send(editor, piece, all_fate="freed")

    assert "A release on another day is recorded" in response.content.decode()
    assert (Piece.objects.get().state, Prisoner.objects.count()) == ("draft", 1)


def test_piece_sent_back_tells_its_editor_why_and_can_be_sent_again() -> None:
    announcement, editor, reviewer = make_announcement(), signed_in("editor"), signed_in("reviewer")
    piece = paste(editor, announcement, "Zachar Niebyvaly")
    send(editor, piece)
    piece.refresh_from_db()

    reviewer.post(reverse("desk-piece-send-back", args=[piece.token]), {"version": piece.version, "note": "Which one?"})
    assert "Which one?" in editor.get(piece.get_absolute_url()).content.decode()
    send(editor, piece, row_0_name="Zachar Niebyvaly-Inaksy")
    publish(reviewer, piece)

    assert Prisoner.public.get().display_name == "Zachar Niebyvaly-Inaksy"
    assert Prisoner.objects.exclude(publication="published").get().publication == "retracted"


def test_another_spelling_can_be_searched_for_a_row() -> None:
    person, editor = make_prisoner("Кастусь Прыклад"), signed_in("editor")
    piece = paste(editor, make_announcement(), "K. Zusiminsky-Foo")

    editor.post(
        piece.get_absolute_url(), fields_of(editor, piece) | {"action": "search", "row-0-search": "Kastus Pryklad"}
    )

    assert f'value="person:{person.public_id}"' in editor.get(piece.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_second_editor_sees_what_changed_and_loses_nothing() -> None:
    editor, other = signed_in("editor"), signed_in("editor", "other-editor")
    piece = paste(editor, make_announcement(), "Zachar Niebyvaly\nAnna Muster")
    shown = fields_of(editor, piece)
    other.post(
        piece.get_absolute_url(),
        fields_of(other, piece) | {"action": "save", "row-0-sex": "male", "row-1-choice": "skip"},
    )

    response = editor.post(
        piece.get_absolute_url(), shown | {"action": "save", "row-0-sex": "female", "row-1-name": "Anna Mustermann"}
    )

    page = response.content.decode()
    assert (response.status_code, Piece.objects.get().rows[0]["sex"]) == (409, "male")
    assert "other-editor changed this meanwhile" in page
    assert "saved meanwhile: “male”; yours: “female”" in page
    assert 'value="Anna Mustermann"' in page
    assert re.search(r'value="skip" id="row-1-\d" checked', page)


def test_list_without_a_name_or_a_source_is_refused_in_words() -> None:
    announcement, editor = make_announcement(), signed_in("editor")
    address = reverse("desk-people", args=[announcement.public_id])

    nameless = editor.post(address, {"token": new_token(), "names": "1984, 30 people", **SOURCE})
    sourceless = editor.post(address, {"token": new_token(), "names": "Jan Exemplar"})

    assert "No name was found in this" in nameless.content.decode()
    assert "Say where the names stand" in sourceless.content.decode()


def test_new_person_whose_name_was_changed_is_looked_for_before_entering() -> None:
    announcement, known = make_announcement(), make_prisoner("Мікалай Узорчанка")
    editor = signed_in("editor")
    piece = paste(editor, announcement, "Zachar Niebyvaly")

    shown = send(editor, piece, row_0_name="Mikalai Uzorchanka")
    assert shown.status_code == 400 and f"person:{known.public_id}" in shown.content.decode()

    piece.refresh_from_db()
    assert piece.state == "draft"
    send(editor, piece, row_0_choice="new")
    piece.refresh_from_db()
    assert piece.state == "in_review"


def test_new_person_of_a_piece_stands_in_the_queue_of_likely_duplicates() -> None:
    make_prisoner("Мікалай Узорчанка")
    editor = signed_in("editor")

    send(editor, paste(editor, make_announcement(), "Mikalai Uzorchanka"), row_0_choice="new")

    assert likely_pairs().count() == 1
