"""Passwords and tokens: argon2id (RFC 9106), one-time passwords, random tokens kept only as hashes.

>>> verify(hash_password("correct horse"), "correct horse")
True
"""

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106, section 4, second recommended option: 64 MiB, three passes, four lanes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that look alike
# Guessing must not fill the memory: at most two hashes are computed at a time.
_AT_ONCE = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password` with its salt and parameters."""
    with _AT_ONCE:
        return _HASHER.hash(password)


# Checked for a login that does not exist, so that the answer takes as long; nobody knows its password.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$UqZQfd8YrW/nCwM6a4jv3w$/cYB8kyofFGOJyPLC1cmRS2b/LG7lCsHx1He4h4JFgE"


def verify(hashed: str, password: str) -> bool:
    """Tell whether `password` belongs to `hashed`; an unreadable hash belongs to nothing."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def one_time_password() -> str:
    """Make a password of 98 random bits that can be read out loud: four groups of five."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def new_token() -> str:
    """Make a token of 256 random bits for a session or a machine."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token. It has full entropy, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
