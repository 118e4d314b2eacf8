"""The effects of `record.*` messages: orders of partners, and their proofs that ours were carried out."""

from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.signing import VerifyKey
from cordillera.foundation.errors import BadInput
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Ended, Outcome
from cordillera.trust.exchange.envelope import VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import KeyNotValid, WrongPayload
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.records import change_store
from cordillera.trust.records import store as sql
from cordillera.trust.records.changing import TYPES, Changing
from cordillera.trust.records.core import Held, check_correction, check_order, supersedes
from cordillera.trust.records.errors import CorrectionAdds, DoneRefused, OrderRefused
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import ENDING, ChangeData, DoneData, HolderDone, Order
from cordillera.trust.records.orders import check_done, read_order, signed_by

_KIND_OF: Final = {word: kind for kind, word in TYPES.items()}


class _Judged(msgspec.Struct, frozen=True):
    """An order that binds this node; `issuer` is who signed it as far as we can tell."""

    sender: str
    agreement_id: str
    data: ChangeData
    issuer: str


class TakeInChanges:
    """The effect of every order about a record."""

    def __init__(self, holding: Holding, changing: Changing) -> None:
        self._holding = holding
        self._changing = changing
        parts = holding.parts
        self._directory = PartnerDirectory(parts.ledger, parts.clock, holding.own)

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Judge each order by who may give it; a forged one is refused and has no effect."""
        del book  # a duty is owed whatever became of the agreement (PCSC 23)
        known = self._changing.partners(tx)
        return [self._judge(tx, partner, known, message) for message in messages]

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Carry the orders out and pass them on."""
        for outcome, _ in done:
            one = outcome.row
            if isinstance(one, _Judged):
                self._changing.take_in(tx, one.sender, one.agreement_id, one.data, one.issuer)

    def _judge(
        self, tx: sa.Connection, partner: Partner, known: dict[str, Partner], message: VerifiedEnvelope
    ) -> Outcome:
        agency = self._holding.parts.identity.agency
        try:
            judged = self._checked(tx, partner, known, message)
        except BadInput as error:
            code = error.code if isinstance(error, OrderRefused) else WrongPayload.code
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=code)
            return Outcome(event_in(message, agency, note), code)
        note = Note(LeafKind.RECORD_CHANGED, payload=message.payload_bytes)
        return Outcome(event_in(message, agency, note), row=judged)

    def _checked(
        self, tx: sa.Connection, partner: Partner, known: dict[str, Partner], message: VerifiedEnvelope
    ) -> _Judged:
        data = data_of(message.payload, ChangeData)
        order, token = read_order(data.order)
        if TYPES[order.kind] != message.header.type:
            raise OrderRefused(condition=0, reason="type")
        if order.kind == "correct" and sha256(jws.decode(data.body)).hex() != order.digest:
            raise OrderRefused(condition=0, reason="digest")
        signer = partner if order.issuer == partner.id else known.get(order.issuer)
        signed = signer is not None and signed_by(token, signer, self._then(tx, signer, token.kid, order))
        held = self._held(tx, order)
        vouched = signer is None and held is not None and partner.id in (*held.givers, *held.takers)
        verified = {order.issuer} if signed or vouched or (signer is None and held is None) else set()
        check_order(order, partner.id, held, verified)
        self._check_content(tx, order, data)
        issuer = order.issuer if signed else partner.id
        return _Judged(partner.id, message.header.agreement_id, data, issuer)

    def _then(self, tx: sa.Connection, signer: Partner, kid: str, order: Order) -> VerifyKey | None:
        """Return the key that an order passed on late was signed with, where it has run out since.

        A key that was ever revoked speaks for no order any more: whoever has it can write any date.
        """
        if kid in signer.verify_keys or kid in signer.revoked_kids:
            return None
        try:
            return self._directory.key_at(tx, signer.id, kid, order.at)
        except KeyNotValid:
            return None

    def _check_content(self, tx: sa.Connection, order: Order, data: ChangeData) -> None:
        """Refuse a correction that gives what was never given (`core.check_correction`)."""
        row = sql.get(tx, [order.record_id]).get(order.record_id)
        if order.kind != "correct" or row is None or row.gone or not supersedes(order, row.version):
            return
        try:
            check_correction(self._holding.open(tx, row), jws.decode(data.body))
        except CorrectionAdds as error:
            raise OrderRefused(condition=6, reason=error.code) from error

    def _held(self, tx: sa.Connection, order: Order) -> Held | None:
        row = sql.get(tx, [order.record_id]).get(order.record_id)
        if row is None:
            return None
        takers = tuple(one.holder for one in sql.holders(tx, [row.id]))
        return msgspec.structs.replace(row.held, takers=takers)


class _Proved(msgspec.Struct, frozen=True):
    """A holder's proof that held."""

    task: change_store.TaskRow
    data: DoneData


class TakeInDone:
    """The effect of `record.done`: a change is done at a holder, and at those after it, once it is proved."""

    def __init__(self, holding: Holding, changing: Changing) -> None:
        self._holding = holding
        self._changing = changing

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Verify every proof against the holder's ledger key; a claim without one is refused."""
        del book
        known = self._changing.partners(tx)
        return [self._judge(tx, partner, known, message) for message in messages]

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the proofs; when all holders have proved it the change is done."""
        for outcome, _ in done:
            if isinstance(outcome.row, _Proved):
                self._keep(tx, outcome.row)

    def _judge(
        self, tx: sa.Connection, partner: Partner, known: dict[str, Partner], message: VerifiedEnvelope
    ) -> Outcome:
        agency = self._holding.parts.identity.agency
        try:
            proved = self._proved(tx, partner, known, message)
        except BadInput as error:
            code = error.code if isinstance(error, DoneRefused) else WrongPayload.code
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=code)
            return Outcome(event_in(message, agency, note), code)
        note = Note(LeafKind.HOLDER_DONE, payload=message.payload_bytes)
        return Outcome(event_in(message, agency, note), row=proved)

    def _proved(
        self, tx: sa.Connection, partner: Partner, known: dict[str, Partner], message: VerifiedEnvelope
    ) -> _Proved:
        """Check a claim. It must hold.

        0. The partner was told this change, and speaks of itself first.
        1. and 2. Its own proof holds (`orders.check_done`), and so does that of every further holder
           whose ledger key we know; of a stranger the partner that vouches for it is on record.
        """
        data = data_of(message.payload, DoneData)
        tasks = {task.holder: task for task in change_store.tasks(tx, [data.change_id])}
        change = change_store.changes(tx, [data.change_id]).get(data.change_id)
        task = tasks.get(partner.id)
        if change is None or task is None or data.done.holder != partner.id:
            raise DoneRefused(condition=0)
        for one in (data.done, *data.onward):
            check_done(one, str(data.change_id), change.kind, _ledger_keys(known, partner, one))
        return _Proved(task, data)

    def _keep(self, tx: sa.Connection, proved: _Proved) -> None:
        """Keep a proof; the change is locked first, so that of two last proofs one sees the other."""
        data, now = proved.data, self._holding.parts.clock.now()
        change = change_store.changes(tx, [data.change_id], lock=True)[data.change_id]
        missing = set(data.waiting_for) - {self._holding.own}
        task = msgspec.structs.replace(
            proved.task,
            state="done",
            complete=not missing,
            error="",
            done_at=proved.task.done_at or now,
            done=msgspec.json.encode(data).decode(),
        )
        change_store.save_task(tx, task)
        if change.kind in ENDING and data.done.effect in {"erased", "recalled", "not_held"}:
            sql.holder_gone(tx, data.record_id, task.holder, now)
        if all(one.complete for one in change_store.tasks(tx, [data.change_id])):
            change_store.move(tx, change_store.Progress(id=data.change_id, state="done"))


def _ledger_keys(known: dict[str, Partner], partner: Partner, one: HolderDone) -> tuple[str, ...]:
    holder = partner if one.holder == partner.id else known.get(one.holder)
    return holder.ledger_vkeys if holder else ()


class ChangeEnding:
    """An order that ran out of time is told again; one that was refused stays an open task with its code."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Note what became of the message."""
        task = change_store.task_of_message(tx, one.msg_id)
        if task is None or task.complete:
            return False
        state = "unsent" if one.how == "expired" else "refused"
        change_store.save_task(tx, msgspec.structs.replace(task, state=state, error=one.code))
        return True


class DoneEnding:
    """A proof that ran out of time on its way is sent again."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Ask for the proof again."""
        if one.how == "expired":
            change_store.report_again(tx, one.thread, one.peer)
        return one.how == "expired"


def endings() -> dict[str, ChangeEnding | DoneEnding]:
    """Return what happens when a message of records ends without effect at the partner."""
    ending = ChangeEnding()
    return dict.fromkeys(_KIND_OF, ending) | {"record.done": DoneEnding()}
