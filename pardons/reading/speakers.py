"""Who says it: organisations and people quoted for a number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .clauses import Scene, join
from .counts import Count
from .matching import Cue
from .tokens import Token
from .vocabulary import Vocabulary

QUOTES = {"„": '”“"', "«": "»", "“": '”"', '"': '"”', "‘": "’"}
LONGEST_QUOTED = 6
AS = frozenset(("как", "як", "jak", "as", "wie", "según", "segun", "como", "conforme", "segundo", "come"))


@dataclass(frozen=True, slots=True)
class Source:
    """Someone who could be quoted, at tokens `first` up to `last`; `rank` 2 is a name, 1 a noun."""

    text: str
    first: int
    last: int
    rank: int
    kind: str = "proper"


class Speakers:
    """Finds the speaker of each count of a sentence."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.cues = [cue for cue in scene.speech if cue.kind in ("says", "according", "postposed")]
        self.pronouns = [cue for cue in scene.speech if cue.kind == "pronoun"]

    @cached_property
    def sources(self) -> list[Source]:
        """Everyone the sentence names; found when first asked for."""
        return find_sources(self.scene)

    def of(self, count: Count) -> Source | None:
        """The speaker of a count, by the nearest words of speech that have one."""
        if listed := self.listed(count):
            return listed
        by_distance = sorted(self.cues, key=lambda cue: self.scene.distance_to(cue, count))
        for cue in by_distance:
            source = self.behind(cue)
            if source and not source.first <= count.first < source.last and not self.only_recognises(cue, count):
                return source
        return self.owner()

    def only_recognises(self, cue: Cue, count: Count) -> bool:
        """`3,400 recognised by rights groups as ...; 1,200 of them are held`: the clause behind is not theirs."""
        after = self.scene.tokens[cue.last : cue.last + 1]
        passive = bool(after) and any(after[0] is self.scene.tokens[agent.first] for agent in self.scene.cues("agent"))
        return passive and any(token.text == ";" for token in self.scene.tokens[cue.last : count.first])

    def listed(self, count: Count) -> Source | None:
        """`One verified 230 releases, Other 212`: the verb stands only once."""
        if not self.scene.counts or count is self.scene.counts[0] or not self.cues or count.head is not None:
            return None
        beside = [source for source in self.sources if source.last == count.first and source.rank == 2]
        return next((source for source in beside if self.opens_clause(source)), None)

    def opens_clause(self, source: Source) -> bool:
        before = [token.text for token in self.scene.tokens[max(0, source.first - 2) : source.first]]
        return any(mark in before for mark in ",;")

    def owner(self) -> Source | None:
        """`Lantern's list has 728 names`: whose list or count it is."""
        tally = [cue.first for cue in self.scene.cues("tally")]
        for source in self.sources:
            own = tuple(t.text for t in self.scene.tokens[source.last : source.last + 1])
            if own in (("'s",), ("’s",)) and any(0 < place - source.last <= 3 for place in tally):
                return source
        return self.owner_after(tally)

    def owner_after(self, tally: Sequence[int]) -> Source | None:
        """`В списке «Мемориала» 764 имени`: the name in quotation marks right after the list."""
        for source in self.sources:
            is_quoted = self.scene.tokens[source.first - 1].text in QUOTES if source.first else False
            if is_quoted and source.rank == 2 and source.first - 2 in tally:
                words = [nominative(word, self.scene.vocabulary) for word in source.text.split(" ")]
                return replace(source, text=" ".join(words))
        return None

    def has_pronoun(self) -> bool:
        """`he added`, `according to them`: the speaker is the one before."""
        opening = [cue for cue in self.pronouns if cue.first == 0]
        far = any(pronoun.last <= cue.first <= pronoun.last + 4 for pronoun in opening for cue in self.cues)
        return far or any(abs(pronoun.first - cue.first) <= 2 for pronoun in self.pronouns for cue in self.cues)

    def any(self) -> Source | None:
        """The first speaker of the sentence, by name where there is one."""
        found = [source for source in map(self.behind, self.cues) if source]
        found = [source for source in found if not self.is_reference(source)]
        return max(found, key=lambda source: source.rank, default=None)

    def is_reference(self, source: Source) -> bool:
        """`the group`, `la organización`: the one named before."""
        return source.rank == 1 and any(
            pronoun.first < source.last and source.first < pronoun.last for pronoun in self.pronouns
        )

    def behind(self, cue: Cue) -> Source | None:
        """Who speaks at a cue: after `according to`; before, or right after, a verb of speech."""
        if cue.kind == "according":
            return self.in_nominative(self._after(cue.last, 8), cue)
        if cue.kind == "postposed":
            return self._before(cue)[0]
        if self.is_pronouns(cue):
            return None
        inverted = is_inverted(self.scene, cue)
        close = self._after(cue.last, 7 if inverted and self.scene.vocabulary.free_order else 3)
        before, is_apposed = self._before(cue)
        inverted = inverted and not is_apposed
        before = self.quoted_before(before)
        if close and (before is None or (inverted and not self._is_inserted(before, cue))):
            return close
        return before or close

    def quoted_before(self, source: Source | None) -> Source | None:
        """`По данным «Вясны», ... признали`: who stands after “according to” is in its case, whichever verb follows."""
        cues = [cue for cue in self.cues if cue.kind == "according" and source and 0 <= source.first - cue.last <= 3]
        return self.in_nominative(source, cues[-1]) if cues else source

    def is_pronouns(self, cue: Cue) -> bool:
        """`..., she said`: nobody whom the sentence names speaks."""
        before = [pronoun for pronoun in self.pronouns if pronoun.last == cue.first]
        return any(len(pronoun.span) == 1 for pronoun in before)

    def in_nominative(self, source: Source | None, cue: Cue) -> Source | None:
        """`по данным «Вясны»` is «Вясна»; after `как пишет` the name stands in the nominative."""
        if source is None or self.scene.tokens[cue.first].key in AS:
            return source
        words = [nominative(word, self.scene.vocabulary) for word in source.text.split(" ")]
        return replace(source, text=" ".join(words))

    def _after(self, place: int, reach: int) -> Source | None:
        later = [s for s in self.sources if place <= s.first <= place + reach]
        later = [s for s in later if not self._parted(place, s.first)]
        first = min(later, key=lambda s: s.first, default=None)
        if first is None or first.rank == 2:
            return first and self._head_of(first)
        # "the rights group Lantern": the name right after the noun is the better word
        named = [s for s in later if s.rank == 2 and s.first - first.last <= 2]
        return self._head_of(named[0]) if named else first

    def _head_of(self, source: Source) -> Source:
        """`the head of the centre «Name» NAME`: the person speaks, not the centre."""
        people = [s for s in self.sources if s.kind == "person" and 0 <= s.first - source.last <= 1]
        return people[0] if people and source.kind == "organisation" else source

    def _parted(self, first: int, last: int) -> bool:
        return any(token.text in ".;:" for token in self.scene.tokens[first:last])

    def _before(self, cue: Cue) -> tuple[Source | None, bool]:
        """The subject left of a verb, and whether it was found across an apposition."""
        earlier = [s for s in self.sources if s.last <= cue.first and s.last >= cue.first - 24]
        earlier = [s for s in earlier if not self._parted_from(s.last, cue.first)]
        if not earlier:
            return None, False
        last = max(earlier, key=lambda s: s.last)
        subject = self._apposed(last, earlier, cue)
        return (subject, True) if subject else (self._renamed(last, earlier), False)

    def _is_inserted(self, source: Source, cue: Cue) -> bool:
        """`the minister, NAME, told parliament`: the name between two commas is the subject."""
        commas = self.scene.tokens[source.first - 1].text, self.scene.tokens[source.last].text
        return source.rank == 2 and source.last == cue.first - 1 and commas == (",", ",")

    def _apposed(self, last: Source, earlier: Sequence[Source], cue: Cue) -> Source | None:
        """`NAME, leader of the opposition, said`: the subject stands before the first comma."""
        tokens = self.scene.tokens
        if not any(token.text == "," for token in tokens[last.last : cue.first]):
            return None
        for source in reversed(earlier):
            apposed = source.last < last.first and tokens[source.last].text == ","
            between = tokens[source.last + 1 : last.first]
            if apposed and source.rank >= last.rank and all(t.text != "," for t in between):
                return source
        return None

    def _renamed(self, source: Source, earlier: Sequence[Source]) -> Source:
        """The name beside a noun: `the group Name said`."""
        if source.rank == 2:
            return source
        beside = [s for s in earlier if s.rank == 2 and s.kind != "person"]
        beside = [s for s in beside if 0 <= source.first - s.last <= 1]
        return beside[0] if beside else source

    def _parted_from(self, first: int, last: int) -> bool:
        return any(token.text in ".;:" for token in self.scene.tokens[first:last])


def nominative(word: str, vocabulary: Vocabulary) -> str:
    """A name without its ending of case, by the table of the language."""
    for ending, replacement in vocabulary.nominative:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + replacement
    return word


def is_inverted(scene: Scene, cue: Cue) -> bool:
    """`..., says the group`, `..., según informó el grupo`: a mark or “as” stands before the verb and its auxiliary."""
    tokens, vocabulary = scene.tokens, scene.vocabulary
    if cue.last < len(tokens) and tokens[cue.last].key in vocabulary.conjunctions:
        return False
    place = cue.first
    while place and tokens[place - 1].key in vocabulary.active_aux:
        place -= 1
    return place == 0 or tokens[place - 1].text in ',"”»—–“-' or tokens[place - 1].key in AS


def with_short_forms(sources: list[Source], tokens: Sequence[Token]) -> list[Source]:
    """`Prisoners Defenders (PD)` is one source, under both names."""
    merged: list[Source] = []
    for source in sources:
        before = merged[-1] if merged else None
        opened = before and source.first - before.last == 1 and tokens[before.last].text == "("
        if before and opened and tokens[source.last : source.last + 1]:
            text = f"{before.text} ({source.text})"
            merged[-1] = Source(text, before.first, source.last + 1, before.rank, before.kind)
        else:
            merged.append(source)
    return merged


def find_sources(scene: Scene) -> list[Source]:
    """People, organisations and nouns for them, left to right."""
    found = [Source(n.text, n.first, n.last, 2, "person") for n in scene.names]
    found += quoted(scene.tokens)
    found += capitals(scene, found)
    taken = {place for source in found for place in range(source.first, source.last)}
    for cue in scene.found["sources"]:
        if not taken.intersection(cue.span):
            text = scene.text(cue.first, cue.last)
            found.append(Source(text, cue.first, cue.last, 1, cue.kind))
    found.sort(key=lambda source: source.first)
    return with_short_forms(with_their_country(without_others(found, scene), scene), scene.tokens)


def without_others(sources: list[Source], scene: Scene) -> list[Source]:
    """`rights defenders in Northland say`: they speak, not the place; and in `Names were not given` nobody does."""
    nouns = {cue.last for cue in scene.found["sources"]}
    none = {cue.last for cue in scene.cues("inside") if cue.first in nouns}
    none |= {cue.first for cue in scene.found["names"] if cue.kind == "withheld"}
    return [source for source in sources if source.kind != "organisation" or source.first not in none]


def with_their_country(sources: list[Source], scene: Scene) -> list[Source]:
    """`the Northlandish foreign ministry` is one source, under its whole name."""
    merged: list[Source] = []
    for source in sources:
        before = merged[-1] if merged else None
        if before and source.kind == "official" and before.last == source.first and before.kind == "organisation":
            merged[-1] = Source(scene.text(before.first, source.last), before.first, source.last, 2, "official")
        elif before and is_quoted_after(before, source, scene):
            merged[-1] = replace(source, text=f"{before.text} {source.text}", first=before.first)
        else:
            merged.append(source)
    return merged


def is_quoted_after(before: Source, source: Source, scene: Scene) -> bool:
    """`Centrum „Latarnia”`: the name in quotation marks belongs to the capitals before it."""
    both = before.kind == source.kind == "organisation" and source.first - before.last == 1
    return both and scene.tokens[before.last].text in QUOTES


def quoted(tokens: Sequence[Token]) -> list[Source]:
    """Names of organisations in quotation marks, „Latarnia” or «Открытые камеры»."""
    found = []
    for index, token in enumerate(tokens):
        if token.text not in QUOTES or index + 1 >= len(tokens) or not tokens[index + 1].is_capital:
            continue
        for last in range(index + 2, min(index + 2 + LONGEST_QUOTED, len(tokens))):
            if tokens[last].text in QUOTES[token.text]:
                text = join(tokens[index + 1 : last])
                found.append(Source(text, index + 1, last, 2, "organisation"))
                break
    return found


def capitals(scene: Scene, taken: Sequence[Source]) -> list[Source]:
    """Rows of capitalised words that are no people: `Human Rights Watch`, `Lantern`, `EU`."""
    used = {place for source in taken for place in range(source.first, source.last)}
    used |= {place for m in scene.dates for place in range(m.first, m.last)}
    used |= {place for cue in scene.speech if cue.kind == "according" for place in cue.span}
    found = []
    index = 0
    while index < len(scene.tokens):
        last = index
        while last < len(scene.tokens) and is_part(scene, index, last, used):
            last += 1
        if last > index and is_proper(scene, index, last):
            first = past_opening(scene, index, last)
            found.append(Source(scene.text(first, last), first, last, 2, "organisation"))
        index = max(last, index + 1)
    return found


def past_opening(scene: Scene, first: int, last: int) -> int:
    """`The Lantern group says`: the article has its capital from the beginning of the sentence."""
    is_opener = last - first > 1 and scene.tokens[first].key in scene.vocabulary.openers
    return first + 1 if first == 0 and is_opener else first


def is_part(scene: Scene, first: int, place: int, used: set[int]) -> bool:
    token = scene.tokens[place]
    if place in used:
        return False
    if token.is_capital:
        return True
    joins = token.key in ("of", "for", "de", "dos", "per", "al", "del", "della", "the")
    following = scene.tokens[place + 1] if place + 1 < len(scene.tokens) else None
    return place > first and joins and bool(following and following.is_capital)


def is_proper(scene: Scene, first: int, last: int) -> bool:
    """Not a plain word with the capital of a sentence's beginning, nor a title alone."""
    vocabulary = scene.vocabulary
    opening = first == 0 or scene.tokens[first - 1].text in '.“”"«„—-–'
    keys = [token.key for token in scene.tokens[first:last]]
    plain = all(key in vocabulary.openers for key in keys)
    if opening and len(keys) == 1 and not scene.tokens[first].text.isupper():
        plain = plain or not any(0 <= cue.first - past_apposition(scene, last) <= 2 for cue in scene.speech)
    if vocabulary.capital_nouns and not is_beside_speech(scene, first, last):
        return False
    after = scene.tokens[last] if last < len(scene.tokens) else None
    alone = last - first == 1
    if alone and after and after.shape == "word" and keys[-1].endswith(vocabulary.adjective_endings):
        return False
    titles = scene.found["titles"]
    titled = {p for c in titles for p in c.span if first <= p < last}
    return not plain and len(titled) < len(keys)


def past_apposition(scene: Scene, last: int) -> int:
    """The place after what stands between two commas: `Lantern, a rights group, says`."""
    if last >= len(scene.tokens) or scene.tokens[last].text != ",":
        return last
    inside = range(last + 1, min(last + 9, len(scene.tokens)))
    return next((place + 1 for place in inside if scene.tokens[place].text == ","), last)


def is_beside_speech(scene: Scene, first: int, last: int) -> bool:
    """Where every noun has a capital, a name is known by the word of speech beside it."""
    text = scene.tokens[first].text
    if last - first == 1 and text.isupper() and len(text) > 1:
        return True
    if any(first <= cue.first < last for cue in scene.found["people"]):
        return False
    after = [c for c in scene.speech if c.kind == "according" and 0 <= first - c.last <= 2]
    after += [c for c in scene.speech if c.kind == "says" and 0 <= first - c.last <= 2]
    before = [c for c in scene.speech if c.kind != "according" and 0 <= c.first - last <= 1]
    return bool(after or before)
