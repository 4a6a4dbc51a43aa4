"""How fast the announcement reader is, and how its time grows with the text: `python -m bench.reading`."""

import time
import tomllib
from pathlib import Path

from pardons.reading import languages, read

FIXTURES = Path(__file__).parents[1] / "tests" / "pardons" / "reading" / "fixtures"
PUBLISHED = "2031-03-14"
HOSTILE = {
    "one number": "30 ",
    "elliptical series": "pardoned 5 on May 3, ",
    "open brackets": "( ",
    "phrases with gaps": "let 30 go ",
    "lines of a letter": "X\n",
}


def report(language: str, size: int) -> str:
    """Invented reports of one language, repeated to a size in characters."""
    with open(FIXTURES / f"{language}.toml", "rb") as file:
        text = "\n\n".join(each["text"] for each in tomllib.load(file)["report"])
    return (text * (size // len(text) + 1))[:size]


def seconds(text: str) -> float:
    """Processor time of one reading, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        read(text, PUBLISHED)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print seconds for 100 kB of each language, the growth from 10 to 100 kB, and hostile texts."""
    for language in languages():
        small, large = seconds(report(language, 10_000)), seconds(report(language, 100_000))
        print(f"{language}: 100 kB in {large:.2f} s, {large / small:.1f} times 10 kB")
    for name, piece in HOSTILE.items():
        print(f"{name}: 100 kB in {seconds((piece * 100_000)[:100_000]):.2f} s")


if __name__ == "__main__":
    main()
