"""From a word in any script to how it may be read aloud: a few strings of sounds, one per scheme of spelling.

Sounds are single letters: S Z C J for sh zh ch dzh, c D for ts dz, x for kh, N for ng, j for the glide; the rest are
as in Latin.
"""

import re
from dataclasses import dataclass

from anyascii import anyascii

from prisoners.names.scripts import bare, script_of
from prisoners.names.tables import Scheme, schemes

MOST_READINGS = 14
MOST_READINGS_OF_A_SCHEME = 8
MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """How a word sounds in one scheme. The weight says how far to trust it (1 is best)."""

    sounds: str
    weight: float
    family: str = "sound"


def readings(word: str) -> tuple[Reading, ...]:
    """The distinct readings of a plain word, the likeliest first; at least one, empty for a word without sounds."""
    word = word[:MOST_LETTERS]
    script = script_of(word)
    if not schemes(script):
        word, script = re.sub("[^a-z]", "", anyascii(word).lower()), "latin"
    best: dict[tuple[str, str], Reading] = {}
    for scheme in schemes(script):
        for reading in readings_in(word, scheme):
            best.setdefault((reading.sounds, reading.family), reading)
    return tuple(best.values())[:MOST_READINGS] or (Reading("", 1.0),)


def readings_in(word: str, scheme: Scheme) -> list[Reading]:
    """The readings in one scheme: none where the word can't be spelt in it."""
    written = word
    if not scheme.letters.issuperset(word):
        written = "".join(letter if letter in scheme.letters else bare(letter) for letter in word)
    if scheme.when and not scheme.when.search(written):
        return []
    spoken, end = [""], 0
    for match in scheme.rules.finditer(written):
        outputs = scheme.outputs[match.lastindex - 1] if match.lastindex else ("",)
        if len(spoken) * len(outputs) > MOST_READINGS_OF_A_SCHEME:
            outputs = outputs[:1]
        # Letters no rule speaks of stand for themselves.
        spoken = [start + written[end : match.start()] + output for output in outputs for start in spoken]
        end = match.end()
    spoken = [start + written[end:] for start in spoken]
    family = "abjad" if scheme.is_abjad else scheme.family
    return [Reading(sounds, scheme.weight, family) for sounds in dict.fromkeys(spoken) if sounds]
