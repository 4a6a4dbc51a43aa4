"""People of an imported list who were freed near an announcement with open places."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from pardons.linking.models import Piece
from prisoners.models import ListImport
from tests.editors import signed_in
from tests.factories import make_announcement
from tests.prisoners.importing.files import imported, write_list

pytestmark = pytest.mark.django_db
HEADER = "external_id,name,country,taken_on,released_on"


@pytest.fixture
def listed(tmp_path: Path) -> ListImport:
    near = {"external_id": "1", "name": "Jan Example", "country": "BY", "taken_on": "2021", "released_on": "2024-08-17"}
    far = near | {"external_id": "2", "name": "Vera Sample", "released_on": "2023-08-17"}
    return imported(write_list(tmp_path / "list.csv", HEADER, near, far), profile="registry")


def test_they_are_proposed_as_identified_with_it_once(listed: ListImport) -> None:
    announcement, editor = make_announcement(act_on="2024-08-16", total=30), signed_in()
    address = reverse("desk-import-people", args=[listed.token])

    page = editor.get(address).content.decode()
    for _ in range(2):
        editor.post(address, {"announcement": announcement.public_id})

    piece = Piece.objects.get()
    assert "Jan Example" in page and "Vera Sample" not in page
    assert [(row["name"], row["given"]["released_on"]) for row in piece.taken] == [("Jan Example", "2024-08-17")]
    assert (piece.announcement, piece.state) == (announcement, Piece.State.DRAFT)


def test_they_are_proposed_for_the_nearest_of_their_kind_and_shown_the_others(tmp_path: Path) -> None:
    early = make_announcement("release", "2024-07-03", total=18)
    pardon = make_announcement("pardon", "2024-08-16", total=30)
    row = {"external_id": "1", "name": "Jan Example", "country": "BY", "released_on": "2024-08-16"}
    header = "external_id,name,country,released_on,release_kind"
    found = imported(write_list(tmp_path / "list.csv", header, row | {"release_kind": "pardon"}), profile="registry")

    page = signed_in().get(reverse("desk-import-people", args=[found.token])).content.decode()

    assert f'value="{pardon.public_id}"' in page and f'value="{early.public_id}"' not in page
    assert "fits too:" in page and reverse("desk-people", args=[early.public_id]) in page


def test_nobody_is_proposed_where_no_announcement_has_open_places(listed: ListImport) -> None:
    page = signed_in().get(reverse("desk-import-people", args=[listed.token])).content.decode()

    assert "Nobody of this list was freed near an announcement" in page
