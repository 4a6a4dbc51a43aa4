"""Names of people in a sentence: capitalised words in a row that are nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from .tokens import Token
from .vocabulary import Vocabulary

MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, or what looks like one, at tokens `first` up to `last`."""

    text: str
    first: int
    last: int


def find_names(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Name]:
    """Rows of two to four capitalised words that name no office, place of law, or organisation."""
    blocked = blocked_places(tokens, vocabulary)
    cues = [cue for cue in vocabulary.find("names", tokens) if cue.kind == "organisations"]
    organisations = frozenset(cue.first for cue in cues)
    found: list[Name] = []
    index = 0
    while index < len(tokens):
        last = name_end(tokens, index, vocabulary, blocked)
        first = index if last is None else without_opening(tokens, index, last, vocabulary)
        if last is not None and vocabulary.capital_nouns and last - first > 2:
            first = without_noun(tokens, first, last)
        is_name = last is not None and last - first >= 2 and last not in organisations
        # "Twenty-eight Xish Ys" are no person
        is_name = is_name and not (first and is_number(tokens[first - 1], vocabulary))
        if is_name and last and is_person(tokens, first, last, blocked, vocabulary.adjective_endings):
            text = " ".join(token.text for token in tokens[first:last])
            found.append(Name(text, first, last))
        index = last or index + 1
    return found


def blocked_places(tokens: Sequence[Token], vocabulary: Vocabulary) -> frozenset[int]:
    """Places of titles, months, weekdays and common capitalised words: never part of a name."""
    places: set[int] = set()
    for section in ("titles", "months", "weekdays", "sources"):
        for cue in vocabulary.find(section, tokens):
            places.update(cue.span)
    for cue in vocabulary.find("names", tokens):
        if cue.kind in ("not_names", "organisations"):
            places.update(cue.span)
    for cue in vocabulary.find("people", tokens):
        if cue.kind in ("political", "prisoners", "people", "roles"):
            places.update(cue.span)
    return frozenset(places)


def name_end(tokens: Sequence[Token], index: int, vocabulary: Vocabulary, blocked: frozenset[int]) -> int | None:
    """Where the row of capitalised words that starts at `index` ends."""
    if not is_name_word(tokens[index]) or index in blocked:
        return None
    last = index + 1
    while last < len(tokens) and last - index < MOST_WORDS + 1:
        token = tokens[last]
        if is_name_word(token) and last not in blocked:
            last += 1
        elif token.key in vocabulary.particles and name_goes_on(tokens, last):
            last += 2
        elif is_initial_stop(tokens, last):
            last += 1
        else:
            break
    return last


def name_goes_on(tokens: Sequence[Token], index: int) -> bool:
    return index + 1 < len(tokens) and is_name_word(tokens[index + 1])


def is_initial_stop(tokens: Sequence[Token], index: int) -> bool:
    """The full stop after an initial: `A. Surname`."""
    if tokens[index].text != "." or len(tokens[index - 1].text) != 1:
        return False
    return name_goes_on(tokens, index)


def is_name_word(token: Token) -> bool:
    """A capitalised word or an initial; an abbreviation in capitals (UN, OSCE) is none."""
    if token.shape != "word" or not token.is_capital:
        # al-Sisi, ad-Din: the particle is part of the word
        return (
            token.shape == "word"
            and "-" in token.text
            and token.text[:2].islower()
            and (token.text.split("-", 1)[1][:1].isupper())
        )
    return not (token.text.isupper() and 1 < len(token.text) < 6) and "." not in token.text


def without_opening(tokens: Sequence[Token], first: int, last: int, vocabulary: Vocabulary) -> int:
    """At the start of a sentence the first capital may belong to a plain word."""
    while first < last and (tokens[first].key in vocabulary.openers or is_number(tokens[first], vocabulary)):
        first += 1
    return first


def is_number(token: Token, vocabulary: Vocabulary) -> bool:
    """`Twenty-eight Xs`."""
    return all(part in vocabulary.number_words for part in token.key.split("-"))


def without_noun(tokens: Sequence[Token], first: int, last: int) -> int:
    """Where nouns have capitals too, only the last two words are the name: `Lehrerin NAME NAME`."""
    if all(token.is_capital for token in tokens[first:last]):
        return last - 2
    return first


def is_person(
    tokens: Sequence[Token],
    first: int,
    last: int,
    blocked: frozenset[int],
    endings: tuple[str, ...],
) -> bool:
    """A row that touches a common capitalised word is part of a title: `Human Rights Watch`."""
    after = tokens[last] if last < len(tokens) else None
    if after and last in blocked and (after.is_capital or tokens[last - 1].key.endswith(endings)):
        return False
    return not any(index in blocked for index in range(first, last))


def same_person(one: str, other: str) -> bool:
    """Whether two mentions are one person: all words of the shorter stand in the longer."""
    ours, theirs = one.split(), other.split()
    if len(ours) > len(theirs):
        ours, theirs = theirs, ours
    return all(any(same_word(word, twin) for twin in theirs) for word in ours)


def same_word(one: str, other: str) -> bool:
    """Equal but for an ending of case: up to three letters of a long word, one of a short one."""
    shared = min(len(one), len(other))
    kept = max(3, shared - (3 if shared >= 8 else 2 if shared >= 6 else 1))
    return abs(len(one) - len(other)) <= (2 if shared > 3 else 0) and one[:kept] == other[:kept]
