"""From a reading to comparable forms: the sound, the fine form (vowels in classes), the skeleton (consonants only)."""

from __future__ import annotations

import re
from typing import NamedTuple
from zlib import crc32

from prisoners.names.readings import Reading, readings

# What spellings of one name vary between languages; see docs/names.md for examples of each.
SOUND_RULES = (
    (re.compile("[ghx]+"), "g"),
    (re.compile("q"), "k"),
    (re.compile("w"), "v"),
    (re.compile("(?<=.)(skj?[yi]j?|sk[yi]i|ckj?[yi]j?)$"), "ski"),
    # -eff and -off are Russian, -ef is Arabic as well: Youssef.
    (re.compile("(?<=.)(?:(o)j?f+|(e)j?ff+)$"), r"\1\2v"),
    (re.compile("(?<=[^aeiouy])([yi]j|[yi]i|[yi])$"), "i"),
    (re.compile("y"), "i"),
    (re.compile("ij"), "i"),
    (re.compile("ji"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)
SOFTENED = re.compile("(?<=[^aeiouj])j(?=[aeou])")
FINE_CLASSES = str.maketrans({"o": "a", "e": "a", "c": "t", "D": "d", "S": "s", "Z": "z", "N": "n", "j": "", "y": "i"})
SKELETON_CLASSES = str.maketrans({"c": "t", "D": "d", "S": "s", "Z": "z", "N": "n"})
SHORTEST_WITH_ERRORS, SHORTEST_SKELETON_WITH_ERRORS = 4, 3
MOST_REMEMBERED = 100_000
remembered: dict[str, tuple[Form, ...]] = {}
READINGS_KEPT, READINGS_ASKED = 2, 4
DOUBLED = re.compile(r"(.)\1+")
# A woman's surname: -ova, -ina, -skaja, -ckaja and their shortened spellings.
FEMININE_ENDING = re.compile("(?:(?:[oea]v|in)[ao]|[szc]k[ao]j?[ao]|vaja|naja)$")


class Form(NamedTuple):
    """One reading of a word, ready to compare."""

    sound: str
    fine: str
    skeleton: str
    weight: float
    family: str
    is_feminine: bool

    def packed(self) -> str:
        return f"{self.sound}|{self.fine}|{self.skeleton}|{self.weight}|{self.family}|{self.is_feminine:d}"

    @classmethod
    def unpacked(cls, text: str) -> Form:
        sound, fine, skeleton, weight, family, is_feminine = text.split("|")
        return cls(sound, fine, skeleton, float(weight), family, is_feminine == "1")


def form(reading: Reading) -> Form:
    """The comparable forms of a reading."""
    sound = reading.sounds
    for pattern, replacement in SOUND_RULES:
        sound = pattern.sub(replacement, sound)
    fine = DOUBLED.sub(r"\1", sound.translate(FINE_CLASSES))
    spoken = SOFTENED.sub("", sound)
    return Form(spoken, fine, skeleton(sound), reading.weight, reading.family, bool(FEMININE_ENDING.search(spoken)))


def skeleton(sound: str) -> str:
    """The consonants in their classes; a first vowel or glide is kept as A, so that Abramov is not Bromov."""
    consonants = re.sub("[aeiouyj]", "", sound.translate(SKELETON_CLASSES))
    start = "A" if re.match("[aeiouyj]", sound) else ""
    return DOUBLED.sub(r"\1", start + consonants)


def forms(word: str) -> tuple[Form, ...]:
    """The distinct forms of a plain word, the likeliest first."""
    return remembered.get(word) or remember(word, made_forms(word))


def remember(word: str, found: tuple[Form, ...]) -> tuple[Form, ...]:
    """Keep the forms of a word at hand; the dictionary of the index has them ready."""
    if len(remembered) >= MOST_REMEMBERED:
        remembered.clear()
    remembered[word] = found
    return found


def made_forms(word: str) -> tuple[Form, ...]:
    distinct = {(found.sound, found.family): found for found in reversed([form(reading) for reading in readings(word)])}
    return tuple(sorted(distinct.values(), key=lambda found: -found.weight))


def deletions(text: str) -> set[str]:
    """The text with one letter left out, for each place."""
    return {text[:place] + text[place + 1 :] for place in range(len(text))}


def key(kind: str, text: str) -> int:
    """A key of the index: 32 bits with a sign, as PostgreSQL's integer; a collision only costs a comparison."""
    number = crc32(f"{kind}:{text}".encode())
    return number - (1 << 32) if number >= (1 << 31) else number


def exact_keys(word: str) -> set[int]:
    """Keys under which words that may be the same name share at least one."""
    return {
        key("s", found.skeleton if len(found.skeleton) > 2 else found.skeleton + found.fine)
        for found in forms(word)
        if found.fine
    }


def near_keys(word: str, *, is_asked: bool = False) -> set[int]:
    """Keys that words share when one letter that counts was left out, put in or mistyped.

    Vowels count here: a skeleton with a consonant less would fit too many words, unless it is long. Words with vowels
    and words of a script without them can only meet by skeletons: a word is kept for the other kind, and `is_asked`
    looks for it there. A word is kept by its likeliest readings and looked for by some more.
    """
    near: set[str] = set()
    for found in forms(word)[: READINGS_ASKED if is_asked else READINGS_KEPT]:
        if len(found.fine) >= SHORTEST_WITH_ERRORS:
            near |= deletions(found.fine) | {found.fine}
        if len(found.skeleton) > SHORTEST_WITH_ERRORS:
            near |= {f"~{text}" for text in deletions(found.skeleton) | {found.skeleton}}
        if len(found.skeleton) >= SHORTEST_SKELETON_WITH_ERRORS and (is_asked or found is forms(word)[0]):
            for_abjad = (found.family == "abjad") == is_asked
            near |= {f"{for_abjad}{text}" for text in deletions(found.skeleton) | {found.skeleton}}
    return {key("d", text) for text in near}
