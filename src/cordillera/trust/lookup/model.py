"""Private look-up: exact keys asked about without being shown (RFC 9497; agreement services of mode "oprf").

An exact key is written in one canonical way, so that both sides derive the same token: fuzzy matching is
not possible here, and biometrics are not offered at all.

>>> ExactKey(kind="document", issuer="EC", type="P", value="a-123 4567").token
b'document|EC|P|A1234567'
"""

import re
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.lookup.errors import KeyNotExact

SERVICE: Final = "lookup.exact"
MAX_KEYS: Final = 16
"""One person's keys, no more: a message asks about one individual case."""

KeyKind = Literal["document", "person", "container", "phone"]
_NOT_PLAIN = re.compile(r"[^A-Z0-9]")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_PERSON = re.compile(r"[A-Z<]{2,60}\|\d{4}-\d\d-\d\d")
_CONTAINER = re.compile(r"[A-Z]{3}[JUZ]\d{7}")


class ExactKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One exact key of a person or thing.

    `value`: a document number; a phone number of E.164; a container number of ISO 6346; or, of a person,
    the name in ICAO 9303 letters, a bar, and the ISO date of birth.
    """

    kind: KeyKind
    value: str
    issuer: str = ""
    type: str = ""

    @property
    def token(self) -> bytes:
        """The canonical bytes; raise `KeyNotExact` for what has no one way of being written."""
        issuer, kind = self.issuer.strip().upper(), self.type.strip().upper()
        return f"{self.kind}|{issuer}|{kind}|{self._plain()}".encode()

    @property
    def is_exact(self) -> bool:
        """Whether there is one way to write the key."""
        try:
            return bool(self.token)
        except KeyNotExact:
            return False

    def _plain(self) -> str:
        value = self.value.strip().upper()
        if self.kind == "document":
            plain = _NOT_PLAIN.sub("", value)
            if not (2 <= len(plain) <= 40 and self.issuer.strip() and self.type.strip()):
                raise KeyNotExact(kind=self.kind)
            return plain
        if self.kind == "phone":
            plain = re.sub(r"[ ().-]", "", value)
            return _whole(_PHONE, plain, self.kind)
        if self.kind == "container":
            plain = _whole(_CONTAINER, _NOT_PLAIN.sub("", value), self.kind)
            if container_check(plain[:10]) != int(plain[10]):
                raise KeyNotExact(kind=self.kind, reason="check digit")
            return plain
        return _whole(_PERSON, value, self.kind)


def container_check(first_ten: str) -> int:
    """Return the check digit of a container number (ISO 6346, annex A).

    >>> container_check("CSQU305438")
    3
    """
    values = (int(c) if c.isdigit() else _letter(c) for c in first_ten)
    return sum(value << place for place, value in enumerate(values)) % 11 % 10


def _letter(letter: str) -> int:
    """Letters count 10 to 38 without the multiples of 11."""
    at = ord(letter) - ord("A") + 10
    return at + (at > 10) + (at + 1 > 21) + (at + 2 > 32)


def _whole(pattern: re.Pattern[str], value: str, kind: str) -> str:
    if not pattern.fullmatch(value):
        raise KeyNotExact(kind=kind)
    return value


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `lookup.blinded`: elements in base64url, for the key of one epoch."""

    lookup_id: UUID
    epoch: Annotated[int, msgspec.Meta(ge=0)]
    blinded: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=64)], ...],
        msgspec.Meta(min_length=1, max_length=MAX_KEYS),
    ]


class Evaluated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `lookup.evaluated`: evaluations with their proofs, base64url."""

    lookup_id: UUID
    epoch: Annotated[int, msgspec.Meta(ge=0)]
    evaluated: Annotated[str, msgspec.Meta(max_length=4096)]


class TableRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for a part of a table, from `offset` bytes."""

    agreement_id: Annotated[str, msgspec.Meta(max_length=64)]
    offset: Annotated[int, msgspec.Meta(ge=0)] = 0


class TablePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the table of the present epoch, with the key it was made under; base64url."""

    epoch: int
    public_key: Annotated[str, msgspec.Meta(max_length=64)]
    sha256: Annotated[str, msgspec.Meta(max_length=64)]
    size: Annotated[int, msgspec.Meta(ge=0, le=128 * 1024 * 1024)]
    part: str


class NotReady(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The problem that answers a request for a table that is not made yet."""

    code: Literal["lookup.table_not_ready"]
    retry_after: Annotated[int, msgspec.Meta(ge=1, le=86_400)]
    status: int
    type: str


class LookupOutcome(msgspec.Struct, frozen=True):
    """What came of asking: the id of the look-up, or None, and every article relied on.

    `waits`: it is allowed, and leaves once a second officer asks exactly the same.
    """

    lookup_id: UUID | None
    decision: PolicyDecision
    waits: bool = False


class LookupView(msgspec.Struct, frozen=True):
    """A look-up of ours. `found` says for each key whether the partner holds it; None until it is known."""

    id: UUID
    peer: str
    agreement_id: str
    state: Literal["waiting", "answered", "refused", "expired"]
    asked_at: datetime
    keys: int
    found: tuple[bool, ...] | None
    error: str = ""
