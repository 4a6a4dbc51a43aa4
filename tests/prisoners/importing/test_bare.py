"""Bare lists: all rows or none, and errors that say what to do."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from prisoners.importing.cells import ListFileError
from prisoners.importing.commanding import Asked, carry_out
from prisoners.models import ImportRow, ListEdition, ListEntry, Name, Prisoner
from prisoners.names.search import search
from tests.factories import make_prisoner
from tests.prisoners.importing.files import imported

HEADER = "external_id,name,country\n"
LIST = HEADER + 'X1,Вера Узорная,BY\nX2,"Example, Jan",\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "invented.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_list_becomes_people_names_and_entries(file: Path) -> None:
    imported(file)

    assert (Prisoner.objects.count(), Name.objects.count(), ListEntry.objects.count()) == (2, 2, 2)
    assert ListEntry.objects.get(external_id="X2").private.cells == {
        "external_id": "X2",
        "name": "Example, Jan",
        "country": "",
    }


@pytest.mark.django_db
def test_who_is_only_alike_is_shown_and_entered_as_new(file: Path) -> None:
    known = make_prisoner("Вера Узорная")

    row = imported(file).rows.get(external_id="X1")

    assert known.public_id in row.alike[0]
    assert (row.outcome, Prisoner.objects.count()) == (ImportRow.Outcome.CREATE, 3)


@pytest.mark.django_db
def test_people_are_drafts_unless_published(file: Path) -> None:
    imported(file)

    assert search("Vera Uzornaja") == [] and search("Vera Uzornaja", public=False)


@pytest.mark.django_db
def test_published_list_is_found_by_everyone(file: Path) -> None:
    imported(file, is_public=True)

    assert search("Vera Uzornaja")[0].matched_name == "Вера Узорная"


@pytest.mark.django_db
def test_importing_twice_changes_nothing(file: Path) -> None:
    imported(file)

    assert "nothing was changed" in carry_out(Asked(file)).lines[0]
    assert (Prisoner.objects.count(), Name.objects.count(), ListEdition.objects.count()) == (2, 2, 1)


@pytest.mark.django_db
def test_later_edition_adds_a_spelling_to_the_same_person(file: Path) -> None:
    imported(file)
    file.write_text(HEADER + "X1,Vera Uzornaya,BY\nX3,Янка Прыклад,BY\n", encoding="utf-8")

    imported(file)

    assert (Prisoner.objects.count(), Name.objects.count(), ListEntry.objects.count()) == (3, 4, 4)
    assert Name.objects.filter(prisoner__list_entries__external_id="X1").distinct().count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,country\n", "row 1: the columns must be external_id, name, country; found name, country"),
        (HEADER, "no rows below the header"),
        (HEADER + ",Вера,BY\n", "row 2, column external_id: is empty"),
        (HEADER + "X1,,BY\n", "row 2, column name: is empty"),
        (HEADER + "X1,...,BY\n", "row 2, column name: “...” has no letters"),
        (HEADER + f"X1,{'я' * 201},BY\n", "row 2, column name: has 201 characters; at most 200 fit"),
        (HEADER + "X1,Вера,Ruritania\n", "row 2, column country: “RURITANIA” is no country; use two letters"),
        (HEADER + "X1,Вера,BY,1\n", "row 2: 4 cells where 3 are needed"),
        (HEADER + "X1,Вера,BY\nX1,Яна,BY\n", "row 3, column external_id: “X1” stands in row 2 already"),
        (HEADER + 'X1,"Вера,BY\n', "row 2: not a CSV row"),
        (HEADER + "X1,Ве\0ра,BY\n", "line 2: a NUL character"),
    ],
)  # fmt: skip
def test_bad_file_is_refused_with_its_row_and_column(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ListFileError) as refused:
        carry_out(Asked(path))

    assert f"bad.csv, {problem}" in str(refused.value) or f"bad.csv: {problem}" in str(refused.value)


@pytest.mark.django_db
def test_only_the_first_problems_are_printed(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(HEADER + "".join(f"X{number},,\n" for number in range(30)), encoding="utf-8")

    with pytest.raises(ListFileError) as refused:
        carry_out(Asked(path))

    assert len(str(refused.value).splitlines()) == 21 and str(refused.value).endswith("... and 10 more.")


@pytest.mark.django_db
def test_command_fails_with_a_sentence_and_enters_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.csv: the file can't be read"):
        call_command("import_prisoners", tmp_path / "missing.csv")

    assert not ListEdition.objects.exists()


@pytest.mark.django_db
def test_search_command_prints_identifiers_of_the_list(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("import_prisoners", file, stdout=io.StringIO())
    monkeypatch.setattr(sys, "stdin", io.StringIO("Vera Uzornaja\n\nJan Example\n"))
    printed = io.StringIO()

    call_command("search_names", "--json", "-k", "3", stdout=printed)

    answers = [json.loads(line) for line in printed.getvalue().splitlines()]
    assert [(answer["query"], answer["results"]) for answer in answers] == [
        ("Vera Uzornaja", ["X1"]), ("", []), ("Jan Example", ["X2"]),
    ]  # fmt: skip


@pytest.mark.parametrize("most", ["0", "-3"])
def test_search_command_refuses_to_look_for_nobody(most: str) -> None:
    with pytest.raises(CommandError, match="give 1 or more"):
        call_command("search_names", "-k", most)
