"""Making the tables that partners asked for: a worker's job, never part of a partner's request.

A table of a million keys takes about a minute of computing. Keys are read in one transaction, evaluated
outside any, and kept in another; a request meanwhile is told to come again (ADR 0045).
"""

from threading import Event as Stop
from threading import Lock
from typing import Final

import sqlalchemy as sa
import structlog

from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.jws import encode
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.errors import CordilleraError, Unavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.lookup import lookup_store as sql
from cordillera.trust.lookup.answering import PrivateAnswering
from cordillera.trust.lookup.ports import ReferenceKeys
from cordillera.trust.lookup.table import WIDTH, build, epoch_end, epoch_of

LOOK_SECONDS: Final = 2.0
_SCOPE = Scope.node("lookup.tables")
_log = structlog.get_logger(__name__)


class TableMaker:
    """The worker that makes tables, one at a time."""

    def __init__(self, parts: ExchangeParts, answering: PrivateAnswering, reference: ReferenceKeys) -> None:
        self._parts = parts
        self._answering = answering
        self._reference = reference
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._turn = Lock()

    def run(self, stop: Stop) -> None:
        """Make what is asked for until `stop` is set."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.run_once()
            except Unavailable as error:
                _log.warning("lookup.tables_wait", error=error.code)

    def run_once(self) -> int:
        """Make the tables that are asked for; return how many were made."""
        with self._turn:
            with self._parts.store.transaction(_SCOPE) as tx:
                wishes = sql.wishes(tx)
            return sum(self._make(wish) for wish in wishes)

    def _make(self, wish: sql.Wish) -> bool:
        """Make one table. It must hold, when it is begun and when it is kept.

        1. The partner is active, and the agreement still offers private look-up to it.
        2. The epoch is the present one.
        """
        with self._parts.store.transaction(_SCOPE) as tx:
            if self._partner(tx, wish) is None:
                sql.fulfil(tx, wish)
                return False
            tokens = [one.token for one in self._reference.exact_keys(tx)]
        row = self._table(wish, tokens)
        with self._parts.store.transaction(_SCOPE) as tx:
            sql.fulfil(tx, wish)
            partner = self._partner(tx, wish)
            if partner is None or not sql.keep_table(tx, row):
                return False
            self._record(tx, row)
        return True

    def _partner(self, tx: sa.Connection, wish: sql.Wish) -> Partner | None:
        try:
            partner = self._directory.active(tx, wish.peer)
            self._answering.offered(tx, partner, wish.agreement_id)
        except CordilleraError as error:
            _log.warning("lookup.table_not_made", partner=wish.peer, error=error.code)
            return None
        return partner if wish.epoch == epoch_of(self._parts.clock.now()) else None

    def _table(self, wish: sql.Wish, tokens: list[bytes]) -> sql.TableRow:
        key = self._answering.key(wish.peer, wish.agreement_id, wish.epoch)
        entries = build(tokens, key.evaluate, lambda: token_bytes(WIDTH))
        now, end = self._parts.clock.now(), epoch_end(wish.epoch)
        digest = sha256(entries).hex()
        return sql.TableRow(
            "own", wish.peer, wish.agreement_id, wish.epoch, key.public, digest, entries, now, end, end
        )

    def _record(self, tx: sa.Connection, row: sql.TableRow) -> None:
        event = Event(
            kind=LeafKind.KEY_CHANGED,
            actor="node",
            agency=self._parts.identity.agency,
            agreement_id=row.agreement_id,
            peer=row.peer,
            direction="out",
            detail={"key": "oprf", "epoch": str(row.epoch), "public": encode(row.public_key)},
        )
        self._parts.ledger.record(tx, event)
