"""Which language a text is in, by the little words each language can't do without."""

from collections.abc import Iterable

from .tokens import tokenize
from .vocabulary import languages, load

# The beginning of a text is enough.
ENOUGH_CHARACTERS = 6000
FALLBACK = "en"
# What a letter that the language doesn't have takes off the share of common words.
FOREIGN_LETTER = 0.1


def detect(text: str, codes: Iterable[str] | None = None) -> str:
    """The language whose common words fill the largest share of the text; English if none does."""
    keys = [token.key for token in tokenize(text[:ENOUGH_CHARACTERS]) if token.shape == "word"]
    letters = {letter for key in keys for letter in key}
    scores = {code: share(keys, load(code).common) for code in codes or languages()}
    for code in scores:
        foreign = letters & load(code).foreign_letters
        scores[code] -= FOREIGN_LETTER * len(foreign)
    best = max(scores, key=lambda code: scores[code], default=FALLBACK)
    return best if scores.get(best, 0) > 0 else FALLBACK


def share(keys: list[str], common: frozenset[str]) -> float:
    return sum(key in common for key in keys) / (len(keys) or 1)
