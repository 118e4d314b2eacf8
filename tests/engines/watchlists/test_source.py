import gzip

import pytest

from cordillera.engines.watchlists.errors import ListTooLarge, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.source import unpack


def test_plain_and_gzip_come_out_the_same() -> None:
    whole = b"a list " * 1000
    assert unpack(whole) == unpack(gzip.compress(whole)) == whole
    assert unpack(gzip.compress(whole) + gzip.compress(b"end")) == whole + b"end"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_gzip_file_cut_short_is_truncated(share: float) -> None:
    packed = gzip.compress(bytes(range(256)) * 500)
    with pytest.raises(ListTruncated):
        unpack(packed[: int(len(packed) * share)])


def test_a_gzip_bomb_stops_at_the_limit() -> None:
    with pytest.raises(ListTooLarge):
        unpack(gzip.compress(b"\x00" * 5_000_000), limit=1_000_000)
    with pytest.raises(ListTooLarge):
        unpack(b"\x00" * 2_000, limit=1_000)


def test_broken_gzip_is_unreadable() -> None:
    broken = bytearray(gzip.compress(b"a list " * 1000))
    broken[12:20] = b"\xff" * 8
    with pytest.raises(ListUnreadable):
        unpack(bytes(broken))
