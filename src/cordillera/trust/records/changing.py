"""Ordering changes, here or at a partner's word, and telling everyone who was given the record.

The originator orders; a holder may dispute. What an order does here, its leaf and the messages to the
next holders stand in one transaction. A holder that is cut off is told when it is back; until its proof
is there the change stays open and, past its time, is an alarm.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.envelope import MessageType
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records import change_store
from cordillera.trust.records import store as sql
from cordillera.trust.records.applying import Applying
from cordillera.trust.records.change_store import ChangeRow, Progress, ReportRow, TaskRow
from cordillera.trust.records.core import (
    check_correction,
    check_own_order,
    check_second,
    is_mass,
    needs_second,
)
from cordillera.trust.records.errors import NoSuchChange, WrongState
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import ENDING, ChangeData, Kind, Order
from cordillera.trust.records.orders import read_order, sign_order
from cordillera.trust.records.routing import Route, Routing
from cordillera.trust.records.sending import KEEP, REVIEW, Notice, Sender
from cordillera.trust.records.words import reason_of

HOUR: Final = timedelta(hours=1)
SLA_HOURS: Final = 72
EXPIRED: Final = "expired"
TYPES: Final[dict[str, MessageType]] = {
    "correct": "record.correct",
    "block": "record.block",
    "unblock": "record.unblock",
    "erase": "record.erase",
    "recall": "record.recall",
    "dispute": "record.dispute",
    "extend": "record.extend",
}


class Detail(msgspec.Struct, frozen=True):
    """What of a change is sealed: its reason, and the content of a correction."""

    reason: str
    body: str = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer wants done with a record, and why."""

    kind: Kind
    reason: str
    body: bytes = b""
    until: datetime | None = None
    court_ref: str = ""
    consent_id: UUID | None = None


class Changing:
    """Orders changes and passes them on."""

    def __init__(self, holding: Holding, applying: Applying) -> None:
        self._holding = holding
        self._applying = applying
        self._parts = holding.parts
        self._sender = Sender(holding.parts)
        self._routing = Routing(holding)

    def order(self, tx: sa.Connection, officer: Officer, record_id: UUID, wish: Wish) -> UUID:
        """Order a change of a record; see `core.check_own_order` for what must hold.

        Where a second officer must agree it waits, and what is to end is blocked at once. Returns its id.
        """
        row = self._holding.row(tx, record_id, lock=True)
        order = self._order(tx, row, wish)
        check_own_order(self._holding.own, row.held, order)
        if order.kind == "correct":
            check_correction(self._holding.open(tx, row), wish.body)
        self._parts.ledger.ensure_writable(tx, duty=True)
        ended = change_store.ended_since(tx, "", self._parts.clock.now() - HOUR)
        waits = needs_second(order, ended)
        self._keep(tx, order, row, officer, wish.body, "proposed" if waits else "open")
        self._ordered(tx, officer, row, order)
        if not waits:
            self.carry_out(tx, order.change_id)
        elif order.kind in ENDING:
            self._applying.block_now(tx, row.id)
        return order.change_id

    def second(self, tx: sa.Connection, officer: Officer, change_id: UUID) -> None:
        """Agree, as another officer, to a change that waits: proposed here, or too many from a partner.

        Raises `SecondOfficerMissing`, `WrongState`, `NoSuchChange`.
        """
        row = self._change(tx, change_id)
        if row.state not in {"proposed", "held"}:
            raise WrongState(state=row.state)
        check_second(row.ruled_by, officer.officer_id)
        order, _ = read_order(row.signed)
        if row.state == "proposed":
            agreed = msgspec.structs.replace(order, seconded=True)
            change_store.sign(tx, change_id, sign_order(self._parts.identity, agreed))
        change_store.move(tx, Progress(id=change_id, state="open", seconded_by=officer.officer_id))
        self._ordered(tx, officer, sql.get(tx, [row.record_id]).get(row.record_id), order)
        self.carry_out(tx, change_id)

    def take_in(
        self, tx: sa.Connection, sender: str, agreement_id: str, data: ChangeData, issuer: str
    ) -> None:
        """Take a partner's order in, once it was judged: carry it out and pass it on, or hold it for people.

        The same order again only asks for the proof again.
        """
        order, _ = read_order(data.order)
        agency = self._parts.identity.agency
        known = change_store.changes(tx, [order.change_id], lock=True).get(order.change_id) is not None
        mass = False
        if not known:
            row = sql.get(tx, [order.record_id], lock=True).get(order.record_id)
            ended = change_store.ended_since(tx, sender, self._parts.clock.now() - HOUR)
            mass = is_mass(order.kind, ended) and row is not None and not row.gone
            known = not self._keep_theirs(tx, order, row, (sender, agreement_id, issuer), data, held=mass)
        report = ReportRow(
            change_id=order.change_id, asker=sender, agency=agency, agreement_id=agreement_id
        )  # fmt: skip
        if not change_store.add_report(tx, report):
            change_store.report_again(tx, order.change_id, sender)
        if not known and not mass:
            self.carry_out(tx, order.change_id)
        elif not known:
            self._applying.block_now(tx, order.record_id)

    def carry_out(self, tx: sa.Connection, change_id: UUID) -> None:
        """Apply a change here and tell every holder after us."""
        change = self._change(tx, change_id)
        order, _ = read_order(change.signed)
        detail = self.detail(tx, change)
        row = sql.get(tx, [order.record_id], lock=True).get(order.record_id)
        body = jws.decode(detail.body)
        routes = self._routing.routes(tx, order, row, change.received_from)
        if order.consent_id is not None and self._routing.is_middle(tx, order, row):
            done = self._applying.pass_on_only(tx, order, row, change_id)
        else:
            done = self._applying.apply(tx, order, body, row, change_id)
        for route in routes:
            self._tell(tx, change, detail, route)
        state = "open" if change_store.tasks(tx, [change_id]) else "done"
        now = self._parts.clock.now()
        change_store.move(
            tx,
            Progress(
                id=change_id, state=state, effect=done.effect, leaf=done.leaf, derived=done.derived, at=now
            ),
        )

    def tell_again(self, tx: sa.Connection, task: TaskRow) -> None:
        """Tell a holder again whose message ran out of time on its way."""
        change = self._change(tx, task.change_id)
        self._tell(tx, change, self.detail(tx, change), Route(task.holder, task.agreement_id), task)

    def find(self, tx: sa.Connection, change_id: UUID) -> ChangeRow:
        """Return a change as stored; raise `NoSuchChange`."""
        return self._change(tx, change_id)

    def expire(self, tx: sa.Connection, row: sql.RecordRow) -> None:
        """Tell the holders of a record of ours that its time is over, where they might keep it longer."""
        late = [
            one
            for one in sql.holders(tx, [row.id])
            if one.gone_at is None and one.holds_until > row.erase_after
        ]
        if not late:
            return
        order = self._order(tx, row, Wish(kind="erase", reason=EXPIRED))
        change_store.add(
            tx,
            self._row(
                tx, order, row, Detail(EXPIRED), state="open", ruled_by="", agreement_id=row.agreement_id
            ),
        )
        self.carry_out(tx, order.change_id)

    def detail(self, tx: sa.Connection, change: ChangeRow) -> Detail:
        """Open what of a change is sealed; an empty word once it was erased."""
        keys = self._parts.sealer.living_keys(tx, [change.key_id])
        if change.key_id not in keys:
            return Detail("")
        raw = self._parts.sealer.open(keys[change.key_id], _place(change.id), change.detail)
        return shapes.decode(raw, Detail)

    def partners(self, tx: sa.Connection) -> dict[str, Partner]:
        """Return every partner this node knows, revoked ones too: their old signatures still count."""
        return self._routing.partners(tx)

    def _order(self, tx: sa.Connection, row: sql.RecordRow, wish: Wish) -> Order:
        now = self._parts.clock.now()
        return Order(
            change_id=uuid7(),
            record_id=row.id,
            kind=wish.kind,
            issuer=self._holding.own,
            at=now,
            due_at=now + timedelta(hours=self._sla_hours(tx, row.agreement_id)),
            version=row.version + (wish.kind == "correct"),
            reason=reason_of(wish.reason),
            digest=sha256(wish.body).hex() if wish.kind == "correct" else "",
            court_ref=wish.court_ref,
            consent_id=wish.consent_id,
            until=wish.until,
        )

    def _keep(  # noqa: PLR0913 - everything a change of ours consists of
        self, tx: sa.Connection, order: Order, row: sql.RecordRow, officer: Officer, body: bytes, state: str
    ) -> None:
        detail = Detail(order.reason, jws.encode(body) if order.kind == "correct" else "")
        change_store.add(
            tx,
            self._row(
                tx,
                order,
                row,
                detail,
                state=state,
                ruled_by=officer.officer_id,
                agreement_id=row.agreement_id,
            ),
        )

    def _keep_theirs(  # noqa: PLR0913 - everything a change of a partner consists of
        self,
        tx: sa.Connection,
        order: Order,
        row: sql.RecordRow | None,
        way: tuple[str, str, str],
        data: ChangeData,
        *,
        held: bool,
    ) -> bool:
        sender, agreement_id, issuer = way
        made = self._row(
            tx, order, row, Detail(order.reason, data.body), state="held" if held else "open",
            ruled_by="", agreement_id=agreement_id,
        )  # fmt: skip
        theirs = msgspec.structs.replace(
            made, received_from=sender, issuer=issuer, signed=data.order, early=row is None
        )
        return change_store.add(tx, theirs)

    def _row(  # noqa: PLR0913 - the common part of a change
        self,
        tx: sa.Connection,
        order: Order,
        row: sql.RecordRow | None,
        detail: Detail,
        *,
        state: str,
        ruled_by: str,
        agreement_id: str,
    ) -> ChangeRow:
        now = self._parts.clock.now()
        key = self._parts.sealer.new_split_key(tx, "record.change", now + KEEP)
        sealed = self._parts.sealer.seal(key, _place(order.change_id), msgspec.json.encode(detail))
        return ChangeRow(
            id=order.change_id,
            record_id=order.record_id,
            agency=row.agency if row else self._parts.identity.agency,
            kind=order.kind,
            issuer=order.issuer,
            received_from="",
            agreement_id=agreement_id,
            version=order.version,
            signed=sign_order(self._parts.identity, order) if order.issuer == self._holding.own else "",
            state=state,
            ruled_by=ruled_by,
            made_at=now,
            due_at=order.due_at,
            key_id=key.key_id,
            detail=sealed,
            erase_after=now + KEEP,
            review_at=now + REVIEW,
        )

    def _tell(
        self,
        tx: sa.Connection,
        change: ChangeRow,
        detail: Detail,
        route: Route,
        again: TaskRow | None = None,
    ) -> None:
        now = self._parts.clock.now()
        try:
            msg_id, state, error = self._send(tx, change, detail, route), "sent", ""
        except UnknownAgreement as refusal:
            msg_id, state, error = uuid7(), "refused", refusal.code
        task = TaskRow(
            change_id=change.id,
            holder=route.holder,
            record_id=change.record_id,
            agency=change.agency,
            agreement_id=route.agreement_id,
            msg_id=msg_id,
            state=state,
            error=error,
            due_at=change.due_at,
            sent_at=now,
        )
        if again is not None:
            task = msgspec.structs.replace(task, escalated_at=again.escalated_at)
            change_store.save_task(tx, task)
        else:
            change_store.add_task(tx, task)

    def _send(self, tx: sa.Connection, change: ChangeRow, detail: Detail, route: Route) -> UUID:
        key = self._message_key(tx)
        notice = Notice(
            type=TYPES[change.kind],
            peer=route.holder,
            agreement_id=route.agreement_id,
            thread=change.id,
            agency=change.agency,
            key=key,
            data=ChangeData(change.signed, detail.body),
            officer_id=change.ruled_by,
        )
        return self._sender.send(tx, notice)

    def _message_key(self, tx: sa.Connection) -> DataKey:
        return self._parts.sealer.new_split_key(tx, "record.message", self._parts.clock.now() + KEEP)

    def _change(self, tx: sa.Connection, change_id: UUID) -> ChangeRow:
        found = change_store.changes(tx, [change_id], lock=True).get(change_id)
        if found is None:
            raise NoSuchChange(change_id=str(change_id))
        return found

    def _sla_hours(self, tx: sa.Connection, agreement_id: str) -> int:
        try:
            return self._parts.policies(tx).get(agreement_id).agreement.correction.sla_hours
        except CordilleraError:
            return SLA_HOURS

    def _ordered(self, tx: sa.Connection, officer: Officer, row: sql.RecordRow | None, order: Order) -> None:
        event = Event(
            kind=LeafKind.RECORD_CHANGED,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=row.agreement_id if row else "",
            message_id=str(order.change_id),
            payload=sha256(msgspec.json.encode(order)),
            detail={"change": order.kind},
            subject_ref=str(order.record_id),
        )
        self._parts.ledger.record(tx, event)


def _place(change_id: UUID) -> Place:
    return Place("record_change", "detail", str(change_id))
