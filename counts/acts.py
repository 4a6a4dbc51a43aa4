"""Announcements as a count needs them: how many places each holds, which are filled, which two can share people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple, Protocol

from counts.filters import sexes_asked
from counts.flat import RELEASES_OF_LINKS
from counts.overlap import fewest_people
from counts.periods import end_of_period, start_of_period
from counts.questions import METRICS_WITH_FORMS, UNRECOGNISED
from counts.scope import RECOGNISING, Scope
from counts.selecting import Select, hidden_people, rows_in, who_may_meet
from pardons.models import Announcement, Identification, Relation
from pardons.overlaps import NEAR, WAYS_OUT
from prisoners.models import Release
from registry.known import looking_back

Kind = Announcement.Kind
Relations = Mapping[frozenset[int], Relation]

# Which announcements count in which series (rule 6).

KINDS_OF = {
    "arrests": (Kind.ARRESTS,),
    "convictions": (Kind.CONVICTIONS,),
    "recognitions": (Kind.RECOGNITIONS,),
    "pardons": (Kind.PARDON,),
    "releases": WAYS_OUT,
    "deaths": (Kind.DEATHS,),
    # Held subtracts the open places of acts that freed (rule 24).
    "held": WAYS_OUT,
}

# The group an open place stands in when a series is grouped by kind. “Released” says no kind: never guess.
KIND_OF_PLACE = {
    Kind.PARDON: "pardon",
    Kind.AMNESTY: "amnesty",
    Kind.EXCHANGE: "exchange",
    Kind.EXPULSION: "expelled",
}

SEXES = ("female", "male")


class Dated(Protocol):
    @property
    def earliest(self) -> date | None: ...
    @property
    def latest(self) -> date | None: ...


class Days(NamedTuple):
    earliest: date | None
    latest: date | None


# Places of one act and one sex.
Node = tuple[int, str]
NOT_KNOWN = "unknown"


@dataclass(frozen=True)
class Places:
    """How many people an announcement is about in one series; women and men are None where not stated."""

    total: int
    female: int | None = None
    male: int | None = None

    def stated(self, sex: str) -> int | None:
        return self.female if sex == "female" else self.male if sex == "male" else None

    def less(self, sexes: Iterable[str]) -> Places:
        """Without people who are known not to belong in this series, each given by sex."""
        gone = list(sexes)
        return Places(
            max(0, self.total - len(gone)),
            None if self.female is None else max(0, self.female - gone.count("female")),
            None if self.male is None else max(0, self.male - gone.count("male")),
        )


@dataclass(frozen=True)
class Open:
    """Places that nobody is named for, by the sex announced for them."""

    total: int
    female: int
    male: int
    unknown: int

    def only(self, sexes: frozenset[str] | None) -> Open:
        """The places of some sexes; all of them for None."""
        if sexes is None or sexes >= {*SEXES, NOT_KNOWN}:
            return self
        female, male, unknown = (self.of(sex) if sex in sexes else 0 for sex in (*SEXES, NOT_KNOWN))
        return Open(min(self.total, female + male + unknown), female, male, unknown)

    def of(self, sex: str | None) -> int:
        """The open places of one sex; all of them for None; none for a sex that no announcement states."""
        if sex is None:
            return self.total
        return {"female": self.female, "male": self.male, NOT_KNOWN: self.unknown}.get(sex, 0)


def by_sex(total: int, women: int, men: int) -> dict[str, int]:
    """So many places as women's, men's and those of no stated sex.

    Where women's and men's are more than are left in all, people of unknown sex fill some, and nobody knows which.
    """
    of_women = max(0, min(women, total - men))
    of_men = max(0, min(men, total - women))
    return {"female": of_women, "male": of_men, NOT_KNOWN: total - of_women - of_men}


def still_open(places: Places, filled_by: Iterable[str]) -> Open:
    """Rule 7: each person fills a place; one of unknown sex fills a place of neither women nor men."""
    sexes = list(filled_by)
    total = max(0, places.total - len(sexes))
    female = max(0, (places.female or 0) - sexes.count("female"))
    male = max(0, (places.male or 0) - sexes.count("male"))
    return Open(total, female, male, max(0, total - female - male))


def each_way(choose: Callable[[Iterable[int]], int], ways: list[Open]) -> Open:
    """The smallest, or the largest, of each number by itself: low never lies above high, in no sex either."""
    return Open(*(choose(way.of(sex) for way in ways) for sex in (None, *SEXES, NOT_KNOWN)))


def may_be_of(sex: str | None, places: Open) -> int:
    """As many of these places as can be of a sex: those of no stated sex as well, and any can be of no stated sex."""
    return places.of(sex) + places.unknown if sex in SEXES else places.total


def fits(sex: str, other: str) -> bool:
    """Whether one person can be meant by both: an announced woman is no announced man."""
    return sex == other or not {sex, other} <= set(SEXES)


@dataclass(frozen=True)
class Act:
    """One announcement in one series (or several that are the same)."""

    key: int
    public_id: str
    kind: str
    country: str
    earliest: date | None
    latest: date | None
    low: Places
    high: Places
    # Who fills a place, by person, with their sex.
    filled: dict[int, str] = field(default_factory=dict)
    # The named events that fill them (releases in a series of releases, and so on).
    events: frozenset[int] = frozenset()
    # The announcements that it is made of: several where they are the same.
    members: tuple[int, ...] = ()
    # Those announcements themselves, where they are several.
    same: tuple[Act, ...] = ()
    # The sexes whose places are asked for; None for all of them.
    only: frozenset[str] | None = None

    @property
    def open_low(self) -> Open:
        return each_way(min, [still_open(act.low, self.filled.values()) for act in self.same or (self,)]).only(
            self.only
        )

    @property
    def open_high(self) -> Open:
        return each_way(max, [still_open(act.high, self.filled.values()) for act in self.same or (self,)]).only(
            self.only
        )

    @property
    def kind_of_place(self) -> str:
        return KIND_OF_PLACE.get(Kind(self.kind), NOT_KNOWN)

    @property
    def announced(self) -> int:
        """The announced total, or the people linked where they are more."""
        return max(self.high.total, len(self.filled))

    def place_of(self, sex: str) -> str:
        """Which of its places a person of this sex fills: women's and men's only where they are stated."""
        is_stated = any(act.low.stated(sex) is not None for act in self.same or (self,))
        return sex if is_stated else NOT_KNOWN


@dataclass(frozen=True)
class Acts:
    """The announcements of a series: counted ones, every one as announced, and how they are related."""

    metric: str
    counted: tuple[Act, ...]
    as_announced: tuple[Act, ...]
    # Pairs of counted acts that can share people.
    edges: frozenset[tuple[int, int]]
    # The contents of each container.
    contents: dict[int, frozenset[int]]

    @cached_property
    def neighbours(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = {act.key: set() for act in self.counted}
        for one, other in self.edges:
            found[one].add(other)
            found[other].add(one)
        return {key: frozenset(others) for key, others in found.items()}

    @cached_property
    def by_key(self) -> dict[int, Act]:
        return {act.key: act for act in self.counted}

    @cached_property
    def acts_of_event(self) -> dict[int, frozenset[int]]:
        """The counted acts in which each named event fills a place; of a container and its content, the content."""
        found: dict[int, set[int]] = defaultdict(set)
        for act in self.counted:
            inside = [self.by_key[key].events for key in self.contents.get(act.key, ())]
            for event in act.events.difference(*inside):
                found[event].add(act.key)
        return {event: frozenset(keys) for event, keys in found.items()}

    @cached_property
    def by_months(self) -> dict[Days, list[Act]]:
        """The counted acts around some months, as far as anybody has asked."""
        return {}

    def around(self, event: Dated) -> list[Act]:
        """The counted acts that an event of the same months could be a place of; of no other it can be (rule 23)."""
        first = event.earliest and start_of_period(event.earliest, "month")
        months = Days(first, event.latest and end_of_period(event.latest, "month"))
        if months not in self.by_months:
            self.by_months[months] = [act for act in self.counted if could_be_by(months, act)]
        return self.by_months[months]

    def outermost(self, keys: Iterable[int]) -> set[int]:
        """Without those that lie in a container that is among them: a container counts once."""
        among = set(keys)
        return {key for key in among if not containers_of(key, self.contents) & among}

    def least_open(self, key: int, among: set[int], sex: str | None) -> int:
        """The fewest open places of an act, beside those of its contents that are not `among` them."""
        inside = self.contents.get(key, frozenset())
        elsewhere = sum(may_be_of(sex, self.by_key[content].open_high) for content in inside - among)
        here = self.places_of(inside & among, among, sex)
        return max(self.by_key[key].open_low.of(sex) - elsewhere, fewest_people(here, self.edges_of(here)))

    def places_of(self, keys: Iterable[int], among: set[int], sex: str | None) -> dict[Node, int]:
        """The fewest open places of these acts by act and sex: of the sex that is asked for, or of each (None)."""
        found: dict[Node, int] = {}
        for key in keys:
            least = {asked: self.least_open(key, among, asked) for asked in ((None, *SEXES) if sex is None else (sex,))}
            places = by_sex(*least.values()) if sex is None else {sex: least[sex]}
            found |= {(key, stated): count for stated, count in places.items() if count}
        return found

    def edges_of(self, nodes: Collection[Node]) -> list[tuple[Node, Node]]:
        """The pairs of places that can be one person's: of acts that can share people, and of no two sexes."""
        return [
            (one, other)
            for one, other in combinations(nodes, 2)
            if other[0] in self.neighbours[one[0]] and fits(one[1], other[1])
        ]

    def most_open(self, key: int, among: set[int], sex: str | None) -> int:
        """The most open places of an act and of those of its contents that are `among` them."""
        inside = self.contents.get(key, frozenset())
        places = {content: self.by_key[content].open_high.of(sex) for content in inside}
        here = inside & among
        # Whoever is in a content of another time and in one of this time as well is here.
        shared = [edge for edge in self.edges if not here.issuperset(edge)]
        elsewhere = fewest_people(places, shared) - sum(places[content] for content in here)
        # A content may say what its container does not: how many of them were women.
        left = max(0, self.by_key[key].open_high.of(sex) - elsewhere)
        return max([left, *(self.most_open(content, among, sex) for content in here)])


def acts_of(metric: str, country: str | None, scope: Scope) -> Acts:
    """The published announcements that count in a metric. The places of withheld people stay unnamed (rule 20).

    Nobody knows the form of detention of an unnamed person: the places count where “unknown” is in scope (rule 25).
    """
    if metric in METRICS_WITH_FORMS and NOT_KNOWN not in scope.forms:
        return Acts(metric, (), (), frozenset(), {})
    announcements = public_announcements(metric, country)
    return related(metric, as_acts(metric, announcements, scope), relations_of(announcements))


def public_announcements(metric: str, country: str | None) -> list[Announcement]:
    """The published announcements that count in a metric."""
    public = Announcement.public.filter(kind__in=KINDS_OF[metric]).in_country(country)
    return list(public.with_numbers().order_by("pk"))


def as_acts(metric: str, announcements: list[Announcement], scope: Scope) -> list[Act]:
    """Each announcement as it was announced."""
    links = links_of(metric, announcements)
    releases = releases_of_linked(links) if KINDS_OF[metric] == WAYS_OUT else {}
    acts = [as_act(metric, each, links.get(each.pk, ()), releases, scope) for each in announcements]
    if scope.is_everyone:
        return acts
    asked = [(person, (act.earliest, act.latest)) for act in acts for person in act.filled]
    meeting = {asked[place] for place in who_may_meet(scope, [(person, *days) for person, days in asked])}
    return [within(scope, announcement, act, meeting) for announcement, act in zip(announcements, acts, strict=True)]


def relations_of(announcements: Iterable[Announcement]) -> dict[frozenset[int], Relation]:
    """What has been answered of these announcements, by pair."""
    return {
        frozenset((relation.first_id, relation.second_id)): relation
        for announcement in announcements
        for relation in announcement.relations_as_first.all()
    }


def related(metric: str, as_announced: list[Act], relations: Relations) -> Acts:
    """Announcements as the answers about them relate them."""
    counted = merge_same(as_announced, relations)
    contents = contents_of(counted, relations)
    return Acts(
        metric,
        tuple(with_people_inside(act, counted, contents) for act in counted),
        tuple(as_announced),
        frozenset(edges_between(counted, relations, contents)),
        contents,
    )


# The record that shows how a person fills a place of a series, with what its standing rests on.
SHOWN_BY = {
    "arrests": ("detention_id", "detention__publication"),
    "convictions": ("conviction_id", "conviction__publication", "conviction__case__publication"),
    "recognitions": ("recognition_id", "recognition__publication", "recognition__act"),
}
# A refusal or a withdrawal is no recognition.
WORDS_THAT_COUNT = ("published", *RECOGNISING)
NOT_FREED_OUTCOMES = ("milder_form", "refused", "still_held")


@dataclass(frozen=True, slots=True)
class Link:
    """An identification as a count needs it: who fills a place, and by which counted record of the series."""

    key: int
    person: int
    sex: str
    has_died: bool
    was_not_freed: bool
    release: int | None
    pardon: int | None
    record: int | None


Links = Mapping[int, list[Link]]


def links_of(metric: str, announcements: Iterable[Announcement]) -> Links:
    """By announcement: who is identified. Of somebody withheld no answer knows a place (rule 20)."""
    found: dict[int, list[Link]] = defaultdict(list)
    links = Identification.objects.counted().filter(announcement__in=[each.pk for each in announcements if each.pk > 0])
    rows = links.exclude(prisoner__publication="withheld").order_by("pk").values_list(
        "announcement", "pk", "prisoner", "prisoner__sex", "prisoner__death_circumstance", "was_not_freed", "release",
        "pardon", "pardon__publication", "pardon__outcome", *SHOWN_BY.get(metric, ()),
    )  # fmt: skip
    hidden = hidden_people() if looking_back() is not None else ()
    for act, key, person, sex, death, not_freed, release, pardon, standing, outcome, *record in rows:
        if person in hidden:
            continue
        has_pardon = standing == "published"
        is_counted = bool(record) and all(word in WORDS_THAT_COUNT for word in record[1:])
        stayed = not_freed or (has_pardon and outcome in NOT_FREED_OUTCOMES)
        found[act].append(Link(
            key, person, sex, bool(death), stayed, release, pardon if has_pardon else None,
            record[0] if is_counted else None,
        ))  # fmt: skip
    return found


@dataclass(frozen=True)
class OwnRelease:
    """A counted release of a person who is identified with an announcement; `is_linked` by this release, to any."""

    pk: int
    kind: str
    earliest: date | None
    latest: date | None
    is_linked: bool


def releases_of_linked(links: Links) -> dict[int, list[OwnRelease]]:
    """By person: the counted releases of the people who are identified with these announcements, the earliest first."""
    rows = Select(tables=[f"{rows_in('counts_event', of_some=True)} AS row"], conditions=["metric = 'releases'"])
    rows.parameters["people"] = sorted({link.person for every in links.values() for link in every})
    found: dict[int, list[OwnRelease]] = defaultdict(list)
    if rows.parameters["people"]:
        is_linked = f"row.event IN ({RELEASES_OF_LINKS})"
        columns = (
            f"person, event, kind, nullif(earliest, '-infinity') AS first, nullif(latest, 'infinity'), {is_linked}"
        )
        for person, *release in rows.rows(columns, "ORDER BY first, event"):
            found[person].append(OwnRelease(*release))
    return found


def as_act(
    metric: str, announcement: Announcement, links: Iterable[Link], releases: dict[int, list[OwnRelease]], scope: Scope
) -> Act:
    low, high = places_in(metric, announcement)
    # Of those held anybody may be meant by an act that freed, whatever the filter (rule 24).
    only = None if metric == "held" else sexes_asked(scope.filters)
    bare = Act(
        announcement.pk, announcement.public_id, announcement.kind, announcement.country,
        announcement.day_earliest, announcement.day_latest, low, high, members=(announcement.pk,), only=only,
    )  # fmt: skip
    filled, events, not_freed = {}, set(), []
    for link in links:
        event = event_that_fills(metric, link, releases.get(link.person, ()), bare)
        if event is not None:
            filled[link.person] = link.sex
            events.add(event)
        elif KINDS_OF[metric] == WAYS_OUT and link.was_not_freed:
            not_freed.append(link.sex)
    return replace(bare, low=low.less(not_freed), high=high.less(not_freed), filled=filled, events=frozenset(events))


def within(scope: Scope, announcement: Announcement, act: Act, who_meets: Collection[Any]) -> Act:
    """Rule 9: under a definition open places are in no low; high takes as many as are said to be political.

    Someone unrecognised may be among any of them, said to be political or not.
    """
    days = act.earliest, act.latest
    meeting = {person: sex for person, sex in act.filled.items() if (person, days) in who_meets}
    others = [sex for person, sex in act.filled.items() if person not in meeting]
    high = act.high.less(others)
    political = announcement.political_number
    if political is not None and scope.definition != UNRECOGNISED:
        high = high if political >= high.total else Places(political)
    return replace(act, low=Places(0), high=high, filled=meeting)


def places_in(metric: str, announcement: Announcement) -> tuple[Places, Places]:
    """How many people it is about in this series, at least and at most."""
    statement = announcement.chosen_statement
    if statement is None or statement.total is None:
        return Places(0), Places(0)
    everyone = Places(statement.total, statement.women, statement.men)
    if KINDS_OF[metric] != WAYS_OUT or announcement.frees == Announcement.Frees.ALL:
        return everyone, everyone
    if announcement.frees == Announcement.Frees.NUMBER:
        # The breakdown is of all whom the act is about: nobody says how the freed divide.
        freed = Places(min(announcement.frees_number or 0, statement.total))
        return freed, freed
    return Places(0), Places(0) if announcement.frees == Announcement.Frees.NONE else everyone


NOT_FREED_OUTCOMES = ("milder_form", "refused", "still_held")


def event_that_fills(metric: str, link: Link, releases: Iterable[OwnRelease], act: Act) -> int | None:
    """The named event by which a person fills a place; None while there is none (rule 7).

    In pardons it is enough to be linked: without a published pardon the link stands for one, with a negative number.
    """
    if metric == "pardons":
        return link.pardon if link.pardon is not None else -link.key
    if metric == "deaths":
        return link.person if link.has_died else None
    return release_that_fills(link, releases, act) if KINDS_OF[metric] == WAYS_OUT else link.record


def release_that_fills(link: Link, releases: Iterable[OwnRelease], act: Act) -> int | None:
    """The release that the identification names, else one of the person's that fits the act."""
    if link.release is not None:
        return next((release.pk for release in releases if release.pk == link.release), None)
    if link.was_not_freed:
        return None
    fitting = (
        release.pk
        for release in releases
        if not release.is_linked and could_be_release_by(release.kind, act) and could_be_by(release, act)
    )
    return next(fitting, None)


DAYS_BEFORE, DAYS_AFTER = timedelta(days=7), timedelta(days=60)

# Rule 23: which kinds of release a place of an announcement can be. A released person of no known kind can be any.
RELEASE_KINDS = {
    Kind.PARDON: {"pardon", "expelled", "exchange", "medical"},
    Kind.AMNESTY: {"amnesty", "lighter_penalty"},
    Kind.EXCHANGE: {"exchange", "expelled", "pardon"},
    Kind.EXPULSION: {"expelled", "exchange", "pardon"},
    Kind.EARLY_RELEASE: {"parole", "pardon", "amnesty", "medical", "lighter_penalty", "non_custodial"},
    Kind.RELEASE: set(Release.Kind.values) - {"full_term", "acquitted"},
}


def could_be_release_by(kind: str, act: Act) -> bool:
    """Whether a release of this kind can be a place of the act."""
    return kind == NOT_KNOWN or kind in RELEASE_KINDS.get(Kind(act.kind), ())


def could_be_by(event: Dated, act: Dated) -> bool:
    """Rule 23: dated from 7 days before to 60 days after the act, as far as both dates are known."""
    if (event.earliest is None and event.latest is None) or (act.earliest is None and act.latest is None):
        return False
    not_too_early = event.latest is None or act.earliest is None or event.latest >= act.earliest - DAYS_BEFORE
    not_too_late = event.earliest is None or act.latest is None or event.earliest <= act.latest + DAYS_AFTER
    return not_too_early and not_too_late


def merge_same(acts: list[Act], relations: Relations) -> list[Act]:
    """Announcements that are the same become one: the smaller total is the low, the larger the high (rule 10)."""
    leader = {act.key: act.key for act in acts}

    def find(key: int) -> int:
        while leader[key] != key:
            key = leader[key]
        return key

    for pair, relation in relations.items():
        if relation.kind == Relation.Kind.SAME and pair <= leader.keys():
            one, other = sorted(find(key) for key in pair)
            leader[other] = one
    groups = defaultdict(list)
    for act in acts:
        groups[find(act.key)].append(act)
    return [merged(group) for group in groups.values()]


def merged(same: list[Act]) -> Act:
    if len(same) == 1:
        return same[0]
    filled: dict[int, str] = {}
    for act in same:
        filled |= act.filled
    events = frozenset().union(*(act.events for act in same))
    earliest, latest = common_days(same)
    return replace(
        same[0],
        earliest=earliest,
        latest=latest,
        low=min((act.low for act in same), key=lambda places: places.total),
        high=max((act.high for act in same), key=lambda places: places.total),
        filled=filled,
        events=events,
        members=tuple(act.key for act in same),
        same=tuple(same),
    )


def common_days(same: list[Act]) -> tuple[date | None, date | None]:
    """The days that all of them allow; if none, the days that any of them allows."""
    firsts = [act.earliest for act in same if act.earliest]
    lasts = [act.latest for act in same if act.latest]
    first, last = max(firsts, default=None), min(lasts, default=None)
    if first and last and first > last:
        return min(firsts), max(lasts)
    return first, last


def contents_of(acts: list[Act], relations: Relations) -> dict[int, frozenset[int]]:
    """What each container holds directly; answers that run in a circle hold nothing."""
    key_of = {member: act.key for act in acts for member in act.members}
    found: dict[int, set[int]] = defaultdict(set)
    for relation in relations.values():
        container, content = key_of.get(relation.first_id), key_of.get(relation.second_id)
        if relation.kind != Relation.Kind.CONTAINS or container is None or content in (None, container):
            continue
        if container not in everything_inside(content, found):
            found[container].add(content)
    return {
        container: frozenset(
            content for content in inside
            if not any(content in everything_inside(other, found) for other in inside)
        )
        for container, inside in found.items()
    }  # fmt: skip


def everything_inside(key: int, contents: Mapping[int, Iterable[int]]) -> set[int]:
    """All that an act contains, whatever the depth."""
    found: set[int] = set()
    left = list(contents.get(key, ()))
    while left:
        content = left.pop()
        if content not in found:
            found.add(content)
            left += contents.get(content, ())
    return found


def containers_of(key: int, contents: Mapping[int, Iterable[int]]) -> set[int]:
    return {container for container in contents if key in everything_inside(container, contents)}


def with_people_inside(act: Act, acts: list[Act], contents: Mapping[int, Iterable[int]]) -> Act:
    """Whoever fills a place of a content fills one of its container."""
    inside = everything_inside(act.key, contents)
    filled, events = dict(act.filled), act.events
    for other in acts:
        if other.key in inside:
            filled |= other.filled
            events |= other.events
    return replace(act, filled=filled, events=events)


def edges_between(
    acts: list[Act], relations: Relations, contents: Mapping[int, Iterable[int]]
) -> Iterable[tuple[int, int]]:
    """The pairs that can share people: answered so, or unanswered and near in kind, country and time."""
    members = {act.key: act.members for act in acts}
    containers = {act.key: {act.key} | containers_of(act.key, contents) for act in acts}
    for one, other in combinations(acts, 2):
        answers = answers_between(members[one.key], members[other.key], relations)
        apart = any(
            Relation.Kind.DISTINCT in answers_between(members[outer], members[next_outer], relations)
            for outer in containers[one.key]
            for next_outer in containers[other.key]
        )
        nested = one.key in containers[other.key] or other.key in containers[one.key]
        if not apart and not nested and (answers or could_overlap(one, other)):
            yield one.key, other.key


def answers_between(ones: Iterable[int], others: Iterable[int], relations: Relations) -> set[str]:
    pairs = (frozenset((one, other)) for one in ones for other in others)
    return {relations[pair].kind for pair in pairs if pair in relations}


def could_overlap(one: Act, other: Act) -> bool:
    """Same country, compatible kind, acts within 60 days: until someone answers, they may be about the same people."""
    compatible = one.kind == other.kind or (one.kind in WAYS_OUT and other.kind in WAYS_OUT)
    return one.country == other.country and compatible and days_apart(one, other) <= NEAR


def days_apart(one: Act, other: Act) -> timedelta:
    """The shortest time that may lie between two acts; nothing where a bound is not known."""
    gaps = [
        later.earliest - earlier.latest
        for earlier, later in ((one, other), (other, one))
        if later.earliest and earlier.latest and later.earliest > earlier.latest
    ]
    return max(gaps, default=timedelta())
