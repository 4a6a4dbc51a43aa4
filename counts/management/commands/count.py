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
from counts.series import count
from registry.parameters import BadParameter


class Command(BaseCommand):
    help = "Count: the same series as the page /counts/METRIC/, as a table or as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("metric", choices=list(METRICS))
        for name in PARAMETERS.names:
            parser.add_argument(f"--{name}", dest=f"parameter_{name}", default="", help=f"as {name}= in the address")
        parser.add_argument("--json", action="store_true", help="print the JSON of the page")

    def handle(self, *args: Any, **options: Any) -> None:
        query = {name: options[f"parameter_{name}"] for name in PARAMETERS.names}
        try:
            series = count(question_from(options["metric"], query, today=timezone.now().date()))
        except BadParameter as problem:
            raise CommandError(f"--{problem.name}: {problem.message}") from None
        if options["json"]:
            self.stdout.write(json.dumps(as_json(series), ensure_ascii=False, indent=1))
        else:
            csv.writer(sys.stdout, dialect="excel-tab", lineterminator="\n").writerows(as_rows(series))
