"""Ten times what a server can do, for a minute: what it answers, and how soon a page is normal again.

    python -m bench.overload                     on the database of the settings, with a server of its own
    python -m bench.overload --port 8000         on a server that runs
    python -m bench.overload --seconds 10        a shorter minute

The capacity is measured first. No two requests are for the same page, so none is kept; each comes from an address of
its own in 127.0.0.0/8 (Linux), so that the limit of one client stands aside.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from itertools import count

from bench.pages import HELLO

FINE = {200, 304, 429, 503}
PAGE = "/counts/releases/?by=month&country=all&from={first}&to={last}&group=sex"
FIRST_DAY, LAST_DAY, DAYS = date(2018, 1, 1), date(2025, 1, 1), 700
ORDINARY = "/prisoners/?sort=name"
AT_ONCE, CALIBRATION_SECONDS, TIMES = 8, 10.0, 10
# Beyond so many open connections the client itself would be what is slow; those count as not answered.
MOST_OPEN = 2_000
RECOVERY_SECONDS = 10.0
OWN_PORT = 8198
# Another run of the same minute asks other pages.
turns = count(random.randrange(DAYS * DAYS))


async def ask(port: int, path: str) -> int:
    """The status of the answer, read to its end; 0 for none."""
    turn = next(turns)
    own = f"127.{turn >> 16 & 255}.{turn >> 8 & 255}.{(turn & 255) or 1}"
    try:
        reading, writing = await asyncio.open_connection("127.0.0.1", port, local_addr=(own, 0))
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        writing.write(request.encode())
        head = await reading.readline()
        await reading.read()
        writing.close()
        return int(head.split()[1]) if head else 0
    except (OSError, ValueError, IndexError):
        return 0


def hard() -> str:
    """A page that no two requests share: the same question is kept for the next who asks."""
    later, last = divmod(next(turns), DAYS)
    first, last_day = FIRST_DAY + timedelta(later % DAYS), LAST_DAY + timedelta(last)
    return PAGE.format(first=first, last=last_day)


async def capacity(port: int) -> float:
    """Answers a second of clients that wait for each, no more of them than work at once."""
    until = time.monotonic() + CALIBRATION_SECONDS
    found: Counter[int] = Counter()

    async def client() -> None:
        while time.monotonic() < until:
            found[await ask(port, hard())] += 1

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    return found[200] / CALIBRATION_SECONDS


async def overload(port: int, each_second: float, seconds: float) -> Counter[int]:
    """Requests come at their own pace, whether the server answers or not."""
    found: Counter[int] = Counter()
    open_now: set[asyncio.Task[int]] = set()
    began, sent = time.monotonic(), 0
    while (gone := time.monotonic() - began) < seconds:
        while sent < gone * each_second and len(open_now) < MOST_OPEN:
            task = asyncio.create_task(ask(port, hard()))
            task.add_done_callback(lambda done: found.update([done.result()]))
            task.add_done_callback(open_now.discard)
            open_now.add(task)
            sent += 1
        await asyncio.sleep(0.005)
    await asyncio.gather(*open_now)
    return found


async def seconds_of(port: int, path: str) -> float:
    began = time.monotonic()
    status = await ask(port, path)
    return time.monotonic() - began if status == 200 else float("inf")


async def measured(port: int, seconds: float) -> bool:
    quiet = min([await seconds_of(port, ORDINARY) for _ in range(5)])
    can = await capacity(port)
    print(f"a page in {quiet * 1000:.0f} ms; {can:.1f} hard pages a second; now {can * TIMES:.0f} for {seconds:.0f} s")
    answers = await overload(port, max(can * TIMES, 1), seconds)
    over = time.monotonic()
    while await seconds_of(port, ORDINARY) > max(2 * quiet, 0.3):
        if time.monotonic() - over > 2 * RECOVERY_SECONDS:
            break
    normal = time.monotonic() - over
    print(f"{dict(sorted(answers.items()))}; a page is as before {normal:.1f} s after it")
    return set(answers) <= FINE and normal <= RECOVERY_SECONDS


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--seconds", type=float, default=60.0)
    chosen = options.parse_args()
    if chosen.port:
        sys.exit(0 if asyncio.run(measured(chosen.port, chosen.seconds)) else 1)
    with subprocess.Popen([sys.executable, "-c", HELLO, str(OWN_PORT)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdout.readline() == "ready\n"
        try:
            is_fine = asyncio.run(measured(OWN_PORT, chosen.seconds))
        finally:
            server.terminate()
    sys.exit(0 if is_fine else 1)


if __name__ == "__main__":
    main()
