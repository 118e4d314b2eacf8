"""Pure rules of access: how long to wait after wrong passwords, which passwords are taken, two officers.

>>> [delay_seconds(failures, free=3) for failures in range(3, 8)]
[0, 1, 2, 4, 8]
"""

from datetime import datetime, timedelta

import msgspec

from cordillera.foundation.errors import CordilleraError
from cordillera.trust.access.errors import SameOfficerTwice, WrongPassword

FREE_BY_LOGIN = 3
FREE_BY_ADDRESS = 20
MAX_DELAY_SECONDS = 300
MIN_PASSWORD = 12
MAX_PASSWORD = 128
FORGET_FAILURES = timedelta(days=1)
ONE_TIME_VALID = timedelta(hours=72)
_MIN_DIFFERENT = 6


class Lifetime(msgspec.Struct, frozen=True):
    """How long a session lives: `idle` without a request, `absolute` in any case."""

    idle: timedelta
    absolute: timedelta


def delay_seconds(failures: int, *, free: int) -> int:
    """Return the wait after `failures` wrong attempts in a row: none for `free`, then doubling, capped.

    Delay, never block (OWASP ASVS 5.0, 6.3.1): an attacker who guesses cannot shut a person out for good.
    """
    if failures <= free:
        return 0
    return min(1 << min(failures - free - 1, 16), MAX_DELAY_SECONDS)


def check_password(password: str, login: str, name: str) -> None:
    """Raise `WrongPassword` unless a password can be taken (NIST SP 800-63B-4, 3.1.1.2).

    1. It has 12 to 128 characters.
    2. It has at least 6 different characters.
    3. It holds neither the login nor a word of the name.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:  # 1
        raise WrongPassword(condition=1, reason="access.password.length")
    if len(set(password)) < _MIN_DIFFERENT:  # 2
        raise WrongPassword(condition=2, reason="access.password.repeats")
    words = [word for word in (login, *name.split()) if len(word) > 3]
    if any(word.casefold() in password.casefold() for word in words):  # 3
        raise WrongPassword(condition=3, reason="access.password.name")


def check_same(password: str, again: str) -> None:
    """Raise `WrongPassword` when a password was typed in two ways."""
    if password != again:
        raise WrongPassword(reason="access.password.differ")


def require_second(second: str, first: str) -> None:
    """Raise `SameOfficerTwice` when both consents to a two-officer act come from one officer id."""
    if second == first:
        raise SameOfficerTwice


def session_lives(created: datetime, last_seen: datetime, now: datetime, lifetime: Lifetime) -> bool:
    """Tell whether a session is open.

    1. It was used within the idle time.
    2. It is younger than the absolute time.
    3. The clock did not go back behind its start.
    """
    used = now - last_seen <= lifetime.idle  # 1
    young = now - created <= lifetime.absolute  # 2
    return used and young and now >= created - timedelta(minutes=5)  # 3


def reason_of(error: CordilleraError) -> str:
    """Return the message id a form shows for `error`."""
    return str(error.facts.get("reason", error.code))
