"""The worked example of docs/protocol/example.md: fixed keys, and every value that follows from them.

`python -m tests.docs.worked` writes the page anew; only the sealed envelope differs each time, since
sealing draws randomness, so the test opens the one that stands there.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cordillera.foundation import canonical
from cordillera.foundation.crypto import hpke, jws
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.oprf import OprfKey
from cordillera.foundation.crypto.root import RootKey
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.exchange import hop
from cordillera.trust.exchange.envelope import (
    GENESIS,
    TYP,
    Header,
    Legal,
    Payload,
    Retention,
    SealedEnvelope,
    pad,
    read,
    seal,
)
from cordillera.trust.exchange.identity import kid_of_sealing
from cordillera.trust.exchange.receipt import Receipt, sign_receipt
from cordillera.trust.exchange.thaw import Stand, meeting_place
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.proof import TlogProof
from cordillera.trust.ledger.reconcile import Entry, digests
from cordillera.trust.ledger.tree import leaf_hash
from cordillera.trust.lookup.model import ExactKey
from cordillera.trust.notices.core import conditions_digest

PAGE = Path(__file__).resolve().parents[2] / "docs/protocol/example.md"
SIGNING, SEALING, LOG, ROOT, OPRF = b"\x03" * 32, b"\x07" * 32, b"\x05" * 32, b"\x01" * 64, b"\x09" * 32
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MESSAGE = UUID("019aa5f4-7000-7000-8000-000000000001")
SIGNER, RECEIVER = SigningKey(SIGNING), hpke.HpkePrivateKey(SEALING)
_BLOCK = re.compile(r"^`([a-z0-9_]+)`[^\n]*\n```\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_COMMON = {
    "v": 1, "msg_id": MESSAGE, "sender": "ec", "recipient": "us", "agreement_id": "us-ec-2025",
    "agr_hash": "a" * 64, "type": "query.person",
}  # fmt: skip
_LEAF = b'{"dir":"in","kind":"query.received","v":1}'


def blocks() -> dict[str, str]:
    """What the page says, by name."""
    return dict(_BLOCK.findall(PAGE.read_text("utf-8")))


def header() -> Header:
    return Header(
        **_COMMON, channel_seq=1, prev_msg_hash=GENESIS, created=NOW, expires=NOW + timedelta(hours=72),
        enc_kid=kid_of_sealing(RECEIVER.public), suite=hpke.SUITE,
    )  # fmt: skip


def payload() -> Payload:
    legal = Legal("drug_trafficking", "drug_trafficking", 120, "CASE-1", "0f3c", ("analyst",), "77aa")
    keep = Retention(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))
    return Payload(
        **_COMMON, legal=legal, subject_category="suspect", handling={"tlp": "AMBER"}, retention=keep,
        data={"full_name": "Ñusta Inventada", "date_of_birth": "1980-05-17"},
    )  # fmt: skip


def sealed() -> SealedEnvelope:
    """The envelope on the page."""
    return read(bytes.fromhex(blocks()["envelope"].replace("\n", "")))


def worked(envelope: SealedEnvelope) -> dict[str, str]:
    """Every value that follows from the fixed keys and the envelope."""
    raw, clear = canonical.dumps(payload()), canonical.dumps(header())
    inner = jws.sign_flattened(SIGNER, raw, typ=TYP)
    plain = pad(inner, 2048)
    return {
        "signing_public": SIGNER.public_bytes.hex(),
        "signing_kid": jws.thumbprint(SIGNER.public_bytes),
        "sealing_kid": kid_of_sealing(RECEIVER.public),
        "sealing_public_start": RECEIVER.public.public_bytes[:32].hex(),
        "sealing_public_end": RECEIVER.public.public_bytes[-32:].hex(),
        "payload": raw.decode(),
        "inner": inner.decode(),
        "plain_sha256": sha256(plain).hex(),
        "header": clear.decode(),
        "info": (b"cordillera/1|" + sha256(clear)).hex(),
        "envelope": "\n".join(re.findall(".{1,112}", envelope.raw.hex())),
        "envelope_hash": envelope.hash,
        "conditions": conditions_digest(payload()),
        **_receipt(envelope),
        **_hop(),
        **_log(),
        **_rest(),
    }


def _receipt(envelope: SealedEnvelope) -> dict[str, str]:
    receipt = Receipt(
        v=1, msg_id=MESSAGE, msg_hash=envelope.hash, sender="ec", recipient="us", agreement_id="us-ec-2025",
        channel_seq=1, outcome="accepted", code="", created=NOW,
        received_at=NOW + timedelta(seconds=1, microseconds=500_000), leaf=leaf_hash(_LEAF).hex(),
    )  # fmt: skip
    return {
        "receipt_payload": canonical.dumps(receipt).decode(),
        "receipt": sign_receipt(receipt, SigningKey(LOG)),
    }


def _hop() -> dict[str, str]:
    url = "https://us.example:8701/exchange/v1/messages"
    request = hop.Request("POST", "us.example:8701", url, {}, b"")
    kid = jws.thumbprint(SIGNER.public_bytes)
    signed = hop.sign(request, SIGNER, kid, now=int(NOW.timestamp()), nonce="AAAAAAAAAAAAAAAAAAAAAAAA")
    label = hop.parse_inputs(signed.headers["signature-input"])["hop"]
    names = ("content-digest", "signature-input", "signature")
    return {
        "hop_base": hop.signature_base(signed, label).decode(),
        "hop_headers": "\n".join(f"{name}: {signed.headers[name]}" for name in names),
    }


def _log() -> dict[str, str]:
    key = SigningKey(LOG)
    head = sign_checkpoint(Checkpoint("cordillera/us", 1, leaf_hash(_LEAF)), key)
    entry = Entry(
        str(MESSAGE), "us-ec-2025", "ec", 1, leaf_hash(_LEAF).hex(), "b" * 64, settled=True, within=True
    )
    return {
        "log_leaf": _LEAF.decode(),
        "log_leaf_hash": leaf_hash(_LEAF).hex(),
        "log_vkey": NoteKey.of("cordillera/us", key.public_bytes).vkey,
        "log_proof": TlogProof(0, (), head).encode().decode().rstrip("\n"),
        "block_digest": "\n".join(f"{block} {digest}" for block, digest in digests([entry]).items()),
    }


def _rest() -> dict[str, str]:
    root = RootKey.from_seed(ROOT)
    one = Stand("ec", "ec", "us", "us-ec-2025", 4, "a" * 64)
    other = Stand("us", "ec", "us", "us-ec-2025", 7, "b" * 64)
    seq, hashed = meeting_place(one, other)
    token = ExactKey(kind="document", issuer="ec", type="P", value="a-123 4567").token
    oprf = OprfKey(OPRF, b"us-ec-2025|22")
    return {
        "stand": canonical.dumps(one).decode(),
        "meeting_place": f"{seq} {hashed}",
        "root_kid": root.public.kid,
        "root_ed25519": root.sign(b"data", "cordillera/delegation/1").ed25519,
        "token": token.decode(),
        "oprf_public": oprf.public.hex(),
        "oprf_entry": oprf.evaluate(token)[:8].hex(),
    }


if __name__ == "__main__":
    fresh = seal(header(), canonical.dumps(payload()), SIGNER, RECEIVER.public)
    found = worked(fresh)
    text = PAGE.read_text("utf-8")
    told = _BLOCK.sub(
        lambda block: block[0][: block.start(2) - block.start()] + found[block[1]] + "\n```", text
    )
    PAGE.write_text(told, "utf-8")
