"""Announcements and figures on their way: what is known so far, and when two mentions are one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from .clauses import CLEMENCY, Scene
from .dates import DateMention
from .freed import Freed, rulers
from .matching import Cue
from .meaning import SEXES, Claim, is_political
from .names import same_person
from .proposals import ProposedAnnouncement, ProposedFigure
from .speakers import Source, Speakers, find_sources

# A rounded number stands for an exact one if it is no farther off than this share.
ROUNDING = 0.06
UNITS = {"arrests": "detentions", "detentions": "detentions", "convictions": "verdicts"}


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


class Drafts:
    """The state of a reading: drafts, figures, what the text speaks of and who speaks."""

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
        self.speaker: tuple[Source, Scene] | None = None
        self.spoken: set[str] = set()
        self.topic = ""
        self.about_freed = False
        self.listing = False
        self.unproved: list[tuple[ProposedFigure, Claim]] = []
        self.running = -1
        self.full_names: dict[str, str] = {}
        self.author: tuple[Source, Scene] | None = None

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
        told_again = draft.is_heading and not claim.scene.sentence.is_heading and count.head not in SEXES
        if told_again and proposal.qualifier != count.number.qualifier:
            # "At least ten freed" over "ten people were freed": the sentence says it best.
            proposal.qualifier, proposal.lowest = count.number.qualifier, count.number.lowest
            proposal.spans["total"] = claim.scene.span(count.first, count.last)
        draft.is_heading = draft.is_heading and claim.scene.sentence.is_heading
        if draft.claim and draft.claim.is_promised and not claim.is_promised:
            # "pledged to free 553 ... All 553 are free now"
            draft.claim = claim
        if not proposal.spans:
            proposal.quote = claim.scene.text(0, len(claim.scene.tokens))
            proposal.qualifier = count.number.qualifier
            proposal.lowest = count.number.lowest
            proposal.spans["total"] = claim.scene.span(count.first, count.last)
            self.set_authority(proposal, claim)
            if claim.cue:
                proposal.spans["kind"] = claim.scene.span(claim.cue.first, claim.cue.last)
        if draft.when is None or draft.when.edtf is None:
            self.set_date(draft, claim.dates, claim.scene)
        self.sharpen_kind(proposal, claim)
        if count.head == "political" and proposal.political is None:
            proposal.political = claim.value
            proposal.spans["political"] = claim.scene.span(count.first, count.last)
        if count.head in SEXES:
            self.set_sexes(proposal, {count.head: claim}, whole=True)

    def set_authority(self, proposal: ProposedAnnouncement, claim: Claim) -> None:
        """Who acts: a ruler named before the verb or after `by`, else an office or country there."""
        scene, act = claim.scene, claim.cue
        agents = {cue.last for cue in scene.cues("agent")}
        for source in find_sources(scene) if act else []:
            acts = source.last <= act.first if act else False
            led = any(0 <= source.first - place <= 3 for place in agents)
            ruler = any(same_person(source.text, ruler) for ruler in self.rulers)
            if (acts or led) and (ruler or source.kind == "official" or led):
                proposal.authority = source.text
                proposal.spans["authority"] = scene.span(source.first, source.last)
                return

    def set_date(self, draft: Draft, dates: Sequence[DateMention], scene: Scene) -> None:
        if dates:
            draft.when = dates[0]
            draft.proposal.date = dates[0].edtf
            draft.proposal.spans["date"] = scene.span(dates[0].first, dates[0].last)

    def lend_date(self, draft: Draft, claim: Claim) -> None:
        dates = [mention for mention in claim.scene.dates if mention.relation == "on"]
        if draft.when is None and len(dates) == 1 and dates[0].day:
            self.set_date(draft, dates, claim.scene)

    def sharpen_kind(self, proposal: ProposedAnnouncement, claim: Claim) -> None:
        """`released under an amnesty` is an amnesty: the word that says more wins."""
        kinds = [cue.kind for cue in claim.scene.acts if cue.kind in CLEMENCY and not self.is_of_another(cue, claim)]
        if proposal.kind == "release" or (proposal.kind == "pardon" and "amnesty" in kinds):
            for kind in ("exchange", "amnesty", "pardon"):
                if kind in kinds and not self.others_in(claim):
                    proposal.kind = kind
                    return

    def is_of_another(self, cue: Cue, claim: Claim) -> bool:
        """`52 were freed, and in October two were pardoned`: the second word is not of the 52."""
        scene = claim.scene
        others = [c for c in scene.counts if c.head not in SEXES and not c.is_partitive and c.value != claim.value]
        apart = scene.distance_to(cue, claim.count)
        return any(scene.distance_to(cue, other) < min(apart, 6) for other in others)

    def others_in(self, claim: Claim) -> bool:
        return sum(c.head not in SEXES for c in claim.scene.counts) > 2

    def add_figure(self, claim: Claim, metric: str, speakers: Speakers) -> None:
        """A figure with its speaker; the same figure again adds only what is new."""
        known = [f for f in self.figures if (f.metric, f.value) == (metric, claim.value)]
        figure = self.new_figure(claim, metric)
        self.set_speaker(figure, claim, speakers)
        self.set_period(figure, claim)
        if known and not self.says_more(figure, known):
            self.focus = known[-1]
            return
        self.figures.append(figure)
        if claim.cue is None:
            self.unproved.append((figure, claim))
        self.focus = figure

    def new_figure(self, claim: Claim, metric: str) -> ProposedFigure:
        number = claim.count.number
        figure = ProposedFigure(metric, claim.value, lowest=number.lowest, qualifier=number.qualifier)
        figure.quote = claim.scene.text(0, len(claim.scene.tokens))
        figure.spans["value"] = claim.scene.span(claim.count.first, claim.count.last)
        if claim.count.head is None:
            # "18,455 detentions": what is counted are events, not people
            figure.unit = UNITS.get(metric, "people")
            figure.confidence = 0.8
        if claim.cue is None:
            figure.confidence = 0.7
        return figure

    def set_speaker(self, figure: ProposedFigure, claim: Claim, speakers: Speakers) -> None:
        """The one quoted in the sentence, else the one quoted last if nobody came between."""
        source, scene = speakers.of(claim.count), claim.scene
        if source is None and scene.has("own"):
            source, scene = self.author or (None, scene)
        elif self.speaker and (source is None or speakers.is_reference(source)) and self.carries_on(scene):
            figure.confidence -= 0.2 * (source is None)
            source, scene = self.speaker
        elif source is None and self.author:
            figure.confidence -= 0.2
            source, scene = self.author
        if source is not None:
            figure.who_says = self.full_names.get(source.text, source.text)
            figure.spans["who_says"] = scene.span(source.first, source.last)

    def carries_on(self, scene: Scene) -> bool:
        """Whether the last speaker still speaks: in the same or the next line, or as the only one."""
        if self.speaker is None:
            return False
        near = scene.sentence.line - self.speaker[1].sentence.line <= 1
        return near or len(self.spoken) == 1

    def says_more(self, figure: ProposedFigure, known: list[ProposedFigure]) -> bool:
        """The same number again is a second figure only with another speaker and qualifier."""
        for other in known:
            same_speaker = figure.who_says in (None, other.who_says)
            if same_speaker or figure.qualifier == other.qualifier:
                other.who_says = other.who_says or figure.who_says
                return False
        return True

    def set_period(self, figure: ProposedFigure, claim: Claim) -> None:
        published = self.published.isoformat() if self.published else None
        if figure.metric == "current_political_prisoners":
            figure.as_of = self.stated(figure, "as_of", claim, "as_of", "on") or published
            return
        since = self.stated(figure, "period_from", claim, "since")
        until = self.stated(figure, "period_to", claim, "until")
        figure.measure = "cumulative" if since or claim.is_cumulative else "flow"
        figure.period_to = until or (published if figure.measure == "cumulative" else None)

    def stated(self, figure: ProposedFigure, name: str, claim: Claim, *relations: str) -> str | None:
        """The first date of these relations beside a figure, which becomes its field, with its words."""
        mention = next((m for m in claim.scene.dates if m.relation in relations and m.edtf), None)
        if mention is None:
            return None
        setattr(figure, name, mention.edtf)
        figure.spans[name] = claim.scene.span(mention.first, mention.last)
        return mention.edtf

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
            target.spans[other] = target.spans["men" if other == "women" else "women"]


def distinct(freed: Sequence[Freed]) -> list[Freed]:
    """Each person once, by the first and longest mention."""
    kept: list[Freed] = []
    for person in freed[:400]:
        if not any(same_person(person.name.text, other.name.text) for other in kept):
            kept.append(person)
    return kept
