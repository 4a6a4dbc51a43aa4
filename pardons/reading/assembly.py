"""From the meaning of single sentences to announcements and figures of the whole text."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from .clauses import CLEMENCY, Scene
from .dates import DateMention
from .freed import Freed, Roll, rulers
from .meaning import SEXES, Claim, Judge, is_political
from .names import same_person
from .proposals import ProposedAnnouncement, ProposedFigure
from .speakers import Source, Speakers

# A rounded number stands for an exact one if it is no farther off than this share.
ROUNDING = 0.06
MOST_PROPOSALS = 300
# A report has tens of numbers; a text with thousands is a table, and its beginning is enough.
MOST_COUNTS = 1500


@dataclass
class Draft:
    """An announcement on its way: the proposal, the claims it rests on, the date as found."""

    proposal: ProposedAnnouncement
    claim: Claim | None
    order: int
    when: DateMention | None = None
    is_earlier: bool = False
    is_heading: bool = False
    parts: set[int] = field(default_factory=set)
    names: list[Freed] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.proposal.total


class Assembly:
    """Reads the scenes of a text in order and keeps what they are about."""

    def __init__(self, scenes: Sequence[Scene], published: date | None) -> None:
        self.scenes = scenes
        self.published = published
        self.is_political = is_political(scenes)
        self.rulers = rulers(scenes)
        self.drafts: list[Draft] = []
        self.figures: list[ProposedFigure] = []
        self.groups: list[tuple[int, list[Freed], DateMention | None]] = []
        self.others: list[tuple[int, Claim]] = []
        self.focus: Draft | ProposedFigure | None = None
        self.speaker: Source | None = None
        self.topic = ""
        self.about_freed = False
        self.listing = False
        self.unproved: list[tuple[ProposedFigure, Claim]] = []
        self.running = -1
        self.seen = 0
        self.full_names: dict[str, str] = {}

    def run(self) -> tuple[list[ProposedAnnouncement], list[ProposedFigure]]:
        for order, scene in enumerate(self.scenes):
            self.seen += len(scene.counts)
            if self.seen > MOST_COUNTS or len(self.drafts) + len(self.figures) > MOST_PROPOSALS:
                break
            self.read(order, scene)
        self.settle()
        return [draft.proposal for draft in self.drafts], self.figures

    # -- one sentence --

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
        claims = self.without_swaps(claims)
        before = self.focus
        for claims_together in by_whole(claims):
            for claim in claims_together:
                self.take(order, claim, speakers)
            self.take_sexes(order, [claim for claim in claims_together if claim.kind == "sex"])
        self.take_names(order, scene, claims, speakers)
        self.take_withheld(scene, before)
        self.speaker = speakers.any() or self.speaker
        self.about_freed = self.is_about_freed(scene, claims)
        since = any(mention.relation == "since" for mention in scene.dates)
        flows = [c for c in claims if c.kind == "figure" and c.what != "current_political_prisoners"]
        if since and (flows or (not claims and scene.tokens[-1].text == ":")):
            self.running = scene.sentence.paragraph

    def learn_short_forms(self, speakers: Speakers) -> None:
        """After `Prisoners Defenders (PD)` a bare PD means them."""
        if any(token.text == "(" for token in speakers.scene.tokens):
            for source in speakers.sources:
                short = source.text.partition(" (")[2].rstrip(")")
                self.full_names.update({short: source.text} if short else {})

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
        elif claim.is_part and isinstance(self.focus, Draft):
            self.take_part(claim)
        elif claim.kind == "figure":
            self.add_figure(claim, claim.what, speakers)
        elif claim.kind == "part":
            self.take_part(claim)
        elif claim.kind == "tally" and self.figures:
            metric = self.figures[-1].metric
            self.add_figure(claim, metric if metric != "other" else "current_political_prisoners", speakers)
        elif claim.kind == "reference":
            self.focus = next(d for d in self.drafts if d.total == claim.value)

    def adds_to_names(self, claim: Claim) -> bool:
        """`NAME and five others`, or `covers five others` after a sentence with names."""
        if not claim.scene.names:
            return bool(self.groups)
        return any(name.last + 1 == claim.count.first for name in claim.scene.names)

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
        if claim.is_cumulative:
            self.add_figure(claim, "pardons" if claim.what == "pardon" else "releases", speakers)
            return
        ranged = claim.count.number.lowest is not None and speakers.of(claim.count) is not None
        if ranged or self.is_partial_report(claim, speakers):
            self.add_figure(claim, "releases", speakers)
            return
        if self.is_detail(claim):
            self.take_part(claim)
            return
        draft = self.same_act(claim) or self.new_draft(order, claim)
        self.enrich(draft, claim)
        self.focus = draft

    def is_partial_report(self, claim: Claim, speakers: Speakers) -> bool:
        """A smaller number of the same act in someone else's mouth: `114 of them reached us`."""
        main = next((d for d in self.drafts if not d.is_heading), None)
        if main is None or claim.value >= main.total or claim.dates or claim.count.is_more:
            return False
        if claim.scene.has("earlier") or self.same_act(claim):
            return False
        source = speakers.of(claim.count)
        return source is not None and source.kind in ("organisation", "group")

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

    def same_act(self, claim: Claim) -> Draft | None:
        """The draft that speaks of the same act: same number, dates that agree."""
        for draft in reversed(self.drafts):
            if draft.total == claim.value and self.dates_agree(draft, claim):
                return draft
        return None

    def dates_agree(self, draft: Draft, claim: Claim) -> bool:
        theirs = claim.dates[0].edtf if claim.dates else None
        if theirs is None:
            return not claim.scene.has("earlier") or draft.is_earlier
        ours = draft.when.edtf if draft.when else None
        if ours is not None:
            return theirs.startswith(ours) or ours.startswith(theirs)
        if claim.count.is_more:
            return draft.is_heading
        return not claim.scene.has("earlier") and self.is_recent(theirs)

    def is_recent(self, edtf: str) -> bool:
        """Whether a date can be that of the report's own act: up to two weeks before it came out."""
        if self.published is None or not edtf[:4].isdigit():
            return True
        if len(edtf) < 10:
            return self.published.isoformat().startswith(edtf)
        return 0 <= (self.published - date.fromisoformat(edtf)).days <= 14

    def new_draft(self, order: int, claim: Claim) -> Draft:
        proposal = ProposedAnnouncement(kind=claim.what, total=claim.value)
        draft = Draft(proposal, claim, order, is_heading=claim.scene.sentence.is_heading)
        draft.is_earlier = self.is_earlier(claim)
        self.drafts.append(draft)
        return draft

    def is_earlier(self, claim: Claim) -> bool:
        return claim.is_whole or (claim.scene.has("earlier") and bool(self.drafts))

    def enrich(self, draft: Draft, claim: Claim) -> None:
        """What this mention adds to the act."""
        proposal, count = draft.proposal, claim.count
        if not proposal.spans:
            proposal.quote = claim.scene.text(0, len(claim.scene.tokens))
            proposal.qualifier = count.number.qualifier
            proposal.lowest = count.number.lowest
            proposal.spans["total"] = claim.scene.span(count.first, count.last)
            if claim.cue:
                proposal.spans["kind"] = claim.scene.span(claim.cue.first, claim.cue.last)
        if draft.when is None or draft.when.edtf is None:
            self.set_date(draft, claim.dates, claim.scene)
        self.sharpen_kind(proposal, claim)
        if count.head == "political" and proposal.political is None:
            proposal.political = claim.value
        if count.head in SEXES:
            self.set_sexes(proposal, {count.head: claim}, whole=True)

    def set_date(self, draft: Draft, dates: Sequence[DateMention], scene: Scene) -> None:
        if dates:
            draft.when = dates[0]
            draft.proposal.date = dates[0].edtf
            draft.proposal.spans["date"] = scene.span(dates[0].first, dates[0].last)

    def sharpen_kind(self, proposal: ProposedAnnouncement, claim: Claim) -> None:
        """`released under an amnesty` is an amnesty: the word that says more wins."""
        kinds = [cue.kind for cue in claim.scene.acts if cue.kind in CLEMENCY]
        if proposal.kind == "release" or (proposal.kind == "pardon" and "amnesty" in kinds):
            for kind in ("exchange", "amnesty", "pardon"):
                if kind in kinds and not self.others_in(claim):
                    proposal.kind = kind
                    return

    def others_in(self, claim: Claim) -> bool:
        return sum(c.head not in SEXES for c in claim.scene.counts) > 2

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

    # -- women and men --

    def take_sexes(self, order: int, claims: list[Claim]) -> None:
        if not claims:
            return
        pair: dict[str, Claim] = {}
        for claim in claims:
            pair.setdefault(claim.what, claim)
        total = sum(claim.value for claim in pair.values())
        target = self.target_of(pair, total)
        if target is None:
            target = self.summed(order, pair, total)
        if target is not None:
            self.set_sexes(target, pair)

    def target_of(self, pair: dict[str, Claim], total: int) -> ProposedAnnouncement | ProposedFigure | None:
        """The number that these women and men are part of."""
        if len(pair) == 2:
            for draft in reversed(self.drafts):
                if draft.total == total:
                    return draft.proposal
            for figure in reversed(self.figures):
                if figure.value == total:
                    return figure
        if isinstance(self.focus, Draft) and self.focus.total >= total:
            complete = len(pair) == 2 and self.focus.total != total
            return None if complete and self.has_act(pair) else self.focus.proposal
        counted = self.focus if isinstance(self.focus, ProposedFigure) else None
        if counted and counted.value >= total and not (len(pair) == 2 and self.has_act(pair)):
            return counted
        return None

    def has_act(self, pair: dict[str, Claim]) -> bool:
        scene = next(iter(pair.values())).scene
        return any(cue.kind in CLEMENCY for cue in scene.acts)

    def summed(self, order: int, pair: dict[str, Claim], total: int) -> ProposedAnnouncement | None:
        """`three women and 13 men were freed`: the total is the sum."""
        claim = next(iter(pair.values()))
        acts = [cue for cue in claim.scene.acts if cue.kind in CLEMENCY]
        nearest = claim.scene.nearest(acts, claim.count)
        if nearest is None or self.drafts_hold(total):
            return None
        judge = Judge(claim.scene, self.is_political)
        dates = judge.own_dates(claim.count, nearest[1])
        proposal = ProposedAnnouncement(kind=nearest[1].kind, total=total, confidence=0.8)
        proposal.quote = claim.scene.text(0, len(claim.scene.tokens))
        spans = [each.scene.span(each.count.first, each.count.last) for each in pair.values()]
        proposal.spans["total"] = (min(s for s, _ in spans), max(e for _, e in spans))
        draft = Draft(proposal, claim, order)
        self.set_date(draft, dates, claim.scene)
        self.sharpen_kind(proposal, claim)
        self.drafts.append(draft)
        self.focus = draft
        return proposal

    def drafts_hold(self, total: int) -> bool:
        return any(draft.total > total for draft in self.drafts[:1])

    def set_sexes(
        self,
        target: ProposedAnnouncement | ProposedFigure,
        pair: dict[str, Claim],
        whole: bool = False,
    ) -> None:
        for sex, claim in pair.items():
            if getattr(target, sex) is None:
                setattr(target, sex, claim.value)
                target.spans[sex] = claim.scene.span(claim.count.first, claim.count.last)
        if whole:
            other = "men" if "women" in pair else "women"
            setattr(target, other, 0)

    # -- names --

    def take_names(self, order: int, scene: Scene, claims: list[Claim], speakers: Speakers) -> None:
        roll = Roll(scene, claims, speakers, self.about_freed, self.listing, self.rulers)
        freed = [each for each in roll.freed() if not (each.claim and each.claim.is_cumulative)]
        self.listing = roll.opens_list() or (self.listing and roll.is_entry())
        if not freed:
            return
        draft = self.draft_for(freed, scene, claims)
        if draft is not None:
            draft.names.extend(freed)
            return
        when = self.own_date(scene)
        self.groups.append((order, freed, when))

    def own_date(self, scene: Scene) -> DateMention | None:
        acts = [cue for cue in scene.acts if cue.kind in CLEMENCY]
        judge = Judge(scene, self.is_political)
        usable = [m for m in scene.dates if acts and judge.dates_act(m)]
        return usable[0] if usable else None

    def draft_for(self, freed: list[Freed], scene: Scene, claims: list[Claim]) -> Draft | None:
        """The act the names belong to: the one counted in this sentence, else the one in focus."""
        for claim in claims:
            draft = next((d for d in self.drafts if d.claim is claim), None)
            draft = draft or (self.same_act(claim) if claim.kind == "act" else None)
            if draft:
                return draft
        when = self.own_date(scene)
        focus = self.focus if isinstance(self.focus, Draft) else None
        focus = focus or next((d for d in self.drafts if not d.is_earlier), None)
        if focus and when and when.edtf and not self.agrees(focus, when):
            return None
        return focus

    def agrees(self, draft: Draft, when: DateMention) -> bool:
        ours = draft.proposal.date
        ours = ours or (self.published.isoformat() if self.published else None)
        if ours is None:
            return when.is_relative
        theirs = when.edtf or ""
        return theirs.startswith(ours) or ours.startswith(theirs)

    def take_withheld(self, scene: Scene, before: object) -> None:
        """`It didn't give their names`: no names were given with the act in focus, or with any."""
        cues = scene.found["names"]
        if not any(cue.kind == "withheld" for cue in cues):
            return
        always = any(cue.kind == "always" for cue in cues)
        for draft in self.drafts if always else self.spoken_of(before):
            draft.proposal.names_withheld = True
            draft.proposal.spans["names_withheld"] = (scene.sentence.start, scene.sentence.end)

    def spoken_of(self, before: object) -> list[Draft]:
        """The act this sentence speaks of, else the one before, else the first."""
        focus = self.focus if isinstance(self.focus, Draft) else before
        return [focus] if isinstance(focus, Draft) else self.drafts[:1]

    # -- figures --

    def add_figure(self, claim: Claim, metric: str, speakers: Speakers) -> None:
        known = [f for f in self.figures if (f.metric, f.value) == (metric, claim.value)]
        number = claim.count.number
        source = speakers.of(claim.count)
        if source and speakers.is_reference(source) and self.speaker:
            source = self.speaker
        inherited = source is None and self.speaker is not None and self.carries_on(speakers)
        if inherited:
            source = self.speaker
        if source is not None:
            source = replace(source, text=self.full_names.get(source.text, source.text))
        figure = ProposedFigure(metric, claim.value, lowest=number.lowest)
        figure.qualifier = number.qualifier
        figure.quote = claim.scene.text(0, len(claim.scene.tokens))
        figure.spans["value"] = claim.scene.span(claim.count.first, claim.count.last)
        if source is not None:
            figure.who_says = source.text
            figure.confidence -= 0.2 * inherited
        self.set_period(figure, claim)
        if known and not self.says_more(figure, known):
            self.focus = known[-1]
            return
        self.figures.append(figure)
        if claim.cue is None:
            self.unproved.append((figure, claim))
        self.focus = figure

    def says_more(self, figure: ProposedFigure, known: list[ProposedFigure]) -> bool:
        """The same number again is a second figure only with another speaker and qualifier."""
        for other in known:
            same_speaker = figure.who_says in (None, other.who_says)
            if same_speaker or figure.qualifier == other.qualifier:
                other.who_says = other.who_says or figure.who_says
                return False
        return True

    def carries_on(self, speakers: Speakers) -> bool:
        return True

    def set_period(self, figure: ProposedFigure, claim: Claim) -> None:
        published = self.published.isoformat() if self.published else None
        mentions = claim.scene.dates
        since = next((m.edtf for m in mentions if m.relation == "since"), None)
        until = next((m.edtf for m in mentions if m.relation == "until"), None)
        if figure.metric == "current_political_prisoners":
            stated = next((m.edtf for m in mentions if m.relation in ("as_of", "on")), None)
            figure.as_of = stated or published
            return
        figure.measure = "cumulative" if since or claim.is_cumulative else "flow"
        figure.period_from = since
        figure.period_to = until or (published if figure.measure == "cumulative" else None)

    # -- the whole text --

    def settle(self) -> None:
        """What only the whole text can tell."""
        self.free_unproved()
        self.add_others()
        self.add_groups()
        self.drop_roundings()
        self.drop_parts()
        self.drop_promises()
        self.drop_twins()
        self.set_names()
        self.drafts.sort(key=lambda draft: draft.order)
        self.set_dates()
        self.set_roles()

    def free_unproved(self) -> None:
        """`66 political prisoners were flown out. NAME and NAME are free`: an act without its verb."""
        if self.drafts or not self.groups:
            return
        order, freed, _ = self.groups[0]
        for figure, claim in self.unproved:
            told_before = claim.scene.sentence.line <= freed[0].scene.sentence.line
            if told_before and figure in self.figures and figure.value >= len(freed):
                self.figures.remove(figure)
                draft = self.new_draft(order, replace(claim, kind="act", what="release"))
                self.enrich(draft, replace(claim, dates=()))
                self.lend_date(draft, claim)
                draft.names = [each for group in self.groups for each in group[1]]
                self.groups.clear()
                return

    def add_others(self) -> None:
        """`NAME and five others`: the total is the names and the others."""
        for order, claim in self.others:
            near = [group for group in self.groups if order - 2 <= group[0] <= order]
            if near and not any(draft.order <= order for draft in self.drafts):
                at, freed, when = near[-1]
                self.groups.remove(near[-1])
                self.add_named(at, freed, when, len(freed) + claim.value)

    def add_groups(self) -> None:
        """People named as freed on a day of their own make an announcement of as many."""
        for order, freed, when in self.groups:
            people = distinct(freed)
            alone = not self.drafts
            if (len(people) >= 2 and (alone or (when and when.edtf))) or (alone and people):
                self.add_named(order, people, when, len(people))

    def add_named(self, order: int, freed: list[Freed], when: DateMention | None, total: int) -> None:
        scene = freed[0].scene
        kind = next((cue.kind for cue in scene.acts if cue.kind in CLEMENCY), "release")
        proposal = ProposedAnnouncement(kind=kind, total=total, confidence=0.6)
        proposal.quote = scene.text(0, len(scene.tokens))
        proposal.spans["total"] = scene.span(freed[0].name.first, freed[-1].name.last)
        draft = Draft(proposal, None, order, names=list(freed))
        if when:
            self.set_date(draft, [when], scene)
        self.drafts.append(draft)

    def drop_roundings(self) -> None:
        """`nearly 6,000` in the headline is the 5,774 of the text."""
        exact = [d for d in self.drafts if d.proposal.qualifier == "exact"]
        self.drafts = [d for d in self.drafts if not self.rounds(d, exact)]

    def rounds(self, draft: Draft, exact: list[Draft]) -> bool:
        if draft.proposal.qualifier == "exact":
            return False
        for other in exact:
            if abs(other.total - draft.total) <= ROUNDING * draft.total:
                other.names = draft.names + other.names
                other.order = min(other.order, draft.order)
                if draft.proposal.kind != "release":
                    other.proposal.kind = draft.proposal.kind
                return True
        return False

    def drop_parts(self) -> None:
        """Numbers that turn out to be parts of another: of a headline, or summing up to a total."""
        parts = set().union(*(d.parts for d in self.drafts if not d.is_heading), set())
        headings = [d for d in self.drafts if d.is_heading and d.total in parts]
        for heading in headings:
            bigger = [d for d in self.drafts if d.total > heading.total]
            if bigger:
                bigger[0].proposal.political = bigger[0].proposal.political or heading.total
                self.drafts.remove(heading)
        for total in {draft.total for draft in self.drafts}:
            for scene_drafts in self.by_scene():
                undated = [d for d in scene_drafts if d.when is None and d.total < total]
                if len(undated) > 1 and self.sums_up(undated, total):
                    self.drafts = [d for d in self.drafts if d not in undated]

    def sums_up(self, drafts: list[Draft], total: int) -> bool:
        found = sum(draft.total for draft in drafts)
        minors = sum(draft.proposal.minors or 0 for draft in drafts)
        return total in (found, found + minors)

    def by_scene(self) -> list[list[Draft]]:
        scenes: dict[int, list[Draft]] = {}
        for draft in self.drafts:
            scenes.setdefault(draft.order, []).append(draft)
        return list(scenes.values())

    def drop_promises(self) -> None:
        """What was promised is an announcement only where nothing was done yet."""
        promised = [d for d in self.drafts if d.claim and d.claim.is_promised]
        if len(promised) < len(self.drafts):
            for draft in promised:
                self.drafts.remove(draft)
                self.figures.append(self.as_promise(draft))

    def as_promise(self, draft: Draft) -> ProposedFigure:
        figure = ProposedFigure("other", draft.total, measure="flow", quote=draft.proposal.quote)
        figure.qualifier = draft.proposal.qualifier
        figure.spans["value"] = draft.proposal.spans["total"]
        scene = draft.claim.scene if draft.claim else None
        cue = next(iter(scene.cues("promise")), None) if scene else None
        before = [s for s in Speakers(scene).sources if cue and s.last <= cue.first] if scene else []
        figure.who_says = before[-1].text if before else None
        return figure

    def drop_twins(self) -> None:
        """A number without a verb is no stock where the text says of it that they are free."""
        for draft in self.drafts:
            for figure, claim in self.unproved:
                if figure.value == draft.total and figure in self.figures:
                    self.figures.remove(figure)
                    self.lend_date(draft, claim)

    def lend_date(self, draft: Draft, claim: Claim) -> None:
        dates = [mention for mention in claim.scene.dates if mention.relation == "on"]
        if draft.when is None and len(dates) == 1 and dates[0].day:
            self.set_date(draft, dates, claim.scene)

    def set_names(self) -> None:
        for draft in self.drafts:
            for freed in distinct(draft.names):
                draft.proposal.named.append(freed.name.text)
                span = freed.scene.span(freed.name.first, freed.name.last)
                draft.proposal.spans.setdefault("named", []).append(span)

    def set_roles(self) -> None:
        main = next((d for d in self.drafts if not d.is_earlier), None)
        latest = (main and main.proposal.date) or ""
        for draft in self.drafts:
            date_text = draft.proposal.date or ""
            more = draft.claim is not None and draft.claim.count.is_more
            recalled = bool(date_text) and not latest and more and draft is not main
            if draft.is_earlier or recalled or (date_text and date_text[: len(latest)] < latest):
                draft.proposal.role = "background"

    def set_dates(self) -> None:
        """The day published stands in where the main act has no date of its own."""
        for draft in self.drafts:
            promised = draft.claim is not None and draft.claim.is_promised
            if draft.when is None and not draft.is_earlier and not promised:
                nearby = self.nearby_date(draft)
                if nearby is not None:
                    draft.proposal.date = nearby
                elif self.published and draft is self.drafts[0]:
                    draft.proposal.date = self.published.isoformat()

    def nearby_date(self, draft: Draft) -> str | None:
        """A date in the sentence before or after that speaks of a decree or an act."""
        for order in (draft.order - 1, draft.order + 1, draft.order + 2):
            if not 0 <= order < len(self.scenes):
                continue
            scene = self.scenes[order]
            if scene.has("earlier") or any(d.order == order for d in self.drafts):
                continue
            acts = [cue for cue in scene.acts if cue.kind in CLEMENCY]
            if not (scene.has("decree", "reported") or (acts and not scene.counts)):
                continue
            usable = [m for m in scene.dates if m.relation == "on" and m.day]
            if usable:
                return usable[0].edtf
        return None


def by_whole(claims: list[Claim]) -> list[list[Claim]]:
    """Claims in groups: each number with the women and men that follow it."""
    groups: list[list[Claim]] = [[]]
    for claim in claims:
        kinds = {each.kind for each in groups[-1]}
        if claim.kind in ("act", "figure") and "sex" in kinds and kinds & {"act", "figure"}:
            groups.append([])
        groups[-1].append(claim)
    return groups


def distinct(freed: Sequence[Freed]) -> list[Freed]:
    """Each person once, by the first and longest mention."""
    kept: list[Freed] = []
    for person in freed[:400]:
        if not any(same_person(person.name.text, other.name.text) for other in kept):
            kept.append(person)
    return kept
