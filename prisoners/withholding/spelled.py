"""Where a text holds a name: in any script, in other spellings, in the cases of Slavic languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from prisoners.names.given_names import groups
from prisoners.names.likeness import likeness
from prisoners.names.scripts import bare, plain, script_of
from prisoners.names.words import PATRONYMIC, WORD, Word, words

# Marks and invisible signs within a word: without them a soft hyphen or a loose accent would hide a name.
WITHIN = "\u00ad\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060-\u2069\ufeff'’ʼ`´"
TOKEN = re.compile(rf"[^\W\d_]+(?:[{WITHIN}]+[^\W\d_]*)*")
# What may stand between two words of one name; a full stop only behind an initial.
BETWEEN = re.compile(r"[ \t\u00a0,_+\-\u2010-\u2015]{1,3}")
BEHIND_INITIAL = re.compile(r"\.?[ \t\u00a0]{0,2}-?")
UNSPACED_SCRIPTS = {"han", "hangul", "other"}
ALIKE, SHORT_ALIKE = 0.82, 0.94
SHORTEST_WITH_ENDINGS, SHORTEST_WITHIN, LONGEST_ENDING = 5, 6, 3
ADJECTIVE = re.compile(
    "(?:(?<=[сц]к)(?:ого|ому|им|ом|ой|ую|ая|аго|аму|ага|ім|ай|ою)|"
    "(?<=[sc]k)(?:iego|iemu|ogo|oho|omu|oi|oj|oy|uyu|uju|aya|aia|aja|aga|amu|im|iej|ym))$"
)
NOUN = re.compile("(?:ами|ями|ою|ой|ом|ем|ым|ам|ях|ах|[аяуюеыиі]|owi|ami|ym|om|em|oi|oj|oy|[aueyi])$")
CUT = re.compile("[аяоеиіыйьaeiouyj]$")
OTHER_WORD, TELLING_WORD = 1, 2


@dataclass(frozen=True, slots=True)
class Spot:
    """From where to where a name stands in a text; whole if more than one word of it stands there."""

    start: int
    end: int
    is_whole: bool


@dataclass
class Spellings:
    """The recorded spellings of one person's name, ready to be looked for.

    A surname tells a person by itself. A given name or patronymic does not; two words of the name beside each other do.
    """

    names: list[str]
    telling: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    known: dict[str, int] = field(default_factory=dict)
    # Those of them that have nothing to do with the name: nearly all.
    foreign: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name in self.names:
            parts = [word for word in words(name) if word.kind in (WORD, PATRONYMIC) and is_spaced(word.text)]
            telling = {word.text for word in parts if tells(word) or len(parts) == 1}
            self.telling |= telling
            self.others |= {word.text for word in parts} - telling

    def may_stand_in(self, text: str) -> bool:
        """Whether a text is worth going through: a word of it tells the person, or two of the name's are there.

        Most texts hold neither, and this asks no more than whether its words were met before.
        """
        tokens = TOKEN.findall(text)
        are_foreign = self.foreign.issuperset(tokens)
        meanings = [] if are_foreign else [found for each in tokens if (found := self.meaning(each))]
        is_told = TELLING_WORD in meanings or len(meanings) >= len(("given name", "patronymic"))
        return is_told or any(each.search(text) for each in self.whole)

    @cached_property
    def whole(self) -> list[re.Pattern[str]]:
        """Each name as it is written, in any case: for scripts that part no words."""
        return [re.compile(re.escape(name), re.IGNORECASE) for name in self.names]

    def spots(self, text: str) -> list[Spot]:
        """Where the name stands in a text, in order, none within another."""
        if not self.may_stand_in(text):
            return []
        found = [self.spot(run) for run in self.runs(text)]
        for name in self.whole:
            found += [Spot(*each.span(), is_whole=True) for each in name.finditer(text)]
        return apart(each for each in found if each is not None)

    def runs(self, text: str) -> list[list[tuple[re.Match[str], int]]]:
        """Words of the name that stand beside each other, initials with them."""
        runs: list[list[tuple[re.Match[str], int]]] = [[]]
        for token in TOKEN.finditer(text):
            meaning = self.meaning(token.group())
            if runs[-1] and not (meaning is not None and go_together(text, runs[-1][-1][0], token)):
                runs.append([])
            if meaning is not None:
                runs[-1].append((token, meaning))
        return [run for run in runs if run]

    def spot(self, run: list[tuple[re.Match[str], int]]) -> Spot | None:
        meanings = [meaning for _token, meaning in run if meaning]
        if TELLING_WORD not in meanings and len(meanings) < len(("given name", "patronymic")):
            return None
        return Spot(run[0][0].start(), run[-1][0].end(), is_whole=len(run) > 1)

    def meaning(self, token: str) -> int | None:
        """What a word of a text is to the name; 0 for an initial, None for a word that has nothing to do with it."""
        if len(token) == 1:
            return 0
        if token not in self.known:
            asked = Token.of(token)
            self.known[token] = max(
                TELLING_WORD * any(asked.is_form_of(word) for word in self.telling),
                OTHER_WORD * any(asked.is_form_of(word) for word in self.others),
            )
            if not self.known[token]:
                self.foreign.add(token)
        return self.known[token] or None


def is_spaced(word: str) -> bool:
    return script_of(word) not in UNSPACED_SCRIPTS


def tells(word: Word) -> bool:
    return word.kind == WORD and not groups(word.text)


def go_together(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    between = text[one.end() : other.start()]
    pattern = BEHIND_INITIAL if len(one.group()) == 1 else BETWEEN
    return pattern.fullmatch(between) is not None


def apart(spots: Iterable[Spot]) -> list[Spot]:
    """The spots in order; those that touch each other as one."""
    joined: list[Spot] = []
    for spot in sorted(spots, key=lambda each: (each.start, each.end)):
        if joined and spot.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Spot(last.start, max(last.end, spot.end), last.is_whole or spot.is_whole)
        else:
            joined.append(spot)
    return joined


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, taken apart once for all words of the name."""

    bare: str
    bases: frozenset[str]

    @classmethod
    def of(cls, token: str) -> Token:
        """Only a capitalised word is compared by its sound, and so has bases."""
        written = plain(token).strip("'")
        return cls(bare(written), frozenset() if is_lower(token) else bases(written))

    def is_form_of(self, word: str) -> bool:
        """Whether it is a word of a name: by its letters in any case, by its sound if it is capitalised."""
        if is_written_so(self.bare, bare(word)):
            return True
        return any(sounds_like(one, other) for one in self.bases for other in bases(word))


def is_lower(token: str) -> bool:
    """Whether it begins with a small letter; scripts without capitals have none."""
    return token[0] != token[0].upper()


def is_written_so(token: str, word: str) -> bool:
    if token == word:
        return True
    stem = CUT.sub("", word)
    if len(word) < SHORTEST_WITH_ENDINGS:
        return len(stem) > 1 and NOUN.sub("", token) == stem
    has_ending = token.startswith(stem) and len(token) - len(word) <= LONGEST_ENDING
    return has_ending or (len(word) >= SHORTEST_WITHIN and word in token)


def sounds_like(one: str, other: str) -> bool:
    is_short = min(len(one), len(other)) < SHORTEST_WITH_ENDINGS
    least = SHORT_ALIKE if is_short else ALIKE
    return likeness(one, other, least).score >= least


@lru_cache(maxsize=1000)
def bases(word: str) -> frozenset[str]:
    """A word, and what it may be the form of: Новицкого of Новицкий, Exemplarowi of Exemplar."""
    nominative = ADJECTIVE.sub("i" if word.isascii() else "ий", word)
    found = {word, nominative}
    stem = NOUN.sub("", word)
    if nominative == word and len(stem) >= SHORTEST_WITH_ENDINGS:
        found.add(stem)
    return frozenset(found)
