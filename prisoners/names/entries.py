"""What the dictionary keeps of a word. Without Django, so that several processes can make entries side by side."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import NamedTuple

from prisoners.names.forms import exact_keys, forms, near_keys, remembered
from prisoners.names.given_names import group_keys
from prisoners.names.scripts import bare

BATCH = 2_000
# Fewer words are sooner done than a second process is started.
WORTH_PROCESSES = 20_000
PROCESSES = 2


class Entry(NamedTuple):
    """A word with the keys it is found by, its readings, its letters without marks and its likeliest sound."""

    text: str
    keys: list[int]
    forms: str
    bare: str
    sound: str


def entry(word: str) -> Entry:
    """The entry of a word, as the code reads it now."""
    found = forms(word)
    keys = exact_keys(word) | group_keys(word) | near_keys(word)
    packed = " ".join(form.packed() for form in found)
    return Entry(word, sorted(keys), packed, bare(word), found[0].sound if found else "")


def entries(words: list[str]) -> Iterator[list[Entry]]:
    """The entries of words in batches; of many words by several processes."""
    batches = in_batches(words)
    if len(words) < WORTH_PROCESSES:
        yield from map(entries_of, batches)
        return
    # Spawned, because a forked process would share the database's connection.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=end_with_parent) as processes:
        yield from processes.map(entries_of, batches)


def end_with_parent() -> None:
    """In a process that helps: one whose parent was killed would wait for work for ever, with names in its memory."""
    Thread(target=wait_for_parent, daemon=True).start()


def wait_for_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)


def entries_of(words: list[str]) -> list[Entry]:
    """The entries of a batch. Its words are not kept at hand: those of a long list would fill the memory."""
    passing = [word for word in words if word not in remembered]
    made = [entry(word) for word in words]
    for word in passing:
        remembered.pop(word, None)
    return made


def in_batches(words: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(words)
    while batch := list(islice(remaining, BATCH)):
        yield batch
