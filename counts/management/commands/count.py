"""`manage.py count METRIC`: the same series as the page, for the command line."""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from counts.answers import as_json, as_rows
from counts.questions import METRICS, PARAMETERS, question_from
from counts.series import Series, count
from registry.known import in_state, one_state
from registry.parameters import BadParameter


class Command(BaseCommand):
    help = "Count: the same series as the page /counts/METRIC/, as a table or as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("metric", choices=list(METRICS))
        for name in PARAMETERS.names:
            parser.add_argument(
                f"--{option(name)}", dest=f"parameter_{name}", default="", help=f"as {name}= in the address"
            )
        parser.add_argument("--json", action="store_true", help="print the JSON of the page")

    def handle(self, *args: Any, **options: Any) -> None:
        query = {name: options[f"parameter_{name}"] for name in PARAMETERS.names}
        try:
            question = question_from(options["metric"], query, today=timezone.now().date())
        except BadParameter as problem:
            raise CommandError(f"--{option(problem.name)}: {problem.message}") from None
        with one_state(), in_state(question.state):
            self.print(count(question), as_object=options["json"])

    def print(self, series: Series, *, as_object: bool) -> None:
        if as_object:
            self.stdout.write(json.dumps(as_json(series), ensure_ascii=False, indent=1))
        else:
            csv.writer(sys.stdout, dialect="excel-tab", lineterminator="\n").writerows(as_rows(series))


def option(parameter: str) -> str:
    """`known_on=` of an address is `--known-on` of the command."""
    return parameter.replace("_", "-")
