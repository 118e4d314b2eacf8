"""Attachments as officers and partner nodes use them: add, give with a message, fetch, open with a record.

Nothing is pushed. The receiver fetches what a record of its own names, when it is needed: of a notice whose
conditions are not accepted nobody can read the reference, so its attachments do not even travel.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.database import Scope
from cordillera.trust.attachments import attachment_store as sql
from cordillera.trust.attachments.core import (
    CHUNK,
    MAX_SIZE,
    Attachment,
    Manifest,
    check_part,
    manifest_of,
    missing,
    pack,
    read_reference,
    unpack,
)
from cordillera.trust.attachments.errors import AttachmentNotGiven, NoSuchAttachment
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.envelope import Payload
from cordillera.trust.exchange.line import Line, NotTaken
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import is_in_use
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.routes import Route, RouteAnswer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records.service import Records

PATH: Final = "/exchange/v1/attachments"
DRAFT_KEPT: Final = timedelta(days=30)
HASHED_BYTES: Final = 64 * 1024 * 1024
MAX_PARTS: Final = MAX_SIZE // CHUNK
_FETCH = Scope.node("attachments.fetch")


class PartRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which part a partner asks for."""

    attachment: Annotated[str, msgspec.Meta(max_length=64)]
    number: Annotated[int, msgspec.Meta(ge=0, le=4096)]


class AttachmentLine(msgspec.Struct, frozen=True):
    """An attachment as a page lists it; name and size are known once part 0 is here.

    `sha256` is that of the file, taken of what is here; it is left out where that would be long work.
    """

    reference: str
    name: str
    media_type: str
    size: int
    parts: int
    here: int
    id: str = ""
    sha256: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every part is here."""
        return 0 < self.parts <= self.here


class _Wanted(msgspec.Struct, frozen=True):
    """For which record parts are fetched, which are here, and how many may be fetched now."""

    record_id: UUID
    held: dict[int, bytes]
    most: int


class GrantsAttachments:
    """Follows messages into the outbox: what they name may be fetched by whom they are for."""

    def sent(self, tx: sa.Connection, payload: Payload) -> None:
        """Remember the attachments that a message gives, and keep their parts as long as it lasts."""
        for reference in references_in(payload.data):
            name = read_reference(reference).id
            row = sql.GrantRow(name, payload.recipient, payload.agreement_id, str(payload.msg_id))
            sql.grant(tx, [row])
            sql.keep_until(tx, name, payload.retention.erase_after)


class AttachmentService:
    """Use cases of attachments."""

    def __init__(self, parts: ExchangeParts, records: Records) -> None:
        self._parts = parts
        self._records = records
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    @property
    def route(self) -> Route:
        """The operation by which partners fetch parts."""
        return Route(PATH, self.give)

    def add(self, tx: sa.Connection, officer: Officer, name: str, media_type: str, content: bytes) -> str:
        """Seal and keep an attachment; return the reference to put into a message.

        Raises `AttachmentTooLarge`. What no message names is erased after 30 days.
        """
        packed, now = pack(content, name, media_type), self._parts.clock.now()
        name_ = read_reference(packed.reference).id
        due = now + DRAFT_KEPT
        rows = [
            sql.PartRow(name_, number, officer.agency, part, now, due, due)
            for number, part in enumerate(packed.parts)
        ]
        sql.keep_parts(tx, rows)
        self._note(tx, officer, LeafKind.COLLECTION, {"attachment": name_, "parts": str(len(rows))})
        return packed.reference

    def give(self, tx: sa.Connection, partner: Partner, body: bytes) -> RouteAnswer:
        """Give a partner one part. It must hold.

        1. The request can be read, and the log is witnessed: a part is content that leaves.
        2. A message of ours gave it the attachment, the agreement allowed that message, and the record
           that it gave was neither erased nor recalled nor blocked since.
        3. That agreement is in use now, neither suspended nor ended.
        4. The part is still here.

        Raises `LedgerUnwitnessed`, `AttachmentNotGiven`, `NoSuchAttachment`. Every part leaves a leaf: who
        never asks for part 0 is recorded too.
        """
        asked = canonical.to_struct(body, PartRequest)
        self._parts.ledger.ensure_writable(tx)
        given = self._given(tx, asked.attachment, partner)
        part = sql.part(tx, asked.attachment, asked.number)
        if part is None:
            raise NoSuchAttachment
        event = Event(
            kind=LeafKind.ATTACHMENT,
            actor="node",
            agency=self._parts.identity.agency,
            agreement_id=given.agreement_id,
            message_id=given.message_id,
            peer=partner.id,
            direction="out",
            detail={"attachment": asked.attachment, "part": str(asked.number)},
        )
        self._parts.ledger.record(tx, event)
        return RouteAnswer(200, "application/octet-stream", part)

    def _given(self, tx: sa.Connection, attachment: str, partner: Partner) -> sql.GrantRow:
        """Return a message that still gives an attachment to a partner (conditions 2 and 3)."""
        book, now = self._parts.policies(tx), self._parts.clock.now()
        for row in sql.granted(tx, attachment, partner.id):
            if is_in_use(book, row.agreement_id, self._parts.identity.environment, now):
                return row
        raise AttachmentNotGiven

    def of_record(self, tx: sa.Connection, record_id: UUID, hashed: str = "") -> tuple[AttachmentLine, ...]:
        """Return the attachments that a record names; `hashed` is the id of one whose hash is wanted.

        Raises `NoSuchRecord`, `RecordSealed`, `RecordBlocked`, `RecordErased`.
        """
        return self.lines(tx, self._references(tx, record_id), hashed)

    def lines(
        self, tx: sa.Connection, references: Sequence[str], hashed: str = ""
    ) -> tuple[AttachmentLine, ...]:
        """Return attachments by reference, with the hashes of as many as 64 MiB hold, and of `hashed`."""
        left, found = HASHED_BYTES, []
        for reference in references:
            line = self._line(tx, reference)
            if line.is_whole and (line.size <= left or line.id == hashed):
                left -= line.size
                line = msgspec.structs.replace(line, sha256=self._hash(tx, line))
            found.append(line)
        return tuple(found)

    def named(self, tx: sa.Connection, record_id: UUID, attachment: str) -> str:
        """Return the reference of a record's attachment by its id; raise `NoSuchAttachment`."""
        for reference in self._references(tx, record_id):
            if read_reference(reference).id == attachment:
                return reference
        raise NoSuchAttachment

    def keep_until(self, tx: sa.Connection, reference: str, erase_after: datetime) -> None:
        """Keep an attachment as long as what names it."""
        sql.keep_until(tx, read_reference(reference).id, erase_after)

    def discard(self, tx: sa.Connection, officer: Officer, reference: str) -> None:
        """Erase an attachment that no message gave to anybody; one that was given stays."""
        name = read_reference(reference).id
        if sql.discard(tx, name):
            self._note(tx, officer, LeafKind.ERASED, {"attachment": name})

    def consult(self, tx: sa.Connection, officer: Officer, reference: str, ref: str) -> Attachment:
        """Open an attachment that something other than a record names; that it was read is a leaf.

        Raises `AttachmentIncomplete`, `AttachmentBroken`, `NoSuchAttachment`.
        """
        name = read_reference(reference).id
        held = sql.parts(tx, name)
        if not held:
            raise NoSuchAttachment
        opened = unpack(reference, held)
        self._note(tx, officer, LeafKind.CONSULTATION, {"attachment": name}, ref)
        return opened

    def fetch(self, officer: Officer, record_id: UUID, reference: str, most: int = MAX_PARTS) -> int:
        """Fetch the missing parts, `most` at a time, from whom the record came; return how many came.

        Every part is checked against what the signed message names before it is kept. Raises what
        `of_record` raises; `NoSuchAttachment`, `AttachmentBroken`, `NotTaken`.
        """
        scope = Scope(officer.agency, officer.purpose, officer.officer_id)
        with self._parts.store.transaction(scope) as tx:
            self._named(tx, record_id, reference)
            record = self._records.get(tx, record_id)
            partner = self._directory.active(tx, record.received_from)
            held = sql.parts(tx, read_reference(reference).id)
        line = Line(self._parts.identity, partner, self._parts.clock)
        try:
            return self._fetch(officer, line, reference, _Wanted(record_id, held, most))
        finally:
            line.close()

    def open(self, tx: sa.Connection, officer: Officer, record_id: UUID, reference: str) -> Attachment:
        """Open an attachment of a record; that it was read is a leaf.

        Whoever lets it out of the node asks `handling` first, as for the record. Raises what `of_record`
        raises; `NoSuchAttachment`, `AttachmentIncomplete`, `AttachmentBroken`.
        """
        self._named(tx, record_id, reference)
        name = read_reference(reference).id
        opened = unpack(reference, sql.parts(tx, name))
        detail = {"attachment": name}
        self._note(tx, officer, LeafKind.CONSULTATION, detail, str(record_id))
        return opened

    def _fetch(self, officer: Officer, line: Line, reference: str, wanted: "_Wanted") -> int:
        name, came, held = read_reference(reference).id, 0, wanted.held
        if 0 not in held:
            first = _ask(line, name, 0)
            manifest_of(reference, first)
            self._keep(officer, wanted.record_id, name, {0: first})
            held, came = {**held, 0: first}, 1
        manifest = manifest_of(reference, held[0])
        for number in missing(manifest, frozenset(held))[: wanted.most]:
            part = _ask(line, name, number)
            check_part(manifest, number, part)
            self._keep(officer, wanted.record_id, name, {number: part})
            came += 1
        return came

    def _hash(self, tx: sa.Connection, line: AttachmentLine) -> str:
        return sha256(unpack(line.reference, sql.parts(tx, line.id)).content).hex()

    def _keep(self, officer: Officer, record_id: UUID, name: str, parts: dict[int, bytes]) -> None:
        now = self._parts.clock.now()
        with self._parts.store.transaction(_FETCH) as tx:
            record = self._records.get(tx, record_id)
            rows = [
                sql.PartRow(name, number, officer.agency, part, now, record.erase_after, record.review_at)
                for number, part in parts.items()
            ]
            sql.keep_parts(tx, rows)

    def _references(self, tx: sa.Connection, record_id: UUID) -> Sequence[str]:
        return references_in(msgspec.json.decode(self._records.body(tx, record_id)))

    def _named(self, tx: sa.Connection, record_id: UUID, reference: str) -> None:
        if reference not in self._references(tx, record_id):
            raise NoSuchAttachment

    def _line(self, tx: sa.Connection, reference: str) -> AttachmentLine:
        name = read_reference(reference).id
        first, here = sql.part(tx, name, 0), len(sql.numbers(tx, name))
        if first is None:
            return AttachmentLine(reference, "", "", 0, 0, here, name)
        manifest: Manifest = manifest_of(reference, first)
        total = len(manifest.parts) + 1
        return AttachmentLine(reference, manifest.name, manifest.media_type, manifest.size, total, here, name)

    def _note(
        self, tx: sa.Connection, officer: Officer, kind: LeafKind, detail: dict[str, str], ref: str = ""
    ) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            detail=detail,
            subject_ref=ref,
        )
        self._parts.ledger.record(tx, event)


def references_in(data: object) -> tuple[str, ...]:
    """Return the references that a message's or record's content names; what is none is passed over."""
    named = data.get("attachments", ()) if isinstance(data, dict) else ()
    return tuple(one for one in named if isinstance(one, str) and _is_reference(one))


def _is_reference(text: str) -> bool:
    try:
        return bool(read_reference(text))
    except BadInput:
        return False


def _ask(line: Line, name: str, number: int) -> bytes:
    body = canonical.dumps(PartRequest(name, number))
    status, content = line.send(PATH, "application/json", body)
    if status != 200:
        raise NotTaken(status=status)
    return content
