"""Which of the people named in a text were freed by an act, and which only appear in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .clauses import CLEMENCY, Scene
from .matching import Cue
from .meaning import Claim
from .names import Name, same_person
from .speakers import Speakers

# How many words may stand before the name in the next entry of a list parted by semicolons.
LONGEST_ENTRY = 4


@dataclass(frozen=True, slots=True)
class Freed:
    """A person freed, by the words of one sentence; `count` is the number they are part of."""

    name: Name
    scene: Scene
    claim: Claim | None


class Roll:
    """Calls the names of one sentence; `is_open` says that the sentence before spoke of the freed.

    `listing` is set while lines of a list of the freed go on.
    """

    def __init__(
        self,
        scene: Scene,
        claims: list[Claim],
        speakers: Speakers,
        is_open: bool = False,
        listing: bool = False,
        rulers: Sequence[str] = (),
    ) -> None:
        self.scene = scene
        self.claims = claims
        self.is_open = is_open
        self.listing = listing
        self.rulers = rulers
        self.called: list[Name] = []
        self.clemency = [cue for cue in scene.acts if cue.kind in CLEMENCY]
        self.speakers = speakers
        self.speaking = self._speaking()

    def freed(self) -> list[Freed]:
        """The people of this sentence to whom the act happened."""
        if self.listing and self.is_entry():
            return [Freed(self.scene.names[0], self.scene, None)]
        found = []
        for name in self.scene.names:
            claim = self.claim_before(name)
            if self.is_freed(name, claim):
                found.append(Freed(name, self.scene, claim))
                self.called.insert(0, name)
        return found

    def is_entry(self) -> bool:
        """A line of a list begins with the name."""
        return bool(self.scene.names) and self.scene.names[0].first <= 3

    def opens_list(self) -> bool:
        """`... among them:` at the end of a line."""
        last = self.scene.tokens[-1].text
        about = bool(self.clemency) or self.is_open or any(c.kind == "act" for c in self.claims)
        return last == ":" and about

    def claim_before(self, name: Name) -> Claim | None:
        earlier = [c for c in self.claims if c.count.last <= name.first and c.kind != "noise"]
        return earlier[-1] if earlier else None

    def is_freed(self, name: Name, claim: Claim | None) -> bool:
        if self.is_speaker(name) or self.is_denied(name) or self.is_hoped(name):
            return False
        if claim and claim.kind == "figure" and not self.act_between(claim.count.last, name.first):
            return False
        if self.is_agent(name):
            return False
        if self.is_listed(name, claim):
            return True
        if self.is_kin(name):
            return False
        return self.is_object(name) or self.is_subject(name) or self.is_next(name)

    # -- who is not --

    def _speaking(self) -> set[int]:
        pronouns = {cue.last for cue in self.speakers.pronouns}
        cues = [cue for cue in self.speakers.cues if cue.first not in pronouns]
        sources = [self.speakers.behind(cue) for cue in cues]
        return {place for s in sources if s for place in range(s.first, s.last)}

    def is_speaker(self, name: Name) -> bool:
        """Who speaks, also where the verb stands only once: `One counts 230, NAME 212`."""
        listed = any(name.last == count.first for count in self.scene.counts)
        return name.first in self.speaking or listed or self.is_inserted_speaker(name)

    def is_inserted_speaker(self, name: Name) -> bool:
        """`the vice president of the court, NAME, said`: between two commas, and nobody after the verb."""
        tokens = self.scene.tokens
        inserted = name.last < len(tokens) and tokens[name.first - 1].text == tokens[name.last].text == ","
        verbs = [cue for cue in self.scene.speech if cue.kind == "says" and cue.first == name.last + 1]
        after = [source for cue in verbs for source in self.speakers.sources if 0 <= source.first - cue.last <= 2]
        return inserted and bool(verbs) and not after

    def is_agent(self, name: Name) -> bool:
        """A ruler by title (`President NAME`; `NAME, president of`), or the one after `by`."""
        if any(same_person(name.text, ruler) for ruler in self.rulers):
            return True
        return any(0 <= name.first - cue.last <= 3 for cue in self.scene.cues("agent"))

    def is_kin(self, name: Name) -> bool:
        """`his wife NAME`, unless she stands inside a list of the freed."""
        near = [cue for cue in self.scene.cues("kin") if 0 <= name.first - cue.last <= 2]
        listed = any(other.last < name.first for other in self.scene.names) and self.clemency
        return bool(near) and not listed

    def is_denied(self, name: Name) -> bool:
        """A negation in the clause of the name: `NAME is not among them`."""
        if self.is_left_out(name):
            return True
        for cue in self.scene.cues("negation"):
            apart = self.scene.distance((cue.first, cue.last), (name.first, name.last))
            if apart <= 10 and not self.other_clause(cue, name):
                return True
        return False

    def is_left_out(self, name: Name) -> bool:
        """`NAME, who was sentenced to 26 years, is not among them`: the subject, however far."""
        among = self.scene.cues("part_before", "part_after", "anaphora")
        out = [c for c in self.scene.cues("negation") if any(0 <= a.first - c.last <= 1 for a in among)]
        first = all(name.first <= other.first for other in self.scene.names)
        return first and not self.clemency and any(name.last <= c.first and not self.other_clause(c, name) for c in out)

    def other_clause(self, cue: Cue, name: Name) -> bool:
        low, high = sorted((cue.first, name.first))
        return any(t.text in ";.:" for t in self.scene.tokens[low:high])

    def is_hoped(self, name: Name) -> bool:
        return any(cue.first < name.first for cue in self.scene.cues("wish"))

    # -- who is --

    def act_between(self, first: int, last: int) -> bool:
        return any(first <= cue.first < last for cue in self.clemency)

    def is_listed(self, name: Name, claim: Claim | None) -> bool:
        """`30 freed, including NAME`, `among them is NAME`, `NAME among them`."""
        about = self.is_about_freed(claim)
        if not about:
            return False
        before = [c for c in self.scene.cues("part_before", "anaphora") if c.last <= name.first]
        if before and not self.verb_between(before[-1].last, name.first) and not self.in_new_clause(before[-1], name):
            return True
        if self.is_open and any(c.first <= 1 for c in self.scene.cues("whole")):
            return not self.verb_between(0, name.first)
        after = [c for c in self.scene.cues("part_after", "anaphora") if c.first >= name.last]
        if after and not self.parted(name.last, after[0].first):
            return not self.speaks(name) and not self.names_others(name, after[0].first)
        return self.after_colon(name)

    def is_about_freed(self, claim: Claim | None) -> bool:
        if claim is not None:
            return claim.kind in ("act", "part", "sex", "tally", "reference") or bool(
                self.act_between(claim.count.last, 999)
            )
        return bool(self.clemency) or self.is_open

    def speaks(self, name: Name) -> bool:
        return any(name.last <= cue.first <= name.last + 2 for cue in self.scene.speech if cue.kind == "says")

    def names_others(self, name: Name, last: int) -> bool:
        """`The group named A and B among those freed`: the subject isn't freed."""
        return any(name.last <= cue.first < last for cue in self.scene.cues("naming"))

    def verb_between(self, first: int, last: int) -> bool:
        verbs = self.clemency + [cue for cue in self.scene.speech if cue.kind == "says"]
        return any(first <= cue.first < last for cue in verbs)

    def in_new_clause(self, cue: Cue, name: Name) -> bool:
        """`Among them are NAME and NAME; one of the others, NAME, stayed`: not the next entry of a list."""
        marks = [i for i in range(cue.last, name.first) if self.scene.tokens[i].text == ";"]
        return bool(marks) and name.first - marks[-1] > LONGEST_ENTRY

    def parted(self, first: int, last: int) -> bool:
        return any(t.text in ";:." for t in self.scene.tokens[first:last])

    def after_colon(self, name: Name) -> bool:
        marks = [i for i, t in enumerate(self.scene.tokens[: name.first]) if t.text in ":–—"]
        return bool(marks) and self.act_between(0, marks[-1])

    def is_object(self, name: Name) -> bool:
        """`pardoned NAME`, `pardoned were NAME`, `NAME was freed, and so was NAME`."""
        earlier = [cue for cue in self.clemency if cue.last <= name.first]
        if not earlier:
            return False
        act = earlier[-1]
        place = self.goes_on(act, name) if self.is_passive(act) else act.last
        return place is not None and self.is_phrase(place, name.first)

    def goes_on(self, act: Cue, name: Name) -> int | None:
        """Where names can follow a passive: `pardoned were`, `freed, and so was`."""
        if self.scene.vocabulary.free_order:
            passive = [c for c in self.scene.cues("passive") if 0 <= c.first - act.last <= 1]
            return max((cue.last for cue in passive), default=act.last)
        cues = self.scene.cues("also", "passive")
        inverted = [c for c in cues if c.kind == "passive" and 0 <= c.first - act.last <= 1]
        also = [c for c in cues if c.kind == "also" and act.last <= c.first < name.first]
        return max((cue.last for cue in inverted + also), default=None)

    def is_next(self, name: Name) -> bool:
        """The next in a list whose last name was freed."""
        before = next((n for n in self.called if n.last <= name.first), None)
        if before is None:
            return False
        marks = range(before.last, name.first)
        last = max((i for i in marks if self.scene.tokens[i].text in ",—–-:"), default=before.last)
        return self.is_phrase(last, name.first) and not self.parted(before.last, name.first)

    def is_phrase(self, first: int, last: int) -> bool:
        """Whether only nouns and their adjectives stand between: no verb, no preposition."""
        stops = self.scene.vocabulary.stops
        if any(t.key in stops or t.text in ".;" for t in self.scene.tokens[first:last]):
            return False
        verbs = [c for c in self.scene.speech if c.kind == "says"]
        verbs += [c for c in self.scene.acts if c.kind not in CLEMENCY]
        return not any(first <= cue.first < last for cue in verbs + self.scene.cues("stock"))

    def is_subject(self, name: Name) -> bool:
        """`NAME was released`; in an active sentence the subject is who frees."""
        later = [cue for cue in self.clemency if cue.first >= name.last]
        if not later:
            return False
        act = later[0]
        near = self.scene.distance((name.first, name.last), (act.first, act.last)) <= 40
        other = [cue for cue in self.scene.speech if cue.kind == "says"]
        other += self.scene.cues("wish")
        if any(name.last <= cue.first < act.first for cue in other):
            return False
        return near and self.is_passive(act) and not self.parted(name.last, act.first)

    def is_passive(self, act: Cue) -> bool:
        if act.first and self.scene.tokens[act.first - 1].key in self.scene.vocabulary.active_aux:
            return False
        passive = self.scene.cues("passive")
        reach = self.scene.vocabulary.passive_reach
        if any(-2 <= act.first - cue.last <= reach for cue in passive):
            return True
        return any(cue.first <= act.first < cue.last for cue in self.scene.cues("went_free"))


def rulers(scenes: Sequence[Scene]) -> list[str]:
    """Names of those who hold power, by a title anywhere in the text."""
    found: list[str] = []
    for scene in scenes:
        held = [name for name in scene.names if holds_power(name, scene)]
        # "Presidents NAME and NAME": the title stands once
        held += [b for a, b in pairwise(scene.names) if a in held and b.first - a.last == 1]
        found.extend(name.text for name in held)
    return found[:200]


def holds_power(name: Name, scene: Scene) -> bool:
    if any(0 <= cue.first - name.last <= 2 for cue in scene.cues("decree")):
        return True
    titles = [c for c in scene.found["titles"] if c.kind == "ruler"]
    for cue in titles:
        before = scene.tokens[max(0, cue.first - 3) : cue.first] + scene.tokens[cue.last : name.first]
        if any(token.key in scene.vocabulary.former for token in before + scene.tokens[cue.last : cue.last + 6]):
            continue
        if 0 <= name.first - cue.last <= 1:
            return True
        apposed = 1 <= cue.first - name.last <= 4 and scene.tokens[name.last].text == ","
        # "NAME, husband of the leader": somebody else leads
        apposed = apposed and not any(name.last <= kin.first < cue.first for kin in scene.cues("kin"))
        if apposed and not any(cue.last <= n.first <= cue.last + 1 for n in scene.names):
            return True
    return False
