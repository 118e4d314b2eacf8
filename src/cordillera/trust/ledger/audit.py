"""What a supervisor finds in an exported log with the node down (`cordillera ledger audit`).

The log is verified whole first; then its leaves are read: gaps and doubled numbers in the channels,
quotas, who looked at records how often, what was erased, and the sample to be inspected. What leaves cannot
say (erasures overdue, findings of reconciliation) is in the node's own signed statement in the export.
"""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput
from cordillera.trust.ledger.cosignature import read_cosignatures
from cordillera.trust.ledger.directory import CHECKPOINT, COSIGNED, STATEMENT, read_line, verify_directory
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.leaf import LeafText, clear_commitment
from cordillera.trust.ledger.note import NoteKey, verify_note
from cordillera.trust.ledger.oversight_model import Statement
from cordillera.trust.ledger.policy import Policy
from cordillera.trust.ledger.sampling import EXCHANGES, drawn, seed_of
from cordillera.trust.ledger.tiles import bundles_of, tile_path, unpack_entries
from cordillera.trust.ledger.tree import leaf_hash

_NOT_TAKEN = frozenset({"channel.frozen", "message.misdirected", "receipt.stored"})
_QUERIES = {"query.sent": "out", "query.received": "in"}
_decode = shapes.reader(LeafText).decode


class Gap(msgspec.Struct, frozen=True):
    """Numbers of a channel that the log does not hold, or holds for two messages."""

    peer: str
    agreement_id: str
    direction: str
    first: int
    last: int
    reason: str


class Used(msgspec.Struct, frozen=True):
    """Queries of one day; `over`: more than the agreement allows."""

    peer: str
    agreement_id: str
    direction: str
    day: str
    used: int
    most_by_one: int
    limit: int
    over: bool


class Drawn(msgspec.Struct, frozen=True):
    """An exchange drawn for inspection; `opened` once its detail was shown and fits its commitment."""

    index: int
    month: str
    agreement_id: str
    kind: str
    peer: str
    message_id: str
    opened: bool = False
    detail: dict[str, object] = {}


class Opening(msgspec.Struct, frozen=True):
    """A leaf's salt and clear detail (base64), as the node opened it for a supervisor."""

    index: int
    salt: str
    clear: str


class Audit(msgspec.Struct, frozen=True):
    """What was found. `ok`: the log verifies, and nothing below asks for a person."""

    ok: bool
    size: int
    root: str
    checkpoints: int
    origin: str
    kinds: dict[str, int]
    gaps: tuple[Gap, ...]
    quotas: tuple[Used, ...]
    readers: dict[str, int]
    cosigned: dict[str, int]
    witnessed: bool
    seed: str
    sample: tuple[Drawn, ...]
    statement: Statement | None


class Asked(msgspec.Struct, frozen=True):
    """What the supervisor brings: keys, sampling rates and daily limits by agreement, witness policy."""

    vkeys: tuple[str, ...] = ()
    rates: Mapping[str, int] = {}
    limits: Mapping[str, int] = {}
    policy: Policy = Policy()
    openings: tuple[Opening, ...] = ()


def audit_directory(folder: Path, asked: Asked) -> Audit:
    """Audit an export; raise `LogBroken` when it does not verify."""
    report = verify_directory(folder, asked.vkeys)
    reading = _Reading()
    for index, raw in _leaves(folder, report.size):
        reading.take(index, raw)
    head = folder / COSIGNED if (folder / COSIGNED).exists() else folder / CHECKPOINT
    note = head.read_bytes()
    seed = seed_of(note)
    signed = read_cosignatures(note, asked.policy.keys)
    witnessed = asked.policy.satisfied_by([one.key for one in signed])
    sample = reading.sample(seed, asked)
    quotas = tuple(reading.used(asked.limits))
    gaps = tuple(reading.gaps())
    statement = _statement(folder, asked.vkeys)
    fine = not gaps and not any(one.over for one in quotas) and witnessed
    quiet = statement is None or not (statement.overdue or statement.findings or statement.forks)
    return Audit(
        ok=fine and quiet,
        size=report.size,
        root=base64.b64encode(report.root).decode(),
        checkpoints=report.checkpoints,
        origin=note.split(b"\n", 1)[0].decode(),
        kinds=dict(sorted(reading.kinds.items())),
        gaps=gaps,
        quotas=quotas,
        readers=dict(reading.readers.most_common(20)),
        cosigned={one.key.name: one.at for one in signed},
        witnessed=witnessed,
        seed=seed.hex(),
        sample=sample,
        statement=statement,
    )


class _Reading:
    """What the leaves say, gathered in one pass."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.readers: Counter[str] = Counter()
        self._channels: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
        self._doubled: list[Gap] = []
        self._withdrawn: set[tuple[str, str]] = set()
        self._queries: dict[tuple[str, str, str, str], Counter[str]] = defaultdict(Counter)
        self._exchanges: dict[tuple[str, str], dict[bytes, tuple[int, LeafText]]] = defaultdict(dict)
        self._raw: dict[int, LeafText] = {}

    def take(self, index: int, raw: bytes) -> None:
        """Read one leaf; raise `LogBroken` for what is none."""
        try:
            text = _decode(raw)
        except msgspec.DecodeError as error:
            raise LogBroken(f"entry {index}", str(error)) from error
        self.kinds[text.kind] += 1
        if text.kind == "consultation":
            self.readers[text.actor_pseud] += 1
        if text.seq is not None and text.dir and text.kind not in _NOT_TAKEN:
            self._number(text, text.seq)
        direction = _QUERIES.get(text.kind)
        if direction:
            day = text.t.date().isoformat()
            self._queries[text.peer, text.agr, direction, day][text.actor_pseud] += 1
        if text.kind in EXCHANGES and text.agr:
            self._exchanges[f"{text.t:%Y-%m}", text.agr][leaf_hash(raw)] = (index, text)

    def gaps(self) -> Iterator[Gap]:
        """Holes in the channels, and numbers given twice."""
        yield from self._doubled
        for (peer, agreement, direction), numbers in sorted(self._channels.items()):
            before = 0
            for number in sorted(numbers):
                if number > before + 1:
                    yield Gap(peer, agreement, direction, before + 1, number - 1, "missing")
                before = number

    def used(self, limits: Mapping[str, int]) -> Iterator[Used]:
        """Queries by day, partner and agreement."""
        for (peer, agreement, direction, day), actors in sorted(self._queries.items()):
            used, limit = actors.total(), limits.get(agreement, 0)
            most = max(actors.values())
            yield Used(peer, agreement, direction, day, used, most, limit, bool(limit) and used > limit)

    def sample(self, seed: bytes, asked: Asked) -> tuple[Drawn, ...]:
        """The exchanges that the seed draws, with what was opened of them; raise `LogBroken`."""
        openings = {one.index: one for one in asked.openings}
        return tuple(
            _drawn(month, *found[one], openings.get(found[one][0]))
            for (month, agreement), found in sorted(self._exchanges.items())
            for one in drawn(found, seed, asked.rates.get(agreement, 0))
        )

    def _number(self, text: LeafText, seq: int) -> None:
        channel = self._channels[text.peer, text.agr, text.dir]
        if text.dir == "out" and text.kind == "message.refused":
            if channel.get(seq) == text.msg_id:
                del channel[seq]  # withdrawn: the next message takes its number
            return
        known = channel.setdefault(seq, text.msg_id)
        if known != text.msg_id:
            self._doubled.append(Gap(text.peer, text.agr, text.dir, seq, seq, "doubled"))


def _drawn(month: str, index: int, text: LeafText, opening: Opening | None) -> Drawn:
    one = Drawn(index, month, text.agr, text.kind, text.peer, text.msg_id)
    if opening is None:
        return one
    try:
        salt, clear = (base64.b64decode(part, validate=True) for part in (opening.salt, opening.clear))
        if clear_commitment(salt, clear).hex() != text.open:
            raise LogBroken(f"entry {index}", "what was opened is not what the leaf commits to")
        return msgspec.structs.replace(one, opened=True, detail=shapes.decode(clear, dict))
    except (ValueError, msgspec.DecodeError) as error:
        raise LogBroken(f"entry {index}", "what was opened cannot be read") from error


def _leaves(folder: Path, size: int) -> Iterator[tuple[int, bytes]]:
    for bundle in bundles_of(size):
        entries = unpack_entries((folder / tile_path(bundle)).read_bytes(), bundle.width)
        yield from enumerate(entries, bundle.start)


def _statement(folder: Path, vkeys: Sequence[str]) -> Statement | None:
    """The node's own statement, signed under its log's key; raise `LogBroken` when it does not hold."""
    path = folder / STATEMENT
    if not path.exists():
        return None
    try:
        keys = [_statement_key(key) for key in read_line(folder, vkeys).keys]
        text = verify_note(path.read_bytes(), keys).text
        return shapes.decode(text.split("\n")[1], Statement)
    except (BadInput, msgspec.DecodeError, IndexError) as error:
        raise LogBroken(STATEMENT, str(error)) from error


def _statement_key(key: NoteKey) -> NoteKey:
    return NoteKey.of(f"{key.name}/oversight", key.public_bytes)
