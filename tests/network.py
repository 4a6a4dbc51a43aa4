"""The guard that keeps the tests, and with them the registry, from calling anyone."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


def refuse_the_network() -> None:
    """From here on, connecting to anything but this machine raises. Can't be undone in this process."""
    sys.addaudithook(refuse_strangers)


def refuse_strangers(event: str, arguments: tuple[Any, ...]) -> None:
    """Python's audit hook: `socket.connect` has (socket, address), `socket.getaddrinfo` has (host, ...)."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not is_this_machine(host):
        raise PermissionError(f"A test tried to reach {host!r}: the registry calls no one, and its tests neither.")


def is_this_machine(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False
