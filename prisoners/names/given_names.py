"""Given names in groups: the forms of one name across languages, and its short and pet forms."""

from functools import cache, lru_cache

from prisoners.names.forms import forms, key
from prisoners.names.scripts import plain
from prisoners.names.tables import rows

# A short form such as Саша belongs to several groups; a formal one is rarely in two.
FORMAL, SHORT = "formal", "short"
LEAST_WEIGHT = 0.985
# A form of the table is read in fewer schemes than a word that is asked for: the Jan of a Pole is no Spanish Khan.
LEAST_WEIGHT_IN_TABLE = 0.99


def sounds(word: str, least: float = LEAST_WEIGHT) -> set[str]:
    """How a given name is spoken in the likelier schemes."""
    return {form.sound for form in forms(word) if form.weight >= least and form.family == "sound" and form.sound}


def sounds_in_table(word: str) -> set[str]:
    """How a form of the table is spoken; ICAO Doc 9303 writes a first Е as E, where others write Ye or Je."""
    found = sounds(word, LEAST_WEIGHT_IN_TABLE)
    return found | {sound[1:] for sound in found if word[0] in "еє" and sound.startswith("je")}


@cache
def table() -> dict[str, dict[str, str]]:
    """For each sound the groups it may belong to, and whether as a formal or as a short form."""
    by_sound: dict[str, dict[str, str]] = {}
    for row in rows("given_names.csv"):
        for kind in (SHORT, FORMAL):
            for word in row[kind].split():
                for sound in sounds_in_table(plain(word)):
                    by_sound.setdefault(sound, {})[row["group"]] = kind
    return by_sound


@lru_cache(maxsize=100_000)
def groups(word: str) -> dict[str, str]:
    """The groups a plain word may belong to with the kind of form; empty when it is no known given name."""
    found: dict[str, str] = {}
    for sound in sorted(sounds(word)):
        for group, kind in table().get(sound, {}).items():
            if found.get(group) != FORMAL:
                found[group] = kind
    return found


def group_keys(word: str) -> set[int]:
    """Keys that all forms of one given name share."""
    return {key("g", group) for group in groups(word)}


@cache
def sex_of_group() -> dict[str, str]:
    return {row["group"]: row["sex"] for row in rows("given_names.csv")}


def sexes(word: str) -> set[str]:
    """`f`, `m` or both by the formal given names a plain word may be; empty when it is none."""
    return {sex_of_group()[group] for group, kind in groups(word).items() if kind == FORMAL} - {""}
