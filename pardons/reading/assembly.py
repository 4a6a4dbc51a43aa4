"""What only the whole text can tell: roundings, parts, promises, roles and days."""

from dataclasses import replace

from .clauses import CLEMENCY
from .dates import DateMention
from .drafts import ROUNDING, Draft, distinct
from .freed import Freed
from .proposals import ProposedAnnouncement, ProposedFigure
from .sexes import MEN, WOMEN, sex_of
from .speakers import Speakers
from .telling import Telling

MOST_PROPOSALS = 300


class Assembly(Telling):
    """Reads the scenes of a text in order, then settles what they add up to."""

    def run(self) -> tuple[list[ProposedAnnouncement], list[ProposedFigure]]:
        for order, scene in enumerate(self.scenes):
            if len(self.drafts) + len(self.figures) > MOST_PROPOSALS:
                break
            self.read(order, scene)
        self.settle()
        return [draft.proposal for draft in self.drafts], self.figures

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
        self.set_sexes_of_names()
        self.set_confidence()
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
            # "monitors count 1,500": whose number somebody tells has its meaning
            if told_before and figure.who_says is None and figure in self.figures and figure.value >= len(freed):
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
                if not bigger[0].proposal.political:
                    bigger[0].proposal.political = heading.total
                    bigger[0].proposal.spans["political"] = heading.proposal.spans["total"]
                self.drafts.remove(heading)
        self.drop_headings()
        for total in {draft.total for draft in self.drafts}:
            for scene_drafts in self.by_scene():
                days = {d.when.edtf for d in scene_drafts if d.when and d.total == total}
                undated = [d for d in scene_drafts if d.total < total and (d.when is None or d.when.edtf in days)]
                if len(undated) > 1 and self.sums_up(undated, total):
                    whole = next(d for d in self.drafts if d.total == total)
                    whole.names += [name for d in undated for name in d.names]
                    self.drafts = [d for d in self.drafts if d not in undated]

    def drop_headings(self) -> None:
        """`Two Xs and a Y freed` over a text that opens with three: a number that no sentence repeats is a part."""
        lead = next((d for d in self.drafts if not d.is_heading), None)
        if lead is None or lead.claim is None or lead.is_earlier or lead.claim.count.is_more or lead.claim.dates[1:]:
            return
        opens = lead.order <= 1 + max((d.order for d in self.drafts if d.is_heading), default=-1)
        if opens:
            self.drafts = [d for d in self.drafts if not d.is_heading or d.total >= lead.total]

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
                self.drafts[0].names += draft.names
                self.figures.append(self.as_promise(draft))

    def as_promise(self, draft: Draft) -> ProposedFigure:
        figure = ProposedFigure("other", draft.total, measure="flow", quote=draft.proposal.quote)
        figure.qualifier = draft.proposal.qualifier
        figure.spans["value"] = draft.proposal.spans["total"]
        scene = draft.claim.scene if draft.claim else None
        cue = next(iter(scene.cues("promise")), None) if scene else None
        before = [s for s in Speakers(scene).sources if cue and s.last <= cue.first] if scene else []
        if before and scene:
            figure.who_says = before[-1].text
            figure.spans["who_says"] = scene.span(before[-1].first, before[-1].last)
        return figure

    def drop_twins(self) -> None:
        """A number without a verb is no stock where the text says of it that they are free."""
        for draft in self.drafts:
            for figure, claim in self.unproved:
                if figure.value == draft.total and figure in self.figures:
                    self.figures.remove(figure)
                    self.lend_date(draft, claim)

    def set_names(self) -> None:
        for draft in self.drafts:
            for freed in distinct(draft.names):
                draft.proposal.named.append(freed.name.text)
                span = freed.scene.span(freed.name.first, freed.name.last)
                draft.proposal.spans.setdefault("named", []).append(span)

    def set_sexes_of_names(self) -> None:
        """Where an act names all of those it counts, and each name is a woman's or a man's."""
        for draft in self.drafts:
            proposal = draft.proposal
            told = proposal.women is not None or proposal.men is not None or proposal.qualifier != "exact"
            if told or not proposal.named or len(proposal.named) != proposal.total:
                continue
            sexes = [sex_of(name, self.scenes[0].vocabulary) for name in proposal.named]
            if None not in sexes:
                proposal.women, proposal.men = sexes.count(WOMEN), sexes.count(MEN)
                whole = (proposal.spans["named"][0][0], proposal.spans["named"][-1][1])
                proposal.spans["women"] = proposal.spans["men"] = whole

    def set_confidence(self) -> None:
        """Less for a total that was summed or understood, and for a day nobody stated."""
        for draft in self.drafts:
            understood = draft.claim is None or draft.claim.count.head is None
            unsure = 0.1 * understood + 0.1 * (draft.when is None) + 0.1 * draft.is_heading
            draft.proposal.confidence = round(draft.proposal.confidence - unsure, 2)

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
                    draft.proposal.date = self.month_of_heading(draft) or self.published.isoformat()

    def month_of_heading(self, draft: Draft) -> str | None:
        """`Chronicle of February`: what has no day of its own happened in that month."""
        for scene in self.scenes[: draft.order]:
            months = [m.edtf for m in scene.dates if m.month and not m.day and m.relation == "on"]
            if scene.sentence.is_heading and len(months) == 1:
                return months[0]
        return None

    def nearby_date(self, draft: Draft) -> str | None:
        """A date in the two sentences before or after that speaks of a decree or an act."""
        for order in (draft.order - 1, draft.order + 1, draft.order + 2, draft.order - 2):
            if not 0 <= order < len(self.scenes):
                continue
            scene = self.scenes[order]
            if scene.has("earlier") or any(d.order == order for d in self.drafts):
                continue
            acts = [cue for cue in scene.acts if cue.kind in CLEMENCY]
            # "began to free prisoners on Wednesday, a day after the pledge to free 553": what was done stands first
            pledge = next((cue.first for cue in scene.cues("promise")), 0)
            done = bool(acts) and (not scene.counts or acts[0].first < pledge)
            if not (scene.has("decree", "reported") or done):
                continue
            usable = [m for m in scene.dates if m.relation == "on" and m.day and (not pledge or m.last <= pledge)]
            if usable:
                return usable[0].edtf
        return None
