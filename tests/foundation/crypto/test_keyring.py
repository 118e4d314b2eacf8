"""The key ring: made once, kept private, destroyed for good."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.keyring import KeyRing, month_label


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = KeyRing(tmp_path / "keys")
    again = KeyRing(tmp_path / "keys")
    assert first.secret("blind") == again.secret("blind")
    assert first.signing("node").public_bytes == again.signing("node").public_bytes
    assert first.secret("blind") != first.secret("audit")


def test_only_the_owner_of_the_node_may_read_its_keys(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.secret("blind")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "blind.secret").stat().st_mode) == 0o600


def test_processes_that_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    rings = [KeyRing(tmp_path / "keys") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda ring: ring.secret("node"), rings))) == 1


def test_a_destroyed_month_never_comes_back(tmp_path: Path) -> None:
    ring, other = KeyRing(tmp_path / "keys"), KeyRing(tmp_path / "keys")
    label = month_label(datetime(2027, 1, 31, tzinfo=UTC))
    key = ring.kek(label)
    ring.destroy_kek(label)
    for held in (ring, other):
        with pytest.raises(KeyUnavailable):
            held.kek(label)
    assert all(key not in path.read_bytes() for path in (tmp_path / "keys").iterdir())


def test_an_unreadable_key_store_fails_closed(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    (tmp_path / "keys" / "blind.secret").mkdir()
    with pytest.raises(KeyUnavailable):
        ring.secret("blind")
