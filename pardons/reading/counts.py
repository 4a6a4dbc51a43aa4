"""Numbers of people in a sentence: which noun each belongs to, and which are no counts at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .matching import Cue
from .numbers import Number
from .tokens import Token
from .vocabulary import Vocabulary

# How far right of a number its noun may stand: `32 wegen Extremismus Verurteilte`.
REACH = 7
# A sentence with more numbers is a table; the first ones are enough to see that.
MOST_COUNTS = 24
MARKS_INSIDE = frozenset("\"'“”„«»’‘-")
# How far behind `the oldest` of some people the number of years may stand.
LONGEST_TO_AGE = 12
# How many words a noun that no list has may take with its adjectives.
LONGEST_UNKNOWN = 5
HEADS = ("political", "women", "men", "clergy", "minors", "prisoners", "people", "roles", "names")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people. `head` is the kind of its noun, None where it has to be understood.

    `first` to `last` are the tokens of qualifier, number and noun; `is_more` is "another 30";
    `is_other` "five others".
    """

    number: Number
    head: str | None
    first: int
    last: int
    is_more: bool = False
    is_other: bool = False
    is_partitive: bool = False

    @property
    def value(self) -> int:
        return self.number.value


class Counter:
    """Finds the counts of one sentence."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary, acts: Sequence[Cue]) -> None:
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.people = {cue.first: cue for cue in vocabulary.find("people", tokens) if cue.kind in HEADS}
        units = vocabulary.find("units", tokens)
        self.units = {cue.first for cue in units if cue.kind == "after"}
        self.labels = {cue.last for cue in units if cue.kind == "before"}
        self.ages = [cue.last for cue in units if cue.kind == "ages"]
        frames = vocabulary.find("frames", tokens)
        self.more = {place for cue in frames if cue.kind == "more" for place in cue.span}
        self.others = {place for cue in frames if cue.kind == "other" for place in cue.span}
        self.states = {cue.first for cue in frames if cue.kind == "stock"}
        self.deaths = [cue for cue in acts if cue.kind == "death"]
        exchanged = any(cue.kind == "exchange" for cue in acts)
        self.returns = {
            cue.last for cue in frames if cue.kind == "in_return" and (exchanged or cue.last - cue.first > 1)
        }
        self.tally = [cue for cue in frames if cue.kind == "tally"]
        self.tells_parts = any(cue.kind in ("part_before", "part_after") for cue in frames)
        self.partitive = {cue.first for cue in frames if cue.kind == "part_after"}
        self.numbers: set[int] = set()
        self.acts = {place for cue in acts for place in cue.span}
        self.deeds = {cue.first for cue in acts if cue.kind in ("arrests", "detentions", "convictions")}

    def counts(self, numbers: Sequence[Number]) -> list[Count]:
        """The counts among the numbers, in order."""
        numbers = numbers[:MOST_COUNTS]
        places = {place for number in numbers for place in range(number.begin, number.last)}
        self.numbers = places
        found = [self.count(number, places) for number in numbers]
        return self.without_clergy(self.share_heads([count for count in found if count])) or self.single()

    def without_clergy(self, counts: list[Count]) -> list[Count]:
        """`Two priests were freed` are two men; of others (`19 people, 15 of them priests`) they are a role."""
        head = "men" if len(counts) == 1 and not self.tells_parts else "roles"
        return [replace(count, head=head) if count.head == "clergy" else count for count in counts]

    def single(self) -> list[Count]:
        """`a 22-year-old political prisoner has died`: one, without a number."""
        for cue in self.vocabulary.find("single", self.tokens) if self.deaths else ():
            before = range(max(0, cue.first - 3), cue.first)
            article = [i for i in before if self.tokens[i].key in self.vocabulary.articles]
            if article:
                number = Number(1, article[0], article[0] + 1, article[0], in_words=True)
                return [Count(number, "prisoners", article[0], cue.last)]
        return []

    def count(self, number: Number, taken: set[int]) -> Count | None:
        """The number with its noun, or None if it measures something else."""
        if self.is_label(number) or self.is_measure(number):
            return None
        head = self.head_right(number, taken)
        if head is None and (self.is_age(number) or self.is_over_age(number)):
            return None
        head = head or self.head_left(number)
        last = max(number.last, head.last) if head else number.last
        predicate = self.predicate(last, taken)
        if head is None and predicate is None and (number.looks_like_year or number.value < 2 or self.is_bare(number)):
            return None
        if number.value == 1 and not (head and head.kind in ("women", "men")):
            return None
        if number.looks_like_year and head and head.first > number.last + 1:
            return None
        beside = {number.begin - 1, *range(number.last, max(last, number.last + 1))}
        after = {self.past_brackets(number.last), self.past_brackets(last)}
        return Count(
            number=number,
            head=predicate or (head.kind if head else None),
            first=number.begin,
            last=last,
            is_more=bool(beside & self.more),
            is_other=bool(beside & self.others),
            is_partitive=bool(after & self.partitive),
        )

    def predicate(self, last: int, taken: set[int]) -> str | None:
        """`11 of those pardoned are women`: the sex stands after the verb."""
        reach = range(last, min(last + 6, len(self.tokens)))
        linked = next((i for i in reach if self.tokens[i].key in self.vocabulary.copulas), None)
        if linked is None or any(self.tokens[i].text in ",;:" for i in range(last, linked)):
            return None
        for place in range(linked + 1, min(linked + 3, len(self.tokens))):
            cue = self.people.get(place)
            if cue and cue.kind in ("women", "men") and place - 1 not in taken:
                return cue.kind
        return None

    def past_brackets(self, place: int) -> int:
        """The place after a bracket that opens at `place`: `1,374 (168 women) of them`."""
        if place >= len(self.tokens) or self.tokens[place].text != "(":
            return place
        inside = range(place, min(place + 12, len(self.tokens)))
        return next((i + 1 for i in inside if self.tokens[i].text == ")"), place)

    def is_label(self, number: Number) -> bool:
        """`Article 357`, `aged 43`, `$500`."""
        place = number.begin
        if place and self.tokens[place - 1].text in "(.№#$€£§":
            return self.tokens[place - 1].text != "(" and place - 1 not in self.units
        return place in self.labels

    def is_measure(self, number: Number) -> bool:
        """`10 years`, `15.66%`, `two and a half months`."""
        for place in range(number.last, min(number.last + 3, len(self.tokens))):
            if place in self.units:
                return True
            token = self.tokens[place]
            if place in self.people or (token.shape == "mark" and token.text not in "½¼¾-–"):
                return False
            if token.key in self.vocabulary.stops or token.key in self.vocabulary.conjunctions:
                return False
        return False

    def is_age(self, number: Number) -> bool:
        """`the youngest of those freed is 19, the oldest 71`: right after the word, or after a verb or a dash."""
        before = max((place for place in self.ages if place <= number.begin), default=None)
        if before is None or number.begin - before > LONGEST_TO_AGE:
            return False
        between = self.tokens[before : number.begin]
        linked = [token for token in between if token.key in self.vocabulary.copulas or token.text in "—–-"]
        return not between or (bool(linked) and linked[-1] in between[-2:])

    def is_over_age(self, number: Number) -> bool:
        """`two are over 60`: no count comes right after its verb and has nothing after it."""
        linked = number.begin > 0 and self.tokens[number.begin - 1].key in self.vocabulary.copulas
        ends = number.last >= len(self.tokens) or self.tokens[number.last].shape == "mark"
        return linked and ends and number.qualifier in ("over", "nearly") and 14 <= number.value < 100

    def is_bare(self, number: Number) -> bool:
        """A number followed by a word that is no noun for people, no verb of this subject."""
        after = self.tokens[number.last] if number.last < len(self.tokens) else None
        if after is None or after.shape != "word" or number.last in self.acts or self.counts_acts(number):
            return False
        if number.begin in self.returns:
            return False
        if self.is_subject_of_act(number):
            return False
        known = self.vocabulary.stops | self.vocabulary.conjunctions | self.vocabulary.common
        following = number.last in self.partitive | self.states or number.last in self.more
        return not (after.key in known or following or number.last in self.others)

    def counts_acts(self, number: Number) -> bool:
        """`96 politically motivated detentions`: what is counted are arrests or verdicts."""
        for place in range(number.last, min(number.last + 3, len(self.tokens))):
            if place in self.deeds:
                return True
            if self.tokens[place].shape != "word" or self.tokens[place].key in self.vocabulary.stops:
                return False
        return False

    def is_subject_of_act(self, number: Number) -> bool:
        """`28 Xish Ys, two of them women, were released`: a plural no list has, with a passive verb of the subject."""
        place, nouns = number.last, 0
        while place < len(self.tokens) and nouns < LONGEST_UNKNOWN and self.is_in_phrase(self.tokens[place]):
            if self.tokens[place].key in self.vocabulary.copulas:
                break
            nouns += 1
            place += 1
        if not nouns or not self.tokens[place - 1].key.endswith(self.vocabulary.plural_endings):
            return False
        place = self.past_insertion(place)
        linked = place < len(self.tokens) and self.tokens[place].key in self.vocabulary.copulas
        return linked and any(place + 1 <= at <= place + 2 for at in self.acts)

    def is_in_phrase(self, token: Token) -> bool:
        return token.shape == "word" or token.text in ("'s", "’s")

    def past_insertion(self, place: int) -> int:
        """The place after a clause between two commas that opens at `place`."""
        if place >= len(self.tokens) or self.tokens[place].text != ",":
            return place
        inside = range(place + 1, min(place + 9, len(self.tokens)))
        return next((i + 1 for i in inside if self.tokens[i].text == ","), place)

    def head_right(self, number: Number, taken: set[int]) -> Cue | None:
        for place in range(number.last, min(number.last + REACH, len(self.tokens))):
            if place in self.people:
                return self.closer_head(self.people[place])
            token = self.tokens[place]
            if place == number.last and self.is_nation(place):
                return Cue("people", place, place + 1)
            blocked = token.shape == "mark" and token.text not in MARKS_INSIDE
            if blocked or place in taken or token.key in self.vocabulary.stops:
                return None
        return None

    def closer_head(self, cue: Cue) -> Cue:
        """In `eight prisoners women` the second noun says more."""
        beside = self.people.get(cue.last)
        return beside if beside and beside.kind in ("women", "men") else cue

    def is_nation(self, place: int) -> bool:
        """`316 Nicaraguans`: a capitalised plural, known by its ending."""
        token = self.tokens[place]
        alone = place + 1 >= len(self.tokens) or not self.tokens[place + 1].is_capital
        endings = self.vocabulary.nation_endings
        return bool(endings) and alone and token.is_capital and token.key.endswith(endings)

    def head_left(self, number: Number) -> Cue | None:
        """`women: 14`, and `the number of prisoners has reached 1,400`."""
        place = number.begin - 1
        if place > 0 and self.tokens[place].text in ":—–-":
            return next((c for c in self.people.values() if c.last == place), None)
        for cue in self.tally:
            if cue.last <= number.begin <= cue.last + 14:
                inside = range(cue.first, number.begin)
                if self.numbers.intersection(inside):
                    continue
                return next((self.people[i] for i in inside if i in self.people), None)
        return None

    def share_heads(self, counts: list[Count]) -> list[Count]:
        """In `six or seven women` and `two men and three` nothing is shared; `8 and 24 women` is."""
        return [
            replace(count, head=counts[i + 1].head)
            if count.head is None and i + 1 < len(counts) and self.is_listed(count, counts[i + 1])
            else count
            for i, count in enumerate(counts)
        ]

    def is_listed(self, count: Count, following: Count) -> bool:
        gap = self.tokens[count.last : following.first]
        return len(gap) == 1 and gap[0].key in self.vocabulary.conjunctions
