"""Women and men among people named in full, by what languages put into a name."""

import tomllib
from functools import cache
from pathlib import Path

from prisoners.names.given_names import sexes as sexes_of_given_name
from prisoners.names.scripts import plain

from .tokens import fold
from .vocabulary import Vocabulary

WOMEN, MEN = "women", "men"
FOLDER = Path(__file__).parent
# Fathers' names that are no surnames, and the words of a daughter or a son.
DAUGHTER = ("ovna", "evna", "avna", "ichna", "овна", "евна", "аўна", "еўна", "івна", "ївна", "ична", "ічна")
DAUGHTER_WORDS = frozenset(("qizi", "qızı", "gizi", "kyzy", "kizi", "кызы", "гызы"))
SON_WORDS = frozenset(("oglu", "oğlu", "ogly", "oghlu", "оглы", "оглу", "огли"))
# Endings of surnames: Slavic and Azerbaijani, Polish, Czech, Lithuanian.
WOMANS_SURNAME = (
    "skaya", "skaia", "skaja", "ska", "cka", "ská", "ová", "ienė", "aitė", "ytė", "utė",
    "ская", "цкая", "ська", "цька",
)  # fmt: skip
MANS_SURNAME = (
    "ov", "ev", "yov", "sky", "skiy", "skyi", "skij", "ski", "cki",
    "ов", "ев", "ёв", "ский", "цкий", "скі", "цкі", "ський", "цький",
)  # fmt: skip
# Also how Spanish and Italian surnames may end (Córdova, Villanueva), and a man's name in the accusative (Иванова).
WOMANS_OR_NOT = ("ova", "eva", "ова", "ева", "ёва", "ава")
ROMANCE = frozenset(("es", "it", "pt"))
# Arabic names of fathers and servants of God are men's.
MANS_GIVEN_NAME = ("abdul", "abdel", "abdal", "abul", "abu-")
VIETNAMESE = frozenset(
    (
        "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
        "ly", "trinh", "dinh", "truong",
    )
)  # fmt: skip


def sex_of(name: str, vocabulary: Vocabulary) -> str | None:
    """`women` or `men` where the parts of a name agree and one of them is sure; None otherwise."""
    words = [fold(word) for word in name.split()]
    given = by_given_name(plain(name.split()[0]), vocabulary)
    found = {sex for sex in (by_father(words), by_surname(words[-1], vocabulary), given) if sex}
    return found.pop() if len(found) == 1 else None


def by_father(words: list[str]) -> str | None:
    """A patronymic; a man's ends as surnames do, so that it counts only between two other words."""
    if DAUGHTER_WORDS.intersection(words) or any(word.endswith(DAUGHTER_ENDINGS) for word in words[1:]):
        return WOMEN
    between = words[1:-1]
    if SON_WORDS.intersection(words) or any(word.endswith(SON_ENDINGS) for word in between):
        return MEN
    if words[0] in VIETNAMESE and len(words) > 2:
        return WOMEN if "thi" in between else MEN if "van" in between else None
    return None


def by_surname(word: str, vocabulary: Vocabulary) -> str | None:
    if word.endswith(MANS_ENDINGS):
        return MEN
    if word.endswith(WOMANS_ENDINGS):
        return WOMEN
    sure = vocabulary.code not in ROMANCE and not vocabulary.nominative
    return WOMEN if sure and word.endswith(WOMANS_OR_NOT_ENDINGS) else None


def by_given_name(word: str, vocabulary: Vocabulary) -> str | None:
    """By the tables; a name that may be a man's in another case (Валерия, Александра) says nothing."""
    if word.startswith(MANS_GIVEN_NAME):
        return MEN
    found = in_tables(word)
    if WOMEN in found and vocabulary.nominative and word[-1] in "аяa":
        found |= {sex for ending in ("", "й", "ь", "о", "o") for sex in in_tables(word[:-1] + ending)}
    return found.pop() if len(found) == 1 else None


def in_tables(word: str) -> set[str]:
    letters = {"f": WOMEN, "m": MEN}
    return {letters[sex] for sex in sexes_of_given_name(word)} | given_names().get(fold(word), set())


def folded(endings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(ending) for ending in endings)


DAUGHTER_ENDINGS = folded(DAUGHTER)
SON_ENDINGS = folded(("ovich", "evich", "avich", "ович", "евич", "авіч", "евіч", "ович", "йович"))
MANS_ENDINGS, WOMANS_ENDINGS = folded(MANS_SURNAME), folded(WOMANS_SURNAME)
WOMANS_OR_NOT_ENDINGS = folded(WOMANS_OR_NOT)


@cache
def given_names() -> dict[str, set[str]]:
    """The sexes of common given names by their folded form."""
    with open(FOLDER / "given_names.toml", "rb") as file:
        table = tomllib.load(file)
    found: dict[str, set[str]] = {}
    for group in table.values():
        for sex, names in group.items():
            for name in names.split():
                found.setdefault(fold(name), set()).add(sex)
    return found
