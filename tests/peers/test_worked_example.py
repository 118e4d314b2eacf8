"""The peer gets from the worked example of docs/protocol what the page says."""

import pytest
from tests.docs import worked
from tests.peers.javascript import PeerRefused, data, peer, text

TOLD = worked.blocks()


def jwk(public: str, kid: str) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": text(bytes.fromhex(public)), "kid": kid}


SIGNER = jwk(TOLD["signing_public"], TOLD["signing_kid"])


def test_the_envelope_on_the_page_opens_to_its_payload():
    raw = bytes.fromhex(TOLD["envelope"].replace("\n", ""))
    told = peer("open", envelope=text(raw), seed=text(worked.SEALING), signer=SIGNER)
    assert data(str(told["header"])).decode() == TOLD["header"]
    assert data(str(told["payload"])).decode() == TOLD["payload"]


def test_canonical_json_of_the_payload_is_the_payload():
    told = peer("canonical", value=worked.canonical.loads(TOLD["payload"].encode()))
    assert data(str(told["bytes"])).decode() == TOLD["payload"]


def test_the_receipt_on_the_page_is_verified():
    key = worked.SigningKey(worked.LOG)
    signer = jwk(key.public_bytes.hex(), worked.jws.thumbprint(key.public_bytes))
    told = peer("receipt", receipt=TOLD["receipt"], signer=signer)
    assert data(str(told["payload"])).decode() == TOLD["receipt_payload"]


def test_the_request_on_the_page_is_verified():
    headers = dict(line.split(": ", 1) for line in TOLD["hop_headers"].splitlines())
    url = "https://us.example:8701/exchange/v1/messages"
    asked = {"method": "POST", "authority": "us.example:8701", "target": url, "headers": headers}
    assert peer("hop", **asked, body="", signer=SIGNER)["kid"] == TOLD["signing_kid"]
    with pytest.raises(PeerRefused):
        peer("hop", **(asked | {"authority": "ec.example:8701"}), body="", signer=SIGNER)


def test_the_proof_on_the_page_is_verified():
    entry, vkey = text(TOLD["log_leaf"].encode()), TOLD["log_vkey"]
    told = peer("proof", proof=text((TOLD["log_proof"] + "\n").encode()), entry=entry, vkey=vkey)
    assert (told["index"], told["size"]) == (0, 1)
