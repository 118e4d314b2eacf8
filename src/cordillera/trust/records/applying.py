"""What a change does at this node: to the record, to everything made from it, and to copies on their way.

One order may come twice, late, or before its record; each flag and each end is set on its own, so the
outcome is the same in any order. What was carried out is one leaf, and that leaf is the proof.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records import derived_store
from cordillera.trust.records import store as sql
from cordillera.trust.records.core import supersedes
from cordillera.trust.records.errors import RecordErased
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import ENDING, Order
from cordillera.trust.records.ports import Derived

NOT_HELD: Final = "not_held"
PASSED_ON: Final = "passed_on"
_FLAG: Final = {
    "block": ("blocked", True, "blocked"),
    "unblock": ("blocked", False, "unblocked"),
    "dispute": ("disputed", True, "disputed"),
}


class Done(msgspec.Struct, frozen=True):
    """What carrying out did: the word for it, how many derived things followed, and its leaf."""

    effect: str
    derived: int
    leaf: str


class Applying:
    """Carries changes out at this node."""

    def __init__(self, holding: Holding, derived: Sequence[Derived] = ()) -> None:
        self._holding = holding
        self._derived = tuple(derived)

    def apply(
        self, tx: sa.Connection, order: Order, body: bytes, row: sql.RecordRow | None, change: UUID
    ) -> Done:
        """Carry an order out on the record, its children and all that was derived from them."""
        if row is None:
            return Done(NOT_HELD, 0, self._leaf(tx, order, None, change))
        family = [row.id, *sql.children(tx, [row.id])]
        derived = self._follow(tx, order.kind, family)
        effect = self._change(tx, order, body, row, family)
        return Done(effect, derived + len(family) - 1, self._leaf(tx, order, row, change))

    def pass_on_only(self, tx: sa.Connection, order: Order, row: sql.RecordRow | None, change: UUID) -> Done:
        """Prove that an order was passed on that concerns others only (a consent that was withdrawn)."""
        return Done(PASSED_ON, 0, self._leaf(tx, order, row, change))

    def block_now(self, tx: sa.Connection, record_id: UUID) -> None:
        """Block a record, and what was made from it, until people have agreed to its end."""
        family = [record_id, *sql.children(tx, [record_id])]
        sql.flag(tx, family, "blocked", on=True)
        self._follow(tx, "block", family)

    def _change(
        self, tx: sa.Connection, order: Order, body: bytes, row: sql.RecordRow, family: Sequence[UUID]
    ) -> str:
        if order.kind in ENDING:
            return self._end(tx, order, family)
        if order.kind == "correct":
            return self._correct(tx, order, body, row, family[1:])
        if order.kind == "extend" and order.until is not None:
            longer = max(order.until, row.erase_after)
            sql.keep_until(tx, row.id, longer, row.key_id)
            return "extended"
        name, on, effect = _FLAG[order.kind]
        sql.flag(tx, family, name, on=on)
        if order.kind == "unblock":
            sql.flag(tx, family, "disputed", on=False)
        return effect

    def _correct(
        self, tx: sa.Connection, order: Order, body: bytes, row: sql.RecordRow, made: Sequence[UUID]
    ) -> str:
        """Put the corrected content in place; what was made from the old one is looked at again by people."""
        if row.gone or not supersedes(order, row.version):
            return "superseded"
        self._holding.renew(tx, row, order.version, body)
        sql.flag(tx, [row.id], "disputed", on=False)
        sql.look_again(tx, made, self._holding.parts.clock.now())
        return "corrected"

    def _end(self, tx: sa.Connection, order: Order, family: Sequence[UUID]) -> str:
        self._forget_copies(tx, family)
        how = "erased" if order.kind == "erase" else "recalled"
        for row in sql.get(tx, family, lock=True).values():
            self._holding.destroy(tx, row, how)
        return how

    def _forget_copies(self, tx: sa.Connection, family: Sequence[UUID]) -> None:
        """Forget what our own messages carried; one that is on its way is forgotten once it is settled."""
        found = derived_store.copies(tx, derived_store.messages_of(tx, family))
        waiting = [one for one in found if one.state == "queued"]
        derived_store.withdraw(tx, [one.msg_id for one in waiting], RecordErased.code)
        under_way = [one for one in found if one.state == "staged"]
        for one in under_way:
            derived_store.link(
                tx, self._holding.parts.identity.agency, family[0], "key", str(one.msg_id),
                self._holding.parts.clock.now(),
            )  # fmt: skip
        self.forget(tx, [one for one in found if one.state != "staged"])
        self._holding.parts.sealer.destroy_keys(tx, derived_store.correction_keys(tx, family))

    def forget(self, tx: sa.Connection, settled: Sequence[derived_store.Copies]) -> None:
        """Blank settled messages and destroy the keys that sealed nothing else."""
        derived_store.blank(tx, [one.msg_id for one in settled])
        keys = sorted({one.key_id for one in settled if one.own_key})
        if keys:
            self._holding.parts.sealer.destroy_keys(tx, keys)

    def _follow(self, tx: sa.Connection, kind: str, family: Sequence[UUID]) -> int:
        count = 0
        for one in self._derived:
            done = one.apply(tx, kind, family)
            derived_store.mark(tx, family, one.name, kind)
            count += len(done)
        return count

    def _leaf(self, tx: sa.Connection, order: Order, row: sql.RecordRow | None, change: UUID) -> str:
        event = Event(
            kind=LeafKind.HOLDER_DONE,
            actor="node",
            agency=row.agency if row else self._holding.parts.identity.agency,
            purpose=f"record.{order.kind}",
            agreement_id=row.agreement_id if row else "",
            message_id=str(change),
            peer=order.issuer if order.issuer != self._holding.own else "",
            payload=sha256(msgspec.json.encode(order)),
            subject_ref=str(order.record_id),
        )
        return self._holding.parts.ledger.record(tx, event).leaf_hash.hex()


def ended_messages(tx: sa.Connection, applying: Applying, limit: int = 200) -> int:
    """Forget the content of messages that were on their way when their record ended."""
    ids = derived_store.left_over(tx, limit)
    if ids:
        applying.forget(tx, derived_store.copies(tx, ids))
        derived_store.settled(tx, ids)
    return len(ids)
