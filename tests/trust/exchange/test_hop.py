"""Hop signatures: RFC 9421 with the traps closed."""

import base64
import hmac
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.foundation.crypto.jws import decode
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import CordilleraError
from cordillera.trust.exchange import errors, hop

KEY = SigningKey(b"\x05" * 32)
NOW = 1_790_000_000
REQUEST = hop.Request(
    "POST", "node.example:8701", "https://node.example:8701/exchange/v1/messages", {}, b"body"
)
SIGNED = hop.sign(REQUEST, KEY, "kid-1", now=NOW, nonce="nonce-0001")


def changed(**values: object) -> hop.Request:
    kept = {name: getattr(SIGNED, name) for name in SIGNED.__struct_fields__}
    return hop.Request(**(kept | values))


def with_header(name: str, value: str) -> hop.Request:
    return changed(headers={**SIGNED.headers, name: value})


def resigned(raw: str, request: hop.Request = SIGNED) -> hop.Request:
    """The request signed by the right key over another coverage or other parameters."""
    import base64

    chosen = hop.parse_inputs(f"hop={raw}")["hop"]
    value = base64.b64encode(KEY.sign(hop.signature_base(request, chosen))).decode()
    return with_header_pair(f"hop={raw}", f"hop=:{value}:")


def with_header_pair(given_input: str, signature: str) -> hop.Request:
    return changed(headers={**SIGNED.headers, "signature-input": given_input, "signature": signature})


def check(request: hop.Request, now: int = NOW) -> hop.VerifiedHop:
    return hop.check(request, KEY.verify_key, "kid-1", now=now)


def test_a_signed_request_holds():
    assert check(SIGNED) == hop.VerifiedHop("kid-1", "nonce-0001", NOW + hop.LIFETIME)


def test_the_ed25519_case_of_the_standard_verifies(shared: Path):
    vectors = json.loads((shared / "exchange/rfc9421/appendix_b.json").read_text("utf-8"))
    case = next(c for c in vectors["cases"] if "ed25519" in c["title"])
    head, _, body = vectors["messages"]["test-request"].partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] + case["headers"].splitlines())
    lower = {name.lower(): value for name, value in headers.items()}
    request = hop.Request(
        "POST", lower["host"], f"https://{lower['host']}/foo?param=Value&Pet=dog", lower, body.encode()
    )
    chosen = hop.parse_inputs(lower["signature-input"])["sig-b26"]
    assert hop.signature_base(request, chosen).decode() == case["signature_base"]
    key = VerifyKey(decode(vectors["keys"]["test-key-ed25519"]["jwk"]["x"]))
    hop.verify_signature(request, chosen, key)
    with pytest.raises(errors.HopTampered):
        hop.verify_signature(
            hop.Request("PUT", *[getattr(request, n) for n in request.__struct_fields__[1:]]), chosen, key
        )


def test_the_signature_base_of_the_standard_is_written_byte_for_byte_for_other_keys_too(shared: Path):
    vectors = json.loads((shared / "exchange/rfc9421/appendix_b.json").read_text("utf-8"))
    case = next(c for c in vectors["cases"] if "hmac" in c["title"])
    head, _, body = vectors["messages"]["test-request"].partition("\n\n")
    lower = {name.lower(): value for name, value in (line.split(": ", 1) for line in head.splitlines()[1:])}
    signed = dict(line.split(": ", 1) for line in case["headers"].splitlines())
    request = hop.Request("POST", lower["host"], f"https://{lower['host']}/foo", lower, body.encode())
    (chosen,) = hop.parse_inputs(signed["Signature-Input"]).values()
    assert hop.signature_base(request, chosen).decode() == case["signature_base"]
    secret = base64.b64decode(vectors["keys"]["test-shared-secret"]["secret_b64"])
    (signature,) = hop.parse_signatures(signed["Signature"]).values()
    assert hmac.digest(secret, case["signature_base"].encode(), "sha256") == signature


def test_component_parameters_that_are_not_spoken_here_are_refused_by_a_typed_error(shared: Path):
    vectors = json.loads((shared / "exchange/rfc9421/appendix_b.json").read_text("utf-8"))
    case = next(c for c in vectors["cases"] if "rsa-pss" in c["title"])
    signed = dict(line.split(": ", 1) for line in case["headers"].splitlines())
    with pytest.raises(errors.HopMalformed):
        hop.parse_inputs(signed["Signature-Input"])


def test_2_a_signature_that_covers_nothing_is_refused():
    with pytest.raises(errors.HopCoverage):
        check(
            resigned(f'();created={NOW};expires={NOW + 60};nonce="nonce-0001";keyid="kid-1";tag="cordillera"')
        )


@pytest.mark.parametrize("missing", hop.REQUIRED)
def test_2_each_covered_component_is_required(missing):
    covered = " ".join(f'"{name}"' for name in hop.REQUIRED if name != missing)
    fresh = f';created={NOW};expires={NOW + 60};nonce="nonce-0001";keyid="kid-1";tag="cordillera"'
    with pytest.raises(errors.HopCoverage):
        check(resigned(f"({covered}){fresh}"))


ALL = " ".join(f'"{name}"' for name in hop.REQUIRED)


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        (f';created={NOW};expires={NOW + 60};keyid="kid-1";tag="cordillera"', errors.HopCoverage),
        (f';expires={NOW + 60};nonce="nonce-0001";keyid="kid-1";tag="cordillera"', errors.HopCoverage),
        (f';created={NOW};nonce="nonce-0001";keyid="kid-1";tag="cordillera"', errors.HopCoverage),
        (f';created={NOW};expires={NOW + 60};nonce="n";keyid="kid-1";tag="cordillera"', errors.HopCoverage),
        (
            f';created={NOW - 301};expires={NOW + 60};nonce="nonce-0001";keyid="kid-1";tag="cordillera"',
            errors.HopClock,
        ),
        (
            f';created={NOW + 301};expires={NOW + 400};nonce="nonce-0001";keyid="kid-1";tag="cordillera"',
            errors.HopClock,
        ),
        (
            f';created={NOW};expires={NOW - 1};nonce="nonce-0001";keyid="kid-1";tag="cordillera"',
            errors.HopClock,
        ),
        (
            f';created={NOW};expires={NOW + 9999};nonce="nonce-0001";keyid="kid-1";tag="cordillera"',
            errors.HopClock,
        ),
        (
            f';created={NOW};expires={NOW + 60};nonce="nonce-0001";keyid="kid-2";tag="cordillera"',
            errors.HopUnknownKey,
        ),
        (
            f';created={NOW};expires={NOW + 60};nonce="nonce-0001";keyid="kid-1";tag="other"',
            errors.HopUnsigned,
        ),
        (f';created={NOW};expires={NOW + 60};nonce="nonce-0001";keyid="kid-1"', errors.HopUnsigned),
    ],
)
def test_each_parameter_is_required_and_judged(parameters, refusal):
    with pytest.raises(refusal):
        check(resigned(f"({ALL}){parameters}"))


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (changed(body=b"other"), errors.HopTampered),
        (changed(method="PUT"), errors.HopTampered),
        (changed(authority="other.example"), errors.HopTampered),
        (changed(target_uri="https://node.example:8701/other"), errors.HopTampered),
        (with_header("content-digest", "sha-512=:AAAA:"), errors.HopTampered),
        (with_header("signature", "hop=:AAAA:"), errors.HopTampered),
        (with_header("signature", "other=:AAAA:"), errors.HopUnsigned),
        (with_header("signature", "hop=:!:"), errors.HopMalformed),
        (with_header("signature-input", "hop=garbage"), errors.HopMalformed),
        (with_header("signature-input", "x" * 4000), errors.HopMalformed),
        (changed(headers={}), errors.HopUnsigned),
    ],
)
def test_a_changed_request_is_refused(request_, refusal):
    with pytest.raises(refusal):
        check(request_)


def test_1_a_second_signature_is_refused():
    twice = (
        SIGNED.headers["signature-input"] + ", " + SIGNED.headers["signature-input"].replace("hop=", "pop=")
    )
    with pytest.raises(errors.HopUnsigned):
        check(with_header("signature-input", twice))


def test_3_an_old_request_is_refused_ten_minutes_later():
    with pytest.raises(errors.HopClock):
        check(SIGNED, now=NOW + 600)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_header_ends_in_anything_but_a_typed_refusal(given_input, signature):
    with pytest.raises(CordilleraError):
        check(with_header_pair(given_input, signature))
