"""Signatures, encryption and compression of CMS, made and checked by another program (openssl)."""

import subprocess
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.foundation.crypto import ber, cms
from cordillera.foundation.crypto.ber import BadEncoding, encoded, read
from cordillera.foundation.crypto.errors import BadKey, BadSignature

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CONTENT = b"Content-Type: application/edifact\r\n\r\nUNB+UNOA:4+XA+EC'\r\n"
OWN = cms.make_identity("XA", NOW)
OTHER = cms.make_identity("XA", NOW)
openssl = pytest.mark.skipif(which("openssl") is None, reason="openssl is not here")


def ran(*command: object) -> bytes:
    return subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True).stdout


def refused(
    signature: bytes, content: bytes = CONTENT, by: cms.SigningIdentity = OWN, now: datetime = NOW
) -> int:
    with pytest.raises(BadSignature) as error:
        cms.verify(signature, content, cms.pinned(by.certificate), now)
    return error.value.facts["condition"]


@openssl
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_signature_of_another_program_holds(tmp_path: Path, digest: str) -> None:
    (tmp_path / "own.pem").write_bytes(OWN.pem)
    (tmp_path / "content").write_bytes(CONTENT)
    own = tmp_path / "own.pem"
    made = ran(
        "cms", "-sign", "-binary", "-in", tmp_path / "content", "-signer", own, "-inkey", own,
        "-outform", "DER", "-md", digest,
    )  # fmt: skip
    cms.verify(made, CONTENT, cms.pinned(OWN.certificate), NOW)
    assert refused(made, CONTENT + b" ") == 4
    assert refused(made, by=OTHER) == 1
    assert refused(made, now=NOW + timedelta(days=4_000)) == 2


@openssl
def test_our_signature_holds_for_another_program(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_bytes(OWN.pem)
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "signature").write_bytes(OWN.sign(CONTENT))
    told = ran(
        "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "signature",
        "-content", tmp_path / "content", "-CAfile", tmp_path / "own.pem",
        "-purpose", "any", "-no_check_time",
    )  # fmt: skip
    assert told == CONTENT


@openssl
@pytest.mark.parametrize("pieces", [(), ("-stream",)])
def test_what_another_program_encrypts_is_opened_in_one_piece_or_in_many(
    tmp_path: Path, pieces: tuple[str, ...]
) -> None:
    (tmp_path / "own.pem").write_bytes(OWN.pem)
    content = CONTENT * 5_000
    (tmp_path / "content").write_bytes(content)
    made = ran(
        "cms", "-encrypt", "-binary", "-aes-256-cbc", "-in", tmp_path / "content", "-outform", "DER",
        *pieces, tmp_path / "own.pem",
    )  # fmt: skip
    assert OWN.decrypt(made) == content
    for broken in (made[:-9], made[:40], b"", b"\x30\x80", bytes(64)):
        with pytest.raises(cms.NotDecrypted):
            OWN.decrypt(broken)
    with pytest.raises(cms.NotDecrypted):
        OTHER.decrypt(made)


def test_a_signature_that_was_changed_anywhere_does_not_hold() -> None:
    made = OWN.sign(CONTENT)
    body = read(made).whole
    changed = 0
    for at in range(0, len(body), 7):
        broken = body[:at] + bytes([body[at] ^ 0x41]) + body[at + 1 :]
        try:
            cms.verify(broken, CONTENT, cms.pinned(OWN.certificate), NOW)
        except BadSignature:
            changed += 1
    # what is not signed (the certificates inside, algorithms named twice) is not believed either
    assert changed > len(body) / 7 / 4
    assert refused(made[:-5]) == 1


def test_a_signature_without_signed_attributes_is_refused() -> None:
    made = read(OWN.sign(CONTENT))
    signed = ber.child(ber.child(made, 1), 0)
    parts = signed.parts()
    signer = ber.child(parts[-1], 0)
    bare = encoded(0x30, b"".join(one.whole for one in signer.parts() if one.tag != 0xA0))
    whole = encoded(0x30, b"".join(one.whole for one in parts[:-1]) + encoded(0x31, bare))
    kind = ber.child(made, 0).whole
    assert refused(encoded(0x30, kind + encoded(0xA0, whole))) == 4


def test_a_signature_in_indefinite_lengths_holds() -> None:
    made = read(OWN.sign(CONTENT))
    kind, signed = made.parts()
    inner = ber.child(signed, 0)
    loose = b"\x30\x80" + kind.whole + b"\xa0\x80\x30\x80" + inner.content + b"\x00" * 6
    cms.verify(loose, CONTENT, cms.pinned(OWN.certificate), NOW)


def compressed(content: bytes) -> bytes:
    oid = bytes.fromhex("060b2a864886f70d0109100109")
    zlib_oid = bytes.fromhex("060b2a864886f70d0109100308")
    data_oid = bytes.fromhex("06092a864886f70d010701")
    inner = encoded(0x30, data_oid + encoded(0xA0, encoded(0x04, zlib.compress(content, 9))))
    body = encoded(0x30, encoded(0x02, b"\x00") + encoded(0x30, zlib_oid) + inner)
    return encoded(0x30, oid + encoded(0xA0, body))


def test_compressed_content_is_opened_up_to_the_limit_and_no_further() -> None:
    assert cms.decompressed(compressed(CONTENT), 1_000) == CONTENT
    bomb = compressed(bytes(300_000_000))
    assert len(bomb) < 400_000
    with pytest.raises(cms.TooMuch):
        cms.decompressed(bomb, 1_000_000)


def test_certificates_that_are_none_or_several_are_refused() -> None:
    for pem in ("", "x", OWN.certificate + OTHER.certificate, "\ud800"):
        with pytest.raises(BadKey):
            cms.pinned(pem)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_type(data: bytes) -> None:
    try:
        element = read(data)
        ber.definite(element)
    except BadEncoding:
        pass
    assert refused(data) == 1


def test_deep_and_endless_encodings_are_refused() -> None:
    for data in (
        b"\x30\x80" * 5_000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x24\x80" + b"\x04\x00" * 9_000,
        b"\x1f\x80",
    ):
        with pytest.raises(BadEncoding):
            ber.definite(read(data))
