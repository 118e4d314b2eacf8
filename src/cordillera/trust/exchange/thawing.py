"""Carries out a thaw: propose, approve, agree with the partner, go on. Each step is a leaf.

The recipient of the channel goes first: when it has both stands it opens and says so. The sender opens
only on that word, so that no message meets a channel that is still closed.
"""

from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput, CordilleraError
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import channel_store, inbox_store
from cordillera.trust.exchange import operation_store as sql
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Ended, end
from cordillera.trust.exchange.errors import ReasonMissing, Replayed
from cordillera.trust.exchange.line import Line, NotTaken
from cordillera.trust.exchange.operation_store import ThawRow
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.routes import Route, RouteAnswer
from cordillera.trust.exchange.thaw import (
    MOST_WAITING,
    Ask,
    Direction,
    NoSuchChannel,
    NotFrozen,
    NothingProposed,
    SameOfficer,
    Stand,
    ThawProposed,
    Told,
    meeting_place,
    payload_of,
    read_stand,
    sign_stand,
)
from cordillera.trust.ledger.model import Event, LeafKind

PATH: Final = "/exchange/v1/thaw"
CONTENT_TYPE: Final = "application/vnd.cordillera.thaw+json"
_SCOPE: Final = Scope.node("exchange.thaw")
_log = structlog.get_logger(__name__)


class Place(msgspec.Struct, frozen=True):
    """Names a channel: its direction seen from here, the partner, the agreement."""

    direction: Direction
    peer: str
    agreement_id: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The columns that name it."""
        return self.direction, self.peer, self.agreement_id


class Thaws:
    """What two officers do about a frozen channel, and what their node then does with the partner's."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    @property
    def route(self) -> Route:
        """The operation of the node-to-node port."""
        return Route(PATH, self._handle)

    def propose(self, tx: sa.Connection, officer: Officer, place: Place, reason: str) -> ThawRow:
        """Propose that a channel flows again. It must hold.

        1. There is a reason.
        2. The channel exists and is frozen.
        3. No proposal for it waits.
        """
        if not reason.strip():
            raise ReasonMissing(condition=1)
        if sql.channel(tx, *place.key) is None:
            raise NoSuchChannel(peer=place.peer[:64])
        if sql.lock_frozen(tx, *place.key) is None:
            raise NotFrozen(condition=2)
        if sql.open_thaw(tx, *place.key) is not None:
            raise ThawProposed(condition=3)
        now = self._parts.clock.now()
        row = ThawRow(uuid7(), *place.key, reason.strip()[:2000], officer.officer_id, now)
        sql.save_thaw(tx, row)
        self._record(tx, row, officer.officer_id, "proposed", officer.agency)
        return row

    def approve(self, tx: sa.Connection, officer: Officer, place: Place) -> ThawRow:
        """Approve a proposal: our stand is signed, and the partner is asked for its own. It must hold.

        1. A proposal waits for approval.
        2. Another officer made it.
        3. The channel is still frozen.
        """
        row = sql.open_thaw(tx, *place.key)
        if row is None or row.approved_at is not None:
            raise NothingProposed(condition=1)
        if row.proposed_by == officer.officer_id:
            raise SameOfficer(condition=2)
        held = sql.lock_frozen(tx, *place.key)
        if held is None:
            raise NotFrozen(condition=3)
        own = self._parts.identity
        ends = (own.id, place.peer) if place.direction == "out" else (place.peer, own.id)
        stand = Stand(own.id, *ends, place.agreement_id, held.last_seq, held.last_hash)
        row = msgspec.structs.replace(
            row,
            approved_by=officer.officer_id,
            approved_at=self._parts.clock.now(),
            own_statement=sign_stand(stand, own.signing),
        )
        sql.save_thaw(tx, row)
        self._record(tx, row, officer.officer_id, "approved", officer.agency)
        return row

    def withdraw(self, tx: sa.Connection, officer: Officer, place: Place) -> None:
        """Take a proposal back as long as the channel has not thawed; raise `NothingProposed`."""
        row = sql.open_thaw(tx, *place.key)
        if row is None:
            raise NothingProposed(condition=1)
        sql.save_thaw(tx, msgspec.structs.replace(row, closed_at=self._parts.clock.now()))
        self._record(tx, row, officer.officer_id, "withdrawn", officer.agency)

    def carry_all(self) -> int:
        """Bring every approved stand to its partner; return how many channels thawed."""
        with self._parts.store.transaction(_SCOPE) as tx:
            rows = sql.thaws(tx, waiting=True)
        return sum(self._carry(row) for row in rows)

    def _carry(self, row: ThawRow) -> bool:
        try:
            with self._parts.store.transaction(_SCOPE) as tx:
                partner = self._directory.active(tx, row.peer)
                waiting = _waiting(tx, row)
            told = self._ask(partner, Ask(row.own_statement, waiting))
            with self._parts.store.transaction(_SCOPE) as tx:
                return self._hear_answer(tx, partner, row, told)
        except CordilleraError as error:
            _log.warning("exchange.thaw_waits", partner=row.peer, error=error.code)
            return False

    def _ask(self, partner: Partner, ask: Ask) -> Told:
        line = Line(self._parts.identity, partner, self._parts.clock)
        try:
            status, content = line.send(PATH, CONTENT_TYPE, canonical.dumps(ask))
        finally:
            line.close()
        if status != 200:
            raise NotTaken(status=status)
        return canonical.to_struct(content, Told)

    def _hear_answer(self, tx: sa.Connection, partner: Partner, row: ThawRow, told: Told) -> bool:
        current = sql.open_thaw(tx, row.direction, row.peer, row.agreement_id)
        if current is None or current.id != row.id or not told.stand:
            return False
        if row.direction == "out" and not told.thawed:
            return False
        theirs = read_stand(told.stand, partner, self._parts.identity.id)
        if row.direction == "out":
            self._settle(tx, partner, row, told)
        self._open(tx, current, theirs)
        return True

    def _handle(self, tx: sa.Connection, partner: Partner, body: bytes) -> RouteAnswer:
        ask = canonical.to_struct(body, Ask)
        theirs = read_stand(ask.stand, partner, self._parts.identity.id)
        direction: Direction = "in" if theirs.sender == partner.id else "out"
        told = self._answer(tx, Place(direction, partner.id, theirs.agreement_id), theirs, ask)
        return RouteAnswer(200, CONTENT_TYPE, canonical.dumps(told))

    def _answer(self, tx: sa.Connection, place: Place, theirs: Stand, ask: Ask) -> Told:
        """Say where we stand; the recipient of the channel opens it when two officers here agreed."""
        if sql.lock_frozen(tx, *place.key) is None:
            last = sql.last_thaw(tx, *place.key)
            if last is None or not _is_same(last, theirs):
                return Told()
            return Told(last.own_statement, thawed=True, receipts=self._taken(tx, place, ask))
        sql.hear(tx, place.key, ask.stand, self._parts.clock.now())
        row = sql.open_thaw(tx, *place.key)
        if row is None or row.approved_at is None:
            return Told()
        if place.direction == "out":
            return Told(row.own_statement)
        self._open(tx, row, theirs)
        return Told(row.own_statement, thawed=True, receipts=self._taken(tx, place, ask))

    def _taken(self, tx: sa.Connection, place: Place, ask: Ask) -> dict[str, str]:
        known = inbox_store.known_messages(tx, inbox_store.sought(place.peer, list(ask.waiting), []))
        return {str(one.msg_id): one.receipt for one in known if one.agreement_id == place.agreement_id}

    def _settle(self, tx: sa.Connection, partner: Partner, row: ThawRow, told: Told) -> None:
        """End what the partner had taken in before; take back the places of the rest."""
        now = self._parts.clock.now()
        for message in sql.open_messages(tx, row.peer, row.agreement_id):
            receipt = told.receipts.get(str(message.msg_id))
            if receipt is None:
                continue
            sql.mark_known(tx, message.msg_id, receipt, Replayed.code, now)
            ended = Ended(message.msg_id, message.query_id, row.peer, "refused", Replayed.code)
            end(self._parts.endings, tx, message.type, ended)
        channel_store.unstage_after(tx, partner.id, row.agreement_id, -1)

    def _open(self, tx: sa.Connection, row: ThawRow, theirs: Stand) -> None:
        seq, hashed = meeting_place(payload_of(row.own_statement), theirs)
        now = self._parts.clock.now()
        done = msgspec.structs.replace(row, thawed_at=now, seq=seq, hash=hashed, closed_at=now)
        sql.thaw_channel(tx, done)
        sql.save_thaw(tx, done)
        sql.forget_heard(tx, row.direction, row.peer, row.agreement_id)
        self._record(tx, done, row.approved_by, "thawed", "node")

    def _record(self, tx: sa.Connection, row: ThawRow, actor: str, state: str, agency: str) -> None:
        event = Event(
            kind=LeafKind.CHANNEL_THAWED,
            actor=actor,
            agency=agency,
            agreement_id=row.agreement_id,
            peer=row.peer,
            direction=row.direction,
            seq=row.seq,
            payload=row.own_statement.encode("ascii"),
            detail={"state": state, "reason": row.reason[:400], "hash": row.hash or ""},
        )
        self._parts.ledger.record(tx, event)


def _waiting(tx: sa.Connection, row: ThawRow) -> tuple[UUID, ...]:
    if row.direction != "out":
        return ()
    return tuple(one.msg_id for one in sql.open_messages(tx, row.peer, row.agreement_id))[:MOST_WAITING]


def _is_same(last: ThawRow, theirs: Stand) -> bool:
    """Whether our last thaw was agreed with exactly this stand of the partner's."""
    try:
        return meeting_place(payload_of(last.own_statement), theirs) == (last.seq, last.hash)
    except BadInput:
        return False
