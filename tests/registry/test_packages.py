"""Data packages: what is in the zip, that it says of itself what is true, and that another tool reads it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import CommandError, call_command

from registry.models import Citation
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_detention,
    make_figure,
    make_prisoner,
    make_recognition,
    make_source,
)

pytestmark = pytest.mark.django_db
EVERYTHING = os.environ.get("TEST_LONG") == "1"
PACKAGES = ["/prisoners.zip", "/convictions.zip", "/figures.zip", "/data/package.zip"]


def package(client: Any, address: str) -> zipfile.ZipFile:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return zipfile.ZipFile(io.BytesIO(response.getvalue()))


def rows(opened: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(opened.read(name).decode(), newline="")))


def a_little_of_everything() -> Any:
    person = make_prisoner(
        "Ян Экзэмпляр", names=["=Jan", 'quote "and", comma\nline'], sex="female", born_on="1984-02-03",
        citizenships=["BY", "PL"], held=[("2020-08-09", "2024-07"), ("2025",)],
    )  # fmt: skip
    make_conviction(person, "2021-02~", judge="A judge; another")
    make_recognition(person, "2020")
    identify(person, make_announcement(women=14, men=16))
    make_figure(quote="Said =so")
    Citation.objects.create(source=make_source(url="https://news.example/1"), record=person, field="sex", quote="she")
    return person


def test_package_of_a_list_holds_its_rows_and_says_what_was_asked(client):
    a_little_of_everything()
    make_prisoner("Another", sex="male")

    opened = package(client, "/prisoners.zip?sex=female")
    described = json.loads(opened.read("datapackage.json"))

    assert [row["name"] for row in rows(opened, "prisoners.csv")] == ["Ян Экзэмпляр"]
    assert (described["query"], described["changeset"]) == ({"sex": "female"}, 1)
    assert "Sex: female" in opened.read("README.txt").decode()


def test_package_says_who_says_so(client):
    person = a_little_of_everything()
    Citation.objects.create(source=make_source(access="restricted", title="SECRET"), record=person, quote="SECRET")

    told = rows(package(client, "/prisoners.zip"), "provenance.csv")

    assert [(row["field"], row["value"], row["quote"]) for row in told] == [("", "", ""), ("sex", "female", "she")]
    assert [row["source"] == "restricted" for row in told] == [True, False]
    assert told[1]["address"] == "https://news.example/1"


@pytest.mark.parametrize("address", ["/deaths.zip", "/data/package.zip"])
def test_sums_and_numbers_of_rows_are_those_of_the_files(client, address):
    a_little_of_everything()

    opened = package(client, address)

    for resource in json.loads(opened.read("datapackage.json"))["resources"]:
        content = opened.read(resource["path"])
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert (resource["bytes"], resource["rows"]) == (len(content), len(rows(opened, resource["path"])))


# The package of everything has every table; all lists are written by one function.
@pytest.mark.parametrize("address", PACKAGES if EVERYTHING else PACKAGES[::3])
def test_frictionless_finds_every_package_valid(client, tmp_path, address):
    import frictionless

    a_little_of_everything()
    package(client, address).extractall(tmp_path)

    report = frictionless.validate(str(tmp_path / "datapackage.json"))

    assert report.valid, report.flatten(["path", "rowNumber", "fieldName", "type", "note"])


def test_nobody_hidden_and_no_day_of_birth_is_in_the_package_of_everything(client):
    for state in ("draft", "in_review", "withheld", "retracted"):
        hidden = make_prisoner("SECRET", publication=state)
        make_detention(hidden, "2020", "2021")
        Citation.objects.create(source=make_source(title="Open"), record=hidden, quote="SECRET")
    Citation.objects.create(source=make_source(), record=a_little_of_everything(), field="born_on")

    response = client.get("/data/package.zip").getvalue()
    opened = zipfile.ZipFile(io.BytesIO(response))

    assert not any(word in opened.read(name) for name in opened.namelist() for word in (b"SECRET", b"1984-02"))
    assert [row["born_on"] for row in rows(opened, "prisoners.csv")] == ["1984"]
    assert client.get("/data/package.zip").getvalue() == response


def test_package_refuses_what_its_list_refuses(client):
    response = client.get("/prisoners.zip?sex=woman")

    assert (response.status_code, response.content[:5]) == (400, b"sex: ")


def test_exact_file_has_codes_and_lists_and_no_guard(client):
    a_little_of_everything()

    content = client.get("/prisoners.exact.csv").getvalue()
    (row,) = csv.DictReader(io.StringIO(content.decode(), newline=""))

    assert not content.startswith(b"\xef\xbb\xbf")
    assert (row["status"], row["sex"], json.loads(row["citizenships"])) == ("held", "female", ["BY", "PL"])
    assert json.loads(row["other_names"]) == ["=Jan", 'quote "and", comma\nline']


def test_exact_file_says_what_json_says(client):
    a_little_of_everything()

    for name in ("prisoners", "detentions", "announcements", "figures", "sources"):
        exact = csv.DictReader(io.StringIO(client.get(f"/{name}.exact.csv").getvalue().decode(), newline=""))
        lines = [json.loads(line) for line in client.get(f"/{name}.jsonl").getvalue().splitlines()]
        assert [{key: as_cell(value) for key, value in line.items()} for line in lines] == list(exact)


def as_cell(value: Any) -> str:
    if isinstance(value, (list, bool)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)


def test_parquet_has_the_rows_with_their_types(tmp_path):
    a_little_of_everything()
    output = tmp_path / "people.parquet"

    call_command("export", "prisoners", format="parquet", output=output)

    with duckdb.connect() as engine:
        found = engine.execute(f"SELECT citizenships, birth_year, other_names FROM '{output}'").fetchone()
    assert found == (["BY", "PL"], 1984, ["=Jan", 'quote "and", comma\nline'])


def test_command_writes_the_package_of_everything(client, tmp_path):
    a_little_of_everything()
    output = tmp_path / "all.zip"

    call_command("export", "everything", output=output)

    assert output.read_bytes() == client.get("/data/package.zip").getvalue()


def test_command_says_that_everything_is_a_zip(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="everything is a zip"):
        call_command("export", "everything", format="csv", output=tmp_path / "x")
