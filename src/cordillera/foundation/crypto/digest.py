"""Hashes and message authentication codes.

>>> sha256(b"abc").hex()[:16]
'ba7816bf8f01cfea'
"""

import hashlib
import hmac


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of SHA-256 (FIPS 180-4)."""
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """Return the 32 bytes of HMAC-SHA-256 (RFC 2104)."""
    return hmac.digest(key, data, "sha256")


def constant_time_equal(left: bytes, right: bytes) -> bool:
    """Compare without telling by time where the two differ."""
    return hmac.compare_digest(left, right)
