"""Queries put together before, kept for as long as what they are made of is the same."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from django.conf import settings

# Together at most some four megabytes in each process.
MOST, LONGEST = 64, 60_000

_kept: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def kept(decided_by: object, made: Callable[[], str]) -> str:
    """The query of what decides its text, which `repr` tells apart. What can't be made is not kept."""
    if not settings.KEPT_PAGES_MEGABYTES:
        return made()
    # What a reader asked for is not kept in clear.
    key = hashlib.sha256(repr(decided_by).encode(errors="replace")).hexdigest()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    statement = made()
    if len(statement) <= LONGEST:
        with _lock:
            _kept[key] = statement
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return statement


def forget() -> None:
    with _lock:
        _kept.clear()
