"""The envelope, check by check; the numbers are those of the module."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.foundation import canonical
from cordillera.foundation.crypto import hpke, jws
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange import envelope as env
from cordillera.trust.exchange import errors
from cordillera.trust.exchange.model import MAX_CANDIDATES, MAX_TERMS, Answer, SentCandidate

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
US, EC = hpke.HpkePrivateKey(b"\x02" * 32), SigningKey(b"\x03" * 32)
KEYS = {"us-hpke": US}
SIGNERS = {jws.thumbprint(EC.public_bytes): EC.verify_key}
MSG = uuid7()
BASE = {
    "v": 1, "msg_id": MSG, "sender": "ec", "recipient": "us", "agreement_id": "us-ec-2025",
    "agr_hash": "a" * 64, "type": "query.person",
}  # fmt: skip
LEGAL = env.Legal(
    purpose="drug_trafficking", offence="drug_trafficking", max_penalty_months=120, case_ref="C-1",
    officer_id="0123", officer_roles=("watch_officer",), ordered_by="chief",
)  # fmt: skip
HEADER = env.Header(
    **BASE, channel_seq=1, prev_msg_hash=env.GENESIS, created=NOW, expires=NOW + timedelta(hours=1),
    enc_kid="us-hpke", suite=hpke.SUITE,
)  # fmt: skip


def payload(**changes: object) -> env.Payload:
    values = BASE | {
        "legal": LEGAL,
        "subject_category": "suspect",
        "handling": {"tlp": "AMBER"},
        "retention": env.Retention(NOW + timedelta(days=1), NOW + timedelta(days=1)),
        "data": {"full_name": "Invented Person"},
    }
    return env.Payload(**(values | changes))


def sealed(header: env.Header = HEADER, content: bytes | None = None, key: SigningKey = EC) -> bytes:
    return env.seal(header, canonical.dumps(payload()) if content is None else content, key, US.public).raw


def take(raw: bytes) -> env.VerifiedEnvelope:
    return env.verify(env.open_envelope(env.read(raw), "us", KEYS), "us", SIGNERS)


def header(**changes: object) -> env.Header:
    return env.Header(**({n: getattr(HEADER, n) for n in HEADER.__struct_fields__} | changes))


def framed(header_bytes: bytes, body: bytes = b"x") -> bytes:
    return (
        env.MAGIC + len(header_bytes).to_bytes(4, "big") + header_bytes + len(body).to_bytes(4, "big") + body
    )


def test_a_sealed_message_arrives_whole():
    got = take(sealed())
    assert got.payload.data == {"full_name": "Invented Person"}
    assert got.header == HEADER
    assert b"Invented" not in sealed()


def test_1_an_oversize_envelope_is_refused_before_parsing():
    with pytest.raises(errors.EnvelopeTooLarge):
        env.read(env.MAGIC + bytes(env.MAX_ENVELOPE))
    with pytest.raises(errors.EnvelopeTooLarge):
        env.read(framed(b'{"v":1' + b" " * env.MAX_HEADER))
    with pytest.raises(errors.EnvelopeTooLarge):
        sealed(content=bytes(900_000))


@pytest.mark.parametrize(
    "raw", [b"", b"CDE", b"CDE1\x00\x00\xff\xff", b"PK\x03\x04" * 40, framed(b"{}")[:-1]]
)
def test_2_a_broken_frame_is_refused(raw):
    with pytest.raises(errors.EnvelopeMalformed):
        env.read(raw)


def test_2_bytes_after_the_envelope_are_refused():
    with pytest.raises(errors.EnvelopeMalformed):
        env.read(sealed() + b"x")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (b'{"v":1,"v":1}', canonical.DuplicateKey),
        (b'{"v":NaN}', canonical.NotANumber),
        (b'{"v":9007199254740993}', canonical.IntegerTooLarge),
        (b"[" * 40 + b"]" * 40, canonical.TooDeep),
        (b"\xff", canonical.NotJson),
        (b'{"v":1}', canonical.WrongShape),
        (canonical.dumps(HEADER)[:-1] + b',"x":1}', canonical.WrongShape),
    ],
)
def test_3_a_header_that_is_not_strict_json_is_refused(text, refusal):
    with pytest.raises(refusal):
        env.read(framed(text))


@pytest.mark.parametrize("change", [{"v": 2}, {"suite": "P256-HKDF-SHA256-AES-128-GCM"}])
def test_4_another_version_or_suite_is_refused(change):
    with pytest.raises(errors.UnsupportedEnvelope):
        env.read(sealed(header(**change)))


def test_5_an_envelope_for_another_node_is_misdirected():
    with pytest.raises(errors.Misdirected):
        take(sealed(header(recipient="cl")))


def test_6_an_envelope_for_a_key_we_do_not_have_is_refused():
    with pytest.raises(errors.UnknownKey):
        take(sealed(header(enc_kid="retired")))


def test_7_a_header_changed_on_the_way_does_not_open():
    one = env.read(sealed())
    other = canonical.dumps(header(channel_seq=2))
    with pytest.raises(errors.Tampered):
        take(framed(other, one.body))


@settings(max_examples=40)
@given(st.integers(0, 3000), st.integers(1, 255))
def test_7_any_changed_byte_is_refused(place, flip):
    raw = bytearray(sealed())
    raw[place % len(raw)] ^= flip
    with pytest.raises(BadInput):
        take(bytes(raw))


def test_8_hidden_bytes_in_the_padding_are_refused():
    inner = env.pad(jws.sign_flattened(EC, canonical.dumps(payload()), typ=env.TYP), 2048)
    header_bytes = canonical.dumps(HEADER)
    info = b"cordillera/1|" + env.sha256(header_bytes)
    with pytest.raises(errors.EnvelopeMalformed):
        take(framed(header_bytes, US.public.seal(inner[:-1] + b"\x01", info=info)))


def test_9_a_stranger_cannot_sign():
    with pytest.raises(errors.UnknownKey):
        take(sealed(key=SigningKey(b"\x09" * 32)))


def test_10_another_key_under_a_known_name_is_tampering():
    opened = env.open_envelope(env.read(sealed()), "us", KEYS)
    forged = {jws.thumbprint(EC.public_bytes): SigningKey(b"\x09" * 32).verify_key}
    with pytest.raises(errors.Tampered):
        env.verify(opened, "us", forged)


def test_11_a_signed_payload_with_a_key_named_twice_is_refused():
    text = canonical.dumps(payload())[:-1] + b',"v":1}'
    with pytest.raises(canonical.DuplicateKey):
        take(sealed(content=text))


def test_12_a_message_signed_for_another_node_cannot_be_passed_on():
    with pytest.raises(errors.Misdirected):
        take(sealed(content=canonical.dumps(payload(recipient="cl"))))


@pytest.mark.parametrize(
    "change",
    [
        {"msg_id": uuid7()},
        {"sender": "cl"},
        {"agreement_id": "us-cl-2025"},
        {"agr_hash": "b" * 64},
        {"type": "hit.confirmed"},
    ],
)
def test_13_the_signed_copy_of_the_header_must_agree(change):
    with pytest.raises(errors.HeaderMismatch):
        take(sealed(content=canonical.dumps(payload(**change))))


def test_size_does_not_tell_what_was_answered():
    """The fullest hit, with the longest names of terms there are, is as long as a bare no-hit or refusal."""
    terms = tuple(f"names.document_equal_other_issu{n:02}" for n in range(MAX_TERMS))
    fullest = tuple(
        SentCandidate(f"{n}" * 22, 0.999, agreeing=terms, contradicting=terms) for n in range(MAX_CANDIDATES)
    )
    articles = tuple(f"US-EC/art{n:02}.{n}" for n in range(20))
    answers = [
        Answer(uuid7(), "no_hit", (), ()),
        Answer(uuid7(), "refused", (), articles),
        Answer(uuid7(), "hit", fullest, articles),
    ]
    sizes = {
        len(
            sealed(
                header(type="answer.person"),
                canonical.dumps(payload(type="answer.person", data=msgspec.to_builtins(answer))),
            )
        )
        for answer in answers
    }
    assert len(sizes) == 1


def test_a_batch_is_cut_where_its_envelopes_end():
    one, two = sealed(), sealed(header(channel_seq=2))
    assert env.split(one + two, 2) == [one, two]
    assert env.split(b"", 64) == []
    with pytest.raises(errors.EnvelopeMalformed):
        env.split(one + two[:-1], 2)
    with pytest.raises(errors.EnvelopeTooLarge):
        env.split(one + two, 1)
