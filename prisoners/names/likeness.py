"""How alike two words of names are, and why."""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from django.utils.translation import gettext_noop as _
from rapidfuzz.distance import OSA, LCSseq

from prisoners.names.forms import Form, forms
from prisoners.names.given_names import SHORT, groups
from prisoners.names.scripts import bare, script_of

SAME_SPELLING = _("same spelling")
# The most that letters, a sound and different consonants can say.
BY_LETTERS, SAME_SOUND, NEVER_MORE_THAN = 0.97, 0.99, 0.94
TINY = 1e-9
similarity = OSA.normalized_similarity
SINITIC, ABJAD = "sinitic", "abjad"
# What nobody asks for is not measured: a lower likeness, or words with fewer consonants in common than such a share.
LEAST = 0.45
LEAST_SHARED = 0.4


@dataclass(frozen=True, slots=True)
class Likeness:
    """From 0 (nothing in common) to 1 (the same letters), with the reason in words."""

    score: float
    reason: str


NOTHING = Likeness(0.0, "")


@lru_cache(maxsize=200_000)
def likeness(one: str, other: str, least: float = 0.0) -> Likeness:
    """How alike two plain words are. Symmetric. Words less alike than `least` may be told to be even less: the higher
    it is, the quicker."""
    if one == other:
        return Likeness(1.0, SAME_SPELLING)
    if bare(one) == bare(other):
        return Likeness(0.995, _("same but for marks on letters"))
    best = by_given_name(one, other)
    if script_of(one) == script_of(other):
        best = max(best, by_letters(one, other, least), key=score)
    if not far_apart(one, other):
        best = max(best, by_sound(one, other, max(best.score, least - TINY)), key=score)
    return best


def score(found: Likeness) -> float:
    return found.score


def far_apart(one: str, other: str) -> bool:
    """Whether two words share so few consonants that no reading of them could be alike: most pairs, told cheaply."""
    these, shortest = consonants(one)
    those, other_shortest = consonants(other)
    return (these & those).bit_count() < LEAST_SHARED * max(shortest, other_shortest)


@lru_cache(maxsize=100_000)
def consonants(word: str) -> tuple[int, int]:
    """The consonants of all readings of a word, a bit for each, and how many the reading with the fewest has."""
    skeletons = {form.skeleton for form in forms(word)}
    bits = 0
    for letter in set("".join(skeletons)):
        bits |= 1 << (ord(letter) & 127)
    return bits, min(map(len, skeletons), default=0)


def by_letters(one: str, other: str, least: float = 0.0) -> Likeness:
    """By the letters as typed: a typing error is one letter, whatever it does to the sound."""
    alike = similarity(bare(one), bare(other))
    if BY_LETTERS * alike < least:
        return NOTHING
    gendered = 0.9 if differ_by_gender(forms(one)[0], forms(other)[0]) else 1.0
    return Likeness(BY_LETTERS * alike * gendered, _("a few letters differ"))


def by_given_name(one: str, other: str) -> Likeness:
    """By the table of given names: official forms of one name, or a short form."""
    own = groups(one)
    # Most words are no given name.
    shared = own.keys() & groups(other).keys() if own else None
    if not shared:
        return NOTHING
    short = min((groups(one)[group] == SHORT) + (groups(other)[group] == SHORT) for group in shared)
    return (
        Likeness(0.95, _("same given name in another language")),
        Likeness(0.90, _("given name is a short form")),
        Likeness(0.85, _("short forms of one given name")),
    )[short]


def by_sound(one: str, other: str, known: float = 0.0) -> Likeness:
    """By the pair of readings that agree best; what is less than `LEAST` or no more than known counts as nothing."""
    best = least = max(LEAST, known)
    others = forms(other)
    for first in forms(one):
        _sound, _fine, skeleton, heaviness, family, _is_feminine = first
        for second in others:
            weight = sqrt(heaviness * second[3])
            # The readings stand by their weights: what follows is lighter still.
            if SAME_SOUND * weight <= best:
                break
            # What nearly all pairs fail, told here because it is asked more often than anything else of a search.
            if similarity(skeleton, second[2]) < LEAST_SHARED and family == second[4]:
                continue
            alike = weight * forms_alike(first, second, best / weight)
            if alike > best:
                best = alike
    if best == least:
        return NOTHING
    reason = (
        _("same sound in another script")
        if script_of(one) != script_of(other)
        else _("another spelling of the same sound")
    )
    return Likeness(best, reason if best > 0.85 else _("sounds alike"))


def forms_alike(first: Form, second: Form, least: float = 0.0) -> float:
    """How alike two readings are; 0 as soon as it is clear that it is not more than `least`."""
    # The pieces at once, and what most pairs fail first: this is asked for more often than anything else of a search.
    sound, fine, skeleton, _weight, family, is_feminine = first
    other_sound, other_fine, other_skeleton, _other_weight, other_family, other_is_feminine = second
    if family != other_family and (SINITIC in (family, other_family) or ABJAD in (family, other_family)):
        return families_alike(first, second)
    if sound == other_sound:
        return SAME_SOUND if sound else 0.0
    consonants_alike = 1.0
    if skeleton != other_skeleton:
        if least >= NEVER_MORE_THAN:
            return 0.0
        consonants_alike = similarity(skeleton, other_skeleton)
        if consonants_alike < LEAST_SHARED:
            return 0.0
    alike = similarity(fine, other_fine)
    if consonants_alike < 1 and NEVER_MORE_THAN * (0.3 + 0.4 * alike + 0.3 * consonants_alike) <= least:
        return 0.0
    sounds_alike = similarity(sound, other_sound)
    if consonants_alike == 1:
        alike = 0.76 + 0.12 * alike + 0.1 * sounds_alike
    else:
        alike = NEVER_MORE_THAN * (0.3 * sounds_alike + 0.4 * alike + 0.3 * consonants_alike)
    # A woman's form of a surname is kept apart from a man's: they are two people.
    return alike if is_feminine == other_is_feminine else 0.85 * alike


def families_alike(first: Form, second: Form) -> float:
    """Chinese and Korean readings join sounds that other languages keep apart: only their like may meet them."""
    if SINITIC in (first.family, second.family) or not (first.sound and second.sound):
        return 0.0
    return abjad_alike(first, second)


def abjad_alike(first: Form, second: Form) -> float:
    """One side has no short vowels: the skeletons count, and the long vowels should be among the other's."""
    unvowelled, vowelled = (first, second) if first.family == ABJAD else (second, first)
    among = LCSseq.similarity(unvowelled.fine, vowelled.fine) / max(1, len(unvowelled.fine))
    return 0.82 * similarity(first.skeleton, second.skeleton) + 0.13 * among


def differ_by_gender(first: Form, second: Form) -> bool:
    """One is a woman's form of a surname, the other isn't: kept apart, because they are two people."""
    return first.is_feminine != second.is_feminine
