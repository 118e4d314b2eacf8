"""SQL of messages taken in, and of evidence kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.database import deferred
from cordillera.foundation.store.swift import Bulk, Statement, integers, texts, uuids
from cordillera.trust.exchange.core import Known

_COLUMNS = "msg_id, agreement_id, channel_seq, msg_hash, header, signature, receipt"
_KNOWN = Statement(  # a look-up in each index: a condition that joins them with OR reads the whole table
    f"SELECT {_COLUMNS} FROM exchange_inbox WHERE sender = :sender AND msg_id = ANY(:ids)"  # noqa: S608
    f" UNION SELECT {_COLUMNS} FROM unnest(:names, :seqs) AS place (name, seq) CROSS JOIN LATERAL"
    " (SELECT * FROM exchange_inbox WHERE sender = :sender AND agreement_id = place.name"
    " AND channel_seq = place.seq OFFSET 0) AS there"
)
_TAKEN = {
    "agency": "text",
    "sender": "text",
    "msg_id": "uuid",
    "agreement_id": "text",
    "channel_seq": "bigint",
    "msg_hash": "text",
    "header": "bytea",
    "signature": "text",
    "outcome": "text",
    "receipt": "text",
    "received_at": "timestamptz",
    "erase_after": "timestamptz",
    "review_at": "timestamptz",
}
_TAKE_IN = Bulk(
    f"INSERT INTO exchange_inbox ({', '.join(_TAKEN)}) SELECT * FROM {{rows}}",  # noqa: S608 - constant
    _TAKEN,
)


class Taken(msgspec.Struct, frozen=True):
    """A message taken in, with the receipt that was given."""

    agency: str
    sender: str
    msg_id: UUID
    agreement_id: str
    channel_seq: int
    msg_hash: str
    header: bytes
    signature: str
    outcome: str
    receipt: str
    received_at: datetime
    erase_after: datetime
    review_at: datetime


class Evidence(msgspec.Struct, frozen=True):
    """Two messages at one place, or two histories; headers and signatures hold no personal data."""

    id: UUID
    agency: str
    sender: str
    agreement_id: str
    channel_seq: int
    known_hash: str
    known_header: bytes | None
    known_signature: str
    other_hash: str
    other_header: bytes
    other_signature: str
    seen_at: datetime
    erase_after: datetime
    review_at: datetime


def sought(sender: str, ids: Sequence[UUID], places: Sequence[tuple[str, int]]) -> dict[str, object]:
    """Return what `known_messages` is asked with, so that it may be sent ahead."""
    return {
        "sender": sender,
        "ids": uuids(ids),
        "names": texts([name for name, _ in places]),
        "seqs": integers([seq for _, seq in places]),
    }


def known_ahead(tx: sa.Connection, values: Mapping[str, object]) -> None:
    """Have `known_messages` answered with the next answer."""
    _KNOWN.ahead(tx, values)


def known_messages(tx: sa.Connection, values: Mapping[str, object]) -> list[Known]:
    """Return the messages taken in with one of the ids `sought`, or at one of the places."""
    return [Known(*row) for row in _KNOWN.rows(tx, values)]


def take_in(tx: sa.Connection, messages: Sequence[Taken]) -> None:
    """Keep messages as taken in; a second message with the same id or place is refused by the table."""
    _TAKE_IN.send(tx, [msgspec.structs.astuple(message) for message in messages])


def keep_evidence(tx: sa.Connection, evidence: Evidence) -> None:
    """Keep both sides of an equivocation."""
    names = Evidence.__struct_fields__
    tx.execute(
        deferred(
            f"INSERT INTO exchange_evidence ({', '.join(names)})"  # noqa: S608 - constant
            f" VALUES ({', '.join(':' + name for name in names)})"
        ),
        msgspec.structs.asdict(evidence),
    )
