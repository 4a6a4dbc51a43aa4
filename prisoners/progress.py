"""A line that shows how far a long command has come; only on a terminal, and only after two seconds."""

from __future__ import annotations

import sys
import time
from typing import TextIO

SILENT_FOR = 2.0
WIDTH = 40


class Progress:
    """Counts what is done of a total and draws it."""

    def __init__(self, total: int, what: str, out: TextIO | None = None) -> None:
        self.total, self.what, self.out = total, what, out or sys.stderr
        self.done = 0
        self.started_at = time.monotonic()

    def __call__(self, more: int = 1) -> None:
        self.done += more
        if self.out.isatty() and time.monotonic() - self.started_at > SILENT_FOR:
            filled = round(WIDTH * self.done / max(self.total, self.done, 1))
            end = "\n" if self.done >= self.total else ""
            self.out.write(f"\r[{'#' * filled:<{WIDTH}}] {self.done:,} of {self.total:,} {self.what}{end}")
            self.out.flush()
