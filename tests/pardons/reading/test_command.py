"""`read_announcement` from the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

REPORT = "source-url: https://news.example/1\npublished: 2031-03-14\n\nBrask pardoned 24 people on Friday.\n"


def test_json_maps_each_path_to_its_reading(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text(REPORT)
    output = StringIO()

    call_command("read_announcement", "--json", str(file), stdout=output)

    (announcement,) = json.loads(output.getvalue())[str(file)]["announcements"]
    assert (announcement["total"], announcement["date"]) == (24, "2031-03-14")


def test_spans_count_from_the_beginning_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text(REPORT)
    output = StringIO()

    call_command("read_announcement", "--json", str(file), stdout=output)

    (announcement,) = json.loads(output.getvalue())[str(file)]["announcements"]
    assert REPORT[slice(*announcement["spans"]["total"])] == "24 people"


def test_missing_file_is_named_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Can't read .*nothing\.txt: No such file or directory"):
        call_command("read_announcement", str(tmp_path / "nothing.txt"))
