"""Public identifiers: random, persistent, and with nothing personal in them."""

import secrets

# Crockford's base 32: no i, l, o or u, so that an identifier survives being read aloud or typed from paper.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10


def new_public_id() -> str:
    """Ten random characters (50 bits): one collision is expected among some 30 million records of one kind,
    and the unique index refuses it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
