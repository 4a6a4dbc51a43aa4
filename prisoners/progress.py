"""A line that shows how far a long command has come; only on a terminal, and only after two seconds."""

from __future__ import annotations

import sys
import time
from typing import TextIO

SILENT_FOR = 2.0
WIDTH = 40
# What an earlier, longer line left behind.
CLEAR_REST = "\x1b[K"


class Progress:
    """Counts what is done of a total and draws it, with the rate and the time left; without a total only the count."""

    def __init__(self, total: int, what: str, out: TextIO | None = None) -> None:
        self.total, self.what, self.out = total, what, out or sys.stderr
        self.done = 0
        self.started_at = time.monotonic()

    def __call__(self, more: int = 1) -> None:
        self.done += more
        taken = time.monotonic() - self.started_at
        if self.out.isatty() and taken > SILENT_FOR:
            self.out.write(f"\r{self.line(taken)}{CLEAR_REST}")
            self.out.write("\n" if self.done >= self.total > 0 else "")
            self.out.flush()

    def line(self, taken: float) -> str:
        """What stands on the line after so many seconds."""
        rate = self.done / max(taken, 0.001)
        if not self.total:
            return f"{self.done:,} {self.what}, {rate:,.0f} a second"
        filled = round(WIDTH * self.done / max(self.total, self.done, 1))
        left = in_time((self.total - self.done) / max(rate, 0.001))
        bar = f"[{'#' * filled:<{WIDTH}}] {self.done:,} of {self.total:,} {self.what}"
        return f"{bar}, {rate:,.0f} a second, {left} left"


def in_time(seconds: float) -> str:
    """“42 s”, “3 min”, “2 h 05 min”."""
    if seconds < 90:
        return f"{max(seconds, 0):.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
