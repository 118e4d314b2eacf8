"""A small node in Python after docs/protocol.md alone: it asks, answers, and verifies receipts and the log.

It imports nothing of Cordillera; what the documents did not say, it could not do.
"""

import base64
import datetime as dt
import http.client
import http.server
import json
import os
import re
import ssl
import threading
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.peers.stranger.log import Log
from tests.peers.stranger.wire import (
    COVERED,
    GENESIS,
    SUITE,
    Refused,
    Sealer,
    Signer,
    b64,
    b64u,
    check,
    compact,
    digest_of,
    frames,
    header_of,
    jcs,
    kid_of,
    moment,
    need,
    opened,
    parts_of,
    sealed,
    sha,
    signature_base,
    unb64u,
    uuid7,
    verified,
)

MESSAGES = "/exchange/v1/messages"
PROOFS = "/exchange/v1/proofs"
SIGNED = ("v", "msg_id", "sender", "recipient", "agreement_id", "agr_hash", "type")
RECEIPTED = ("v", "msg_id", "sender", "recipient", "agreement_id", "channel_seq", "created")
DAY = dt.timedelta(days=1)
Json = dict[str, Any]


class Partner:
    """What the bundle of another node says."""

    def __init__(self, text: bytes) -> None:
        jws = json.loads(text)
        told = json.loads(unb64u(jws["payload"]))
        signer = unb64u(told["signer"])
        verified(jws, "cordillera-bundle+jws", {kid_of(signer): signer}.__getitem__)
        need(told["v"] == 2, "version")
        self.id, self.url = str(told["id"]), str(told["url"]).rstrip("/")
        self.certificates = "".join(told["certificates"])
        self.log = Log(told["ledger_vkey"])
        revoked = {one["kid"] for one in told["revoked"]}
        self._signing = {one["kid"]: one for one in told["signing_keys"] if one["kid"] not in revoked}
        self._sealing = [one for one in told["sealing_keys"] if one["kid"] not in revoked]

    def signing_key(self, kid: str) -> bytes:
        need(kid in self._signing, "signing key")
        return unb64u(self._signing[kid]["public"])

    def sealing_key(self, now: dt.datetime) -> tuple[str, bytes]:
        """The youngest whose term has begun."""
        begun = [one for one in self._sealing if dt.datetime.fromisoformat(one["not_before"]) <= now]
        chosen = max(begun, key=lambda one: dt.datetime.fromisoformat(one["not_before"]))
        return chosen["kid"], unb64u(chosen["public"])


class Stranger:
    """Keys, a bundle, a port, and one channel each way with one partner."""

    def __init__(self, home: Path, node_id: str, country: str, port: int, now: dt.datetime) -> None:
        self.home, self.id, self.country, self.port, self.now = home, node_id, country, port, now
        self.url = f"https://127.0.0.1:{port}"
        self.signer, self.bundler, self.logger = Signer(), Signer(), Signer()
        self.sealers = {one.kid: one for one in (Sealer(), Sealer())}
        self.certificate = certificate(home, node_id, now)
        self.given, self.taken = (0, GENESIS), (0, GENESIS)
        self.receipts: dict[str, str] = {}
        self.inbox: list[Json] = []
        self.refused: list[str] = []
        self.nonces: set[str] = set()

    def bundle(self) -> bytes:
        term = {"not_before": moment(self.now - DAY), "not_after": moment(self.now + 30 * DAY)}
        tail, name = b"\1" + self.logger.public, f"cordillera/{self.id}"
        ident = sha(f"{name}\n".encode() + tail)[:4].hex()
        payload = {
            "v": 2, "seq": int(self.now.timestamp()), "id": self.id, "country": self.country,
            "name": "A stranger", "url": self.url, "issued": moment(self.now),
            "refresh_seconds": 3600, "prev": "",
            "signer": b64u(self.bundler.public),
            "signing_keys": [
                {"kid": self.signer.kid, "public": b64u(self.signer.public), "suite": "Ed25519", **term}
            ],
            "sealing_keys": [
                {"kid": one.kid, "public": b64u(one.public), "suite": SUITE, **term}
                for one in self.sealers.values()
            ],
            "certificates": [self.certificate],
            "ledger_vkey": f"{name}+{ident}+{b64(tail)}",
            "witness_vkeys": [], "published": [], "revoked": [], "excluded": [], "delegation": None,
        }  # fmt: skip
        return jcs(self.bundler.jws(jcs(payload), "cordillera-bundle+jws"))

    def trust(self, bundle: bytes) -> None:
        self.partner = Partner(bundle)

    def post(self, path: str, body: bytes) -> bytes:
        """A signed request to the partner; its answer."""
        created, digest = int(self.now.timestamp()), digest_of(body)
        parts = (
            f'{COVERED};created={created};expires={created + 60};nonce="{b64u(os.urandom(18))}"'
            f';keyid="{self.signer.kid}";tag="cordillera"'
        )
        signature = self.signer.key.sign(signature_base(self.partner.url, path, digest, parts))
        headers = {
            "content-digest": digest, "signature-input": f"hop={parts}",
            "signature": f"hop=:{b64(signature)}:",
        }  # fmt: skip
        url = urlsplit(self.partner.url)
        context = self._context(ssl.PROTOCOL_TLS_CLIENT)
        connection = http.client.HTTPSConnection(url.hostname or "", url.port, context=context, timeout=30)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        need(answer.status == 200, f"{answer.status} {told.decode(errors='replace')}")
        return told

    def send(self, kind: str, data: Json, agreement: bytes, told: Mapping[str, Any]) -> Json:
        """Send a message; the receipt of it, verified. `told`: `legal` and whose person it is."""
        agreed = json.loads(agreement)
        named = {
            "v": 1, "msg_id": uuid7(self.now), "sender": self.id, "recipient": self.partner.id,
            "agreement_id": agreed["id"], "agr_hash": sha(jcs(agreed)).hex(), "type": kind,
        }  # fmt: skip
        term = {
            "erase_after": moment(self.now + 30 * DAY),
            "review_at": moment(self.now + 15 * DAY),
            "notes": "",
        }
        payload = named | {"handling": {}, "retention": term, "data": data, **told}
        kid, public = self.partner.sealing_key(self.now)
        place, before = self.given[0] + 1, self.given[1]
        header = named | {
            "channel_seq": place, "prev_msg_hash": before, "created": moment(self.now),
            "expires": moment(self.now + 3 * DAY), "enc_kid": kid, "suite": SUITE,
        }  # fmt: skip
        frame = sealed(header, self.signer.jws(jcs(payload), "cordillera-payload+jws"), public)
        (result,) = json.loads(self.post(MESSAGES, frame))["results"]
        need("receipt" in result, json.dumps(result))
        signed = parts_of(result["receipt"])
        receipt: Json = json.loads(verified(signed, "cordillera-receipt+jws", self.partner.signing_key))
        for member in RECEIPTED:
            need(receipt[member] == header[member], member)
        need(receipt["msg_hash"] == sha(frame).hex(), "msg_hash")
        self.given = (place, receipt["msg_hash"])
        return receipt

    def prove(self, receipt: Json) -> Json:
        """Verify that the partner logged the message of a receipt; the leaf of it."""
        asked = jcs({"messages": [receipt["msg_id"]]})
        (told,) = json.loads(self.post(PROOFS, asked))["proofs"]
        leaf = base64.b64decode(told["leaf"])
        need(leaf, "not yet signed")
        need(sha(b"\0" + leaf).hex() == receipt["leaf"], "another leaf")
        self.partner.log.proves(base64.b64decode(told["proof"]).decode(), leaf)
        read: Json = json.loads(leaf)
        need((read["dir"], read["msg_id"]) == ("in", receipt["msg_id"]), "leaf")
        return read

    def serve(self) -> http.server.HTTPServer:
        """Open the port to the partner."""
        take = self._answer

        class Port(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, answer = take(self.path, dict(self.headers.items()), body)
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Port)
        server.socket = self._context(ssl.PROTOCOL_TLS_SERVER).wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def _context(self, side: int) -> ssl.SSLContext:
        context = ssl.SSLContext(side)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.home / "certificate.pem", self.home / "key.pem")
        context.load_verify_locations(cadata=self.partner.certificates)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _answer(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        try:
            need(path == MESSAGES, path)
            self._check_request(path, {name.lower(): value for name, value in headers.items()}, body)
            return 200, jcs({"results": [self._take(frame) for frame in frames(body)]})
        except (ValueError, LookupError, InvalidSignature, InvalidTag, Refused) as error:
            self.refused.append(repr(error))
            return 400, jcs({"code": "refused", "status": 400, "type": "urn:cordillera:problem:refused"})

    def _check_request(self, path: str, fields: Mapping[str, str], body: bytes) -> None:
        label, _, parts = fields["signature-input"].partition("=")
        signature = re.fullmatch(re.escape(label) + r"=:([A-Za-z0-9+/=]+):", fields["signature"])
        if signature is None:
            raise Refused("signature")
        need(fields["content-digest"] == digest_of(body), "digest")
        said = dict(re.findall(r';(\w+)="?([^";]*)"?', parts))
        need(said["tag"] == "cordillera" and said["nonce"] not in self.nonces, "nonce")
        self.nonces.add(said["nonce"])
        need(abs(self.now.timestamp() - int(said["created"])) <= 300, "clock")
        base = signature_base(self.url, path, fields["content-digest"], parts)
        check(self.partner.signing_key(said["keyid"]), base64.b64decode(signature[1]), base)

    def _take(self, frame: bytes) -> Json:
        header = json.loads(header_of(frame))
        if header["msg_id"] in self.receipts:
            return {"receipt": self.receipts[header["msg_id"]]}
        need((header["sender"], header["recipient"]) == (self.partner.id, self.id), "sender")
        place, before = self.taken
        need((header["channel_seq"], header["prev_msg_hash"]) == (place + 1, before), "place")
        jws = opened(frame, self.sealers)
        payload = json.loads(verified(jws, "cordillera-payload+jws", self.partner.signing_key))
        for member in SIGNED:
            need(payload[member] == header[member], member)
        receipt = {member: header[member] for member in RECEIPTED} | {
            "msg_hash": sha(frame).hex(), "outcome": "accepted", "code": "", "received_at": moment(self.now),
            "leaf": sha(b"\0" + header_of(frame)).hex(),
        }  # fmt: skip
        signed = compact(self.signer.jws(jcs(receipt), "cordillera-receipt+jws"))
        self.receipts[header["msg_id"]], self.taken = signed, (header["channel_seq"], receipt["msg_hash"])
        self.inbox.append(payload)
        return {"receipt": signed}


def certificate(home: Path, name: str, now: dt.datetime) -> str:
    """A self-signed certificate for 127.0.0.1, beside its key in `home`."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    real = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(called, called, key.public_key(), x509.random_serial_number())
        .not_valid_before(min(real, now) - DAY)
        .not_valid_after(max(real, now) + 300 * DAY)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    written, secret = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pem = made.public_bytes(written)
    (home / "certificate.pem").write_bytes(pem)
    (home / "key.pem").write_bytes(key.private_bytes(written, secret, serialization.NoEncryption()))
    return pem.decode()
