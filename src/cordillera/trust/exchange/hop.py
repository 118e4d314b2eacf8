r"""HTTP message signatures (RFC 9421) for each hop between nodes, with a content digest (RFC 9530).

The standard lets a signature cover nothing and be replayed for ever; this profile does not. A hop
signature covers `@method`, `@authority`, `@target-uri` and `content-digest`, and carries `created`,
`expires`, `nonce`, `keyid` and `tag="cordillera"`. The signature base is built for any covered header
and the derived components named below, so the vectors of RFC 9421 appendix B can be checked.

>>> key = SigningKey(b"\x05" * 32)
>>> request = Request("POST", "node.example:8701", "https://node.example:8701/x", {}, b"body")
>>> signed = sign(request, key, "kid-1", now=1_000, nonce="nonce-01")
>>> check(signed, key.verify_key, "kid-1", now=1_010).nonce
'nonce-01'
"""

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from cordillera.foundation.crypto.digest import constant_time_equal, sha256
from cordillera.foundation.crypto.errors import BadSignature
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.trust.exchange.errors import (
    HopClock,
    HopCoverage,
    HopMalformed,
    HopRefused,
    HopTampered,
    HopUnknownKey,
    HopUnsigned,
)

TAG = "cordillera"
SKEW = 300
LIFETIME = 60
REQUIRED = ("@method", "@authority", "@target-uri", "content-digest")
_LABEL = "hop"
_MAX_HEADER = 2_048
_INPUT = re.compile(
    r'([a-z*][a-z0-9_.*-]*)=(\((?:"[^"\\]*"(?: "[^"\\]*")*)?\)((?:;[a-z]+=(?:-?\d{1,15}|"[^"\\]*"))*))'
)
_PARAMETER = re.compile(r';([a-z]+)=(?:(-?\d{1,15})|"([^"\\]*)")')
_SIGNATURE = re.compile(r"([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]*={0,2}):")


class Request(msgspec.Struct, frozen=True):
    """An HTTP request as both sides see it; header names in lower case."""

    method: str
    authority: str
    target_uri: str
    headers: Mapping[str, str]
    body: bytes


class SignatureInput(msgspec.Struct, frozen=True):
    """One member of `Signature-Input`; `raw` is its exact text, which is signed."""

    label: str
    components: tuple[str, ...]
    numbers: Mapping[str, int]
    texts: Mapping[str, str]
    raw: str


class VerifiedHop(msgspec.Struct, frozen=True):
    """A request whose signature holds; the nonce must still be new, which only the store can say."""

    keyid: str
    nonce: str
    expires: int


class ClaimedHop(msgspec.Struct, frozen=True):
    """What a request says of itself, verified by nothing: good for asking the store early, and no more."""

    keyid: str
    nonce: str
    expires: int


def sign(request: Request, key: SigningKey, keyid: str, *, now: int, nonce: str) -> Request:
    """Return the request with `content-digest`, `signature-input` and `signature`."""
    headers = {**request.headers, "content-digest": content_digest(request.body)}
    covered = " ".join(f'"{name}"' for name in REQUIRED)
    raw = f'({covered});created={now};expires={now + LIFETIME};nonce="{nonce}";keyid="{keyid}";tag="{TAG}"'
    unsigned = Request(request.method, request.authority, request.target_uri, headers, request.body)
    base = signature_base(unsigned, parse_inputs(f"{_LABEL}={raw}")[_LABEL])
    value = base64.b64encode(key.sign(base)).decode("ascii")
    headers |= {"signature-input": f"{_LABEL}={raw}", "signature": f"{_LABEL}=:{value}:"}
    return Request(request.method, request.authority, request.target_uri, headers, request.body)


def check(request: Request, key: VerifyKey, keyid: str, *, now: int) -> VerifiedHop:
    """Verify a request that must hold.

    1. Exactly one signature, with the tag of this protocol.
    2. It covers method, authority, target and content digest.
    3. It carries a nonce, and was made within 300 s of now and has not expired.
    4. Its key id is that of the partner that holds the connection.
    5. The digest fits the body, and the signature fits the request.
    """
    chosen = _the_only_input(request)
    if not set(REQUIRED) <= set(chosen.components):
        raise HopCoverage(covered=len(chosen.components))
    nonce, expires = _check_freshness(chosen, now)
    if chosen.texts.get("keyid") != keyid:
        raise HopUnknownKey(keyid=chosen.texts.get("keyid", "")[:64])
    _check_digest(request)
    verify_signature(request, chosen, key)
    return VerifiedHop(keyid, nonce, expires)


def keyid_of(request: Request) -> str:
    """Return which key a request says it is signed by; nothing is verified. Raises a `HopRefused`."""
    return _the_only_input(request).texts.get("keyid", "")


def claimed(request: Request, *, now: int) -> ClaimedHop | None:
    """Return what `check` will return for a request if its signature holds, which is not known yet."""
    try:
        chosen = _the_only_input(request)
        nonce, expires = _check_freshness(chosen, now)
    except HopRefused:
        return None
    keyid = chosen.texts.get("keyid", "")
    plain = all(text.isascii() and text.isprintable() for text in (keyid, nonce))
    return ClaimedHop(keyid, nonce, expires) if plain else None


def verify_signature(request: Request, chosen: SignatureInput, key: VerifyKey) -> None:
    """Verify the signature of one label over its own coverage, with no further rule; raise `HopTampered`."""
    signature = parse_signatures(request.headers.get("signature", "")).get(chosen.label)
    if signature is None:
        raise HopUnsigned(reason="no signature for the label")
    try:
        key.verify(signature, signature_base(request, chosen))
    except BadSignature as error:
        raise HopTampered(part="signature") from error


def content_digest(body: bytes) -> str:
    """Return the `Content-Digest` field of `body` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(sha256(body)).decode('ascii')}:"


def parse_inputs(field: str) -> dict[str, SignatureInput]:
    """Read `Signature-Input` in the subset used here (no component parameters); raise `HopMalformed`."""
    found: dict[str, SignatureInput] = {}
    for member in _members(field, _INPUT):
        label, raw, parameters = member.groups()
        covered = tuple(re.findall(r'"([^"]*)"', raw[: raw.index(")")]))
        numbers, texts = _parameters(parameters)
        if label in found or len(set(covered)) != len(covered):
            raise HopMalformed(reason="named twice")
        found[label] = SignatureInput(label, covered, numbers, texts, raw)
    return found


def parse_signatures(field: str) -> dict[str, bytes]:
    """Read the `Signature` field; raise `HopMalformed`."""
    return {member[1]: _base64(member[2]) for member in _members(field, _SIGNATURE)}


def signature_base(request: Request, chosen: SignatureInput) -> bytes:
    """Return the bytes that are signed (RFC 9421, 2.5); raise `HopMalformed` for what cannot be covered."""
    lines = [f'"{name}": {_component(request, name)}' for name in chosen.components]
    lines.append(f'"@signature-params": {chosen.raw}')
    try:
        return "\n".join(lines).encode("ascii")
    except UnicodeEncodeError as error:
        raise HopMalformed(reason="not ASCII") from error


def _component(request: Request, name: str) -> str:
    if name == "@method":
        return request.method
    if name == "@authority":
        return request.authority.lower()
    if name == "@target-uri":
        return request.target_uri
    if name == "@path":
        return urlsplit(request.target_uri).path or "/"
    if name == "@query":
        return "?" + urlsplit(request.target_uri).query
    value = request.headers.get(name)
    if value is None or name.startswith("@") or name != name.lower():
        raise HopMalformed(component=name[:64])
    return " ".join(value.split("\n")).strip()


def _the_only_input(request: Request) -> SignatureInput:
    field = request.headers.get("signature-input", "")
    if not field or not request.headers.get("signature"):
        raise HopUnsigned(reason="no signature")
    inputs = list(parse_inputs(field).values())
    if len(inputs) != 1 or inputs[0].texts.get("tag") != TAG:
        raise HopUnsigned(reason="not one signature of this protocol")
    return inputs[0]


def _check_freshness(chosen: SignatureInput, now: int) -> tuple[str, int]:
    created, expires = chosen.numbers.get("created"), chosen.numbers.get("expires")
    nonce = chosen.texts.get("nonce", "")
    if created is None or expires is None or not 8 <= len(nonce) <= 64:
        raise HopCoverage(reason="created, expires and nonce are required")
    if abs(now - created) > SKEW or not created < expires <= created + SKEW or now > expires + SKEW:
        raise HopClock(created=created, expires=expires, now=now)
    return nonce, expires


def _check_digest(request: Request) -> None:
    match = _DIGEST.fullmatch(request.headers.get("content-digest", ""))
    if match is None or not constant_time_equal(_base64(match[1]), sha256(request.body)):
        raise HopTampered(part="digest")


def _members(field: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    if len(field) > _MAX_HEADER:
        raise HopMalformed(reason="too long")
    found, at = [], 0
    while True:
        match = pattern.match(field, at)
        if match is None:
            raise HopMalformed(reason="not a dictionary of the expected members")
        found.append(match)
        at = match.end()
        if at == len(field):
            return found
        if field[at] != ",":
            raise HopMalformed(reason="garbage after a member")
        at += len(field[at:]) - len(field[at + 1 :].lstrip(" "))


def _parameters(text: str) -> tuple[dict[str, int], dict[str, str]]:
    numbers: dict[str, int] = {}
    texts: dict[str, str] = {}
    for name, number, value in _PARAMETER.findall(text):
        if name in numbers or name in texts:
            raise HopMalformed(reason="parameter named twice")
        if number:
            numbers[name] = int(number)
        else:
            texts[name] = value
    return numbers, texts


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise HopMalformed(reason="base64") from error
