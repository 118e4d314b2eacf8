"""Identifiers: time-ordered UUIDs (RFC 9562, version 7) and the named kinds of id.

>>> first, second = uuid7(1_700_000_000_000), uuid7(1_700_000_000_001)
>>> first < second and first.version == 7
True
"""

import os
import time
import uuid
from typing import NewType

NodeId = NewType("NodeId", str)
PartnerId = NodeId
AgencyId = NewType("AgencyId", str)
OfficerId = NewType("OfficerId", str)
CountryCode = NewType("CountryCode", str)
AgreementId = NewType("AgreementId", str)

MessageId = NewType("MessageId", uuid.UUID)
RecordId = NewType("RecordId", uuid.UUID)
AlertId = NewType("AlertId", uuid.UUID)
KeyId = NewType("KeyId", uuid.UUID)

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_BITS = (1 << 74) - 1


def uuid7(clock_ms: int | None = None) -> uuid.UUID:
    """Return a UUID of version 7: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000 if clock_ms is None else clock_ms
    noise = int.from_bytes(os.urandom(10), "big") & _RANDOM_BITS
    high, low = noise >> 62, noise & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds << 80) | _VERSION | (high << 64) | _VARIANT | low)
