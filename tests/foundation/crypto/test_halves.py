"""Halves of record keys, kept outside the database."""

from pathlib import Path

import pytest

from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.halves import Halves


def test_the_same_halves_make_the_same_key_and_other_secrets_another(tmp_path: Path) -> None:
    halves = Halves(tmp_path)
    halves.make("ab")
    assert halves.join("ab", b"one") == halves.join("ab", b"one") != halves.join("ab", b"two")


def test_a_destroyed_half_opens_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    halves = Halves(tmp_path)
    halves.make("ab")
    halves.destroy("ab")
    halves.destroy("ab")
    assert not halves.has("ab")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with pytest.raises(KeyUnavailable):
        halves.join("ab", b"one")


def test_a_half_that_was_cut_short_opens_nothing(tmp_path: Path) -> None:
    halves = Halves(tmp_path)
    halves.make("ab")
    (tmp_path / "ab" / "ab").write_bytes(b"short")
    with pytest.raises(KeyUnavailable):
        halves.join("ab", b"one")


def test_a_half_is_made_once(tmp_path: Path) -> None:
    halves = Halves(tmp_path)
    halves.make("ab")
    with pytest.raises(FileExistsError):
        halves.make("ab")
