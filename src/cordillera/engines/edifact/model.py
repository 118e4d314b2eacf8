"""What reading an EDIFACT file gives: interchanges, messages, and where every byte went."""

import msgspec

from cordillera.engines.edifact.findings import Finding
from cordillera.engines.edifact.segments import Segments


class Limits(msgspec.Struct, frozen=True):
    """Bounds that keep a hostile file from taking memory or time; what is beyond becomes a finding."""

    element: int = 65_536
    segment: int = 1_048_576
    message: int = 8_388_608
    messages: int = 100_000
    segments: int = 4_000_000
    findings: int = 10_000


class Message(msgspec.Struct, frozen=True):
    """UNH to UNT as found. `complete` is False when the message was cut before its UNT."""

    type: str
    version: str
    reference: str
    segments: Segments
    declared_segments: int | None
    complete: bool
    start: int
    end: int


class Interchange(msgspec.Struct, frozen=True):
    """UNB to UNZ as found; a message without UNB has an interchange of its own with empty fields.

    `partners` are sender and recipient as UNB names them: with the qualifiers behind their identifications.
    """

    sender: str
    recipient: str
    prepared: str
    reference: str
    charset: str
    messages: tuple[Message, ...]
    complete: bool
    start: int
    end: int
    partners: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


class ByteCount(msgspec.Struct, frozen=True):
    """Where every byte of the file went; `segments + separators + findings == total`.

    Segment bytes run from the first byte of the tag to the last before the terminator (data separators
    and release characters included); separators are UNA, terminators and blanks between segments;
    the rest belongs to findings.
    """

    total: int
    segments: int
    separators: int
    findings: int


class Reading(msgspec.Struct, frozen=True):
    """A whole file, read."""

    interchanges: tuple[Interchange, ...]
    findings: tuple[Finding, ...]
    bytes: ByteCount

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every message of every interchange, in file order."""
        return tuple(message for interchange in self.interchanges for message in interchange.messages)
