"""When keys come and go: pure rules of time for signing keys, sealing keys and certificates.

A key is published some time before it is used, so that a partner who is away for a while still knows it;
it is used for its term; a sealing key is kept a little longer for what is on its way, then destroyed, so
that traffic recorded earlier can never be opened again (forward secrecy). Reference: docs/adr/0028.

>>> from datetime import UTC, datetime
>>> noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
>>> due(PERIODS["signing"], [], noon)
Span(not_before=datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.timezone.utc), \
not_after=datetime.datetime(2027, 2, 19, 12, 0, tzinfo=datetime.timezone.utc))
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

SKEW: Final = timedelta(seconds=300)
"""How far two clocks may be apart."""


class Span(msgspec.Struct, frozen=True):
    """The term of use of a key; the end is not part of it."""

    not_before: datetime
    not_after: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether `moment` lies in the term."""
        return self.not_before <= moment < self.not_after


class Period(msgspec.Struct, frozen=True):
    """How long a kind of key is used, how early the next is published, how long a retired one is kept."""

    use: timedelta
    ahead: timedelta
    keep: timedelta


PERIODS: Final[Mapping[str, Period]] = {
    "signing": Period(timedelta(days=90), timedelta(days=14), timedelta(0)),
    "sealing": Period(timedelta(days=30), timedelta(days=30), timedelta(days=7)),
    "tls": Period(timedelta(days=365), timedelta(days=30), timedelta(days=7)),
}
"""Two sealing keys are always published: the one in use and the next."""

GRACE: Final = timedelta(days=7)
"""For so long after its term a signature is still taken from what was on its way; not after a revocation."""


def due(period: Period, spans: Sequence[Span], now: datetime) -> Span | None:
    """Return the term of the key that must be made now, or None. `spans` are those of usable keys.

    1. Where no key may be used now, one is made for now.
    2. Where the newest key's term ends within the time that keys are published ahead, the next is made.
    """
    if not any(span.covers(now) for span in spans):
        later = min((span.not_before for span in spans if span.not_before > now), default=None)
        return Span(now, later or now + period.use)
    last = max(span.not_after for span in spans)
    return Span(last, last + period.use) if now >= last - period.ahead else None


def current(spans: Mapping[str, Span], now: datetime) -> str | None:
    """Return the id of the key for now: the youngest in its term, else the last one, else the first."""
    begun = {kid: span for kid, span in spans.items() if span.not_before <= now}
    if not begun:
        return min(spans, key=lambda kid: (spans[kid].not_before, kid), default=None)
    inside = {kid: span for kid, span in begun.items() if span.covers(now)} or begun
    return max(inside, key=lambda kid: (inside[kid].not_before, kid))


def accepted(span: Span, now: datetime) -> bool:
    """Whether what this key signed may still be taken: clocks differ, and messages travel."""
    return span.not_before - SKEW <= now < span.not_after + GRACE
