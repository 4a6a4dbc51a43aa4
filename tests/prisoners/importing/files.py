"""Lists for tests: written as files, imported as the command does it. All people in them are invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from prisoners.importing.commanding import Asked, carry_out
from prisoners.models import ListImport
from tests.changesets import next_changeset

AZERBAIJAN = (
    "no,section,page,name_in_toc,name_as_written,date_label,arrest_date_as_written,arrest_date_iso,"
    "charges_as_written,articles,place_of_detention"
)
VIASNA_FLAT = (
    "id,url,name,status,gender,photo,description,birthday,arrested,articles/0,articles/1,articles/2,prison/title,"
    "prison/address,declaration,decision,penalty,judge,councel,penalty_start_date,release_date,verdict_date,"
    "appeal_date,articles,prison"
)
VIASNA_MACHINE = (
    "id,url,name,status,gender,photo,description,birthday,arrested,articles,prison,declaration,decision,penalty,judge,"
    "councel,penalty_start_date,release_date,verdict_date,appeal_date,fake_terrorist_list,died,clusters"
)
VIASNA_HUMAN = (
    "Name and surname,Status,Date of birth,Gender,Date of detention,Charges indicted,Date of verdict,Sentence,Penalty,"
    "Judge,Prosecutor,Prison"
)


def write_list(path: Path, header: str, *rows: dict[str, str]) -> Path:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, header.split(","), restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")
    return path


def imported(path: Path, **asked: Any) -> ListImport:
    """The import of a file in a changeset of its own, as the command makes it."""
    next_changeset()
    carry_out(Asked(file=path, **asked))
    next_changeset()
    return ListImport.objects.order_by("pk").last()  # type: ignore[return-value]
