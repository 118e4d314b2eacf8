"""What operators do about the exchange: look, revoke, thaw, send again, put aside. Each act is a leaf."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput, Conflict, NotFound
from cordillera.trust.access.officers import colleagues
from cordillera.trust.exchange import key_store, partner_store
from cordillera.trust.exchange import operation_store as sql
from cordillera.trust.exchange.bundle import SignedDelegation, read_delegation
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.drill import DUTIES
from cordillera.trust.exchange.envelope import Header
from cordillera.trust.exchange.errors import ReasonMissing
from cordillera.trust.exchange.gate import AT_ONCE
from cordillera.trust.exchange.inbox_store import Evidence
from cordillera.trust.exchange.kinds import DUTY_TYPES
from cordillera.trust.exchange.operation.model import (
    ChannelsView,
    ChannelView,
    EvidenceView,
    HistoryLine,
    KeyLine,
    KeysView,
    Letter,
    PartnerLine,
    PartnersView,
    PartnerView,
)
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.thaw import NoSuchChannel
from cordillera.trust.exchange.thawing import Place, Thaws
from cordillera.trust.ledger.model import Event, LeafKind

LETTERS: Final = 200
AGAIN: Final = frozenset({"query.person", *DUTY_TYPES})
"""What can be sent again as it was: a query, which opens anew with it, and duties, which must arrive."""
ADVICE: Final[Mapping[str, str]] = {
    "exchange.expired": "operation.advice.expired",
    "exchange.officer_revoked": "operation.advice.officer",
    "exchange.not_permitted": "operation.advice.agreement",
    "exchange.agreement_mismatch": "operation.advice.text",
    "exchange.replayed": "operation.advice.known",
    "exchange.unknown_key": "operation.advice.keys",
    "exchange.key_revoked": "operation.advice.keys",
}


class NoSuchLetter(NotFound):
    """There is no such message without effect, or none that this agency may see."""

    code = "exchange.no_such_letter"


class NotAgain(Conflict):
    """This message cannot be sent again as it was: the partner took it in, or its content is gone."""

    code = "exchange.not_again"


class Operation:
    """The use cases of an operator."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self.thaws = Thaws(parts)

    def partners(self, tx: sa.Connection) -> PartnersView:
        """Return all partners, active ones first."""
        waiting = dict(sql.depths(tx))
        forks = dict(sql.forks(tx))
        lines = tuple(_partner(row, waiting, forks) for row in self._directory.rows(tx))
        seq = key_store.version(tx)
        return PartnersView(self._parts.identity.id, seq, lines, self._parts.settings.queue_limit, AT_ONCE)

    def partner(self, tx: sa.Connection, partner_id: str, error: str = "") -> PartnerView:
        """Return one partner with its keys; raise `UnknownPartner`."""
        row = self._directory.known(tx, partner_id)
        keys = tuple(self._partner_key(key) for key in partner_store.keys_of(tx, partner_id))
        line = _partner(row, dict(sql.depths(tx)), dict(sql.forks(tx)))
        shown = next(one for one in self._directory.all(tx) if one.id == partner_id).fingerprints
        return PartnerView(line, key_store.version(tx), shown, keys, error)

    def revoke_partner(self, tx: sa.Connection, officer: Officer, partner_id: str, reason: str) -> None:
        """End all exchange with a partner at once; raise `ReasonMissing`, `UnknownPartner`."""
        _require(reason)
        self._directory.revoke(tx, partner_id, officer.officer_id)

    def revoke_key(self, tx: sa.Connection, officer: Officer, partner_id: str, kid: str, reason: str) -> None:
        """Refuse one key of a partner at once; raise `ReasonMissing`, `KeyMissing`."""
        _require(reason)
        self._directory.revoke_key(tx, partner_id, kid, officer.officer_id, reason.strip()[:400])

    def channels(self, tx: sa.Connection, error: str = "") -> ChannelsView:
        """Return every channel, and the messages that had no effect."""
        return ChannelsView(
            tuple(sql.channels(tx)),
            tuple(_letter(one) for one in sql.dead_letters(tx, LETTERS)),
            tuple(sql.dead_letters(tx, 20, looked_at=True)),
            self._parts.settings.queue_limit,
            error,
        )

    def troubles(self, tx: sa.Connection) -> tuple[int, int]:
        """Return how many messages had no effect and were not looked at, and how many channels are frozen."""
        return sql.troubles(tx)

    def channel(self, tx: sa.Connection, officer: Officer, place: Place, error: str = "") -> ChannelView:
        """Return one channel with both histories of each fork; raise `NoSuchChannel`."""
        found = sql.channel(tx, *place.key)
        if found is None:
            raise NoSuchChannel(peer=place.peer[:64])
        sender = place.peer if place.direction == "in" else self._parts.identity.id
        kept = sql.evidence(tx, sender, place.agreement_id)
        past = [row for row in sql.thaws(tx) if (row.direction, row.peer, row.agreement_id) == place.key]
        proposal = sql.open_thaw(tx, *place.key)
        acted = (proposal.proposed_by, proposal.approved_by) if proposal else ()
        return ChannelView(
            found,
            tuple(_evidence(one) for one in kept),
            proposal,
            bool(sql.heard(tx, *place.key)),
            tuple(row for row in past if row.closed_at is not None),
            officer.officer_id,
            error,
            colleagues(tx, officer.agency, acted),
        )

    def send_again(self, tx: sa.Connection, officer: Officer, msg_id: UUID, reason: str) -> None:
        """Let a message wait for its place once more. It must hold.

        1. There is a reason.
        2. It is a message without effect that nobody has put aside.
        3. The partner never took it in, its content is still there, and its kind can be sent again.
        """
        _require(reason)
        found = self._found(tx, msg_id)
        if not _letter(found).again:
            raise NotAgain(condition=3)
        now = self._parts.clock.now()
        sql.queue_again(tx, msg_id, now + timedelta(hours=self._parts.settings.message_hours), now)
        if found.type == "query.person":
            sql.reopen_query(tx, msg_id)
        self._record(tx, officer, found, "sent again", reason)

    def put_aside(self, tx: sa.Connection, officer: Officer, msg_id: UUID, reason: str) -> None:
        """Close a message without effect: 1. with a reason; 2. once. Its content is dropped."""
        _require(reason)
        found = self._found(tx, msg_id)
        sql.mark_looked(tx, msg_id, officer.officer_id, reason.strip()[:2000], self._parts.clock.now())
        self._record(tx, officer, found, "put aside", reason)

    def keys(self, tx: sa.Connection) -> KeysView:
        """Return this node's keys."""
        own, text = self._parts.identity, key_store.newest_delegation(tx)
        signed = shapes.decode(text, SignedDelegation) if text else None
        delegation = read_delegation(signed) if signed else None
        newest = key_store.newest_bundle(tx)
        return KeysView(
            own=own.id,
            environment=own.environment,
            seq=newest.seq if newest else 0,
            issued=newest.issued_at if newest else None,
            root_kid=signed.signature.kid if signed else "",
            epoch=delegation.epoch if delegation else 0,
            delegated_until=delegation.not_after if delegation else None,
            ledger_vkey=own.ledger_vkey,
            token=own.token is not None,
            keys=tuple(self._own_key(row) for row in reversed(key_store.all_keys(tx))),
            duties=DUTIES,
        )

    def _found(self, tx: sa.Connection, msg_id: UUID) -> sql.DeadLetter:
        found = sql.dead_letter(tx, msg_id)
        if found is None or found.looked_at is not None:
            raise NoSuchLetter(condition=2)
        return found

    def _own_key(self, row: key_store.KeyRow) -> KeyLine:
        line = _line(
            (row.kid, row.use, row.reason, row.holder),
            (row.not_before, row.not_after, row.revoked_from),
            self._parts.clock.now(),
        )
        return msgspec.structs.replace(line, state="destroyed") if _is_gone(row) else line

    def _partner_key(self, key: partner_store.PartnerKey) -> KeyLine:
        return _line(
            (key.kid, key.use, key.reason, key.revoked_by),
            (key.not_before, key.not_after, key.revoked_from),
            self._parts.clock.now(),
        )

    def _record(
        self, tx: sa.Connection, officer: Officer, letter: sql.DeadLetter, state: str, reason: str
    ) -> None:
        event = Event(
            kind=LeafKind.REVIEWED,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=letter.agreement_id,
            message_id=str(letter.msg_id),
            peer=letter.peer,
            direction="out",
            detail={"state": state, "reason": reason.strip()[:400], "code": letter.error},
        )
        self._parts.ledger.record(tx, event)


def _require(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(condition=1)


def _is_gone(row: key_store.KeyRow) -> bool:
    return row.destroyed_at is not None and row.revoked_from is None


def _line(
    words: tuple[str, str, str, str],
    times: tuple[datetime, datetime, datetime | None],
    now: datetime,
) -> KeyLine:
    kid, use, reason, holder = words
    begins, ends, revoked = times
    state = "next" if now < begins else "current" if now < ends else "retired"
    if revoked is not None:
        state = "revoked"
    return shapes.convert(
        {
            "kid": kid, "use": use, "state": state, "not_before": begins, "not_after": ends,
            "revoked_from": revoked, "reason": reason, "holder": holder,
        },
        KeyLine,
    )  # fmt: skip


def _partner(
    row: partner_store.PartnerRow, waiting: Mapping[str, int], forks: Mapping[str, int]
) -> PartnerLine:
    return PartnerLine(
        id=row.id,
        country=row.country,
        name=row.name,
        url=row.url,
        status=row.status,
        seq=row.seq,
        heard_at=row.heard_at,
        told_seq=row.told_seq,
        told_at=row.told_at,
        told_error=row.told_error,
        root_kid=row.root_kid,
        epoch=row.epoch,
        signer_kid=row.signer_kid,
        waiting=waiting.get(row.id, 0),
        forks=forks.get(row.id, 0),
    )


def _letter(one: sql.DeadLetter) -> Letter:
    arrived = one.state == "refused" or one.channel_seq is not None or one.error == "exchange.replayed"
    advice = ADVICE.get(one.error, "operation.advice.other")
    return Letter(one, advice, one.kept and not arrived and one.type in AGAIN)


def _evidence(kept: Evidence) -> EvidenceView:
    held, other = _header(kept.known_header), _header(kept.other_header)
    lines = [
        HistoryLine(name, held.get(name, ""), other.get(name, ""))
        for name in ("msg_id", "type", "channel_seq", "prev_msg_hash", "created", "expires", "enc_kid")
    ]
    hashes = HistoryLine("hash", kept.known_hash, kept.other_hash)
    return EvidenceView(kept.id, kept.seen_at, kept.channel_seq, (*lines, hashes))


def _header(raw: bytes | None) -> dict[str, str]:
    if raw is None:
        return {}
    try:
        header = shapes.decode(bytes(raw), Header)
    except (msgspec.DecodeError, BadInput):
        return {}
    return {name: str(value) for name, value in msgspec.to_builtins(header).items()}
