r"""The signed agreement: the exact canonical bytes of the text, and the root signature of each party.

The file carries the text as a string, so that what is verified is what was signed, byte by byte, and
never a text written anew. Both halves of a root signature (Ed25519 and ML-DSA-65) must hold. Which roots
speak for a party is told by whoever verifies: the node's own root and those of its partners.
Reference: docs/adr/0020.

>>> SignedAgreement(format=FORMAT, agreement="{}", signatures=()).hash[:8]
'44136fa3'
"""

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.errors import BadSignature
from cordillera.foundation.crypto.root import RootKey, RootSignature
from cordillera.foundation.errors import BadInput
from cordillera.trust.agreements.errors import (
    AgreementEdited,
    NotAParty,
    NotSigned,
    SignatureMissing,
    SignerUnknown,
)
from cordillera.trust.agreements.model import Agreement, Country
from cordillera.trust.agreements.outside import read_or_say_why
from cordillera.trust.agreements.ports import Roots

FORMAT = "cordillera-agreement/1"
CONTEXT = "cordillera/agreement/1"
MAX_FILE = 1_048_576


class PartySignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signature of one party's root."""

    party: Country
    signature: RootSignature


class SignedAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agreement's canonical text and who signed it."""

    format: str
    agreement: str
    signatures: tuple[PartySignature, ...]

    @property
    def text(self) -> bytes:
        """The bytes that are signed."""
        return self.agreement.encode("utf-8")

    @property
    def hash(self) -> str:
        """The hex SHA-256 of the text, which messages carry."""
        return sha256(self.text).hex()

    @property
    def parties(self) -> frozenset[str]:
        """The parties whose signature is in the file, verified or not."""
        return frozenset(one.party for one in self.signatures)

    def read(self) -> Agreement:
        """Return the agreement; raise `AgreementEdited` when the text is not in its canonical form."""
        if canonical.dumps(canonical.loads(self.text)) != self.text:
            raise AgreementEdited(agreement_hash=self.hash, reason="not canonical")
        return read_or_say_why(self.text)

    def write(self) -> bytes:
        """Return the file."""
        return canonical.dumps(self)


def is_signed_file(raw: bytes) -> bool:
    """Whether the bytes are a signed agreement, whatever its signatures are worth."""
    try:
        found = canonical.loads(raw, max_bytes=MAX_FILE)
    except BadInput:
        return False
    return isinstance(found, dict) and found.get("format") == FORMAT


def read_signed(raw: bytes) -> SignedAgreement:
    """Read a signed agreement; raise `NotSigned` for any other file."""
    if not is_signed_file(raw):
        raise NotSigned
    return canonical.to_struct(raw, SignedAgreement, max_bytes=MAX_FILE)


def prepare(raw: bytes) -> SignedAgreement:
    """Return a plain agreement file in the form to be signed, or a signed one as it is."""
    if is_signed_file(raw):
        return read_signed(raw)
    read_or_say_why(raw)
    text = canonical.dumps(canonical.loads(raw, max_bytes=MAX_FILE)).decode("utf-8")
    return SignedAgreement(format=FORMAT, agreement=text, signatures=())


def sign(signed: SignedAgreement, party: str, root: RootKey) -> SignedAgreement:
    """Add a party's signature, in place of an earlier one; raise `NotAParty`."""
    if party not in signed.read().countries:
        raise NotAParty(party=party[:8])
    others = [one for one in signed.signatures if one.party != party]
    made = PartySignature(party, root.sign(signed.text, CONTEXT))
    ordered = tuple(sorted([*others, made], key=lambda one: one.party))
    return msgspec.structs.replace(signed, signatures=ordered)


def verify(signed: SignedAgreement, roots: Roots) -> Agreement:
    """Return the agreement that both parties signed. It must hold.

    1. The text is canonical and an agreement.
    2. There is exactly one signature for each party, and none of anybody else.
    3. Each is by a root that is known to speak for that party, and no root speaks for both.
    4. Both halves of each signature are over exactly these bytes.

    Raises `AgreementEdited` (1, 4), `SignatureMissing` (2), `SignerUnknown` (3).
    """
    agreement = signed.read()
    named = sorted(one.party for one in signed.signatures)
    if named != sorted(agreement.countries):
        raise SignatureMissing(parties=",".join(sorted(agreement.countries)), signed=",".join(named)[:64])
    if len({one.signature.kid for one in signed.signatures}) != len(named):
        raise SignerUnknown(reason="one root for both parties")
    for one in signed.signatures:
        verify_one(signed, one, roots)
    return agreement


def verify_one(signed: SignedAgreement, one: PartySignature, roots: Roots) -> None:
    """Verify one party's signature (conditions 3 and 4)."""
    root = next((root for root in roots.get(one.party, ()) if root.kid == one.signature.kid), None)
    if root is None:
        raise SignerUnknown(party=one.party, kid=one.signature.kid[:64])
    try:
        root.verify(one.signature, signed.text, CONTEXT)
    except BadSignature as error:
        raise AgreementEdited(agreement_hash=signed.hash, party=one.party) from error
