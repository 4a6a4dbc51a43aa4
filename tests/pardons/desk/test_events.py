"""One event for many people: given once, different where it differs, published as one piece."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from pardons.desk.piece_forms import new_token
from pardons.linking.models import Piece
from prisoners.models import Conviction, Court, Detention, Place, Prisoner, Recognition, Release, Stay
from registry.models import Changeset
from tests.editors import signed_in
from tests.factories import make_organisation, make_prisoner
from tests.pardons.desk.pieces import SOURCE, publish, send, spelled

pytestmark = pytest.mark.django_db

NAMES = ["Ян Узорны", "Вера Прыклад", "Павел Тэставы"]


def begun(kind: str, names: list[str], **given: Any) -> Any:
    """The answer to a pasted list with what is given for all, and the editor."""
    editor = signed_in("editor", new_token())
    all_given = {f"all-{name}": value for name, value in given.items()}
    sent = {"kind": kind, "token": new_token(), "names": "\n".join(names), **SOURCE, **all_given}
    return editor.post(reverse("desk-events"), sent), editor


def recorded(kind: str, names: list[str], differs: dict[str, str] | None = None, **given: Any) -> Piece:
    response, editor = begun(kind, names, **given)
    assert response.status_code == 302, response.content.decode()
    piece = Piece.objects.get()
    send(editor, piece, **differs or {})
    publish(signed_in("reviewer", new_token()), piece)
    piece.refresh_from_db()
    assert piece.state == "published", piece.state
    return piece


def held_people() -> list[Any]:
    return [make_prisoner(name, held=[("2021-03",)]) for name in NAMES]


def test_recognitions_of_many_are_dated_sourced_acts() -> None:
    make_organisation("Example Rights Watch")
    held_people()

    recorded(
        "recognitions",
        NAMES,
        {"row_1_acted_on": "2024-09-05"},
        acted_on="2024-09-04",
        organisations="example-rights-watch",
    )

    found = Recognition.public.order_by("pk")
    assert [str(each.acted_on) for each in found] == ["2024-09-04", "2024-09-05", "2024-09-04"]
    assert {each.organisations.get().slug for each in found} == {"example-rights-watch"}
    assert {each.statement.url for each in found if each.statement} == {SOURCE["source_url"]}


def test_verdicts_differ_in_length_and_keep_their_court() -> None:
    Court.objects.create(country="BY", name="Court of Exampletown", publication="published")
    held_people()

    recorded(
        "convictions", NAMES, {"row_2_length_months": "12"}, decided_on="2024-09-04", court="court of exampletown",
        sentence="imprisonment", length_months="36",
    )  # fmt: skip

    found = Conviction.public.order_by("pk")
    assert [each.length_months for each in found] == [36, 36, 12]
    assert {each.court.name for each in found if each.court} == {"Court of Exampletown"}


def test_arrests_of_many_are_detentions_with_a_stay() -> None:
    for name in NAMES:
        make_prisoner(name)

    recorded("arrests", NAMES, taken_on="2024-09-04", form="custody", proceeding="administrative")

    assert {str(each.taken_on) for each in Detention.public.all()} == {"2024-09-04"}
    assert Stay.public.filter(form="custody").count() == 3


def test_new_people_go_on_the_list_of_the_country_that_is_chosen() -> None:
    editor, sent = signed_in("editor", new_token()), {"kind": "arrests", "names": "Ян Узорны", **SOURCE}

    wrong = editor.post(reverse("desk-events"), {**sent, "token": new_token(), "country": "XQ"})
    editor.post(reverse("desk-events"), {**sent, "token": new_token(), "country": "ZZ"})
    send(editor, Piece.objects.get(), row_0_choice="new")

    assert (wrong.status_code, "XQ is not one of the available choices" in wrong.content.decode()) == (400, True)
    assert Prisoner.objects.get().country == "ZZ"


def test_arrest_is_odd_for_who_had_died_and_not_for_who_was_never_held() -> None:
    for name, died_on in zip(NAMES, ("2023", "2025", None), strict=True):
        make_prisoner(name, died_on=died_on, death_circumstance="unknown" if died_on else "")

    _response, editor = begun("arrests", NAMES, taken_on="2024-09-04")
    page = editor.get(Piece.objects.get().get_absolute_url()).content.decode()

    assert (page.count("Recorded as dead"), page.count("Never recorded as held")) == (1, 0)


def test_transfers_are_new_stays_and_neither_releases_nor_arrests() -> None:
    Place.objects.create(country="BY", name="Colony Example", publication="published")
    people = held_people()
    before = people[0].detentions.get().stays.create(form="pre-trial", from_on="2021-03", publication="published")

    recorded("transfers", NAMES, moved_on="2024-09-04", form="prison", place="Colony Example")

    before.refresh_from_db()
    assert (Stay.public.filter(form="prison").count(), str(before.to_on)) == (3, "2024-09-04")
    assert (Detention.objects.count(), Release.objects.count()) == (3, 0)


def test_releases_of_many_end_their_detentions() -> None:
    held_people()

    recorded("releases", NAMES, released_on="2024-09-04", release_kind="full_term", restrictions_remain="yes")

    found = Release.public.all()
    assert {(each.kind, each.restrictions_remain) for each in found} == {("full_term", "yes")}
    assert len(found) == 3


def test_event_sent_again_from_another_report_doubles_nothing() -> None:
    make_organisation("Example Rights Watch")
    held_people()
    given: dict[str, Any] = {"acted_on": "2024-09-04", "organisations": "example-rights-watch"}
    recorded("recognitions", NAMES, **given)
    Piece.objects.all().delete()

    recorded("recognitions", NAMES[:1], **given)

    assert Recognition.objects.count() == 3


@pytest.mark.usefixtures("each_request_is_a_transaction")
def test_46_recognitions_are_published_as_one_changeset() -> None:
    make_organisation("Example Rights Watch")
    names = [f"{spelled(7 * number)} {spelled(9999 - 13 * number)}" for number in range(46)]
    response, editor = begun("recognitions", names, acted_on="2024-09-04", organisations="example-rights-watch")
    assert response.status_code == 302
    piece = Piece.objects.get()
    everyone = {f"row-{place}-choice": "new" for place in range(46)}
    editor.post(piece.get_absolute_url(), everyone | {"version": piece.version, "action": "send"})
    before = Changeset.latest_number()

    publish(signed_in("reviewer"), piece)

    assert (Recognition.public.count(), Changeset.latest_number()) == (46, before + 1)


def test_transfer_of_someone_who_is_not_held_is_refused_in_words() -> None:
    make_prisoner("Ян Узорны")
    _response, editor = begun("transfers", NAMES[:1], moved_on="2024-09-04", form="prison")

    answer = send(editor, Piece.objects.get())

    assert "not recorded as held: record the arrest first" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("recognitions", {"acted_on": "2024-09-04"}, "Say who recognises"),
        ("transfers", {"form": "prison", "place": "Nowhere"}, "No place is called “Nowhere” here"),
        ("convictions", {"decided_on": "on"}, "has no year in four digits"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(kind: str, given: dict[str, str], words: str) -> None:
    response, _editor = begun(kind, NAMES, **given)

    assert response.status_code == 400
    assert words in response.content.decode()
