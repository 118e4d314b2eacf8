"""Sealing with AES-256-GCM (NIST SP 800-38D) and wrapping keys with AES key wrap (RFC 3394).

A sealed value is `version(1) | nonce(12) | ciphertext | tag(16)`. The additional data names the place
the value belongs to, so that a sealed field moved to another row or column does not open.

>>> from cordillera.foundation.crypto.random import token_bytes
>>> key = token_bytes(32)
>>> open_sealed(key, seal(key, b"secret", b"table|column|row"), b"table|column|row")
b'secret'
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import keywrap
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cordillera.foundation.crypto.errors import SealBroken
from cordillera.foundation.crypto.random import token_bytes

_VERSION = b"\x01"
_NONCE = 12
_SHORTEST = 1 + _NONCE + 16


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Seal `plaintext` under the 32-byte `key`, bound to `aad`."""
    nonce = token_bytes(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, blob: bytes, aad: bytes) -> bytes:
    """Open what `seal` made; raise `SealBroken` when key, place or bytes are not the ones sealed."""
    if len(blob) < _SHORTEST or blob[:1] != _VERSION:
        raise SealBroken(reason="format")
    try:
        return AESGCM(key).decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], aad)
    except InvalidTag as error:
        raise SealBroken(reason="tag") from error


def peek(key: bytes, blob: bytes) -> bytes:
    """Decrypt a sealed value without its place and unverified: only to prove that nothing is left to read.

    GCM encrypts in counter mode from 2 on (NIST SP 800-38D 7.1), so what an attacker with the key would
    read comes out, whatever the additional data was. Never use the result as data.
    """
    if len(blob) < _SHORTEST or blob[:1] != _VERSION:
        return b""
    counter = blob[1 : 1 + _NONCE] + (2).to_bytes(4, "big")
    opener = Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor()
    return opener.update(blob[1 + _NONCE : -16]) + opener.finalize()


def wrap_key(wrapping_key: bytes, key: bytes) -> bytes:
    """Wrap a 32-byte key; 40 bytes come back."""
    return keywrap.aes_key_wrap(wrapping_key, key)


def unwrap_key(wrapping_key: bytes, wrapped: bytes) -> bytes:
    """Unwrap what `wrap_key` made; raise `SealBroken` under another wrapping key."""
    try:
        return keywrap.aes_key_unwrap(wrapping_key, wrapped)
    except keywrap.InvalidUnwrap as error:
        raise SealBroken(reason="wrap") from error
