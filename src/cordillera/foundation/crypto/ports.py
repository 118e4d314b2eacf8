"""What the keys of a node may ask of a hardware token."""

from typing import Protocol

from cordillera.foundation.crypto.signing import SigningKey


class Token(Protocol):
    """A place that makes and keeps signing keys and never gives them away (PKCS#11)."""

    def make(self, label: str) -> SigningKey:
        """Make a key under a new label; raise `KeyUnavailable`."""
        ...

    def signing(self, label: str) -> SigningKey:
        """Return the key under a label; raise `KeyUnavailable`."""
        ...

    def destroy(self, label: str) -> None:
        """Destroy the key under a label; nothing happens when there is none."""
        ...
