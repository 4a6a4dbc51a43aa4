"""Published lists beside our people, and membership in downloads."""

from __future__ import annotations

import io
import json
import zipfile

import frictionless
import pytest

from prisoners.lists import column_names, lists_compared
from prisoners.models import ListEdition, Prisoner
from registry.models import Source
from tests.factories import make_announcement, make_prisoner, make_source
from tests.prisoners.test_exports import csv_rows

pytestmark = pytest.mark.django_db
LIST_COLUMNS = ["list_terms", "on_konf_list", "on_konf_list_2", "on_a_later_list"]


def make_edition(*people: Prisoner | None, name: str = "Group A: list", **fields: str | Source) -> ListEdition:
    defaults = {"list_name": name, "dated_on": "2023-02", "publication": "published"}
    edition = ListEdition.objects.create(**defaults | fields)
    for number, person in enumerate(people):
        edition.entries.create(external_id=str(number), prisoner=person)
    return edition


def test_people_are_on_both_only_ours_or_only_theirs() -> None:
    both, hidden = make_prisoner("On Both"), make_prisoner("Not Public", publication="withheld")
    make_prisoner("Only Ours", held=[("2020",)])
    make_prisoner("Elsewhere Held", country="AZ")
    make_edition(both, hidden, None)

    (found,) = lists_compared()
    assert (found.rows, found.on_both, found.only_ours, found.held_only_ours, found.only_theirs) == (3, 1, 1, 1, 2)


def test_page_of_figures_shows_the_lists_and_leads_to_the_people(client) -> None:
    edition = make_edition(make_prisoner("On Both"))
    make_prisoner("Only Ours")

    page = client.get("/figures/").content.decode()
    people = client.get(f"/prisoners/?country=BY&off_list={edition.public_id}").content.decode()

    assert "Group A: list" in page and f"off_list={edition.public_id}" in page
    assert "Only Ours" in people and "On Both" not in people


def test_newest_edition_counts_and_one_that_is_not_public_does_not() -> None:
    person = make_prisoner("Jan Example")
    make_edition(person)
    make_edition(dated_on="2024-02")
    make_edition(person, name="Draft list", publication="draft")

    assert [(each.edition.list_name, each.on_both) for each in lists_compared()] == [("Group A: list", 0)]


def test_downloads_say_membership_and_the_terms_of_the_list(client) -> None:
    make_edition(make_prisoner("On Both"), licence="CC BY 4.0, Group A")
    make_prisoner("Only Ours")

    rows = {row["name"]: row for row in csv_rows(client, "/prisoners.csv")}

    assert (rows["On Both"]["on_group_a_list"], rows["Only Ours"]["on_group_a_list"]) == ("1", "0")
    assert (rows["On Both"]["list_terms"], rows["Only Ours"]["list_terms"]) == ("CC BY 4.0, Group A", "")


def test_columns_of_lists_of_like_names_are_told_apart() -> None:
    named = column_names(["Spisok 2", "Список", "Spisok other", "Spisok", "!"])

    assert list(named.values()) == ["on_spisok_2", "on_spisok", "on_spisok_other", "on_spisok_3", "on_list"]


def test_column_of_a_list_comes_last_and_stays_its_own_after_an_undo(client) -> None:
    person = make_prisoner()
    first = make_edition(person, name="Konf list")
    make_edition(name="Konf: list")
    make_edition(name="A later list")
    assert list(csv_rows(client, "/prisoners.csv")[0])[-4:] == LIST_COLUMNS

    ListEdition.objects.filter(pk=first.pk).update(publication="retracted")

    assert list(csv_rows(client, "/prisoners.csv")[0])[-3:] == [LIST_COLUMNS[0], *LIST_COLUMNS[2:]]


def opened(client, address: str) -> tuple[str, dict]:
    """What a package says of itself to people and to programs."""
    with zipfile.ZipFile(io.BytesIO(client.get(address).getvalue())) as package:
        return package.read("README.txt").decode(), json.loads(package.read("datapackage.json"))


@pytest.mark.parametrize(
    "address", ["/prisoners.zip", "/detentions.zip", "/releases.zip", "/sources.zip", "/data/package.zip"]
)
def test_package_says_under_which_licence_the_rows_of_a_list_go_out(client, tmp_path, address) -> None:
    source = make_source(url="https://list.example/1")
    make_edition(
        make_prisoner("On Both", held=[("2020", "2021")]),
        licence="CC BY-NC 4.0, Group A",
        source=source,
        name="Group A",
    )
    make_edition(make_prisoner("Only Hidden", publication="withheld"), name="Nobody's list", publication="draft")

    words, told = opened(client, address)

    assert "Rows from the list “Group A, February 2023”: CC BY-NC 4.0, Group A" in words
    assert [each["name"] for each in told["licenses"]] == ["CC BY 4.0", "CC BY-NC 4.0, Group A"]
    lent = {"title": "Group A, February 2023", "path": "https://list.example/1", "attribution": "CC BY-NC 4.0, Group A"}
    assert told["sources"] == [lent]
    # Another tool reads it.
    (tmp_path / "package.zip").write_bytes(client.get(address).getvalue())
    assert frictionless.Package(str(tmp_path / "package.zip")).licenses == told["licenses"]


def test_package_without_rows_of_a_list_names_none(client) -> None:
    make_edition(make_prisoner("On Both", sex="male"), licence="CC BY-NC 4.0, Group A")
    make_prisoner("Only Ours", sex="female")
    make_announcement()

    for address in ("/prisoners.zip?sex=female", "/announcements.zip"):
        words, told = opened(client, address)
        assert "Rows from" not in words and "sources" not in told and len(told["licenses"]) == 1


def test_pages_of_person_and_source_say_the_terms_of_the_list(client) -> None:
    source = make_source()
    on_it, other = make_prisoner("On Both"), make_prisoner("Only Ours")
    make_edition(on_it, licence="CC BY-NC 4.0, Group A", source=source)

    for record in (on_it, source):
        assert "CC BY-NC 4.0, Group A" in client.get(record.get_absolute_url()).content.decode()
    assert "CC BY-NC" not in client.get(other.get_absolute_url()).content.decode()
