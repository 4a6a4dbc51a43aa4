"""The tables of this package, read once: letter values per scheme, given names, patronymics, particles."""

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Scheme:
    """One way of reading letters: ordered rules, of which the first that fits at a place is used."""

    name: str
    script: str
    weight: float
    family: str
    is_abjad: bool
    when: re.Pattern[str] | None
    rules: re.Pattern[str]
    outputs: tuple[tuple[str, ...], ...]
    letters: frozenset[str]


def read_scheme(path: Path) -> Scheme:
    """A scheme from its TOML file; ValueError with the file's name if a rule is no pattern."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    patterns = [pattern for pattern, _ in table["rules"]]
    try:
        rules = re.compile("|".join(f"({pattern})" for pattern in patterns), re.DOTALL)
        when = re.compile(table["when"]) if "when" in table else None
    except re.error as error:
        raise ValueError(f"{path.name}: a rule is not a pattern: {error}") from error
    if rules.groups != len(patterns):
        raise ValueError(f"{path.name}: write groups in rules as (?:...) or look-arounds")
    return Scheme(
        name=path.stem,
        script=table["script"],
        weight=table["weight"],
        family=table.get("family", "sound"),
        is_abjad=table.get("abjad", False),
        when=when,
        rules=rules,
        outputs=tuple(tuple(output.split("|")) for _, output in table["rules"]),
        letters=frozenset("".join(patterns) + table.get("when", "")),
    )


@cache
def schemes(script: str) -> tuple[Scheme, ...]:
    """The schemes for a script, the likeliest first."""
    every = (read_scheme(path) for path in sorted((FOLDER / "schemes").glob("*.toml")))
    return tuple(sorted((scheme for scheme in every if scheme.script == script), key=lambda scheme: -scheme.weight))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV table; lines that start with # are comments."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def particles() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("particles.csv"))


@cache
def patronymic_words() -> frozenset[str]:
    """Words that make the word before them a father's name: oglu, qızı, uulu."""
    return frozenset(patronymics()["words"])


@cache
def patronymics() -> dict[str, list[str]]:
    table = tomllib.loads((FOLDER / "patronymics.toml").read_text(encoding="utf-8"))
    return {"endings": table["endings"], "words": table["words"]}
