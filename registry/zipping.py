"""Zip files made while they are sent: no more than a block of one is ever held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

BLOCK_BYTES = 64 * 1024
READABLE = 0o644 << 16

File = tuple[str, Iterable[bytes]]


class Outlet:
    """What the archive writes to: bytes that wait to be taken."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, piece: bytes) -> int:
        self.waiting += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing lies elsewhere."""

    def take(self) -> bytes:
        taken, self.waiting = bytes(self.waiting), bytearray()
        return taken


def zipped(files: Iterable[File], day: date) -> Iterator[bytes]:
    """A zip of files, in blocks; the same bytes for the same files and day. One that breaks off has no directory."""
    outlet = Outlet()
    archive = ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=6)  # type: ignore[call-overload]  # it only writes
    for name, blocks in files:
        with archive.open(entry(name, day), "w", force_zip64=True) as member:
            for block in blocks:
                member.write(block)
                if len(outlet.waiting) >= BLOCK_BYTES:
                    yield outlet.take()
    archive.close()
    yield outlet.take()


def entry(name: str, day: date) -> ZipInfo:
    # Zip knows no day before 1980.
    found = ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
    found.compress_type = ZIP_DEFLATED
    found.external_attr = READABLE
    return found
