"""How wide words are in a chart, and where its lines break."""

from __future__ import annotations

from collections.abc import Iterable

# Of the size of the type, as in Liberation Sans, which the renderer brings, and Arial, which is as wide.
NARROW, WIDE = set("ijltfrI.,:;'|!/()[] -·“”’"), set("mwMWЖШЩЮЫМжшщюыфмОQG@%—–→")
FAMILY = "Liberation Sans, Arial, Helvetica, sans-serif"


def width_of(text: str, size: float) -> float:
    """About how many pixels a line is wide; rather too many than too few."""
    return size * sum(width_of_letter(letter) for letter in text)


def width_of_letter(letter: str) -> float:
    if letter in NARROW:
        return 0.31
    if letter in WIDE:
        return 0.86
    return 0.7 if letter.isupper() else 0.555


def wrapped(text: str, size: float, most: float) -> list[str]:
    """The lines of a text that are at most so many pixels wide. What has no space, as an address, breaks anywhere."""
    lines = [""]
    for word in pieces(text, size, most):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def pieces(text: str, size: float, most: float) -> Iterable[str]:
    for word in text.split():
        piece = ""
        for letter in word:
            if piece and width_of(piece + letter, size) > most:
                yield piece
                piece = ""
            piece += letter
        yield piece


def shortened(lines: list[str], most: int) -> list[str]:
    """At most so many lines; the last one says that there was more."""
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]
