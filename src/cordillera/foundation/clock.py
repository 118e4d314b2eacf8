"""Time is passed in: nothing else in Cordillera asks the machine for the hour.

>>> clock = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
>>> clock.advance(timedelta(days=1))
>>> clock.now().day
22
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable


@runtime_checkable
class Clock(Protocol):
    """Tells the time, always with the zone UTC."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's present moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that moves only when told: for tests, simulations and replays."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment this clock was last set to."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move forward, or back, by `step`."""
        self._now += step

    def set(self, moment: datetime) -> None:
        """Jump to `moment`."""
        self._now = moment.astimezone(UTC)


class OffsetClock:
    """A machine clock that is wrong by a fixed amount: for drills with a partner whose clock drifts."""

    def __init__(self, offset: timedelta) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Return the machine's moment, shifted."""
        return datetime.now(UTC) + self._offset
