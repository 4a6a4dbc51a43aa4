"""Spellings of invented Belarusian names, by rules that owe nothing to the code under test."""

import os

from hypothesis import settings
from hypothesis import strategies as st

LONG = os.environ.get("TEST_LONG") == "1"
wide = settings(deadline=None, max_examples=3000 if LONG else 60)

SOFT = {"я": "a", "ё": "o", "ю": "u", "е": "e"}
LETTERS = "абвгджзйклмнопрстуўфхцчшыэі"


def alphabet(values: str) -> dict[str, str]:
    return dict(zip(LETTERS, values.split(), strict=True))


PASSPORT = alphabet("a b v h d zh z i k l m n o p r s t u u f kh ts ch sh y e i")
LACINKA = alphabet("a b v h d ž z j k l m n o p r s t u ŭ f ch c č š y e i")
POLISH = LACINKA | {"в": "w", "ж": "ż", "ў": "w", "ч": "cz", "ш": "sz", "л": "ł"}
GERMAN = LACINKA | {"в": "w", "ж": "sch", "з": "s", "ў": "u", "ц": "z", "ч": "tsch", "ш": "sch"}

consonants = st.sampled_from("бвгджзклмнпрстхч")
syllables = st.builds(str.__add__, consonants, st.sampled_from("аэыуо"))
endings = st.sampled_from(["ановіч", "аўскі", "енка", "ёнак", "чук", "лёў", "іцкі", "рэй"])
surnames = st.builds("{}{}{}{}".format, syllables, syllables, consonants, endings).map(str.capitalize)
given_names = st.sampled_from(["Мікалай", "Зміцер", "Вольга", "Сяргей", "Кацярына", "Юрась", "Людміла", "Ягор"])
names = st.builds("{} {}".format, given_names, surnames)


def romanised(name: str, letters: dict[str, str], glide: str) -> str:
    """Letter by letter; a soft vowel takes `glide` before it, at the start of a word and elsewhere alike."""
    return " ".join("".join(letter_in(letters, glide, letter) for letter in word).capitalize() for word in name.split())


def letter_in(letters: dict[str, str], glide: str, letter: str) -> str:
    small = letter.lower()
    return glide + SOFT[small] if small in SOFT else letters.get(small, "")


def spellings(name: str) -> list[str]:
    """A passport's, łacinka without its softness marks, a Polish and a German newspaper's."""
    return [
        romanised(name, PASSPORT, "i"),
        romanised(name, PASSPORT, "y"),
        romanised(name, LACINKA, "j"),
        romanised(name, POLISH, "i"),
        romanised(name, GERMAN, "j"),
    ]
