"""Dates in a text, absolute and relative to the day published, as partial dates in EDTF."""

import re
from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .matching import Cue
from .tokens import Token
from .vocabulary import Vocabulary

NUMERIC = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z")
MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# A month after one of these was meant as a day that doesn't exist: 30 February.
IMPOSSIBLE_DAYS = frozenset(str(day) for day in range(29, 100))
SEASON_CODES = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at tokens `first` up to `last`.

    `relation` is on, since, until or as_of, by the word before it. A year of None is one that
    neither the words nor the day published allow to know.
    """

    first: int
    last: int
    year: int | None
    month: int | None = None
    day: int | None = None
    season: str | None = None
    relation: str = "on"
    is_relative: bool = False
    states_year: bool = False

    @property
    def edtf(self) -> str | None:
        """`2024-07-16`, `2024-07`, `2024-22` (summer), `--07-16` without a year."""
        if self.season:
            return f"{self.year}-{SEASON_CODES[self.season]}" if self.year else None
        if self.year is None:
            return self._without_year()
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    def _without_year(self) -> str | None:
        if not self.month:
            return None
        return f"--{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    @property
    def is_year_only(self) -> bool:
        return self.month is None and self.season is None


def find_dates(tokens: Sequence[Token], vocabulary: Vocabulary, published: date | None) -> list[DateMention]:
    """All dates of a sentence, left to right."""
    finder = Finder(tokens, vocabulary, published)
    found: list[DateMention] = []
    index = 0
    while index < len(tokens):
        mention = finder.at(index)
        if mention:
            found.append(finder.related(mention))
        index = mention.last if mention else index + 1
    return share_year(found, published)


def share_year(mentions: list[DateMention], published: date | None) -> list[DateMention]:
    """A day without a year takes the year stated with a month before it in the same sentence."""
    if published:
        return mentions
    stated: int | None = None
    shared = []
    for mention in mentions:
        if mention.year and mention.states_year and not mention.is_year_only:
            stated = mention.year
        is_open = mention.year is None and stated is not None
        shared.append(replace(mention, year=stated) if is_open else mention)
    return shared


def has_capital(token: Token) -> bool:
    return any(part[:1].isupper() for part in token.text.split("-"))


class Finder:
    """Reads the dates of one sentence."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary, published: date | None) -> None:
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.published = published
        self.months = self._by_place("months")
        if vocabulary.months_first:
            # In English "may" and "march" are also verbs; the months have a capital.
            self.months = {i: cue for i, cue in self.months.items() if has_capital(tokens[i])}
        self.weekdays = self._by_place("weekdays")
        self.seasons = self._by_place("seasons")
        self.relative = self._by_place("relative")
        acts = {place for cue in vocabulary.find("acts", tokens) for place in cue.span}
        # "на" in "на волю 3 июля" is part of the act
        self.hints = {cue.last: cue for cue in vocabulary.find("dates", tokens) if cue.first not in acts}

    def _by_place(self, section: str) -> dict[int, Cue]:
        return {cue.first: cue for cue in self.vocabulary.find(section, self.tokens)}

    def at(self, index: int) -> DateMention | None:
        token = self.tokens[index]
        if token.shape == "date":
            return self._in_figures(index)
        if token.shape == "number":
            return self._day_first(index) or self._year(index)
        if index in self.months:
            return self._month_first(index)
        if index in self.seasons:
            return self._season(index)
        if index in self.relative:
            return self._relative(index)
        return self._weekday(index) if index in self.weekdays else None

    def related(self, mention: DateMention) -> DateMention:
        """The mention with its relation: since, until, as of or on."""
        near = [cue for cue in self.hints.values() if cue.first < mention.first <= cue.last + 3]
        near = [cue for cue in near if self._only_fillers(cue.last, mention.first)]
        return replace(mention, relation=near[-1].kind) if near else mention

    def _only_fillers(self, first: int, last: int) -> bool:
        return all(t.shape == "word" and len(t.text) < 9 for t in self.tokens[first:last])

    def _in_figures(self, index: int) -> DateMention | None:
        text = self.tokens[index].text
        match = NUMERIC.match(text)
        if match is None:
            year, month, day = (int(part) for part in text.split("-"))
        else:
            day, month, year = (int(part) for part in match.groups())
            # 07/16/2024 can only be meant month first.
            day, month = (month, day) if month > 12 and "/" in text else (day, month)
        return self._checked(index, index + 1, year, month, day)

    def _checked(self, first: int, last: int, year: int | None, month: int, day: int | None) -> DateMention | None:
        states_year = year is not None
        if not 1 <= month <= 12 or (day is not None and not 1 <= day <= MONTH_LENGTHS[month - 1]):
            return None
        if year is None:
            year = self._nearest_year(month, day)
        if month == 2 and day == 29 and year and not isleap(year):
            return None
        return DateMention(first, last, year, month, day, states_year=states_year)

    def _nearest_year(self, month: int, day: int | None) -> int | None:
        """The latest year in which the date isn't after the day published."""
        if self.published is None:
            return None
        after = (month, day or 1) > (self.published.month, self.published.day + 1)
        return self.published.year - 1 if after else self.published.year

    def _day_first(self, index: int) -> DateMention | None:
        """16 July 2024, 16. Juli, 16 de julio de 2024, 24 i 25 lipca."""
        text = self.tokens[index].text
        if not text.isdecimal() or len(text) > 2:
            return None
        place = self._skip(index + 1, (".", "º", "°", "de", "of", "di", "-го", "го"))
        if place not in self.months:
            return None
        cue = self.months[place]
        year, last = self._year_after(cue.last)
        return self._checked(index, last, year, int(cue.kind), int(text))

    def _month_first(self, index: int) -> DateMention | None:
        """July 16, 2024; July 2024; July."""
        cue = self.months[index]
        place = self._skip(cue.last, (".",))
        day = self._day_after(place)
        if day is None and index and self.tokens[index - 1].text in IMPOSSIBLE_DAYS:
            return None
        last = cue.last if day is None else place + 1
        last = self._skip_ordinal(last) if day is not None else last
        year, last = self._year_after(last)
        return self._checked(index, last, year, int(cue.kind), day)

    def _day_after(self, index: int) -> int | None:
        if not self.vocabulary.months_first or index >= len(self.tokens):
            return None
        text = self.tokens[index].text
        text = text[:-2] if text[-2:] in ("st", "nd", "rd", "th") else text
        return int(text) if text.isdecimal() and len(text) <= 2 and int(text) <= 31 else None

    def _skip_ordinal(self, index: int) -> int:
        return self._skip(index, ("st", "nd", "rd", "th"))

    def _skip(self, index: int, keys: tuple[str, ...]) -> int:
        if index < len(self.tokens) and self.tokens[index].key in keys:
            return index + 1
        return index

    def _year_after(self, index: int) -> tuple[int | None, int]:
        """The year at or one filler after `index`, and where it ends."""
        place = self._skip(index, (",", "de", "del", "of", "do", "di", "."))
        year = self._plain_year(place)
        if year is None:
            return self._said_year(index)
        return year, self._skip(place + 1, ("г", "року", "года", "году", "году", "roku", "года"))

    def _said_year(self, index: int) -> tuple[int | None, int]:
        """`July this year`, `июля прошлого года`."""
        cue = self.relative.get(index)
        if cue and cue.kind in ("this_year", "last_year") and self.published:
            return self.published.year - (cue.kind == "last_year"), cue.last
        return None, index

    def _plain_year(self, index: int) -> int | None:
        if index >= len(self.tokens):
            return None
        text = self.tokens[index].text
        if len(text) == 4 and text.isdecimal() and 1900 <= int(text) <= 2100:
            return int(text)
        return None

    def _year(self, index: int) -> DateMention | None:
        """A bare year counts as a date only after `in`, `since`, `until` and their kind."""
        year = self._plain_year(index)
        hint = self.hints.get(index)
        if year is None or hint is None:
            return None
        last = self._skip(index + 1, ("г", "року", "года", "году", "roku"))
        return DateMention(index, last, year, states_year=True)

    def _season(self, index: int) -> DateMention | None:
        """`in summer 2024`; with a capital inside a sentence it is a name: the centre `Spring`."""
        cue = self.seasons[index]
        named = self.tokens[cue.last - 1].is_capital and not self.vocabulary.capital_nouns
        if named and (index or self.tokens[0].text in '«„“"'):
            return None
        year, last = self._year_after(cue.last)
        states_year = year is not None
        if year is None and self.published:
            year = self.published.year
        return DateMention(index, last, year, season=cue.kind, states_year=states_year)

    def _weekday(self, index: int) -> DateMention | None:
        """The last such day up to the day published; with a date beside it, that date."""
        cue = self.weekdays[index]
        place = self._skip(cue.last, (",",))
        place = self._skip(place, ("dem", "den"))
        inside = place < len(self.tokens)
        if inside and place not in self.weekdays and place not in self.relative:
            beside = self.at(place)
            if beside and beside.day:
                return replace(beside, first=index)
        if self.published is None:
            return DateMention(index, cue.last, None, is_relative=True)
        back = (self.published.weekday() - int(cue.kind)) % 7
        return self._day(index, cue.last, self.published - timedelta(days=back))

    def _day(self, first: int, last: int, day: date) -> DateMention:
        return DateMention(first, last, day.year, day.month, day.day, is_relative=True)

    def _relative(self, index: int) -> DateMention:
        """Yesterday, last month, this year: counted from the day published."""
        cue = self.relative[index]
        day = self.published
        if day is None:
            return DateMention(index, cue.last, None, is_relative=True)
        if cue.kind.endswith("_year"):
            year = day.year - (cue.kind == "last_year")
            return DateMention(index, cue.last, year, is_relative=True)
        if cue.kind.endswith("_month"):
            month = day.replace(day=1) - timedelta(days=cue.kind == "last_month")
            return DateMention(index, cue.last, month.year, month.month, is_relative=True)
        return self._day(index, cue.last, day + timedelta(days=int(cue.kind)))
