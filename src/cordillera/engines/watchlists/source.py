"""The bytes of a list file, unpacked within limits.

>>> unpack(b"plain")
b'plain'
"""

import zlib
from typing import Final

from cordillera.engines.watchlists.errors import ListTooLarge, ListTruncated, ListUnreadable

MAX_BYTES: Final = 512 * 1024 * 1024  # the largest public lists are below 100 MB
_GZIP: Final = b"\x1f\x8b"
_STEP: Final = 1 << 20


def unpack(raw: bytes, limit: int = MAX_BYTES) -> bytes:
    """Return the content of a plain or gzip file; raise `ListTruncated`, `ListTooLarge`, `ListUnreadable`."""
    if not raw.startswith(_GZIP):
        if len(raw) > limit:
            raise ListTooLarge(limit=limit)
        return raw
    whole = bytearray()
    rest = raw
    while rest:
        rest = _unpack_member(rest, whole, limit)
    return bytes(whole)


def _unpack_member(raw: bytes, whole: bytearray, limit: int) -> bytes:
    """Unpack one gzip member; a bomb that unpacks without end is stopped at the limit."""
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    rest = raw
    try:
        while not stream.eof:
            piece = stream.decompress(rest, _STEP)
            rest = stream.unconsumed_tail
            whole += piece
            if len(whole) > limit:
                raise ListTooLarge(limit=limit)
            if not piece and not rest and not stream.eof:
                raise ListTruncated(format="gzip", read_bytes=len(whole))
    except zlib.error as error:
        raise ListUnreadable(format="gzip", reason=str(error)) from error
    after = stream.unused_data
    if after.startswith(_GZIP) or not after.strip(b"\x00"):
        return after.lstrip(b"\x00")
    raise ListUnreadable(format="gzip", reason="data after the end")
