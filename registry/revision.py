"""The revision of the code that runs, for what has to change with it: entity tags, releases."""

from __future__ import annotations

import hashlib
from functools import cache

from registry.environment import BASE_DIR

APPS = ("registry", "prisoners", "pardons", "counts")


@cache
def revision() -> str:
    """A hash of the code's own files, the same for the same code on every machine."""
    digest = hashlib.sha256()
    for path in sorted(found for app in APPS for found in (BASE_DIR / app).rglob("*.py")):
        digest.update(path.relative_to(BASE_DIR).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
