"""The address of a merged record leads to the one that took it in, and tells nothing where that is not public."""

from __future__ import annotations

import pytest
from django.test import Client

from prisoners.merging.joining import merge
from prisoners.merging.undoing import undo
from prisoners.models import Prisoner
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db
ENDINGS = ("/", ".json", "/history/", "/history.json")


def merged(kept: Prisoner, other: Prisoner) -> None:
    merge(kept, other, by=None, note="One person.")


@pytest.mark.parametrize("ending", ENDINGS)
def test_address_redirects_for_ever_through_later_merges(client: Client, ending: str) -> None:
    first, second, third = make_prisoner(), make_prisoner("Piotr Inshy"), make_prisoner("Anna Trecia")
    merged(second, third)
    merged(first, second)

    response = client.get(f"/prisoners/{third.public_id}{ending}")

    assert (response.status_code, response["Location"]) == (301, f"/prisoners/{first.public_id}{ending}")


@pytest.mark.parametrize("ending", ENDINGS)
def test_address_says_nothing_where_the_kept_record_is_withheld(client: Client, ending: str) -> None:
    kept, other = make_prisoner(), make_prisoner("Piotr Inshy")
    merged(kept, other)
    Prisoner.objects.update(publication="withheld")

    assert client.get(f"/prisoners/{other.public_id}{ending}").status_code == 404


def test_redirect_of_a_history_keeps_the_states_that_were_asked_for(client: Client) -> None:
    kept, other = make_prisoner(), make_prisoner("Piotr Inshy")
    merged(kept, other)

    response = client.get(f"/prisoners/{other.public_id}/history/?since=2025-05-03")

    assert response["Location"] == f"/prisoners/{kept.public_id}/history/?since=2025-05-03"


def test_old_identifier_finds_the_kept_record_while_that_is_public(client: Client) -> None:
    kept, other = make_prisoner(), make_prisoner("Piotr Inshy")
    merged(kept, other)

    def found() -> list[Prisoner]:
        return [row.person for row in client.get("/prisoners/", {"q": other.public_id}).context["rows"]]

    assert found() == [kept]
    Prisoner.objects.update(publication="withheld")
    assert found() == []


def test_undone_merge_gives_the_page_back(client: Client) -> None:
    kept, other = make_prisoner(), make_prisoner("Piotr Inshy")
    undo(merge(kept, other, by=None, note="One person."), by=None, note="They are two.")

    assert client.get(f"/prisoners/{other.public_id}/").status_code == 200


def test_lists_and_files_have_the_person_once_and_nothing_of_the_merge(client: Client) -> None:
    kept, other = make_prisoner(), make_prisoner("Piotr Inshy", held=[("2020-08-09",)])
    merged(kept, other)

    page = client.get(f"/prisoners/{kept.public_id}/").content.decode()
    listed = b"".join(client.get("/prisoners.csv").streaming_content).decode()  # type: ignore[attr-defined]

    assert len(listed.strip().splitlines()) == 2
    assert other.public_id not in page + listed
    assert "merge" not in page.lower()
