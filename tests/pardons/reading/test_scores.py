"""The reader on invented reports in nine languages."""

import pytest

from pardons.reading import languages, read
from tests.pardons.reading.scoring import reports_in, score

# A few points below what is reached: wording may change, a broken rule may not pass.
LEAST = {"announcement": 0.93, "figure": 0.93}
LEAST_SHARES = {
    "date": 0.9,
    "women and men": 0.9,
    "names withheld": 0.9,
    "named found": 0.8,
    "named right": 0.9,
    "qualifier": 0.95,
    "who says": 0.85,
}


@pytest.mark.parametrize("language", languages())
def test_announcements_and_figures_are_found_and_none_invented(language: str) -> None:
    result = score(language)

    assert {what: result.f1(what) for what in LEAST if result.f1(what) < LEAST[what]} == {}


@pytest.mark.parametrize("language", languages())
def test_fields_of_what_is_found_are_right(language: str) -> None:
    result = score(language)

    shares = {what: result.share(what) for what in LEAST_SHARES}
    assert {what: share for what, share in shares.items() if share < LEAST_SHARES[what]} == {}


@pytest.mark.parametrize("language", languages())
def test_language_is_recognised(language: str) -> None:
    guessed = [read(report["text"]).language for report in reports_in(language)]

    assert set(guessed) == {language}


def test_every_language_has_at_least_fifteen_reports() -> None:
    counts = {language: len(reports_in(language)) for language in languages()}

    assert {language: count for language, count in counts.items() if count < 15} == {}


@pytest.mark.parametrize("language", languages())
def test_every_proposed_value_has_the_words_it_was_read_from(language: str) -> None:
    told = ("total", "authority", "women", "men", "minors", "political", "conditions", "value", "who_says")
    readings = [read(report["text"], report["published"]) for report in reports_in(language)]
    proposed = [vars(each) for reading in readings for each in (*reading.announcements, *reading.figures)]

    values = [(name, each) for each in proposed for name in told if each.get(name) is not None]
    assert [(name, each["quote"]) for name, each in values if name not in each["spans"]] == []
