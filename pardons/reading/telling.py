"""Sentence by sentence: each claim becomes a draft, a figure, or a part of one."""

from dataclasses import replace
from itertools import pairwise

from .breakdown import Breakdown
from .clauses import CLEMENCY, Scene
from .drafts import ROUNDING, Draft
from .meaning import Claim, Judge
from .proposals import ProposedFigure
from .speakers import Source, Speakers


class Telling(Breakdown):
    """Follows a text in order."""

    def read(self, order: int, scene: Scene) -> None:
        if scene.is_silent:
            self.listing = False
            return
        totals = frozenset(draft.total for draft in self.drafts)
        judge = Judge(scene, self.is_political, self.topic, self.is_running(scene), totals)
        claims = judge.claims()
        self.topic = judge.topic
        speakers = Speakers(scene)
        self.learn_short_forms(speakers)
        self.learn_author(speakers)
        claims = self.without_breakdown(self.without_swaps(claims))
        before = self.focus
        for claims_together in by_whole(claims):
            for claim in claims_together:
                self.take(order, claim, speakers)
            self.take_sexes(order, [claim for claim in claims_together if claim.kind == "sex"])
        self.take_names(order, scene, claims, speakers)
        self.take_withheld(scene, before)
        source = speakers.any()
        if source is not None:
            self.speaker = (source, scene)
            self.spoken.add(source.text)
            self.lend_speaker(order, scene, claims, source)
        self.about_freed = self.is_about_freed(scene, claims)
        self.take_conditions(scene, claims, before)
        since = any(mention.relation == "since" for mention in scene.dates)
        flows = [c for c in claims if c.kind == "figure" and c.what != "current_political_prisoners"]
        if since and (flows or (not claims and scene.tokens[-1].text == ":")):
            self.running = scene.sentence.paragraph

    def lend_speaker(self, order: int, scene: Scene, claims: list[Claim], source: Source) -> None:
        """`This was reported by NAME`: who says the numbers of the sentence before."""
        if order == 0 or claims or not any(cue.first <= 1 for cue in scene.cues("reported")):
            return
        before = self.quote_of(order - 1)
        for figure in self.figures:
            if figure.quote == before and figure.who_says is None:
                figure.who_says = source.text
                figure.spans["who_says"] = scene.span(source.first, source.last)

    def learn_short_forms(self, speakers: Speakers) -> None:
        """After `Prisoners Defenders (PD)` a bare PD means them."""
        if any(token.text == "(" for token in speakers.scene.tokens):
            for source in speakers.sources:
                short = source.text.partition(" (")[2].rstrip(")")
                self.full_names.update({short: source.text} if short else {})

    def learn_author(self, speakers: Speakers) -> None:
        """Under `Statement of the Name centre` they are the “we” of the text."""
        if not speakers.scene.sentence.is_heading:
            return
        for cue in speakers.scene.cues("author"):
            after = [source for source in speakers.sources if 0 <= source.first - cue.last <= 2]
            if after:
                self.author = (after[0], speakers.scene)

    def is_running(self, scene: Scene) -> bool:
        """Whether the line before in the same paragraph gave a total since some day."""
        return self.running == scene.sentence.paragraph

    def without_swaps(self, claims: list[Claim]) -> list[Claim]:
        """`ten were exchanged for four` is one act of fourteen."""
        for first, second in pairwise(claims):
            if self.is_swap(first, second):
                number = replace(first.count.number, value=first.value + second.value)
                both = replace(
                    first,
                    kind="act",
                    what="exchange",
                    count=replace(first.count, number=number, last=second.count.last),
                )
                rest = [claim for claim in claims if claim not in (first, second)]
                return [both, *rest]
        return claims

    def without_breakdown(self, claims: list[Claim]) -> list[Claim]:
        """`463 were freed, 220 had half, 118 no fine` after 801 pardoned: numbers that add up to it are its parts."""
        counted = [claim for claim in claims if claim.kind in ("act", "figure", "noise", "part")]
        whole = sum(claim.value for claim in counted)
        if len(counted) < 3 or whole not in {draft.total for draft in self.drafts}:
            return claims
        return [replace(claim, kind="part") if claim in counted else claim for claim in claims]

    def is_swap(self, first: Claim, second: Claim) -> bool:
        """`16 in exchange for eight`; a bare `for` only where the sentence speaks of an exchange."""
        between = (first.count.last, second.count.first)
        cues = [c for c in first.scene.cues("in_return") if between[0] <= c.first and c.last <= between[1]]
        exchanged = any(cue.kind == "exchange" for cue in first.scene.acts)
        exchanged = exchanged and "exchange" in (first.what, second.what)
        return any(exchanged or cue.last - cue.first > 1 for cue in cues)

    def is_about_freed(self, scene: Scene, claims: list[Claim]) -> bool:
        spoken = [claim for claim in claims if claim.kind != "noise"]
        if spoken:
            return any(claim.kind in ("act", "part", "sex", "reference") for claim in spoken)
        acts = [cue for cue in scene.acts if cue.kind in CLEMENCY]
        return bool(acts) or (self.about_freed and not scene.sentence.is_heading)

    def take(self, order: int, claim: Claim, speakers: Speakers) -> None:
        if claim.kind in ("noise", "figure") and self.makes_exact(claim):
            return
        if claim.count.is_other and claim.kind in ("act", "noise") and self.adds_to_names(claim):
            self.others.append((order, claim))
        elif claim.kind == "act":
            self.take_act(order, claim, speakers)
        elif claim.is_part and (self.fits_in_act(claim) or self.is_same_again(claim)):
            self.take_part(claim)
        elif claim.kind == "figure":
            self.add_figure(claim, claim.what, speakers)
        elif claim.kind == "part":
            self.take_part(claim)
        elif claim.kind == "tally" and (self.figures or self.speaks_of_political(order)):
            metric = self.figures[-1].metric if self.figures else "other"
            self.add_figure(claim, metric if metric != "other" else "current_political_prisoners", speakers)
        elif claim.kind == "reference":
            self.focus = next(d for d in self.drafts if d.total == claim.value)
            self.focus.is_heading = self.focus.is_heading and claim.scene.sentence.is_heading
            if any(cue.kind == "transferred" for cue in claim.scene.acts):
                self.lend_date(self.focus, claim)

    def speaks_of_political(self, order: int) -> bool:
        """Whether this sentence or the one before names political prisoners: `puts their number at`."""
        near = self.scenes[max(0, order - 1) : order + 1]
        return any(scene.has("political") for scene in near)

    def fits_in_act(self, claim: Claim) -> bool:
        """A part is smaller than its whole: 83 held are none of the 12 who were freed."""
        return isinstance(self.focus, Draft) and claim.value < self.focus.total

    def is_same_again(self, claim: Claim) -> bool:
        """`22 were convicted; 13 of them were sentenced to prison`: the 13 are inside, and of the same kind."""
        focus = self.focus
        return isinstance(focus, ProposedFigure) and focus.metric == claim.what and focus.value > claim.value

    def adds_to_names(self, claim: Claim) -> bool:
        """`NAME and five others`, or `covers five others` after a sentence with names."""
        if not claim.scene.names:
            return bool(self.groups)
        scene = claim.scene
        follows = scene.tokens[claim.count.first - 1].key in scene.vocabulary.conjunctions
        if claim.count.first and follows and any(name.last < claim.count.first for name in scene.names):
            return True
        and_ = [n.last + 1 for n in scene.names if scene.tokens[n.last].key in scene.vocabulary.conjunctions]
        return claim.count.first in and_

    def makes_exact(self, claim: Claim) -> bool:
        """`The exact number is 3,765` after `nearly 3,800 to be freed`."""
        draft = self.focus if isinstance(self.focus, Draft) else None
        number = claim.count.number
        if draft is None or draft.proposal.qualifier == "exact" or number.qualifier != "exact":
            return False
        if claim.value == draft.total or abs(claim.value - draft.total) > ROUNDING * draft.total:
            return False
        draft.proposal.total, draft.proposal.qualifier = claim.value, "exact"
        draft.proposal.spans["total"] = claim.scene.span(claim.count.first, claim.count.last)
        return True

    def take_act(self, order: int, claim: Claim, speakers: Speakers) -> None:
        summed = self.sums_up_before(order, claim)
        if summed:
            self.drafts = [draft for draft in self.drafts if draft.order != order - 1]
            self.figures = [figure for figure in self.figures if figure.quote != self.quote_of(order - 1)]
        if claim.is_cumulative and not summed:
            self.add_figure(claim, "pardons" if claim.what == "pardon" else "releases", speakers)
            return
        ranged = claim.count.number.lowest is not None and speakers.of(claim.count) is not None
        if ranged or (self.is_grand_total(claim) and not summed) or self.is_partial_report(claim, speakers):
            self.drafts = [draft for draft in self.drafts if not draft.is_heading or draft.total != claim.value]
            is_pardon = claim.what == "pardon" and claim.scene.has("total_of")
            self.add_figure(claim, "pardons" if is_pardon else "releases", speakers)
            return
        if self.is_detail(claim):
            self.take_part(claim)
            return
        draft = self.same_act(claim) or self.new_draft(order, claim)
        self.enrich(draft, claim)
        self.focus = draft

    def sums_up_before(self, order: int, claim: Claim) -> bool:
        """`154 are let off, 12 have half, 9 a fine. In total the order covers 175`: the parts came first."""
        before = self.scenes[order - 1].counts if order and claim.scene.has("total_of") else []
        return len(before) > 1 and sum(count.value for count in before) == claim.value

    def is_grand_total(self, claim: Claim) -> bool:
        """`In all, 250 have been freed` after an act of 23: the sum of several acts."""
        first = next((d for d in self.drafts if not d.is_heading), None)
        summed = claim.scene.has("total_of") and not claim.dates
        return summed and first is not None and claim.value > first.total

    def is_partial_report(self, claim: Claim, speakers: Speakers) -> bool:
        """A smaller number of the same act in someone else's mouth: `114 of them reached us`."""
        main = next((d for d in self.drafts if not d.is_heading), None)
        if main is None or claim.value >= main.total or claim.dates or claim.count.is_more:
            return False
        known = self.same_act(claim)
        told = known is not None and not known.is_heading
        if claim.scene.has("earlier") or told or (main.claim and main.claim.is_promised):
            return False
        source = speakers.of(claim.count) or self.last_speaker(speakers)
        listed = speakers.listed(claim.count) is not None
        return source is not None and (listed or source.kind in ("organisation", "group"))

    def last_speaker(self, speakers: Speakers) -> Source | None:
        """`It has identified 90 who left prison`: the one who spoke before."""
        return self.speaker[0] if self.speaker and speakers.has_pronoun() else None

    def quote_of(self, order: int) -> str:
        scene = self.scenes[order]
        return scene.text(0, len(scene.tokens))

    def is_detail(self, claim: Claim) -> bool:
        """A smaller number of an act already told, that nobody announces: a detail of it."""
        main = next((d for d in self.drafts if not d.is_heading), None)
        if main is None or claim.value >= main.total or claim.dates or claim.count.is_more:
            return False
        if claim.scene.has("earlier") or self.same_act(claim) or claim.cue is None:
            return False
        if main.claim is not None and main.claim.is_promised:
            return False
        scene = claim.scene
        titles = [c for c in scene.found["titles"] if c.last <= claim.cue.first]
        agents = [name for name in scene.names if name.last <= claim.cue.first]
        active = claim.cue.first < claim.count.first and bool(titles or agents)
        return not active

    def take_part(self, claim: Claim) -> None:
        """A part of the number before: political, minors, or a detail that is dropped."""
        span = claim.scene.span(claim.count.first, claim.count.last)
        own_children = any(c.last == claim.count.first for c in claim.scene.cues("having"))
        if isinstance(self.focus, Draft):
            self.focus.parts.add(claim.value)
            proposal = self.focus.proposal
            if claim.count.head == "political" and proposal.total >= claim.value:
                proposal.political = claim.value
                proposal.spans["political"] = span
        target = self.focus.proposal if isinstance(self.focus, Draft) else self.focus
        if target and claim.count.head == "minors" and target.minors is None and not own_children:
            target.minors = claim.value
            target.spans["minors"] = span


def by_whole(claims: list[Claim]) -> list[list[Claim]]:
    """Claims in groups: each number with the women and men that follow it."""
    groups: list[list[Claim]] = [[]]
    for claim in claims:
        kinds = {each.kind for each in groups[-1]}
        if claim.kind in ("act", "figure") and "sex" in kinds and kinds & {"act", "figure"}:
            groups.append([])
        groups[-1].append(claim)
    return groups
