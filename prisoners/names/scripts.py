"""Which script a word is written in, and its plain form: lower case, composed, without invisible marks."""

import re
import unicodedata
from functools import lru_cache

RANGES = (
    ("latin", "A-Za-zÀ-ɏḀ-ỿ"),
    ("cyrillic", "Ѐ-ԯᲀ-᲏ⷠ-ⷿꙀ-ꚟ"),
    ("arabic", "؀-ۿݐ-ݿࢠ-ࣿﭐ-﷿ﹰ-﻿"),
    ("armenian", "Ա-֏ﬓ-ﬗ"),
    ("georgian", "Ⴀ-ჿᲐ-Ჿⴀ-ⴭ"),
    ("han", "㐀-䶿一-鿿豈-﫿"),
    ("burmese", "က-႟ꩠ-ꩿꧠ-ꧾ"),
    ("hangul", "가-힯ᄀ-ᇿ"),
)
SCRIPT_PATTERNS = tuple((script, re.compile(f"[{letters}]")) for script, letters in RANGES)
# Tatweel, Arabic vowel signs, zero-width joiners and direction marks say nothing about the sound of a name.
INVISIBLE = re.compile("[\u00ad\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Letters that Unicode does not take apart although they are a letter with a mark.
UNDIVIDED = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ə": "a",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "þ": "th",
        "ð": "d",
        "ў": "у",
        "ґ": "г",
        "ё": "е",
    }
)


@lru_cache(maxsize=50_000)
def script_of(word: str) -> str:
    """The script of the first letter that has a known one; "other" where there is none."""
    for letter in word:
        for script, pattern in SCRIPT_PATTERNS:
            if pattern.match(letter):
                return script
    return "other"


def plain(text: str) -> str:
    """Lower case and composed, so that two ways of typing one letter are equal; never raises."""
    composed = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).lower()
    return unicodedata.normalize("NFC", composed.replace("i̇", "i"))


@lru_cache(maxsize=50_000)
def bare(word: str) -> str:
    """The word without marks above or below its letters: what is left when a keyboard lacks them."""
    divided = unicodedata.normalize("NFD", word.translate(UNDIVIDED))
    return unicodedata.normalize("NFC", "".join(letter for letter in divided if not unicodedata.combining(letter)))
