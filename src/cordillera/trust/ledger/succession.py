r"""The line of a log's keys: each names its successor, and both sign that (C2SP signed notes).

A change of key is a note of six lines (`cordillera/log-key/1`, the origin, the size of the newest checkpoint
of the old key alone, the second since 1970, the old verifier key, the new one), signed by both keys. Whoever
trusts either key can check the other with it, offline. A key speaks for checkpoints up to the size of its
change; those after it need its successor's signature, so that a key that was given up cannot speak for what
came later.

>>> from cordillera.foundation.crypto.signing import SigningKey
>>> old, new = SigningKey(bytes(32)), SigningKey(b"\x01" * 32)
>>> change = read_change(sign_change("example.org/log", 7, 0, (old, new)))
>>> line = KeyLine.of(change.new, [change])
>>> [len(line.for_size(size)) for size in (7, 8)]
[2, 1]
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger.checkpoint import VerifiedCheckpoint, open_checkpoint
from cordillera.trust.ledger.errors import KeyChangeRefused, KeyMalformed, NoteMalformed, NoteUnsigned
from cordillera.trust.ledger.note import (
    NoteKey,
    parse_note,
    parse_vkey,
    sign_note,
    signature_line,
    verify_note,
)

HEADER = "cordillera/log-key/1"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A log's key and its successor, as both signed it; `size` is where the old key ends."""

    size: int
    at: int
    old: NoteKey
    new: NoteKey
    raw: bytes


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The keys of a log in order, and the changes that join them."""

    keys: tuple[NoteKey, ...]
    changes: tuple[KeyChange, ...] = ()

    @classmethod
    def of(cls, current: NoteKey, changes: Sequence[KeyChange] = ()) -> "KeyLine":
        """Join changes, the oldest first, that end at `current`; raise `KeyChangeRefused`.

        (1) Each begins with the key at which the one before it ended; (2) sizes never fall; (3) no key
        comes twice; (4) the last one ends at `current`.
        """
        keys = (*(one.old for one in changes), current)
        ends = (*(one.new for one in changes),)
        if keys[1:] != ends:
            raise KeyChangeRefused(condition=1 if ends and ends[-1] == current else 4)
        if any(later.size < one.size for one, later in pairwise(changes)):
            raise KeyChangeRefused(condition=2)
        if len(set(keys)) != len(keys):
            raise KeyChangeRefused(condition=3)
        return cls(keys, tuple(changes))

    @property
    def current(self) -> NoteKey:
        """The key that signs now."""
        return self.keys[-1]

    def for_size(self, size: int) -> tuple[NoteKey, ...]:
        """The keys that may speak for a checkpoint of that size."""
        return self.keys[sum(1 for one in self.changes if one.size < size) :]

    def open(self, raw: bytes) -> VerifiedCheckpoint:
        """Verify a checkpoint by a key that speaks for its size; raise as `open_checkpoint`."""
        found = open_checkpoint(raw, self.keys)
        return open_checkpoint(raw, self.for_size(found.size)) if self.changes else found


def sign_change(origin: str, size: int, at: int, keys: tuple[SigningKey, SigningKey]) -> bytes:
    """Return the note by which a log's key (the first) names its successor, signed by both."""
    old, new = keys
    names = [NoteKey.of(origin, key.public_bytes) for key in keys]
    text = "\n".join((HEADER, origin, str(size), str(at), *(name.vkey for name in names))) + "\n"
    line = signature_line(origin, names[1].key_id + new.sign(text.encode()))
    return sign_note(text, origin, old) + line.encode()


def read_change(raw: bytes) -> KeyChange:
    """Verify a change of key; raise `KeyChangeRefused`.

    (1) A well-formed note of six lines under our header; (2) two different keys, both under the name of the
    log; (3) both signed it.
    """
    try:
        lines = parse_note(raw).text.split("\n")
        if len(lines) != 7 or lines[0] != HEADER or not all(map(_NUMBER.fullmatch, lines[2:4])):
            raise KeyChangeRefused(condition=1)
        old, new = parse_vkey(lines[4]), parse_vkey(lines[5])
    except (NoteMalformed, KeyMalformed) as error:
        raise KeyChangeRefused(condition=1) from error
    if old == new or {old.name, new.name} != {lines[1]}:
        raise KeyChangeRefused(condition=2)
    try:
        signers = set(verify_note(raw, (old, new)).signers)
    except NoteUnsigned as error:
        raise KeyChangeRefused(condition=3) from error
    if signers != {old, new}:
        raise KeyChangeRefused(condition=3)
    return KeyChange(int(lines[2]), int(lines[3]), old, new, raw)


def line_to(current: NoteKey, notes: Iterable[bytes]) -> KeyLine:
    """The longest line that ends at `current` among notes that hold; others are passed over.

    What a partner brings may be cut or stuffed: a key that no note joins to the current one counts for
    nothing.
    """
    found: dict[NoteKey, KeyChange] = {}
    for raw in notes:
        try:
            change = read_change(raw)
        except KeyChangeRefused:
            continue
        found.setdefault(change.new, change)
    changes: list[KeyChange] = []
    at = current
    while at in found and len(changes) < len(found):
        changes.insert(0, found[at])
        at = found[at].old
    try:
        return KeyLine.of(current, changes)
    except KeyChangeRefused:
        return KeyLine.of(current)
