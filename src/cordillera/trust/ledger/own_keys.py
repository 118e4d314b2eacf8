"""The keys of this node's log: the one that signs, those before it, and the change to the next.

The keys and the signed changes lie side by side in the key ring, so every process of the node takes up a
change with the next checkpoint it signs. A key that was followed by another signs beside it for a week, for
those who have not heard of the change; then its private half is destroyed.
"""

from datetime import datetime, timedelta
from typing import Final

from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.succession import KeyChange, KeyLine, read_change, sign_change

FIRST: Final = "ledger"
OVERLAP: Final = timedelta(days=7)


class LogKeys:
    """The keys under one origin in one key ring."""

    def __init__(self, keyring: KeyRing, origin: str) -> None:
        self._keyring = keyring
        self._origin = origin
        self._line: KeyLine | None = None

    def line(self) -> KeyLine:
        """The keys so far; looks for a change by another process each time."""
        changes = self._line.changes if self._line else ()
        while (self._keyring.directory / _change(len(changes) + 1)).exists():
            changes = (*changes, read_change(self._keyring.kept(_change(len(changes) + 1))))
        if self._line is None or len(changes) > len(self._line.changes):
            self._line = KeyLine.of(changes[-1].new if changes else self._first(), changes)
        return self._line

    def current(self) -> SigningKey:
        """The key that signs."""
        return self._keyring.signing(_place(len(self.line().keys) - 1))

    def former(self) -> tuple[SigningKey, ...]:
        """The key before, while it signs beside the current one."""
        number = len(self.line().keys) - 2
        if number < 0:
            return ()
        try:
            return (SigningKey(self._keyring.kept(f"{_place(number)}.ed25519")),)
        except KeyUnavailable:
            return ()

    def next(self) -> NoteKey:
        """The key that comes after the current one, made on first use."""
        return NoteKey.of(self._origin, self._coming().public_bytes)

    def change(self, size: int, at: datetime) -> KeyChange:
        """Change to the next key, for every process, and durably; `size` is that of the newest checkpoint."""
        number = len(self.line().keys)
        raw = sign_change(self._origin, size, int(at.timestamp()), (self.current(), self._coming()))
        self._keyring.stored(_change(number), raw)
        return self.line().changes[number - 1]

    def _first(self) -> NoteKey:
        return NoteKey.of(self._origin, self._keyring.signing(FIRST).public_bytes)

    def _coming(self) -> SigningKey:
        return self._keyring.signing(_place(len(self.line().keys)))

    def retire(self, now: datetime) -> tuple[NoteKey, ...]:
        """Destroy the private halves whose week beside their successor is over; return their keys."""
        gone = []
        for number, change in enumerate(self.line().changes):
            over = change.at + OVERLAP.total_seconds() <= now.timestamp()
            if over and self._is_kept(number):
                self._keyring.destroy(f"{_place(number)}.ed25519")
                gone.append(change.old)
        return tuple(gone)

    def _is_kept(self, number: int) -> bool:
        try:
            self._keyring.kept(f"{_place(number)}.ed25519")
        except KeyUnavailable:
            return False
        return True


def _place(number: int) -> str:
    return FIRST if number == 0 else f"{FIRST}-{number}"


def _change(number: int) -> str:
    return f"{FIRST}-change-{number}.note"
