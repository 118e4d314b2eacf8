"""Everything a supervisor asks of this node in one place: `/oversight`, and the statement in an export."""

import base64
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from cordillera.trust.ledger import peer_store, reconcile_store, store, witness_store
from cordillera.trust.ledger.audit import Opening
from cordillera.trust.ledger.leaf import LeafText, clear_text, read_leaf
from cordillera.trust.ledger.note import sign_note
from cordillera.trust.ledger.oversight_model import (
    ForkLine,
    ProofLine,
    Statement,
    WitnessedLine,
    WitnessLine,
)
from cordillera.trust.ledger.ports import Duties, SampleRates
from cordillera.trust.ledger.sampling import EXCHANGES, drawn, seed_of
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.tree import leaf_hash

MOST_READ = 200_000


class SampleLine(msgspec.Struct, frozen=True):
    """An exchange drawn for inspection."""

    index: int
    month: str
    agreement_id: str
    kind: str
    peer: str
    message_id: str


class Sample(msgspec.Struct, frozen=True):
    """A month's sample, with the seed that drew it; `cosigned`: witnesses signed what the seed is made of."""

    month: str
    seed: str
    cosigned: bool
    size: int
    lines: tuple[SampleLine, ...]


class Oversight:
    """Reads the ledger and what the node owes, for the supervisor."""

    def __init__(self, ledger: Ledger, duties: Duties, rates: SampleRates) -> None:
        self._ledger = ledger
        self._duties = duties
        self._rates = rates

    def statement(self, tx: sa.Connection) -> Statement:
        """How the node stands now, in a transaction of the node."""
        now = self._ledger.clock.now()
        held = peer_store.counts(tx)
        return Statement(
            at=now,
            standing=self._ledger.watch.standing(tx, self._ledger),
            witnesses=tuple(self._witnesses(tx)),
            witnessed=tuple(
                WitnessedLine(one.origin, one.peer, one.size, one.cosigned_at)
                for one in witness_store.witnessed(tx)
            ),
            forks=tuple(_fork(one) for one in witness_store.forks(tx)),
            overdue=tuple(self._duties.overdue(tx)),
            quotas=tuple(self._duties.quotas(tx, now.date().isoformat())),
            reconciliations=tuple(reconcile_store.newest(tx)),
            findings=tuple(reconcile_store.findings(tx)),
            proofs=tuple(ProofLine(peer, *counts) for peer, counts in sorted(held.items())),
        )

    def signed(self, tx: sa.Connection) -> bytes:
        """The statement as a signed note under the log's key, for the export."""
        name = f"{self._ledger.origin}/oversight"
        text = f"{name}\n{msgspec.json.encode(self.statement(tx)).decode()}\n"
        return sign_note(text, name, self._ledger.signing_key)

    def sample(self, tx: sa.Connection, month: str) -> Sample:
        """Draw a month's exchanges (such as "2026-11"), as anyone with the export draws them."""
        cosigned = witness_store.newest_cosigned(tx)
        note = cosigned.note if cosigned else self._ledger.checkpoint(tx).raw
        size = cosigned.size if cosigned else self._ledger.checkpoint(tx).size
        seed, rates = seed_of(note), self._rates.rates(tx)
        found: dict[str, dict[bytes, tuple[int, LeafText]]] = {}
        for row in store.leaves_of_month(tx, month, size, MOST_READ):
            text = read_leaf(row.leaf)
            if text.kind in EXCHANGES and text.agr and f"{text.t:%Y-%m}" == month:
                found.setdefault(text.agr, {})[leaf_hash(row.leaf)] = (row.index, text)
        lines = [
            SampleLine(leaves[one][0], month, agreement, leaves[one][1].kind, leaves[one][1].peer,
                       leaves[one][1].msg_id)
            for agreement, leaves in sorted(found.items())
            for one in drawn(leaves, seed, rates.get(agreement, 0))
        ]  # fmt: skip
        return Sample(month, seed.hex(), cosigned is not None, size, tuple(lines))

    def open(self, tx: sa.Connection, indexes: Sequence[int]) -> tuple[Opening, ...]:
        """Open the details of leaves, so that others can hold them against their commitments."""
        rows = [store.leaf_at(tx, index) for index in indexes]
        details = store.details_of(tx, [row.entry_id for row in rows])
        opened = self._ledger.open_details(tx, list(details.values()))
        found = []
        for row in rows:
            seen = opened.get(row.entry_id)
            if seen is not None:
                clear = base64.b64encode(clear_text(seen)).decode()
                found.append(Opening(row.index, seen.salt, clear))
        return tuple(found)

    def _witnesses(self, tx: sa.Connection) -> Sequence[WitnessLine]:
        states = witness_store.states(tx)
        lines = []
        for one in self._ledger.watch.policy().witnesses:
            state = states.get(one.key.vkey)
            if state is None:
                lines.append(WitnessLine(one.name, one.url, 0, None, None, ""))
            else:
                lines.append(
                    WitnessLine(one.name, one.url, state.size, state.at, state.tried_at, state.error)
                )
        return lines


def _fork(one: witness_store.Fork) -> ForkLine:
    held, other = (note.decode("utf-8", "replace") for note in (one.held, one.other))
    return ForkLine(one.origin, one.peer, one.ours, one.reason, one.seen_at, held, other)
