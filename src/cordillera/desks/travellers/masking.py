"""What a carrier sent but may not be kept is blanked before storage, byte for byte.

Sensitive data are deleted on receipt (PNR Directive 2016/681 art. 13(4); DESIGN 4.4). The message keeps
its length, so every byte offset of a kept fact stays true; letters and digits of segments that are not
on the allow-list become `#`. Baggage tags (FTX+BAG) are kept, other free text is not.
"""

from collections.abc import Iterable, Iterator

from cordillera.engines.edifact import Message, Segment
from cordillera.engines.edifact.segments import Segments

_TAGS = "UNB UNG UNH BGM RFF DTM NAD CTA COM TDT LOC NAT DOC GEI MEA QTY CNT AUT UNT UNE UNZ"
_KEPT = frozenset(_TAGS.split())
_KEPT_BYTES = frozenset(tag.encode() for tag in _KEPT)
_BLANK = ord("#")
_BLANKED = bytes(_BLANK if byte > 0x7F or chr(byte).isalnum() else byte for byte in range(256))
_TAG = 3


def masked(raw: bytes, messages: Iterable[Message]) -> bytes:
    """Return `raw` with the content of every segment blanked that may not be kept."""
    shown = bytearray(raw)
    for message in messages:
        for start, end in _not_kept(message.segments):
            shown[start + _TAG : end] = raw[start + _TAG : end].translate(_BLANKED)
    return bytes(shown)


def _not_kept(segments: Segments) -> Iterator[tuple[int, int]]:
    """The bounds of what is to be blanked; most segments are told by their first four bytes."""
    data, service = segments.source.data, segments.source.service
    separator, bag = service.element, b"FTX" + service.element + b"BAG"
    kept_bags = {bag + service.element, bag + service.component}
    for at, (start, end) in enumerate(segments.spans()):
        tag = data[start : start + _TAG]
        if tag in _KEPT_BYTES and data[start + _TAG : start + _TAG + 1] == separator:
            continue
        if tag == b"FTX" and data[start : start + len(bag) + 1] in kept_bags:
            continue
        if tag == b"ATT" or not may_be_kept(segments[at]):
            yield start, end


def may_be_kept(segment: Segment) -> bool:
    """Tell whether a segment of a passenger list may be kept as it came."""
    if segment.tag == "FTX":
        return segment.text(0) == "BAG"
    return segment.tag in _KEPT
