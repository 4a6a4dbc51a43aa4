"""Report files: a line `source-url:`, a line `published:`, then the text."""

import re
from pathlib import Path

from . import Reading, read

HEADER = re.compile(r"(?:(?:source-url|published):[^\n]*(?:\n|\Z))+")
PUBLISHED = re.compile(r"^published:\s*(\S+)", re.MULTILINE)


def read_report(contents: str, language: str | None = None) -> Reading:
    """The reading of a file's contents; spans are offsets into the contents, header included."""
    match = HEADER.match(contents)
    header = match.group() if match else ""
    published = PUBLISHED.search(header)
    # Blanks in place of the header keep the offsets of the text as they are.
    text = re.sub(r"[^\n]", " ", header) + contents[len(header) :]
    return read(text, published.group(1) if published else None, language)


def read_file(path: Path, language: str | None = None) -> Reading:
    """The reading of one report file; broken UTF-8 is replaced, never refused."""
    return read_report(path.read_text(encoding="utf-8", errors="replace"), language)
