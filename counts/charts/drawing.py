"""Draws specifications in a process of its own, one at a time, in bounded time."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer
from typing import IO, Any, cast

RENDERER = Path(__file__).with_name("renderer.py")
LONGEST_SECONDS = 20.0
MOST_WAITING = 8


class DrawingError(Exception):
    """No picture: the renderer refused, failed, took too long, or too many wait for it."""


class Drawer:
    """One renderer, started when it is needed, and those who wait for it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.one_at_a_time = Lock()
        self.waiting = BoundedSemaphore(MOST_WAITING)

    def draw(self, specification: dict[str, Any], vega_lite: str, form: str) -> bytes:
        """The picture as bytes; raises DrawingError."""
        order = json.dumps({"specification": specification, "vega_lite": vega_lite, "form": form}).encode() + b"\n"
        if not self.waiting.acquire(blocking=False):
            raise DrawingError("too many pictures are being drawn")
        try:
            if not self.one_at_a_time.acquire(timeout=LONGEST_SECONDS):
                raise DrawingError("the picture before this one takes too long")
            try:
                return self.ask(order)
            finally:
                self.one_at_a_time.release()
        finally:
            self.waiting.release()

    def ask(self, order: bytes) -> bytes:
        """One exchange; once more where the renderer had just gone to rest."""
        for last_try in (False, True):
            process = self.started()
            # Killed, it ends the exchange; there is no other way to stop it.
            watch = Timer(LONGEST_SECONDS, process.kill)
            watch.start()
            try:
                return exchange(process, order)
            except (BrokenPipeError, EOFError):
                rested = process.wait() == 0
                self.stop()
                if last_try or not rested:
                    raise DrawingError("the renderer failed or took too long") from None
            finally:
                watch.cancel()
        raise AssertionError("the second try returns or raises")

    def started(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(RENDERER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # None of our secrets, and not the terminal's Ctrl-C: it ends when its input does.
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,
            )
        return self.process

    def stop(self) -> None:
        """End the renderer, if there is one; the next picture starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def exchange(process: subprocess.Popen[bytes], order: bytes) -> bytes:
    """Raises EOFError where the renderer ends before its answer does, DrawingError where it refuses."""
    orders, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    orders.write(order)
    orders.flush()
    word, _space, length = answers.readline().partition(b" ")
    body = answers.read(int(length)) if length else b""
    if not length or len(body) < int(length):
        raise EOFError
    if word != b"drawn":
        raise DrawingError(body.decode())
    return body


drawer = Drawer()
atexit.register(drawer.stop)
