"""Public identifiers: random, persistent, and with nothing personal in them."""

import secrets

# Crockford's base 32: no i, l, o or u, so that an identifier survives being read aloud or typed from paper.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10


def new_public_id() -> str:
    """Ten random characters (50 bits): one collision is expected among some 30 million records of one kind,
    and the unique index refuses it."""
    # 256 is eight times the alphabet: each letter is as likely as any other.
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(LENGTH))
