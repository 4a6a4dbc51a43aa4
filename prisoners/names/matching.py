"""How well a name answers a query: its words laid beside the query's, weighted by how rare they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter

from django.utils.translation import gettext_noop as _

from prisoners.names.forms import forms
from prisoners.names.given_names import groups
from prisoners.names.likeness import NOTHING, SAME_SPELLING, Likeness, likeness
from prisoners.names.scripts import bare, script_of
from prisoners.names.words import INITIAL, PARTICLE, PATRONYMIC, WORD, Word, syllables, words

Rarity = Callable[[str], float]
# The place of a word of the query, of one of the name, and how alike they are.
Pair = tuple[int, int, Likeness]
LEAST_LIKENESS = 0.5
WEIGHTS = {WORD: 1.0, INITIAL: 0.35, PATRONYMIC: 0.3, PARTICLE: 0.1}
# What a word of the stored name costs when the query doesn't have it, as a share of its weight.
UNASKED = {WORD: 0.3, INITIAL: 0.2, PATRONYMIC: 0.05, PARTICLE: 0.05}
# The share of a patronymic's weight that is forgiven when the stored name has none.
UNANSWERED_PATRONYMIC = 0.35
SWAPPED = 0.004
SAME = Likeness(1.0, SAME_SPELLING)
INITIAL_ANSWERS = _("initial")
GOOD_ENOUGH = 0.9
SHORT_SCRIPTS = {"han", "hangul", "arabic", "burmese"}


@dataclass(frozen=True, slots=True)
class Match:
    """The score of a name for a query (1 is the same spelling) and the reason in words.

    `weakest` is the likeness of the word of the query that is answered worst; 0 if one is not answered by itself.
    """

    score: float
    reason: str
    weakest: float = 0.0


def match(query: str, name: str, rarity: Rarity = lambda word: 0.5, *, is_half_typed: bool = False) -> Match:
    """The best of the ways to lay the two side by side. `is_half_typed`: the last word may be only begun."""
    asked, stored = words(query), words(name)
    if is_half_typed:
        asked = completed(asked, stored)
    best = laid_side_by_side(asked, stored, rarity)
    # Joining costs much and can't help where a single word has its answer, or each side is a surname and a given name.
    answered = best.weakest if len(asked) == 1 else best.score
    if answered >= GOOD_ENOUGH or len(asked) == len(stored) <= 2:
        return best
    asked_ways = [asked, *(way for way, whole in joined(asked) if may_meet(whole, stored)), *parted(asked)]
    stored_ways = [stored, *(way for way, whole in joined(stored) if may_meet(whole, asked)), *parted(stored)]
    for other_asked in asked_ways:
        for other_stored in stored_ways:
            if (other_asked, other_stored) != (asked, stored):
                found = laid_side_by_side(other_asked, other_stored, rarity)
                if found.score > best.score:
                    best = found if other_asked is asked else replace(found, weakest=0.0)
    return best


def may_meet(whole: str, others: Sequence[Word]) -> bool:
    """Whether some word is about as long as one that was joined from several; some scripts write shorter."""
    return any(script_of(word.text) in SHORT_SCRIPTS or 3 * len(word.text) >= 2 * len(whole) for word in others)


def completed(asked: tuple[Word, ...], stored: tuple[Word, ...]) -> tuple[Word, ...]:
    """The query with its last word completed to the first stored word that begins with it."""
    begun = asked[-1].text if asked else ""
    sound = forms(begun)[0].sound if forms(begun) else begun
    for word in stored:
        if bare(word.text).startswith(bare(begun)) or any(
            form.sound.startswith(sound) for form in forms(word.text)[:1]
        ):
            return (*asked[:-1], word)
    return asked


def joined(parts: tuple[Word, ...]) -> list[tuple[tuple[Word, ...], str]]:
    """The same name with two to four neighbours written as one, and that one: Abd al-Hadi as Abdalhadi."""
    variants = []
    for length in (2, 3, 4):
        for start in range(len(parts) - length + 1):
            pieces = parts[start : start + length]
            if all(piece.kind != INITIAL for piece in pieces):
                whole = Word(
                    "".join(piece.text for piece in pieces), pieces[-1].kind if pieces[-1].kind == PATRONYMIC else WORD
                )
                variants.append(((*parts[:start], whole, *parts[start + length :]), whole.text))
    return variants


def parted(parts: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """The same name with a word for each syllable, or some, where a script writes several words as one."""
    way = tuple(Word(text, word.kind) for word in parts for text in syllables(word.text))
    return [way, *(other for other, _ in joined(way))] if len(way) > len(parts) else []


def weight(word: Word, rarity: Rarity) -> float:
    if word.kind != WORD:
        return WEIGHTS[word.kind]
    return (0.75 if groups(word.text) else 1.0) * (0.6 + 0.8 * rarity(word.text))


def compare(asked: Word, stored: Word) -> Likeness:
    """Two words beside each other; an initial answers a word that begins with its sound."""
    if INITIAL in (asked.kind, stored.kind):
        return initial_alike(asked.text, stored.text)
    return likeness(asked.text, stored.text, LEAST_LIKENESS)


def initial_alike(one: str, other: str) -> Likeness:
    if one[0] == other[0]:
        return Likeness(0.9, INITIAL_ANSWERS)
    starts = {form.sound[:1] for form in forms(one)} & {form.sound[:1] for form in forms(other)}
    glides = {form.sound.lstrip("j")[:1] for form in forms(one)} & {form.sound.lstrip("j")[:1] for form in forms(other)}
    return (
        Likeness(0.85, INITIAL_ANSWERS)
        if starts - {""}
        else Likeness(0.7, INITIAL_ANSWERS)
        if glides - {""}
        else NOTHING
    )


def laid_side_by_side(asked: Sequence[Word], stored: Sequence[Word], rarity: Rarity) -> Match:
    """The score of the best pairing of words: likeness by weight, less what is left over on either side."""
    pairs = best_pairs(asked, stored)
    weights = [weight(word, rarity) for word in asked]
    total = sum(weights)
    if not total or not pairs:
        return Match(0.0, "")
    answered, answers = {asked_at for asked_at, _, _ in pairs}, {stored_at for _, stored_at, _ in pairs}
    gained = sum(weights[asked_at] * sharpened(found.score) for asked_at, _, found in pairs)
    forgiven = sum(
        UNANSWERED_PATRONYMIC * weights[place]
        for place, word in enumerate(asked)
        if word.kind == PATRONYMIC and place not in answered
    )
    unasked = sum(
        UNASKED[word.kind] * weight(word, rarity) for place, word in enumerate(stored) if place not in answers
    )
    swapped = sum(later[1] < earlier[1] for earlier, later in pairwise(pairs))
    score = gained / (total - forgiven + unasked) - SWAPPED * swapped
    alone = any(word.kind == WORD and place not in answered for place, word in enumerate(asked))
    weakest = 0.0 if alone else min(found.score for _, _, found in pairs)
    return Match(max(0.0, score), "; ".join(dict.fromkeys(found.reason for _, _, found in pairs)), weakest)


def sharpened(score: float) -> float:
    """Half-alike words are worth little: two of them must not outweigh one that fits."""
    return score if score >= 0.93 else score * (score / 0.93) ** 1.5


def best_pairs(asked: Sequence[Word], stored: Sequence[Word]) -> list[Pair]:
    """Each word at most once, the most alike first; words too unlike stay alone."""
    pairs = [(first, second) for first in range(len(asked)) for second in range(len(stored))]
    # Nothing is more alike than a word to itself: such words need not be compared with the others.
    taken = alone((first, second, SAME) for first, second in pairs if same_word(asked[first], stored[second]))
    answered, answers = {first for first, _, _ in taken}, {second for _, second, _ in taken}
    taken += alone(
        (first, second, found)
        for first, second in pairs
        if first not in answered
        and second not in answers
        and (found := compare(asked[first], stored[second])).score >= LEAST_LIKENESS
    )
    return sorted(taken, key=itemgetter(0))


def same_word(one: Word, other: Word) -> bool:
    return one.text == other.text and one.kind != INITIAL != other.kind


def alone(pairs: Iterable[Pair]) -> list[Pair]:
    """Of pairs of places those that share none with a better one: more alike, or else nearer."""
    taken: list[Pair] = []
    for first, second, found in sorted(pairs, key=lambda pair: (-pair[2].score, abs(pair[0] - pair[1]))):
        if all(first != one and second != other for one, other, _ in taken):
            taken.append((first, second, found))
    return taken
