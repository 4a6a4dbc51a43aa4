"""The reader on invented reports in nine languages."""

import pytest

from pardons.reading import languages, read
from tests.pardons.reading.scoring import language_of, names, reports, score

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


@pytest.mark.parametrize("name", names())
def test_announcements_and_figures_are_found_and_none_invented(name: str) -> None:
    result = score(name)

    assert {what: result.f1(what) for what in LEAST if result.f1(what) < LEAST[what]} == {}


@pytest.mark.parametrize("name", names())
def test_fields_of_what_is_found_are_right(name: str) -> None:
    result = score(name)

    shares = {what: result.share(what) for what in LEAST_SHARES}
    assert {what: share for what, share in shares.items() if share < LEAST_SHARES[what]} == {}


@pytest.mark.parametrize("name", names())
def test_language_is_recognised(name: str) -> None:
    guessed = [read(report["text"]).language for report in reports(name)]

    assert set(guessed) == {language_of(name)}


def test_every_language_has_at_least_fifteen_reports() -> None:
    counts = {language: len(reports(language)) for language in languages()}

    assert {language: count for language, count in counts.items() if count < 15} == {}
