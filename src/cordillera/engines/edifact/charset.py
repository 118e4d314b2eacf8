r"""Which characters the bytes of an interchange are (ISO 9735-1 Annex A: UNB S001, data element 0001).

The declared repertoire is used when the bytes fit it. Bytes that are valid UTF-8 although another
repertoire is declared are read as UTF-8; anything else falls back to ISO 8859-1, which keeps every byte
apart. Both cases are findings.

>>> choose(b"MUNCI\xc3\x8b", "UNOC")
Choice(codec='utf-8', first_odd_byte=5)
"""

import codecs
import re

import msgspec

CODECS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "latin-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
}
FALLBACK = "latin-1"
_HIGH = re.compile(rb"[\x80-\xff]")
_CHUNK = 1 << 20


class Choice(msgspec.Struct, frozen=True):
    """The codec to read with; `first_odd_byte` is set where the declared repertoire did not hold."""

    codec: str
    first_odd_byte: int | None = None


def choose(data: bytes, declared: str, start: int = 0, end: int | None = None) -> Choice:
    """Choose the codec for `data[start:end]` that was declared as `declared` (such as "UNOC")."""
    stop = len(data) if end is None else end
    high = None if data[start:stop].isascii() else _HIGH.search(data, start, stop)
    if high is None:
        return Choice("ascii")
    codec = CODECS.get(declared, "ascii")
    if codec != "utf-8" and _decodes(data, "utf-8", high.start(), stop):
        return Choice("utf-8", high.start())
    if codec != "ascii" and _decodes(data, codec, high.start(), stop):
        return Choice(codec)
    return Choice(FALLBACK, high.start())


def _decodes(data: bytes, codec: str, start: int, stop: int) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for at in range(start, stop, _CHUNK):
            decoder.decode(data[at : min(at + _CHUNK, stop)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
