"""Where a text holds a name: scripts, cases, signs within words, and what is somebody else's."""

from __future__ import annotations

import pytest

from prisoners.withholding.spelled import Spellings

NAME = Spellings(["Jan Exemplar", "Ян Новицкий"])


def found(text: str, spellings: Spellings = NAME) -> list[str]:
    return [text[spot.start : spot.end] for spot in spellings.spots(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On Monday Jan Exemplar was freed.", ["Jan Exemplar"]),
        ("Exemplar, J., and others", ["Exemplar, J"]),
        ("Ходатайство J. EXEMPLAR отклонено", ["J. EXEMPLAR"]),
        ("отпустили Яна Новицкого", ["Яна Новицкого"]),
        ("справа Навіцкага", ["Навіцкага"]),
        ("Freed: Yan Navitski", ["Yan Navitski"]),
        ("sprawa Nowickiego", ["Nowickiego"]),
        ("the jan-exemplar case", ["jan-exemplar"]),
        ("дело Экземпляра", ["Экземпляра"]),
        ("Ex\u00ademp\u200blar", ["Ex\u00ademp\u200blar"]),
        ("Exempla\u0301r and Exemplar", ["Exempla\u0301r", "Exemplar"]),
        ("Exemplar. Jan Muster said so", ["Exemplar"]),
    ],
)
def test_name_is_found_in_a_text(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text", ["", "Jan Muster", "Ян вышел", "an example of Example", "в Минске", "A. B.", "навыки", "12345 — !"]
)
def test_given_name_alone_and_like_words_are_not_the_name(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["王小明"], "警方逮捕了王小明和其他人", ["王小明"]),
        (["김예시"], "김예시가 석방되었다", ["김예시"]),
        (["Гай"], "письмо Гая; газ, Газа", ["Гая"]),
        (["Ivan Paviel"], "Ivan Muster met Ivan Paviel", ["Ivan Paviel"]),
        (["Exemplar"], "for Exemplar", ["Exemplar"]),
    ],
)
def test_short_and_unspaced_names_are_found(names: list[str], text: str, expected: list[str]) -> None:
    assert found(text, Spellings(names)) == expected


def test_two_words_of_the_name_are_told_from_one() -> None:
    assert [spot.is_whole for spot in NAME.spots("Jan Exemplar; later Exemplar")] == [True, False]
