"""The command that writes a list to a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db


def test_file_holds_what_the_filters_ask_for(tmp_path: Path):
    make_prisoner("Wanted", sex="female", country="ZZ")
    make_prisoner("Another", sex="male", country="ZZ")
    output = tmp_path / "people.jsonl"

    call_command("export", "prisoners", format="jsonl", filter="country=all&sex=female", output=output)

    assert [json.loads(line)["name"] for line in output.read_text().splitlines()] == ["Wanted"]


def test_wrong_filter_is_named_and_an_older_file_stays(tmp_path: Path):
    output = tmp_path / "people.csv"
    output.write_text("older")

    with pytest.raises(CommandError, match="--filter, sex: “woman” is not one of"):
        call_command("export", "prisoners", filter="sex=woman", output=output)

    assert output.read_text() == "older"


def test_folder_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(CommandError, match="could not be written: No such file or directory"):
        call_command("export", "deaths", output=tmp_path / "missing" / "deaths.csv")
