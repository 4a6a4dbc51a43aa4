"""Steps taken at once, each in a thread with a database connection of its own; whatever waits for ever is a failure."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

# Until a thread that still waits is a failure. The full figures take what they take.
LONGEST_SECONDS = 3_600 if os.environ.get("TEST_LONG") == "1" else 60


def at_once(steps: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the steps give, in their order. They start together; the first error of one is raised here."""
    gate = threading.Barrier(len(steps))
    answers: list[Any] = [None] * len(steps)
    errors: list[BaseException] = []

    def take(place: int) -> None:
        try:
            gate.wait(LONGEST_SECONDS)
            answers[place] = steps[place]()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    # The process may end without one that never does.
    finish([threading.Thread(target=take, args=[place], daemon=True) for place in range(len(steps))])
    if errors:
        raise errors[0]
    return answers


def finish(threads: Sequence[threading.Thread]) -> None:
    """Start threads and wait for their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_SECONDS)
        assert not thread.is_alive(), f"{thread.name} has not ended after {LONGEST_SECONDS} seconds"
