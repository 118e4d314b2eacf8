"""What operators see of the exchange. Nothing here is about a person."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from cordillera.trust.exchange.operation_store import ChannelRow, DeadLetter, ThawRow


class KeyLine(msgspec.Struct, frozen=True):
    """A key with its term. `state`: next, current, retired, revoked, destroyed."""

    kid: str
    use: str
    state: Literal["next", "current", "retired", "revoked", "destroyed"]
    not_before: datetime
    not_after: datetime
    revoked_from: datetime | None
    reason: str
    holder: str = ""


class PartnerLine(msgspec.Struct, frozen=True):
    """A partner: what it rests on, what it knows of us, how much waits for it."""

    id: str
    country: str
    name: str
    url: str
    status: str
    seq: int
    heard_at: datetime | None
    told_seq: int
    told_at: datetime | None
    told_error: str
    root_kid: str
    epoch: int
    signer_kid: str
    waiting: int
    forks: int


class PartnersView(msgspec.Struct, frozen=True):
    """All partners, beside our own newest bundle."""

    own: str
    own_seq: int
    partners: tuple[PartnerLine, ...]
    queue_limit: int
    at_once: int


class PartnerView(msgspec.Struct, frozen=True):
    """One partner with every key it has or had; `typed` is what a refused form had in it."""

    partner: PartnerLine
    own_seq: int
    fingerprints: tuple[str, ...]
    keys: tuple[KeyLine, ...]
    error: str = ""
    typed: dict[str, str] = {}


class Letter(msgspec.Struct, frozen=True):
    """A message without effect. `advice` is a message id; `again` says whether it can be sent again."""

    letter: DeadLetter
    advice: str
    again: bool


class ChannelsView(msgspec.Struct, frozen=True):
    """Channels and messages without effect."""

    channels: tuple[ChannelRow, ...]
    letters: tuple[Letter, ...]
    looked_at: tuple[DeadLetter, ...]
    queue_limit: int
    error: str = ""


class HistoryLine(msgspec.Struct, frozen=True):
    """One fact of two histories, side by side."""

    name: str
    ours: str
    theirs: str


class EvidenceView(msgspec.Struct, frozen=True):
    """Two histories that do not fit: the one held, and the one that came."""

    id: UUID
    seen_at: datetime
    channel_seq: int
    lines: tuple[HistoryLine, ...]


class ChannelView(msgspec.Struct, frozen=True):
    """One channel: where it stands, what froze it, and what two officers do about it.

    `names` are those of colleagues, by id; `reason` is what a refused proposal gave.
    """

    channel: ChannelRow
    evidence: tuple[EvidenceView, ...]
    proposal: ThawRow | None
    heard: bool
    thaws: tuple[ThawRow, ...]
    officer_id: str
    error: str = ""
    names: dict[str, str] = {}
    reason: str = ""


class KeysView(msgspec.Struct, frozen=True):
    """This node's keys, bundle and root."""

    own: str
    environment: str
    seq: int
    issued: datetime | None
    root_kid: str
    epoch: int
    delegated_until: datetime | None
    ledger_vkey: str
    token: bool
    keys: tuple[KeyLine, ...]
    duties: tuple[str, ...]
