"""Who is in a number: women and men, people named, names withheld."""

from .clauses import CLEMENCY, Scene
from .conditions import LONGEST, conditions_of, worded
from .dates import DateMention
from .drafts import Draft, Drafts
from .freed import Freed, Roll
from .meaning import Claim, Judge
from .proposals import ProposedAnnouncement, ProposedFigure
from .speakers import Speakers


class Breakdown(Drafts):
    """Finds the number that women, men and names belong to."""

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
        if named := self.named_by_noun(scene):
            return named
        when = self.own_date(scene)
        focus = self.focus if isinstance(self.focus, Draft) else None
        focus = focus or next((d for d in self.drafts if not d.is_earlier), None)
        if focus and when and when.edtf and not self.agrees(focus, when):
            return None
        return focus

    def named_by_noun(self, scene: Scene) -> Draft | None:
        """After `10 Northlanders ..., 20 miners ...`: `The Northlanders include NAME`."""
        opening = {token.key for token in scene.tokens[:3] if token.shape == "word" and len(token.key) > 4}
        for draft in self.drafts if len(self.drafts) > 1 else ():
            if draft.claim is not None:
                after = draft.claim.count.number.last
                if opening.intersection(token.key for token in draft.claim.scene.tokens[after : after + 3]):
                    return draft
        return None

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

    def take_conditions(self, scene: Scene, claims: list[Claim], before: object) -> None:
        """`on condition that they leave the country`: of the act this sentence speaks of, if it speaks of the freed."""
        if not self.about_freed or any(claim.kind == "figure" for claim in claims):
            return
        for draft in self.spoken_of(before)[:1]:
            for first, last in conditions_of(scene):
                said = worded(scene.text(first, last))
                known = draft.proposal.conditions
                if said not in (known or "") and len(known or "") + len(said) + 2 <= LONGEST:
                    draft.proposal.conditions = f"{known}; {said}" if known else said
                    draft.proposal.spans.setdefault("conditions", []).append(scene.span(first, last))

    def spoken_of(self, before: object) -> list[Draft]:
        """The act this sentence speaks of, else the one before, else the first."""
        focus = self.focus if isinstance(self.focus, Draft) else before
        return [focus] if isinstance(focus, Draft) else self.drafts[:1]
