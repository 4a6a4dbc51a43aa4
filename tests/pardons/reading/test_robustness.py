"""No text breaks the reader, and none makes it slow."""

import os
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pardons.reading import ProposedAnnouncement, ProposedFigure, Reading, languages, read
from pardons.reading.files import read_report
from tests.pardons.reading.scoring import names, reports

LONG = os.environ.get("TEST_LONG") == "1"
EXAMPLES = 2000 if LONG else 30
SIZE = 100_000 if LONG else 10_000
# Processor time, so that a busy machine doesn't fail the test; a second for 100 kB and some air.
SLOWEST = 2.0 * SIZE / 100_000 + 0.2

WORDS = sorted({word for name in names() for report in reports(name) for word in report["text"].split(" ")})
MONOTONOUS = [
    "30 ",
    "one ",
    "Friday ",
    "( ",
    "let ",
    "names ",
    "A. ",
    "Ivan Petrov ",
    "1, ",
    "1.",
    ". ",
    "x\n",
    "“",
    "of ",
    "zwei",
    "women and 3 men ",
]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(max_size=400), st.sampled_from([None, "2031-03-14", "unknown", "2031-02-30"]))
def test_any_text_is_read_and_nothing_is_proposed_that_is_not_in_it(text: str, published: str | None) -> None:
    assert inventions(text, read(text, published)) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=80), st.sampled_from([None, *languages()]))
def test_any_order_of_words_is_read_and_spans_lie_inside(words: list[str], language: str | None) -> None:
    text = " ".join(words)

    assert inventions(text, read(text, "2031-03-14", language)) == []


def inventions(text: str, reading: Reading) -> list[str]:
    """What is wrong with a proposal: words that the text lacks, parts greater than the whole, a wild confidence."""
    wrong: list[str] = []
    proposed: list[ProposedAnnouncement | ProposedFigure] = [*reading.announcements, *reading.figures]
    for each in proposed:
        pairs = [pair for span in each.spans.values() for pair in (span if isinstance(span, list) else [span])]
        wrong += [f"span {pair}" for pair in pairs if not 0 <= pair[0] < pair[1] <= len(text)]
        wrong += [f"quote {each.quote!r}"] if " ".join(each.quote.split()) not in " ".join(text.split()) else []
        wrong += [f"confidence {each.confidence}"] if not 0 < each.confidence <= 1 else []
    for act in reading.announcements:
        wrong += [f"parts of {act.total}"] if (act.women or 0) + (act.men or 0) > act.total >= 0 else []
        wrong += [f"total {act.total}"] if act.total < 0 else []
    return wrong


@pytest.mark.parametrize("piece", MONOTONOUS)
def test_monotonous_text_is_not_slow(piece: str) -> None:
    assert not is_slow((piece * SIZE)[:SIZE])


@pytest.mark.parametrize("name", names())
def test_long_report_is_not_slow(name: str) -> None:
    text = "\n".join(report["text"] for report in reports(name))

    assert not is_slow((text * (SIZE // len(text) + 1))[:SIZE])


def is_slow(text: str) -> bool:
    """In processor time; neighbours on the machine slow any single reading, so that a slow one has two more tries."""
    read("30 prisoners", "2031-03-14")
    return all(seconds(text) > SLOWEST for _ in range(3))


def seconds(text: str) -> float:
    start = time.process_time()
    read(text, "2031-03-14")
    return time.process_time() - start


def test_shuffled_letters_of_reports_are_read() -> None:
    letters = [letter for name in names() for report in reports(name) for letter in report["text"]]
    source = random.Random(20310314)

    for _ in range(EXAMPLES):
        text = "".join(source.choices(letters, k=300))
        assert inventions(text, read(text, "2031-03-14")) == []


def test_file_with_broken_header_is_read_as_text() -> None:
    reading = read_report("published: soon\n\n30 prisoners were pardoned.")

    assert reading.published is None and reading.announcements[0].total == 30
