"""Signing keys in a hardware token (PKCS#11): made there, used there, never taken out.

The binding is optional (`requirements/hsm.txt`). A node whose settings name a token that cannot be opened
signs nothing. Keys are Ed25519 by CKM_EC_EDWARDS_KEY_PAIR_GEN and CKM_EDDSA (PKCS#11 v3.0, 2.3.14),
sensitive and not extractable; each is tried by one signature before it is used. See docs/keys.md.
"""

import threading
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from cordillera.foundation.crypto.errors import BadSignature, KeyUnavailable
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.settings import TokenSettings

_ED25519: Final = b"\x06\x03\x2b\x65\x70"
"""The object identifier 1.3.101.112 (RFC 8410), as EC_PARAMS want it."""


def token_of(settings: TokenSettings) -> "Pkcs11Token | None":
    """Return the token that the settings name; None where keys are files."""
    return Pkcs11Token(settings) if settings.module else None


class Pkcs11Token:
    """One token with one session, used by one thread at a time; opened when it is first needed."""

    def __init__(self, settings: TokenSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._open: tuple[Any, Any] | None = None  # the binding and its session; the binding is optional

    def make(self, label: str) -> SigningKey:
        """Make an Ed25519 key pair in the token under a new label; raise `KeyUnavailable`."""

        def generate(binding: Any, session: Any) -> None:
            curve = session.create_domain_parameters(
                binding.KeyType.EC_EDWARDS, {binding.Attribute.EC_PARAMS: _ED25519}, local=True
            )
            private = {binding.Attribute.SENSITIVE: True, binding.Attribute.EXTRACTABLE: False}
            curve.generate_keypair(
                mechanism=binding.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                store=True,
                label=label,
                private_template=private,
            )

        self._do(label, generate)
        return self.signing(label)

    def signing(self, label: str) -> SigningKey:
        """Return the key under a label, tried once; raise `KeyUnavailable`."""

        def point(binding: Any, session: Any) -> bytes:
            key = session.get_key(label=label, object_class=binding.ObjectClass.PUBLIC_KEY)
            return bytes(key[binding.Attribute.EC_POINT])[-32:]

        public_bytes = self._do(label, point)
        key = SigningKey.in_token(public_bytes, lambda data: self._sign(label, data))
        probe = token_bytes()
        try:
            VerifyKey(public_bytes).verify(key.sign(probe), probe)
        except BadSignature as error:
            raise KeyUnavailable(key=label, reason="the token signs with another key") from error
        return key

    def destroy(self, label: str) -> None:
        """Destroy every object under a label; nothing happens when there is none."""

        def remove(binding: Any, session: Any) -> None:
            for found in list(session.get_objects({binding.Attribute.LABEL: label})):
                found.destroy()

        self._do(label, remove)

    def close(self) -> None:
        """Log out; the next use logs in again. A process has one log-in per token."""
        with self._lock:
            if self._open is not None:
                self._open[1].close()
                self._open = None

    def _sign(self, label: str, data: bytes) -> bytes:
        def sign(binding: Any, session: Any) -> bytes:
            key = session.get_key(label=label, object_class=binding.ObjectClass.PRIVATE_KEY)
            return bytes(key.sign(data, mechanism=binding.Mechanism.EDDSA))

        signature: bytes = self._do(label, sign)
        return signature

    def _do(self, label: str, work: Any) -> Any:
        """Do one piece of work in the session; what the token refuses is `KeyUnavailable`."""
        with self._lock:
            binding, session = self._opened()
            try:
                return work(binding, session)
            except binding.exceptions.PKCS11Error as error:
                self._open = None
                session.close()
                raise KeyUnavailable(key=label, reason=type(error).__name__) from error

    def _opened(self) -> tuple[Any, Any]:
        if self._open is None:
            self._open = self._log_in()
        return self._open

    def _log_in(self) -> tuple[Any, Any]:
        asked = self._settings
        try:
            binding = import_module("pkcs11")
            pin = Path(asked.pin_file).expanduser().read_text("utf-8").partition("\n")[0].strip()
        except ImportError as error:
            raise KeyUnavailable(key=asked.label, reason="python-pkcs11 is not installed") from error
        except OSError as error:
            raise KeyUnavailable(key=asked.label, reason="the PIN cannot be read") from error
        try:
            token = binding.lib(asked.module).get_token(token_label=asked.label)
            return binding, token.open(rw=True, user_pin=pin)
        except (binding.exceptions.PKCS11Error, RuntimeError) as error:
            raise KeyUnavailable(key=asked.label, reason=type(error).__name__) from error
