"""Private look-up as officers and programs use it; and the fetching of a partner's table."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.jws import decode
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Effect
from cordillera.trust.exchange.line import Line, NotTaken
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.routes import Route
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.lookup import lookup_store as sql
from cordillera.trust.lookup.answering import PATH, PrivateAnswering, TakeInBlinded
from cordillera.trust.lookup.asking import PrivateAsking, TakeInEvaluated, view_of
from cordillera.trust.lookup.errors import NoSuchLookup, TableNotReady, TableRefused
from cordillera.trust.lookup.making import TableMaker
from cordillera.trust.lookup.model import (
    ExactKey,
    LookupOutcome,
    LookupView,
    NotReady,
    TablePart,
    TableRequest,
)
from cordillera.trust.lookup.ports import ReferenceKeys
from cordillera.trust.lookup.table import WIDTH, epoch_end, epoch_of

MOST_PARTS = 1_024
"""Parts of one table: a partner that gives a byte at a time is given up."""
_SCOPE = Scope.node("lookup.fetch")


class LookupService:
    """Use cases of private look-up."""

    def __init__(self, parts: ExchangeParts, keyring: KeyRing, reference: ReferenceKeys) -> None:
        self._parts = parts
        self._asking = PrivateAsking(parts)
        self._answering = PrivateAnswering(parts, keyring)
        self.maker = TableMaker(parts, self._answering, reference)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    @property
    def effects(self) -> Mapping[str, Effect]:
        """What the two types of message do when they are taken in."""
        return {
            "lookup.blinded": TakeInBlinded(self._parts, self._answering),
            "lookup.evaluated": TakeInEvaluated(self._parts),
        }

    @property
    def route(self) -> Route:
        """The operation by which partners fetch their table."""
        return self._answering.route

    def ask(
        self,
        tx: sa.Connection,
        officer: Officer,
        partner: str,
        keys: Sequence[ExactKey],
        grounds: LegalGrounds,
    ) -> LookupOutcome:
        """Ask a partner privately about exact keys; see `PrivateAsking.ask` for what must hold."""
        return self._asking.ask(tx, officer, partner, keys, grounds)

    def result(self, tx: sa.Connection, lookup_id: UUID) -> LookupView:
        """Return where a look-up stands; see `PrivateAsking.result`."""
        return self._asking.result(tx, lookup_id)

    def newest(self, tx: sa.Connection, limit: int = 50) -> tuple[LookupView, ...]:
        """Return the newest look-ups of this agency, without reading answers."""
        return tuple(view_of(row) for row in sql.newest(tx, limit))

    def standing(self, tx: sa.Connection, lookup_id: UUID) -> LookupView:
        """Return where a look-up stands without reading its answer; raise `NoSuchLookup`."""
        row = sql.lookups(tx, [lookup_id]).get(lookup_id)
        if row is None:
            raise NoSuchLookup
        return view_of(row)

    def ready(self, tx: sa.Connection) -> frozenset[tuple[str, str]]:
        """Return (partner, agreement) of the tables of the present epoch that are here."""
        return frozenset(sql.tables_here(tx, epoch_of(self._parts.clock.now())))

    def fetch(self, partner_id: str, agreement_id: str) -> int:
        """Fetch the partner's table of the present epoch; return how many entries it has.

        Raises `TableNotReady` while the partner is making it, `NotTaken` when it does not give it,
        `TableRefused` when its parts do not fit.
        """
        with self._parts.store.transaction(_SCOPE) as tx:
            partner = self._directory.active(tx, partner_id)
        line = Line(self._parts.identity, partner, self._parts.clock)
        try:
            row = self._collect(line, partner, agreement_id)
        finally:
            line.close()
        with self._parts.store.transaction(_SCOPE) as tx:
            self._keep(tx, row)
        return len(row.entries) // WIDTH

    def _collect(self, line: Line, partner: Partner, agreement_id: str) -> sql.TableRow:
        first = _part(line, agreement_id, 0)
        entries = bytearray(decode(first.part))
        for _ in range(MOST_PARTS):
            if len(entries) >= first.size:
                break
            more = _part(line, agreement_id, len(entries))
            content = decode(more.part)
            if (
                msgspec.structs.replace(more, part="") != msgspec.structs.replace(first, part="")
                or not content
            ):
                raise TableRefused(reason="another table")
            entries += content
        now = self._parts.clock.now()
        if (
            first.epoch != epoch_of(now)
            or len(entries) != first.size
            or first.size % WIDTH
            or sha256(bytes(entries)).hex() != first.sha256
        ):
            raise TableRefused(reason="epoch, size or hash")
        end = epoch_end(first.epoch)
        return sql.TableRow(
            "peer",
            partner.id,
            agreement_id,
            first.epoch,
            decode(first.public_key),
            first.sha256,
            bytes(entries),
            now,
            end,
            end,
        )

    def _keep(self, tx: sa.Connection, row: sql.TableRow) -> None:
        """Keep a table; a second key for one epoch would tell askers apart, and is refused."""
        held = sql.table(tx, "peer", row.peer, row.agreement_id, row.epoch)
        if held is not None and (bytes(held.public_key), held.sha256) != (row.public_key, row.sha256):
            raise TableRefused(reason="another key or table for the same epoch")
        sql.keep_table(tx, row)
        event = Event(
            kind=LeafKind.COLLECTION,
            actor="node",
            agency=self._parts.identity.agency,
            agreement_id=row.agreement_id,
            peer=row.peer,
            direction="in",
            detail={"table": row.sha256, "epoch": str(row.epoch)},
        )
        self._parts.ledger.record(tx, event)


def _part(line: Line, agreement_id: str, offset: int) -> TablePart:
    body = canonical.dumps(TableRequest(agreement_id, offset))
    status, content = line.send(PATH, "application/json", body)
    if status == 503:
        _raise_not_ready(content)
    if status != 200:
        raise NotTaken(status=status)
    return canonical.to_struct(content, TablePart)


def _raise_not_ready(content: bytes) -> None:
    """Raise `TableNotReady` when that is what the partner says; any other 503 is another reason."""
    try:
        told = canonical.to_struct(content, NotReady)
    except BadInput:
        return
    raise TableNotReady(retry_after=told.retry_after)
