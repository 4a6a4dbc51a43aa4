"""People found by what else a text may say of them: a charge, a place, a court, an occupation, a region, a case."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.utils.translation import gettext_lazy

from prisoners.models import Article, Case, Charge, Conviction, Court, Occupation, Place, Prisoner, Region, Stay
from prisoners.models.conviction import ConvictionArticle
from prisoners.models.prisoner import PrisonerOccupation
from registry.publishing import Publication

SHORTEST_WORD = 3
# From so many letters on an occupation is also looked for without the last one, which many languages add for several.
SHORTEST_PLURAL = 5
BETWEEN_WORDS = re.compile(r"[\s.,:;()/«»„“”\"§№#\-‐‑‒–—]+")
APOSTROPHES = "'’‘ʼ`´"
# How a charge is written, beside its code and its numbers.
WORDS_OF_CHARGES = frozenset(
    BETWEEN_WORDS.split(
        "article articles art section sec part paragraph para clause of the under and "
        "статья статьи статье ст часть части ч пункт п по артыкул артыкула арт частка часткі па стаття статті частина "
        "artículo articulo artikel artykuł madde"
    )
)


@dataclass(frozen=True)
class Told:
    """Public rows that the text names: the way to the person, and what they tell of that person, in words."""

    rows: QuerySet
    person: str
    words: Any
    columns: tuple[str, ...]

    def of(self, people: Iterable[int]) -> Iterator[tuple[int, str]]:
        rows = self.rows.filter(**{f"{self.person}__in": people}).order_by("pk")
        for person, *values in rows.values_list(self.person, *self.columns):
            yield person, self.words % {"what": " ".join(values)}


def reasons(told: Iterable[Told], people: Iterable[int]) -> dict[int, list[str]]:
    """By person: what of them the text names, each once."""
    people, found = list(people), defaultdict[int, dict[str, None]](dict)
    for each in told:
        for person, words in each.of(people):
            found[person][words] = None
    return {person: list(words) for person, words in found.items()}


def told_of_people(text: str) -> Iterator[Told]:
    """What a text may name beside a name.

    The few articles, places, courts, occupations and regions are looked through first: most texts are names and match
    none.
    """
    if articles := articles_named(text):
        columns = ("article__code", "article__number")
        charges = Charge.public.filter(article__in=articles)
        yield Told(charges, "case__prisoner", gettext_lazy("charge: %(what)s"), columns)
        links = ConvictionArticle.objects.filter(article__in=articles, conviction__in=Conviction.public.values("pk"))
        yield Told(links, "conviction__case__prisoner", gettext_lazy("verdict: %(what)s"), columns)
    if places := located(Place.public.all(), text):
        stays = Stay.public.filter(place__in=places)
        yield Told(stays, "detention__prisoner", gettext_lazy("held in %(what)s"), ("place__name",))
    if courts := located(Court.public.all(), text):
        verdicts = Conviction.public.filter(court__in=courts)
        yield Told(verdicts, "case__prisoner", gettext_lazy("verdict: %(what)s"), ("court__name",))
    if occupations := occupations_named(text):
        public = PrisonerOccupation.objects.filter(prisoner__publication=Publication.PUBLISHED)
        having = public.filter(occupation__in=occupations)
        yield Told(having, "prisoner", gettext_lazy("occupation: %(what)s"), ("occupation__name",))
    if regions := located(Region.objects.all(), text):
        people = Prisoner.public.filter(home_region__in=regions)
        yield Told(people, "pk", gettext_lazy("from %(what)s"), ("home_region__name",))
    if any(map(str.isdigit, text)):
        cases = Case.public.filter(number__iexact=text.strip())
        yield Told(cases, "prisoner", gettext_lazy("case: %(what)s"), ("number",))


def pks(rows: QuerySet) -> list[int]:
    return list(rows.values_list("pk", flat=True))


# --- Articles ---


def article_numbered(path: str, number: str) -> Q:
    """An article or a part of it: `342` is 342 and 342 part 1, not 3421."""
    same = Q(**{f"{path}__iexact": number})
    for sign in (" ", ".", "-", "("):
        same |= Q(**{f"{path}__istartswith": number + sign})
    return same


def articles_named(text: str) -> list[int]:
    """Articles by their number as written or by words of their title; else as a charge is written in a sentence."""
    as_written = article_numbered("number", text.strip()) | has_every_word("title", text)
    return pks(Article.objects.filter(as_written)) or articles_in_words(text)


def articles_in_words(text: str) -> list[int]:
    """“Criminal Code 901 part 2”, “article 901”, “901.2”, “part 2 of article 901”: the numbers count, in their order.

    Whatever else is written belongs to the code, to the number or to the way charges are written.
    """
    words = words_of(text)
    numbers = [word for word in words if has_digit(word)]
    if not numbers:
        return []
    one_has_it = Article.objects.filter(number__iregex=whole(numbers[0]))
    known = [article for article in one_has_it if has_all(article, set(words) - set(numbers))]
    for order in (numbers, numbers[::-1]):
        if found := [article.pk for article in known if numbers_of(article)[: len(order)] == order]:
            return found
    return []


def numbers_of(article: Article) -> list[str]:
    return [word for word in words_of(article.number) if has_digit(word)]


def has_all(article: Article, words: set[str]) -> bool:
    own = set(words_of(f"{article.code} {article.number} {article.title}"))
    return words <= own | WORDS_OF_CHARGES


# --- Places, courts, regions, occupations ---


def located(rows: QuerySet, text: str) -> list[int]:
    """Places, courts or regions whose name, or other spellings, have every word."""
    spellings = Func(F("other_spellings"), Value(" "), function="array_to_string", output_field=TextField())
    either = has_every_word("name", text) | has_every_word("spellings", text)
    return pks(rows.annotate(spellings=spellings).filter(either))


def occupations_named(text: str) -> list[int]:
    """Occupations by every word; where none has them, by words that end in one letter more, as several people do."""
    one = pks(Occupation.objects.filter(has_every_word("name", text)))
    return one or pks(Occupation.objects.filter(has_every_word("name", text, of_several=True)))


# --- Words ---


def words_of(text: str) -> list[str]:
    words = (word.strip(APOSTROPHES) for word in BETWEEN_WORDS.split(text.lower()))
    return [word for word in words if word]


def has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def has_every_word(path: str, text: str, of_several: bool = False) -> Q:
    """A text that has each word, whatever the case, hyphens and apostrophes; numbers stand in it whole.

    Words of one or two letters stand in too many to say anything, unless a number makes them a name, such as IK 15.
    """
    words = words_of(text)
    numbers = [word for word in words if has_digit(word)]
    letters = [word for word in words if not has_digit(word)]
    long = [word for word in letters if len(word) >= SHORTEST_WORD]
    if long:
        wanted = [begun(word, of_several) for word in long]
    elif letters and numbers:
        wanted = [whole(word) for word in letters]
    else:
        return Q(pk=None)
    return reduce(and_, (Q(**{f"{path}__iregex": each}) for each in [*wanted, *map(whole, numbers)]))


def begun(word: str, of_several: bool) -> str:
    """The pattern of a word that begins so."""
    if of_several and len(word) >= SHORTEST_PLURAL:
        return rf"\m({escaped(word)}|{escaped(word[:-1])}\M)"
    return rf"\m{escaped(word)}"


def whole(word: str) -> str:
    return rf"\m{escaped(word)}\M"


def escaped(word: str) -> str:
    return "".join(f"[{APOSTROPHES}]" if sign in APOSTROPHES else re.escape(sign) for sign in word)
