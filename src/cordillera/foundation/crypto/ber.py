r"""A strict reader of ASN.1 in BER (X.690), for messages of others: bounded in depth and in number.

Other programs write CMS in BER with indefinite lengths and strings in pieces; `x509` and `pkcs7` of the
library read DER only. An element keeps its own bytes, so that what was signed can be checked as it came.

>>> node = read(b"\x30\x80\x02\x01\x05\x00\x00")
>>> node.tag, [(one.tag, one.content) for one in node.parts()]
(48, [(2, b'\x05')])
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from cordillera.foundation.errors import BadInput

SEQUENCE: Final = 0x30
SET: Final = 0x31
OCTETS: Final = 0x04
OID: Final = 0x06
INTEGER: Final = 0x02
MOST_ELEMENTS: Final = 4_096
_DEEPEST: Final = 12
_CONSTRUCTED: Final = 0x20
_LONG_TAG: Final = 0x1F
_INDEFINITE: Final = 0x80
_END: Final = b"\x00\x00"


class BadEncoding(BadInput):
    """The bytes are no ASN.1 in BER that is read here: cut, too deep, too many elements, or ill-formed."""

    code = "crypto.bad_encoding"


class Element(msgspec.Struct, frozen=True):
    """One element: its tag byte, its content, and its bytes whole; `depth` counts the elements around it."""

    tag: int
    content: bytes
    whole: bytes
    depth: int = 0

    def parts(self) -> list["Element"]:
        """Return the elements inside; raise `BadEncoding`, also when it holds no elements."""
        if not self.tag & _CONSTRUCTED or self.depth >= _DEEPEST:
            raise BadEncoding(reason="depth")
        return list(_elements(self.content, self.depth + 1))

    def octets(self) -> bytes:
        """Return the bytes of an octet string, whole or in pieces; raise `BadEncoding`."""
        if not self.tag & _CONSTRUCTED:
            return self.content
        return b"".join(piece.octets() for piece in self.parts())


def read(data: bytes) -> Element:
    """Read exactly one element; raise `BadEncoding` for anything else."""
    element, end = _element(data, 0, 0)
    if end != len(data):
        raise BadEncoding(reason="trailing")
    return element


def child(element: Element, place: int, tag: int | None = None) -> Element:
    """Return the element inside at `place`, of that tag where one is named; raise `BadEncoding`."""
    inside = element.parts()
    if not -len(inside) <= place < len(inside) or (tag is not None and inside[place].tag != tag):
        raise BadEncoding(reason="missing")
    return inside[place]


def dotted(element: Element) -> str:
    """Return an object identifier with dots; raise `BadEncoding`."""
    content = element.content
    if element.tag != OID or not content or len(content) > 64 or content[-1] & 0x80:
        raise BadEncoding(reason="oid")
    numbers, value = [], 0
    for byte in content:
        value = (value << 7) | (byte & 0x7F)
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def _elements(data: bytes, depth: int) -> Iterator[Element]:
    at = count = 0
    while at < len(data):
        element, at = _element(data, at, depth)
        count += 1
        if count > MOST_ELEMENTS:
            raise BadEncoding(reason="elements")
        yield element


def _element(data: bytes, start: int, depth: int) -> tuple[Element, int]:
    tag, content, end = _header(data, start)
    if end is None:
        end = _end_of_indefinite(data, content, depth)
        return Element(tag, data[content:end], data[start : end + 2], depth), end + 2
    return Element(tag, data[content:end], data[start:end], depth), end


def _header(data: bytes, start: int) -> tuple[int, int, int | None]:
    """The tag, where the content begins, and where it ends: None where only its end tells."""
    if start + 2 > len(data) or data[start] & _LONG_TAG == _LONG_TAG:
        raise BadEncoding(reason="tag")
    tag, length, at = data[start], data[start + 1], start + 2
    if length == _INDEFINITE:
        if not tag & _CONSTRUCTED:
            raise BadEncoding(reason="length")
        return tag, at, None
    if length > _INDEFINITE:
        size = length & 0x7F
        if size > 4 or at + size > len(data):
            raise BadEncoding(reason="length")
        length, at = int.from_bytes(data[at : at + size], "big"), at + size
    if at + length > len(data):
        raise BadEncoding(reason="cut")
    return tag, at, at + length


def _end_of_indefinite(data: bytes, start: int, depth: int) -> int:
    """Where the end mark of an element begins: elements inside are walked, each byte once for each depth."""
    open_marks, at, seen = 1, start, 0
    while open_marks:
        seen += 1
        if depth + open_marks > _DEEPEST or seen > MOST_ELEMENTS:
            raise BadEncoding(reason="depth")
        if data[at : at + 2] == _END:
            open_marks -= 1
            at += 2
            continue
        _, content, end = _header(data, at)
        open_marks, at = (open_marks + 1, content) if end is None else (open_marks, end)
    return at - 2


def definite(element: Element) -> bytes:
    """Return an element with definite lengths and whole octet strings, as DER wants them."""
    if not element.tag & _CONSTRUCTED:
        return encoded(element.tag, element.content)
    if element.tag == OCTETS | _CONSTRUCTED:
        return encoded(OCTETS, element.octets())
    return encoded(element.tag, b"".join(definite(part) for part in element.parts()))


def encoded(tag: int, content: bytes) -> bytes:
    """Return one element in DER."""
    length = len(content)
    if length < _INDEFINITE:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, _INDEFINITE | size)) + length.to_bytes(size, "big") + content
