"""An independent implementation, on npm `jose` and `@hpke/core`, understands us, and we understand it."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.peers.javascript import PeerRefused, data, peer, text

from cordillera.foundation import canonical
from cordillera.foundation.crypto import hpke, jws
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange import hop
from cordillera.trust.exchange.envelope import (
    GENESIS,
    TYP,
    Header,
    Legal,
    Payload,
    Retention,
    open_envelope,
    read,
    seal,
    verify,
)
from cordillera.trust.exchange.errors import EnvelopeRefused
from cordillera.trust.exchange.identity import kid_of_sealing
from cordillera.trust.exchange.receipt import TYP as RECEIPT
from cordillera.trust.exchange.receipt import Receipt, sign_receipt
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.proof import TlogProof
from cordillera.trust.ledger.tree import inclusion_proof, leaf_hash, perfect_nodes, range_root

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SIGNER = SigningKey.from_bytes(b"\x03" * 32)
SEED = b"\x07" * 32
OURS = hpke.HpkePrivateKey(SEED)
KID = kid_of_sealing(OURS.public)


def jwk(key: SigningKey, *, private: bool = False) -> dict[str, str]:
    found = {
        "kty": "OKP", "crv": "Ed25519", "x": text(key.public_bytes), "kid": jws.thumbprint(key.public_bytes),
    }  # fmt: skip
    return found | ({"d": text(key.seed)} if private else {})


def written() -> tuple[Header, Payload]:
    msg_id = uuid7()
    common = {
        "v": 1, "msg_id": msg_id, "sender": "ec", "recipient": "us", "agreement_id": "us-ec-2025",
        "agr_hash": "a" * 64, "type": "query.person",
    }  # fmt: skip
    header = Header(
        **common, channel_seq=1, prev_msg_hash=GENESIS, created=NOW, expires=NOW + timedelta(hours=1),
        enc_kid=KID, suite=hpke.SUITE,
    )  # fmt: skip
    legal = Legal("drug_trafficking", "drug_trafficking", 120, "C-1", "officer", ("analyst",), "chief")
    payload = Payload(
        **common, legal=legal, subject_category="suspect", handling={}, retention=Retention(NOW, NOW),
        data={"full_name": "Ñusta Inventada Ünal", "date_of_birth": "1980-05-17"},
    )  # fmt: skip
    return header, payload


def test_an_envelope_of_ours_is_opened_and_verified_by_the_peer():
    header, payload = written()
    sealed = seal(header, canonical.dumps(payload), SIGNER, OURS.public)
    told = peer("open", envelope=text(sealed.raw), seed=text(SEED), signer=jwk(SIGNER))
    assert data(str(told["header"])) == sealed.header_bytes
    assert data(str(told["payload"])) == canonical.dumps(payload)
    assert (told["typ"], told["kid"]) == (TYP, jws.thumbprint(SIGNER.public_bytes))


def test_the_peer_refuses_an_envelope_with_another_header():
    header, payload = written()
    raw = bytearray(seal(header, canonical.dumps(payload), SIGNER, OURS.public).raw)
    raw[raw.index(b'"us"') + 1] ^= 1
    with pytest.raises(PeerRefused):
        peer("open", envelope=text(bytes(raw)), seed=text(SEED), signer=jwk(SIGNER))


def test_the_peer_refuses_an_envelope_of_another_signer():
    header, payload = written()
    sealed = seal(header, canonical.dumps(payload), SigningKey.from_bytes(b"\x09" * 32), OURS.public)
    with pytest.raises(PeerRefused):
        peer("open", envelope=text(sealed.raw), seed=text(SEED), signer=jwk(SIGNER))


def made_by_the_peer(header: Header, payload: Payload) -> bytes:
    told = peer(
        "seal", header=text(canonical.dumps(header)), payload=text(canonical.dumps(payload)), typ=TYP,
        recipient=text(OURS.public.public_bytes), signer=jwk(SIGNER, private=True), block=2048,
    )  # fmt: skip
    return data(str(told["envelope"]))


def test_an_envelope_of_the_peer_is_opened_and_verified_by_us():
    header, payload = written()
    sealed = read(made_by_the_peer(header, payload))
    opened = open_envelope(sealed, "us", {KID: OURS})
    keys = {jws.thumbprint(SIGNER.public_bytes): VerifyKey(SIGNER.public_bytes)}
    assert verify(opened, "us", keys).payload == payload


def test_we_refuse_an_envelope_of_the_peer_that_was_meant_for_another():
    header, payload = written()
    other = msgspec.structs.replace(payload, recipient="cl")
    opened = open_envelope(read(made_by_the_peer(header, other)), "us", {KID: OURS})
    keys = {jws.thumbprint(SIGNER.public_bytes): VerifyKey(SIGNER.public_bytes)}
    with pytest.raises(EnvelopeRefused):
        verify(opened, "us", keys)


def test_the_peer_is_itself_held_to_the_vectors_of_rfc_9180(shared: Path):
    packed = (shared / "exchange/hpke/rfc9180_x25519_p256.json.gz").read_bytes()
    known = [v for v in json.loads(gzip.decompress(packed)) if v["mode"] == 0 and v["kdf_id"] == 1]
    tried = [v for v in known if v["aead_id"] in {1, 2}]
    assert len(tried) >= 3
    for one in tried:
        keys = {"key": one["skRm"], "enc": one["enc"], "info": one["info"]}
        cases = [{part: text(bytes.fromhex(c[part])) for part in ("ct", "aad")} for c in one["encryptions"]]
        told = peer(
            "vector", kem=one["kem_id"], aead=one["aead_id"], encryptions=cases,
            **{name: text(bytes.fromhex(value)) for name, value in keys.items()},
        )  # fmt: skip
        assert told["opened"] == [text(bytes.fromhex(case["pt"])) for case in one["encryptions"]]


def a_receipt() -> Receipt:
    return Receipt(
        v=1, msg_id=uuid7(), msg_hash="b" * 64, sender="ec", recipient="us", agreement_id="us-ec-2025",
        channel_seq=7, outcome="accepted", code="", created=NOW, received_at=NOW, leaf="c" * 64,
    )  # fmt: skip


def test_a_receipt_of_ours_is_verified_by_the_peer():
    receipt = a_receipt()
    told = peer("receipt", receipt=sign_receipt(receipt, SIGNER), signer=jwk(SIGNER))
    assert canonical.to_struct(data(str(told["payload"])), Receipt) == receipt
    assert told["typ"] == RECEIPT


def test_a_receipt_of_the_peer_is_verified_by_us():
    receipt = a_receipt()
    payload = text(canonical.dumps(receipt))
    told = peer("sign", payload=payload, signer=jwk(SIGNER, private=True), typ=RECEIPT)
    token = jws.read_compact(str(told["jws"]))
    jws.verify(token, VerifyKey(SIGNER.public_bytes))
    assert canonical.to_struct(token.payload, Receipt) == receipt


@pytest.mark.parametrize(("index", "size"), [(0, 1), (4, 7), (255, 256), (256, 700)])
def test_a_ledger_proof_of_ours_is_verified_by_the_peer(index: int, size: int):
    entries = [f'{{"entry":{number}}}'.encode() for number in range(size)]
    nodes = perfect_nodes([leaf_hash(entry) for entry in entries])
    head = sign_checkpoint(Checkpoint("cordillera/ec", size, range_root(0, size, nodes)), SIGNER)
    proof = TlogProof(index, inclusion_proof(index, size, nodes), head)
    vkey = NoteKey.of("cordillera/ec", SIGNER.public_bytes).vkey
    told = peer("proof", proof=text(proof.encode()), entry=text(entries[index]), vkey=vkey)
    assert (told["index"], told["size"]) == (index, size)
    with pytest.raises(PeerRefused):
        peer("proof", proof=text(proof.encode()), entry=text(b"another"), vkey=vkey)


def test_a_signed_request_of_ours_is_verified_by_the_peer():
    body = b"envelopes"
    url = "https://us.example:8701/exchange/v1/messages"
    request = hop.Request("POST", "us.example:8701", url, {"content-type": "application/octet-stream"}, body)
    kid = jws.thumbprint(SIGNER.public_bytes)
    signed = hop.sign(request, SIGNER, kid, now=int(NOW.timestamp()), nonce="n" * 24)
    asked = {"method": "POST", "authority": request.authority, "target": url, "signer": jwk(SIGNER)}
    told = peer("hop", **asked, headers=dict(signed.headers), body=text(body))
    assert {"@method", "@authority", "@target-uri", "content-digest"} <= set(told["covered"])  # type: ignore[call-overload]
    with pytest.raises(PeerRefused):
        peer("hop", **asked, headers=dict(signed.headers), body=text(b"other envelopes"))
