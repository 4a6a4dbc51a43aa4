"""On what conditions people were freed, and what was taken from them, in the words of the text."""

from .clauses import CLEMENCY, Scene
from .matching import Cue
from .tokens import Sentence

# As much as a record holds; a longer clause is cut at a word.
LONGEST = 300
ENDS = frozenset(".;!?:—–()")
CLOSING = frozenset("\"'”’»")


def conditions_of(scene: Scene) -> list[tuple[int, int]]:
    """The stretches of tokens that tell conditions, each to the end of its clause."""
    found: list[tuple[int, int]] = []
    for cue in scene.cues("condition"):
        if not is_negated(scene, cue) and (not found or cue.first >= found[-1][1]):
            found.append((cue.first, end_of_clause(scene, cue)))
    return found


def is_negated(scene: Scene, cue: Cue) -> bool:
    """`were not obliged to`, `freed without conditions`; not the negation that a condition itself begins with."""
    return any(0 <= cue.first - other.last <= 1 and other.last <= cue.first for other in scene.cues("negation"))


def end_of_clause(scene: Scene, cue: Cue) -> int:
    """The first full stop or other strong mark, or a comma before another part of the sentence."""
    tokens, vocabulary = scene.tokens, scene.vocabulary
    speech = {each.first for each in scene.speech if each.kind in ("says", "according", "postposed")}
    acts = {each.first for each in scene.acts if each.kind in CLEMENCY}
    for place in range(cue.last, len(tokens)):
        text = tokens[place].text
        if text in ENDS or (text in CLOSING and not opened(scene.sentence, cue.first, place)):
            return place
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        near = range(place + 1, min(place + 4, len(tokens)))
        leaves = following is not None and following.key in vocabulary.conjunctions
        if text == "," and (leaves or any(other in speech or other in acts for other in near)):
            return place
    return len(tokens)


def opened(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a quotation mark was opened since `first`."""
    return any(token.text in "\"“„«'‘" for token in sentence.tokens[first:last])


def worded(text: str) -> str:
    """The words as they are kept: one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 2].rsplit(" ", 1)[0] + " …"
