"""Scores readings against the labels of invented reports: found, missed, invented, right."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pardons.reading import Reading, read

FIXTURES = Path(__file__).parent / "fixtures"
CLEMENCY = {"pardon", "amnesty", "release", "exchange", "deportation"}
Pair = tuple[dict[str, Any], dict[str, Any] | None]


def reports(name: str) -> list[dict[str, Any]]:
    """The labelled reports of one fixture file."""
    with open(FIXTURES / f"{name}.toml", "rb") as file:
        return tomllib.load(file)["report"]


def names() -> list[str]:
    return sorted(path.stem for path in FIXTURES.glob("*.toml"))


def language_of(name: str) -> str:
    return name.split("-")[0]


@dataclass
class Score:
    """Counts of announcements and figures, and the shares of their fields that are right."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def f1(self, what: str) -> float:
        wrong = self.missed[what] + self.invented[what]
        return 2 * self.found[what] / (2 * self.found[what] + wrong) if self.found[what] else 0.0

    def share(self, what: str) -> float:
        return self.right[what] / self.asked[what] if self.asked[what] else 1.0

    def ask(self, what: str, is_right: bool) -> None:
        self.asked[what] += 1
        self.right[what] += is_right


def pairs(labels: list[dict[str, Any]], found: list[dict[str, Any]], *keys: str) -> Iterator[Pair]:
    """Each label with the first reading that has the same keys, or None."""
    left = list(found)
    for label in labels:
        twin = next((each for each in left if all(each[k] == label[k] for k in keys)), None)
        if twin is not None:
            left.remove(twin)
        yield label, twin


@cache
def score(language: str) -> Score:
    """The score over all reports of one language."""
    total = Score()
    for report in reports_in(language):
        add(total, report, read(report["text"], report["published"]))
    return total


def reports_in(language: str) -> list[dict[str, Any]]:
    return [report for name in names() if language_of(name) == language for report in reports(name)]


def add(total: Score, report: dict[str, Any], reading: Reading) -> None:
    plain = reading.as_json()
    totals = {label["total"] for label in report["announcements"]}
    values = {label["value"] for label in report["figures"]}
    for announcement in plain["announcements"]:
        total.invented["announcement"] += announcement["total"] not in totals | values
    named = {(label["metric"], label["value"]) for label in report["figures"]}
    for figure in plain["figures"]:
        known = (figure["metric"], figure["value"]) in named
        total.invented["figure"] += not known and figure["value"] not in totals
    for label, found in pairs(report["announcements"], plain["announcements"], "total"):
        tally(total, "announcement", found)
        if found is not None:
            add_announcement(total, label, found)
    for label, found in pairs(report["figures"], plain["figures"], "metric", "value"):
        tally(total, "figure", found)
        if found is not None:
            add_figure(total, label, found)


def tally(total: Score, what: str, found: dict[str, Any] | None) -> None:
    (total.missed if found is None else total.found)[what] += 1


def add_announcement(total: Score, label: dict[str, Any], found: dict[str, Any]) -> None:
    total.ask("date", label.get("date") == found["date"])
    sexes = (label.get("women"), label.get("men")) == (found["women"], found["men"])
    total.ask("women and men", sexes)
    total.ask("names withheld", label.get("withheld", False) == found["names_withheld"])
    for name in label.get("named", []):
        total.ask("named found", any(name in other or other in name for other in found["named"]))
    for name in found["named"]:
        total.ask("named right", any(name in other or other in name for other in label.get("named", [])))


def add_figure(total: Score, label: dict[str, Any], found: dict[str, Any]) -> None:
    total.ask("qualifier", label["qualifier"] == found["qualifier"])
    if "who_says" in label:
        says = found["who_says"] or ""
        total.ask("who says", bool(says) and (says in label["who_says"] or label["who_says"] in says))
