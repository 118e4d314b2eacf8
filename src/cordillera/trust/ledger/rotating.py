"""Changing the key of the log, and destroying the one before; each step is a leaf (docs/adr/0048)."""

from typing import Final

import sqlalchemy as sa

from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger import store
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.succession import KeyChange

SCOPE: Final = Scope.node("ledger.rotate")


def rotate_key(opened: Store, ledger: Ledger, actor: str) -> KeyChange:
    """Change to the next key of the log; return the note that binds it.

    First a leaf announces it; only when that is durable is it used, so no change happens that no leaf tells
    of. The ledger's lock is held meanwhile: the old key alone signs nothing after its last size.
    """
    with opened.transaction(SCOPE) as tx:
        coming = ledger.keys.next()
        _record(tx, ledger, actor, (coming, "announced"), coming.vkey.encode())
    with opened.transaction(SCOPE) as tx:
        store.lock(tx)
        change = ledger.keys.change(ledger.checkpoint(tx).size, ledger.clock.now())
        _record(tx, ledger, actor, (change.new, "current"), change.raw)
    return change


def retire_keys(tx: sa.Connection, ledger: Ledger) -> tuple[NoteKey, ...]:
    """Destroy former keys whose time beside their successor is over, and record it; return them."""
    gone = ledger.keys.retire(ledger.clock.now())
    for one in gone:
        _record(tx, ledger, "node", (one, "destroyed"), one.public_bytes)
    return gone


def _record(
    tx: sa.Connection, ledger: Ledger, actor: str, became: tuple[NoteKey, str], payload: bytes
) -> None:
    key, state = became
    detail = {"use": "ledger", "kid": key.vkey, "state": state}
    event = Event(kind=LeafKind.KEY_CHANGED, actor=actor, agency="node", payload=payload, detail=detail)
    ledger.record(tx, event)
