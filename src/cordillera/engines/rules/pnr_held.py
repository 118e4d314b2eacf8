"""What is held of other reservations, as the reader of one reservation asks for it.

Counts come from whoever keeps reservations, as they were at one moment; None where it is not known, and then
the fact is unknown too. The reader does not know by what things are compared.

>>> NothingHeld().card_uses(Payment("CC")) is None
True
"""

from typing import Protocol

from cordillera.engines.edifact.pnrgov_model import Address, Contact, Payment, Pnr


class Held(Protocol):
    """Counts of reservations held."""

    def card_uses(self, payment: Payment) -> int | None:
        """How many reservations were paid with this card, this one included."""
        ...

    def shared_with(self, contact: Contact | Address) -> int | None:
        """How many other reservations tell this contact or address."""
        ...

    def phone_shared_with(self, address: Address) -> int | None:
        """How many other reservations tell the telephone number in an address."""
        ...

    def bookings_week(self, pnr: Pnr) -> int | None:
        """How many reservations of its agency were first told in the seven days before."""
        ...


class NothingHeld:
    """Knows of no other reservation."""

    def card_uses(self, payment: Payment) -> int | None:  # noqa: ARG002 - the port's shape
        """Nothing is known."""
        return None

    def shared_with(self, contact: Contact | Address) -> int | None:  # noqa: ARG002 - the port's shape
        """Nothing is known."""
        return None

    def phone_shared_with(self, address: Address) -> int | None:  # noqa: ARG002 - the port's shape
        """Nothing is known."""
        return None

    def bookings_week(self, pnr: Pnr) -> int | None:  # noqa: ARG002 - the port's shape
        """Nothing is known."""
        return None
