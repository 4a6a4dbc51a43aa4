"""What is known of whoever asks: nothing but a keyed hash of the day, in the memory of this process."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

SECONDS_A_DAY = 24 * 60 * 60
# From here comes a proxy or a container's gate, with everybody behind it.
OF_A_PROXY = [
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
]
FORGOTTEN = (
    "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_CLIENT_IP",
    "HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_X_CLIENT_IP", "HTTP_FROM", "REMOTE_HOST", "REMOTE_PORT",
)  # fmt: skip

# The day and its key: made anew each day (UTC) and never written anywhere.
_key: tuple[int, bytes] = (-1, b"")


def forget_client(request: HttpRequest) -> str:
    """Take address, browser and referrer out of a request, before anything else sees it.

    Returns the client's hash of today; empty where the address says nothing: this machine, a network behind the
    public one, or a proxy that tells none.
    """
    address = client_address(request)
    for name in (*FORGOTTEN, settings.CLIENT_ADDRESS_HEADER):
        request.META.pop(name, None)
    request.META["REMOTE_ADDR"] = ""
    if "HTTP_REFERER" in request.META:
        request.META["HTTP_REFERER"] = origin_of(request.META["HTTP_REFERER"])
    return hash_of_today(address) if address else ""


def client_address(request: HttpRequest) -> str:
    """The address as far as limits ask for it: of IPv6 the network, since a household has all of it."""
    told = request.META.get(settings.CLIENT_ADDRESS_HEADER) or request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(told.strip())
    except ValueError:
        return ""
    if address.is_loopback or any(address in network for network in OF_A_PROXY):
        return ""
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def origin_of(referrer: str) -> str:
    """The site a form came from, which is all that the check of forms over https looks at."""
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def hash_of_today(address: str) -> str:
    global _key
    today = int(time.time() // SECONDS_A_DAY)
    if _key[0] != today:
        _key = (today, secrets.token_bytes(32))
    return hmac.new(_key[1], address.encode(), hashlib.sha256).hexdigest()[:16]
