"""The process that draws: reads one specification per line, writes its picture. Run by counts.charts.drawing alone.

vl-convert holds Python's lock for as long as it draws: in the web server's own process, all readers would wait.
"""

from __future__ import annotations

import json
import os
import select
import sys
import zlib
from typing import Any

import vl_convert

REST_AFTER_SECONDS = 120


def draw(order: dict[str, Any]) -> bytes:
    """SVG, or PNG at twice the size. An address in a specification is refused: nothing is ever fetched."""
    svg = vl_convert.vegalite_to_svg(order["specification"], vl_version=order["vega_lite"], allowed_base_urls=[])
    return packed(vl_convert.svg_to_png(svg, scale=2.0)) if order["form"] == "png" else svg.encode()


def packed(png: bytes) -> bytes:
    """The same picture in about a fifth of the bytes: vl-convert writes it fast rather than small."""
    start, pixels, end = png[:33], b"", png[-12:]
    place = len(start)
    while place < len(png):
        length = int.from_bytes(png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            pixels += png[place + 8 : place + 8 + length]
        place += 12 + length
    body = b"IDAT" + zlib.compress(zlib.decompress(pixels), 6)
    return start + (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4) + end


def answer(line: bytes) -> tuple[bytes, bytes]:
    try:
        return b"drawn", draw(json.loads(line))
    except ValueError as trouble:
        return b"refused", str(trouble).encode()


def main() -> None:
    """Draw until nothing is asked any more; rest, which ends the process, after a while without work."""
    os.nice(5)
    while select.select([sys.stdin.buffer], [], [], REST_AFTER_SECONDS)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        word, body = answer(line)
        sys.stdout.buffer.write(b"%s %d\n" % (word, len(body)) + body)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
