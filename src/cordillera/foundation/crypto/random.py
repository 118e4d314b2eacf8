"""Randomness from the operating system, in one place."""

import os


def token_bytes(count: int = 32) -> bytes:
    """Return `count` random bytes fit for keys, salts and nonces."""
    return os.urandom(count)
