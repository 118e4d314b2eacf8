"""What the standing of agreements asks of others: a named person with permissions."""

from typing import Protocol

from cordillera.trust.access.model import Permission


class Officer(Protocol):
    """The person acting, as their session says it."""

    @property
    def officer_id(self) -> str:
        """The stable id of the officer."""
        ...

    @property
    def agency(self) -> str:
        """The agency they act for."""
        ...

    @property
    def purpose(self) -> str:
        """The purpose they declared."""
        ...

    def may(self, permission: Permission) -> bool:
        """Tell whether they hold the permission."""
        ...
