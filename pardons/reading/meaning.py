"""What each number of people means: an act, a stock, a flow, a part of another number, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from .clauses import CLEMENCY, Scene, is_right_before
from .counts import Count
from .dates import DateMention
from .matching import Cue
from .tokens import Token

# Farther than this, in words and the price of marks, a verb says nothing about a number.
FARTHEST_ACT = 22
FARTHEST_STATE = 18
METRICS = {
    "arrests": "arrests",
    "detentions": "detentions",
    "convictions": "convictions",
    "death": "died_in_custody",
    "recognition": "ever_recognised",
    "dismissed": "other",
    "restricted": "other",
    "assisted": "other",
    "prosecuted": "other",
}
# Verbs that claim a number and say nothing that is recorded of it.
UNRECORDED = ("killed", "treated")
SEXES = ("women", "men")


@dataclass(frozen=True)
class Claim:
    """The meaning of one count.

    `kind` is act (what was announced), figure, part (of the number before), sex, whole (of
    which a part was named), tally (a number whose noun stands elsewhere) or noise;
    `what` is the kind of act or the metric.
    """

    scene: Scene
    count: Count
    kind: str
    what: str = ""
    cue: Cue | None = None
    is_cumulative: bool = False
    is_promised: bool = False
    is_whole: bool = False
    is_part: bool = False
    dates: tuple[DateMention, ...] = field(default=())

    @property
    def value(self) -> int:
        return self.count.value

    @property
    def is_political(self) -> bool:
        return self.count.head == "political"


class Judge:
    """Gives every count of a sentence its meaning; `topic` is what the text has spoken of so far."""

    def __init__(
        self,
        scene: Scene,
        is_political_text: bool,
        topic: str = "",
        is_running: bool = False,
        totals: frozenset[int] = frozenset(),
    ) -> None:
        self.totals = totals
        self.scene = scene
        self.is_running = is_running
        self.is_political_text = is_political_text
        self.topic = topic
        self.stock = scene.cues("stock", "detained_state")
        self.clemency = [cue for cue in scene.acts if cue.kind in CLEMENCY]
        self.others = [cue for cue in scene.acts if cue.kind in METRICS or cue.kind in UNRECORDED]

    def claims(self) -> list[Claim]:
        found: list[Claim] = []
        for count in self.scene.counts:
            claim = self.listed_part(self.chained(self.claim(count), found), found)
            claim = self.inner_part(claim, found)
            claim = self.history(claim, found)
            if self.is_known_whole(claim) and not self.totals:
                claim = Claim(self.scene, claim.count, "noise")
            told = claim.kind == "noise" or (claim.kind == "figure" and self.is_whole(claim.count))
            told = told or self.only_describes(claim)
            if told and claim.value in self.totals:
                claim = Claim(self.scene, claim.count, "reference")
            if claim.kind == "figure":
                self.topic = claim.what
            found.append(claim)
        return found

    def only_describes(self, claim: Claim) -> bool:
        """`Nineteen people held in prisons crossed the border`, where nineteen were told to be free."""
        cue = claim.cue
        beside = cue is not None and cue.kind == "detained_state" and 0 <= cue.first - claim.count.last <= 1
        return claim.kind == "figure" and beside and not self.scene.has("stock")

    def chained(self, claim: Claim, before: list[Claim]) -> Claim:
        """`on 4 September another 30, on 16 September another 37`: the verb stands only once."""
        acts = [each for each in before if each.kind == "act"]
        count = claim.count
        if claim.kind not in ("noise", "figure") or count.head not in (None, "political", "people"):
            return claim
        stated = claim.kind == "figure" and claim.cue is not None
        stated = stated or self.is_whole(count)
        if not acts or acts[-1].cue is None or stated:
            return claim
        dates = self.own_dates(count, acts[-1].cue)
        near = bool(dates) and self.date_distance(dates[0], count) <= 9
        if near or count.is_more:
            dates = dates if near else ()
            return Claim(self.scene, count, "act", acts[-1].what, acts[-1].cue, dates=dates)
        return claim

    def listed_part(self, claim: Claim, before: list[Claim]) -> Claim:
        """`801 were pardoned, of whom 463 ..., 220 ... and 118 ...`: a list of parts goes on."""
        wholes = [each.value for each in before if each.kind == "act"]
        parts = [each for each in before if each.kind == "part"]
        if parts and parts[0] is before[0] and parts[0].count.is_partitive:
            # "Of them 419 ..., 163 ... and 43 were freed": the whole was told in an earlier sentence
            wholes += [total for total in self.totals if total >= sum(each.value for each in [*before, claim])]
        if not (wholes and parts) or claim.kind not in ("act", "figure"):
            return claim
        if claim.count.is_partitive or claim.count.is_more or claim.value >= wholes[-1]:
            return claim
        return Claim(self.scene, claim.count, "part", claim.what)

    def history(self, claim: Claim, before: list[Claim]) -> Claim:
        """After `93 were pardoned`: `sixteen had been convicted of`, `five go under house arrest` tell of some."""
        count, cue = claim.count, claim.cue
        if claim.kind != "figure" or cue is None or count.head is not None or not self.is_less_than_told(count, before):
            return claim
        past = any(
            0 <= each.first - count.last <= 1 and each.last <= cue.first for each in self.scene.cues("pluperfect")
        )
        confined = cue.kind == "restricted" or self.is_confined(count)
        return Claim(self.scene, count, "part") if past or confined else claim

    def is_less_than_told(self, count: Count, before: list[Claim]) -> bool:
        """Whether an act was told, in this sentence or an earlier one, that this number can be a part of."""
        here = [each.value for each in before if each.kind == "act" and not each.is_cumulative]
        return any(total > count.value for total in [*self.totals, *here])

    def is_confined(self, count: Count) -> bool:
        confined = [cue for cue in self.others if cue.kind == "restricted"] + self.scene.cues("condition")
        return any(0 <= cue.first - count.last <= 4 for cue in confined)

    def inner_part(self, claim: Claim, before: list[Claim]) -> Claim:
        """Women within a part: `10 have children, including one woman with four`."""
        last = next((each for each in reversed(before) if each.kind != "sex"), None)
        other = last is not None and last.kind == "noise" and claim.count.is_partitive and last.count.head != "names"
        if claim.kind == "sex" and last is not None and (last.kind == "part" or other):
            return Claim(self.scene, claim.count, "noise")
        return claim

    def claim(self, count: Count) -> Claim:
        """The meaning of one count."""
        if count.head in SEXES and self.are_held(count) and not (self.totals and self.scene.has("tally")):
            return self.figure(count, "current_political_prisoners", self.stock[0])
        if self.is_difference(count):
            return Claim(self.scene, count, "noise")
        if count.head == "political" and (freed := self.of_freed(count)):
            return Claim(self.scene, count, "act", freed.kind, freed)
        if self.is_refused(count):
            return Claim(self.scene, count, "noise")
        if held := self.tally_of_held(count):
            return self.figure(count, "current_political_prisoners", held)
        if self.is_tally(count):
            return Claim(self.scene, count, "tally")
        if count.head in SEXES and not self.stands_alone(count):
            return Claim(self.scene, count, "sex", count.head)
        if count.head == "minors" and (len(self.scene.counts) > 1 or not self.clemency):
            return Claim(self.scene, count, "part")
        whole = self.is_whole(count)
        if self.is_part(count) and not whole:
            return self.part(count)
        if whole and count.head == "political":
            return self.figure(count, "current_political_prisoners")
        return self.stated(count, whole)

    def part(self, count: Count) -> Claim:
        """A part of an act stays a part; a part of a figure can be a figure of its own."""
        claim = self.stated(count, is_whole=False)
        if claim.kind == "figure" and self.has_own_verb(count, claim.cue):
            persecuted = claim.cue is not None and claim.cue.kind == "prosecuted"
            return Claim(self.scene, count, "part") if persecuted else replace(claim, is_part=True)
        if claim.kind == "act" and (claim.is_cumulative or self.were_held(claim)) and not self.is_inside_act(count):
            return claim
        if claim.what in CLEMENCY and self.scene.has("total_of") and not self.follows_whole(count):
            return self.figure(count, "releases", claim.cue)
        return Claim(self.scene, count, "part", claim.what if claim.kind == "act" else "")

    def were_held(self, claim: Claim) -> bool:
        """`900 are held. Of the 900, 30 were freed on Monday`: an act, with a day of its own, among those held."""
        days = [mention for mention in claim.dates if mention.day]
        return bool(days) and not self.totals and self.topic == "current_political_prisoners"

    def is_inside_act(self, count: Count) -> bool:
        """`Since May 17 were released, 14 of them after their full term`: both numbers are of one verb."""
        before = [other for other in self.scene.counts if other.last <= count.first]
        close = before and count.first - before[-1].last <= 4
        return bool(close) and self.follows_whole(count) and self.act_of(before[-1]) == "act"

    def act_of(self, count: Count) -> str:
        return "" if count.is_partitive else self.stated(count, is_whole=False).kind

    def follows_whole(self, count: Count) -> bool:
        """`4,831 in all were pardoned, 685 of them in one prison`."""
        before = [other for other in self.scene.counts if other.last <= count.first]
        return count.is_partitive and any(other.value > count.value for other in before)

    def has_own_verb(self, count: Count, cue: Cue | None) -> bool:
        """`20,480 of them arrested`: a part with an act of its own."""
        if cue is None:
            return False
        after = cue.first - count.number.last
        return after >= 0 and (count.is_partitive or (cue.kind in METRICS and cue.first - count.last <= 3))

    def stated(self, count: Count, is_whole: bool) -> Claim:
        """What the verbs around a count say of it."""
        if count.head == "names":
            return self.listed(count)
        act = self.scene.nearest([cue for cue in self.clemency if not self.is_occasion(cue, count)], count)
        other = self.nearest_other(count)
        state = self.scene.nearest([cue for cue in self.stock if not self.is_aside(cue, count)], count)
        if self.is_restricted(count, other, state):
            return self.figure(count, "other", other[1] if other else None)
        if act and act[0] <= FARTHEST_ACT and not self.outweighed(count, act, other):
            return self.clemency_claim(count, act, state, is_whole)
        if state and state[0] <= FARTHEST_STATE and self.is_held(count, state, other):
            return self.figure(count, self.stock_metric(count), state[1])
        if other and other[0] <= FARTHEST_ACT and not self.is_denied(other[1]):
            return self.other_claim(count, other[1])
        if count.head == "political" and not count.is_more:
            return self.figure(count, "current_political_prisoners")
        return self.known_of(count)

    def known_of(self, count: Count) -> Claim:
        """`We know of 143 convicted`: the noun of the number is the act."""
        inside = [cue for cue in self.others if count.number.last <= cue.first < count.last and cue.kind in METRICS]
        known = any(cue.last <= count.first <= cue.last + 6 for cue in self.scene.cues("known"))
        return (
            self.figure(count, METRICS[inside[0].kind], inside[0])
            if inside and known
            else Claim(self.scene, count, "noise")
        )

    def is_occasion(self, act: Cue, count: Count) -> bool:
        """`91 were in jail before Sunday's release`: the noun only says when."""
        told = [cue for cue in self.scene.cues("occasion") if count.last <= cue.first or self.parts(act, count)]
        before = [cue for cue in told if 0 <= act.first - cue.last <= 3]
        passive = [cue for cue in self.scene.cues("passive") for when in before if when.last <= cue.first < act.first]
        return bool(before) and not passive and act.last - act.first == 1

    def parts(self, act: Cue, count: Count) -> bool:
        """`Before these releases there were 1,976`: a verb stands between, not `the release of 1,976`."""
        return any(act.last <= cue.first and cue.last <= count.first for cue in self.stock)

    def is_aside(self, cue: Cue, count: Count) -> bool:
        """`freed NAME, who had been in prison for a year, and 18 others`: the clause between is not of the 18."""
        tokens = self.scene.tokens
        opening = next((i for i in range(cue.first - 1, 0, -1) if tokens[i].text == ","), None)
        closed = any(token.text == "," for token in tokens[cue.last : count.first])
        return closed and opening is not None and tokens[opening + 1].key in self.scene.vocabulary.relatives

    def listed(self, count: Count) -> Claim:
        """`a list of political prisoners has 728 names`; other names are no people yet."""
        told = self.is_political_context(count) or (self.is_political_text and not self.totals)
        if any(cue.kind == "recognition" for cue in self.scene.acts):
            return self.figure(count, "other")
        if self.scene.has("tally") and told:
            return self.figure(count, "current_political_prisoners", self.scene.cues("tally")[0])
        return Claim(self.scene, count, "noise")

    def is_restricted(self, count: Count, other: tuple[int, Cue] | None, state: tuple[int, Cue] | None) -> bool:
        """`9,000 of the freed remain under restrictions`: neither free nor held."""
        near = other is not None and other[1].kind == "restricted" and other[0] <= 6
        return near and state is not None and state[0] <= 4

    def nearest_other(self, count: Count) -> tuple[int, Cue] | None:
        """The nearest act that is no clemency; after `20,480 of them` a verb is to be expected."""
        usable = self.usable_others(count)
        later = [cue for cue in usable if cue.first >= count.last] if count.is_partitive else []
        expected = self.scene.nearest(later, count)
        if expected and expected[0] <= 7:
            return expected
        return self.scene.nearest(usable, count)

    def clemency_claim(
        self, count: Count, act: tuple[int, Cue], state: tuple[int, Cue] | None, is_whole: bool
    ) -> Claim:
        cue = act[1]
        political = count.head == "political"
        held = state is not None and state[0] < act[0] and state[1].kind == "stock"
        if self.is_wished(cue, count) or self.is_denied(cue) or (held and self.states(count)):
            return self.held_instead(count, state[1] if held and state else None)
        promised = self.is_promised(cue)
        cumulative = not self.scene.has("promise") and self.is_cumulative(count, cue)
        if political and not cumulative and self.is_each(count):
            return self.figure(count, "current_political_prisoners", cue)
        # The whole that a part is compared with was told before: its day isn't this sentence's.
        dates = () if is_whole or promised else self.own_dates(count, cue)
        return Claim(self.scene, count, "act", cue.kind, cue, cumulative, promised, is_whole, dates=dates)

    def states(self, count: Count) -> bool:
        return count.head in ("political", "prisoners", "people", None)

    def held_instead(self, count: Count, state: Cue | None) -> Claim:
        """People whose release is only asked for, or denied, are held."""
        if state is not None and self.is_political_text:
            return self.figure(count, self.stock_metric(count), state)
        if count.head == "political" or (self.stock and self.is_political_context(count)):
            return self.figure(count, "current_political_prisoners", state)
        return Claim(self.scene, count, "noise")

    def other_claim(self, count: Count, cue: Cue) -> Claim:
        metric = METRICS.get(cue.kind)
        if metric is None:
            return Claim(self.scene, count, "noise")
        if count.head == "political" and metric in ("arrests", "detentions", "convictions"):
            metric = "current_political_prisoners"
        if cue.kind == "recognition" and not self.has_running_total():
            dated = any(mention.relation == "as_of" for mention in self.scene.dates)
            metric = "current_political_prisoners" if dated else "other"
        if count.head is None and not self.is_beside(count, cue):
            return Claim(self.scene, count, "noise")
        return self.figure(count, metric, cue)

    def figure(self, count: Count, metric: str, cue: Cue | None = None) -> Claim:
        if metric == "died_in_custody" and not self.is_in_custody(count):
            return Claim(self.scene, count, "noise")
        cumulative = self.has_running_total()
        return Claim(self.scene, count, "figure", metric, cue, cumulative, dates=tuple(self.scene.dates))

    # -- questions about a count --

    def is_in_custody(self, count: Count) -> bool:
        """Whether the dead were prisoners; in protests, coups and wars people die outside prison too."""
        held = count.head in ("political", "prisoners") or bool(self.stock) or self.scene.has("custody")
        return held or not self.scene.has("event")

    def stands_alone(self, count: Count) -> bool:
        """`Six women were released`: the women are the total."""
        others = [c for c in self.scene.counts if c is not count]
        act = self.scene.nearest(self.clemency, count)
        near = act is not None and act[0] <= FARTHEST_ACT
        return near and not others and not self.is_part(count) and not count.is_partitive

    def are_held(self, count: Count) -> bool:
        """`140 women remain in prison`, where no other number is spoken of."""
        state = self.scene.nearest(self.stock, count)
        act = self.scene.nearest(self.clemency, count)
        freed = act is not None and not self.is_wished(act[1], count) and not self.is_denied(act[1])
        alone = len(self.scene.counts) == 1 and not self.is_part(count) and not freed
        return alone and state is not None and state[0] <= 4 and self.is_political_text

    def is_part(self, count: Count) -> bool:
        """`including N`, `N of them`, `N among them`, `N out of M`."""
        if count.is_partitive and not self.is_first_told(count):
            return True
        inside = {place for cue in self.stock for place in cue.span}
        for cue in self.scene.cues("part_before"):
            if cue.first in inside:
                continue
            between = self.scene.tokens[cue.last : count.first]
            if any(cue.last <= says.first < count.first for says in self.scene.speech if says.kind == "says"):
                continue
            reach = 8 if cue.first <= 1 else 3
            if cue.last <= count.first and len(between) <= reach and not any(token.text in ".;:," for token in between):
                return True
        return self.is_before_whole(count) or self.is_after_whole(count)

    def is_first_told(self, count: Count) -> bool:
        """`Twelve of the defendants were let go`, where no number was told that they could be part of."""
        others = any(other is not count and other.value > count.value for other in self.scene.counts)
        return not (others or self.totals or self.topic)

    def is_after_whole(self, count: Count) -> bool:
        """`Of the 6,000 prisoners freed only 402 were ...`."""
        return any(other.last <= count.first and other.value > count.value for other in self.opening_wholes)

    def is_known_whole(self, claim: Claim) -> bool:
        """`Of the 230 detained, 57 were released`: the 230 were told before, and the verb is of the 57."""
        if not self.topic or claim.count not in self.opening_wholes:
            return False
        verb = claim.cue.first if claim.cue else len(self.scene.tokens)
        inside = self.scene.counts[self.scene.counts.index(claim.count) + 1 :]
        return any(other.value < claim.value and other.first < verb for other in inside)

    @cached_property
    def opening_wholes(self) -> list[Count]:
        """`Of the 6,000 ...` at the beginning of the sentence."""
        return [count for count in self.scene.counts[:2] if count.first <= 3 and self.is_whole(count)]

    @cached_property
    def act_dates(self) -> list[DateMention]:
        """The dates of the sentence that can be the day of an act; years only where no other is."""
        usable = [mention for mention in self.scene.dates if self.dates_act(mention)]
        usable = [mention for mention in usable if not self.is_dateline(mention)] or usable
        return [mention for mention in usable if not mention.is_year_only] or usable

    def is_before_whole(self, count: Count) -> bool:
        return any(
            count.number.last <= cue.first <= count.last and self.count_at(cue.last)
            for cue in self.scene.cues("whole", "of")
        )

    def is_whole(self, count: Count) -> bool:
        """The M of `N out of M`, of `of the M freed, N ...`, of `each of M`."""
        if count.is_partitive:
            return False
        for cue in self.scene.cues("whole", "of"):
            starts = cue.first == 0 or self.scene.tokens[cue.first - 1].text in ",;:."
            follows = any(0 <= cue.first - c.last <= 1 for c in self.scene.counts)
            # "many more of the 1,200": the rest is spoken of
            follows = follows or any(0 <= cue.first - many.last <= 1 for many in self.scene.cues("many"))
            if cue.last == count.first and (cue.kind == "whole" or starts or follows):
                return True
        return False

    def count_at(self, place: int) -> Count | None:
        return next((c for c in self.scene.counts if c.first - 1 <= place <= c.first), None)

    def is_tally(self, count: Count) -> bool:
        """`when its count stood at 198`."""
        if count.head is not None or self.is_subject(count):
            return False
        return any(0 < count.first - cue.last <= 3 and not self.clemency for cue in self.scene.cues("tally"))

    def tally_of_held(self, count: Count) -> Cue | None:
        """`puts the number of those still behind bars at 1,236`."""
        tallies = [cue for cue in self.scene.cues("tally") if cue.last == count.first]
        inside = [held for cue in tallies for held in self.stock if cue.first < held.first < cue.last]
        return inside[0] if inside and self.is_political_text else None

    def of_freed(self, count: Count) -> Cue | None:
        """`Of those let out, only 212 could be considered political prisoners`: they are free."""
        for cue in self.scene.cues("part_after"):
            after = [act for act in self.clemency if 0 <= act.first - cue.last <= 1 and act.last <= count.first]
            if after and not any(after[0].last <= held.first < count.first for held in self.scene.cues("negation")):
                return after[0]
        return None

    def is_refused(self, count: Count) -> bool:
        """`Two men refused to leave`: they are none of those who left."""
        cues = self.scene.cues("wish", "negation")
        alone = len(self.scene.counts) == 1 and count.head in SEXES and not count.is_partitive
        return alone and any(cue.first == count.last for cue in cues)

    def is_difference(self, count: Count) -> bool:
        """`28 more than in June`."""
        return any(count.number.last <= cue.first <= count.last for cue in self.scene.cues("difference"))

    def is_each(self, count: Count) -> bool:
        return any(0 <= count.first - cue.last <= 1 for cue in self.scene.cues("each"))

    def usable_others(self, count: Count) -> list[Cue]:
        """Acts that aren't inside the noun of the count: `14 jailed people`."""
        inside = range(count.number.last, count.last)
        usable = [cue for cue in self.others if cue.first not in inside]
        return [cue for cue in usable if not self.is_death_of_next(cue, count)]

    def is_death_of_next(self, cue: Cue, count: Count) -> bool:
        """`left out 180 prisoners, and four detainees died`: the verb is of the number right before it."""
        later = [other for other in self.scene.counts if other.first >= count.last]
        return cue.kind == "death" and any(other.last == cue.first for other in later)

    def outweighed(self, count: Count, act: tuple[int, Cue], other: tuple[int, Cue] | None) -> bool:
        """Clemency wins over `30 people convicted of`, unless the other verb is much nearer."""
        if other is None or (self.is_descriptor(other[1], count) and self.predicates(act[1], other[1])):
            return False
        governs = other[0] <= 3 and other[1].last <= act[1].first and other[0] + 2 < act[0]
        aside = any(t.text == "," for t in self.scene.tokens[other[1].last : act[1].first])
        return other[0] + 7 < act[0] or (governs and aside)

    def predicates(self, act: Cue, participle: Cue) -> bool:
        """`70 people arrested over the unrest had benefited from a pardon`: the verb of the sentence comes later."""
        between = self.scene.tokens[participle.last : act.first]
        parted = any(t.text in ",;" or t.key in self.scene.vocabulary.conjunctions for t in between)
        auxiliary = any(t.key in self.scene.vocabulary.active_aux | self.scene.vocabulary.copulas for t in between)
        return participle.last <= act.first and auxiliary and not parted

    def is_held(self, count: Count, state: tuple[int, Cue], other: tuple[int, Cue] | None) -> bool:
        if other and other[1].first <= count.number.first < other[1].last:
            return False
        if other and self.is_descriptor(other[1], count) and state[1].first > other[1].first:
            return True
        nearer = other is not None and other[0] < state[0] and count.head != "political"
        if nearer and state[1].kind != "detained_state" and not self.is_political_context(count):
            return False
        if other and other[1].kind in ("death", "dismissed", "restricted") and (other[0] <= state[0]):
            return False
        if other and other[1].kind == "prosecuted" and 0 <= other[1].first - state[1].last <= 3:
            # "are currently defendants in": the adverb says when, not where
            return False
        if other and other[1].kind == "recognition" and other[0] < state[0] and self.has_running_total():
            return count.is_partitive
        if other and self.has_verb_of_its_own(count, state[1], other[1]):
            return False
        if state[1].kind != "stock" and not self.is_political_text:
            return False
        named = count.head in ("political", "prisoners", "people") or 0 <= state[1].first - count.last <= 1
        return named or count.is_partitive or self.is_subject(count)

    def has_verb_of_its_own(self, count: Count, state: Cue, other: Cue) -> bool:
        """`22,741 are held and 7,693 have been killed`: what stands before belongs to another number."""
        earlier = [each for each in self.scene.counts if each.last <= count.first]
        follows = 0 <= other.first - count.last <= 4 and any(each.last <= state.first for each in earlier)
        leads = any(state.last <= each.first and each.last <= other.first < count.first for each in earlier)
        return state.last <= count.first and (follows or leads)

    def is_descriptor(self, cue: Cue, count: Count) -> bool:
        """`8,940 people arrested since May are still held`: the participle only describes."""
        described = count.head in ("people", "prisoners", "political") and cue.kind != "death"
        return cue.first == count.last and described

    def is_subject(self, count: Count) -> bool:
        """A number without a noun needs the verb beside it: `and 74 stay on it`."""
        return any(0 <= cue.first - count.last <= 4 or 0 <= count.first - cue.last <= 1 for cue in self.stock)

    def stock_metric(self, count: Count) -> str:
        if count.head == "political" or self.is_political_context(count):
            return "current_political_prisoners"
        if count.is_partitive and self.topic in ("arrests", "detentions", "convictions"):
            return "other"
        return "current_political_prisoners" if self.is_political_text else "other"

    def is_political_context(self, count: Count) -> bool:
        if self.topic in ("ever_recognised", "current_political_prisoners") and (
            count.is_partitive or count.head is None
        ):
            return True
        reasons = self.scene.cues("political")
        nearest = self.scene.nearest(reasons, count)
        return nearest is not None and nearest[0] <= FARTHEST_STATE

    def is_beside(self, count: Count, cue: Cue) -> bool:
        gap = max(cue.first - count.last, count.first - cue.last)
        return gap <= 4

    def is_wished(self, act: Cue, count: Count) -> bool:
        """`calls on him to release N`: asked for, not done."""
        latest = max(act.first, count.first)
        for cue in self.scene.cues("wish"):
            marks = [t.text for t in self.scene.tokens[cue.last : latest]]
            if cue.first < act.first and cue.last <= latest and latest - cue.last <= 18:
                return ";" not in marks and "(" not in marks
        return False

    def is_promised(self, act: Cue) -> bool:
        """`promised to release 70`."""
        return any(cue.first <= act.first <= cue.last + 4 for cue in self.scene.cues("promise"))

    def is_denied(self, act: Cue) -> bool:
        """`were not pardoned`, `did not release`."""
        return any(0 <= act.first - cue.last <= 2 for cue in self.scene.cues("negation"))

    def has_running_total(self) -> bool:
        return self.scene.has("cumulative") or any(mention.relation == "since" for mention in self.scene.dates)

    def is_cumulative(self, count: Count, act: Cue) -> bool:
        """A total over several acts: `since July`, `this year`; not when the count has its own day."""
        cues = [cue for cue in self.scene.cues("cumulative") if not self.is_since_arrest(cue)]
        records = {place for cue in self.scene.cues("record") for place in cue.span}
        cues = [cue for cue in cues if cue.first not in records]
        since = [m for m in self.scene.dates if m.relation == "since"]
        since = [m for m in since if m.first - 1 not in records]
        cues += [c for c in (Cue("since", m.first - 1, m.last) for m in since) if not self.is_since_arrest(c)]
        running = self.scene.nearest(cues, count)
        own = self.own_dates(count, act)
        if running is None:
            return self.is_running and not own
        if not own:
            return True
        nearest = min(self.date_distance(mention, count) for mention in own)
        return running[0] <= nearest and self.date_distance(own[0], count) > 4

    def is_since_arrest(self, cue: Cue) -> bool:
        """`held since 2020` tells of an arrest, not of a total."""
        before = [c for c in self.scene.acts if c.kind not in CLEMENCY] + self.scene.cues("stock")
        return any(0 <= cue.first - other.last <= 2 for other in before if other != cue)

    def own_dates(self, count: Count, act: Cue) -> tuple[DateMention, ...]:
        """Dates that can be the day of the act, nearest first."""
        usable = sorted(self.act_dates, key=lambda mention: self.date_distance(mention, count))
        first, last = self.segment(count)
        own = [mention for mention in usable if first <= mention.first < last]
        return tuple(own + [mention for mention in usable if mention not in own])

    def segment(self, count: Count) -> tuple[int, int]:
        """Where the date of a count stands in a series of dates and counts.

        Up to the count before where the series begins with a date ("on 4 May 30, on 6 May 37"),
        up to the count after where it begins with a count ("30 on 4 May, 37 on 6 May").
        """
        counts = self.scene.counts
        index = counts.index(count)
        exact = [mention for mention in self.scene.dates if not mention.is_year_only]
        first = min((mention.first for mention in exact), default=0)
        if first < counts[0].first:
            return (counts[index - 1].last if index else 0), count.first
        end = counts[index + 1].first if index + 1 < len(counts) else len(self.scene.tokens)
        return count.last, end

    def date_distance(self, mention: DateMention, count: Count) -> int:
        return self.scene.distance_to(Cue("date", mention.first, mention.last), count)

    def dates_act(self, mention: DateMention) -> bool:
        """Not `arrested in 2021`, not `since July`."""
        if mention.relation in ("since", "until", "as_of") or self.is_possessive(mention):
            return False
        if self.ends_range(mention) or self.is_of_promise(mention):
            return False
        if (
            self.is_of_event(mention)
            or self.is_since_clause(mention)
            or any(cue.last == mention.first for cue in self.scene.cues("eve"))
        ):
            return False
        place = (mention.first, mention.last)
        near = [self.scene.distance((c.first, c.last), place) for c in self.clemency]
        far = [self.scene.distance((c.first, c.last), place) for c in self.others]
        told_of_other = bool(far) and min(far) <= 3 and min(far) < min(near, default=99)
        return not told_of_other and not (mention.is_year_only and bool(far))

    def is_of_event(self, mention: DateMention) -> bool:
        """`the protests of 11 July`, `the elections on 9 August`, `the January events`."""
        for cue in self.scene.cues("event"):
            if mention.day is None and mention.last == cue.first:
                return True
            between = self.scene.tokens[cue.last : mention.first]
            if cue.last <= mention.first and len(between) <= 3 and all(is_small(token) for token in between):
                return True
        return False

    def is_since_clause(self, mention: DateMention) -> bool:
        """`Since the body was revived in April, 1,500 have been freed`: the day the counting began."""
        for cue in self.scene.cues("cumulative"):
            between = self.scene.tokens[cue.last : mention.first]
            if cue.first <= 1 and cue.last <= mention.first and len(between) <= 10:
                return all(token.text != "," for token in between)
        return False

    def ends_range(self, mention: DateMention) -> bool:
        """The 23 May of `verified 138 releases between 16 and 23 May`: no day of one act."""
        tokens, ranges = self.scene.tokens, self.scene.found["ranges"]
        for cue in ranges:
            first_day = cue.first - 1
            if cue.kind == "to" and 0 <= mention.first - cue.last <= 1 and tokens[first_day].shape == "number":
                return any(start.kind == "from" and is_right_before(start, first_day, tokens) for start in ranges)
        return False

    def is_of_promise(self, mention: DateMention) -> bool:
        """`has freed the 70 it promised in January to let go`: when it was promised."""
        for cue in self.scene.cues("promise"):
            between = self.scene.tokens[cue.last : mention.first]
            done = any(act.last <= cue.first for act in self.clemency)
            if done and cue.last <= mention.first and len(between) <= 4 and all(t.shape == "word" for t in between):
                return True
        return False

    def is_dateline(self, mention: DateMention) -> bool:
        """`GENEVA (20 October 2031) -`, `BRESK, Nov 14 -`: where and when the report was sent."""
        tokens = self.scene.tokens
        before, after = tokens[: mention.first], tokens[mention.last : mention.last + 5]
        placed = 1 <= len(before) <= 6 and all(is_name_or_mark(token) for token in before)
        dash = next((place for place, token in enumerate(after) if token.text in "-–—"), None)
        return placed and dash is not None and all(is_name_or_mark(token) for token in after[:dash])

    def is_possessive(self, mention: DateMention) -> bool:
        """`last year's protests`."""
        after = self.scene.tokens[mention.last : mention.last + 1]
        return bool(after) and after[0].text in ("'s", "’s")


def is_name_or_mark(token: Token) -> bool:
    return token.is_capital or token.shape == "mark"


def is_small(token: Token) -> bool:
    """A preposition or an article, by its length."""
    return token.shape == "word" and len(token.text) <= 5


def is_political(scenes: Sequence[Scene]) -> bool:
    """Whether the text speaks of political prisoners at all."""
    return any(scene.has("political") for scene in scenes) or any(
        count.head == "political" for scene in scenes for count in scene.counts
    )
