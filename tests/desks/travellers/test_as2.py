"""Signed uploads: made by another program, taken in once, answered with a receipt that it verifies."""

import base64
import hashlib
import re
import subprocess
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from shutil import which

import pytest
from tests.foundation.crypto.test_cms import compressed
from tests.web.house import House

from cordillera.desks.travellers.as2_mime import plain_token, signed
from cordillera.desks.travellers.as2_refusals import MOST
from cordillera.desks.travellers.model import Channel
from cordillera.foundation.crypto import cms
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

pytestmark = pytest.mark.skipif(which("openssl") is None, reason="openssl is not here")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
XA, STRANGER = cms.make_identity("XA", NOW), cms.make_identity("XA", NOW)
HEADERS = {
    "as2-version": "1.1",
    "as2-from": "XA-CARRIER",
    "as2-to": "EC",
    "message-id": "<1@xa.example>",
    "disposition-notification-to": "edi@xa.example",
    "disposition-notification-options": "signed-receipt-protocol=optional, pkcs7-signature;"
    " signed-receipt-micalg=optional, sha-256",
}


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def carrier(house):
    """XA in force: proposed by one officer on the page, put in force by another."""
    form = {"as2_name": "XA-CARRIER", "own_name": "EC", "certificate": XA.certificate}
    with house.browser("una", Role.OPERATOR) as first:
        assert first.post("/messages/as2", data=form, follow_redirects=False).status_code == 303
        (row,) = first.get("/messages/as2.json").json()["rows"]
        approval = f"/messages/as2/{row['id']}/approval"
        assert first.post(approval).status_code == 403
    with house.browser("otra", Role.OPERATOR) as second:
        assert second.post(approval, follow_redirects=False).status_code == 303
    with house.visitor() as gateway:
        yield gateway


def ran(*command: object, **given: object) -> bytes:
    return subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True, **given).stdout


def entity(payload: bytes) -> bytes:
    return b"Content-Type: application/edifact\r\nContent-Transfer-Encoding: binary\r\n\r\n" + payload


def signed_by(tmp_path: Path, content: bytes, by: cms.SigningIdentity = XA) -> tuple[str, bytes]:
    """A multipart/signed of openssl's signature."""
    (tmp_path / "by.pem").write_bytes(by.pem)
    (tmp_path / "content").write_bytes(content)
    key = tmp_path / "by.pem"
    made = ran(
        "cms", "-sign", "-binary", "-in", tmp_path / "content", "-signer", key, "-inkey", key, "-outform",
        "DER", "-md", "sha256",
    )  # fmt: skip
    return signed(content, made)


def send(gateway, kind: str, body: bytes, **headers: str):
    told = {
        **HEADERS,
        "content-type": kind,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return gateway.post("/as2", content=body, headers=told)


def receipt_of(answer, house: House, tmp_path: Path) -> bytes:
    """The report of a receipt, after openssl has verified its signature with the node's certificate."""
    assert answer.status_code == 200
    (tmp_path / "node.pem").write_text(house.node.travellers.as2.certificate())
    (tmp_path / "receipt").write_bytes(
        f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode() + answer.content
    )
    return ran(
        "cms", "-verify", "-in", tmp_path / "receipt", "-CAfile", tmp_path / "node.pem", "-purpose", "any",
        "-no_check_time",
    )  # fmt: skip


def disposition(report: bytes) -> str:
    return re.search(rb"Disposition: [^;]*; ([^\r\n]*)", report).group(1).decode()


def kept(house: House) -> list:
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        return list(house.node.travellers.messages(tx))


def refusals(house: House, agency: str = "EC-PN") -> list[dict[str, str]]:
    """What leaves of refused uploads say, oldest first."""
    with house.node.store.transaction(Scope(agency, "test")) as tx:
        rows = [row for row in house.node.ledger.events(tx, limit=200) if row.kind == "upload.refused"]
    return [row.detail for row in reversed(rows)]


def test_a_signed_list_is_taken_in_and_its_receipt_is_verified_by_another_program(
    house, carrier, paxlst, tmp_path
):
    content = entity(paxlst("PEREZ:JUAN"))
    report = receipt_of(send(carrier, *signed_by(tmp_path, content)), house, tmp_path)
    assert disposition(report) == "processed"
    assert b"Original-Message-ID: <1@xa.example>" in report
    digest = base64.b64encode(hashlib.sha256(content).digest())
    assert b"Received-Content-MIC: " + digest + b", sha-256" in report
    (message,) = kept(house)
    assert (message.channel, message.travellers) == (Channel.AS2, 1)
    plain = next(
        part for part in message_from_bytes(report).walk() if part.get_content_type() == "text/plain"
    )
    assert "received and kept" in plain.get_payload()


def test_the_same_message_id_again_gets_the_same_receipt_and_has_no_second_effect(
    house, carrier, paxlst, tmp_path
):
    kind, body = signed_by(tmp_path, entity(paxlst("PEREZ:JUAN")))
    first, second = send(carrier, kind, body), send(carrier, kind, body)
    assert (first.content, first.headers["content-type"]) == (second.content, second.headers["content-type"])
    assert len(kept(house)) == 1
    other = signed_by(tmp_path, entity(paxlst("MORA:ANA", reference="2")))
    reused = receipt_of(send(carrier, *other), house, tmp_path)
    assert b"travellers.as2_reused" in reused
    assert len(kept(house)) == 1


def test_a_recorded_message_under_a_new_id_has_no_second_effect(house, carrier, paxlst, tmp_path):
    kind, body = signed_by(tmp_path, entity(paxlst("PEREZ:JUAN")))
    send(carrier, kind, body)
    report = receipt_of(send(carrier, kind, body, message_id="<2@xa.example>"), house, tmp_path)
    assert disposition(report) == "processed"
    assert len(kept(house)) == 1


@pytest.mark.parametrize("encoding", ["binary", "base64"])
def test_an_encrypted_list_is_opened(house, carrier, paxlst, tmp_path, encoding):
    kind, body = signed_by(tmp_path, entity(paxlst("PEREZ:JUAN")))
    (tmp_path / "inner").write_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    (tmp_path / "node.pem").write_text(house.node.travellers.as2.certificate())
    made = ran(
        "cms", "-encrypt", "-binary", "-aes-256-cbc", "-stream", "-in", tmp_path / "inner", "-outform", "DER",
        tmp_path / "node.pem",
    )  # fmt: skip
    told = {"content_transfer_encoding": encoding} if encoding == "base64" else {}
    outer = base64.encodebytes(made) if encoding == "base64" else made
    answer = send(carrier, "application/pkcs7-mime; smime-type=enveloped-data", outer, **told)
    assert disposition(receipt_of(answer, house, tmp_path)) == "processed"
    assert len(kept(house)) == 1
    broken = made[:-40] + bytes(40)
    answer = send(carrier, "application/pkcs7-mime; smime-type=enveloped-data", broken, message_id="<9@xa>")
    assert disposition(receipt_of(answer, house, tmp_path)) == "processed/error: decryption-failed"


def test_what_does_not_hold_is_refused_with_its_kind_and_leaves_nothing_behind(
    house, carrier, paxlst, tmp_path
):
    content = entity(paxlst("PEREZ:JUAN"))
    kind, body = signed_by(tmp_path, content)
    bomb = b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n" + compressed(
        bytes(60_000_000)
    )
    end = b"\r\n--signed-by-cordillera--"
    tries = {
        "altered": (kind, body.replace(b"PEREZ", b"PEREA"), "authentication-failed"),
        "stranger": (*signed_by(tmp_path, content, STRANGER), "authentication-failed"),
        "unsigned": ("application/edifact", content, "insufficient-message-security"),
        "bomb": (*signed_by(tmp_path, bomb), "decompression-failed"),
        "cut": (kind, body[: len(body) // 2], "unexpected-processing-error"),
        "no boundary": ("multipart/signed", body, "unexpected-processing-error"),
        "three": (kind, body.replace(end, end[:-2] + b"\r\n\r\nx" + end), "unexpected-processing-error"),
        "rubbish": ('multipart/signed; boundary="\\"; x*=1\'', b"\x00", "unexpected-processing-error"),
    }  # fmt: skip
    for number, (name, (told, sent, said)) in enumerate(tries.items()):
        answer = send(carrier, told, sent, message_id=f"<t{number}@xa>")
        assert disposition(receipt_of(answer, house, tmp_path)) == f"processed/error: {said}", name
    assert kept(house) == []
    reasons = [told["reason"] for told in refusals(house)]
    assert len(reasons) == len(tries)
    assert set(reasons) == {
        f"travellers.as2_{one}" for one in ("wrong_signature", "not_signed", "too_large", "malformed")
    }
    again = receipt_of(send(carrier, kind, body, message_id="<t0@xa>"), house, tmp_path)
    assert disposition(again) == "processed"  # mended, the refused id may be used


def test_strangers_and_those_who_want_to_be_called_elsewhere_get_no_receipt(house, carrier, paxlst, tmp_path):
    kind, body = signed_by(tmp_path, entity(paxlst("PEREZ:JUAN")))
    unknown = send(carrier, kind, body, as2_from="YB")
    assert (unknown.status_code, unknown.json()["type"]) == (403, "travellers.as2_unknown_partner")
    elsewhere = send(carrier, kind, body, receipt_delivery_option="http://192.0.2.1/")
    assert elsewhere.json()["type"] == "travellers.as2_asynchronous"
    nameless = send(carrier, kind, body, as2_from='" "')
    assert nameless.json()["type"] == "travellers.as2_malformed"
    zipped = send(carrier, kind, body, content_encoding="gzip")
    assert zipped.json()["type"] == "travellers.as2_too_large"
    assert kept(house) == []


def test_an_ended_carrier_and_an_expired_certificate_are_refused(house, carrier, clock, paxlst, tmp_path):
    kind, body = signed_by(tmp_path, entity(paxlst("PEREZ:JUAN")))
    clock.advance(timedelta(days=cms.VALID_DAYS + 1))
    late = receipt_of(send(carrier, kind, body), house, tmp_path)
    assert disposition(late) == "processed/error: authentication-failed"
    clock.advance(timedelta(days=-cms.VALID_DAYS - 1))
    with house.browser("tercera", Role.OPERATOR) as officer:
        (row,) = officer.get("/messages/as2.json").json()["rows"]
        officer.post(f"/messages/as2/{row['id']}/end")
    assert send(carrier, kind, body).status_code == 403


def test_a_carrier_that_may_only_encrypt_is_refused_in_clear(house, carrier, paxlst, tmp_path):
    form = {"as2_name": "XA-CARRIER", "own_name": "EC", "certificate": XA.certificate, "encrypted_only": "on"}
    with house.browser("tres", Role.OPERATOR) as first, house.browser("cuatro", Role.OPERATOR) as second:
        first.post("/messages/as2", data=form)
        told = [(one["title"], one["count"]) for one in second.get("/index.json").json()["waiting"]]
        assert told == [("home.waiting.carriers", 1)]
        rows = first.get("/messages/as2.json").json()["rows"]
        second.post(f"/messages/as2/{rows[0]['id']}/approval")
        states = [row["state"] for row in first.get("/messages/as2.json").json()["rows"]]
    assert sorted(states) == ["active", "ended"]  # the renewed one took the place of the other
    report = receipt_of(send(carrier, *signed_by(tmp_path, entity(paxlst("PEREZ:JUAN")))), house, tmp_path)
    assert disposition(report) == "processed/error: insufficient-message-security"


def test_a_proposal_without_a_usable_certificate_is_refused_on_the_page(house):
    with house.browser("una", Role.OPERATOR) as officer:
        for form in ({"as2_name": "XA", "own_name": "EC", "certificate": "x"}, {"as2_name": "\x01"}):
            answer = officer.post("/messages/as2", data=form)
            assert answer.status_code == 422
        assert officer.get("/messages/as2/certificate").text.startswith("-----BEGIN CERTIFICATE-----")


def test_no_header_of_a_sender_breaks_a_line_of_a_receipt():
    assert plain_token("<a@b>\r\nDisposition: x\x00") == "<a@b>Disposition: x"


def test_a_refused_upload_leaves_a_leaf_that_says_what_came_and_who_it_claims_to_be(house, carrier):
    send(carrier, "application/edifact", b"UNB+", as2_from="YB")
    send(carrier, "application/edifact", b"UNB+", as2_from='<script>"')
    first, second = refusals(house, "node")
    assert first == {
        "act": "as2.upload",
        "sha256": hashlib.sha256(b"UNB+").hexdigest(),
        "claimed": "YB",
        "reason": "travellers.as2_unknown_partner",
        "omitted": "0",
    }
    assert (second["claimed"], second["reason"]) == ("", "travellers.as2_malformed")


def test_a_stranger_cannot_fill_the_log_and_nothing_goes_uncounted(house, carrier, clock):
    for number in range(MOST + 5):
        send(carrier, "application/edifact", b"UNB+", as2_from=f"Y{number}")
    assert len(refusals(house, "node")) == MOST
    send(carrier, "application/edifact", b"UNB+")
    assert len(refusals(house)) == 1  # a carrier's own are counted apart
    clock.advance(timedelta(hours=1))
    send(carrier, "application/edifact", b"UNB+", as2_from="YB")
    assert refusals(house, "node")[-1]["omitted"] == "5"
