"""Seals and wraps."""

import pytest

from cordillera.foundation.crypto.errors import SealBroken
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.sealing import open_sealed, seal, unwrap_key, wrap_key

KEY = token_bytes(32)


def test_a_sealed_value_opens_under_its_key_and_place_only() -> None:
    blob = seal(KEY, b"Quispe", b"place")
    assert open_sealed(KEY, blob, b"place") == b"Quispe"
    for key, place in ((token_bytes(32), b"place"), (KEY, b"other")):
        with pytest.raises(SealBroken):
            open_sealed(key, blob, place)


def test_any_changed_byte_breaks_the_seal() -> None:
    blob = seal(KEY, b"Quispe", b"place")
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            open_sealed(KEY, bytes(changed), b"place")


def test_a_value_too_short_to_be_sealed_is_refused() -> None:
    with pytest.raises(SealBroken):
        open_sealed(KEY, b"\x01short", b"")


def test_equal_values_look_different_when_sealed() -> None:
    assert seal(KEY, b"same", b"") != seal(KEY, b"same", b"")


def test_a_wrapped_key_opens_under_its_wrapping_key_only() -> None:
    secret = token_bytes(32)
    wrapped = wrap_key(KEY, secret)
    assert unwrap_key(KEY, wrapped) == secret
    with pytest.raises(SealBroken):
        unwrap_key(token_bytes(32), wrapped)
