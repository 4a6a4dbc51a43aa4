"""A name taken apart: its words, and which of them are initials, patronymics and particles."""

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from prisoners.names.forms import forms
from prisoners.names.given_names import groups
from prisoners.names.scripts import plain, script_of
from prisoners.names.tables import particles, patronymic_words, patronymics

HYPHENS = "\\-‐‑‒–—−־"
BREAKS = r"\s\x00.,;:!?()\[\]{}<>/\\|\"“”„«»‹›*+=~_&%$#@^·•،؛؟。，、・‧"
APOSTROPHES = re.compile("['’‘ʼʻʹ`´′ʾʿ]+")
PIECES = re.compile(f"([^{BREAKS}]+)([.]?)")
HYPHEN = re.compile(f"[{HYPHENS}]+")
# Nothing to take apart but at spaces: nearly all names are so.
PLAIN_NAME = re.compile("[a-zà-öø-ÿа-яёіў ]+")
RUN = re.compile("[㐀-䶿一-鿿豈-﫿]{2,4}|[가-힯]{2,4}")
# A consonant that is killed, or has the next one below it, ends the syllable before it.
SYLLABLES = re.compile("[^\\s].*?(?=(?<!္)[က-ဪဿ](?!့?[်္])|$)")
# Servant of (one of God's names), written as one word by some and as two by others: Abdelfattah, Abd al-Fattah.
SERVANT_OF = re.compile("(abd|абд)(?:[aeiou]{1,2}|[аеиоуэы])(?:l(?!l)|ль?(?!л))?(?![lл])([^lл].{3,})")
INITIAL_SCRIPTS = {"latin", "cyrillic", "armenian", "georgian"}
TWO_LETTER_INITIALS = {
    "yu",
    "ya",
    "ye",
    "yo",
    "iu",
    "ia",
    "ju",
    "ja",
    "je",
    "zh",
    "kh",
    "ch",
    "sh",
    "ts",
    "dz",
    "дз",
    "дж",
    "th",
}
MOST_WORDS = 9
MOST_LETTERS_OF_A_NAME = 200

WORD, INITIAL, PATRONYMIC, PARTICLE = "word", "initial", "patronymic", "particle"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name. `hyphen` numbers the piece it came from: words with one number were joined by a hyphen."""

    text: str
    kind: str = WORD
    hyphen: int = -1


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[Word, ...]:
    """The words of a name in their order; an empty tuple for a text without letters."""
    text = plain(name[:MOST_LETTERS_OF_A_NAME])
    if PLAIN_NAME.fullmatch(text):
        return with_patronymic(tuple(classified(part, False, -1) for part in text.split()[:MOST_WORDS]))
    found: list[Word] = []
    for number, (piece, dot) in enumerate(PIECES.findall(text)):
        parts = [part for part in HYPHEN.split(APOSTROPHES.sub("'", piece)) if part.strip("'")]
        for part in parts:
            found += [
                classified(text, bool(dot), number if len(parts) > 1 or text != part else -1)
                for text in split_run(part)
            ]
    return with_patronymic(tuple(found[:MOST_WORDS]))


def index_words(name: str) -> set[str]:
    """The words a name is indexed by: its words, and those joined by a hyphen once more as one.

    The twin of the database's `prisoners_name_words`, which the index is built with.
    """
    found = set()
    for piece, _ in PIECES.findall(plain(name)):
        whole = APOSTROPHES.sub("'", piece)
        parts = HYPHEN.split(whole)
        found |= {*parts, "".join(parts), *(text for part in parts for text in split_run(part))}
    return {word.strip("'") for word in found} - {""}


def split_run(part: str) -> list[str]:
    """Chinese and Korean names are written without a space: the surname is the first sign, of four the first two."""
    if not RUN.fullmatch(part):
        return [part.strip("'")]
    surname = 2 if len(part) == 4 else 1
    return [part[:surname], part[surname:]]


def syllables(text: str) -> list[str]:
    """Burmese is written without spaces, and romanised a word for each syllable; Abdelfattah is one word or
    two; any other text is one piece."""
    if servant := SERVANT_OF.fullmatch(text):
        return list(servant.groups())
    return SYLLABLES.findall(text) if script_of(text) == "burmese" else [text]


@lru_cache(maxsize=50_000)
def classified(text: str, has_dot: bool, hyphen: int) -> Word:
    if script_of(text) in INITIAL_SCRIPTS and (len(text) == 1 or (has_dot and text in TWO_LETTER_INITIALS)):
        return Word(text, INITIAL, hyphen)
    return Word(text, PARTICLE if text in particles() else WORD, hyphen)


@cache
def patronymic_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{ending})" for ending in patronymics()["endings"]))


@lru_cache(maxsize=50_000)
def looks_like_patronymic(text: str) -> bool:
    """Whether a word ends as a father's name does; surnames on -ich do too, so the place in the name decides."""
    return len(text) > 4 and any(patronymic_pattern().search(form.sound) for form in forms(text)[:4])


def with_patronymic(found: tuple[Word, ...]) -> tuple[Word, ...]:
    """Marks the patronymic. Of two that could be one, it is the word after a given name, else the later."""
    marked = list(found)
    for place, word in enumerate(found):
        if word.text in patronymic_words():
            for part in range(max(0, place - 1), place + 1):
                marked[part] = replace(found[part], kind=PATRONYMIC)
    full = [place for place, word in enumerate(marked) if word.kind == WORD]
    if len(full) < 3 or any(word.kind == PATRONYMIC for word in marked):
        return tuple(marked)
    if likely := [place for place in full if looks_like_patronymic(marked[place].text)]:
        after_given = [place for place in likely if place and groups(marked[place - 1].text)]
        chosen = (after_given or likely)[-1]
        marked[chosen] = replace(marked[chosen], kind=PATRONYMIC)
    return tuple(marked)
