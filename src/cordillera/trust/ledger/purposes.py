"""What logs may be read for (Directive (EU) 2016/680, Article 25(2)): four purposes, and nothing else.

>>> check_purpose("self-check")
'self-check'
"""

from typing import Final

from cordillera.trust.ledger.errors import PurposeRefused

LOG_PURPOSES: Final = ("lawfulness", "self-check", "security", "criminal-proceedings")


def check_purpose(given: str) -> str:
    """Return the purpose; raise `PurposeRefused` for any other."""
    if given not in LOG_PURPOSES:
        raise PurposeRefused(given=given[:40], allowed=LOG_PURPOSES)
    return given
