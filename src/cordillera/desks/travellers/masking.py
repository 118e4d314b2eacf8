"""What a carrier sent but may not be kept is blanked before storage, byte for byte.

Sensitive data are deleted on receipt (PNR Directive 2016/681 art. 13(4); DESIGN 4.4). The message keeps
its length, so every byte offset of a kept fact stays true; letters and digits of segments that are not
on the allow-list become `#`. Baggage tags (FTX+BAG) are kept, other free text is not.
"""

from collections.abc import Iterable

from cordillera.engines.edifact import Message, Segment

_TAGS = "UNB UNG UNH BGM RFF DTM NAD CTA COM TDT LOC NAT DOC GEI MEA QTY CNT AUT UNT UNE UNZ"
_KEPT = frozenset(_TAGS.split())
_BLANK = ord("#")
_TAG = 3


def masked(raw: bytes, messages: Iterable[Message]) -> bytes:
    """Return `raw` with the content of every segment blanked that may not be kept."""
    shown = bytearray(raw)
    for message in messages:
        for segment in message.segments:
            if not may_be_kept(segment):
                _blank(shown, segment.start + _TAG, segment.end)
    return bytes(shown)


def may_be_kept(segment: Segment) -> bool:
    """Tell whether a segment of a passenger list may be kept as it came."""
    if segment.tag == "FTX":
        return segment.text(0) == "BAG"
    return segment.tag in _KEPT


def _blank(shown: bytearray, start: int, end: int) -> None:
    for at in range(start, end):
        byte = shown[at]
        if byte > 0x7F or chr(byte).isalnum():
            shown[at] = _BLANK
