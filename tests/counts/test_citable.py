"""Citable releases: the same bytes for ever, nobody in them who is withheld now, and the same numbers all the same."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import frictionless
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from counts.citable import issuing, making
from pardons.exports import ANNOUNCEMENTS
from pardons.tables import ALL_TABLES
from prisoners.exports import PRISONERS
from prisoners.models import ListEdition, Name, Prisoner
from registry.models import Source
from registry.verifying import chain_head
from tests.changesets import next_changeset
from tests.factories import identify, make_announcement, make_figure, make_prisoner

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where releases lie; without TEST_LONG they are of two lists, a few tables and one metric."""
    if not os.environ.get("TEST_LONG"):
        for module in (making, issuing):
            monkeypatch.setattr(module, "LISTS", (PRISONERS, ANNOUNCEMENTS))
        monkeypatch.setattr(
            making, "ALL_TABLES", [each for each in ALL_TABLES if each.name in ("sources", "prisoners")]
        )
        monkeypatch.setattr(making, "METRICS", {"pardons": "Pardons"})
    settings.VAR_DIR = tmp_path
    return tmp_path / "releases"


@pytest.fixture
def first(folder: Path) -> int:
    """The number of the first release: two people, one of whom an announcement names."""
    identify(make_prisoner("First Person", sex="female", held=[("2020", "2024-08-16")]), make_announcement())
    make_prisoner("Second Person", held=[("2021",)])
    make_figure()
    number = next_changeset()
    release(number)
    return number


def release(*arguments: Any) -> str:
    told = io.StringIO()
    call_command("make_release", *arguments, stdout=told)
    return told.getvalue()


def test_release_tells_the_head_of_its_changeset(folder: Path, client: Any) -> None:
    make_prisoner("First Person")
    connection.check_constraints()
    number = next_changeset()
    release(number)
    make_prisoner("Second Person")
    connection.check_constraints()

    page = client.get(f"/data/releases/{number}/").content.decode()

    assert str(chain_head()) != (head := str(chain_head(number)))
    assert head in page and head in files(folder, number)["README.txt"].decode()


def files(folder: Path, number: int) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / str(number)).iterdir() if path.name != "release.json"}


def test_release_says_of_itself_what_is_true(client, folder, first):
    written = files(folder, first)
    counts = json.loads(written["counts.json"])["pardons all"]

    assert {f"prisoners.{form}" for form in ("csv", "jsonl", "parquet")} < set(written)
    for line in written["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(written[name]).hexdigest() == digest
    assert frictionless.validate(str(folder / str(first) / "datapackage.json")).valid
    assert (counts["changeset"], counts["series"][0]["best"]) == (first, {"low": 30, "value": 30, "high": 30})
    assert f"/data/releases/{first}/registry.zip" in client.get("/data/").content.decode()


def test_name_withheld_since_is_not_sent_then_masked_and_every_number_stays(client, folder, first):
    address, before = f"/data/releases/{first}/prisoners.csv", files(folder, first)
    Prisoner.objects.filter(names__text="First Person").update(publication="withheld")
    next_changeset()

    held_back = client.get(address).status_code
    again = release("--all")
    after = files(folder, first)
    told = json.loads((folder / str(first) / "release.json").read_text())

    assert (held_back, client.get(address).getvalue()) == (503, after["prisoners.csv"])
    assert "issue 2" in again
    assert b"First Person" in before["prisoners.csv"]
    assert not any(b"First Person" in content for content in after.values())
    assert after["counts.json"] == before["counts.json"]
    assert [issue["files"]["prisoners.csv"]["rows"] for issue in told["issues"]] == [2, 2]
    assert b"withheld-1," in after["prisoners.csv"]


def test_release_made_again_later_is_the_same_and_the_next_tells_what_differs(folder, first):
    make_prisoner("Third Person")
    ListEdition.objects.create(list_name="A list that came later", publication="published")
    Prisoner.objects.filter(names__text="Second Person").update(sex="male")
    second = next_changeset()

    # Made anew and compared with what is there, sum by sum.
    assert "there already, and the same" in release(first)
    release(second)
    told = json.loads((folder / str(second) / "release.json").read_text())["differences"]
    assert told["since"] == first
    assert told["lists"]["prisoners"] == {"added": 1, "gone": 0, "changed": 1}


def test_release_has_the_words_of_its_changeset_wherever_it_is_made_again(folder, first):
    before = files(folder, first)
    Prisoner.objects.filter(names__text="Second Person").update(biography="Words of later.", born_on="1970")
    Name.objects.filter(text="Second Person").update(text="Another Spelling")
    next_changeset()

    again = release(first)
    shutil.rmtree(folder / str(first))
    release(first)

    assert "there already, and the same" in again
    assert files(folder, first) == before


def test_name_taken_out_of_words_is_in_no_issue_and_later_words_are_not(folder, first):
    person = Prisoner.objects.get(names__text="Second Person")
    person.biography = "A friend of First Person."
    person.save()
    number = next_changeset()
    release(number)
    for words in ("A friend of [name withheld].", "A friend of [name withheld], of later."):
        Prisoner.objects.filter(pk=person.pk).update(biography=words)
        next_changeset()

    assert "issue 2. Issued again because records were" in release(number)
    told = files(folder, number)["prisoners.csv"].decode()
    assert "A friend of [name withheld]." in told and "First Person." not in told and "of later" not in told


def test_addresses_are_those_of_the_first_issue(folder, first, settings):
    before = files(folder, first)
    settings.SITE_URL, settings.DATA_LICENCE = "https://moved.example.org", "Another licence"

    assert "there already, and the same" in release(first)
    Prisoner.objects.filter(names__text="First Person").update(publication="withheld")
    next_changeset()
    assert "issue 2. Issued again because a name was withheld." in release(first)

    after = files(folder, first)
    assert after["counts.json"] == before["counts.json"]
    assert b"moved.example.org" not in after["README.txt"] + after["prisoners.csv"]
    assert settings.SITE_URL == "https://moved.example.org"


def test_row_is_back_where_its_name_is_public_again(folder, first):
    before = files(folder, first)
    people = Prisoner.objects.filter(names__text="First Person")
    for publication, why in (("withheld", "a name was withheld"), ("published", "public again")):
        people.update(publication=publication)
        next_changeset()
        assert why in release(first)

    assert files(folder, first) == before


def test_other_files_are_refused_where_nothing_was_withheld_and_the_next_release_is_made_all_the_same(
    folder, first, monkeypatch
):
    make_prisoner("Third Person")
    second = next_changeset()
    release(second)
    monkeypatch.setattr(making, "read_me", lambda *given: b"other words")

    with pytest.raises(CommandError, match=f"Release {first} .*nothing of it was withheld(.|\n)*Release {second}"):
        release("--all")


def test_release_says_under_which_licence_the_rows_of_a_list_go_out(folder, first):
    terms = {"list_name": "Group A", "licence": "CC BY-NC 4.0, Group A", "publication": "published"}
    person = Prisoner.objects.get(names__text="Second Person")
    ListEdition.objects.create(**terms).entries.create(external_id="1", prisoner=person)
    second = next_changeset()
    release(second)

    written = files(folder, second)
    assert json.loads(written["datapackage.json"])["sources"] == [
        {"title": "Group A", "attribution": "CC BY-NC 4.0, Group A"}
    ]
    assert "CC BY-NC 4.0, Group A" in written["README.txt"].decode()
    assert "CC BY-NC" not in files(folder, first)["README.txt"].decode()
    # Of the first changeset, where nobody stood on that list.
    assert "there already, and the same" in release(first)


def test_page_says_why_a_release_was_issued_again(client, folder, first):
    Source.objects.update(access="restricted")
    next_changeset()

    why = "Issued again because records were withheld or taken back, or a source was restricted."
    assert f"issue 2. {why}" in release(first)
    page = client.get(f"/data/releases/{first}/").content.decode()
    assert "or a source was restricted" in page and "because a name was withheld" not in page


def test_file_is_as_it_was_made_and_not_sent_twice(client, folder, first):
    address = f"/data/releases/{first}/prisoners.parquet"

    response = client.get(address)

    assert response.getvalue() == files(folder, first)["prisoners.parquet"]
    assert client.get(address, HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304
    assert client.get(f"/data/releases/{'9' * 400}/").status_code == 404
    for name in ("release.json", "..%2Frelease.json", "nothing.csv"):
        assert client.get(f"/data/releases/{first}/{name}").status_code == 404


def test_changeset_that_is_not_there_is_refused(folder):
    make_prisoner()

    with pytest.raises(CommandError, match="numbered from 1"):
        release(7)
