r"""Which witnesses must have cosigned a checkpoint (c2sp.org/tlog-policy).

>>> from cordillera.trust.ledger.cosignature import witness_key
>>> key = witness_key("w1", bytes(32))
>>> policy = parse_policy(f"witness us {key.vkey} node:us\ngroup both all us\nquorum both\n")
>>> policy.satisfied_by([key]), policy.satisfied_by([])
(True, False)
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from cordillera.trust.ledger.cosignature import Cosignature, parse_witness_vkey
from cordillera.trust.ledger.errors import KeyMalformed, PolicyMalformed
from cordillera.trust.ledger.note import NoteKey, parse_vkey

NONE = "none"
MOST_LINES = 1_000
_ALLOWED = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log whose checkpoints the policy is about."""

    key: NoteKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its name in the policy, its key, and where it takes checkpoints (may be empty)."""

    name: str
    key: NoteKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """At least `threshold` of the members must have witnessed."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as written. Without a file a node has `Policy()`: it asks for nobody."""

    logs: tuple[PolicyLog, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def asks_for_witnesses(self) -> bool:
        """Whether any cosignature is required."""
        return self.quorum != NONE

    @property
    def keys(self) -> tuple[NoteKey, ...]:
        """The keys of all its witnesses."""
        return tuple(witness.key for witness in self.witnesses)

    def satisfied_by(self, keys: Collection[NoteKey]) -> bool:
        """Whether cosignatures by these keys make a quorum."""
        by_name = {witness.name: witness.key for witness in self.witnesses}

        def witnessed(name: str) -> bool:
            if name == NONE:
                return True
            if name in by_name:
                return by_name[name] in keys
            group = self.groups[name]
            return sum(witnessed(member) for member in group.members) >= group.threshold

        return witnessed(self.quorum)

    def moment(self, cosignatures: Iterable[Cosignature]) -> int | None:
        """The latest second at which a quorum had signed: the time that freshness is judged by."""
        newest: dict[NoteKey, int] = {}
        for one in cosignatures:
            newest[one.key] = max(newest.get(one.key, 0), one.at)
        for at in sorted(set(newest.values()), reverse=True):
            if self.satisfied_by([key for key, signed in newest.items() if signed >= at]):
                return at
        return None


def parse_policy(text: str) -> Policy:
    """Read a policy; raise `PolicyMalformed` with the line.

    (1) Lines of tab and printable characters, the last one ended; (2) each line is a log, a witness, a
    group, the quorum or a comment; (3) names are defined once, and before they are used; (4) a key stands
    there once, a log's with type 0x01 and a witness's with 0x04; (5) a group names each member once and
    asks for 1 to all of them, and nothing is a member of two groups; (6) there is exactly one quorum.
    """
    lines = text.split("\n")
    if lines.pop() or len(lines) > MOST_LINES or not all(_ALLOWED.fullmatch(line) for line in lines):
        raise PolicyMalformed(condition=1, line=len(lines))
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#"):
            reader.take(number, words)
    return reader.policy()


class _Reader:
    """What the lines so far have defined."""

    def __init__(self) -> None:
        self._logs: list[PolicyLog] = []
        self._witnesses: list[Witness] = []
        self._groups: dict[str, Group] = {}
        self._keys: set[tuple[str, bytes]] = set()
        self._names: set[str] = set()
        self._members: set[str] = set()
        self._quorum: str | None = None

    def take(self, number: int, words: list[str]) -> None:
        """Read one line."""
        kind, rest = words[0], words[1:]
        if kind == "log" and 1 <= len(rest) <= 2:
            key = self._key(number, rest[0], "log")
            self._logs.append(PolicyLog(key, *rest[1:]))
        elif kind == "witness" and 2 <= len(rest) <= 3:
            self._name(number, rest[0])
            key = self._key(number, rest[1], "witness")
            self._witnesses.append(Witness(rest[0], key, *rest[2:]))
        elif kind == "group" and len(rest) >= 3:
            self._group(number, rest[0], rest[1], tuple(rest[2:]))
        elif kind == "quorum" and len(rest) == 1:
            if self._quorum is not None or rest[0] not in {NONE, *self._names}:
                raise PolicyMalformed(condition=6 if self._quorum is not None else 3, line=number)
            self._quorum = rest[0]
        else:
            raise PolicyMalformed(condition=2, line=number)

    def policy(self) -> Policy:
        """The whole policy."""
        if self._quorum is None:
            raise PolicyMalformed(condition=6, line=0)
        return Policy(tuple(self._logs), tuple(self._witnesses), self._groups, self._quorum)

    def _name(self, number: int, name: str) -> None:
        if name == NONE or name in self._names:
            raise PolicyMalformed(condition=3, line=number)
        self._names.add(name)

    def _key(self, number: int, text: str, kind: str) -> NoteKey:
        try:
            key = parse_vkey(text) if kind == "log" else parse_witness_vkey(text)
        except KeyMalformed as error:
            raise PolicyMalformed(condition=4, line=number) from error
        if (kind, key.public_bytes) in self._keys:
            raise PolicyMalformed(condition=4, line=number)
        self._keys.add((kind, key.public_bytes))
        return key

    def _group(self, number: int, name: str, threshold: str, members: tuple[str, ...]) -> None:
        if not set(members) <= self._names:
            raise PolicyMalformed(condition=3, line=number)
        if len(set(members)) != len(members) or self._members & set(members):
            raise PolicyMalformed(condition=5, line=number)
        words = {"any": 1, "all": len(members)}
        least = words.get(threshold) or (int(threshold) if _NUMBER.fullmatch(threshold) else 0)
        if not 1 <= least <= len(members):
            raise PolicyMalformed(condition=5, line=number)
        self._name(number, name)
        self._members |= set(members)
        self._groups[name] = Group(least, members)


def write_policy(witnesses: Collection[Witness], threshold: int) -> str:
    """Write a policy of one group; raise `PolicyMalformed` when it would be none."""
    lines = [f"witness {one.name} {one.key.vkey} {one.url}".rstrip() for one in witnesses]
    names = " ".join(one.name for one in witnesses)
    text = "\n".join([*lines, f"group witnesses {threshold} {names}", "quorum witnesses", ""])
    parse_policy(text)
    return text
